package pipeline

import (
	"context"
	"fmt"
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/internal/gitops"
)

// decision is which previews a set should have.
type decision struct {
	previews []generator.Preview
	dropped  []generator.Dropped
	// gone says of ids why their preview is no more.
	gone map[string]generator.Verdict
}

func (d *decision) desired(l generator.Lifetime) gitops.Desired {
	return gitops.Desired{Previews: d.previews, Gone: d.gone, ExpiresAt: l.ExpiresAt}
}

func (d *decision) drop(p generator.Preview, v generator.Verdict) {
	d.dropped = append(d.dropped, generator.Dropped{Change: p.Change, ID: p.ID, Verdict: v})
}

func (d *decision) held() (held []generator.Preview) {
	for _, p := range d.previews {
		if p.Held != "" {
			held = append(held, p)
		}
	}
	return held
}

// decide goes from the listing to previews. before are the previews so far:
// those of them that are not kept are removals, which need evidence or pass
// the guard. An entry whose prune was reverted stays while its change is open.
func (s *Set) decide(ctx context.Context, found generator.Listing, known *evidence, before []generator.Preview, state gitops.State) (*decision, error) {
	changes := pinForks(found, before)
	kept, dropped, err := s.choose(ctx, changes)
	if err != nil {
		return nil, err
	}
	d := &decision{gone: map[string]generator.Verdict{}}
	if err := s.name(d, found.Repository, kept, ""); err != nil {
		return nil, err
	}
	for i := range dropped {
		dropped[i].ID = s.identity(found.Repository, dropped[i].Change).ID()
	}
	d.dropped = dropped
	if err := s.restore(d, found.Repository, state); err != nil {
		return nil, err
	}
	s.unlisted(ctx, d, found, known, before, state.Known())
	s.guard(d, before)
	d.settle()
	return d, nil
}

// choose applies the selection, in the order of what each rule needs to know.
func (s *Set) choose(ctx context.Context, changes []generator.Change) (kept []generator.Change, dropped []generator.Dropped, err error) {
	kept, dropped = s.Selection.Filter(changes)
	if describer, ok := s.Source.(generator.Describer); ok {
		if kept, err = describer.Describe(ctx, kept); err != nil {
			return nil, nil, fmt.Errorf("describe: %w", err)
		}
	}
	kept, expired := s.Selection.Expire(kept, s.Now())
	kept, over := s.Selection.Cap(kept)
	return kept, slices.Concat(dropped, expired, over), nil
}

// pinForks keeps a fork's pull request at the commit that it was let in with:
// what its author pushes later was seen by no maintainer.
func pinForks(found generator.Listing, before []generator.Preview) []generator.Change {
	heads := map[generator.Key]string{}
	for _, p := range before {
		if p.Fork && sameRepository(p.Repository, found.Repository) {
			heads[p.Key()] = p.HeadSHA
		}
	}
	changes := slices.Clone(found.Changes)
	for i, c := range changes {
		if head := heads[c.Key()]; c.Fork && head != "" {
			changes[i].HeadSHA = head
		}
	}
	return changes
}

func (s *Set) identity(r generator.Repository, c generator.Change) naming.Identity {
	id := naming.Identity{Set: s.Name, Host: r.Host, Repository: r.FullName(), Kind: string(c.Kind), Number: c.Number}
	if c.Kind == generator.Branch {
		id.Ref = c.Branch
	}
	return id
}

// name adds a preview for each change to d.
func (s *Set) name(d *decision, r generator.Repository, changes []generator.Change, held string) error {
	for _, c := range changes {
		id := s.identity(r, c)
		names, err := s.Namer.Name(id, generator.ChangeParams(s.Name, id.ID(), c, r))
		if err != nil {
			return fmt.Errorf("names of %s: %w", c.Key(), err)
		}
		d.previews = append(d.previews, generator.Preview{
			Change: c, Set: s.Name, Repository: r, Names: generator.Names(names),
			ExpiresAt: s.Selection.Lifetime.ExpiresAt(c), Held: held,
		})
	}
	return nil
}

// settle puts d in order and, should two previews have the same name all the
// same (a hash can collide), lets the one that sorts first have it.
func (d *decision) settle() {
	generator.SortPreviews(d.previews)
	taken := map[string]string{}
	d.previews = slices.DeleteFunc(d.previews, func(p generator.Preview) bool {
		names := []string{"id " + p.ID, "application " + p.Application, "namespace " + p.Namespace, "host " + p.Host, "schema " + p.DBSchema}
		for _, n := range names {
			if other, ok := taken[n]; ok {
				d.drop(p, generator.Verdict{Reason: generator.ReasonName, Detail: fmt.Sprintf("%s has its %s", other, n)})
				return true
			}
		}
		for _, n := range names {
			taken[n] = p.Key().String()
		}
		return false
	})
}
