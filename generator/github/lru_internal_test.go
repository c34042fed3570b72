package github

import (
	"strings"
	"testing"
)

// TestLRU is here and not black-box because what it bounds can't be seen from
// outside without filling 64 MiB.
func TestLRU(t *testing.T) {
	kept := func(c *lru[string, string]) string {
		var keys []string
		for e := c.order.Front(); e != nil; e = e.Next() {
			keys = append(keys, e.Value.(entry[string, string]).key)
		}
		if len(keys) != len(c.byKey) {
			t.Errorf("%d entries by key, %d in order", len(c.byKey), len(keys))
		}
		return strings.Join(keys, "")
	}
	c := newLRU[string](3, 10, func(v string) int { return len(v) })
	for _, step := range []struct{ do, value, want string }{
		{"a", "1", "a"}, {"b", "1", "ba"}, {"c", "1", "cba"},
		{"d", "1", "dcb"},               // the oldest goes at 3 entries
		{"get b", "", "bdc"},            // used is young again
		{"e", "123456789", "eb"},        // and at a size of 10
		{"b", "12", "b"},                // replaced by one that is larger
		{"f", "12345678", "fb"},         // exactly full
		{"g", "123456789012", ""},       // larger than all: not kept
		{"h", "1", "h"}, {"-h", "", ""}, // taken out
		{"i", "1234567890", "i"}, // its size was given back
	} {
		switch {
		case strings.HasPrefix(step.do, "get "):
			c.get(step.do[4:])
		case strings.HasPrefix(step.do, "-"):
			c.remove(step.do[1:])
		default:
			c.put(step.do, step.value)
		}
		if got := kept(c); got != step.want {
			t.Errorf("after %s: %q, want %q", step.do, got, step.want)
		}
	}
}
