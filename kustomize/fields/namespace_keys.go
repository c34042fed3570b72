package fields

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// ReferencesAt returns the references to namespaces in the string at p of the object root,
// whatever its kind, in the order of the text. It finds them by the keys on the path of p,
// by names beside p, and by their form.
func ReferencesAt(root *yaml.Node, p Place, namespaces []string) []Reference {
	value := object.String(p.Node)
	if !slices.ContainsFunc(namespaces, func(namespace string) bool { return strings.Contains(value, namespace) }) {
		return nil
	}
	if slices.Contains(namespaces, value) {
		if ref, ok := wholeReference(root, p); ok {
			ref.End = len(value)
			return []Reference{ref}
		}
		return nil
	}
	if refs := ReferencesIn(value, namespaces); len(refs) > 0 {
		return refs
	}
	if ref, ok := bareReference(p, value, namespaces); ok {
		return []Reference{ref}
	}
	return namespaceMentions(p, value, namespaces)
}

// wholeReference returns the reference of a string that is the name of a namespace. It
// returns false if the string has another meaning, because common words are names of
// namespaces too.
func wholeReference(root *yaml.Node, p Place) (Reference, bool) {
	keys := p.keys()
	key, list := lastKey(keys)
	switch {
	case slices.Contains(keys, "namespaceSelector"):
		return selectorReference(root, keys, key)
	case isNamespaceLabel(key):
		return Reference{}, slices.Contains(keys, "matchLabels")
	case list && (key == "values" || key == "notValues"):
		return selectorReference(root, keys, key)
	case list:
		return listReference(p, keys, key)
	case key == "value":
		return variableReference(object.String(object.Child(p.Parent, "name")))
	case isNamespaceKey(key):
		return namedReference(p.Parent, keys, key)
	case key == "name" && object.String(object.Child(p.Parent, "kind")) == "Namespace":
		return Reference{}, true
	}
	return unsure(), namespaceWord.MatchString(key) && !isLabel(keys)
}

// namespaceWord matches the keys and variables whose values are names of namespaces.
var namespaceWord = regexp.MustCompile(`(?i)namespaces?$|(?:^|[_-])ns$`)

func isLabel(keys []string) bool {
	return slices.ContainsFunc(keys, func(key string) bool { return slices.Contains(labelKeys, key) })
}

// bareName matches the name of a Service and its namespace, without a port: web.shop, or
// db-0.db.shop for a pod of it.
var bareName = regexp.MustCompile(`^([a-z0-9-]+\.)?([a-z0-9-]+)\.([a-z0-9-]+)$`)

// bareReference returns the reference of a string that is the name of a Service and its
// namespace. Only the key of the field, or the name of a variable, says whether it is a
// host: orders.shop could also be the name of a topic, and www.acme.shop a public host.
func bareReference(p Place, value string, namespaces []string) (Reference, bool) {
	m := bareName.FindStringSubmatchIndex(value)
	if m == nil || !slices.Contains(namespaces, value[m[6]:m[7]]) {
		return Reference{}, false
	}
	ref := Reference{Kinds: serviceKinds, Name: value[m[4]:m[5]], Start: m[6], End: m[7]}
	key, list := lastKey(p.keys())
	if key == "value" && !list {
		key = object.String(object.Child(p.Parent, "name"))
	}
	if m[2] >= 0 || !serviceKey.MatchString(key) {
		ref.Kinds = []string{mention}
	}
	return ref, true
}

// serviceKey matches the keys and variables whose values are hosts or addresses of servers, or
// the names in a certificate.
var serviceKey = regexp.MustCompile(`(?i)(?:host|hostname|dns|(?:dns|common|alt|alternative)[_-]?name|addr|address|server|endpoint|url|uri|upstream|backend|broker|service|svc|peer|node)(?:e?s)?$`)

// listReference returns the reference of an item of a list: of namespaces, or of arguments
// after a flag.
func listReference(p Place, keys []string, key string) (Reference, bool) {
	i, err := strconv.Atoi(keys[len(keys)-1])
	if err != nil || isNamespaceList(key) {
		return Reference{}, isNamespaceList(key)
	}
	if key == "names" && len(keys) > 2 && isNamespaceList(keys[len(keys)-3]) {
		return Reference{}, true
	}
	if items := object.Items(p.Parent); i > 0 && i < len(items) {
		return unsure(), namespaceFlag.MatchString(object.String(object.Resolved(items[i-1])))
	}
	return Reference{}, false
}

// namespaceFlag matches a flag of a command whose value is a namespace.
var namespaceFlag = regexp.MustCompile(`^(?:-n|--?[a-z-]*namespaces?)$`)

// keys returns the keys on the path of p.
func (p Place) keys() []string {
	keys := strings.Split(strings.TrimPrefix(p.Pointer, "/"), "/")
	for i, key := range keys {
		keys[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(key)
	}
	return keys
}

var index = regexp.MustCompile(`^[0-9]+$`)

// lastKey returns the last key that is no index of a list, and whether an index follows it.
func lastKey(keys []string) (key string, list bool) {
	for _, key := range slices.Backward(keys) {
		if !index.MatchString(key) {
			return key, list
		}
		list = true
	}
	return "", list
}

func isNamespaceLabel(key string) bool {
	return slices.ContainsFunc(namespaceLabels, func(label string) bool {
		return key == label || strings.HasSuffix(key, ":"+label) || strings.HasSuffix(key, "."+label) && strings.HasPrefix(strings.TrimPrefix(key, "k8s:"), "io.cilium.")
	})
}

func isNamespaceList(key string) bool {
	return key == "matchNames" || strings.HasSuffix(key, "amespaces") || strings.HasSuffix(key, "amespaceNames")
}

func isNamespaceKey(key string) bool {
	return strings.HasSuffix(key, "amespace") || strings.HasSuffix(key, "amespaceName")
}

// selectorReference returns the reference of a value in a selector. Only labels that
// Kubernetes or a network plugin sets certainly have the name of a namespace.
func selectorReference(root *yaml.Node, keys []string, key string) (Reference, bool) {
	selectsNamespaces := slices.Contains(keys, "namespaceSelector")
	switch {
	case isNamespaceLabel(key), isNamespaceList(key):
		return Reference{}, true
	case strings.HasSuffix(strings.ToLower(key), "values") && isNamespaceLabel(object.String(object.Child(at(root, keys[:len(keys)-2]), "key"))):
		return Reference{}, true
	}
	return unsure(), selectsNamespaces
}

// at returns the node at the keys of a JSON pointer.
func at(n *yaml.Node, keys []string) *yaml.Node {
	for _, key := range keys {
		items := object.Items(n)
		if i, err := strconv.Atoi(key); err == nil && i < len(items) {
			n = object.Resolved(items[i])
			continue
		}
		n = object.Child(n, key)
	}
	return n
}

// variableReference returns the reference of a variable, or of another entry with a name,
// whose value is the name of a namespace.
func variableReference(name string) (Reference, bool) {
	if slices.Contains(namespaceVariables, name) {
		return Reference{}, true
	}
	return unsure(), namespaceWord.MatchString(name)
}

// namedReference returns the reference of a field for the namespace of an object whose
// name is beside it: namespace and name, or serviceNamespace and serviceName.
func namedReference(parent *yaml.Node, keys []string, key string) (Reference, bool) {
	prefix := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(key, "Name"), "amespace"), "N")
	nameKey := "name"
	if key != "namespace" && prefix != "n" {
		nameKey = prefix + "Name"
	}
	name := object.String(object.Child(parent, nameKey))
	around, _ := lastKey(keys[:len(keys)-1])
	switch {
	case slices.Contains(keys, "matchLabels"), slices.Contains(keys, "labels"):
		return unsure(), slices.Contains(keys, "metric")
	case around == "metadata" && key == "namespace":
		return Reference{}, true // an object in a template
	case name == "", name == "*":
		return unsure(), true
	}
	return Reference{Kinds: kindsOf(parent, keys, prefix), Name: name}, true
}

// kindsOf returns the kinds that the reference parent can name: its own kind, or those for
// a word in the keys on its path. It returns nil for any kind.
func kindsOf(parent *yaml.Node, keys []string, prefix string) []string {
	if kind := object.String(object.Child(parent, "kind")); kind != "" {
		return []string{kind}
	}
	around, _ := lastKey(keys[:len(keys)-1])
	for _, key := range []string{prefix, around} {
		for _, r := range referents {
			if strings.Contains(strings.ToLower(key), r.word) || around == "parentRefs" && r.word == "gateway" {
				return r.kinds
			}
		}
	}
	return nil
}

// namespaceMentions returns the texts in value that could have the name of a namespace.
func namespaceMentions(p Place, value string, namespaces []string) []Reference {
	var all []Reference
	add := func(start, end int) {
		ref := unsure()
		ref.Start, ref.End = start, end
		all = append(all, ref)
	}
	for _, form := range listForms(p, value) {
		at := flagName.FindStringIndex(value)
		for _, ref := range (Row{Form: form}).References(value[at[1]:], namespaces) {
			add(at[1]+ref.Start, at[1]+ref.End)
		}
	}
	if len(all) > 0 {
		return ordered(all)
	}
	key, _ := lastKey(p.keys())
	for _, m := range mentionOf.FindAllStringSubmatchIndex(value, -1) {
		if strings.HasSuffix(value[:m[2]], "/") && pathWord.MatchString(key) {
			continue
		}
		for _, name := range mentionedName.FindAllStringIndex(value[m[2]:m[3]], -1) {
			if start, end := m[2]+name[0], m[2]+name[1]; slices.Contains(namespaces, value[start:end]) {
				add(start, end)
			}
		}
	}
	return all
}

// mentionOf matches texts such as namespace="shop" or namespace=~"shop|other" in a query,
// namespace: shop, --namespace=shop and -n shop in other files and commands, and ns/shop in
// commands. In other texts, a slash belongs to a path, as in clusters/namespaces/shop.
var mentionOf = regexp.MustCompile(`(?:(?i:namespaces?|(?:^|\s)-n|(?:^|[\s"'{,])ns)["']?\s*(?:=~|!=|==|=|:|\s)\s*[\\"']*|(?:^|[\s"'])(?:ns|namespaces?)/)([a-z0-9](?:[a-z0-9|,-]*[a-z0-9])?)`)

// mentionedName matches one name of a match of mentionOf.
var mentionedName = regexp.MustCompile(`[a-z0-9-]+`)

// flagName matches the beginning of an argument with a value, or nothing.
var flagName = regexp.MustCompile(`^(?:--?[a-z0-9-]+=)?`)

// listForms returns the forms of lists that the value at p can have by its name: of
// namespaces, or of objects after their namespaces.
func listForms(p Place, value string) (forms []Form) {
	keys := p.keys()
	key, list := lastKey(keys)
	variable := key == "value" && !list
	if variable {
		key = object.String(object.Child(p.Parent, "name"))
	}
	flag := flagName.FindString(value)
	if flag != "" {
		key = strings.TrimSuffix(flag, "=")
	}
	if namespaceWord.MatchString(key) && !isLabel(keys) {
		forms = append(forms, Whole)
	}
	if (flag != "" || !variable) && objectWord.MatchString(key) && !pathWord.MatchString(key) && !isLabel(keys) {
		forms = append(forms, Scoped)
	}
	return forms
}

// objectWord matches keys whose values could be an object after its namespace and a slash.
// pathWord matches those whose values are paths.
var (
	objectWord = regexp.MustCompile(`(?i)secret|config|service|gateway|middleware|backend|cert|issuer|inject|network|ref\b|namespace`)
	pathWord   = regexp.MustCompile(`(?i)path|file|dir|image|git|repo|branch`)
)
