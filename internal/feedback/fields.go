package feedback

import (
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
)

// Fields are what a template of a section can print. Each is Markdown: values that come from
// outside, such as titles and branches, are in code spans, so that they contain no mention, no
// link and no HTML. A field is "" if its value is not known or does not apply.
type Fields struct {
	// Headline is the state with the commits and the URL, in one line.
	Headline string
	// Problem is one line that says what is wrong and the remedy.
	Problem string
	// Notice is one line that announces the end of the preview's lifetime.
	Notice string
	// Facts is one line with the database schema, the end of the lifetime, links and, if
	// something is wrong, the command that explains it.
	Facts string
	// Details is a folded block with a message that has several lines.
	Details string

	// State is a word of docs/operation.md, or "removed" or "unknown". Reason is a word of the
	// API.
	State, Reason string
	// Set, ID and Variant name the preview. A set without variants has none.
	Set, ID, Variant string
	// Title is text with code spans. Author, Branch and TargetBranch are code spans.
	Title, Author, Branch, TargetBranch string
	// Head is the newest commit, Committed the commit of the entry, and Live the one that is
	// live: 7 hexadecimal digits.
	Head, Committed, Live string
	// URL is the link to the preview, and Host its host.
	URL, Host string
	// Namespace and Schema are those of the preview.
	Namespace, Schema string
	// Expires is the end of the preview's lifetime, and Removed the time at which it was
	// removed: dates in UTC.
	Expires, Removed string
	// Applications are the links to the Applications, and Entry is the link to the entry.
	Applications, Entry string
	// Explain is the command that prints all that is known.
	Explain string
}

// fields returns the fields of s. activity is that of section.activity.
func (s section) fields(now, activity time.Time) Fields {
	f := Fields{
		State: "unknown", Set: code(s.Name), ID: code(s.id()), Variant: code(s.variant()),
		Problem: capitalized(inert(s.problem())), Details: s.details(),
	}
	change := s.change()
	f.Title, f.Author, f.Branch, f.TargetBranch = inert(change.Title), code(change.Author), code(change.Branch), code(change.TargetBranch)
	f.Head = shortCommit(change.HeadSHA)
	if s.id() != "" {
		f.Explain = code(s.explain())
	}
	if s.ended != nil {
		f.State, f.Reason = "removed", string(s.ended.Reason)
		f.Removed = date(s.ended.Since)
	} else if s.status != nil {
		s.addStatus(&f, now, activity)
	}
	f.Headline = s.headline(f)
	f.Facts = s.facts(f)
	return f
}

func (s section) addStatus(f *Fields, now, activity time.Time) {
	f.State, f.Reason = string(s.status.State), string(s.status.Reason)
	f.Committed, f.Live = shortCommit(s.status.Committed), shortCommit(s.status.Live)
	p := s.status.Preview
	if p == nil {
		return
	}
	f.URL, f.Host, f.Namespace = autolink(p.PreviewURL()), code(p.Host), code(p.Namespace)
	if s.Database {
		f.Schema = code(p.DBSchema)
	}
	if s.open() && s.EntryURL != "" && p.Path != "" {
		f.Entry = link("entry", strings.TrimSuffix(s.EntryURL, "/")+"/"+p.Path)
	}
	f.Applications = s.applications()
	ends := s.ends(activity)
	f.Expires = date(ends)
	if s.Notice > 0 && !ends.IsZero() && !now.Before(ends.Add(-s.Notice)) {
		f.Notice = "**The preview ends on " + f.Expires + "**" + s.renewal(ends, activity)
	}
}

// activity returns the newest activity of others on the pull request if the list that the
// status is from may have a write of the package as the newest activity, and zero otherwise. A
// list has it that was read before the package knew its own writes, after a start.
func (s section) activity(seen *shown) time.Time {
	if seen == nil || s.status == nil || s.status.UpdatedAt.After(seen.comment.UpdatedAt.Add(clockSteps)) {
		return time.Time{}
	}
	return seen.activity
}

// ends returns the time at which the lifetime of the preview ends. It is a full hour if it
// moves with each activity, so that few activities change the comment.
func (s section) ends(activity time.Time) time.Time {
	ends := s.status.Preview.ExpiresAt
	if ends.IsZero() || s.Idle == 0 {
		return ends
	}
	if !activity.IsZero() {
		ends = earlier(ends, activity.Add(s.Idle))
	}
	if s.Idle >= 24*time.Hour {
		return ends.Truncate(time.Hour)
	}
	return ends
}

// renewal says what keeps the preview for longer, if anything does.
func (s section) renewal(ends, activity time.Time) string {
	last := s.status.UpdatedAt
	if !activity.IsZero() {
		last = earlier(last, activity)
	}
	if s.Idle == 0 || last.Add(s.Idle).Truncate(time.Hour).After(ends) {
		return ""
	}
	return " unless the pull request changes before"
}

// applications returns links to the Applications, with their names if there are several.
func (s section) applications() string {
	const most = 5
	var links []string
	for i, app := range s.status.Applications {
		text := "Application"
		if len(s.status.Applications) > 1 {
			text = code(app.Namespace + "/" + app.Name)
		}
		if l := link(text, s.applicationURL(app)); l != "" && i < most {
			links = append(links, l)
		}
	}
	return strings.Join(links, " · ")
}

// applicationURL returns the page of an Application in Argo CD's user interface, or "".
func (s section) applicationURL(app generator.Application) string {
	if s.ArgoCDURL == "" {
		return ""
	}
	return webURL(strings.TrimSuffix(s.ArgoCDURL, "/") + "/applications/" + app.Namespace + "/" + app.Name)
}

// date formats a time for people. It is absolute: a relative date would need an edit each day.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2 January 2006, 15:04 UTC")
}

func shortCommit(sha string) string {
	if !generator.IsCommit(sha) {
		return ""
	}
	return sha[:7]
}
