package serve_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience bounds how long something may take, with all there is to write at a
// first start.
const patience = 10 * time.Minute

// build makes the program as the image has it.
func build(tb testing.TB) (binary string) {
	tb.Helper()
	binary = filepath.Join(tb.TempDir(), "previewset")
	cmd := exec.CommandContext(tb.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "github.com/previewset/previewset/cmd/previewset")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if told, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("%v\n%s", err, told)
	}
	return binary
}

// process is a previewset that runs.
type process struct {
	tb     testing.TB
	perSet int
	cmd    *exec.Cmd
	client http.Client
	url    string
	log    chan string // closed when it has ended
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
func (w *world) start(tb testing.TB, binary string) (*process, started) {
	tb.Helper()
	p := &process{tb: tb, perSet: w.perSet, log: make(chan string, 1000)}
	p.cmd = exec.CommandContext(tb.Context(), binary, "serve", "--config", w.config, "--listen", "127.0.0.1:0", "--log-format", "json")
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		tb.Fatal(err)
	}
	var took started
	before, begin := w.servers.busy(), time.Now()
	if err := p.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	go p.readLog(stderr)
	p.awaitListening()
	took.listening = time.Since(begin)
	p.await("ready", 5*time.Millisecond, func() bool { return p.get("/readyz") != "" })
	look := func() { took.ready, took.servers, took.cpu = time.Since(begin), w.servers.busy()-before, p.cpu() }
	look()
	for i := range w.sets {
		if p.answers(name(i)) {
			continue
		}
		p.await("ready with "+name(i), 100*time.Millisecond, func() bool { return p.answers(name(i)) })
		look()
	}
	return p, took
}

func (p *process) readLog(r io.Reader) {
	defer close(p.log)
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		select {
		case p.log <- lines.Text():
		default: // nobody looks any more
		}
	}
}

func (p *process) awaitListening() {
	p.tb.Helper()
	for line := range p.log {
		var entry struct{ Msg, Address string }
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Msg == "listening" {
			p.url = "http://" + entry.Address
			return
		}
	}
	p.tb.Fatal("serve ended before it listened")
}

// await looks again and again, each time after a pause, so that it is not the
// looking that takes the time or the memory.
func (p *process) await(what string, pause time.Duration, done func() bool) {
	p.tb.Helper()
	for end := time.Now().Add(patience); !done(); time.Sleep(pause) {
		if time.Now().After(end) {
			p.tb.Fatalf("not %s after %s", what, patience)
		}
	}
}

// get returns what path answers, "" for an error.
func (p *process) get(path string) string {
	response, err := p.client.Get(p.url + path)
	if err != nil {
		p.tb.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		return ""
	}
	return string(body)
}

// answers reports whether there is an answer for a set. It must have all its
// previews.
func (p *process) answers(set string) bool {
	p.tb.Helper()
	request, err := http.NewRequest(http.MethodPost, p.url+"/api/v1/getparams.execute", strings.NewReader(fmt.Sprintf(`{"input":{"parameters":{"set":%q}}}`, set)))
	if err != nil {
		p.tb.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := p.client.Do(request)
	if err != nil {
		p.tb.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var answer struct {
		Output struct {
			Parameters []json.RawMessage `json:"parameters"`
		} `json:"output"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		p.tb.Fatal(err)
	}
	if response.StatusCode == http.StatusServiceUnavailable {
		return false
	}
	if got := len(answer.Output.Parameters); got != p.perSet {
		p.tb.Fatalf("set %s has %d previews: %s", set, got, response.Status)
	}
	return true
}

// settle returns when each set was synced so many times.
func (p *process) settle(sets, syncs int) {
	p.tb.Helper()
	p.await("settled", time.Second, func() bool {
		count, total := 0, 0
		for line := range strings.Lines(p.get("/metrics")) {
			var n int
			if _, value, found := strings.Cut(line, "} "); found && strings.HasPrefix(line, "previewset_sync_duration_seconds_count{") {
				if _, err := fmt.Sscan(value, &n); err != nil {
					p.tb.Fatal(err)
				}
				count++
				total += min(n, syncs)
			}
		}
		return count == sets && total == sets*syncs
	})
}

// tick is the unit of processor time in /proc: 1/100 s (proc_pid_stat(5)).
const tick = 10 * time.Millisecond

// cpu returns how much processor time the process has had, of all cores.
func (p *process) cpu() time.Duration {
	p.tb.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
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
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
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

// stop ends the process as Kubernetes does.
func (p *process) stop() {
	p.tb.Helper()
	p.client.CloseIdleConnections()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.tb.Error(err)
	}
	for range p.log { // Wait must not close it before it is read
	}
	if err := p.cmd.Wait(); err != nil {
		p.tb.Error(err)
	}
}
