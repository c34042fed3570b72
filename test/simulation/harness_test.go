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

// Credentials that no log, answer or commit may contain.
const (
	argoToken   = "argo-Zm9v/bar+canary?token"
	gitPassword = "git-cGFz/word+canary?secret"
)

// login has the credentials for the Git server.
type login struct{}

// HTTP implements gitrepo.Credentials.
func (login) HTTP(context.Context, string) (user, pass string, err error) {
	return "previewset", gitPassword, nil
}

// harness is the state of a walk: the forges, the Git server, the processes and the
// clock.
type harness struct {
	t          testing.TB
	rng        *rand.Rand
	claimRNG   *rand.Rand // of claimDirectories only, so that it leaves the rest of a walk unchanged
	now        time.Time
	forges     [2]*forge
	forgeState forgeState
	repo       *gittest.Repo
	faults     gittest.Faults
	server     *gittest.Server
	git        *gitopsRepo
	config     config
	procs      []*process
	promises   *promises
	log        lockedBuffer
	// steps counts the steps. shown has the step of the view that the last list showed, by
	// the lifeKey of the reader and the forge.
	steps int
	shown map[string]int
	// stepLog describes the steps so far, violations the broken promises.
	stepLog    []string
	violations []string
}

func newHarness(t testing.TB, seed uint64) *harness {
	h := &harness{
		t: t, rng: rand.New(rand.NewPCG(seed, 0)), claimRNG: rand.New(rand.NewPCG(seed, 1)), now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
		forgeState: healthy, config: firstConfig(), repo: gittest.NewRepo(t, "gitops"), shown: map[string]int{},
	}
	h.repo.Config(t, "core.fsync", "none")
	h.repo.Config(t, "receive.unpackLimit", "100000") // loose objects: gitopsRepo sees new ones immediately
	h.server = gittest.Serve(t, h.repo, gittest.ServeOptions{User: "previewset", Password: gitPassword, Middleware: h.faults.Middleware})
	h.git = openGitOpsRepo(h, h.repo.Dir)
	h.git.commitAsPerson("Begin", func(f files) {
		f["README"] = "Ours.\n"
		f["base/kustomization.yaml"] = "resources: [settings.yaml]\n"
		f["base/settings.yaml"] = settings(0)
	})
	h.forges = [2]*forge{newForge("shop", "1", h.now), newForge("web", "2", h.now)}
	h.forges[0].timelines = true
	h.promises = newPromises(h)
	first := gitops.Permissions{Write: true, Prune: h.rng.IntN(2) == 0}
	h.procs = []*process{
		{h: h, name: "replica-a", permissions: first},
		{h: h, name: "replica-b", permissions: gitops.Permissions{Write: true}},
		{h: h, name: "pruner", permissions: gitops.Permissions{Prune: true}},
	}
	for _, p := range h.procs {
		p.start()
	}
	return h
}

func settings(version int) string {
	return fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {version: \"%d\"}\n", version)
}

func (h *harness) clock() time.Time { return h.now }

func (h *harness) logStep(format string, args ...any) {
	h.stepLog = append(h.stepLog, fmt.Sprintf(format, args...))
}

func (h *harness) reportViolation(format string, args ...any) {
	h.violations = append(h.violations, fmt.Sprintf(format, args...))
}

// must ends the walk if err is an error of the harness.
func (h *harness) must(err error) {
	if err != nil {
		_, file, line, _ := runtime.Caller(1)
		h.t.Fatalf("%s:%d: %v", file, line, err)
	}
}

// searchSecrets searches the output of a process for credentials.
func (h *harness) searchSecrets(text []byte) {
	for _, form := range secretForms() {
		if bytes.Contains(text, []byte(form)) {
			h.reportViolation("a credential is in: %.300s", text)
		}
	}
}

func secretForms() (forms []string) {
	for _, secret := range []string{argoToken, gitPassword} {
		forms = append(forms, secret, url.QueryEscape(secret), url.PathEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret)))
	}
	return append(forms, base64.StdEncoding.EncodeToString([]byte("previewset:"+gitPassword)))
}

// searchLogs searches the log lines since the last call for credentials.
func (h *harness) searchLogs() { h.searchSecrets(h.log.take()) }

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

// lastSteps returns a description of the last steps of the walk.
func (h *harness) lastSteps() string {
	return strings.Join(h.stepLog[max(0, len(h.stepLog)-25):], "\n\t")
}
