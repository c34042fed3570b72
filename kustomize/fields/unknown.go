package fields

import (
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/resid"

	"github.com/previewset/previewset/kustomize/object"
)

// escapedDot and escapedByte match the characters of regular expressions and URLs that replace a dot or
// separate a host from other text.
var (
	escapedDot  = regexp.MustCompile(`\\+\.|\[\.\]`)
	escapedByte = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
)

// WrittenHosts returns the hosts in text in the order of HostsIn, also of those that are
// written in a regular expression or with the escapes of URLs.
func WrittenHosts(text string) []string {
	var hosts []string
	for _, token := range HostsIn(unescaped(text)) {
		hosts = append(hosts, token.Host)
	}
	return hosts
}

// WrittenDomains returns the domains of which text has all hosts, in their order, as in
// *.example.com, the cookie domain .example.com and the regular expression [a-z]+\.example\.com.
func WrittenDomains(text string) []string {
	plain := unescaped(text)
	var domains []string
	for _, token := range HostsIn(plain) {
		domain, wildcard := strings.CutPrefix(token.Host, "*.")
		if (wildcard || strings.HasSuffix(plain[:token.Start], ".")) && strings.Contains(domain, ".") {
			domains = append(domains, domain)
		}
	}
	return domains
}

func unescaped(text string) string {
	return escapedDot.ReplaceAllString(escapedByte.ReplaceAllString(text, " "), ".")
}

// CanHaveHost reports whether the string at p can lead to a host. The names of objects,
// labels, images and API groups can look like hosts.
func CanHaveHost(p Place) bool {
	keys := p.keys()
	key, _ := lastKey(keys)
	value := object.String(p.Node)
	switch {
	case strings.HasPrefix(value, "oci://"), strings.HasPrefix(value, "docker://"):
		return false
	case key == "name" && strings.ContainsAny(value, ":/"): // no name of an object
	case slices.Contains(nameKeys, key), strings.HasSuffix(key, "SecretName"), strings.HasSuffix(key, "Ref"):
		return false
	}
	return !slices.ContainsFunc(keys, func(key string) bool { return slices.Contains(labelKeys, key) })
}

// AvoidsProxy reports whether the string at p is a list of hosts that need no proxy.
func AvoidsProxy(p Place) bool {
	key, _ := lastKey(p.keys())
	if key == "value" {
		key = object.String(object.Child(p.Parent, "name"))
	}
	return folded(key) == "noproxy"
}

// UnknownHost returns the host in a field of a custom resource whose key means a host, or
// "". hosts are the hosts of the base: a URL counts only if it is in the same domain, or
// if its key says that it is the application's own.
func UnknownHost(p Place, text string, hosts []string) string {
	found := HostsIn(text)
	i := slices.IndexFunc(found, func(t Token) bool { return IsPublic(t.Host) })
	if i < 0 {
		return ""
	}
	host, keys := found[i].Host, p.keys()
	key, _ := lastKey(keys)
	switch {
	case key == "name" && len(keys) > 1 && strings.TrimSuffix(strings.ToLower(text), ".") == host:
		if around, list := lastKey(keys[:len(keys)-1]); list && isHostKey(around) {
			return host
		}
	case !CanHaveHost(p):
	case isHostKey(key), slices.Contains(ownURLKeys, folded(key)):
		return host
	case slices.Contains(urlKeys, folded(key)) && slices.ContainsFunc(hosts, func(own string) bool { return domainOf(own) == domainOf(host) }):
		return host
	}
	return ""
}

// folded returns key in lower case and without dashes and underscores.
func folded(key string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(key))
}

// isHostKey reports whether the last word of key is one of hostWords.
func isHostKey(key string) bool {
	return slices.ContainsFunc(hostWords, func(word string) bool { return strings.HasSuffix(folded(key), word) })
}

// IsPublic reports whether host could be a name in the public DNS.
func IsPublic(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	return last != host && !IsInternal(host) && !slices.Contains(privateDomains, last) && strings.Trim(last, "0123456789") == last && len(last) > 1
}

// domainOf returns the last two labels of host.
func domainOf(host string) string {
	labels := strings.Split(host, ".")
	return strings.Join(labels[max(0, len(labels)-2):], ".")
}

// IsCustom reports whether a kind is not one of Kubernetes itself.
func IsCustom(gvk resid.Gvk) bool {
	return strings.Contains(gvk.Group, ".") && !strings.HasSuffix(gvk.Group, ".k8s.io") && object.IsHost(gvk.Group)
}
