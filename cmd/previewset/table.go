package main

import (
	"cmp"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// tableWidth bounds a line of a table whose cells are cut, in columns of a terminal.
const tableWidth = 100

const (
	columnGap = 2
	ellipsis  = "…"
)

// column is a column of a table.
type column struct {
	heading string
	// cuts is true if long cells may be cut.
	cuts bool
	// least has the widths at which other columns are cut first. A column with more widths
	// below its own is cut before the others.
	least []int
	// style styles a cell; nil for none.
	style func(cell string) string
}

// columns prints rows under a heading. If maxWidth is not 0, it cuts cells so that no line is
// wider. Empty cells are printed as a dash.
func (t *terminal) columns(columns []column, rows [][]string, maxWidth int) {
	lines := [][]string{make([]string, len(columns))}
	for i, c := range columns {
		lines[0][i] = c.heading
	}
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = cmp.Or(strings.TrimSpace(thinned(oneLine(cell))), "-")
		}
		lines = append(lines, cells)
	}
	widths := columnWidths(columns, lines, maxWidth)
	for n, cells := range lines {
		var line strings.Builder
		for i, cell := range cells {
			cell = cut(cell, widths[i])
			gap := strings.Repeat(" ", widths[i]-displayWidth(cell)+columnGap)
			if n > 0 && columns[i].style != nil {
				cell = columns[i].style(cell)
			}
			line.WriteString(cell + gap)
		}
		t.printf("%s\n", strings.TrimRight(line.String(), " "))
	}
}

// columnWidths returns the widths of the columns. While a line is wider than maxWidth, a
// column that may be cut gets narrower: one that exceeds the most of its least widths, and of
// these the widest.
func columnWidths(columns []column, lines [][]string, maxWidth int) []int {
	widths := make([]int, len(columns))
	total := columnGap * (len(columns) - 1)
	for i := range columns {
		for _, cells := range lines {
			widths[i] = max(widths[i], displayWidth(cells[i]))
		}
		total += widths[i]
	}
	for ; maxWidth > 0 && total > maxWidth; total-- {
		widest := -1
		for i, c := range columns {
			if c.cuts && (widest < 0 || cmp.Or(c.exceeded(widths[i])-columns[widest].exceeded(widths[widest]), widths[i]-widths[widest]) > 0) {
				widest = i
			}
		}
		widths[widest]--
	}
	return widths
}

// exceeded returns the number of least widths that are below width.
func (c column) exceeded(width int) (n int) {
	for _, least := range c.least {
		if width > least {
			n++
		}
	}
	return n
}

// cut returns s with at most so many columns. It replaces the end of a longer s by an
// ellipsis.
func cut(s string, columns int) string {
	if displayWidth(s) <= columns {
		return s
	}
	used := displayWidth(ellipsis)
	for i, r := range s {
		if used += runeWidth(r); used > columns {
			return s[:i] + ellipsis
		}
	}
	return s
}

// displayWidth returns the number of columns of s on a terminal.
func displayWidth(s string) (columns int) {
	for _, r := range s {
		columns += runeWidth(r)
	}
	return columns
}

// runeWidth returns the number of columns of a printable character (Unicode Standard Annex
// 11). The variation selector 16 makes the character before it wide.
func runeWidth(r rune) int {
	switch {
	case r == '\ufe0f':
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	}
	if kind := width.LookupRune(r).Kind(); kind == width.EastAsianWide || kind == width.EastAsianFullwidth {
		return 2
	}
	return 1
}

// maxMarks bounds the combining marks of one character.
const maxMarks = 3

// thinned removes combining marks from characters that have too many: they cover other
// lines.
func thinned(s string) string {
	marks := 0
	return strings.Map(func(r rune) rune {
		if runeWidth(r) > 0 {
			marks = 0
		} else if marks++; marks > maxMarks {
			return -1
		}
		return r
	}, s)
}
