package simulation_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
)

// The sets. The set shop has overlays. The set plain has only parameters, and always
// two variants.
const (
	shop  = "shop"
	plain = "plain"
)

// The labels that the rules use.
const (
	wantLabel = "preview"
	forkLabel = "safe to preview"
	keepLabel = "keep"
)

const maxAge = time.Hour

// config is the configuration of the set shop. The set plain has the same guard. It
// selects all pull requests of the first forge that do not come from a fork.
type config struct {
	forge     int
	pulls     bool
	label     bool // pull requests need wantLabel
	drafts    bool
	forks     bool // forkLabel admits forks
	branches  string
	limit     int
	idle      time.Duration
	guard     generator.Guard
	namespace string // template
	color     string // a label of the overlay
	variants  string // of the set shop, separated by commas
}

const twoVariants = "flag-on,flag-off"

func firstConfig() config {
	return config{
		pulls: true, forks: true, branches: "feature/*", guard: generator.Guard{Removals: 3, Percent: 50, AtLeast: 3}, color: "red", variants: twoVariants,
	}
}

// randomlyEdited returns c with one field changed. Sometimes it returns to the first
// configuration, so that no walk ends with a set that selects nothing.
func (c config) randomlyEdited(rng *rand.Rand) config {
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
		c.guard = generator.Guard{Removals: 1 + rng.IntN(8), Percent: 30 + rng.IntN(71), AllowAll: rng.IntN(4) == 0, AtLeast: rng.IntN(5)}
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

// variantNamesOf returns the names of the variants of a set; for a set without
// variants, one empty name.
func (c config) variantNamesOf(set string) []string {
	if set == plain {
		return strings.Split(twoVariants, ",")
	}
	return strings.Split(c.variants, ",")
}

// variantsFor returns the variants of a set. Each has a flag and a parameter that no
// other has.
func (c config) variantsFor(set string) (all []generator.Variant) {
	for _, name := range c.variantNamesOf(set) {
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
		{Set: shop, PullRequests: c.selects(generator.PullRequest), Branches: c.selects(generator.Branch), Namespace: c.namespace, Variants: variantNames(c.variantsFor(shop))},
		{Set: plain, PullRequests: true, Variants: variantNames(c.variantsFor(plain))},
	}
}

func variantNames(variants []generator.Variant) (names []string) {
	for _, v := range variants {
		names = append(names, v.Name)
	}
	return names
}

// wants reports whether the rules of the set select a change. It is an implementation
// of the rules that does not use previewset's, and it ignores the limit.
func (c config) wants(set string, change generator.Change, now time.Time) bool {
	has := func(label string) bool { return slices.Contains(change.Labels, label) }
	pull := change.Kind == generator.PullRequest
	switch {
	case !c.allows(set, change), pull && change.Draft && (set == plain || !c.drafts):
		return false
	case set == plain:
		return true
	}
	idle := c.idle > 0 && !has(keepLabel) && now.Sub(change.UpdatedAt) >= c.idle
	return !idle && (!pull || !c.label || has(wantLabel))
}

// selects reports whether the set shop selects changes of a kind.
func (c config) selects(kind generator.Kind) bool {
	return kind == generator.PullRequest && c.pulls || kind == generator.Branch && c.branches != ""
}

// allows reports whether the set selects changes of this kind, and this fork or branch. If
// it does, and does not want the change, the reason is one that guard.atLeast exempts.
func (c config) allows(set string, change generator.Change) bool {
	switch {
	case set == plain:
		return change.Kind == generator.PullRequest && !change.Fork
	case change.Kind == generator.Branch:
		return c.branches == "**" || c.branches == "feature/*" && strings.HasPrefix(change.Branch, "feature/")
	}
	return c.pulls && (!change.Fork || c.forks && slices.Contains(change.Labels, forkLabel))
}
