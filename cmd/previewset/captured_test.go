package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	gittest "github.com/previewset/previewset/test/fake/git"
	giteatest "github.com/previewset/previewset/test/fake/gitea"
)

// The credentials of the tests. Each one has characters that base64, URLs, JSON and
// quoted strings encode, so that an encoded leak differs from a plain one.
const (
	pluginToken   = `canary~plugin?token>>1/&"%zz+`
	githubToken   = `canary~github?token>>2/&"%zz+`
	webhookSecret = `canary~webhook?secret>>3/&"%zz+`
	gitPassword   = `canary~git?password>>4/&"%zz+`
)

// captured has all output of previewset in a test, and the secrets that must not be in
// the output.
type captured struct {
	mu      sync.Mutex
	outputs map[string]*bytes.Buffer // by source
	secrets []string
}

func newCaptured() *captured {
	return &captured{
		outputs: map[string]*bytes.Buffer{},
		secrets: []string{pluginToken, githubToken, webhookSecret, gitPassword, giteatest.ReaderToken, giteatest.NarrowToken},
	}
}

// writer returns a writer that captures the output of one source.
func (h *captured) writer(where string) *captureWriter { return &captureWriter{h, where} }

type captureWriter struct {
	captured *captured
	source   string
}

func (e *captureWriter) Write(p []byte) (int, error) {
	e.captured.mu.Lock()
	defer e.captured.mu.Unlock()
	if e.captured.outputs[e.source] == nil {
		e.captured.outputs[e.source] = &bytes.Buffer{}
	}
	return e.captured.outputs[e.source].Write(p)
}

func (h *captured) output(where string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.outputs[where] == nil {
		return ""
	}
	return h.outputs[where].String()
}

// writeSecret writes a secret to a file beside the configuration. The output must not
// contain the secret.
func (f *fixture) writeSecret(name, value string) {
	f.t.Helper()
	f.write(name, value+"\n")
	f.captured.addSecret(value)
}

func (h *captured) addSecret(secret string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !slices.Contains(h.secrets, secret) {
		h.secrets = append(h.secrets, secret)
	}
}

// leaks returns each secret in the captured output, and in all objects of the GitOps
// repository, also in unreachable ones.
func (f *fixture) leaks() []string {
	objects := exec.Command("git", "cat-file", "--batch-all-objects", "--batch")
	objects.Dir, objects.Env = f.gitops.Dir, gittest.Env()
	out, err := objects.CombinedOutput()
	if err != nil {
		return []string{fmt.Sprintf("the GitOps repository can't be read: %v %s", err, out)}
	}
	f.captured.mu.Lock()
	defer f.captured.mu.Unlock()
	found := findLeaks("the GitOps repository", string(out), f.captured.secrets)
	for where, text := range f.captured.outputs {
		found = append(found, findLeaks(where, text.String(), f.captured.secrets)...)
	}
	return found
}

// findLeaks returns the secrets in text, with their encodings.
func findLeaks(where, text string, secrets []string) (found []string) {
	for _, secret := range secrets {
		for form, needles := range encodings(secret) {
			for _, needle := range needles {
				if at := strings.Index(text, needle); at >= 0 {
					found = append(found, fmt.Sprintf("%s contains the secret %.14q… (%s): …%q", where, secret, form, text[max(0, at-120):at]))
				}
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// encodings returns the texts by which a leak of the secret is found, by encoding. Each
// line of a PEM key is a secret.
func encodings(secret string) map[string][]string {
	forms := map[string][]string{}
	for line := range strings.SplitSeq(secret, "\n") {
		line = strings.TrimSpace(line)
		if len(line) < 12 || strings.HasPrefix(line, "-----") {
			continue
		}
		quoted := strconv.Quote(line)
		written, _ := json.Marshal(line) // strings can't fail
		for form, needle := range map[string]string{
			"plain": line, "query": url.QueryEscape(line), "path": url.PathEscape(line),
			"quoted": quoted[1 : len(quoted)-1], "JSON": string(written[1 : len(written)-1]),
			"hexadecimal": hex.EncodeToString([]byte(line)),
		} {
			forms[form] = append(forms[form], needle)
		}
		forms["base64"] = append(forms["base64"], base64Fragments(line)...)
	}
	return forms
}

// base64Fragments returns three fragments. The base64 encoding of each text that contains s,
// such as "user:" + s, contains one of them. Base64 encodes groups of three bytes, so each
// offset of s in its group has a fragment. The fragments lack the characters that also
// depend on the neighbours of s.
func base64Fragments(s string) (all []string) {
	for lead := range 3 {
		padded := strings.Repeat("x", lead) + s
		groups := padded[:len(padded)/3*3]
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
			skip := []int{0, 4, 4}[lead]
			all = append(all, encoding.EncodeToString([]byte(groups))[skip:])
		}
	}
	return all
}

// TestFindLeaks tests the search at the end of every other test.
func TestFindLeaks(t *testing.T) {
	t.Parallel()
	basic := func(user string) string { return base64.StdEncoding.EncodeToString([]byte(user + ":" + gitPassword)) }
	written, err := json.Marshal(gitPassword)
	if err != nil {
		t.Fatal(err)
	}
	for name, planted := range map[string]string{
		"plain":            gitPassword,
		"in a URL":         "http://u:" + url.QueryEscape(gitPassword) + "@host/",
		"in a path":        "http://host/" + url.PathEscape(gitPassword) + "/",
		"quoted":           strconv.Quote("sent " + gitPassword),
		"JSON":             string(written),
		"hexadecimal":      fmt.Sprintf("%x", "u:"+gitPassword),
		"base64":           base64.StdEncoding.EncodeToString([]byte(gitPassword)),
		"base64 of a URL":  base64.RawURLEncoding.EncodeToString([]byte(gitPassword)),
		"basic, 2 before":  basic("u"),
		"basic, 3 before":  basic("uu"),
		"basic, 4 before":  basic("uuu"),
		"basic, more text": base64.StdEncoding.EncodeToString([]byte("uu:" + gitPassword + ":and more")),
	} {
		if found := findLeaks("here", "before "+planted+" after", []string{gitPassword}); len(found) == 0 {
			t.Errorf("%s: %s was not found", name, planted)
		}
	}
	if found := findLeaks("here", "canary "+base64.StdEncoding.EncodeToString([]byte("canary~git?")), []string{gitPassword}); len(found) > 0 {
		t.Errorf("found without a leak: %v", found)
	}
	key := "-----BEGIN KEY-----\nQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo\nYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXo\n-----END KEY-----"
	if found := findLeaks("here", "bad line: YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXo", []string{key}); len(found) == 0 {
		t.Error("one line of a key was not found")
	}
}

// TestLeaksSearchesEveryOutput checks that a secret is found in each place
// that is searched at the end of a test.
func TestLeaksSearchesEveryOutput(t *testing.T) {
	t.Parallel()
	for place, leak := range map[string]func(*testing.T, *fixture){
		"a file in Git":    func(t *testing.T, f *fixture) { f.gitops.Commit(t, "main", "m", map[string]string{"x": gitPassword}) },
		"a commit message": func(t *testing.T, f *fixture) { f.gitops.Commit(t, "main", gitPassword, map[string]string{"x": "y"}) },
		"a file's name": func(t *testing.T, f *fixture) {
			f.gitops.Commit(t, "main", "m", map[string]string{"canary-in-a-path": "y"})
		},
		"another branch": func(t *testing.T, f *fixture) { f.gitops.Commit(t, "other", "m", map[string]string{"x": gitPassword}) },
		"an output":      func(_ *testing.T, f *fixture) { f.run("plan", "--canary-in-a-path") },
		"a response and a log": func(t *testing.T, f *fixture) {
			f.configure(gitSet(shopRepository(t).URL()))
			f.serve().send("POST", "/nowhere", "", nil)
			f.captured.secrets = []string{`{"message":"Not Found"}`}
		},
		"a log": func(t *testing.T, f *fixture) {
			f.configure(gitSet(shopRepository(t).URL()))
			f.serve().stop()
			f.captured.secrets = []string{`"msg":"listening"`}
		},
		"the metrics": func(t *testing.T, f *fixture) {
			f.configure(gitSet(shopRepository(t).URL()))
			f.serve().stop()
			f.captured.secrets = []string{"previewset_config_reload_failures_total"}
		},
	} {
		t.Run(place, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.captured.addSecret("canary-in-a-path")
			leak(t, f)
			if len(f.leaks()) == 0 {
				t.Error("the leak was not found")
			}
			f.captured.secrets = nil // the leak is expected
		})
	}
}
