package fields

import "regexp"

// hostKey matches keys whose values are hosts or URLs in the fields of many kinds.
var hostKey = regexp.MustCompile(`(?i)^(?:.*[^a-z0-9])?(?:hosts?|hostnames?|domains?|fqdns?|dnsnames?|servernames?|virtualhosts?|url|urls|baseurl|origins?|sans|endpoint)$`)

// camelHostKey matches such keys with a word before, as in externalHost.
var camelHostKey = regexp.MustCompile(`^[A-Za-z0-9]*[a-z0-9](?:Hosts?|Hostnames?|HostNames?|Domains?|DomainNames?|FQDN|Fqdn|DNSNames?|DnsNames?|URLs?|Urls?|Origins?)$`)

// separatedHostKey matches such keys of two words, as in dns-names.
var separatedHostKey = regexp.MustCompile(`(?i)^(?:.*[^a-z0-9])?(?:host|dns|server|domain|base)[-_.](?:names?|url)$`)

// LooksLikeHost reports whether the key of a field, of a kind that no row has, suggests
// that its value is a host or a URL.
func LooksLikeHost(key string) bool {
	return hostKey.MatchString(key) || camelHostKey.MatchString(key) || separatedHostKey.MatchString(key)
}
