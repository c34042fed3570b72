package main

import (
	"bytes"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	fdiff "github.com/go-git/go-git/v5/plumbing/format/diff"
	"github.com/go-git/go-git/v5/utils/diff"
	"github.com/sergi/go-diff/diffmatchpatch"
)

// contextLines is the number of unchanged lines that a diff shows around a change.
const contextLines = 3

// diff prints the unified diff of a file, as git does. An empty file counts as
// missing.
func (t *terminal) diff(name string, before, after []byte) error {
	if bytes.Equal(before, after) {
		return nil
	}
	var out bytes.Buffer
	enc := fdiff.NewUnifiedEncoder(&out, contextLines)
	if t.colour {
		enc.SetColor(fdiff.NewColorConfig())
	}
	before, after = []byte(printable(string(before))), []byte(printable(string(after)))
	if err := enc.Encode(filePatch{name, before, after}); err != nil {
		return err
	}
	_, err := t.stdout.Write(out.Bytes())
	return err
}

// filePatch is a patch of one file, for go-git's encoder.
type filePatch struct {
	name          string
	before, after []byte
}

func (p filePatch) FilePatches() []fdiff.FilePatch { return []fdiff.FilePatch{p} }
func (p filePatch) Message() string                { return "" }
func (p filePatch) IsBinary() bool                 { return false }

func (p filePatch) Files() (from, to fdiff.File) {
	if len(p.before) > 0 {
		from = diffFile{p.name, p.before}
	}
	if len(p.after) > 0 {
		to = diffFile{p.name, p.after}
	}
	return from, to
}

func (p filePatch) Chunks() []fdiff.Chunk {
	var chunks []fdiff.Chunk
	for _, d := range diff.Do(string(p.before), string(p.after)) {
		chunks = append(chunks, chunk{d})
	}
	return chunks
}

type diffFile struct {
	name    string
	content []byte
}

func (f diffFile) Hash() plumbing.Hash     { return plumbing.ComputeHash(plumbing.BlobObject, f.content) }
func (f diffFile) Mode() filemode.FileMode { return filemode.Regular }
func (f diffFile) Path() string            { return f.name }

// chunk is a run of lines that are equal, added or deleted.
type chunk struct{ diff diffmatchpatch.Diff }

func (c chunk) Content() string { return c.diff.Text }

func (c chunk) Type() fdiff.Operation {
	switch c.diff.Type {
	case diffmatchpatch.DiffInsert:
		return fdiff.Add
	case diffmatchpatch.DiffDelete:
		return fdiff.Delete
	default:
		return fdiff.Equal
	}
}
