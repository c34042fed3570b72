package config

import (
	"strings"
	"time"
	"unicode"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/feedback"
)

// Feedback is what the service writes on the pull requests and commits of a set.
type Feedback struct {
	// Comment enables the comment on pull requests.
	Comment *bool `yaml:"comment,omitempty"`
	// Status is the name of the status on head commits; "" or noStatus for none.
	Status *string `yaml:"status,omitempty"`
	// Deployment enables deployments; nil enables them where the forge has them.
	Deployment *bool `yaml:"deployment,omitempty"`
	// Messages allows messages of Argo CD and Kustomize in public repositories.
	Messages bool `yaml:"messages,omitempty"`
	// Template is the text of the set's part of the comment; "" for the default.
	Template  string `yaml:"template,omitempty"`
	TokenFile string `yaml:"tokenFile,omitempty"`
	TokenEnv  string `yaml:"tokenEnv,omitempty"`
}

const (
	// noStatus is the value of feedback.status that disables the status.
	noStatus = "false"
	// maxStatus bounds the name of a status, in bytes. Forges store 255 characters, and names
	// of variants and sets follow it.
	maxStatus = 100
)

func (f *Feedback) defaults() {
	on, name := true, "preview"
	setDefault(&f.Comment, &on)
	setDefault(&f.Status, &name)
}

// status returns the name of the status, "" for none.
func (f *Feedback) status() string {
	if *f.Status == noStatus {
		return ""
	}
	return *f.Status
}

// Access returns the credentials that write.
func (f *Feedback) Access() forge.Access {
	return forge.Access{TokenFile: f.TokenFile, TokenEnv: f.TokenEnv}
}

// FeedbackSettings returns what the set writes. The set must come from Parse and have
// feedback.
func (s Set) FeedbackSettings() feedback.Settings {
	f := s.Feedback
	return feedback.Settings{
		Comment: *f.Comment, Status: f.status(), Deployment: f.Deployment == nil || *f.Deployment,
		Messages: f.Messages, Template: f.Template,
		Notice: time.Duration(s.Lifetime.Notice), Idle: time.Duration(s.Lifetime.Idle),
	}
}

// FeedbackWarnings returns what feedback of a set of c can't show.
func (c *Config) FeedbackWarnings(s Set) []generator.Warning {
	if s.Feedback == nil || c.ArgoCD != nil {
		return nil
	}
	return []generator.Warning{{Subject: "feedback", Message: "previewset does not know whether previews are live, so that the status stays pending: add argocd to the configuration"}}
}

func (d *document) checkFeedback(path string, s *Set) {
	if s.Source.Stanza == nil {
		return // already reported
	}
	stanza, ok := s.Source.Stanza.(forge.FeedbackStanza)
	if !ok {
		d.addProblem(path, "the set %s has source.%s, which has nothing to write feedback on: use the source of the forge, or remove the key; if defaults has it, write \"feedback:\" without a value in the set", s.Name, s.Source.Forge.Key)
		return
	}
	f, report := s.Feedback, d.reportBelow(path)
	report.AtMostOne("tokenFile or tokenEnv", f.TokenFile, f.TokenEnv)
	if f.TokenFile == "" && f.TokenEnv == "" && !stanza.WritesAsApp() {
		report("", "set tokenFile or tokenEnv to a token that may write feedback: that of the source only reads")
	}
	if f.status() == "true" || len(f.status()) > maxStatus || strings.ContainsFunc(f.status(), isUnprintable) {
		report("status", "%q is not the name of a status: write at most %d bytes of printable text, or false for no status", *f.Status, maxStatus)
	}
	d.checkWrites(path, s, stanza)
	if f.Template != "" {
		if err := feedback.CheckTemplate(f.Template); err != nil {
			report("template", "%s", err)
		}
	}
}

// checkWrites reports deployments on a forge that has none, and feedback that writes nothing.
func (d *document) checkWrites(path string, s *Set, stanza forge.FeedbackStanza) {
	access := s.Feedback.Access()
	if access == (forge.Access{}) && !stanza.WritesAsApp() {
		access.TokenEnv = "missing" // It is reported, and what the forge has does not depend on it.
	}
	opened, err := stanza.Feedback(forge.Options{}, access)
	if err != nil {
		return // the source is reported
	}
	settings := s.FeedbackSettings()
	_, deploys := opened.(forge.Deployer)
	switch {
	case !deploys && s.Feedback.Deployment != nil && *s.Feedback.Deployment:
		d.addProblem(path+".deployment", "the forge of the set %s has no deployments: remove the key, or write false in the set", s.Name)
	case !settings.Comment && settings.Status == "" && (!settings.Deployment || !deploys):
		d.addProblem(path, "the set %s writes no feedback: enable comment or status, or remove the key", s.Name)
	}
}

func isUnprintable(r rune) bool { return !unicode.IsPrint(r) }
