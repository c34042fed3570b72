package stack

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/previewset/previewset/test/e2e/parts"
)

// ArgoCDNamespace is the namespace of Argo CD.
const ArgoCDNamespace = "argocd"

// ArgoCD is an installation of Argo CD without Dex, notifications and authentication.
type ArgoCD struct {
	// URL is the URL of argocd-server, which serves the UI and the API.
	URL string
	// Version is parts.ArgoCD2 or parts.ArgoCD3.
	Version string

	cluster *Cluster
	dir     string
	redis   string
	repos   string // address of argocd-repo-server
}

// StartArgoCD installs Argo CD in the cluster and starts its processes outside of it.
func StartArgoCD(ctx context.Context, p *Processes, b *parts.Built, c *Cluster, version string) (*ArgoCD, error) {
	a := &ArgoCD{Version: version, cluster: c, dir: filepath.Join(p.Dir, "argocd")}
	if err := a.install(ctx, b.Source(version)); err != nil {
		return nil, err
	}
	if err := a.makeFolders(b); err != nil {
		return nil, err
	}
	var err error
	if a.redis, err = startRedis(ctx, p); err != nil {
		return nil, err
	}
	for _, start := range []func(context.Context, *Processes, *parts.Built) error{
		a.startRepoServer, a.startServer, a.startController, a.startApplicationSets,
	} {
		if err := start(ctx, p, b); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// install applies the CustomResourceDefinitions and the configuration of Argo CD's source.
func (a *ArgoCD) install(ctx context.Context, source string) error {
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ArgoCDNamespace}}
	if _, err := a.cluster.Kubernetes.CoreV1().Namespaces().Create(ctx, namespace, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	var files []string
	for _, pattern := range []string{"manifests/crds/*-crd.yaml", "manifests/base/config/argocd-*.yaml"} {
		found, err := filepath.Glob(filepath.Join(source, pattern))
		if err != nil {
			return err
		}
		files = append(files, found...)
	}
	for _, file := range files {
		objects, err := ReadObjects(file)
		if err != nil {
			return err
		}
		if err := a.cluster.Apply(ctx, ArgoCDNamespace, objects...); err != nil {
			return err
		}
	}
	return a.awaitKinds(ctx)
}

// awaitKinds waits until the API serves Argo CD's kinds.
func (a *ArgoCD) awaitKinds(ctx context.Context) error {
	return Await(ctx, func(ctx context.Context) error {
		for _, kind := range []string{"AppProject", "Application", "ApplicationSet"} {
			o := &unstructured.Unstructured{}
			o.SetAPIVersion("argoproj.io/v1alpha1")
			o.SetKind(kind)
			resource, err := a.cluster.Resource(o, ArgoCDNamespace)
			if err != nil {
				return err
			}
			if _, err := resource.List(ctx, metav1.ListOptions{Limit: 1}); err != nil {
				return err
			}
		}
		return nil
	})
}

// makeFolders creates the folders and the tools on the PATH that the parts expect in their
// images.
func (a *ArgoCD) makeFolders(b *parts.Built) error {
	for _, name := range []string{"bin", "tls", "ssh", "gpg/home", "gpg/source", "plugins", "home", "tmp"} {
		if err := os.MkdirAll(filepath.Join(a.dir, name), 0o700); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(a.dir, "ssh", "ssh_known_hosts"), nil, 0o600); err != nil {
		return err
	}
	tools := map[string]string{"argocd": a.Version, "kustomize": parts.Kustomize, "helm": parts.Helm} // argocd is the askpass program of git
	for name, tool := range tools {
		if err := os.Symlink(b.Binary(tool), filepath.Join(a.dir, "bin", name)); err != nil {
			return err
		}
	}
	if err := a.cluster.WriteKubeconfig(filepath.Join(a.dir, "kubeconfig"), adminToken, ArgoCDNamespace); err != nil {
		return err
	}
	wrapper, err := os.ReadFile(filepath.Join(b.Source(a.Version), "hack", "git-verify-wrapper.sh"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(a.dir, "bin", "git-verify-wrapper.sh"), wrapper, 0o700)
}

func (a *ArgoCD) env(binary string) []string {
	return append(homeIn(filepath.Join(a.dir, "home")),
		"ARGOCD_BINARY_NAME="+binary,
		"ARGOCD_FAKE_IN_CLUSTER=true",
		"KUBECONFIG="+filepath.Join(a.dir, "kubeconfig"),
		"PATH="+filepath.Join(a.dir, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"),
		"TMPDIR="+filepath.Join(a.dir, "tmp"),
		"ARGOCD_GPG_ENABLED=false",
		"ARGOCD_TLS_DATA_PATH="+filepath.Join(a.dir, "tls"),
		"ARGOCD_SSH_DATA_PATH="+filepath.Join(a.dir, "ssh"),
		"ARGOCD_GNUPGHOME="+filepath.Join(a.dir, "gpg", "home"),
		"ARGOCD_GPG_DATA_PATH="+filepath.Join(a.dir, "gpg", "source"),
		"ARGOCD_ASK_PASS_SOCK="+filepath.Join(a.dir, "ask-pass.sock"),
		"ARGOCD_PLUGINSOCKFILEPATH="+filepath.Join(a.dir, "plugins"),
	)
}

// start starts a part of Argo CD and waits until ready returns nil.
func (a *ArgoCD) start(ctx context.Context, p *Processes, b *parts.Built, name string, ready func(context.Context) error, args ...string) error {
	process, err := p.Start(Command{Name: name, Path: b.Binary(a.Version), Args: args, Env: a.env(name)})
	if err != nil {
		return err
	}
	return process.Await(ctx, ready)
}

func (a *ArgoCD) startRepoServer(ctx context.Context, p *Processes, b *parts.Built) error {
	ports, err := freePorts(2)
	if err != nil {
		return err
	}
	a.repos = fmt.Sprintf("127.0.0.1:%d", ports[0])
	return a.start(ctx, p, b, "argocd-repo-server", OK(fmt.Sprintf("http://127.0.0.1:%d/healthz?full=true", ports[1])),
		"--address", "127.0.0.1", "--port", strconv.Itoa(ports[0]), "--redis", a.redis,
		"--metrics-address", "127.0.0.1", "--metrics-port", strconv.Itoa(ports[1]), "--logformat", "text")
}

func (a *ArgoCD) startServer(ctx context.Context, p *Processes, b *parts.Built) error {
	ports, err := freePorts(2)
	if err != nil {
		return err
	}
	a.URL = fmt.Sprintf("http://127.0.0.1:%d", ports[0])
	return a.start(ctx, p, b, "argocd-server", OK(a.URL+"/healthz?full=true"),
		"--address", "127.0.0.1", "--port", strconv.Itoa(ports[0]), "--insecure", "--disable-auth", "--redis", a.redis,
		"--repo-server", a.repos,
		"--metrics-address", "127.0.0.1", "--metrics-port", strconv.Itoa(ports[1]), "--logformat", "text")
}

func (a *ArgoCD) startController(ctx context.Context, p *Processes, b *parts.Built) error {
	ports, err := freePorts(1)
	if err != nil {
		return err
	}
	return a.start(ctx, p, b, "argocd-application-controller", OK(fmt.Sprintf("http://127.0.0.1:%d/healthz", ports[0])),
		"--redis", a.redis, "--repo-server", a.repos,
		"--metrics-port", strconv.Itoa(ports[0]), "--logformat", "text")
}

func (a *ArgoCD) startApplicationSets(ctx context.Context, p *Processes, b *parts.Built) error {
	ports, err := freePorts(3)
	if err != nil {
		return err
	}
	address := func(i int) string { return fmt.Sprintf("127.0.0.1:%d", ports[i]) }
	return a.start(ctx, p, b, "argocd-applicationset-controller", accepts(address(2)),
		"--namespace", ArgoCDNamespace, "--argocd-repo-server", a.repos,
		"--metrics-addr", address(0), "--probe-addr", address(1), "--webhook-addr", address(2), "--logformat", "text")
}
