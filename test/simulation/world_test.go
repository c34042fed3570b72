package simulation_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/gitops"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// Credentials that no log, answer or commit may hold.
const (
	token    = "argo-Zm9v/bar+canary?token"
	password = "git-cGFz/word+canary?secret"
)

// login is the password at the Git server.
type login struct{}

// HTTP implements gitrepo.Credentials.
func (login) HTTP(context.Context) (user, pass string, err error) { return "previewset", password, nil }

// world is everything, at one step of a walk.
type world struct {
	t        testing.TB
	rng      *rand.Rand
	dice     *rand.Rand // for overtake: it changes nothing else in a walk
	now      time.Time
	forges   [2]*forge
	mood     mood
	repo     *gittest.Repo
	faults   gittest.Faults
	server   *gittest.Server
	git      *bare
	config   config
	procs    []*process
	promises *promises
	log      lockedBuffer
	// steps says what was done, violations what was found.
	steps      []string
	violations []string
}

func newWorld(t testing.TB, seed uint64) *world {
	w := &world{
		t: t, rng: rand.New(rand.NewPCG(seed, 0)), dice: rand.New(rand.NewPCG(seed, 1)), now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
		mood: well, config: firstConfig(), repo: gittest.NewRepo(t, "gitops"),
	}
	w.repo.Config(t, "core.fsync", "none")
	w.repo.Config(t, "receive.unpackLimit", "100000") // what a reader beside the server sees at once
	w.server = gittest.Serve(t, w.repo, gittest.ServeOptions{User: "previewset", Password: password, Middleware: w.faults.Middleware})
	w.git = openBare(w, w.repo.Dir)
	w.git.put("Begin", func(f files) {
		f["README"] = "Ours.\n"
		f["base/kustomization.yaml"] = "resources: [settings.yaml]\n"
		f["base/settings.yaml"] = settings(0)
	})
	w.forges = [2]*forge{newForge("shop", w.now), newForge("web", w.now)}
	w.promises = newPromises(w)
	both := gitops.Permissions{Write: true, Prune: w.rng.IntN(2) == 0}
	w.procs = []*process{
		{w: w, name: "replica-a", mask: both},
		{w: w, name: "replica-b", mask: gitops.Permissions{Write: true}},
		{w: w, name: "pruner", mask: gitops.Permissions{Prune: true}},
	}
	for _, p := range w.procs {
		p.start()
	}
	return w
}

func settings(version int) string {
	return fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {version: \"%d\"}\n", version)
}

func (w *world) clock() time.Time { return w.now }

func (w *world) did(format string, args ...any) {
	w.steps = append(w.steps, fmt.Sprintf(format, args...))
}

func (w *world) violated(format string, args ...any) {
	w.violations = append(w.violations, fmt.Sprintf(format, args...))
}

// must ends the walk for an error that is the walk's own.
func (w *world) must(err error) {
	if err != nil {
		_, file, line, _ := runtime.Caller(1)
		w.t.Fatalf("%s:%d: %v", file, line, err)
	}
}

// heard searches what left a process for secrets.
func (w *world) heard(text []byte) {
	for _, form := range secretForms() {
		if bytes.Contains(text, []byte(form)) {
			w.violated("a secret is in: %.300s", text)
		}
	}
}

func secretForms() (forms []string) {
	for _, secret := range []string{token, password} {
		forms = append(forms, secret, url.QueryEscape(secret), url.PathEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret)))
	}
	return append(forms, base64.StdEncoding.EncodeToString([]byte("previewset:"+password)))
}

// searchLogs searches what was logged since the last time.
func (w *world) searchLogs() { w.heard(w.log.take()) }

// lockedBuffer is a buffer for several writers.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) take() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := bytes.Clone(l.b.Bytes())
	l.b.Reset()
	return taken
}

// story returns the last steps of the walk.
func (w *world) story() string {
	return strings.Join(w.steps[max(0, len(w.steps)-25):], "\n\t")
}
