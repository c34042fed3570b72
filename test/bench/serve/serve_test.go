package serve_test

import (
	"os"
	"testing"
	"time"
)

// Time at two servers at once counts once, and time at none does not.
func TestMeter(t *testing.T) {
	pass := func() {
		for begin := time.Now(); time.Since(begin) < time.Millisecond; {
			continue
		}
	}
	var m meter
	begin := time.Now()
	m.enter()
	m.enter()
	pass()
	m.leave()
	if first := m.busy(); first < time.Millisecond {
		t.Errorf("one has left after %s", first)
	}
	pass()
	m.leave()
	busy, whole := m.busy(), time.Since(begin)
	if busy < 2*time.Millisecond || busy > whole {
		t.Errorf("busy for %s of %s", busy, whole)
	}
	pass()
	if again := m.busy(); again != busy {
		t.Errorf("with nothing open it went from %s to %s", busy, again)
	}
}

// A start is over when all is there, and the servers' time is part of it. What a
// first start wrote, a restart finds.
func TestStart(t *testing.T) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("the memory of a process is read from /proc")
	}
	w := newWorld(t, size{sets: 2, perSet: 100, overlays: true, poll: 3 * time.Second})
	var tips []string
	for range 2 {
		p, took := w.start(t)
		p.settle(w.sets, 1)
		if took.listening <= 0 || took.servers <= 0 || took.beyond() <= 0 || took.listening > took.ready {
			t.Errorf("took %+v", took)
		}
		if resident, peak := p.memory("VmRSS"), p.memory("VmHWM"); resident < 1024 || peak < resident {
			t.Errorf("memory %g, at most %g", resident, peak)
		}
		p.Stop(t)
		tips = append(tips, w.gitops.Tip(t, "main"))
	}
	if tips[0] != tips[1] {
		t.Error("a restart has committed something")
	}
}
