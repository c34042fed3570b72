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
	w    *world
	name string
	mask gitops.Permissions
	// started counts its lives.
	started int
	// meanwhile is called once, between the plan of a commit and its push.
	meanwhile func()

	config     config
	repository *gitops.Repository
	sets       map[string]*pipeline.Set
	board      *plugin.Board // nil for the pruner
	handler    http.Handler
	log        *slog.Logger
}

func (p *process) serves() bool { return p.mask.Write }

// start begins a life: nothing is remembered.
func (p *process) start() {
	p.started++
	p.log = slog.New(slog.NewTextHandler(&p.w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	remote, err := gitrepo.Open(p.w.server.URL, gitrepo.Options{Credentials: login{}, Timeout: 30 * time.Second})
	p.w.must(err)
	p.repository = gitops.New(remote, gitops.Options{
		Branch: "main", Path: "previews", Author: gitrepo.Signature{Name: p.name, Email: "previewset@example.test"},
		Now: p.commits, Log: p.log, OnRetry: func(string) {},
	})
	if p.serves() {
		p.board = plugin.NewBoard(p.w.clock)
		p.handler = plugin.New(plugin.Options{
			Board: p.board, Token: func() string { return token }, Log: p.log, Metrics: http.NotFoundHandler(),
			OnAnswer: func(string, int, time.Duration) {},
		})
	}
	p.reload()
}

// commits returns the time of a commit, which follows its plan.
func (p *process) commits() time.Time {
	if do := p.meanwhile; do != nil {
		p.meanwhile = nil
		do()
	}
	return p.w.clock()
}

// reload takes the newest configuration.
func (p *process) reload() {
	p.config = p.w.config
	namers, err := naming.NewNamers(p.config.patterns())
	p.w.must(err)
	renderer, err := kustomize.New(kustomize.Spec{
		RepoURL: p.repository.URL(), Base: "base", Labels: map[string]string{"color": p.config.color},
	})
	p.w.must(err)
	everyPull := generator.Selection{PullRequests: &generator.PullRequestRules{}}
	p.sets = map[string]*pipeline.Set{
		shop: {
			Name: shop, Source: &source{w: p.w, forge: p.w.forges[p.config.forge]}, Selection: p.config.selection(),
			Variants: p.config.variantsFor(shop), Guard: p.config.guard, Namer: namers[shop], Now: p.w.clock, Log: p.log,
			Overlay: &pipeline.Overlay{Renderer: renderer, Repository: p.repository, Paths: []string{"base"}},
		},
		plain: {
			Name: plain, Source: &source{w: p.w, forge: p.w.forges[0], honest: true}, Selection: everyPull,
			Variants: p.config.variantsFor(plain), Guard: p.config.guard, Namer: namers[plain], Now: p.w.clock, Log: p.log,
		},
	}
	if p.serves() {
		p.board.Configure([]string{shop, plain}, maxAge)
	}
}

// sync is what the service's loop and the pruner's pass do with a set.
func (p *process) sync(set string) (*pipeline.Outcome, error) {
	if !p.serves() {
		return p.sets[set].Sync(p.w.t.Context(), nil, p.mask)
	}
	previous, err := p.board.Snapshot(set)
	if err != nil && !errors.Is(err, plugin.ErrStale) {
		previous = nil
	}
	outcome, err := p.sets[set].Sync(p.w.t.Context(), previous, p.mask)
	if err != nil {
		p.board.Failed(set, pipeline.Cause(err))
		return nil, err
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

// ask is Argo CD's request. It returns nil where the answer is not a 200.
func (p *process) ask(set string) []preview {
	body, _ := json.Marshal(map[string]any{"input": map[string]any{"parameters": map[string]string{"set": set}}})
	request := httptest.NewRequest(http.MethodPost, "/api/v1/getparams.execute", bytes.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	p.handler.ServeHTTP(answer, request)
	p.w.heard(answer.Body.Bytes())
	if answer.Code == http.StatusServiceUnavailable {
		return nil
	}
	var parsed struct {
		Output struct {
			Parameters []preview `json:"parameters"`
		} `json:"output"`
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &parsed); err != nil || answer.Code != http.StatusOK {
		p.w.violated("%s answers %d: %s", p.name, answer.Code, answer.Body)
	}
	if parsed.Output.Parameters == nil {
		return []preview{}
	}
	return parsed.Output.Parameters
}
