package gitops

import (
	"fmt"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitrepo"
)

// Action is what a step does to an entry.
type Action string

// The actions: Delete is the pruner's, the others are the writer's.
const (
	Add    Action = "add"
	Update Action = "update"
	Delete Action = "prune"
)

// Permissions is what a process may do to entries.
type Permissions struct {
	Write, Prune bool
}

// Step changes one entry.
type Step struct {
	ID     string `json:"id"`
	Action Action `json:"action"`
	// Head is the commit of the change that the entry is, or was, for.
	Head string `json:"head"`
	// Verdict of a deletion.
	Verdict generator.Verdict `json:"reason,omitzero"`

	files map[string][]byte
}

// Files returns what the entry holds after the step, by name; nil after a
// deletion. It must not be changed.
func (s Step) Files() map[string][]byte { return s.files }

// Failure is a preview whose entry can't be written.
type Failure struct {
	ID  string
	Err error
}

// Plan is the difference between what a set has and what it should have.
type Plan struct {
	Set string
	// Steps in the order of their previews, deletions last.
	Steps    []Step
	Failures []Failure

	dir string
}

func (p Plan) edit() gitrepo.Edit {
	edit := gitrepo.Edit{Dirs: map[string]map[string][]byte{}}
	for _, s := range p.Steps {
		dir := p.dir + "/" + s.ID
		if s.Action == Delete {
			edit.Remove = append(edit.Remove, dir)
		} else {
			edit.Dirs[dir] = s.files
		}
	}
	return edit
}

// named is how many previews a commit's subject names before it counts.
const named = 5

// Message returns the commit's message: a subject such as
// "shop: add pr-42, update pr-40", and trailers that git interpret-trailers
// can read. It holds ids, reasons and hashes: nothing that a change's author
// has written.
func (p Plan) Message() string {
	var parts, trailers []string
	for _, action := range []Action{Add, Update, Delete} {
		var words []string
		for _, s := range p.Steps {
			if s.Action == action {
				words = append(words, s.word())
				trailers = append(trailers, s.trailer())
			}
		}
		if len(words) > named {
			words = append(words[:named:named], fmt.Sprintf("%d more", len(words)-named))
		}
		if len(words) > 0 {
			parts = append(parts, string(action)+" "+strings.Join(words, ", "))
		}
	}
	return fmt.Sprintf("%s: %s\n\nPreviewset-Set: %s\n%s\n", p.Set, strings.Join(parts, ", "), p.Set, strings.Join(trailers, "\n"))
}

func (s Step) word() string {
	if s.Action == Delete {
		return fmt.Sprintf("%s (%s)", s.ID, s.Verdict.Reason)
	}
	return s.ID
}

func (s Step) trailer() string {
	switch s.Action {
	case Add:
		return fmt.Sprintf("Previewset-Add: %s head=%s", s.ID, s.Head)
	case Update:
		return fmt.Sprintf("Previewset-Update: %s head=%s", s.ID, s.Head)
	default:
		return fmt.Sprintf("Previewset-Prune: %s reason=%s head=%s", s.ID, s.Verdict.Reason, s.Head)
	}
}
