package kustomize

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"strings"
	"sync"
)

// maxShapes bounds the shapes that a base remembers. Overlays of others are
// written and built one by one.
const maxShapes = 16

// shapes are those of a base that were met so far. The zero value has none.
type shapes struct {
	mu    sync.Mutex
	known map[string]*shape
}

// shape is what contents with the same keys have in common: their files, with
// slots for the values. So YAML is encoded once a shape and not once a preview.
type shape struct {
	files map[string][]part
	moulds
}

// keyBytes is the usual size of a shape's key.
const keyBytes = 2048

// open returns the key of c's shape, and the values for its slots. What is empty
// is part of the shape: some of it is left out.
func (c *content) open() (key string, values []string) {
	var b strings.Builder
	b.Grow(keyBytes)
	b.WriteString(path.Dir(c.dir)) // decides how the overlay refers to its base
	for _, img := range c.images {
		for _, part := range []quoted{img.Name, img.NewName, img.Digest} {
			b.WriteString("\n" + string(part))
		}
	}
	c.each(func(field, key, value string) string {
		b.WriteByte('\n')
		b.WriteString(field)
		b.WriteByte(' ')
		b.WriteString(key)
		if value == "" {
			b.WriteString(" =")
		} else {
			values = append(values, value)
		}
		return value
	})
	return b.String(), values
}

// model returns c with placeholders for its values.
func (c *content) model() content {
	model := c.clone()
	slot := -1
	model.each(func(_, _, value string) string {
		if value == "" {
			return ""
		}
		slot++
		return placeholder(slot)
	})
	return model
}

// shape returns the shape called key, which is that of c with values; nil if there
// is none, because it is one too many, or something looks like a placeholder.
func (b *Base) shape(key string, c content, values []string) *shape {
	b.shapes.mu.Lock()
	defer b.shapes.mu.Unlock()
	if s, ok := b.shapes.known[key]; ok || len(b.shapes.known) >= maxShapes {
		return s
	}
	if b.shapes.known == nil {
		b.shapes.known = map[string]*shape{}
	}
	s := b.newShape(c, values)
	b.shapes.known[key] = s
	return s
}

// newShape returns the shape of c, or nil if it does not give what c does.
func (b *Base) newShape(c content, values []string) *shape {
	files, err := b.write(c.model())
	if err != nil {
		return nil
	}
	s := &shape{files: make(map[string][]part, len(files))}
	for name, content := range files {
		s.files[name] = split(string(content))
	}
	filled, err := s.fill(values)
	plain, plainErr := b.write(c)
	if err != nil || plainErr != nil || !maps.EqualFunc(filled, plain, bytes.Equal) {
		return nil
	}
	return s
}

// fill returns the files with values in their slots.
func (s *shape) fill(values []string) (map[string][]byte, error) {
	files := make(map[string][]byte, len(s.files))
	for name, parts := range s.files {
		out, err := written(parts, values)
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", name, err)
		}
		if err := checkSize(name, out); err != nil {
			return nil, err
		}
		files[name] = out
	}
	return files, nil
}
