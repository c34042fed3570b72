package config

import (
	"github.com/previewset/previewset/generator/git"
	"github.com/previewset/previewset/generator/github"
	"github.com/previewset/previewset/internal/secret"
)

// The identity of a configuration file.
const (
	APIVersion = "previewset.dev/v1alpha1"
	Kind       = "Config"
)

// Config is a configuration file with its defaults filled in.
type Config struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
	Auth       Auth   `yaml:"auth"`
	// Poll is the time between two syncs of a set, at least 1 s.
	Poll Duration `yaml:"poll"`
	// MaxAge is the maximum age of an answer, at least three times Poll.
	MaxAge Duration `yaml:"maxAge"`
	GitOps *GitOps  `yaml:"gitops,omitempty"`
	// ArgoCD enables a refresh of the ApplicationSets after each change, and states from
	// Applications.
	ArgoCD *ArgoCD `yaml:"argocd,omitempty"`
	// Include has patterns of files with more sets, relative to this file.
	Include []string `yaml:"include,omitempty"`
	// Defaults has keys that the file sets for all sets. Sets includes them already.
	Defaults *Set  `yaml:"defaults,omitempty"`
	Sets     []Set `yaml:"sets"`
}

// Auth has the bearer tokens of the service.
type Auth struct {
	TokenFile     string `yaml:"tokenFile,omitempty"`
	TokenEnv      string `yaml:"tokenEnv,omitempty"`
	ReadTokenFile string `yaml:"readTokenFile,omitempty"`
	ReadTokenEnv  string `yaml:"readTokenEnv,omitempty"`
}

// Token refers to the bearer token that Argo CD must send.
func (a Auth) Token() secret.Ref { return secret.Ref{File: a.TokenFile, Env: a.TokenEnv} }

// ReadToken refers to a bearer token that gives access only to the state of previews. It is
// empty if there is none.
func (a Auth) ReadToken() secret.Ref { return secret.Ref{File: a.ReadTokenFile, Env: a.ReadTokenEnv} }

// GitOps is the repository that entries are committed to.
type GitOps struct {
	URL       string `yaml:"url"`
	Branch    string `yaml:"branch"`
	Path      string `yaml:"path"`
	git.Login `yaml:",inline"`
	App       *github.AppStanza `yaml:"app,omitempty"`
	Author    Author            `yaml:"author"`
	// SigningKeyFile holds an OpenSSH or armored PGP private key.
	SigningKeyFile string `yaml:"signingKeyFile,omitempty"`
	SigningKeyEnv  string `yaml:"signingKeyEnv,omitempty"`
}

// SigningKey refers to the key that signs commits. It is empty if commits are unsigned.
func (g GitOps) SigningKey() secret.Ref {
	return secret.Ref{File: g.SigningKeyFile, Env: g.SigningKeyEnv, Key: "gitops.signingKey"}
}

// ArgoCD selects the ApplicationSets to refresh after a change.
type ArgoCD struct {
	Namespace string `yaml:"namespace"`
	// ConfigMap is the name that plugin generators use to refer to this service.
	ConfigMap string `yaml:"configMap"`
	// KubeconfigFile gives access from outside of the cluster; "" means the
	// ServiceAccount of the pod.
	KubeconfigFile string `yaml:"kubeconfigFile,omitempty"`
	// URL of the web page of Argo CD, for links; "" for none.
	URL string `yaml:"url,omitempty"`
}

// Author of the commits.
type Author struct {
	Name  string `yaml:"name"`
	Email string `yaml:"email"`
}

// Set is one source and the rules for previews of its changes.
type Set struct {
	Name   string `yaml:"name"`
	Source Source `yaml:"source"`
	Select Select `yaml:"select"`
	Names  Names  `yaml:"names,omitempty"`
	// Parameters are added to each preview of the set. They can't replace
	// generator.ParameterNames, except for flags.
	Parameters map[string]string `yaml:"parameters,omitempty"`
	// Variants are the previews of each change. Without variants, a change has one
	// preview, whose variant has no name.
	Variants []Variant `yaml:"variants,omitempty"`
	Overlay  *Overlay  `yaml:"overlay,omitempty"`
	Lifetime Lifetime  `yaml:"lifetime,omitempty"`
	Limits   Limits    `yaml:"limits,omitempty"`
	Guard    Guard     `yaml:"guard"`
	Feedback *Feedback `yaml:"feedback,omitempty"`
}

// Variant is one of several previews of each change of a set.
type Variant struct {
	Name string `yaml:"name"`
	// Parameters override the set's parameters.
	Parameters map[string]string `yaml:"parameters,omitempty"`
}

// Select selects the changes that get previews. A kind that is nil gets none.
type Select struct {
	PullRequests *PullRequests `yaml:"pullRequests,omitempty"`
	Branches     *Branches     `yaml:"branches,omitempty"`
}

// PullRequests selects pull requests.
type PullRequests struct {
	Labels         Labels   `yaml:"labels,omitempty"`
	TargetBranches []string `yaml:"targetBranches,omitempty"`
	Drafts         bool     `yaml:"drafts,omitempty"`
	// Forks is "deny", or the label that permits a pull request from a fork.
	Forks string `yaml:"forks,omitempty"`
}

// Labels that a pull request must, may or must not have.
type Labels struct {
	All  []string `yaml:"all,omitempty"`
	Any  []string `yaml:"any,omitempty"`
	None []string `yaml:"none,omitempty"`
}

// Branches selects branches by name.
type Branches struct {
	Include []string `yaml:"include,omitempty"`
	Exclude []string `yaml:"exclude,omitempty"`
}

// Names are Go templates over the parameters; "" is the default.
type Names struct {
	Namespace string `yaml:"namespace,omitempty"`
	Host      string `yaml:"host,omitempty"`
	DBSchema  string `yaml:"dbSchema,omitempty"`
	// URL is no name: it can be that of another preview.
	URL string `yaml:"url,omitempty"`
}

// Overlay describes the overlay of each preview.
type Overlay struct {
	Base        string            `yaml:"base"`
	Components  []string          `yaml:"components,omitempty"`
	Images      []Image           `yaml:"images,omitempty"`
	Labels      map[string]string `yaml:"labels,omitempty"`
	Annotations map[string]string `yaml:"annotations,omitempty"`
	// Database is the database of each preview.
	Database *Database `yaml:"database,omitempty"`
	// AdminNamespace is the namespace of hooks that outlive a preview's namespace.
	AdminNamespace string `yaml:"adminNamespace,omitempty"`
	// Allow has elements of policy.Allowable.
	Allow []string `yaml:"allow,omitempty"`
	// Kinds are kinds that previewset does not know, and an allow list.
	Kinds Kinds `yaml:"kinds,omitempty"`
	// Hosts are Go templates of hosts, by the hosts of the base that they replace.
	Hosts map[string]string `yaml:"hosts,omitempty"`
	// Fields are further fields that the overlays set.
	Fields []Field `yaml:"fields,omitempty"`
	// Strict refuses overlays with warnings.
	Strict bool `yaml:"strict,omitempty"`
}

// Kinds describes kinds in the form Kind.group.
type Kinds struct {
	// Scopes has Namespaced or Cluster for each kind that previewset does not know.
	Scopes map[string]string `yaml:"scopes,omitempty"`
	// Only is an allow list for the objects of the base; nil for none.
	Only []string `yaml:"only,omitempty"`
}

// Field is a field of the objects of one kind.
type Field struct {
	Group string `yaml:"group,omitempty"`
	Kind  string `yaml:"kind"`
	Path  string `yaml:"path"`
	// Is is an element of fieldValues.
	Is string `yaml:"is"`
}

// Image is an entry of Kustomize's images field. All fields except Name are templates.
type Image struct {
	Name    string `yaml:"name"`
	NewName string `yaml:"newName,omitempty"`
	NewTag  string `yaml:"newTag,omitempty"`
	Digest  string `yaml:"digest,omitempty"`
}

// Lifetime ends previews by age.
type Lifetime struct {
	Idle      Duration `yaml:"idle,omitempty"`
	Max       Duration `yaml:"max,omitempty"`
	KeepLabel string   `yaml:"keepLabel,omitempty"`
	// Notice is how long before the end the comment announces it; 0 for never.
	Notice Duration `yaml:"notice,omitempty"`
}

// Limits bounds a set.
type Limits struct {
	Previews int `yaml:"previews,omitempty"`
}

// Guard bounds removals; see generator.Guard.
type Guard struct {
	Removals *int `yaml:"removals,omitempty"`
	Percent  *int `yaml:"percent,omitempty"`
	AllowAll bool `yaml:"allowAll,omitempty"`
	AtLeast  *int `yaml:"atLeast,omitempty"`
}
