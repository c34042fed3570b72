package gitops

import (
	"fmt"
	"slices"
	"strings"

	"github.com/previewset/previewset/generator"
)

// recordedHost is a host in the record of an entry.
type recordedHost struct {
	id string
	// further is true if the host is not Names.Host.
	further bool
}

// recordedHosts are the hosts in the records of entries.
type recordedHosts map[string][]recordedHost

// recordedHosts returns the hosts of all entries except those whose change has ended.
func (d differ) recordedHosts() recordedHosts {
	hosts := recordedHosts{}
	for id, entry := range d.state.Entries {
		if generator.Ending(d.desired.Gone[id].Reason).Ended() {
			continue
		}
		names := entry.Record.Names
		hosts[names.Host] = append(hosts[names.Host], recordedHost{id, false})
		for _, h := range names.Hosts {
			hosts[h.Host] = append(hosts[h.Host], recordedHost{id, true})
		}
	}
	return hosts
}

// check returns an error if p would share a host with an entry of another preview. Names are
// unique for the present templates; a preview can keep hosts of former ones. Names.Host of p
// may be that of another entry, because the decision of the set has excluded that both stay.
func (r recordedHosts) check(p generator.Preview) error {
	for i, host := range p.AllHosts() {
		others := slices.DeleteFunc(slices.Clone(r[host]), func(o recordedHost) bool { return o.id == p.ID || i == 0 && !o.further })
		//promise:entries-share-no-host
		if len(others) > 0 {
			return fmt.Errorf("the entry %s already has the host %s of this preview: wait until that entry has another host or is removed, or set another template in names.host or overlay.hosts",
				slices.MinFunc(others, func(a, b recordedHost) int { return strings.Compare(a.id, b.id) }).id, host)
		}
	}
	return nil
}
