package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/plugin"
	gittest "github.com/previewset/previewset/test/fake/git"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// reporters are a service, and everything that reports the states of its changes.
type reporters struct {
	*runningService
	f      *fixture
	schema *openapi3.Schema
	events *eventReader
}

// fact is what everything reports about a change.
type fact struct {
	State   generator.State
	Reason  generator.Reason
	Message string
	Since   time.Time
}

// facts are the facts by "SET ID".
type facts map[string]fact

func factsOf(previews []plugin.StateView) facts {
	all := facts{}
	for _, v := range previews {
		all[v.Set+" "+v.ID] = fact{v.State, v.Reason, v.Message, v.Since.UTC()}
	}
	return all
}

func openReporters(f *fixture, s *runningService) *reporters {
	f.t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("../../docs/api/openapi.yaml")
	if err != nil {
		f.t.Fatal(err)
	}
	for _, schema := range doc.Components.Schemas {
		if len(schema.Value.Properties) > 0 && schema.Value.AdditionalProperties.Has == nil {
			schema.Value.AdditionalProperties.Has = new(bool)
		}
	}
	return &reporters{s, f, doc.Components.Schemas["States"].Value, readEvents(s)}
}

// decode reads the document of the states, which the description must allow.
func (r *reporters) decode(source, text string) (all plugin.StatesView) {
	r.f.t.Helper()
	var value any
	err := json.Unmarshal([]byte(text), &value)
	if err == nil {
		err = r.schema.VisitJSON(value, openapi3.EnableFormatValidation())
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), &all)
	}
	if err != nil {
		r.f.t.Fatalf("%s: %v", source, err)
	}
	return all
}

func (r *reporters) states() plugin.StatesView {
	r.f.t.Helper()
	_, body := r.get("/api/v1/previews")
	return r.decode("the API", body)
}

// ask runs a command that asks the service.
func (r *reporters) ask(args ...string) (status int, stdout, stderr string) {
	return r.askWith(r.f.file("token"), args...)
}

func (r *reporters) askWith(tokenFile string, args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	capture := r.f.captured.writer(args[0])
	status = Run(r.f.t.Context(), append(args, "--server", r.url, "--token-file", tokenFile), io.MultiWriter(&out, capture), io.MultiWriter(&errs, capture))
	return status, out.String(), errs.String()
}

// await waits until the states of the service meet a condition.
func (r *reporters) awaitStates(what string, condition func(plugin.StatesView) bool) {
	r.f.t.Helper()
	r.f.await(what, func() bool { return condition(r.states()) })
}

// awaitCounts waits until a set has exactly these numbers of states.
func (r *reporters) awaitCounts(set string, want map[generator.State]int) {
	r.f.t.Helper()
	var got map[generator.State]int
	deadline := time.Now().Add(waitTimeout)
	for {
		got = map[generator.State]int{}
		for _, v := range r.states().Previews {
			if v.Set == set {
				got[v.State]++
			}
		}
		if maps.Equal(got, want) {
			return
		}
		if time.Now().After(deadline) {
			r.f.t.Fatalf("set %s: got %v, want %v\n%s", set, got, want, r.logText())
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// message returns the message of the first change of a set in a state.
func (r *reporters) message(set string, state generator.State) string {
	r.f.t.Helper()
	for _, v := range r.states().Previews {
		if v.Set == set && v.State == state {
			return v.Message
		}
	}
	r.f.t.Fatalf("set %s has no change that is %s", set, state)
	return ""
}

// check compares everything that reports states at one point of the test. Without offline,
// it leaves out commands that read the configuration: they do not know why the service
// can't sync.
func (r *reporters) check(point string, offline bool) {
	r.f.t.Helper()
	api := r.states()
	_, listed, _ := r.ask("list", "--output", "json")
	r.compare(point+": list --server", factsOf(r.decode("list --server", listed).Previews), api)
	r.f.await("events at "+point, func() bool { return maps.Equal(r.events.facts(), factsOf(r.states().Previews)) })
	r.checkSets(point, api)
	r.f.await("metrics at "+point, func() bool { return r.checkMetrics(api) == "" })
	r.checkLog(point, api)
	r.checkExplain(point, api, offline)
	if offline {
		r.checkOffline(point, api)
	}
}

func (r *reporters) compare(source string, got facts, api plugin.StatesView) {
	r.f.t.Helper()
	want := factsOf(api.Previews)
	for _, id := range slices.Sorted(maps.Keys(want)) {
		if got[id] != want[id] {
			r.f.t.Errorf("%s: %s: got %+v, want %+v", source, id, got[id], want[id])
		}
	}
	if len(got) != len(want) {
		r.f.t.Errorf("%s: got %d changes, want %d", source, len(got), len(want))
	}
}

// checkOffline compares the commands that read the configuration.
func (r *reporters) checkOffline(point string, api plugin.StatesView) {
	r.f.t.Helper()
	_, listed, _ := r.f.run("list", "--output", "json")
	r.compare(point+": list", factsOf(r.decode("list", listed).Previews), api)
	_, planned, _ := r.f.run("plan", "--output", "json")
	var views []planView
	if err := json.Unmarshal([]byte(planned), &views); err != nil {
		r.f.t.Fatal(err)
	}
	states, want := facts{}, factsOf(api.Previews)
	for _, view := range views {
		maps.Copy(states, factsOf(view.Previews))
		held := map[string]bool{}
		for _, h := range view.Held {
			if held[h.ID] = true; h.Why != want[view.Set+" "+h.ID].Message {
				r.f.t.Errorf("%s: plan holds %s: got %q, want %q", point, h.ID, h.Why, want[view.Set+" "+h.ID].Message)
			}
		}
		for _, failure := range view.Failures {
			if !strings.HasPrefix(want[view.Set+" "+failure.ID].Message, failure.Error) {
				r.f.t.Errorf("%s: plan can't write %s: got %q, want %q", point, failure.ID, failure.Error, want[view.Set+" "+failure.ID].Message)
			}
		}
		for _, step := range view.Steps {
			if now := want[view.Set+" "+step.ID]; step.Action == gitops.Delete && (now.State != generator.StateRemoving || !strings.HasPrefix(now.Message, step.Verdict.Detail)) {
				r.f.t.Errorf("%s: plan deletes %s, %q, which is %+v", point, step.ID, step.Verdict.Detail, now)
			}
		}
		r.checkView(point+": plan", view.Set, held, view.Dropped, api)
	}
	r.compare(point+": plan", states, api)
}

// checkView compares the held previews, and the changes without a preview.
func (r *reporters) checkView(source, set string, held map[string]bool, dropped []plugin.DroppedView, api plugin.StatesView) {
	r.f.t.Helper()
	without := map[string]plugin.DroppedView{}
	for _, d := range dropped {
		without[d.ID] = d
	}
	for _, v := range api.Previews {
		if v.Set != set {
			continue
		}
		d, isDropped := without[v.ID]
		if isDropped != (v.Parameters == nil) || held[v.ID] != (v.State == generator.StateHeld) || isDropped && (d.Reason != v.Reason || d.Detail != v.Message) {
			r.f.t.Errorf("%s: %s: got held %t, dropped %t %+v, want %+v", source, v.ID, held[v.ID], isDropped, d, v)
		}
		delete(without, v.ID)
	}
	if len(without) > 0 {
		r.f.t.Errorf("%s: the API does not have %v", source, without)
	}
}

// checkSets compares GET /api/v1/sets/<set>/previews.
func (r *reporters) checkSets(point string, api plugin.StatesView) {
	r.f.t.Helper()
	want := factsOf(api.Previews)
	for _, set := range api.Sets {
		var view plugin.View
		if _, body := r.get("/api/v1/sets/" + set.Set + "/previews"); json.Unmarshal([]byte(body), &view) != nil {
			r.f.t.Fatal(body)
		}
		held := map[string]bool{}
		for _, p := range view.Previews {
			id := p.Parameters["id"].(string)
			if held[id] = p.Held != ""; held[id] && p.Held != want[set.Set+" "+id].Message {
				r.f.t.Errorf("%s: the set holds %s: got %q, want %q", point, id, p.Held, want[set.Set+" "+id].Message)
			}
		}
		r.checkView(point+": the set", set.Set, held, view.Dropped, api)
	}
}

// checkMetrics returns the first sample that contradicts the states, "" for none.
func (r *reporters) checkMetrics(api plugin.StatesView) string {
	want := map[string]int{}
	for _, set := range api.Sets {
		for _, state := range generator.States() {
			want[fmt.Sprintf("changes{set=%q,state=%q}", set.Set, state)] = 0
		}
		want[fmt.Sprintf("previews{set=%q}", set.Set)] = 0
		want[fmt.Sprintf("previews_held{set=%q}", set.Set)] = 0
	}
	for _, v := range api.Previews {
		want[fmt.Sprintf("changes{set=%q,state=%q}", v.Set, v.State)]++
		if v.Parameters != nil {
			want[fmt.Sprintf("previews{set=%q}", v.Set)]++
		}
		if v.State == generator.StateDropped {
			want[fmt.Sprintf("changes_dropped{reason=%q,set=%q}", v.Reason, v.Set)]++
		}
		if v.State == generator.StateHeld {
			want[fmt.Sprintf("previews_held{set=%q}", v.Set)]++
		}
	}
	_, metrics := r.get("/metrics")
	for name, n := range want {
		if !strings.Contains(metrics, fmt.Sprintf("\npreviewset_%s %d\n", name, n)) {
			return fmt.Sprintf("%s %d", name, n)
		}
	}
	reasons := 0
	for name := range want {
		if strings.HasPrefix(name, "changes_dropped{") {
			reasons++
		}
	}
	if got := strings.Count(metrics, "\npreviewset_changes_dropped{"); got != reasons {
		return fmt.Sprintf("changes_dropped has %d reasons, want %d", got, reasons)
	}
	return ""
}

// checkLog compares the causes that the log reports as begun and not ended, and their
// messages.
func (r *reporters) checkLog(point string, api plugin.StatesView) {
	r.f.t.Helper()
	r.f.await("the log at "+point, func() bool {
		return maps.EqualFunc(r.openCauses(), causesOf(api), func(logged, message string) bool { return logged == "" || strings.HasPrefix(message, logged) })
	})
	r.f.await("the counts of syncs in the log at "+point, func() bool { return maps.Equal(r.syncedCounts(), countsOf(api)) })
}

// counts are the numbers that the log has of a sync.
type counts struct{ Previews, Dropped, Held int }

// syncedCounts returns the counts of the last sync of each set in the log.
func (r *reporters) syncedCounts() map[string]counts {
	all := map[string]counts{}
	for line := range strings.Lines(r.logText()) {
		var entry struct {
			Msg, Set string
			counts
		}
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Msg == "synced" {
			all[entry.Set] = entry.counts
		}
	}
	return all
}

func countsOf(api plugin.StatesView) map[string]counts {
	all := map[string]counts{}
	for _, set := range api.Sets {
		all[set.Set] = counts{}
	}
	for _, v := range api.Previews {
		n := all[v.Set]
		if v.Parameters != nil {
			n.Previews++
		}
		if v.State == generator.StateDropped {
			n.Dropped++
		}
		if v.State == generator.StateHeld {
			n.Held++
		}
		all[v.Set] = n
	}
	return all
}

// openCauses returns the messages of causes that have begun and not ended.
func (r *reporters) openCauses() map[string]string {
	open := map[string]string{}
	for line := range strings.Lines(r.logText()) {
		var entry struct{ Msg, Set, Message, Error string }
		if json.Unmarshal([]byte(line), &entry) != nil {
			continue
		}
		switch entry.Msg {
		case "previews stay that would be removed":
			open["held "+entry.Set] = entry.Message
		case "previews are no longer held":
			delete(open, "held "+entry.Set)
		case "overlays can't be written: their entries are unchanged":
			open["fault "+entry.Set] = entry.Error
		case "overlays can be written again":
			delete(open, "fault "+entry.Set)
		case "sync failed: the last snapshot stays in use", "sync failed: the set has no answer yet":
			open["problem "+entry.Set] = ""
		case "the set syncs again":
			delete(open, "problem "+entry.Set)
		}
	}
	return open
}

// causesOf returns the messages of the causes of states.
func causesOf(api plugin.StatesView) map[string]string {
	open := map[string]string{}
	for _, set := range api.Sets {
		if set.Problem != "" {
			open["problem "+set.Set] = set.Problem
		}
	}
	for _, v := range slices.Backward(api.Previews) {
		switch {
		case v.State == generator.StateHeld:
			open["held "+v.Set] = v.Message
		case v.Reason == generator.ReasonOverlay:
			open["fault "+v.Set] = v.Message
		}
	}
	return open
}

// checkExplain compares explain: of the service for one change with each message, and of the
// configuration for one change in each state.
func (r *reporters) checkExplain(point string, api plugin.StatesView, offline bool) {
	r.f.t.Helper()
	messages, states := map[string]bool{}, map[string]bool{}
	for _, v := range api.Previews {
		message, state := v.Set+v.Message, v.Set+string(v.State)
		if !messages[message] {
			messages[message] = true
			_, explained, stderr := r.ask("explain", v.ID, "--set", v.Set, "--output", "json")
			r.checkExplanation(point+": explain --server "+v.ID, explained, stderr, v)
		}
		if offline && !states[state] {
			states[state] = true
			_, explained, stderr := r.f.run("explain", v.ID, "--set", v.Set, "--output", "json")
			r.checkExplanation(point+": explain "+v.ID, explained, stderr, v)
		}
	}
}

func (r *reporters) checkExplanation(source, text, stderr string, want plugin.StateView) {
	r.f.t.Helper()
	var got explanation
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		r.f.t.Errorf("%s: %v %s", source, err, stderr)
		return
	}
	wanted := fact{want.State, want.Reason, want.Message, want.Since.UTC()}
	if found := (fact{got.State, got.Reason, got.Detail, got.Since.UTC()}); found != wanted || got.Message != got.Detail {
		r.f.t.Errorf("%s: got %+v, want %+v", source, found, wanted)
	}
}

// eventReader applies the events of a service.
type eventReader struct {
	mu  sync.Mutex
	all map[string]plugin.StateView
}

func readEvents(s *runningService) *eventReader {
	t := s.fixture.t
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.fixture.token)
	response, err := http.DefaultClient.Do(request) //nolint:bodyclose // the goroutine closes it
	if err != nil {
		t.Fatal(err)
	}
	r := &eventReader{all: map[string]plugin.StateView{}}
	go func() {
		defer func() { _ = response.Body.Close() }()
		lines, event := bufio.NewReader(response.Body), ""
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			if name, ok := strings.CutPrefix(line, "event: "); ok {
				event = strings.TrimSpace(name)
			}
			if data, ok := strings.CutPrefix(line, "data: "); ok {
				r.apply(event, []byte(data))
			}
		}
	}()
	return r
}

func (r *eventReader) apply(event string, data []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var snapshot plugin.StatesView
	var view plugin.StateView
	switch event {
	case "snapshot":
		_ = json.Unmarshal(data, &snapshot) // facts differ then
	case "preview":
		_ = json.Unmarshal(data, &view)
		snapshot.Previews = append(snapshot.Previews, view)
	case "preview-removed":
		_ = json.Unmarshal(data, &view)
		delete(r.all, view.Set+" "+view.ID)
	}
	for _, v := range snapshot.Previews {
		r.all[v.Set+" "+v.ID] = v
	}
}

func (r *eventReader) facts() facts {
	r.mu.Lock()
	defer r.mu.Unlock()
	return factsOf(slices.Collect(maps.Values(r.all)))
}

// realNames are names of branches as people and bots choose them.
func realNames() (names []string) {
	names = []string{
		"feature/login", "feature-login", "Feature/Login", "feature/Login", "feature_login", "feature.login", "hotfix/login/v2",
		"br-main", "br-feature-login", "pr-7", "42", "#42", "0", "1e9", "true", "null", "v1.2.3", "release-1.10.x", "HEAD-fix",
		"fix/größe-übernehmen", "功能/登录", "feature/🚀-launch", "🚀", "عربي", "naïve/café", "ümlaut", "umlaut",
		"users/ada/wip", "ada@example.com/patch-1", "fix(shop):search", "a+b", "a=b&c=d", "50%-off", "it's", `say"hi"`, "$(id)", "{{.branch}}",
		"x", "z--", "a/b/c/d/e/f/g", strings.Repeat("very-long-", 20) + "1", strings.Repeat("very-long-", 20) + "2",
		strings.Repeat("d/", 60) + "end", "revert-12-feature/login", "gh-readonly", "main2", "master", "develop",
	}
	names = slices.DeleteFunc(names, func(name string) bool { return strings.Contains(name, ":") })
	for i := 0; len(names) < 300; i++ {
		names = append(names, fmt.Sprintf("dependabot/npm_and_yarn/@types/node-%d.%d.0", i/7, i%7), fmt.Sprintf("renovate/golang.org-x-%d", i))
	}
	return names[:300]
}

var guardKeys = regexp.MustCompile(`guard\.(\w+): (\w+)`)

// TestEverythingReportsTheSame leads a service with 300 branches and a few pull requests
// through what happens to users. At each point, everything that reports states has the same
// state, reason, message and time for each change, and the remedy in the message works.
func TestEverythingReportsTheSame(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("-short: it plans 300 previews many times")
	}
	f, forge, app := newFixture(t), newForge(t), gittest.NewRepo(t, "web")
	app.Commit(t, "main", "Begin", map[string]string{"a": "1"})
	var refs strings.Builder
	for _, name := range realNames() {
		fmt.Fprintf(&refs, "reset refs/heads/%s\nfrom refs/heads/main^0\n\n", name)
	}
	app.Import(t, refs.String())
	server := gittest.Serve(t, f.gitops, gittest.ServeOptions{})
	forge.repo.OpenPull(githubtest.Pull{Title: "Dark mode"})
	fork := forge.repo.OpenPull(githubtest.Pull{Title: "From a fork", Fork: "mallory"})
	forge.repo.OpenPull(githubtest.Pull{Title: "Draft", Draft: true})
	configure := func(exclude, guard string) {
		web := strings.Replace(gitSet(app.URL()), "name: shop", "name: web", 1)
		shop := forge.pullRequestSet(f, "{forks: ok-to-preview}", "")
		plain := strings.NewReplacer("name: shop", "name: plain", "{forks: ok-to-preview}", "{}", "  overlay: {base: apps/shop/base}\n", "").Replace(shop)
		f.configure(shop + strings.Replace(web, "[main]", exclude, 1) + guard + plain + "  variants: [{name: \"off\"}, {name: \"on\"}]\n")
		f.setGitOps(fmt.Sprintf("{url: %q}", server.URL))
	}
	configure("[main]", "")
	r := openReporters(f, f.serve())
	web := func(want map[generator.State]int) { t.Helper(); r.awaitCounts("web", want) }
	plain := func(committed, dropped int) {
		t.Helper()
		r.awaitCounts("plain", map[generator.State]int{generator.StateCommitted: committed, generator.StateDropped: dropped})
	}
	shop := func(want map[generator.State]int) { t.Helper(); r.awaitCounts("shop", want) }

	web(map[generator.State]int{generator.StateCommitted: 300, generator.StateDropped: 1})
	shop(map[generator.State]int{generator.StateCommitted: 1, generator.StateDropped: 2})
	plain(2, 4)
	r.check("the first sync", true)

	// A fork needs the label, also for each later commit.
	forge.repo.Label(fork, "ok-to-preview")
	shop(map[generator.State]int{generator.StateCommitted: 2, generator.StateDropped: 1})
	forge.repo.PushFork(fork)
	shop(map[generator.State]int{generator.StateCommitted: 1, generator.StateBehind: 1, generator.StateDropped: 1})
	r.check("a newer commit of a fork", true)
	if message := r.message("shop", generator.StateBehind); !strings.Contains(message, "remove the label, wait for a sync, and set the label again") {
		t.Errorf("got %s", message)
	}
	forge.repo.Label(fork)
	shop(map[generator.State]int{generator.StateCommitted: 1, generator.StateRemoving: 1, generator.StateDropped: 1})
	r.check("a fork without the label", true)
	forge.repo.Label(fork, "ok-to-preview")
	forge.repo.Draft(3, false)
	shop(map[generator.State]int{generator.StateCommitted: 3})
	plain(4, 2)
	r.check("the label is set again", true)

	// The base has an error.
	base := f.gitops.Files(t, "main", "apps/shop/base")["apps/shop/base/kustomization.yaml"]
	f.gitops.Commit(t, "main", "Break the base", map[string]string{"apps/shop/base/kustomization.yaml": base + "\nresources: [absent.yaml]\n"})
	app.Branch(t, "late", "main")
	web(map[generator.State]int{generator.StateBehind: 300, generator.StateWaiting: 1, generator.StateDropped: 1})
	shop(map[generator.State]int{generator.StateBehind: 3})
	r.check("an error in the base", true)
	if message := r.message("web", generator.StateWaiting); !strings.Contains(message, "apps/shop/base/kustomization.yaml") {
		t.Errorf("got %s, want the file", message)
	}
	f.gitops.Commit(t, "main", "Repair the base", map[string]string{"apps/shop/base/kustomization.yaml": base})
	web(map[generator.State]int{generator.StateCommitted: 301, generator.StateDropped: 1})
	shop(map[generator.State]int{generator.StateCommitted: 3})

	// The guard holds a removal. The keys in the message release it.
	configure(`[main, "renovate/**"]`, "")
	bots := 0
	for _, name := range realNames() {
		if strings.HasPrefix(name, "renovate/") {
			bots++
		}
	}
	web(map[generator.State]int{generator.StateCommitted: 301 - bots, generator.StateHeld: bots, generator.StateDropped: 1})
	r.check("a held removal", true)
	var keys []string
	for _, key := range guardKeys.FindAllStringSubmatch(r.message("web", generator.StateHeld), -1) {
		keys = append(keys, key[1]+": "+key[2])
	}
	configure(`[main, "renovate/**"]`, "  guard: {"+strings.Join(keys, ", ")+"}\n")
	web(map[generator.State]int{generator.StateCommitted: 301 - bots, generator.StateRemoving: bots, generator.StateDropped: 1})
	r.check("a removal without a pruner", true)
	f.mustRun("prune")
	web(map[generator.State]int{generator.StateCommitted: 301 - bots, generator.StateDropped: 1 + bots})
	r.check("a removal after the pruner", true)

	// A branch ends.
	app.DeleteBranch(t, "late")
	forge.repo.Merge(1)
	web(map[generator.State]int{generator.StateCommitted: 300 - bots, generator.StateRemoving: 1, generator.StateDropped: 1 + bots})
	shop(map[generator.State]int{generator.StateCommitted: 2, generator.StateRemoving: 1})
	plain(2, 2)
	r.check("an ended change without a pruner", true)
	f.mustRun("prune")
	web(map[generator.State]int{generator.StateCommitted: 300 - bots, generator.StateDropped: 1 + bots})
	shop(map[generator.State]int{generator.StateCommitted: 2})
	r.check("an ended change after the pruner", true)

	// The disk of the Git server is full.
	f.gitops.FillDisk(0)
	app.Commit(t, "x", "More", map[string]string{"x": "more\n"})
	r.awaitStates("a problem of web", func(all plugin.StatesView) bool { return all.Sets[1].Problem != "" })
	r.check("a full disk", false)
	f.gitops.FreeDisk()
	r.awaitStates("no problem of web", func(all plugin.StatesView) bool { return all.Sets[1].Problem == "" })
	r.check("a disk with space", true)

	// The forge refuses the token. The log has the same error as list.
	f.writeSecret("github-token", "wrong")
	r.awaitStates("a problem of shop", func(all plugin.StatesView) bool { return all.Sets[0].Problem != "" && all.Sets[2].Problem != "" })
	r.check("a wrong token", false)
	if problem := r.states().Sets[0].Problem; problem != "the source refuses the credentials, see previewset's log" {
		t.Errorf("got the problem %q", problem)
	}
	status, listed, _ := f.run("list", "--output", "json")
	problem, err := json.Marshal(r.decode("list", listed).Sets[0].Problem)
	if err != nil || status != statusFailed || !strings.Contains(r.logText(), `"error":`+string(problem)) {
		t.Errorf("got status %d and the problem %s, which the log does not have", status, problem)
	}
	f.write("github-token", githubToken+"\n")
	r.awaitStates("no problem of shop", func(all plugin.StatesView) bool { return all.Sets[0].Problem == "" && all.Sets[2].Problem == "" })
	r.check("the right token", true)

	// A caller has a wrong token: the command has the service's message, and the log has
	// one line.
	good := f.file("token")
	f.writeSecret("wrong-token", "canary~no-token-of-the-service")
	for range 5 {
		status, _, stderr := r.askWith(f.file("wrong-token"), "list")
		if status != statusFailed || !strings.Contains(stderr, "the bearer token is missing or wrong") {
			t.Errorf("got %d %s, want the message of the service", status, stderr)
		}
		r.send(http.MethodPost, "/api/v1/getparams.execute", "{}", http.Header{"Authorization": {"Bearer $argocd:token"}})
	}
	if _, metrics := r.get("/metrics"); !strings.Contains(metrics, `previewset_answers_total{code="401",set=""} 5`) {
		t.Error("the metrics do not count the answers with status 401")
	}
	if status, _, stderr := r.askWith(good, "list"); status != statusDone {
		t.Errorf("got %d %s with the right token", status, stderr)
	}
	r.checkNoise()

	// A service that prunes removes the entry of a branch that ends.
	r.stop()
	r = openReporters(f, f.serve("--prune"))
	app.DeleteBranch(t, "x")
	web(map[generator.State]int{generator.StateCommitted: 299 - bots, generator.StateDropped: 1 + bots})
	r.check("an ended change with a pruner", true)
	if got := f.mustRun("explain", "x"); !strings.Contains(got, "it is deleted") || !strings.Contains(got, "pruned: deleted") {
		t.Errorf("got %s", got)
	}
}

// checkNoise checks that the log has one line per cause.
func (r *reporters) checkNoise() {
	r.f.t.Helper()
	lines := map[string]int{}
	for line := range strings.Lines(r.logText()) {
		var entry struct{ Level, Msg string }
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Level != "DEBUG" {
			lines[entry.Msg]++
		}
	}
	for message, n := range lines {
		if n > 8 && message != "synced" {
			r.f.t.Errorf("the log has %d lines %q", n, message)
		}
	}
	if got := lines["a request was refused"]; got != 2 {
		r.f.t.Errorf("got %d lines about refused requests, want one per route", got)
	}
}
