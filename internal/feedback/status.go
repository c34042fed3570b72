package feedback

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// commitStatus is the wish for a status of a commit.
type commitStatus struct {
	section
	commit string
	status forge.CommitStatus
	// create is false if only a status that exists is changed.
	create bool
}

func (c commitStatus) set() string { return c.Name }

func (c commitStatus) text(_ time.Time, s *shown) string {
	if s != nil && s.text == "" && !c.create {
		return ""
	}
	return statusText(c.status)
}

// statusText returns what two statuses have in common that need no write. Details are as new
// as the rest: they change with each date.
func statusText(s forge.CommitStatus) string {
	if s.State == "" {
		return ""
	}
	return string(s.State) + "\n" + s.Description + "\n" + s.URL
}

// reach reads the status if it is not known, and writes it if it differs.
func (c commitStatus) reach(ctx context.Context, to *call, s *shown) (*shown, error) {
	if s != nil && c.text(to.now, s) == s.text {
		return s, nil
	}
	now, err := to.forge.Status(ctx, c.commit, c.status.Name)
	if err != nil {
		return nil, err
	}
	s = &shown{text: statusText(now)}
	text := c.text(to.now, s)
	if text == s.text {
		return s, nil
	}
	to.writes++
	next := c.status
	next.ID = now.ID
	if err := to.forge.SetStatus(ctx, c.commit, next); err != nil {
		return nil, err
	}
	return &shown{text: text}, nil
}

// planStatuses adds the wishes for statuses. If several changes have one head, the worst of
// their states is the status of the commit.
func (s *site) planStatuses(wishes map[key]wish) {
	for _, m := range s.members {
		if m.Status == "" {
			continue
		}
		for _, one := range m.sections() {
			if one.status == nil || !generator.IsCommit(one.status.HeadSHA) || one.over() {
				continue
			}
			wanted := commitStatus{section: one, commit: one.status.HeadSHA, create: one.wanted(), status: forge.CommitStatus{
				Name: s.statusName(m, one.variant()), State: one.commitState(), Description: one.description(), URL: one.statusURL(),
				Details: one.details(),
			}}
			k := key{kindStatus, wanted.commit + " " + wanted.status.Name}
			if !wanted.create && !one.removed && s.targets[k] == nil {
				continue // no status tells about a preview that never was
			}
			if other, taken := wishes[k].(commitStatus); !taken || wanted.precedes(other) {
				wishes[k] = wanted
			}
		}
	}
}

// over reports whether the change has ended. The status of its last commit stays as it is.
func (s section) over() bool { return generator.Ending(s.status.Reason).Ended() }

// precedes reports whether c is the status of a commit that also has the wish other.
func (c commitStatus) precedes(other commitStatus) bool {
	if c.create != other.create {
		return c.create
	}
	order := []forge.StatusState{forge.StatusFailure, forge.StatusPending, forge.StatusSuccess}
	return cmp.Or(
		cmp.Compare(slices.Index(order, c.status.State), slices.Index(order, other.status.State)),
		cmp.Compare(c.id(), other.id()),
	) < 0
}

// statusName returns the name of the status of a set and a variant.
func (s *site) statusName(m *member, variant string) string {
	name := m.Status
	for _, other := range s.members {
		if other != m && other.Status == m.Status {
			name = m.Status + "/" + m.Name
		}
	}
	if variant != "" {
		name += "/" + variant
	}
	return name
}

// commitState returns the state of the head commit.
func (s section) commitState() forge.StatusState {
	switch status := s.status; {
	case !s.wanted(), status.State == generator.StateFailing:
		return forge.StatusFailure
	//promise:only-live-commits-succeed
	case status.Live == status.HeadSHA && status.Live != "":
		return forge.StatusSuccess // even if the base no longer builds
	case status.Fault != nil, status.State == generator.StateWaiting && !s.waitsForSync():
		return forge.StatusFailure
	}
	return forge.StatusPending
}

// waitsForSync reports whether a change that waits needs no correction by a person.
func (s section) waitsForSync() bool {
	return s.status.Reason != generator.ReasonOverlay && s.status.Reason != generator.ReasonName
}

// beforeRemedy matches a message up to the first colon that is not quoted.
var beforeRemedy = regexp.MustCompile(`^(?:"(?:[^"\\]|\\.)*"|[^:]|:\S)*`)

// description returns one line of plain text.
func (s section) description() string {
	text := s.title()
	problem := s.problem()
	if s.ended != nil {
		problem = beforeRemedy.FindString(problem) // the comment has the remedy
	}
	if problem != "" {
		text += ": " + problem
	}
	return forge.ShortDescription(visible(text))
}

// statusURL returns where the status leads: to the preview if the commit is live, and to the
// Application otherwise.
func (s section) statusURL() string {
	if p := s.status.Preview; p != nil && s.status.Live == s.status.HeadSHA {
		return webURL(p.PreviewURL())
	}
	for _, app := range s.status.Applications {
		return s.applicationURL(app)
	}
	return ""
}
