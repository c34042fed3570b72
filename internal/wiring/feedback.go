package wiring

import (
	"slices"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/git"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/feedback"
)

// writer writes feedback on one repository with one login.
type writer struct {
	forge forge.Feedback
	rate  forge.Rate
}

// writerKey identifies a writer.
type writerKey struct {
	repository generator.RepositoryName
	access     forge.Access
	app        string // the stanza whose App writes, "" for a token
}

func keyOf(s config.Set) (writerKey, error) {
	key := writerKey{repository: s.Source.Repository().RepositoryName(), access: s.Feedback.Access()}
	if key.access != (forge.Access{}) {
		return key, nil
	}
	var err error
	key.app, err = s.Source.Key()
	return key, err
}

// sharedWriter returns the writer of a set from writers, and adds it if it is missing. Sets
// with the same repository and login have the same writer, so that they share its comments.
func (o Options) sharedWriter(s config.Set, stanza forge.FeedbackStanza, writers map[writerKey]*writer) (*writer, error) {
	key, err := keyOf(s)
	if err != nil {
		return nil, err
	}
	if w, ok := writers[key]; ok {
		return w, nil
	}
	w := &writer{}
	w.forge, err = stanza.Feedback(forge.Options{Log: o.Log, OnRate: func(resource string, remaining, limit int, reset time.Time) {
		w.rate.Saw(remaining, limit, reset)
		if o.OnRate != nil {
			o.OnRate(s.Name, feedbackResource+resource, remaining, limit)
		}
	}}, s.Feedback.Access())
	if err != nil {
		return nil, err
	}
	writers[key] = w
	return w, nil
}

// feedbackResource is before the name of a rate limit of a login that writes feedback.
const feedbackResource = "feedback_"

// addFeedback adds the feedback of a set to the parts, which have its source already.
func (o Options) addFeedback(p *Parts, s config.Set, writers map[writerKey]*writer) error {
	stanza, ok := s.Source.Stanza.(forge.FeedbackStanza)
	if s.Feedback == nil || !ok {
		return nil
	}
	w, err := o.sharedWriter(s, stanza, writers)
	if err != nil {
		return err
	}
	settings := s.FeedbackSettings()
	settings.Database = s.Overlay != nil && s.Overlay.Database != nil
	settings.Watched = p.Config.ArgoCD != nil && p.Config.GitOps != nil && s.Overlay != nil
	if p.Config.ArgoCD != nil {
		settings.ArgoCDURL = p.Config.ArgoCD.URL
	}
	settings.EntryURL = entryURL(p.Config)
	set := feedback.Set{Name: s.Name, Settings: settings, Forge: w.forge, Rate: &w.rate}
	if countsActivity(p.Config, s.Source.Repository().RepositoryName()) {
		set.Activity = o.Activities.of(s.Source.Repository())
	}
	p.Feedback.Sets = append(p.Feedback.Sets, set)
	return nil
}

// installation identifies the entries of a configuration or, without gitops, its sets with
// feedback.
func installation(c *config.Config) string {
	if c.GitOps == nil {
		return setsWithFeedback(c)
	}
	r, _ := git.RepositoryOf(c.GitOps.URL) // on an error, with the URL alone
	repository := c.GitOps.URL
	if r.ForgeHost != "" {
		repository = r.Source() // the same for each URL of the repository
	}
	return repository + "#" + c.GitOps.Branch + ":" + c.GitOps.Path
}

// setsWithFeedback returns the sorted names of the sets with feedback, separated by commas.
func setsWithFeedback(c *config.Config) string {
	var names []string
	for _, s := range c.Sets {
		if s.Feedback != nil {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, ",")
}

// entryURL returns the web page of the branch that entries are committed to; "" if no set has
// a source on its server.
func entryURL(c *config.Config) string {
	if c.GitOps == nil {
		return ""
	}
	repository, err := git.RepositoryOf(c.GitOps.URL)
	if err != nil || repository.ForgeHost == "" {
		return ""
	}
	for _, s := range c.Sets {
		pages, ok := s.Source.Stanza.(forge.Pages)
		if ok && strings.EqualFold(s.Source.Repository().ForgeHost, repository.ForgeHost) {
			return pages.BranchPage(repository, c.GitOps.Branch)
		}
	}
	return ""
}
