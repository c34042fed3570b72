package lease

import (
	"context"
	"errors"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/previewset/previewset/internal/kube"
)

const (
	// duration is how long a Lease that is not renewed stays with its holder.
	duration = 30 * time.Second
	// deadline is how long a holder acts without a renewal. It is shorter than duration, so
	// that the holder has stopped when another process takes over.
	deadline = 20 * time.Second
	// retry is the time between two requests.
	retry = 5 * time.Second
	// releasing bounds the release of a Lease.
	releasing = 3 * time.Second
)

// API reads and writes Leases; see kube.Client.
type API interface {
	Lease(ctx context.Context, namespace, name string) (*kube.Lease, error)
	CreateLease(ctx context.Context, l *kube.Lease) (*kube.Lease, error)
	UpdateLease(ctx context.Context, l *kube.Lease) (*kube.Lease, error)
}

// Options configure a Candidate.
type Options struct {
	Namespace, Name string
	// Identity is the name of this process. No other process has it.
	Identity string
	// Failed is called with the error of each request that failed, and with nil after each
	// one that succeeded. It may be nil.
	Failed func(error)
}

// Candidate is a process that wants to hold a Lease. Its methods are not safe for concurrent
// use.
type Candidate struct {
	api     API
	options Options
	// seen is the newest state of the Lease, and changed the time at which it was first seen.
	seen    *kube.Lease
	changed time.Time
}

// New returns a candidate. It makes no request.
func New(api API, o Options) *Candidate {
	if o.Failed == nil {
		o.Failed = func(error) {}
	}
	return &Candidate{api: api, options: o}
}

// Run calls lead each time this process gets the Lease, until ctx ends. The context of lead
// ends with ctx, and when the Lease is lost: at most 20 s after the last renewal. Run waits for
// lead to return. It then releases the Lease, if this process still holds it.
func (c *Candidate) Run(ctx context.Context, lead func(context.Context)) {
	for ctx.Err() == nil {
		held, err := c.acquire(ctx)
		if ctx.Err() == nil {
			c.options.Failed(err)
		}
		if held {
			c.hold(ctx, lead)
			c.release(ctx)
		}
		pause(ctx, retry)
	}
}

// hold calls lead, and renews the Lease until lead returns.
func (c *Candidate) hold(ctx context.Context, lead func(context.Context)) {
	leading, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan struct{})
	go func() {
		defer close(done)
		lead(leading)
	}()
	renewed := time.Now()
	for isOpen(done) {
		select {
		case <-done:
			return
		case <-time.After(retry):
		}
		// The holder renews also while lead ends, so that no other process begins before.
		err := c.renew(context.WithoutCancel(ctx), renewed.Add(deadline))
		c.options.Failed(err)
		switch {
		case err == nil:
			renewed = time.Now()
		//promise:a-lost-lease-stops-its-holder
		case errors.Is(err, errLost) || time.Since(renewed) >= deadline:
			stop()
			<-done
			return
		}
	}
}

// errLost means that another process holds the Lease.
var errLost = errors.New("another process holds the Lease")

// acquire takes the Lease if nobody holds it, and reports whether this process holds it.
func (c *Candidate) acquire(ctx context.Context) (bool, error) {
	if err := c.read(ctx); err != nil && !errors.Is(err, kube.ErrNotFound) {
		return false, err
	}
	//promise:a-lease-is-taken-only-after-its-end
	if c.seen != nil && !c.isFree() {
		return false, nil
	}
	err := c.write(ctx, c.options.Identity)
	if errors.Is(err, kube.ErrConflict) { // another candidate was faster
		return false, nil
	}
	return err == nil, err
}

// isFree reports whether nobody has renewed the Lease for its duration.
func (c *Candidate) isFree() bool {
	holder := c.seen.Spec.HolderIdentity
	lasts := max(duration, time.Duration(c.seen.Spec.LeaseDurationSeconds)*time.Second)
	return holder == "" || holder == c.options.Identity || time.Since(c.changed) >= lasts
}

// renew renews the Lease before the time until. The error is errLost if another process holds
// it.
func (c *Candidate) renew(ctx context.Context, until time.Time) error {
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	err := c.write(ctx, c.options.Identity)
	if !errors.Is(err, kube.ErrConflict) {
		return err
	}
	// A renewal whose answer was lost has changed the Lease, too.
	if err := c.read(ctx); err != nil && !errors.Is(err, kube.ErrNotFound) {
		return err
	}
	if c.seen != nil && c.seen.Spec.HolderIdentity != c.options.Identity {
		return errLost
	}
	return c.write(ctx, c.options.Identity)
}

// release gives the Lease back, so that the next process need not wait for its end. Without
// success, the Lease ends by itself.
func (c *Candidate) release(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releasing)
	defer cancel()
	if c.seen != nil && c.seen.Spec.HolderIdentity == c.options.Identity {
		_ = c.write(ctx, "")
	}
}

// read reads the Lease. After ErrNotFound, there is none.
func (c *Candidate) read(ctx context.Context) error {
	l, err := c.api.Lease(ctx, c.options.Namespace, c.options.Name)
	switch {
	case errors.Is(err, kube.ErrNotFound):
		c.seen = nil
	case err == nil && (c.seen == nil || c.seen.ResourceVersion != l.ResourceVersion):
		c.seen, c.changed = l, time.Now()
	}
	return err
}

// write makes holder the holder of the Lease that was seen, "" for none.
func (c *Candidate) write(ctx context.Context, holder string) error {
	now := metav1.NowMicro()
	next := kube.Lease{}
	next.Namespace, next.Name = c.options.Namespace, c.options.Name
	do := c.api.CreateLease
	if c.seen != nil {
		next, do = *c.seen, c.api.UpdateLease
	}
	if holder != "" && next.Spec.HolderIdentity != holder {
		next.Spec.AcquireTime = &now
		next.Spec.LeaseTransitions++
	}
	next.Spec.HolderIdentity, next.Spec.RenewTime = holder, &now
	next.Spec.LeaseDurationSeconds = int(duration / time.Second)
	stored, err := do(ctx, &next)
	if err != nil {
		return err
	}
	if stored.Spec.HolderIdentity != holder {
		return fmt.Errorf("the API stored the holder %.50q", stored.Spec.HolderIdentity)
	}
	c.seen, c.changed = stored, time.Now()
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

func isOpen(done <-chan struct{}) bool {
	select {
	case <-done:
		return false
	default:
		return true
	}
}
