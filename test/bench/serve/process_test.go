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

// patience bounds how long something may take, with all there is to write at a
// first start.
const patience = 10 * time.Minute

var program = previewset.New(previewset.Released)

func TestMain(m *testing.M) { os.Exit(program.Main(m)) }

// process is a previewset that runs.
type process struct {
	*previewset.Service
	tb     testing.TB
	perSet int
}

// started is how long a start took, and how long of that the forge or the Git
// server had something to answer.
type started struct {
	listening, ready, servers time.Duration
	cpu                       time.Duration // of the process until it was ready
}

// beyond is what the start took beyond forge and Git server.
func (s started) beyond() time.Duration { return s.ready - s.servers }

// start runs serve until it is ready and each set has the previews that it
// should. It is ready with sets that could not be read, too, which only happens
// to a machine that is far too busy: then it is ready here when they were.
func (w *world) start(tb testing.TB) (*process, started) {
	tb.Helper()
	program.File(tb) // so that its build is no part of a start
	var took started
	before, begin := w.servers.busy(), time.Now()
	service := program.Serve(tb, previewset.Options{
		Config: w.config, Token: token, Timeout: patience,
		Env: []string{"GOGC=50", "GOMEMLIMIT=460MiB"}, // as manifests/base/deployment.yaml
	})
	took.listening = time.Since(begin)
	p := &process{Service: service, tb: tb, perSet: w.perSet}
	p.Await(tb, 5*time.Millisecond, func() error {
		if status, _ := p.Get(tb, "/readyz"); status != http.StatusOK {
			return fmt.Errorf("/readyz answers %d", status)
		}
		return nil
	})
	look := func() { took.ready, took.servers, took.cpu = time.Since(begin), w.servers.busy()-before, p.cpu() }
	look()
	for i := range w.sets {
		if p.answers(name(i)) == nil {
			continue
		}
		p.Await(tb, 100*time.Millisecond, func() error { return p.answers(name(i)) })
		look()
	}
	return p, took
}

// answers fails while there is no answer for a set. An answer must have all its
// previews.
func (p *process) answers(set string) error {
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
		p.tb.Fatalf("set %s has %d previews: status %d", set, got, status)
	}
	return nil
}

// settle returns when each set was synced so many times. It looks rarely, so that it
// is not the looking that takes the memory.
func (p *process) settle(sets, syncs int) {
	p.tb.Helper()
	p.Await(p.tb, time.Second, func() error {
		_, metrics := p.Get(p.tb, "/metrics")
		settled := 0
		for _, count := range previewset.Syncs(metrics) {
			if count >= syncs {
				settled++
			}
		}
		if settled != sets {
			return fmt.Errorf("%d of %d sets have completed %d syncs", settled, sets, syncs)
		}
		return nil
	})
}

// tick is the unit of processor time in /proc: 1/100 s (proc_pid_stat(5)).
const tick = 10 * time.Millisecond

// cpu returns how much processor time the process has had, of all cores.
func (p *process) cpu() time.Duration {
	p.tb.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.ID()))
	if err != nil {
		p.tb.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ") // after the name of the command
	fields := strings.Fields(rest)
	var user, system time.Duration
	if _, err := fmt.Sscan(fields[11]+" "+fields[12], &user, &system); err != nil {
		p.tb.Fatal(err)
	}
	return (user + system) * tick
}

// memory returns a line of the process's status, "VmRSS" or "VmHWM", in KB.
func (p *process) memory(line string) float64 {
	p.tb.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.ID()))
	if err != nil {
		p.tb.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "\n"+line+":")
	var kilobytes float64
	if _, err := fmt.Sscan(rest, &kilobytes); err != nil {
		p.tb.Fatalf("no %s: %v", line, err)
	}
	return kilobytes
}
