package feedback

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/previewset/previewset/generator"
)

// maxBody bounds the text of a comment, in bytes. GitHub accepts 65,536 characters.
const maxBody = 60_000

// render returns the text of the comment without the marker: each section, with a heading if
// there are several.
func (c comment) render(now time.Time, seen *shown) string {
	const cut = "\n\nThe comment is too long for all previews: run `previewset list`."
	var b strings.Builder
	for i, s := range c.sections {
		f := s.fields(now, s.activity(seen))
		part := s.render(f)
		if len(c.sections) > 1 {
			heading := "#### " + f.Set
			if f.ID != "" {
				heading += " · " + f.ID
			}
			part = heading + "\n" + part
		}
		if b.Len()+len(part)+len(cut) > maxBody {
			b.WriteString(cut)
			break
		}
		if i > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(part)
	}
	return strings.TrimSpace(b.String())
}

// title returns the state in plain text.
func (s section) title() string {
	if s.ended != nil {
		return "Preview was removed"
	}
	if s.status == nil {
		return "The state is not known"
	}
	switch s.status.State {
	case generator.StateLive:
		return "Preview is live"
	case generator.StateSyncing:
		return "Preview is being deployed"
	case generator.StateCommitted:
		if !s.Watched {
			return "Preview is prepared"
		}
		return "Preview is committed"
	case generator.StateBehind:
		return s.behind()
	case generator.StateFailing:
		return "Preview fails"
	case generator.StateHeld:
		return "Preview stays for now"
	case generator.StateWaiting:
		return "No preview yet"
	case generator.StateRemoving:
		return "Preview is being removed"
	case generator.StateDropped:
	}
	return "No preview"
}

// behind returns the title of StateBehind. If the entry has the newest commit, only a change of
// the GitOps repository can't be written.
func (s section) behind() string {
	switch {
	case !s.hasNewest():
		return "Preview is behind"
	case s.status.Live == s.status.HeadSHA:
		return "Preview is live, but can't be updated"
	}
	return "Preview can't be updated"
}

// hasNewest reports whether the entry has the newest commit.
func (s section) hasNewest() bool {
	return s.status != nil && s.status.Committed != "" && s.status.Committed == s.status.HeadSHA
}

// headline returns the state with the commits and the URL.
func (s section) headline(f Fields) string {
	line := "**" + s.title() + "**"
	if f.Removed != "" {
		return line + " on " + f.Removed
	}
	if s.status == nil {
		return line
	}
	switch s.status.State {
	case generator.StateDropped, generator.StateRemoving:
		return line
	case generator.StateWaiting:
		return line + prefixed(" for ", code(f.Head))
	case generator.StateLive, generator.StateCommitted, generator.StateSyncing, generator.StateFailing, generator.StateBehind, generator.StateHeld:
	}
	line += s.commits(f) + prefixed(" → ", f.URL)
	if f.Head != "" && f.Committed != "" && f.Head != f.Committed {
		line += " · newest commit " + code(f.Head) // after the URL, because the URL does not show it
	}
	return line
}

// commits returns the commit that the state is about, and beside it the one that is live, if it
// is another one.
func (s section) commits(f Fields) string {
	switch {
	case s.status.State == generator.StateBehind && s.hasNewest():
		return " (" + code(f.Committed) + ")" // "updated at" would say something else
	case s.status.State == generator.StateBehind && f.Live == f.Committed:
		return prefixed(", live at ", code(f.Live))
	}
	line := prefixed(" at ", code(f.Committed))
	if f.Live != "" && f.Live != f.Committed {
		line += ", live at " + code(f.Live)
	}
	return line
}

// facts returns what a reader can look up.
func (s section) facts(f Fields) string {
	var all []string
	add := func(prefix, value string) {
		if value != "" {
			all = append(all, prefix+value)
		}
	}
	add("Database schema ", f.Schema)
	if f.Notice == "" {
		add("expires ", f.Expires)
	}
	add("", f.Applications)
	add("", f.Entry)
	if s.status != nil && s.status.State != generator.StateSyncing && !s.unseen() && f.Problem != "" {
		add("more: ", f.Explain)
	}
	return capitalized(strings.Join(all, " · "))
}

// prefixed returns prefix and s, or "" if s is "".
func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// capitalized returns s with a capital letter at its beginning.
func capitalized(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + s[size:]
}
