package feedback_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// world is a forge with one repository. Each call takes some time.
type world struct {
	mu          sync.Mutex
	n           int
	comments    map[int64][]forge.Comment
	updated     map[int64]time.Time // of pull requests
	statuses    map[string]forge.CommitStatus
	deployments []forge.Deployment
	calls       map[string]int
	// live are the commits for which a success is true; nil for any.
	live map[string]bool
	lies []string
	// deaths counts processes that were killed.
	deaths int
}

func newWorld() *world {
	return &world{
		comments: map[int64][]forge.Comment{}, updated: map[int64]time.Time{},
		statuses: map[string]forge.CommitStatus{}, calls: map[string]int{},
	}
}

// total returns the number of all calls, and forgets them.
func (w *world) total() (n int, calls map[string]int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.calls {
		n += c
	}
	calls, w.calls = w.calls, map[string]int{}
	return n, calls
}

// bodies returns the comments on a pull request without their markers.
func (w *world) bodies(number int64) (all []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.comments[number] {
		_, text, _ := strings.Cut(c.Body, "-->")
		all = append(all, strings.TrimSpace(text))
	}
	return all
}

// active returns the deployments that are not inactive, as "environment commit state".
func (w *world) active() (all []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, d := range w.deployments {
		if d.State != forge.StatusInactive {
			all = append(all, fmt.Sprintf("%s %s %s", d.Environment, d.Commit[:1], d.State))
		}
	}
	slices.Sort(all)
	return all
}

func (w *world) status(commit, name string) forge.CommitStatus {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.statuses[commit+" "+name]
}

// locked calls f while no call is carried out.
func (w *world) locked(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}

// touch is activity of a person on a pull request.
func (w *world) touch(number int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.updated[number] = now()
}

// discard deletes the comments on a pull request, as a person can.
func (w *world) discard(number int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.comments, number)
}

func now() time.Time { return time.Now().UTC().Truncate(time.Second) }

// client is the access of one process to a world.
type client struct {
	*world
	// fault returns an error for a call, and whether the call is carried out.
	fault func(operation string) (err error, executed bool)
}

var errLost = errors.New("the connection is lost")

// do carries out an operation unless a fault prevents it.
func (c *client) do(ctx context.Context, operation string, f func() error) error {
	time.Sleep(20 * time.Millisecond)
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[operation]++
	if c.fault != nil {
		if err, executed := c.fault(operation); err != nil {
			if executed {
				_ = f()
			}
			return err
		}
	}
	return f()
}

func (c *client) Comments(ctx context.Context, number int64, marker string) (all []forge.Comment, err error) {
	err = c.do(ctx, "read comments", func() error {
		for _, one := range c.comments[number] {
			if strings.Contains(one.Body, marker) {
				all = append(all, one)
			}
		}
		return nil
	})
	return all, err
}

func (c *client) CreateComment(ctx context.Context, number int64, body string) (made forge.Comment, err error) {
	err = c.do(ctx, "create comment", func() error {
		c.n++
		c.updated[number] = now()
		made = forge.Comment{ID: fmt.Sprint(c.n), Body: body, UpdatedAt: now()}
		c.comments[number] = append(c.comments[number], made)
		return nil
	})
	return made, err
}

func (c *client) EditComment(ctx context.Context, number int64, id, body string) (edited forge.Comment, err error) {
	err = c.do(ctx, "edit comment", func() error {
		for i, one := range c.comments[number] {
			if one.ID == id {
				c.updated[number] = now()
				edited = forge.Comment{ID: id, Body: body, UpdatedAt: now()}
				c.comments[number][i] = edited
				return nil
			}
		}
		return fmt.Errorf("%w: comment %s", generator.ErrNotFound, id)
	})
	return edited, err
}

func (c *client) DeleteComment(ctx context.Context, number int64, id string) error {
	return c.do(ctx, "delete comment", func() error {
		before := len(c.comments[number])
		c.comments[number] = slices.DeleteFunc(c.comments[number], func(one forge.Comment) bool { return one.ID == id })
		if len(c.comments[number]) == before {
			return generator.ErrNotFound
		}
		c.updated[number] = now()
		return nil
	})
}

func (c *client) Status(ctx context.Context, commit, name string) (s forge.CommitStatus, err error) {
	err = c.do(ctx, "read status", func() error {
		s = c.statuses[commit+" "+name]
		return nil
	})
	return s, err
}

func (c *client) SetStatus(ctx context.Context, commit string, s forge.CommitStatus) error {
	return c.do(ctx, "set status", func() error {
		if s.State == forge.StatusSuccess && c.live != nil && !c.live[commit] {
			c.lies = append(c.lies, "success for "+commit)
		}
		c.statuses[commit+" "+s.Name] = s
		return nil
	})
}

func (c *client) UpdatedAt(ctx context.Context, number int64) (at time.Time, err error) {
	err = c.do(ctx, "read pull request", func() error {
		at = c.updated[number]
		return nil
	})
	return at, err
}

func (c *client) Deployments(ctx context.Context, environment string) (all []forge.Deployment, err error) {
	err = c.do(ctx, "read deployments", func() error {
		for _, d := range slices.Backward(c.deployments) {
			if d.Environment == environment {
				all = append(all, d)
			}
		}
		return nil
	})
	return all, err
}

func (c *client) CreateDeployment(ctx context.Context, d forge.Deployment) (id string, err error) {
	err = c.do(ctx, "create deployment", func() error {
		c.n++
		d.ID = fmt.Sprint(c.n)
		id, c.deployments = d.ID, append(c.deployments, d)
		return nil
	})
	return id, err
}

func (c *client) SetDeployment(ctx context.Context, id string, s forge.DeploymentStatus) error {
	return c.do(ctx, "set deployment", func() error {
		for i := range c.deployments {
			if c.deployments[i].ID == id {
				c.deployments[i].DeploymentStatus = s
				return nil
			}
		}
		return generator.ErrNotFound
	})
}
