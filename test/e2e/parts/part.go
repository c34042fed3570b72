package parts

import "strings"

// The programs, by the name of their binary.
const (
	Etcd              = "etcd"
	APIServer         = "kube-apiserver"
	ControllerManager = "kube-controller-manager"
	Scheduler         = "kube-scheduler"
	Kubectl           = "kubectl"
	KWOK              = "kwok"
	Kustomize         = "kustomize"
	Helm              = "helm"
	JQ                = "jq" // gojq, a jq in Go
	Gitea             = "gitea"
	ArgoCD2           = "argocd2"
	ArgoCD3           = "argocd3"
	// Previewset is built with the race detector, which makes it five times slower.
	// PreviewsetPlain is built without it.
	Previewset      = "previewset"
	PreviewsetPlain = "previewset-plain"
)

// part describes a program and its build.
type part struct {
	name   string
	module string // directory of its go.mod below parts/
	pkg    string
	source string   // module with its data files; "" if it has none
	stamps []string // variables that -ldflags -X sets
	tags   string
	cgo    bool
}

// all returns the programs. The slowest builds are first.
func all() []part {
	const kubernetes = "k8s.io/kubernetes/cmd/"
	version := []string{
		"k8s.io/component-base/version.gitVersion=v1.36.3",
		"k8s.io/component-base/version.gitMajor=1",
		"k8s.io/component-base/version.gitMinor=36",
	}
	return []part{
		{name: APIServer, module: "kubernetes", pkg: kubernetes + APIServer, stamps: version},
		{name: ControllerManager, module: "kubernetes", pkg: kubernetes + ControllerManager, stamps: version},
		{name: Scheduler, module: "kubernetes", pkg: kubernetes + Scheduler, stamps: version},
		{name: Kubectl, module: "kubernetes", pkg: kubernetes + Kubectl, stamps: version},
		{
			name: ArgoCD3, module: "argocd3", pkg: "github.com/argoproj/argo-cd/v3/cmd", source: "github.com/argoproj/argo-cd/v3",
			stamps: []string{"github.com/argoproj/argo-cd/v3/common.version=3.5.7"},
		},
		{
			name: ArgoCD2, module: "argocd2", pkg: "github.com/argoproj/argo-cd/v2/cmd", source: "github.com/argoproj/argo-cd/v2",
			stamps: []string{"github.com/argoproj/argo-cd/v2/common.version=2.14.21"},
		},
		{
			name: Gitea, module: "gitea", pkg: "code.gitea.io/gitea", source: "code.gitea.io/gitea",
			stamps: []string{"main.Version=1.26.0"}, tags: "sqlite sqlite_unlock_notify", cgo: true,
		},
		{name: KWOK, module: "kwok", pkg: "sigs.k8s.io/kwok/cmd/kwok", source: "sigs.k8s.io/kwok"},
		{name: Helm, module: "helm", pkg: "helm.sh/helm/v3/cmd/helm"},
		{name: JQ, module: "jq", pkg: "github.com/itchyny/gojq/cmd/gojq"},
		{name: Etcd, module: "etcd", pkg: "go.etcd.io/etcd/server/v3"},
		{
			name: Kustomize, module: "kustomize", pkg: "sigs.k8s.io/kustomize/kustomize/v5",
			stamps: []string{"sigs.k8s.io/kustomize/api/provenance.version=v5.8.2"},
		},
	}
}

// flags returns the arguments of `go build`, without the output.
func (p part) flags() []string {
	var stamps strings.Builder
	for _, s := range p.stamps {
		stamps.WriteString(" -X " + s)
	}
	flags := []string{"-trimpath", "-ldflags", "-s -w" + stamps.String()}
	if p.tags != "" {
		flags = append(flags, "-tags", p.tags)
	}
	return append(flags, p.pkg)
}
