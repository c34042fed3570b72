package forge

import (
	"context"
	"sync"
)

// Author remembers whose credentials a Feedback uses, by an ID or a login. The zero value
// knows nobody. It is safe for concurrent use.
type Author struct {
	mu  sync.Mutex
	who string
}

// Who returns whose credentials they are. It calls fetch unless that is known. It never
// returns "" without an error.
func (a *Author) Who(ctx context.Context, fetch func(context.Context) (string, error)) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.who != "" {
		return a.who, nil
	}
	who, err := fetch(ctx)
	if err == nil && who == "" {
		err = Incomplete("the answer does not say whose credentials they are")
	}
	if err != nil {
		return "", err
	}
	a.who = who
	return who, nil
}

// Wrote records the author of something that was written with the credentials: after a
// rotation, they may belong to another user. It ignores "".
func (a *Author) Wrote(who string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if who != "" {
		a.who = who
	}
}
