package lease_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/internal/kube"
	"github.com/previewset/previewset/internal/lease"
)

// api has one Lease, with the optimistic concurrency of Kubernetes. It is safe for concurrent
// use.
type api struct {
	mu      sync.Mutex
	stored  *kube.Lease
	version int
	calls   int
	// fault is called first with the identity in the request, "" for a read. An error ends
	// the request. After errLostAnswer, the request is carried out.
	fault func(holder string) error
}

var (
	errDown       = errors.New("the API does not answer")
	errLostAnswer = errors.New("the answer is lost")
)

func (a *api) do(holder string, request func() error) (*kube.Lease, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls++
	var fault error
	if a.fault != nil {
		fault = a.fault(holder)
	}
	if fault != nil && !errors.Is(fault, errLostAnswer) {
		return nil, fault
	}
	if err := request(); err != nil {
		return nil, err
	}
	if fault != nil {
		return nil, fault
	}
	l := *a.stored
	return &l, nil
}

func (a *api) store(l *kube.Lease) {
	a.version++
	stored := *l
	stored.ResourceVersion = strconv.Itoa(a.version)
	a.stored = &stored
}

func (a *api) Lease(context.Context, string, string) (*kube.Lease, error) {
	return a.do("", func() error {
		if a.stored == nil {
			return kube.ErrNotFound
		}
		return nil
	})
}

func (a *api) CreateLease(_ context.Context, l *kube.Lease) (*kube.Lease, error) {
	return a.do(l.Spec.HolderIdentity, func() error {
		if a.stored != nil {
			return kube.ErrConflict
		}
		a.store(l)
		return nil
	})
}

func (a *api) UpdateLease(_ context.Context, l *kube.Lease) (*kube.Lease, error) {
	return a.do(l.Spec.HolderIdentity, func() error {
		if a.stored == nil || a.stored.ResourceVersion != l.ResourceVersion {
			return kube.ErrConflict
		}
		a.store(l)
		return nil
	})
}

func (a *api) setFault(fault func(holder string) error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fault = fault
}

// holder returns the holder in the Lease.
func (a *api) holder() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stored == nil {
		return "none"
	}
	return a.stored.Spec.HolderIdentity
}

// leaders records which processes lead. It is safe for concurrent use.
type leaders struct {
	mu   sync.Mutex
	now  map[string]bool
	most int // that led at the same time
}

// start runs a candidate until the returned function is called, which waits for its end.
func (l *leaders) start(t *testing.T, a *api, identity string, failed func(error)) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	c := lease.New(a, lease.Options{Namespace: "previewset", Name: "previewset-feedback", Identity: identity, Failed: failed})
	go func() {
		defer close(done)
		c.Run(ctx, func(ctx context.Context) {
			l.set(identity, true)
			<-ctx.Done()
			l.set(identity, false)
		})
	}()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return stop
}

func (l *leaders) set(identity string, leads bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.now == nil {
		l.now = map[string]bool{}
	}
	if l.now[identity] = leads; !leads {
		delete(l.now, identity)
	}
	l.most = max(l.most, len(l.now))
}

func (l *leaders) want(t *testing.T, when string, want ...string) {
	t.Helper()
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	if got := slices.Sorted(maps.Keys(l.now)); !slices.Equal(got, want) {
		t.Errorf("%s: got the leaders %q, want %q", when, got, want)
	}
	if l.most > 1 {
		t.Errorf("%s: %d processes led at the same time", when, l.most)
	}
}

func TestOneCandidateLeads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, l := &api{}, &leaders{}
		stop := l.start(t, a, "a", nil)
		l.want(t, "at the start", "a")
		stopB := l.start(t, a, "b", nil)
		time.Sleep(10 * time.Minute)
		l.want(t, "after ten minutes", "a")
		stop()
		if got := a.holder(); got != "" {
			t.Errorf("got the holder %q after a stop, want a Lease without a holder", got)
		}
		time.Sleep(5 * time.Second)
		l.want(t, "after a stop of a", "b")
		if got := a.stored.Spec; got.LeaseTransitions != 2 || got.LeaseDurationSeconds != 30 || got.AcquireTime == nil || got.RenewTime == nil {
			t.Errorf("got %+v, want the second holder of a Lease of 30 s", got)
		}
		stopB()
		l.want(t, "after all stops")
	})
}

func TestCrashedHolderIsReplaced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, l := &api{}, &leaders{}
		a.store(&kube.Lease{Spec: kube.LeaseSpec{HolderIdentity: "crashed", LeaseDurationSeconds: 30}})
		l.start(t, a, "a", nil)
		time.Sleep(29 * time.Second)
		l.want(t, "before the end of the Lease")
		time.Sleep(6 * time.Second)
		l.want(t, "after the end of the Lease", "a")
	})
}

// A holder that can't renew stops before another process takes over.
func TestHolderStopsWithoutRenewal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, l := &api{}, &leaders{}
		var mu sync.Mutex
		var failure error
		l.start(t, a, "a", func(err error) { mu.Lock(); failure = err; mu.Unlock() })
		synctest.Wait()
		l.start(t, a, "b", nil)
		a.setFault(func(holder string) error {
			if holder == "b" {
				return errDown
			}
			return nil
		})
		time.Sleep(time.Minute)
		l.want(t, "while a renews", "a")
		a.setFault(func(holder string) error {
			if holder != "b" {
				return errDown // also reads, of both
			}
			return nil
		})
		time.Sleep(19 * time.Second)
		l.want(t, "before the deadline", "a")
		time.Sleep(6 * time.Second)
		l.want(t, "after the deadline")
		mu.Lock()
		if !errors.Is(failure, errDown) {
			t.Errorf("got the error %v, want %v", failure, errDown)
		}
		mu.Unlock()
		a.setFault(nil)
		time.Sleep(time.Minute)
		synctest.Wait()
		if a.holder() != "a" && a.holder() != "b" {
			t.Errorf("got the holder %q, want one of both", a.holder())
		}
	})
}

func TestHolderStopsAfterLoss(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, l := &api{}, &leaders{}
		l.start(t, a, "a", nil)
		synctest.Wait()
		a.mu.Lock()
		other := *a.stored
		other.Spec.HolderIdentity = "other"
		a.store(&other)
		a.mu.Unlock()
		time.Sleep(6 * time.Second)
		l.want(t, "after another process took the Lease")
		if got := a.holder(); got != "other" {
			t.Errorf("got the holder %q, want the other process", got)
		}
	})
}

// A write that succeeds without an answer changes the version, which is no loss.
func TestLostAnswerIsNoLoss(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, l := &api{}, &leaders{}
		writes := 0
		a.setFault(func(holder string) error {
			if holder == "a" {
				if writes++; writes%3 == 1 {
					return errLostAnswer
				}
			}
			return nil
		})
		l.start(t, a, "a", nil)
		time.Sleep(10 * time.Minute)
		l.want(t, "after ten minutes", "a")
	})
}

func TestDeletedLeaseIsCreatedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, l := &api{}, &leaders{}
		l.start(t, a, "a", nil)
		synctest.Wait()
		a.mu.Lock()
		a.stored = nil
		a.mu.Unlock()
		time.Sleep(6 * time.Second)
		l.want(t, "after the deletion", "a")
		if got := a.holder(); got != "a" {
			t.Errorf("got the holder %q, want a", got)
		}
	})
}

func TestForbiddenCandidateContinues(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, l := &api{}, &leaders{}
		a.setFault(func(string) error { return fmt.Errorf("%w: leases", kube.ErrForbidden) })
		var mu sync.Mutex
		failures, last := 0, error(nil)
		l.start(t, a, "a", func(err error) {
			mu.Lock()
			defer mu.Unlock()
			if last = err; err != nil {
				failures++
			}
		})
		time.Sleep(time.Minute)
		l.want(t, "without the right")
		mu.Lock()
		if failures < 10 || failures > 13 || !errors.Is(last, kube.ErrForbidden) {
			t.Errorf("got %d failures, the last is %v; want one each 5 s, %v", failures, last, kube.ErrForbidden)
		}
		mu.Unlock()
		a.setFault(nil)
		time.Sleep(6 * time.Second)
		l.want(t, "with the right", "a")
		mu.Lock()
		defer mu.Unlock()
		if last != nil {
			t.Errorf("got the error %v, want none", last)
		}
	})
}

// The next process waits for the work of the one before, which can take time to end.
func TestHolderRenewsWhileItEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, l := &api{}, &leaders{}
		ctx, cancel := context.WithCancel(t.Context())
		c := lease.New(a, lease.Options{Namespace: "previewset", Name: "previewset-feedback", Identity: "slow"})
		done := make(chan struct{})
		go func() {
			defer close(done)
			c.Run(ctx, func(ctx context.Context) {
				l.set("slow", true)
				<-ctx.Done()
				time.Sleep(time.Minute)
				l.set("slow", false)
			})
		}()
		synctest.Wait()
		l.start(t, a, "b", nil)
		cancel()
		time.Sleep(59 * time.Second)
		l.want(t, "while it ends", "slow")
		<-done
		time.Sleep(6 * time.Second)
		l.want(t, "after its end", "b")
	})
}
