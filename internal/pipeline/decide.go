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
	// removals are the previews that the guard is to be asked about.
	removals []removal
	// gone says of ids why their preview is no more.
	gone map[string]generator.Verdict
	// objections are for entries that stay until they are pruned.
	objections map[string]generator.Objection
	// pins are the commits that forks were let in with.
	pins map[generator.Key]string
}

func (d *decision) desired(l generator.Lifetime) gitops.Desired {
	return gitops.Desired{Previews: d.previews, Gone: d.gone, Objections: d.objections, ExpiresAt: l.ExpiresAt}
}

func (d *decision) drop(p generator.Preview, v generator.Verdict) {
	d.dropped = append(d.dropped, droppedAs(p, v))
}

func droppedAs(p generator.Preview, v generator.Verdict) generator.Dropped {
	return generator.Dropped{Change: p.Change, Variant: p.Variant, ID: p.ID, Verdict: v}
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
func (s *Set) decide(ctx context.Context, found generator.Listing, previous *generator.Snapshot, state gitops.State) (*decision, error) {
	there := s.present(previous, state)
	changes, pins, err := s.pinForks(ctx, found, previous, state, there)
	if err != nil {
		return nil, err
	}
	kept, dropped, err := s.choose(ctx, changes)
	if err != nil {
		return nil, err
	}
	d := &decision{pins: pins, gone: map[string]generator.Verdict{}, objections: map[string]generator.Objection{}}
	for _, c := range kept {
		for _, v := range s.variants() {
			if err := s.name(d, found.Repository, c, v, ""); err != nil {
				return nil, err
			}
		}
	}
	drops := slices.Concat(s.eachVariant(found.Repository, dropped, there), s.outdated(found.Repository, kept, there))
	drops, err = s.restore(d, found.Repository, drops, there, state)
	if err != nil {
		return nil, err
	}
	for _, drop := range drops {
		d.remove(there, found.Repository, drop)
	}
	s.unlisted(ctx, d, found, &evidence{source: s.Source, log: s.Log}, there)
	s.judge(d, there)
	d.object(there)
	d.settle(there)
	return d, nil
}

// choose applies the selection, in the order of what each rule needs to know.
func (s *Set) choose(ctx context.Context, changes []generator.Change) (kept []generator.Change, dropped []generator.Dropped, err error) {
	kept, dropped = s.Selection.Filter(changes)
	if describer, ok := s.Source.(generator.Describer); ok {
		if kept, err = describer.Describe(ctx, kept); err != nil {
			return nil, nil, fmt.Errorf("%w: describe: %w", errList, err)
		}
	}
	kept, expired := s.Selection.Expire(kept, s.Now())
	kept, over := s.Selection.Cap(kept, len(s.variants()))
	return kept, slices.Concat(dropped, expired, over), nil
}

func (s *Set) subject(r generator.Repository, c generator.Change, variant string) naming.Subject {
	return naming.Subject{Set: s.Name, Origin: r.Origin(c, variant), Host: r.Host, Repository: r.FullName()}
}

// name adds the preview of a change in a variant to d.
func (s *Set) name(d *decision, r generator.Repository, c generator.Change, v generator.Variant, held string) error {
	subject := s.subject(r, c, v.Name)
	names, err := s.Namer.Name(subject, generator.ChangeParams(s.Name, subject.ID(), v.Name, c, r))
	if err != nil {
		return fmt.Errorf("names of %s: %w", c.Key(), err)
	}
	features, err := s.flags(c, v)
	if err != nil {
		return err
	}
	d.previews = append(d.previews, generator.Preview{
		Change: c, Set: s.Name, Repository: r, Variant: v.Name, Names: names,
		Parameters: s.parameters(v), Features: features,
		ExpiresAt: s.Selection.Lifetime.ExpiresAt(c), Held: held,
	})
	return nil
}

// settle puts d in order and, should two previews have the same name all the
// same, gives it to the one of before, else to the one that sorts first: a hash
// can collide, and a held preview can be in the way of one from another source.
func (d *decision) settle(there present) {
	generator.SortPreviews(d.previews)
	taken := map[string]string{}
	var settled []generator.Preview
	for _, existing := range []bool{true, false} {
		for _, p := range d.previews {
			if _, is := there.find(p.Origin(), p.ID); is != existing {
				continue
			}
			if why := claim(taken, p); why != "" {
				d.drop(p, generator.Verdict{Reason: generator.ReasonName, Detail: why})
				continue
			}
			settled = append(settled, p)
		}
	}
	generator.SortPreviews(settled)
	d.previews = settled
}

// claim takes the names of p, or says who has one of them.
func claim(taken map[string]string, p generator.Preview) string {
	names := []string{"id " + p.ID, "application " + p.Application, "namespace " + p.Namespace, "host " + p.Host, "schema " + p.DBSchema}
	for _, n := range names {
		if other, ok := taken[n]; ok {
			return fmt.Sprintf("%s has its %s", other, n)
		}
	}
	for _, n := range names {
		taken[n] = p.Key().String()
		if p.Variant != "" {
			taken[n] += " (" + p.Variant + ")"
		}
	}
	return ""
}
