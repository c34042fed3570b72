package e2e_test

import (
	"fmt"
	"strings"
	"testing"
)

// guide has the code blocks of a page of the documentation, by heading and language. It
// records which of them a test has used.
type guide struct {
	blocks map[string][]string
	used   map[string]bool
}

// readGuide reads a page of the documentation.
func (fx *fixture) readGuide(t *testing.T, name string) *guide {
	t.Helper()
	page, err := fx.Read("docs", name)
	must(t, err)
	g := &guide{blocks: map[string][]string{}, used: map[string]bool{}}
	heading := ""
	for i, part := range strings.Split(string(page), "\n```") {
		if i%2 == 1 {
			language, code, _ := strings.Cut(part, "\n")
			key := blockKey(heading, language)
			g.blocks[key] = append(g.blocks[key], code+"\n")
			continue
		}
		for line := range strings.Lines(part) {
			if _, title, ok := strings.Cut(line, "# "); ok && strings.HasPrefix(line, "#") {
				heading = strings.TrimSpace(title)
			}
		}
	}
	return g
}

func blockKey(heading, language string) string { return fmt.Sprintf("%s: %s", heading, language) }

// block returns the i-th block of a language below a heading.
func (g *guide) block(t *testing.T, heading, language string, i int) string {
	t.Helper()
	key := blockKey(heading, language)
	if i >= len(g.blocks[key]) {
		t.Fatalf("the guide has %d blocks %q, want block %d", len(g.blocks[key]), key, i)
	}
	g.used[fmt.Sprint(key, i)] = true
	return g.blocks[key][i]
}

// checkUsed checks that the test has used each block.
func (g *guide) checkUsed(t *testing.T) {
	t.Helper()
	for key, blocks := range g.blocks {
		for i := range blocks {
			if !g.used[fmt.Sprint(key, i)] {
				t.Errorf("the test does not use the block %d of %q", i, key)
			}
		}
	}
}
