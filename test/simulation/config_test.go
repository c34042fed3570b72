package simulation_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
)

// The sets: shop has overlays, plain has parameters only, and always two
// variants.
const (
	shop  = "shop"
	plain = "plain"
)

// The labels that rules look for.
const (
	wantLabel = "preview"
	forkLabel = "safe to preview"
	keepLabel = "keep"
)

const maxAge = time.Hour

// config is what a configuration file says of the set shop. The set plain has
// all pull requests of the first forge that are no forks', and the same guard.
type config struct {
	forge     int
	pulls     bool
	label     bool // whether pull requests need wantLabel
	drafts    bool
	forks     bool // whether forkLabel lets forks in
	branches  string
	limit     int
	idle      time.Duration
	guard     generator.Guard
	namespace string // template
	color     string // a label of the overlay
	variants  string // of shop, with commas
}

const twoVariants = "flag-on,flag-off"

func firstConfig() config {
	return config{
		pulls: true, forks: true, branches: "feature/*", guard: generator.Guard{Removals: 3, Percent: 50}, color: "red", variants: twoVariants,
	}
}

// edited returns c with one thing changed. Now and then it is put right again,
// so that a walk does not end in a set that selects nothing.
func (c config) edited(rng *rand.Rand) config {
	switch rng.IntN(17) {
	case 0:
		c.label = !c.label
	case 1:
		c.drafts = !c.drafts
	case 2:
		c.forks = rng.IntN(3) > 0
	case 3:
		c.branches = pick(rng, []string{"", "feature/*", "feature/*", "**"})
	case 4:
		c.limit = pick(rng, []int{0, 0, 4, 8})
	case 5:
		c.idle = pick(rng, []time.Duration{0, 24 * time.Hour, 72 * time.Hour})
	case 6, 7, 8:
		c.guard = generator.Guard{Removals: 1 + rng.IntN(8), Percent: 30 + rng.IntN(71), AllowAll: rng.IntN(4) == 0}
	case 9:
		c.namespace = pick(rng, []string{"", "preview-{{.id}}", "{{.variant}}-{{.number}}"})
	case 10:
		c.color = pick(rng, []string{"red", "green", "blue"})
	case 11, 12:
		c.forge = 1 - c.forge
	case 13:
		c.pulls = !c.pulls
	case 14, 15:
		c.variants = pick(rng, []string{"", twoVariants, twoVariants, "flag-off", "flag-off,late"})
	default:
		first := firstConfig()
		first.guard, first.color = c.guard, c.color
		return first
	}
	return c
}

// variantsOf are the names of a set's variants; one that is "" where it has none.
func (c config) variantsOf(set string) []string {
	if set == plain {
		return strings.Split(twoVariants, ",")
	}
	return strings.Split(c.variants, ",")
}

// variantsFor are those of a set, each with a flag and a parameter of its own.
func (c config) variantsFor(set string) (all []generator.Variant) {
	for _, name := range c.variantsOf(set) {
		if name != "" {
			all = append(all, generator.Variant{Name: name, Parameters: map[string]string{"flags": "variant=" + name, "tier": name}})
		}
	}
	return all
}

func (c config) selection() generator.Selection {
	s := generator.Selection{Limit: c.limit, Lifetime: generator.Lifetime{Idle: c.idle, KeepLabel: keepLabel}}
	if c.pulls {
		s.PullRequests = &generator.PullRequestRules{Drafts: c.drafts}
		if c.label {
			s.PullRequests.Labels.All = []string{wantLabel}
		}
		if c.forks {
			s.PullRequests.ForkLabel = forkLabel
		}
	}
	if c.branches != "" {
		glob, err := generator.ParseGlob(c.branches)
		if err != nil {
			panic(err)
		}
		s.Branches = &generator.BranchRules{Include: []generator.Glob{glob}}
	}
	return s
}

func (c config) patterns() []naming.Patterns {
	return []naming.Patterns{
		{Set: shop, PullRequests: c.pulls, Branches: c.branches != "", Namespace: c.namespace, Variants: named(c.variantsFor(shop))},
		{Set: plain, PullRequests: true, Variants: named(c.variantsFor(plain))},
	}
}

func named(variants []generator.Variant) (names []string) {
	for _, v := range variants {
		names = append(names, v.Name)
	}
	return names
}

// wants is the walk's own reading of the rules: whether set wants a change, but
// for its limit.
func (c config) wants(set string, change generator.Change, now time.Time) bool {
	has := func(label string) bool { return slices.Contains(change.Labels, label) }
	switch {
	case set == plain:
		return change.Kind == generator.PullRequest && !change.Draft && !change.Fork
	case c.idle > 0 && !has(keepLabel) && now.Sub(change.UpdatedAt) >= c.idle:
		return false
	case change.Kind == generator.Branch:
		prefix := change.Branch[:min(len(change.Branch), len("feature/"))]
		return c.branches == "**" || c.branches == "feature/*" && prefix == "feature/"
	case !c.pulls, c.label && !has(wantLabel), change.Draft && !c.drafts:
		return false
	}
	return !change.Fork || c.forks && has(forkLabel)
}
