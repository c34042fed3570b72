package edits

import (
	"fmt"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// anyHost stands for all hosts in a field of hosts.
const anyHost = "*"

// rule is a rule of an object that serves a host.
type rule struct {
	object, field string
	// host is the host in the base, "" for every host.
	host string
	// holder has the field and its rules.
	holder  *yaml.Node
	backend string
}

// servedFields calls visit for each field whose host must not be served twice, with the
// host, "" for every host.
func servedFields(objects []*resource.Resource, table *fields.Table, visit func(r *resource.Resource, row fields.Row, place fields.Place, host string)) {
	for _, r := range objects {
		for _, row := range table.Rows(r.GetGvk(), fields.Host) {
			if len(row.Match) == 0 {
				continue
			}
			for _, place := range row.Places(r.YNode()) {
				host := ""
				if tokens := row.Form.Hosts(object.String(place.Node)); len(tokens) > 0 && tokens[0].Host != anyHost {
					host = tokens[0].Host
				}
				visit(r, row, place, host)
			}
		}
	}
}

// baseRules returns the hosts of the rules of the base.
func (e *Editor) baseRules(objects []*resource.Resource) map[field]string {
	hosts := map[field]string{}
	servedFields(objects, e.table, func(r *resource.Resource, _ fields.Row, place fields.Place, host string) {
		hosts[field{object.Describe(r), place.Pointer}] = e.sample.original(host)
	})
	return hosts
}

// Collisions refuses two rules of built objects for the same host and the same requests, if
// the base has other hosts in them. One of them would get no request. A rule that serves
// every host gets the preview's host, which another rule can have. origin returns the file of
// an object.
func (e *Editor) Collisions(objects []*resource.Resource, origin func(name string) string) error {
	seen := map[[2]string]rule{}
	var errs []error
	servedFields(objects, e.table, func(r *resource.Resource, row fields.Row, place fields.Place, host string) {
		name := object.Describe(r)
		// A field that the base lacks has another pointer there, and serves every host.
		current := rule{object: name, field: place.Name, host: e.rules[field{name, place.Pointer}], holder: place.Holder}
		for _, s := range row.Selections(r.YNode(), place) {
			current.backend = s.Backend
			key := [2]string{host, r.GetKind() + " " + s.Requests}
			first, known := seen[key]
			if !known {
				seen[key] = current
				continue
			}
			//promise:no-two-rules-share-a-host
			if first.conflicts(current) {
				errs = append(errs, e.collision(first, current, origin(name)))
				return
			}
		}
	})
	return object.Joined(errs)
}

// conflicts reports whether r and other, with the same host and the same requests, had
// different hosts in the base. Hosts of one list have one set of rules, and rules of one
// object may lead to one backend.
func (r rule) conflicts(other rule) bool {
	sameBackend := r.object == other.object && r.backend != "" && r.backend == other.backend
	return r.host != other.host && r.holder != other.holder && !sameBackend
}

func (e *Editor) collision(first, second rule, file string) error {
	describe := func(host string) string {
		switch host {
		case "":
			return "for every host"
		case e.sample.Host:
			return "for the preview's host"
		}
		return "for " + object.OneLine(host)
	}
	fix := "set different hosts for them in overlay.hosts"
	switch named := first.host + second.host; { // one of them is "" for a rule for every host
	case named == e.sample.Host:
		fix = "give the rule for every host another path or a host, or remove it"
	case first.host == "" || second.host == "":
		fix = fmt.Sprintf("set another host for %s in overlay.hosts, give the rule for every host another path or a host, or remove it", object.OneLine(named))
	case first.host == e.sample.Host:
		fix = fmt.Sprintf("set another host for %s in overlay.hosts", object.OneLine(second.host))
	case second.host == e.sample.Host:
		fix = fmt.Sprintf("set another host for %s in overlay.hosts", object.OneLine(first.host))
	}
	return &object.RefusedError{
		Path: file, Resource: second.object,
		Reason: fmt.Sprintf("%s: it would have the same host for the same requests as %s of %s (in the base, one is %s and one %s)",
			object.OneLine(second.field), object.OneLine(first.field), first.object, describe(first.host), describe(second.host)),
		Fix: fix,
	}
}
