package simulation_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/plugin"
)

// process is a running previewset: a replica of the service, or the pruner.
type process struct {
	h           *harness
	name        string
	permissions gitops.Permissions
	// starts counts how often the process was started.
	starts int
	// beforePush, if it is set, is called once, between the plan of a commit and its
	// push.
	beforePush func()
	// labelings is the evidence of events that no list of the set shop has shown.
	labelings []labeling

	config     config
	repository *gitops.Repository
	sets       map[string]*pipeline.Set
	board      *plugin.Board // nil for the pruner
	handler    http.Handler
	log        *slog.Logger
}

func (p *process) isReplica() bool { return p.permissions.Write }

// start starts the process, or restarts it. A restarted process has empty caches.
func (p *process) start() {
	p.starts++
	p.labelings = nil
	p.log = slog.New(slog.NewTextHandler(&p.h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	remote, err := gitrepo.Open(p.h.server.URL, gitrepo.Options{Credentials: login{}, Timeout: 30 * time.Second})
	p.h.must(err)
	p.repository = gitops.New(remote, gitops.Options{
		Branch: "main", Path: "previews", Author: gitrepo.Signature{Name: p.name, Email: "previewset@example.test"},
		Now: p.commitTime, Log: p.log, OnRetry: func(string) {},
	})
	if p.isReplica() {
		p.board = plugin.NewBoard(p.h.clock)
		p.handler = plugin.New(plugin.Options{
			Board: p.board, Token: func() string { return argoToken }, Log: p.log, Metrics: http.NotFoundHandler(),
			OnAnswer: func(string, int, time.Duration) {},
		})
	}
	p.reload()
}

// commitTime returns the time of a commit. The committer asks for it between the plan
// and the push.
func (p *process) commitTime() time.Time {
	if call := p.beforePush; call != nil {
		p.beforePush = nil
		call()
	}
	return p.h.clock()
}

// reload applies the current configuration.
func (p *process) reload() {
	p.config = p.h.config
	namers, err := naming.NewNamers(p.config.patterns())
	p.h.must(err)
	renderer, err := kustomize.New(kustomize.Spec{
		RepoURL: p.repository.URL(), Base: "base", Labels: map[string]string{"color": p.config.color},
	})
	p.h.must(err)
	everyPull := generator.Selection{PullRequests: &generator.PullRequestRules{}}
	p.sets = map[string]*pipeline.Set{
		shop: {
			Name: shop, Source: &source{h: p.h, forge: p.h.forges[p.config.forge], life: lifeKey(p, shop)}, Selection: p.config.selection(),
			Variants: p.config.variantsFor(shop), Guard: p.config.guard, Namer: namers[shop], Now: p.h.clock, Log: p.log,
			Overlay: &pipeline.Overlay{Renderer: renderer, Repository: p.repository, Paths: []string{"base"}},
		},
		plain: {
			Name: plain, Source: &source{h: p.h, forge: p.h.forges[0], life: lifeKey(p, plain), alwaysComplete: true}, Selection: everyPull,
			Variants: p.config.variantsFor(plain), Guard: p.config.guard, Namer: namers[plain], Now: p.h.clock, Log: p.log,
		},
	}
	if p.isReplica() {
		p.board.Configure([]string{shop, plain}, maxAge)
	}
}

// sync syncs a set as the loop of the service, or a pass of the pruner, does.
func (p *process) sync(set string) (*pipeline.Outcome, error) {
	if !p.isReplica() {
		return p.sets[set].Sync(p.h.t.Context(), pipeline.Input{Permissions: p.permissions})
	}
	previous, err := p.board.Snapshot(set)
	if err != nil && !errors.Is(err, plugin.ErrStale) {
		previous = nil
	}
	in := pipeline.Input{Previous: previous, Permissions: p.permissions}
	if set == shop {
		in.Labelings = p.evidence()
	}
	outcome, err := p.sets[set].Sync(p.h.t.Context(), in)
	if err != nil {
		p.board.Failed(set, pipeline.Cause(err))
		return nil, err
	}
	if set == shop {
		p.settle(outcome.Listing)
	}
	_, err = p.board.Publish(outcome.Snapshot)
	return outcome, err
}

// preview is one parameter set of an answer.
type preview struct {
	ID         string `json:"id"`
	Kind       string `json:"kind"`
	Number     string `json:"number"`
	Branch     string `json:"branch"`
	Variant    string `json:"variant"`
	Flags      string `json:"flags"`
	Tier       string `json:"tier"`
	Repository string `json:"repository"`
	Name       string `json:"name"`
	Namespace  string `json:"namespace"`
	Host       string `json:"host"`
	Schema     string `json:"db_schema"`
	Head       string `json:"head_sha"`
	Path       string `json:"path"`
	Revision   string `json:"revision"`
}

// requestPreviews makes the request that Argo CD makes. It returns nil if the answer
// has the status 503.
func (p *process) requestPreviews(set string) []preview {
	body, _ := json.Marshal(map[string]any{"input": map[string]any{"parameters": map[string]string{"set": set}}})
	request := httptest.NewRequest(http.MethodPost, "/api/v1/getparams.execute", bytes.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+argoToken)
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	p.handler.ServeHTTP(answer, request)
	p.h.searchSecrets(answer.Body.Bytes())
	if answer.Code == http.StatusServiceUnavailable {
		return nil
	}
	var parsed struct {
		Output struct {
			Parameters []preview `json:"parameters"`
		} `json:"output"`
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &parsed); err != nil || answer.Code != http.StatusOK {
		p.h.reportViolation("%s answers %d: %s", p.name, answer.Code, answer.Body)
	}
	if parsed.Output.Parameters == nil {
		return []preview{}
	}
	return parsed.Output.Parameters
}
