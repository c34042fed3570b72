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

// Desired is the desired state of a set.
type Desired struct {
	Previews []generator.Preview
	// Gone holds, by id, the reasons for which entries may be deleted. An entry
	// that is neither in Previews nor in Gone stays: a missing preview alone is no
	// reason to delete its entry.
	Gone map[string]generator.Verdict
	// Objections are to be recorded, by id, in entries that have no preview but
	// stay, because they are not in Gone or the permissions do not allow pruning.
	Objections map[string]generator.Objection
	// ExpiresAt returns the end of a change's lifetime.
	ExpiresAt func(generator.Change) time.Time
}

// Renderer renders the overlays of a set at one state of the repository. It must be
// safe for concurrent use.
type Renderer interface {
	// Hosts returns the hosts of p beside its Names.Host; see generator.Preview.Hosts. p
	// has those that its entry records if it keeps former names.
	Hosts(p generator.Preview) ([]generator.Host, error)
	// Draft returns an overlay without a check. Render builds and checks it first.
	Draft(p generator.Preview, dir string) (kustomize.Overlay, error)
	Render(ctx context.Context, p generator.Preview, dir string) (kustomize.Overlay, error)
	// Inputs returns, by path, the Git hashes of the files and directories that
	// overlays are built on.
	Inputs() map[string]string
}

// differ holds the data of one comparison.
type differ struct {
	path     string // of the set's directory
	state    State
	desired  Desired
	renderer Renderer
	inputs   map[string]string // the renderer's
	wanted   map[string]bool   // ids of the desired previews
	cache    *setCache
}

// addUpserts adds the entries that must be written to plan. It returns an error only
// if ctx ends: an error of one preview is a Failure of the plan, and does not affect
// the others.
func (d differ) addUpserts(ctx context.Context, plan *Plan) error {
	steps := make([]*Step, len(d.desired.Previews))
	failures := make([]error, len(steps))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	recorded := d.recordedHosts()
	for i, p := range d.desired.Previews {
		group.Go(func() error {
			if p.Hosts, failures[i] = d.renderer.Hosts(p); failures[i] == nil {
				failures[i] = recorded.check(p)
			}
			if failures[i] == nil {
				steps[i], failures[i] = d.upsert(ctx, p)
			}
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

// addDeletions adds the entries of desired.Gone to plan, except desired previews. A damaged
// entry is deleted only if its change has ended.
func (d differ) addDeletions(plan *Plan) {
	steps := map[string]Step{} // that may be taken, by id
	for id, entry := range d.state.Entries {
		steps[id] = Step{ID: id, Action: Delete, Head: entry.Record.Change.Head, RepositoryID: entry.Record.Repository.ID}
	}
	for id, damaged := range d.state.Damaged {
		if damaged.Preview != nil && generator.Ending(d.desired.Gone[id].Reason).Ended() {
			steps[id] = Step{ID: id, Action: Delete, Head: damaged.head(), RepositoryID: damaged.Preview.Repository.ID}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(steps)) {
		//promise:unknown-entries-stay
		if verdict, gone := d.desired.Gone[id]; gone && !d.wanted[id] {
			step := steps[id]
			step.Verdict = verdict
			plan.Steps = append(plan.Steps, step)
		}
	}
}

// addObjections adds the entries to plan that must record an objection and do not
// record it yet. It leaves out entries that are wanted or that the plan deletes.
func (d differ) addObjections(ctx context.Context, plan *Plan, permissions Permissions) error {
	for _, id := range slices.Sorted(maps.Keys(d.desired.Objections)) {
		entry, exists := d.state.Entries[id]
		if _, gone := d.desired.Gone[id]; !exists || d.wanted[id] || gone && permissions.Prune {
			continue
		}
		objection, record := d.desired.Objections[id], entry.Record
		record.Objection = newObjection(&objection)
		if record.fingerprint() == entry.Fingerprint {
			continue
		}
		existing, err := d.state.EntryFiles(ctx, id)
		if err != nil {
			return fmt.Errorf("entry %s: %w", id, err)
		}
		files := writable(existing)
		if files[RecordFile], err = record.contents(); err != nil {
			plan.Failures = append(plan.Failures, Failure{ID: id, Err: err})
			continue
		}
		plan.Steps = append(plan.Steps, Step{ID: id, Action: Update, Head: record.Change.Head, files: files})
	}
	return nil
}

// upsert returns the step that p needs, nil if its entry is up to date.
func (d differ) upsert(ctx context.Context, p generator.Preview) (*Step, error) {
	entry, exists := d.state.Entries[p.ID]
	if why, foreign := d.state.Foreign[p.ID]; foreign {
		return nil, fmt.Errorf("%s/%s exists and does not belong to previewset (%s): remove it so that the preview can be written", d.path, p.ID, why)
	}
	step := &Step{ID: p.ID, Action: Add, Head: p.HeadSHA, Hosts: p.Hosts}
	if _, damaged := d.state.Damaged[p.ID]; exists || damaged {
		step.Action = Update
	}
	record := newRecord(p, entry.Restored, d.inputs)
	if exists {
		if same, err := d.unchanged(p, record, entry); same || err != nil {
			return nil, err
		}
	}
	key := record.fingerprint()
	if files, ok := d.cache.rendered.get(p.ID, key); ok {
		step.files = files
		return step, nil
	}
	overlay, err := d.renderer.Render(ctx, p, d.path+"/"+p.ID)
	if err != nil {
		return nil, err
	}
	if step.files, err = files(overlay, record); err != nil {
		return nil, err
	}
	d.cache.rendered.put(p.ID, key, step.files)
	// The next sync compares with this hash, and needs no draft.
	hash, err := gitrepo.TreeHash(step.files, nil)
	if err != nil {
		return nil, err
	}
	d.cache.drafts.put(p.ID, key, hash)
	return step, nil
}

// unchanged reports whether p with this record gives the same entry, ignoring the
// time of its last update: a comment on a pull request should not cause a commit, a
// new revision and a sync of Argo CD. The entry of a branch without this time gets it
// once. It also ignores the repository's ID if the entry has none, because an older
// version wrote it. A draft is sufficient, because an entry in Git was checked before it
// was committed, and if its inputs had changed since, the records would differ.
func (d differ) unchanged(p generator.Preview, record Record, entry Entry) (bool, error) {
	if recorded := timeValue(entry.Record.Change.UpdatedAt); p.Kind != generator.Branch || !recorded.IsZero() {
		p.UpdatedAt = recorded
	}
	if d.desired.ExpiresAt != nil {
		p.ExpiresAt = d.desired.ExpiresAt(p.Change)
	}
	record.Change.UpdatedAt, record.ExpiresAt = timePointer(p.UpdatedAt), timePointer(p.ExpiresAt)
	record.Restored = entry.Record.Restored
	//promise:upgrades-commit-nothing
	if entry.Record.Repository.ID == "" {
		p.Repository.ID, record.Repository.ID = "", ""
	}
	key := record.fingerprint()
	if hash, ok := d.cache.drafts.get(p.ID, key); ok {
		return hash == entry.Tree, nil
	}
	draft, err := d.renderer.Draft(p, d.path+"/"+p.ID)
	if err != nil {
		return false, err
	}
	hash, err := d.draftHash(draft, record, key, entry)
	if err != nil {
		return false, err
	}
	d.cache.drafts.put(p.ID, key, hash)
	return hash == entry.Tree, nil
}

// draftHash returns the Git hash of an entry with the draft and the record. If the
// record equals that of the existing entry, draftHash uses the existing hash instead
// of encoding the record: encoding takes as long as everything else, and an older
// release may have encoded it differently.
func (d differ) draftHash(draft kustomize.Overlay, record Record, key Fingerprint, entry Entry) (string, error) {
	if key == entry.Fingerprint {
		d.cache.share(record.ID, entry, record)
		return gitrepo.TreeHash(draft.Files, map[string]string{RecordFile: entry.blob})
	}
	files, err := files(draft, record)
	if err != nil {
		return "", err
	}
	return gitrepo.TreeHash(files, nil)
}

// files returns the files of an entry: those of the overlay, and the record.
func files(o kustomize.Overlay, record Record) (map[string][]byte, error) {
	encoded, err := record.contents()
	if err != nil {
		return nil, err
	}
	if _, taken := o.Files[RecordFile]; taken {
		return nil, errors.New("the overlay has a file named " + RecordFile + ", the name of the record")
	}
	files := maps.Clone(o.Files)
	files[RecordFile] = encoded
	return files, nil
}
