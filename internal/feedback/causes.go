package feedback

import (
	"context"
	"errors"
	"fmt"

	"github.com/previewset/previewset/generator"
)

// report logs the failure of a kind of writes when it begins and when its cause changes. The
// mutex is locked.
func (w *Writer) report(ctx context.Context, s *site, set, kind string, err error) {
	cause, remedy := "other", "previewset tries again by itself"
	if errors.Is(err, generator.ErrUnauthorized) {
		cause, remedy = "rights", "grant the credentials of feedback the right to write, see docs/feedback.md"
	}
	//promise:failures-of-feedback-are-logged-once
	if s.causes[kind] == cause {
		return
	}
	s.causes[kind] = cause
	problem := ""
	if cause == "rights" {
		problem = fmt.Sprintf("%v: %s", err, remedy)
	}
	w.warn(s, kind, problem)
	w.options.Log.WarnContext(ctx, "feedback can't be written", "set", set, "kind", kind, "error", err, "remedy", remedy)
}

// recovered logs the end of a failure. The mutex is locked.
func (w *Writer) recovered(ctx context.Context, s *site, kind string) {
	if s.causes[kind] != "" {
		delete(s.causes, kind)
		w.warn(s, kind, "")
		w.options.Log.InfoContext(ctx, "feedback is written again", "set", s.members[0].Name, "kind", kind)
	}
}

// warn passes a problem of a kind of writes that a person has to solve, or its end.
func (w *Writer) warn(s *site, kind, problem string) {
	if w.options.OnProblem == nil {
		return
	}
	for _, m := range s.members {
		w.options.OnProblem(m.Name, kind, problem)
	}
}
