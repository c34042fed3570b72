package preflight

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/kube"
	"github.com/previewset/previewset/internal/wiring"
)

const (
	// timeout bounds all checks together.
	timeout = 5 * time.Minute
	// concurrentSets is the number of sets whose sources are checked at the same time.
	concurrentSets = 4
)

// Options are the circumstances of the checks.
type Options struct {
	// File is the name of the configuration file.
	File string
	Log  *slog.Logger
	Now  func() time.Time
	// Kubeconfig is a kubeconfig of a person, "" for the access of the configuration.
	Kubeconfig string
	// Account is the ServiceAccount of the service, whose rights are reviewed with
	// Kubeconfig.
	Account kube.ServiceAccount
	// Working is called when a part of the checks begins, and the result when it ends.
	Working func(part string) (done func())
}

// checker has the parts of a configuration while they are checked.
type checker struct {
	Options
	config *config.Config
	parts  *wiring.Parts

	mu    sync.Mutex
	rates map[string]rate // by set
	notes []string
}

// rate is the state of a forge's rate limit.
type rate struct{ remaining, limit int }

// Run makes all checks. The error means that the configuration is not valid, or that ctx
// has ended.
func Run(stop context.Context, c *config.Config, o Options) (Report, error) {
	ctx, cancel := context.WithTimeout(stop, timeout)
	defer cancel()
	k := &checker{Options: o, config: c, rates: map[string]rate{}}
	var err error
	if k.parts, err = wiring.Wire(unsigned(c), wiring.Options{Log: o.Log, Now: o.Now, OnRate: k.onRate}); err != nil {
		return Report{}, err
	}
	r := Report{Groups: []Group{configuration(o.File, c)}}
	sources := k.sources(ctx)
	for _, s := range sources {
		r.Groups = append(r.Groups, s.Group)
	}
	if k.parts.Repository != nil {
		r.Groups = append(r.Groups, k.gitops(ctx, sources))
	}
	if g := k.argocd(ctx); len(g.Checks) > 0 {
		r.Groups = append(r.Groups, g)
	}
	if g := k.feedback(ctx, sources); len(g.Checks) > 0 {
		r.Groups = append(r.Groups, g)
	}
	if ctx.Err() != nil {
		k.notChecked("everything that failed because the time of %s for all checks has ended: run the check again", timeout)
	}
	r.NotChecked = append([]string{}, k.notes...)
	return r, stop.Err()
}

// unsigned returns c without its signing key: a key that can't be read is a finding, and
// must not end the checks.
func unsigned(c *config.Config) *config.Config {
	if c.GitOps == nil {
		return c
	}
	gitops := *c.GitOps
	gitops.SigningKeyFile, gitops.SigningKeyEnv = "", ""
	changed := *c
	changed.GitOps = &gitops
	return &changed
}

// sources checks the source of each set, in the order of the configuration.
func (k *checker) sources(ctx context.Context) []source {
	all := make([]source, len(k.config.Sets))
	var group errgroup.Group
	group.SetLimit(concurrentSets)
	for i, s := range k.config.Sets {
		group.Go(func() error {
			defer k.Working("source " + s.Name)()
			all[i] = k.source(ctx, s, k.parts.Sets[i])
			return nil
		})
	}
	_ = group.Wait() // the functions return no errors
	return all
}

func (k *checker) onRate(set, _ string, remaining, limit int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.rates[set] = rate{remaining, limit}
}

func (k *checker) rateOf(set string) (rate, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	r, ok := k.rates[set]
	return r, ok
}

// notChecked records something that can't be checked.
func (k *checker) notChecked(format string, args ...any) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.notes = append(k.notes, fmt.Sprintf(format, args...))
}

// sample returns a change of the kinds that a set selects, for a set without a matching
// change.
func sample(q generator.Query) generator.Change {
	c := generator.Change{
		Kind: generator.Branch, Branch: "sample", TargetBranch: "sample", Title: "Sample", Author: "sample",
		HeadSHA: "0123456789abcdef0123456789abcdef01234567",
	}
	if q.PullRequests {
		c.Kind, c.Number, c.TargetBranch = generator.PullRequest, 1, "main"
		c.URL = "https://forge.example/sample/pulls/1"
	}
	return c
}
