package serve_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/test/fake/previewset"
)

// timeout bounds each wait. The first start writes all entries.
const timeout = 10 * time.Minute

var program = previewset.New(previewset.Released)

func TestMain(m *testing.M) { os.Exit(program.Main(m)) }

// process is a running previewset.
type process struct {
	*previewset.Service
	tb     testing.TB
	perSet int
}

// startTimes are the durations of a start.
type startTimes struct {
	listening, ready time.Duration // from the start of the process
	servers          time.Duration // with an open request at the forge or the Git server, until ready
	cpu              time.Duration // processor time of the process until ready
}

// own returns the time until ready without the time of the forge and the Git server.
func (s startTimes) own() time.Duration { return s.ready - s.servers }

// start runs `serve` until it is ready and each set has all its previews. On an
// overloaded machine, `serve` can become ready although a set could not be synced. Then
// start waits for that set, too.
func (f *fixture) start(tb testing.TB) (*process, startTimes) {
	tb.Helper()
	program.File(tb) // build before the measurement
	var times startTimes
	before, begin := f.servers.busy(), time.Now()
	service := program.Serve(tb, previewset.Options{
		Config: f.config, Token: token, Timeout: timeout,
		Env: []string{"GOGC=50", "GOMEMLIMIT=460MiB"}, // as in manifests/base/deployment.yaml
	})
	times.listening = time.Since(begin)
	p := &process{Service: service, tb: tb, perSet: f.perSet}
	p.Await(tb, 5*time.Millisecond, func() error {
		if status, _ := p.Get(tb, "/readyz"); status != http.StatusOK {
			return fmt.Errorf("/readyz: status %d", status)
		}
		return nil
	})
	record := func() { times.ready, times.servers, times.cpu = time.Since(begin), f.servers.busy()-before, p.cpu() }
	record()
	for i := range f.sets {
		if p.checkAnswer(name(i)) == nil {
			continue
		}
		p.Await(tb, 100*time.Millisecond, func() error { return p.checkAnswer(name(i)) })
		record()
	}
	return p, times
}

// checkAnswer returns an error while the service has no answer for a set. The test fails
// if the answer does not have all previews.
func (p *process) checkAnswer(set string) error {
	p.tb.Helper()
	status, body := p.GetParams(p.tb, set)
	if status == http.StatusServiceUnavailable {
		return fmt.Errorf("no answer for %s: %s", set, body)
	}
	var answer struct {
		Output struct {
			Parameters []json.RawMessage `json:"parameters"`
		} `json:"output"`
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		p.tb.Fatal(err)
	}
	if got := len(answer.Output.Parameters); got != p.perSet {
		p.tb.Fatalf("set %s: got status %d and %d previews, want %d", set, status, got, p.perSet)
	}
	return nil
}

// awaitSyncs waits until each of the sets has completed the given number of syncs. It
// polls only once per second, because a scrape of the metrics uses memory, too.
func (p *process) awaitSyncs(sets, syncs int) {
	p.tb.Helper()
	p.Await(p.tb, time.Second, func() error {
		_, metrics := p.Get(p.tb, "/metrics")
		done := 0
		for _, count := range previewset.Syncs(metrics) {
			if count >= syncs {
				done++
			}
		}
		if done != sets {
			return fmt.Errorf("%d of %d sets have completed %d syncs", done, sets, syncs)
		}
		return nil
	})
}

// tick is the unit of processor time in /proc: 1/100 s (proc_pid_stat(5)).
const tick = 10 * time.Millisecond

// cpu returns the processor time of the process on all cores.
func (p *process) cpu() time.Duration {
	p.tb.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.ID()))
	if err != nil {
		p.tb.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ") // the fields after the name of the command
	fields := strings.Fields(rest)
	var user, system time.Duration
	if _, err := fmt.Sscan(fields[11]+" "+fields[12], &user, &system); err != nil {
		p.tb.Fatal(err)
	}
	return (user + system) * tick
}

// memory returns a field of /proc/PID/status, "VmRSS" or "VmHWM", in KB.
func (p *process) memory(line string) float64 {
	p.tb.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.ID()))
	if err != nil {
		p.tb.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "\n"+line+":")
	var kilobytes float64
	if _, err := fmt.Sscan(rest, &kilobytes); err != nil {
		p.tb.Fatalf("read %s from /proc: %v", line, err)
	}
	return kilobytes
}
