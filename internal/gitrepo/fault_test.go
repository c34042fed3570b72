package gitrepo_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/network"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// A server that answers badly, or not at all, has a kind and words for people.
func TestFaultsOfServers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault gittest.Fault
		kind  error
		want  string
	}{
		"status":    {gittest.Fault{Kind: gittest.Refuse, Status: 502}, network.ErrStatus, "read refs: the server answered with status 502"},
		"page":      {gittest.Fault{Kind: gittest.HTML}, gitrepo.ErrNotGit, "read refs: the answer is not that of a Git server"},
		"empty":     {gittest.Fault{Kind: gittest.Empty}, gitrepo.ErrNotGit, "read refs: the answer is not that of a Git server"},
		"no answer": {gittest.Fault{Kind: gittest.Hang}, context.DeadlineExceeded, "read refs: the server did not answer within 0.3s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faults := &gittest.Faults{}
			test.fault.Times = -1
			faults.Set(test.fault)
			repo := gittest.NewRepo(t, "r")
			repo.Commit(t, "main", "one", sample)
			server := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: faults.Middleware})
			var options gitrepo.Options
			if test.fault.Kind == gittest.Hang {
				options.Timeout = 300 * time.Millisecond
			}
			_, err := open(t, server.URL, options).Refs(t.Context())
			if !errors.Is(err, test.kind) || err.Error() != test.want {
				t.Errorf("got %v, want %q with the kind %v", err, test.want, test.kind)
			}
		})
	}
}
