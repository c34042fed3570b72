package main

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/utils/diff"
	"github.com/sergi/go-diff/diffmatchpatch"

	"github.com/previewset/previewset/internal/gitrepo"
)

// contextLines is the number of unchanged lines that a diff shows around a change.
const contextLines = 3

// fileDiff is the difference between two versions of a file. A version is nil if the file
// does not exist; an empty file is not nil.
type fileDiff struct {
	name          string // the path in the repository
	before, after []byte
	mode          string // of the version before
}

// compareDirs returns the files of the directory dir that differ, in the order of their
// names. As in Git, a link that becomes a file has two differences.
func compareDirs(dir string, before map[string]gitrepo.File, after map[string][]byte) (diffs []fileDiff) {
	all := map[string]bool{}
	for name := range before {
		all[name] = true
	}
	for name := range after {
		all[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		old, existed := before[name]
		content, exists := after[name]
		d := fileDiff{path.Join(dir, name), present(old.Content, existed), present(content, exists), old.Mode}
		switch {
		case d.mode == gitrepo.ModeLink && exists:
			created := d
			d.after, created.before = nil, nil
			diffs = append(diffs, d, created)
		case existed != exists || d.mode != gitrepo.ModeRegular || !bytes.Equal(d.before, d.after):
			diffs = append(diffs, d)
		}
	}
	return diffs
}

// present returns content, which is not nil if the file exists.
func present(content []byte, exists bool) []byte {
	if exists && content == nil {
		return []byte{}
	}
	return content
}

// diff prints the difference as git diff does, for git apply. It replaces characters that
// can control a terminal. Unless stdout is a terminal, it also prints the exact
// difference then, as a binary patch.
func (t *terminal) diff(d fileDiff) {
	exact := hunks(d.lines())
	text := printable(exact)
	if text == exact || t.stdout.interactive {
		t.printf("%s%s", t.diffHeader(d, text != ""), t.coloured(text))
		return
	}
	t.printf("%s: some characters can't be printed. They are replaced here, but not in the patch below.\n", printable(d.name))
	t.printf("    %s\n", indented(strings.TrimSuffix(text, "\n")))
	t.printf("%s%s", t.diffHeader(d, false), binaryPatch(d.before, d.after))
}

// diffHeader returns the lines before the hunks of d. Only a difference in text names the
// two versions.
func (t *terminal) diffHeader(d fileDiff, text bool) string {
	from, to := quotedPath("a/"+d.name), quotedPath("b/"+d.name)
	lines := []string{"diff --git " + from + " " + to}
	index := fmt.Sprintf("index %s..%s", blobHash(d.before), blobHash(d.after))
	switch {
	case d.before == nil:
		lines, from = append(lines, "new file mode "+gitrepo.ModeRegular, index), "/dev/null"
	case d.after == nil:
		lines, to = append(lines, "deleted file mode "+d.mode, index), "/dev/null"
	case d.mode == gitrepo.ModeRegular:
		lines = append(lines, index+" "+gitrepo.ModeRegular)
	default:
		if lines = append(lines, "old mode "+d.mode, "new mode "+gitrepo.ModeRegular); !bytes.Equal(d.before, d.after) {
			lines = append(lines, index)
		}
	}
	if text {
		lines = append(lines, "--- "+withTab(from), "+++ "+withTab(to))
	}
	for i, line := range lines {
		lines[i] = t.bold(line) + "\n"
	}
	return strings.Join(lines, "")
}

// withTab ends a path that contains a space with a tab, as git does: otherwise patch
// programs look for a date after the space.
func withTab(name string) string {
	if strings.Contains(name, " ") {
		return name + "\t"
	}
	return name
}

// quotedPath quotes a path that contains special characters, as git does.
func quotedPath(name string) string {
	var quoted strings.Builder
	for i := range len(name) {
		switch c := name[i]; {
		case c == '"' || c == '\\':
			quoted.WriteString(`\` + string(c))
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&quoted, `\%03o`, c)
		default:
			quoted.WriteByte(c)
		}
	}
	if quoted.Len() == len(name) {
		return name
	}
	return `"` + quoted.String() + `"`
}

// blobHash returns the Git hash of a file, and zeros for nil.
func blobHash(content []byte) plumbing.Hash {
	if content == nil {
		return plumbing.ZeroHash
	}
	return plumbing.ComputeHash(plumbing.BlobObject, content)
}

// diffLine is a line of both versions (' '), of the old one ('-') or of the new one ('+').
// Its text ends with the line break, if the line has one.
type diffLine struct {
	op   byte
	text string
}

func (d fileDiff) lines() (all []diffLine) {
	ops := map[diffmatchpatch.Operation]byte{diffmatchpatch.DiffEqual: ' ', diffmatchpatch.DiffDelete: '-', diffmatchpatch.DiffInsert: '+'}
	for _, run := range diff.Do(string(d.before), string(d.after)) {
		for line := range strings.Lines(run.Text) {
			all = append(all, diffLine{ops[run.Type], line})
		}
	}
	return all
}

// count returns the number of added and of removed lines.
func (d fileDiff) count() (added, removed int) {
	for _, line := range d.lines() {
		switch line.op {
		case '+':
			added++
		case '-':
			removed++
		}
	}
	return added, removed
}

// hunks returns the changed lines with the lines around them, in the unified format.
func hunks(lines []diffLine) string {
	var out strings.Builder
	from, to := 1, 1 // the numbers of the next line
	for start := 0; start < len(lines); {
		next := nextChange(lines, start)
		end := hunkEnd(lines, next)
		first := max(start, next-contextLines)
		from, to = from+first-start, to+first-start
		if next < len(lines) {
			removed, added := writeHunk(&out, lines[first:end], from, to)
			from, to = from+removed, to+added
		}
		start = end
	}
	return out.String()
}

// nextChange returns the index of the first changed line from start on, or len(lines).
func nextChange(lines []diffLine, start int) int {
	i := slices.IndexFunc(lines[start:], func(l diffLine) bool { return l.op != ' ' })
	if i < 0 {
		return len(lines)
	}
	return start + i
}

// hunkEnd returns the end of the hunk whose first changed line is next. Changes whose
// contexts touch are in one hunk.
func hunkEnd(lines []diffLine, next int) int {
	for next < len(lines) {
		end := next
		for end < len(lines) && lines[end].op != ' ' {
			end++
		}
		if next = nextChange(lines, end); next-end > 2*contextLines || next == len(lines) {
			return min(end+contextLines, len(lines))
		}
	}
	return next
}

// writeHunk writes a hunk that begins at these line numbers. It returns the numbers of
// lines that the hunk has of each version.
func writeHunk(out *strings.Builder, lines []diffLine, from, to int) (before, after int) {
	var body strings.Builder
	for _, line := range lines {
		if line.op != '+' {
			before++
		}
		if line.op != '-' {
			after++
		}
		body.WriteString(string(line.op) + line.text)
		if !strings.HasSuffix(line.text, "\n") {
			body.WriteString("\n\\ No newline at end of file\n")
		}
	}
	if before == 0 { // the hunk comes after this line
		from--
	}
	if after == 0 {
		to--
	}
	fmt.Fprintf(out, "@@ -%d,%d +%d,%d @@\n%s", from, before, to, after, body.String())
	return before, after
}

// coloured gives the lines of hunks the colours of git.
func (t *terminal) coloured(hunks string) string {
	if !t.stdout.colour {
		return hunks
	}
	codes := map[byte]string{'@': cyan, '-': red, '+': green}
	var out strings.Builder
	for line := range strings.Lines(hunks) {
		text := strings.TrimSuffix(line, "\n")
		if code, ok := codes[text[0]]; ok {
			text = t.stdout.style(code, text)
		}
		out.WriteString(text + "\n")
	}
	return out.String()
}
