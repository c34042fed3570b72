package gitops

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/network"
)

// setCache holds data of a set, so that a sync reads only records that changed.
type setCache struct {
	busy sync.Mutex // held during Apply, Plan and State of the set

	history   *gitrepo.History
	recordsMu sync.Mutex // guards records while previews are compared concurrently
	records   map[gitrepo.TreeEntry]parsed
	// drafts are the hashes of the previews' drafts, so that a sync drafts only
	// previews that changed.
	drafts memo[Fingerprint, string]
	// rendered are the files of one Apply, so that it does not render them again
	// when it plans again.
	rendered memo[Fingerprint, map[string][]byte]
	// faulty are the histories of the files that have faults.
	faulty map[string]*gitrepo.History
	// followed are the results of Follow for the newest Applications.
	followedMu sync.Mutex
	followed   map[follower]bool
	// former are the results of State.FormerRecord, by the hashes of the directories.
	former memo[gitrepo.TreeEntry, former]
}

// share replaces the cached record of an entry by record, which must be equal. This
// saves memory: record shares its strings with the preview, while a parsed record
// has its own copies.
func (c *setCache) share(id string, entry Entry, record Record) {
	c.recordsMu.Lock()
	defer c.recordsMu.Unlock()
	c.records[gitrepo.TreeEntry{Name: id, Hash: entry.Tree, IsDir: true}] = parsed{record: record, fingerprint: entry.Fingerprint, blob: entry.blob}
}

type parsed struct {
	record      Record
	fingerprint Fingerprint
	blob        string // the record's Git hash
	err         error
	preview     *generator.Preview // of a damaged record; nil if it is not known
}

// State reads the state of set at the tip of the branch.
func (r *Repository) State(ctx context.Context, set string) (State, error) {
	cache := r.cache(set)
	cache.busy.Lock()
	defer cache.busy.Unlock()
	tree, err := r.committer.Tree(ctx)
	if err != nil {
		return State{}, r.explain(err)
	}
	return r.read(ctx, tree, set)
}

// ErrRepository is in the chain of each error that the repository caused.
var ErrRepository = errors.New("GitOps repository")

// explain adds the repository to err and, for known kinds of errors, a remedy.
func (r *Repository) explain(err error) error {
	for _, known := range []struct {
		kind   error
		remedy string
	}{
		{gitrepo.ErrEmpty, "push a first commit that contains the base"},
		{gitrepo.ErrNoBranch, "create the branch, or set gitops.branch to another one"},
		{gitrepo.ErrNotFound, "check gitops.url, and that the credentials permit reading it"},
		{gitrepo.ErrAuth, "check the credentials in gitops"},
		{gitrepo.ErrStorage, "check the free disk space of the server, and its limit for the size of a push"},
		{gitrepo.ErrLocked, "if this lasts, a git process that was killed has left a lock: delete HEAD.lock and refs/heads/" + r.opts.Branch + ".lock in the repository on the server"},
		{gitrepo.ErrRejected, "the credentials in gitops must be allowed to push to " + r.opts.Branch},
		{gitrepo.ErrNotGit, "check that gitops.url is the URL that git clone uses"},
		{gitrepo.ErrHostKey, "compare the key of the server, and add it to gitops.sshKnownHostsFile"},
		{gitrepo.ErrRedirect, "if it is the right server, write the new URL in gitops.url"},
		{network.ErrStatus, "look at the log of the server, or of the proxy in front of it"},
	} {
		if errors.Is(err, known.kind) {
			return fmt.Errorf("%w %s: %w: %s", ErrRepository, r.URL(), err, known.remedy)
		}
	}
	return fmt.Errorf("%w %s: %w", ErrRepository, r.URL(), err)
}

func (r *Repository) cache(set string) *setCache {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sets[set] == nil {
		r.sets[set] = &setCache{records: map[gitrepo.TreeEntry]parsed{}}
	}
	return r.sets[set]
}

// read returns the state of a set at tree, with each entry's record and revision.
func (r *Repository) read(ctx context.Context, tree *gitrepo.Tree, set string) (State, error) {
	state, err := r.entries(ctx, tree, set)
	if err != nil {
		return State{}, r.explain(fmt.Errorf("%s: %w", r.SetPath(set), err))
	}
	return state, nil
}

func (r *Repository) entries(ctx context.Context, tree *gitrepo.Tree, set string) (State, error) {
	state := State{Set: set, Tip: tree.Tip(), tree: tree, path: r.SetPath(set), Entries: map[string]Entry{}, Foreign: map[string]string{}, Damaged: map[string]Damaged{}}
	children, err := tree.Entries(ctx, r.SetPath(set))
	if errors.Is(err, fs.ErrNotExist) {
		return state, nil
	}
	if err != nil {
		return State{}, err
	}
	cache := r.cache(set)
	state.former, state.children = &cache.former, children
	if err := r.readRecords(ctx, tree, set, children); err != nil {
		return State{}, err
	}
	var ids []string
	for _, child := range children {
		switch found := cache.records[child]; {
		case !child.IsDir:
			state.Foreign[child.Name] = "it is a file"
		case errors.Is(found.err, errDamaged):
			state.Damaged[child.Name] = Damaged{Err: found.err, Preview: found.preview, Fingerprint: found.fingerprint}
		//promise:directories-without-a-record-stay
		case found.err != nil:
			state.Foreign[child.Name] = found.err.Error()
		default:
			state.Entries[child.Name] = Entry{Tree: child.Hash, Record: found.record, Fingerprint: found.fingerprint, blob: found.blob}
			ids = append(ids, child.Name)
		}
	}
	return state, r.readRevisions(ctx, state, ids)
}

func (r *Repository) readRevisions(ctx context.Context, state State, ids []string) error {
	cache := r.cache(state.Set)
	changed, history, err := state.tree.LastChanged(ctx, r.SetPath(state.Set), ids, cache.history)
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	cache.history = history
	for _, id := range ids {
		entry := state.Entries[id]
		entry.Revision, entry.CommittedAt = changed[id].SHA, changed[id].CommittedAt
		entry.Restored = entry.Record.Restored || isRevertOfPrune(changed[id].Message)
		state.Entries[id] = entry
	}
	return nil
}

// readRecords sets the cache to the records of the directories in children.
func (r *Repository) readRecords(ctx context.Context, tree *gitrepo.Tree, set string, children []gitrepo.TreeEntry) error {
	cache := r.cache(set)
	records := make(map[gitrepo.TreeEntry]parsed, len(children))
	var unread []gitrepo.TreeEntry
	for _, child := range children {
		if known, ok := cache.records[child]; ok {
			records[child] = known
		} else if child.IsDir {
			unread = append(unread, child)
		}
	}
	if len(unread) > 0 {
		if err := r.parseRecords(ctx, tree, set, unread, records); err != nil {
			return fmt.Errorf("records: %w", err)
		}
	}
	cache.records = records
	return nil
}

func (r *Repository) parseRecords(ctx context.Context, tree *gitrepo.Tree, set string, dirs []gitrepo.TreeEntry, records map[gitrepo.TreeEntry]parsed) error {
	names := make([]string, len(dirs))
	for i, dir := range dirs {
		names[i] = dir.Name
	}
	files, err := tree.Subentries(ctx, r.SetPath(set), names)
	if err != nil {
		return err
	}
	hashes := map[string]string{} // of the records, by the directory's name
	for _, dir := range dirs {
		if hash := recordHash(files[dir.Name]); hash != "" {
			hashes[dir.Name] = hash
		}
	}
	contents, err := tree.Blobs(ctx, slices.Collect(maps.Values(hashes)))
	if err != nil {
		return err
	}
	parse := func(dir gitrepo.TreeEntry) parsed {
		hash, ok := hashes[dir.Name]
		if !ok {
			return parsed{err: fmt.Errorf("%w: %s is missing", ErrRecord, RecordFile)}
		}
		record, err := parseRecord(contents[hash], set, dir.Name)
		if errors.Is(err, errDamaged) {
			data := contents[hash]
			return parsed{err: err, preview: damagedPreview(data, set, dir.Name), fingerprint: sha256.Sum256(data)}
		}
		return parsed{record: record, fingerprint: record.fingerprint(), blob: hash, err: err}
	}
	found := make([]parsed, len(dirs))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, dir := range dirs {
		group.Go(func() error {
			found[i] = parse(dir)
			return nil
		})
	}
	_ = group.Wait() // none fails: parsed holds the error of a record
	for i, dir := range dirs {
		records[dir] = found[i]
	}
	return nil
}

// recordHash returns the hash of the record among a directory's files, "" if there
// is none.
func recordHash(files []gitrepo.TreeEntry) string {
	for _, f := range files {
		//promise:submodules-stop-no-sync
		if f.Name == RecordFile && !f.IsDir && !f.IsModule {
			return f.Hash
		}
	}
	return ""
}
