package gitrepo_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/test/fuzzing"
)

// line returns a pkt-line.
func line(payload string) string {
	size := strconv.FormatInt(int64(len(payload)+4), 16)
	return strings.Repeat("0", 4-len(size)) + size + payload
}

// FuzzAdvertisement checks that Refs returns all branches of an advertisement, or an
// error.
func FuzzAdvertisement(f *testing.F) {
	const flush = "0000"
	hash := strings.Repeat("a", 40)
	prefix := line("# service=git-upload-pack\n") + flush
	first := line(hash + " HEAD\x00ofs-delta symref=HEAD:refs/heads/main agent=git/2\n")
	main, other := line(hash+" refs/heads/main\n"), line(hash+" refs/heads/other\n")
	for _, seed := range []string{
		"", flush, prefix, prefix + flush, prefix + first + main + other + flush,
		first + main + other + flush,                             // no prefix
		prefix + first + main + other,                            // cut off
		prefix + first + main + line("") + other + flush,         // an empty line
		prefix + first + main + line("\n") + other + flush,       // a line with a line break only
		prefix + first + main + other + other + flush,            // a duplicate
		prefix + first + main + flush + other + flush,            // a reference after the end
		prefix + first + main + line("ERR no\n") + other + flush, // an error before the end
		prefix + first + line("shallow "+hash) + main + flush,
		prefix + first + line(hash+" refs/tags/v1^{}\n") + main + flush,
		prefix + line(strings.Repeat("0", 40)+" capabilities^{}\x00agent=git/2\n") + flush,
		prefix + line("version 1\n") + first + main + flush,
		"ffff" + hash, "<!DOCTYPE html>",
	} {
		f.Add(seed)
	}
	var answer atomic.Pointer[string]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
		_, _ = w.Write([]byte(*answer.Load()))
	}))
	f.Cleanup(server.Close)
	remote, err := gitrepo.Open(server.URL+"/r.git", gitrepo.Options{})
	if err != nil {
		f.Fatal(err)
	}
	judged := fuzzing.Judged(f, 5)
	f.Fuzz(func(t *testing.T, text string) {
		answer.Store(&text)
		refs, err := remote.Refs(t.Context())
		if err != nil {
			return
		}
		judged()
		for name := range branchesOf(strings.TrimPrefix(text, prefix)) {
			if _, ok := refs.Branches[name]; !ok {
				t.Errorf("%q is missing in %v", name, refs.Branches)
			}
		}
	})
}

// branchesOf parses an advertisement up to its flush, as leniently as possible.
func branchesOf(text string) map[string]bool {
	found := map[string]bool{}
	for len(text) >= 4 {
		size, err := strconv.ParseUint(text[:4], 16, 16)
		if err != nil || size == 0 {
			break
		}
		size = min(max(size, 4), uint64(len(text)))
		payload, _, _ := strings.Cut(text[4:size], "\x00")
		text = text[size:]
		_, name, _ := strings.Cut(strings.TrimSuffix(payload, "\n"), " ")
		if short, ok := strings.CutPrefix(name, "refs/heads/"); ok && !strings.HasSuffix(short, "^{}") {
			found[short] = true
		}
	}
	return found
}
