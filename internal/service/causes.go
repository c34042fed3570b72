package service

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
)

// maxLines bounds the lines about the causes of one kind that begin, and of those that
// end, after one sync.
const maxLines = 10

// cause is a condition that lasts for several syncs.
type cause struct {
	// key identifies the cause in its scope. The cause has changed if text differs.
	key, text string
	// begins replaces the message for a cause that begins or changes; "" for none.
	begins string
	// previews are the ids of the previews that have the cause, nil for a cause of a set.
	previews []string
	// attributes are those of its lines, and begun those of its first line only.
	attributes, begun []any
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

// report replaces the causes of a scope, and logs the differences. A cause that previews have
// ends for those that have no other cause.
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
		if _, lasts := after[key]; lasts {
			continue
		}
		//promise:ends-are-logged-for-previews-without-a-cause
		if b, some := b.without(now); some {
			b.begins, b.begun = "", nil
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

// without returns c without the previews that others have, and false if none is left.
func (c cause) without(others []cause) (cause, bool) {
	if c.previews == nil {
		return c, true
	}
	has := map[string]bool{}
	for _, other := range others {
		for _, id := range other.previews {
			has[id] = true
		}
	}
	c.previews = slices.DeleteFunc(slices.Clone(c.previews), func(id string) bool { return has[id] })
	return c, len(c.previews) > 0
}

// forget removes the causes of a scope without a line.
func (c *causes) forget(scope string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.known, scope)
}

func (c *causes) write(ctx context.Context, level slog.Level, message string, all []cause) {
	for i, one := range all {
		set := one.attributes[:2:2]
		if i == maxLines {
			c.log.Log(ctx, level, message, append(set, "more", len(all)-i)...)
			return
		}
		if len(one.previews) > 0 {
			set = append(set, "previews", len(one.previews), "id", one.previews[0])
		}
		c.log.Log(ctx, level, cmp.Or(one.begins, message), slices.Concat(set, one.attributes[2:], one.begun)...)
	}
}
