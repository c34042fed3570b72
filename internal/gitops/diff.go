package gitops

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/kustomize"
)

// Desired is what a set should have.
type Desired struct {
	Previews []generator.Preview
	// Gone says, by id, why an entry may be deleted. An entry that is neither in
	// Previews nor in Gone stays: nothing is removed because it is missing.
	Gone map[string]generator.Verdict
	// Objections are what to record, by id, in entries without a preview that stay
	// for now: Gone does not have them, or the mask permits no deletion.
	Objections map[string]generator.Objection
	// ExpiresAt returns when a change's lifetime ends.
	ExpiresAt func(generator.Change) time.Time
}

// Renderer makes the overlays of a set at one state of the repository. It is
// called from several goroutines.
type Renderer interface {
	// Draft returns an overlay, Render does so after it was built and checked.
	Draft(p generator.Preview, dir string) (kustomize.Overlay, error)
	Render(ctx context.Context, p generator.Preview, dir string) (kustomize.Overlay, error)
	// Inputs are the Git hashes, by path, of what overlays are built on.
	Inputs() map[string]string
}

// differ holds what one comparison needs.
type differ struct {
	path     string // of the set's directory
	state    State
	desired  Desired
	renderer Renderer
	inputs   map[string]string // the renderer's
	wanted   map[string]bool   // ids of what is desired
	cache    *setCache
}

// upserts adds to plan what is to be written. The only error is the context's:
// what is wrong with one preview is a Failure of the plan, and the others go on.
func (d differ) upserts(ctx context.Context, plan *Plan) error {
	steps := make([]*Step, len(d.desired.Previews))
	failures := make([]error, len(steps))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, p := range d.desired.Previews {
		group.Go(func() error {
			steps[i], failures[i] = d.upsert(ctx, p)
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i, p := range d.desired.Previews {
		if failures[i] != nil {
			plan.Failures = append(plan.Failures, Failure{ID: p.ID, Err: failures[i]})
		} else if steps[i] != nil {
			plan.Steps = append(plan.Steps, *steps[i])
		}
	}
	return nil
}

// deletions adds to plan the entries whose preview is gone for a reason.
func (d differ) deletions(plan *Plan) {
	for _, id := range slices.Sorted(maps.Keys(d.state.Entries)) {
		if verdict, gone := d.desired.Gone[id]; gone && !d.wanted[id] {
			head := d.state.Entries[id].Record.Change.Head
			plan.Steps = append(plan.Steps, Step{ID: id, Action: Delete, Head: head, Verdict: verdict})
		}
	}
}

// objections adds to plan the entries that stay without being wanted and do not
// record why yet. It leaves out those that the plan deletes.
func (d differ) objections(ctx context.Context, plan *Plan, mask Permissions) error {
	for _, id := range slices.Sorted(maps.Keys(d.desired.Objections)) {
		entry, exists := d.state.Entries[id]
		if _, gone := d.desired.Gone[id]; !exists || d.wanted[id] || gone && mask.Prune {
			continue
		}
		objection, record := d.desired.Objections[id], entry.Record
		record.Objection = newObjection(&objection)
		if record.fingerprint() == entry.Fingerprint {
			continue
		}
		files, err := d.state.EntryFiles(ctx, id)
		if err != nil {
			return fmt.Errorf("entry %s: %w", id, err)
		}
		if files[RecordFile], err = record.encode(); err != nil {
			return err
		}
		plan.Steps = append(plan.Steps, Step{ID: id, Action: Update, Head: record.Change.Head, files: files})
	}
	return nil
}

// upsert returns the step that p needs; nil where its entry is as it should
// be.
func (d differ) upsert(ctx context.Context, p generator.Preview) (*Step, error) {
	entry, exists := d.state.Entries[p.ID]
	if why, foreign := d.state.Foreign[p.ID]; foreign {
		return nil, fmt.Errorf("%s/%s is there and not previewset's (%s): remove it, and the preview can be written", d.path, p.ID, why)
	}
	step := &Step{ID: p.ID, Action: Add, Head: p.HeadSHA}
	if exists || d.state.damaged[p.ID] {
		step.Action = Update
	}
	made := newRecord(p, entry.Restored, d.inputs)
	if exists {
		if same, err := d.unchanged(p, made, entry); same || err != nil {
			return nil, err
		}
	}
	key := made.fingerprint()
	if files, ok := d.cache.rendered.get(p.ID, key); ok {
		step.files = files
		return step, nil
	}
	overlay, err := d.renderer.Render(ctx, p, d.path+"/"+p.ID)
	if err != nil {
		return nil, err
	}
	if step.files, err = files(overlay, made); err != nil {
		return nil, err
	}
	d.cache.rendered.put(p.ID, key, step.files)
	// The next sync compares with what is written here, without a draft.
	hash, err := gitrepo.TreeHash(step.files, nil)
	if err != nil {
		return nil, err
	}
	d.cache.drafts.put(p.ID, key, hash)
	return step, nil
}

// unchanged reports whether p, whose record is made, gives the same entry, apart
// from the time of its last update: a comment on a pull request is not worth a
// commit, and a new revision, and a sync of Argo CD. A draft is enough to see it:
// what is in Git was checked before it was committed, on the same inputs, or the
// record would differ.
func (d differ) unchanged(p generator.Preview, made Record, entry Entry) (bool, error) {
	p.UpdatedAt = value(entry.Record.Change.UpdatedAt)
	if d.desired.ExpiresAt != nil {
		p.ExpiresAt = d.desired.ExpiresAt(p.Change)
	}
	made.Change.UpdatedAt, made.ExpiresAt = entry.Record.Change.UpdatedAt, optional(p.ExpiresAt)
	made.Restored = entry.Record.Restored
	key := made.fingerprint()
	if hash, ok := d.cache.drafts.get(p.ID, key); ok {
		return hash == entry.Tree, nil
	}
	draft, err := d.renderer.Draft(p, d.path+"/"+p.ID)
	if err != nil {
		return false, err
	}
	hash, err := d.draftHash(draft, made, key, entry)
	if err != nil {
		return false, err
	}
	d.cache.drafts.put(p.ID, key, hash)
	return hash == entry.Tree, nil
}

// draftHash returns the Git hash of the entry made of the draft and the record. A
// record that equals the entry's is not encoded, and has the hash of the entry's:
// encoding takes as long as everything else, and an older release may have encoded
// it differently.
func (d differ) draftHash(draft kustomize.Overlay, made Record, key Fingerprint, entry Entry) (string, error) {
	if key == entry.Fingerprint {
		d.cache.share(made.ID, entry, made)
		return gitrepo.TreeHash(draft.Files, map[string]string{RecordFile: entry.blob})
	}
	files, err := files(draft, made)
	if err != nil {
		return "", err
	}
	return gitrepo.TreeHash(files, nil)
}

// files returns what the entry holds: the overlay and the record.
func files(o kustomize.Overlay, made Record) (map[string][]byte, error) {
	record, err := made.encode()
	if err != nil {
		return nil, err
	}
	if _, taken := o.Files[RecordFile]; taken {
		return nil, errors.New("the overlay has a file named " + RecordFile + ", which is the record's name")
	}
	files := maps.Clone(o.Files)
	files[RecordFile] = record
	return files, nil
}
