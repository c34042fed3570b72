package feedback

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// clockSteps is the precision of the times of a write: a forge may record the activity of a
// pull request up to two seconds after the time of the comment.
const clockSteps = 2 * time.Second

// comment is the wish for the comment of a pull request.
type comment struct {
	number int64
	// create is false if only a comment that exists is changed.
	create   bool
	marker   string
	sections []section
}

func (c comment) set() string { return c.sections[0].Name }

// text returns the comment without the marker; "" for none.
func (c comment) text(now time.Time, s *shown) string {
	if s != nil && s.comment.ID == "" && !c.create {
		return ""
	}
	return c.render(now, s)
}

// nextNotice returns the time after now at which a section announces the end of its preview,
// zero for none.
func (c comment) nextNotice(now time.Time) (next time.Time) {
	for _, s := range c.sections {
		if s.Notice == 0 || s.status == nil || s.status.Preview == nil || s.status.Preview.ExpiresAt.IsZero() {
			continue
		}
		if at := s.status.Preview.ExpiresAt.Add(-s.Notice); at.After(now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next
}

// reach reads the comments of the pull request if they are not known, removes duplicates, and
// writes the comment if its text differs.
func (c comment) reach(ctx context.Context, to *call, s *shown) (*shown, error) {
	var err error
	if s == nil {
		if s, err = c.read(ctx, to); err != nil {
			return nil, err
		}
	}
	text := c.text(to.now, s)
	if text == s.text {
		return s, nil
	}
	s, err = c.write(ctx, to, s)
	if errors.Is(err, generator.ErrNotFound) && s != nil { // a person has deleted the comment
		if s, err = c.read(ctx, to); err == nil {
			s, err = c.write(ctx, to, s)
		}
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// read returns the oldest comment of the installation on the pull request, and deletes the
// others.
func (c comment) read(ctx context.Context, to *call) (*shown, error) {
	all, err := to.forge.Comments(ctx, c.number, c.marker)
	if err != nil {
		return nil, err
	}
	all = own(c.marker, all)
	if len(all) == 0 {
		return &shown{}, nil
	}
	s := &shown{comment: all[0]}
	s.text, _, _ = parsed(c.marker, all[0].Body)
	s.comment.UpdatedAt, s.activity = newest(c.marker, all)
	//promise:pull-requests-have-one-comment
	if len(all) > 1 {
		err = c.remove(ctx, to, s, all[1:])
	}
	to.announce(c.number, s.comment.UpdatedAt, s.activity)
	return s, err
}

// remove deletes duplicates. Several writers for one repository, or an answer that was lost,
// lead to them.
func (c comment) remove(ctx context.Context, to *call, s *shown, duplicates []forge.Comment) error {
	activity, err := c.activity(ctx, to, s)
	if err != nil {
		return err
	}
	s.activity = activity
	for _, one := range slices.Backward(duplicates) {
		to.writes++
		if err := to.forge.DeleteComment(ctx, c.number, one.ID); err != nil && !errors.Is(err, generator.ErrNotFound) {
			return err
		}
	}
	if to.countsActivity() {
		// The deletion is a write, too, and its time is known only from the pull request.
		at, err := to.forge.UpdatedAt(ctx, c.number)
		if err != nil {
			return err
		}
		s.comment.UpdatedAt = later(s.comment.UpdatedAt, at)
	}
	return nil
}

// write creates or edits the comment. The error wraps generator.ErrNotFound and the result is
// not nil if the comment that was to be edited does not exist.
func (c comment) write(ctx context.Context, to *call, s *shown) (*shown, error) {
	activity, err := c.activity(ctx, to, s)
	if err != nil {
		return nil, err
	}
	known := *s
	known.activity = activity
	text := c.text(to.now, &known)
	if text == s.text {
		return &known, nil
	}
	to.writes++
	body := withMarker(c.marker, text, activity)
	var written forge.Comment
	if s.comment.ID == "" {
		if written, err = to.forge.CreateComment(ctx, c.number, body); err != nil {
			return nil, err
		}
	} else if written, err = to.forge.EditComment(ctx, c.number, s.comment.ID, body); err != nil {
		return s, err
	}
	to.announce(c.number, written.UpdatedAt, activity)
	return &shown{text: text, comment: written, activity: activity}, nil
}

// activity returns the newest activity of others on the pull request, zero if no set needs it.
func (c comment) activity(ctx context.Context, to *call, s *shown) (time.Time, error) {
	if !to.countsActivity() {
		return s.activity, nil
	}
	at, err := to.forge.UpdatedAt(ctx, c.number)
	if err != nil {
		return time.Time{}, err
	}
	//promise:own-writes-are-no-activity
	if s.comment.ID != "" && !s.activity.IsZero() && !at.After(s.comment.UpdatedAt.Add(clockSteps)) {
		return s.activity, nil
	}
	return at, nil
}
