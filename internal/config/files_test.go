package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/config"
)

// set returns a file with one set.
func set(name string) string { return "sets:\n" + setEntry(name) }

func setEntry(name string) string {
	return "- {name: " + name + ", source: " + plainGit + ", select: {branches: {}}}\n"
}

// head has the keys of a main file, except for its sets.
var head = textBefore(minimal, "sets:")

// directory has the files of a configuration.
type directory string

func newDirectory(t *testing.T, files map[string]string) directory {
	t.Helper()
	d := directory(t.TempDir())
	d.write(t, files)
	return d
}

func (d directory) path(name string) string { return filepath.Join(string(d), name) }

func (d directory) write(t *testing.T, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(d.path(name)), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, d.path(name), text)
	}
}

func (d directory) link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(d.path(name)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, d.path(name)); err != nil {
		t.Fatal(err)
	}
}

// names returns the names of the sets, in their order.
func names(c *config.Config) (all []string) {
	for _, s := range c.Sets {
		all = append(all, s.Name)
	}
	return all
}

func wantSets(t *testing.T, c *config.Config, err error, want string) {
	t.Helper()
	if err != nil || c == nil {
		t.Fatalf("got %v, %v, want the sets %s", c, err, want)
	}
	if got := strings.Join(names(c), " "); got != want {
		t.Errorf("got the sets %s, want %s", got, want)
	}
}

// The sets of the main file are first, then those of the included files in the order of their
// paths, whatever the order of the patterns.
func TestIncludedSetsFollowThoseOfMainFile(t *testing.T) {
	t.Parallel()
	d := newDirectory(t, map[string]string{
		"config.yaml":    head + "include: [z.yaml, 'sets/*.yaml', 'sets/a*', './sets/../z.yaml', '*.yaml']\n" + set("main"),
		"z.yaml":         set("z"),
		"sets/b.yaml":    "apiVersion: previewset.dev/v1alpha1\nkind: Config\n" + set("b"),
		"sets/a.yaml":    set("a2") + setEntry("a1"),
		"sets/c.yml":     "not: included",
		"sets/.d.yaml":   "hidden: file",
		".hidden/e.yaml": "hidden: directory",
	})
	for range 3 {
		c, err := config.Load(d.path("config.yaml"))
		wantSets(t, c, err, "main a2 a1 b z")
	}
	d.write(t, map[string]string{"config.yaml": head + "include: ['*/*.yaml', .hidden/*.yaml]\n", ".hidden/e.yaml": set("e")})
	c, err := config.Load(d.path("config.yaml"))
	wantSets(t, c, err, "e a2 a1 b")
}

// Files are found relative to the main file, not to the working directory.
func TestIncludeIsRelativeToMainFile(t *testing.T) {
	dir := newDirectory(t, map[string]string{"x/config.yaml": head + "include: [a.yaml]\n", "x/a.yaml": set("a"), "a.yaml": set("wrong")})
	t.Chdir(string(dir))
	for _, name := range []string{"x/config.yaml", "./x/../x/config.yaml", dir.path("x/config.yaml")} {
		c, err := config.Load(name)
		wantSets(t, c, err, "a")
	}
	dir.write(t, map[string]string{"x/a.yaml": "sets: x\n"})
	if _, err := config.Load("x/config.yaml"); err == nil || !strings.HasPrefix(err.Error(), "x/a.yaml:1: ") {
		t.Errorf("got %v, want the path of the included file from the working directory", err)
	}
}

// A configuration reads no file outside of its directory, and only regular files.
func TestIncludeStaysInDirectoryOfMainFile(t *testing.T) {
	t.Parallel()
	outside := newDirectory(t, map[string]string{"a.yaml": set("outside")})
	d := newDirectory(t, map[string]string{"inside/a.yaml": set("inside"), "sets/keep": ""})
	d.link(t, "../inside/a.yaml", "sets/in.yaml")
	d.link(t, "inside", "linked")
	d.link(t, outside.path("a.yaml"), "sets/out.yaml")
	d.link(t, string(outside), "out")
	d.link(t, "../gone.yaml", "sets/gone.yaml")
	d.link(t, "/dev/null", "sets/null.yaml")
	if err := os.MkdirAll(d.path("sets/dir.yaml"), 0o700); err != nil {
		t.Fatal(err)
	}
	for pattern, want := range map[string]string{
		"sets/in.yaml":       "",
		"linked/*.yaml":      "",
		"sets/out.yaml":      "include[0]",
		"sets/o*.yaml":       "sets/out.yaml: the file can't be read: a symbolic link leads out of the directory of the main file",
		"out/*.yaml":         "no file matches",
		"sets/g*.yaml":       "sets/gone.yaml: the file can't be read: it does not exist",
		"sets/n*.yaml":       "sets/null.yaml: ",
		"sets/dir.yaml":      "sets/dir.yaml: this is not a regular file",
		"../*/a.yaml":        `include[0]: "../*/a.yaml": use a relative path without ".."`,
		"inside/../../x":     "use a relative path",
		outside.path("*"):    "use a relative path",
		"inside/a.yaml/":     "",
		"inside/a.yaml/b":    "no file matches",
		"sets/\x00":          "include",
		"inside\\a.yaml":     "no file matches",
		"in*de/[a-b].y?ml":   "",
		"in**de/a.yaml":      "** is not supported",
		"config.yaml":        "it matches only this file",
		"*.yaml":             "it matches only this file",
		"nothing-is-here.go": "no file matches: correct the pattern",
	} {
		d.write(t, map[string]string{"config.yaml": head + fmt.Sprintf("include: [%q]\n", pattern)})
		_, err := config.Load(d.path("config.yaml"))
		if (err != nil) != (want != "") || err != nil && !strings.Contains(err.Error(), want) || err != nil && strings.Contains(err.Error(), "list is empty") {
			t.Errorf("%q: got %v, want %q", pattern, err, want)
		}
	}
}

func TestIncludedFilesAreBounded(t *testing.T) {
	t.Parallel()
	d := newDirectory(t, map[string]string{"config.yaml": head + "include: ['*.yaml', '*/*.yaml']\n"})
	fill := func(size int) string { return set("big") + "#" + strings.Repeat("x", size-len(set("big"))-1) }
	for size, want := range map[int]bool{maxConfig: true, maxConfig + 1: false} {
		d.write(t, map[string]string{"big.yaml": fill(size), "x/a.yaml": set("a")})
		_, err := config.Load(d.path("config.yaml"))
		if (err == nil) != want || err != nil && !strings.Contains(err.Error(), "big.yaml: the file is too large: use at most 1048576 bytes in a file") {
			t.Errorf("%d bytes: got %v, want valid: %t", size, err, want)
		}
	}
	for i := range 8 {
		d.write(t, map[string]string{fmt.Sprintf("full%d.yaml", i): "sets: []\n#" + strings.Repeat("x", maxConfig-10), "big.yaml": set("a")})
	}
	if _, err := config.Load(d.path("config.yaml")); err == nil || !strings.Contains(err.Error(), "full7.yaml: the file is too large") || strings.Contains(err.Error(), "full6") {
		t.Errorf("more than 8 MiB: got %v, want an error of the last file", err)
	}
	many := newDirectory(t, map[string]string{"config.yaml": head + "include: ['*/*.yaml']\n" + set("main")})
	for i := range 1001 {
		many.write(t, map[string]string{fmt.Sprintf("x/%04d.yaml", i): "sets: []\n"})
		if i == 999 || i == 1000 {
			_, err := config.Load(many.path("config.yaml"))
			if (err == nil) != (i == 999) || err != nil && !strings.Contains(err.Error(), "the patterns match 1001 files: use at most 1000") {
				t.Errorf("%d files: got %v", i+1, err)
			}
		}
	}
	for n, want := range map[int]bool{100: true, 101: false} {
		many.write(t, map[string]string{"config.yaml": head + "include: [" + strings.Repeat("x/0000.yaml, ", n) + "]\n" + set("main")})
		if _, err := config.Load(many.path("config.yaml")); (err == nil) != want {
			t.Errorf("%d patterns: got %v, want valid: %t", n, err, want)
		}
	}
}

// Text that is not in a file includes none.
func TestParseReadsNoFile(t *testing.T) {
	t.Parallel()
	_, err := config.Parse("config.yaml", []byte(minimal+"include: [a.yaml]\n"))
	if err == nil || !strings.Contains(err.Error(), "include: only a configuration in a file can include files") {
		t.Errorf("got %v, want an error", err)
	}
	if _, err := config.Parse("config.yaml", []byte(minimal+"include: []\n")); err != nil {
		t.Errorf("got %v for no patterns, want none", err)
	}
}

// Reload notices changes, additions and removals of included files.
func TestReloadReadsIncludedFiles(t *testing.T) {
	t.Parallel()
	d := newDirectory(t, map[string]string{
		"config.yaml": head + "include: ['sets/*.yaml']\ndefaults: {lifetime: {idle: 3d}}\n", "sets/a.yaml": set("a"), "sets/b.yaml": set("b"),
	})
	file, c, err := config.Open(d.path("config.yaml"))
	wantSets(t, c, err, "a b")
	unchanged := func() {
		t.Helper()
		if c, err := file.Reload(); c != nil || err != nil {
			t.Errorf("got %v, %v, want no change", c, err)
		}
	}
	reload := func(want string) {
		t.Helper()
		c, err := file.Reload()
		wantSets(t, c, err, want)
		unchanged()
	}
	fails := func(want string) {
		t.Helper()
		if c, err := file.Reload(); !errors.As(err, new(*config.Problems)) || c != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, %v, want an error with %q", c, err, want)
		}
		unchanged()
	}
	unchanged()
	d.write(t, map[string]string{"sets/a.yaml": set("a2")})
	reload("a2 b")
	d.write(t, map[string]string{"sets/0.yaml": set("first"), "sets/ignored.txt": "x"})
	reload("first a2 b")
	remove := func(name string) {
		t.Helper()
		if err := os.RemoveAll(d.path(name)); err != nil {
			t.Fatal(err)
		}
	}
	remove("sets/a.yaml")
	reload("first b")
	d.write(t, map[string]string{"sets/b.yaml": "sets: text\n"})
	fails("sets/b.yaml:1: sets: got text")
	d.write(t, map[string]string{"sets/b.yaml": set("b")})
	reload("first b")
	remove("sets")
	fails(`config.yaml:4: include[0]: "sets/*.yaml": no file matches`)
	d.write(t, map[string]string{"sets/b.yaml": set("b")})
	reload("b")
	d.write(t, map[string]string{"config.yaml": head + set("main")})
	reload("main")
	d.write(t, map[string]string{"sets/b.yaml": "not read"})
	unchanged()
}

// The kubelet replaces the files of a ConfigMap by the replacement of one symbolic link
// (atomic_writer.go of Kubernetes): each file is a link to ..data/FILE, and ..data is a link to
// a directory with the time in its name.
func TestReloadFollowsMountedConfigMap(t *testing.T) {
	t.Parallel()
	mount := newDirectory(t, nil)
	publish := func(version string, files map[string]string) {
		t.Helper()
		for name, text := range files {
			mount.write(t, map[string]string{version + "/" + name: text})
		}
		mount.link(t, version, "..data_tmp")
		if err := os.Rename(mount.path("..data_tmp"), mount.path("..data")); err != nil {
			t.Fatal(err)
		}
		for name := range files {
			top, _, _ := strings.Cut(name, "/")
			if _, err := os.Lstat(mount.path(top)); err != nil {
				mount.link(t, "..data/"+top, top)
			}
		}
		entries, err := os.ReadDir(string(mount))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			_, gone := os.Stat(mount.path(e.Name()))
			if gone != nil || strings.HasPrefix(e.Name(), "..20") && e.Name() != version {
				if err := os.RemoveAll(mount.path(e.Name())); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	main := head + "include: ['*.yaml', '*/*.yaml']\n"
	publish("..2026_1", map[string]string{"config.yaml": main, "a.yaml": set("a"), "sets/b.yaml": set("b")})
	file, c, err := config.Open(mount.path("config.yaml"))
	wantSets(t, c, err, "a b")
	for i, test := range []struct {
		files map[string]string
		want  string
	}{
		{map[string]string{"config.yaml": main, "a.yaml": set("a2"), "sets/b.yaml": set("b")}, "a2 b"},
		{map[string]string{"config.yaml": main, "a.yaml": set("a2"), "sets/b.yaml": set("b")}, ""}, // the same files in a new directory
		{map[string]string{"config.yaml": main, "a.yaml": set("a2"), "c.yaml": set("c"), "sets/b.yaml": set("b")}, "a2 c b"},
		{map[string]string{"config.yaml": main, "c.yaml": set("c"), "sets/d.yaml": set("d")}, "c d"},
		{map[string]string{"config.yaml": head + set("main")}, "main"},
	} {
		publish(fmt.Sprintf("..2026_%d", i+2), test.files)
		c, err := file.Reload()
		if test.want == "" {
			if c != nil || err != nil {
				t.Errorf("got %v, %v, want no change", c, err)
			}
			continue
		}
		wantSets(t, c, err, test.want)
	}
}

// Defaults apply to the sets of all files.
func TestDefaultsApplyToAllSets(t *testing.T) {
	t.Parallel()
	d := newDirectory(t, map[string]string{
		"config.yaml": head + `include: [a.yaml]
gitops: {url: /srv/gitops}
defaults:
  source: {git: {passwordFile: /p}, github: {owner: acme}}
  select: {branches: {exclude: [main], include: ["feature/**"]}}
  parameters: {a: "1", b: "2"}
  variants: [{name: x}]
  overlay: {base: apps/shop, labels: {team: web}, adminNamespace: admin, database: {engine: postgres}}
  lifetime: {idle: 3d, keepLabel: keep}
  guard: {removals: 5}
sets:
- {name: plain, source: ` + plainGit + `}
- name: own
  source: {github: {repo: shop}}
  select: {branches: {include: [main]}}
  parameters: {b: "3", c: "4"}
  variants: []
  overlay: {base: apps/own, labels: {tier: "1"}, database: {strategy: database}}
  lifetime: {idle: }
  guard: {percent: 10}
- name: none
  source: ` + plainGit + `
  overlay:
  parameters:
  guard: null
  select: {branches: {exclude: }}
`,
		"a.yaml": "sets:\n- {name: included, source: " + plainGit + "}\n",
	})
	c, err := config.Load(d.path("config.yaml"))
	wantSets(t, c, err, "plain own none included")
	for i, want := range []string{
		"git apps/shop [] [feature/**] [main] map[a:1 b:2] 1 map[team:web] schema 3d keep 5 50",
		"github apps/own [] [main] [main] map[a:1 b:3 c:4] 0 map[team:web tier:1] database 0s keep 5 10",
		"git - [] [feature/**] [] map[] 1 map[] - 3d keep 10 50",
		"git apps/shop [] [feature/**] [main] map[a:1 b:2] 1 map[team:web] schema 3d keep 5 50",
	} {
		s := c.Sets[i]
		base, labels, strategy := "-", map[string]string(nil), "-"
		if s.Overlay != nil {
			base, labels, strategy = s.Overlay.Base, s.Overlay.Labels, s.Overlay.Database.Strategy
		}
		got := fmt.Sprint(s.Source.Forge.Key, " ", base, " [] ", s.Select.Branches.Include, " ", s.Select.Branches.Exclude, " ", s.Parameters, " ", len(s.Variants), " ",
			labels, " ", strategy, " ", s.Lifetime.Idle, " ", s.Lifetime.KeepLabel, " ", *s.Guard.Removals, " ", *s.Guard.Percent)
		if got != want {
			t.Errorf("%s: got %s, want %s", s.Name, got, want)
		}
	}
	if c.Sets[0].Source.Forge.Key == "git" && slices.Equal(c.Include, []string{"a.yaml"}) && c.Defaults.Guard.Percent == nil {
		return
	}
	t.Errorf("got the patterns %v and the defaults %+v, want those of the file", c.Include, c.Defaults)
}

func TestEncodingsOfFiles(t *testing.T) {
	t.Parallel()
	utf16 := func(text string) string {
		out := "\xff\xfe"
		for i := range len(text) {
			out += text[i:i+1] + "\x00"
		}
		return out
	}
	bad := func(line string) string { return strings.Replace(minimal, "auth:", line+"\nauth:", 1) }
	for name, test := range map[string]struct{ text, want string }{
		"byte order mark":                {"\ufeff" + minimal, ""},
		"byte order mark and mistake":    {"\ufeff" + minimal + "x: 1\n", "config.yaml:8: x: unknown key"},
		"byte order mark and a tab":      {"\ufeff" + minimal + "\tx: 1\n", "config.yaml:8: the file is not valid YAML: a tab"},
		"CRLF":                           {strings.ReplaceAll(minimal, "\n", "\r\n"), ""},
		"CRLF and mistake":               {strings.ReplaceAll(minimal+"x: 1\n", "\n", "\r\n"), "config.yaml:8: x: unknown key"},
		"CRLF and a tab":                 {strings.ReplaceAll(bad("poll:\n\t1m"), "\n", "\r\n"), "config.yaml:4: the file is not valid YAML: a tab"},
		"UTF-16":                         {utf16(minimal), ""},
		"UTF-16 that is not YAML":        {utf16(minimal + "}"), "the file is not valid YAML"},
		"Latin-1":                        {bad("# caf\xe9"), "config.yaml:3: the file is not UTF-8 from here: save it as UTF-8"},
		"NUL":                            {bad("# \x00"), "config.yaml:3: the file is not valid YAML: a character is not allowed"},
		"a control character":            {bad("poll: \x07"), "config.yaml:3: the file is not valid YAML: a character is not allowed"},
		"binary":                         {"\x7fELF\x02\x01", "the file is not valid YAML"},
		"compressed":                     {"\x1f\x8b\x08", "the file is not UTF-8"},
		"empty":                          {"", "config.yaml: the file is empty: write a configuration"},
		"spaces":                         {" \n\n", "the file is empty"},
		"a comment":                      {"# nothing\n", "the file is empty"},
		"a separator":                    {"---\n", "the file is empty"},
		"null":                           {"null\n", "apiVersion: got"},
		"separator before the text":      {"---\n" + minimal, ""},
		"end after the text":             {minimal + "...\n", ""},
		"an empty second document":       {minimal + "---\n", "config.yaml:8: the file has more than one YAML document: keep one"},
		"a second that is not YAML":      {minimal + "---\n[", "the file has more than one YAML document"},
		"a directive":                    {"%YAML 1.1\n---\n" + minimal, ""},
		"a directive of a later version": {"%YAML 1.2\n---\n" + minimal, "config.yaml: the file is not valid YAML: the version after %YAML is not supported"},
		"JSON":                           {`{"apiVersion": "previewset.dev/v1alpha1", "kind": "Config", "auth": {"tokenEnv": "T"}, "sets": [{"name": "a", "source": {"git": {"url": "/a"}}, "select": {"branches": {}}}]}`, ""},
		"JSON with a missing bracket":    {`{"apiVersion": "previewset.dev/v1alpha1"`, "config.yaml:1: the file is not valid YAML: a map in braces has no end"},
		"a long key":                     {minimal + strings.Repeat("k", 400) + ": x\n", "config.yaml:8: a key has 400 bytes: use at most 320"},
		"a long key of a label":          {withOverlayKeys("labels: {" + strings.Repeat("k", 321) + ": x}"), "sets[0].overlay.labels: a key has 321 bytes"},
		"a key that is a list":           {minimal + "[a]: x\n", "a key is an alias, a list or a map"},
		"lines that end with CR":         {strings.ReplaceAll(minimal, "\n", "\r"), ""},
		"a text of several lines":        {strings.Replace(minimal, "TOKEN", "|\n  a\n", 1), "the file is not valid YAML"},
		"a map with many values":         {minimal + "x: [" + strings.Repeat("a,", 200_001) + "]\n", "more than 200000 values"},
		"aliases with many values":       {"a: &a [" + strings.Repeat("a,", 1000) + "]\nb: [" + strings.Repeat("*a, ", 250) + "]\n" + minimal, "more than 200000 values, with those of its aliases"},
		"aliases with few values":        {strings.Replace(minimal, "{branches: {}}", "{branches: {include: &a [main], exclude: *a}}", 1), ""},
		"an alias of a key":              {strings.Replace(minimal, "auth", "&a auth", 1) + "*a : {}\n", "config.yaml:8: a key is an alias"},
		"merge of a null value":          {strings.Replace(minimal, "{branches: {}}", "{branches: {<<: }}", 1), "sets[0].select.branches.<<: got no value, want a map or a list of maps"},
		"a quoted merge key":             {strings.Replace(minimal, "{branches: {}}", "{branches: {'<<': {}}}", 1), "unknown key in this line"},
		"thousands of mistakes":          {minimal + strings.Repeat("- {}\n", 2000), "there are "},
		"levels":                         {minimal + "x: " + strings.Repeat("[", 60) + strings.Repeat("]", 60) + "\n", "more than 50 levels"},
		"a key without a value at end":   {minimal + "argocd", "the file is not valid YAML"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "config.yaml")
			write(t, file, test.text)
			_, err := config.Load(file)
			if (err != nil) != (test.want != "") || err != nil && !strings.Contains(strings.ReplaceAll(err.Error(), filepath.Dir(file)+"/", ""), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if err != nil && len(err.Error()) > 1<<17 {
				t.Errorf("got %d bytes of problems, want few", len(err.Error()))
			}
		})
	}
}

// A file that can't be read is no invalid configuration.
func TestUnreadableFileIsReadError(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{dir, filepath.Join(dir, "gone.yaml"), "", filepath.Join(dir, "x", "gone.yaml")} {
		_, err := config.Load(name)
		if !errors.As(err, new(*config.ReadError)) || errors.As(err, new(*config.Problems)) || !strings.HasPrefix(err.Error(), "configuration: ") {
			t.Errorf("%q: got %v, want a ReadError", name, err)
		}
	}
}
