package service

import (
	"context"
	"log/slog"
	"sync"
)

// maxLines bounds the lines about the causes of one kind that begin, and of those that
// end, after one sync.
const maxLines = 10

// cause is a condition that lasts for several syncs.
type cause struct {
	// key identifies the cause in its scope. The cause has changed if text differs.
	key, text  string
	attributes []any
}

// causes logs causes when they begin, change and end, and not at each sync. It is safe for
// concurrent use.
type causes struct {
	log   *slog.Logger
	level slog.Level
	// begins and ends are the messages for a cause that begins or changes, and for one
	// that ends.
	begins, ends string

	mu    sync.Mutex
	known map[string]map[string]cause // by scope and key
}

// report replaces the causes of a scope, and logs the differences.
func (c *causes) report(ctx context.Context, scope string, now []cause) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before, after := c.known[scope], make(map[string]cause, len(now))
	var begun, ended []cause
	for _, n := range now {
		b, known := before[n.key]
		//promise:causes-are-logged-once
		if _, twice := after[n.key]; !twice && (!known || b.text != n.text) {
			begun = append(begun, n)
		}
		after[n.key] = n
	}
	for key, b := range before {
		if _, lasts := after[key]; !lasts {
			ended = append(ended, b)
		}
	}
	if c.known == nil {
		c.known = map[string]map[string]cause{}
	}
	c.known[scope] = after
	c.write(ctx, c.level, c.begins, begun)
	c.write(ctx, slog.LevelInfo, c.ends, ended)
}

// forget removes the causes of a scope without a line.
func (c *causes) forget(scope string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.known, scope)
}

func (c *causes) write(ctx context.Context, level slog.Level, message string, all []cause) {
	for i, one := range all {
		if i == maxLines {
			c.log.Log(ctx, level, message, append(one.attributes[:2:2], "more", len(all)-i)...)
			return
		}
		c.log.Log(ctx, level, message, one.attributes...)
	}
}
