package serve_test

import (
	"os"
	"testing"
	"time"
)

// Time with several open requests counts once, and time without a request does not count.
func TestMeterCountsBusyTime(t *testing.T) {
	spin := func() {
		for begin := time.Now(); time.Since(begin) < time.Millisecond; {
			continue
		}
	}
	var m meter
	begin := time.Now()
	m.enter()
	m.enter()
	spin()
	m.leave()
	if got := m.busy(); got < time.Millisecond {
		t.Errorf("busy with one open request: got %s, want at least 1ms", got)
	}
	spin()
	m.leave()
	busy, elapsed := m.busy(), time.Since(begin)
	if busy < 2*time.Millisecond || busy > elapsed {
		t.Errorf("busy after both requests: got %s, want between 2ms and %s", busy, elapsed)
	}
	spin()
	if got := m.busy(); got != busy {
		t.Errorf("busy without an open request: got %s, want %s", got, busy)
	}
}

// A start ends when all previews are available, and includes the time of the servers. A
// restart finds the entries of the first start and commits nothing.
func TestRestartCommitsNothing(t *testing.T) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("requires Linux: the test reads the memory of a process from /proc")
	}
	f := newFixture(t, size{sets: 2, perSet: 100, overlays: true, poll: 3 * time.Second})
	var tips []string
	for range 2 {
		p, times := f.start(t)
		p.awaitSyncs(f.sets, 1)
		if times.listening <= 0 || times.servers <= 0 || times.own() <= 0 || times.listening > times.ready {
			t.Errorf("implausible times: %+v", times)
		}
		if resident, peak := p.memory("VmRSS"), p.memory("VmHWM"); resident < 1024 || peak < resident {
			t.Errorf("implausible memory: resident %g KB, peak %g KB", resident, peak)
		}
		p.Stop(t)
		tips = append(tips, f.gitops.Tip(t, "main"))
	}
	if tips[0] != tips[1] {
		t.Errorf("the restart moved the branch from %s to %s", tips[0], tips[1])
	}
}
