package gitops

import (
	"fmt"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitrepo"
)

// Action is the action of a step on an entry.
type Action string

// The actions. Delete needs the permission Prune, the others need Write.
const (
	Add    Action = "add"
	Update Action = "update"
	Delete Action = "prune"
)

// Permissions are the actions that a process may take on entries.
type Permissions struct {
	Write, Prune bool
}

// Step changes one entry.
type Step struct {
	ID     string `json:"id"`
	Action Action `json:"action"`
	// Head is the commit of the entry's change.
	Head string `json:"head"`
	// RepositoryID is the recorded ID of the repository, for a deletion.
	RepositoryID string `json:"-"`
	// Hosts are the further hosts of the preview after an addition or an update.
	Hosts []generator.Host `json:"-"`
	// Verdict is the reason of a deletion.
	Verdict generator.Verdict `json:"reason,omitzero"`

	files map[string][]byte
}

// Files returns the files of the entry after the step, by name; nil after a
// deletion. The caller must not change them.
func (s Step) Files() map[string][]byte { return s.files }

// Failure is a preview whose entry can't be written.
type Failure struct {
	ID  string
	Err error
}

// Plan is the difference between the present and the desired state of a set.
type Plan struct {
	Set string
	// Steps are in the order of their previews, with deletions last.
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

// maxNamed bounds how many previews of each action the subject of a commit names. It
// gives the number of the others.
const maxNamed = 5

// Message returns the commit message: a subject such as
// "shop: add pr-42, update pr-40", and trailers for git interpret-trailers. It
// contains only ids, reasons and hashes, and no text of a change's author.
func (p Plan) Message() string {
	var parts, trailers []string
	for _, action := range []Action{Add, Update, Delete} {
		var words []string
		for _, s := range p.Steps {
			if s.Action == action {
				words = append(words, s.summary())
				trailers = append(trailers, s.trailer())
			}
		}
		if len(words) > maxNamed {
			words = append(words[:maxNamed:maxNamed], fmt.Sprintf("%d more", len(words)-maxNamed))
		}
		if len(words) > 0 {
			parts = append(parts, string(action)+" "+strings.Join(words, ", "))
		}
	}
	return fmt.Sprintf("%s: %s\n\nPreviewset-Set: %s\n%s\n", p.Set, strings.Join(parts, ", "), p.Set, strings.Join(trailers, "\n"))
}

func (s Step) summary() string {
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
		prune := fmt.Sprintf("Previewset-Prune: %s reason=%s head=%s", s.ID, s.Verdict.Reason, s.Head)
		if s.RepositoryID != "" {
			prune += fmt.Sprintf("\nPreviewset-Repository: %s %s", s.ID, s.RepositoryID)
		}
		return prune
	}
}
