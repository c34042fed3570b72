package upgrade_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestRenameAfterUpgrade changes the names of repositories, owners and hosts in the
// configuration after an upgrade, which writes the id into few entries. Entries may be
// rewritten, but none is removed or gets another name.
func TestRenameAfterUpgrade(t *testing.T) {
	t.Parallel()
	for _, dir := range releases(t) {
		for name, rename := range map[string]func(in *installation){
			"repositories": func(in *installation) {
				for name, r := range in.forges.repos {
					r.Rename(name + "-renamed")
					in.replaceAll("repo: "+name+", apiURL", "repo: "+name+"-renamed, apiURL")
				}
			},
			"case of the owner": func(in *installation) { in.replaceAll("owner: acme", "owner: Acme") },
			"hosts": func(in *installation) {
				in.replaceAll("github.acme.test", "alias-github.acme.test")
				in.replaceAll("gitea.acme.test", "alias-gitea.acme.test")
			},
		} {
			t.Run(filepath.Base(dir)+"/"+name, func(t *testing.T) {
				t.Parallel()
				in := restore(t, dir)
				s := in.serve()
				s.awaitSyncs(2)
				s.Stop(t)
				rename(in)
				s = in.serve()
				s.awaitSyncs(3)
				for _, set := range in.sets() {
					if set != "plain" { // has no entries, so nothing records its names
						in.checkNames(set, s.answer(set))
					}
				}
				if log := in.gitops.Git(t, "log", "--format=%B", in.tip+"..main"); strings.Contains(log, "\nPreviewset-Prune: ") {
					t.Errorf("entries were removed:\n%s", log)
				}
			})
		}
	}
}

// replaceAll replaces old in the configuration.
func (in *installation) replaceAll(old, replacement string) {
	in.t.Helper()
	in.configure(strings.ReplaceAll(read(in.t, in.config), old, replacement))
}

// checkNames checks that an answer has the frozen previews with their names.
func (in *installation) checkNames(set, answer string) {
	in.t.Helper()
	got, want := in.parameters(answer), in.parameters(in.frozen(filepath.Join("answers", set+".json")))
	if len(got) != len(want) {
		in.t.Errorf("%s: the answer has %d previews, want %d", set, len(got), len(want))
	}
	for id, frozen := range want {
		for _, name := range []string{"name", "namespace", "host", "db_schema", "path"} {
			if got[id][name] != frozen[name] {
				in.t.Errorf("%s: %s of %s: got %v, want %v", set, name, id, got[id][name], frozen[name])
			}
		}
	}
}
