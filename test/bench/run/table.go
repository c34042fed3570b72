package main

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"github.com/previewset/previewset/test/bench/measure"
)

// writeTable writes the rows as a text table.
func writeTable(w io.Writer, rows []measure.Row) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "GOAL\tWORK\tPREVIEWSET\tPEER\tPEER'S\tRATIO\tGOAL\t")
	for _, r := range rows {
		peer, theirs, ratio := "", "", ""
		if r.Peer != "" {
			peer, theirs, ratio = r.Peer, number(r.Theirs)+" "+r.Unit, ratioText(r)
		}
		_, _ = fmt.Fprintf(t, "%d\t%s\t%s %s\t%s\t%s\t%s\t%s\t%s\n",
			r.Goal, r.Work, number(r.Ours), r.Unit, peer, theirs, ratio, boundText(r), verdictText(r))
	}
	return t.Flush()
}

// number formats v with about three digits and without an exponent.
func number(v float64) string {
	switch {
	case v >= 100 || v <= -100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10 || v <= -10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

func ratioText(r measure.Row) string {
	if r.Bound.Kind == measure.TimesAtLeast {
		return number(r.Theirs/r.Ours) + " ×"
	}
	return number(r.Ours / r.Theirs)
}

func boundText(r measure.Row) string {
	at := strconv.FormatFloat(r.Bound.At, 'g', -1, 64)
	switch r.Bound.Kind {
	case measure.ShareAtMost:
		return "≤ " + at
	case measure.ShareAtLeast:
		return "≥ " + at
	case measure.TimesAtLeast:
		return "≥ " + at + " ×"
	case measure.AtMost:
		return "≤ " + at + " " + r.Unit
	}
	return ""
}

func verdictText(r measure.Row) string {
	switch bounded, met := r.Verdict(); {
	case !bounded:
		return ""
	case met:
		return "met"
	}
	return "MISSED"
}
