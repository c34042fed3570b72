package main

import (
	"strings"
	"time"
	"unicode"
)

const (
	// failureInterval is the time after which watch logs an unchanged failure again.
	failureInterval = 5 * time.Minute
	// maxFailureTexts bounds the texts that watchFailures knows.
	maxFailureTexts = 100
)

// watchFailures are the failures of checks since the last successful one.
type watchFailures struct {
	// watched is true after a successful check.
	watched bool
	// count is the number of failures.
	count int
	// logged has the time of the last log line for each text of a failure.
	logged map[string]time.Time
}

// add counts a failure, and reports whether it is to be logged: if its text is new, or if
// the last line with the text is old. Texts that differ only in numbers are equal: the port
// of the client differs at each failure.
func (w *watchFailures) add(text string, now time.Time) bool {
	w.count++
	text = strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, text)
	if last, known := w.logged[text]; known && now.Sub(last) < failureInterval {
		return false
	}
	if w.logged == nil || len(w.logged) >= maxFailureTexts {
		w.logged = map[string]time.Time{}
	}
	w.logged[text] = now
	return true
}

// clear notes a successful check. It returns whether it is the first one, and the number of
// failures before it.
func (w *watchFailures) clear() (first bool, failures int) {
	first, failures = !w.watched, w.count
	*w = watchFailures{watched: true}
	return first, failures
}
