package preflight

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/git"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/network"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/internal/secret"
)

// source is the result of the checks of one set's source.
type source struct {
	Group
	// repository and change are those of a matching change, or else a sample.
	repository generator.Repository
	change     generator.Change
	real       bool
	// read is true if the source has listed its changes.
	read bool
}

// source checks the source of a set.
func (k *checker) source(ctx context.Context, s config.Set, set *pipeline.Set) source {
	from := k.parts.Sources[s.Name]
	query := set.Selection.Query()
	r := source{Group: Group{Name: "source " + s.Name}, change: sample(query), repository: configured(s)}
	found, err := from.List(ctx, query)
	var rights generator.Rights
	var rightsErr error
	if err == nil || isRefusal(err) {
		rights, rightsErr = from.Rights(ctx, query)
	}
	key := "source." + s.Source.Forge.Key
	if err != nil {
		r.fail(key, "%v%s", err, remedyOf(err, s, rights))
		r.warnings(set.Selection.Warnings(false))
		return r
	}
	r.repository, r.read = found.Repository, true
	r.ok(key, "%s is readable, with %s", found.Repository.CloneURL, count(len(found.Changes), "open change"))
	r.defaultBranch(key, found)
	k.rights(ctx, &r, s, rights, rightsErr)
	k.rateLimit(&r, s)
	r.forks(ctx, s, set, found)
	r.selection(set, found)
	return r
}

// configured returns the repository as far as the configuration names it.
func configured(s config.Set) generator.Repository {
	r := s.Source.Repository()
	if stanza, ok := s.Source.Stanza.(*git.Stanza); ok {
		r, _ = git.RepositoryOf(stanza.URL) // it is partial for an invalid URL
	}
	r.DefaultBranch = "main"
	return r
}

// isRefusal reports whether the server answered, and refused the credentials or hid the
// repository from them.
func isRefusal(err error) bool {
	return errors.Is(err, generator.ErrUnauthorized) || errors.Is(err, generator.ErrNotFound)
}

func (r *source) defaultBranch(key string, found generator.Listing) {
	if found.DefaultAssumed {
		r.warn(key, "the server does not report the default branch, and %s is assumed: let HEAD of the repository name a branch that exists", found.Repository.DefaultBranch)
		return
	}
	r.ok("default branch", "%s", found.Repository.DefaultBranch)
}

// remedyOf returns the rest of the message about a list that failed. Errors about the
// credentials and the repository, and answers that no source expects, already have a remedy.
func remedyOf(err error, s config.Set, rights generator.Rights) string {
	key := "source." + s.Source.Forge.Key
	switch {
	case errors.Is(err, secret.ErrUnusable), errors.Is(err, network.ErrStatus), errors.Is(err, gitrepo.ErrNotGit), errors.Is(err, gitrepo.ErrHostKey), errors.Is(err, gitrepo.ErrRedirect):
		return ""
	case errors.Is(err, generator.ErrOtherRepository):
		return ": correct the name, or set " + key + ".id to the id of the repository that you want"
	case errors.Is(err, generator.ErrRateLimited):
		return ": wait until then, or use credentials with a higher limit"
	case !s.Source.Forge.PullRequests && (isRefusal(err) || errors.Is(err, generator.ErrIncomplete)):
		return ""
	case isRefusal(err) && len(rights.Missing) > 0:
		return ": the credentials lack the right " + strings.Join(rights.Missing, " and ") + ": add it"
	case isRefusal(err):
		return neededRights(s)
	case errors.Is(err, generator.ErrIncomplete):
		return ": check that " + key + " is the address of the forge's API, and run the check again"
	}
	return ": check the address in " + key + ", and that this machine reaches the server"
}

// neededRights names the rights that a token of the set's forge needs.
func neededRights(s config.Set) string {
	switch s.Source.Forge.Key {
	case "github":
		return " (fine-grained token or App: metadata, contents and pull requests, each read-only)"
	case "gitea":
		return " (scope read:repository)"
	}
	return ""
}

// rateLimit reports a limit that polling exhausts, and one that is nearly exhausted.
func (k *checker) rateLimit(r *source, s config.Set) {
	rate, ok := k.rateOf(s.Name)
	if !ok || rate.limit <= 0 {
		return
	}
	poll := time.Duration(k.config.Poll)
	hourly := int(time.Hour / poll)
	switch {
	case hourly > rate.limit:
		r.warn("rate limit", "%d requests an hour are too few for poll: %s, which needs at least %d: set a token or an App, or a longer poll", rate.limit, k.config.Poll, hourly)
	case rate.remaining < rate.limit/10:
		r.warn("rate limit", "%d of %d requests are left: use credentials that nothing else uses, or set a longer poll", rate.remaining, rate.limit)
	default:
		r.ok("rate limit", "%d of %d requests are left", rate.remaining, rate.limit)
	}
}

// forks checks that the source can prove which commit of a fork was admitted.
func (r *source) forks(ctx context.Context, s config.Set, set *pipeline.Set, found generator.Listing) {
	rules := set.Selection.PullRequests
	if rules == nil || rules.ForkLabel == "" {
		return
	}
	const subject = "select.pullRequests.forks"
	switch s.Source.Forge.Key {
	case "github":
		if !s.Source.WebhookSecret().Given() {
			r.warn(subject, "without webhooks, the commit that a label admits is not always known: add a webhook, and set webhookSecretFile")
			return
		}
		r.ok(subject, "signed webhooks show the commit that the label %q admits", rules.ForkLabel)
	case "gitea":
		history, ok := set.Source.(generator.LabelHistory)
		if !ok {
			return
		}
		_, err := history.LabelHead(ctx, found.Repository.ID, anyPullRequest(found), rules.ForkLabel)
		if errors.Is(err, generator.ErrUnauthorized) {
			r.warn(subject, "the token may not read timelines, so that the commit that a label admits is not always known: add the scope read:issue to the token")
			return
		}
		r.ok(subject, "timelines show the commit that the label %q admits", rules.ForkLabel)
	}
}

// anyPullRequest returns a listed pull request, or number 1: a forge refuses a token without
// the right to read timelines before it looks for the pull request.
func anyPullRequest(found generator.Listing) generator.Key {
	for _, c := range found.Changes {
		if c.Kind == generator.PullRequest {
			return c.Key()
		}
	}
	return generator.Key{Kind: generator.PullRequest, Number: 1}
}

func byKey(a, b generator.Change) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Number, b.Number), cmp.Compare(a.Branch, b.Branch))
}

// selection reports how many changes match the rules, and rules without effect.
func (r *source) selection(set *pipeline.Set, found generator.Listing) {
	matching := set.Matching(found)
	if len(matching) > 0 {
		r.change, r.real = slices.MinFunc(matching, byKey), true
		r.ok("select", "%d of %d open changes match the rules", len(matching), len(found.Changes))
	} else {
		r.ok("select", "no open change matches the rules now: \"previewset explain\" prints the reason for each of them")
	}
	for _, u := range found.Unreadable {
		r.warn(u.Key.String(), "its %s %s, so that previewset leaves its preview as it is: correct it on the forge", u.Field, u.Problem)
	}
	rules := set.Selection.Warnings(found.Undated)
	r.warnings(rules)
	if found.Undated && set.Selection.Branches != nil && len(rules) == len(set.Selection.Warnings(false)) {
		r.ok("object filters", "the server has none, so that the dates and the authors of branches are not known; no rule of the set needs them")
	}
}
