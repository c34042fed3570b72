package stack

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"

	"github.com/previewset/previewset/test/e2e/parts"
)

// Cluster is a Kubernetes API with its controllers and scheduler. KWOK simulates nodes and
// pods: they become ready, but pods run nothing and do not complete.
type Cluster struct {
	// Kubeconfig is the path of an administrator's kubeconfig.
	Kubeconfig string
	Kubernetes kubernetes.Interface
	Dynamic    dynamic.Interface

	config *rest.Config
	mapper *restmapper.DeferredDiscoveryRESTMapper
	dir    string
}

// adminToken is a fixed token. That is acceptable for a short-lived cluster on loopback.
const adminToken = "admin"

// StartCluster starts a cluster and waits until its node is ready.
func StartCluster(ctx context.Context, p *Processes, b *parts.Built) (*Cluster, error) {
	c, err := StartAPI(ctx, p, b)
	if err != nil {
		return nil, err
	}
	if err := c.startControllers(p, b); err != nil {
		return nil, err
	}
	return c, c.startNode(ctx, p, b)
}

// StartAPI starts a Kubernetes API without controllers, scheduler and nodes. It needs only
// etcd and the API server.
func StartAPI(ctx context.Context, p *Processes, b *parts.Built) (*Cluster, error) {
	c := &Cluster{dir: filepath.Join(p.Dir, "kubernetes")}
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return nil, err
	}
	etcd, err := startEtcd(ctx, p, b)
	if err != nil {
		return nil, err
	}
	return c, c.startAPI(ctx, p, b, etcd)
}

func startEtcd(ctx context.Context, p *Processes, b *parts.Built) (url string, err error) {
	ports, err := freePorts(2)
	if err != nil {
		return "", err
	}
	url = fmt.Sprintf("http://127.0.0.1:%d", ports[0])
	peer := fmt.Sprintf("http://127.0.0.1:%d", ports[1])
	process, err := p.Start(Command{Name: "etcd", Path: b.Binary(parts.Etcd), Args: []string{
		"--data-dir", filepath.Join(p.Dir, "etcd"), "--unsafe-no-fsync", "--log-level", "warn",
		"--listen-client-urls", url, "--advertise-client-urls", url,
		"--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "default=" + peer,
	}})
	if err != nil {
		return "", err
	}
	return url, process.Await(ctx, OK(url+"/readyz"))
}

func (c *Cluster) startAPI(ctx context.Context, p *Processes, b *parts.Built, etcd string) error {
	ports, err := freePorts(1)
	if err != nil {
		return err
	}
	key := filepath.Join(c.dir, "sa.key")
	if err := writeKey(key); err != nil {
		return err
	}
	tokens := filepath.Join(c.dir, "tokens.csv")
	if err := os.WriteFile(tokens, []byte(adminToken+`,admin,admin,"system:masters"`+"\n"), 0o600); err != nil {
		return err
	}
	process, err := p.Start(Command{Name: "kube-apiserver", Path: b.Binary(parts.APIServer), Args: []string{
		"--etcd-servers", etcd, "--bind-address", "127.0.0.1", "--secure-port", strconv.Itoa(ports[0]),
		"--cert-dir", c.dir, "--token-auth-file", tokens, "--authorization-mode", "RBAC",
		"--service-account-issuer", "https://kubernetes.default.svc",
		"--service-account-key-file", key, "--service-account-signing-key-file", key,
		"--service-cluster-ip-range", "10.0.0.0/24",
		"--disable-admission-plugins", "ServiceAccount", // KWOK's pods need no tokens
	}})
	if err != nil {
		return err
	}
	c.config = &rest.Config{
		Host: fmt.Sprintf("https://127.0.0.1:%d", ports[0]), BearerToken: adminToken, QPS: -1, WarningHandler: rest.NoWarnings{},
	}
	if err := process.Await(ctx, c.connect); err != nil {
		return err
	}
	c.Kubeconfig = filepath.Join(p.Dir, "kubeconfig")
	return c.WriteKubeconfig(c.Kubeconfig, adminToken, "default")
}

// connect creates the clients. It returns an error until the API is ready. It reads the
// certificate at each call: with a CAFile, client-go would keep a part of the certificate if
// the API server has not written all of it yet.
func (c *Cluster) connect(ctx context.Context) (err error) {
	if c.config.CAData, err = os.ReadFile(filepath.Join(c.dir, "apiserver.crt")); err != nil {
		return err
	}
	if c.Kubernetes, err = kubernetes.NewForConfig(c.config); err != nil {
		return err
	}
	if c.Dynamic, err = dynamic.NewForConfig(c.config); err != nil {
		return err
	}
	found, err := discovery.NewDiscoveryClientForConfig(c.config)
	if err != nil {
		return err
	}
	c.mapper = restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(found))
	return found.RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
}

func (c *Cluster) startControllers(p *Processes, b *parts.Built) error {
	ports, err := freePorts(1)
	if err != nil {
		return err
	}
	if _, err := p.Start(Command{Name: "kube-controller-manager", Path: b.Binary(parts.ControllerManager), Args: []string{
		"--kubeconfig", c.Kubeconfig, "--bind-address", "127.0.0.1", "--secure-port", strconv.Itoa(ports[0]), "--cert-dir", c.dir,
		"--controllers", "*,-nodeipam,-nodelifecycle", "--leader-elect=false",
		"--service-account-private-key-file", filepath.Join(c.dir, "sa.key"),
		"--kube-api-qps", "200", "--kube-api-burst", "400",
	}}); err != nil {
		return err
	}
	_, err = p.Start(Command{Name: "kube-scheduler", Path: b.Binary(parts.Scheduler), Args: []string{
		"--kubeconfig", c.Kubeconfig, "--leader-elect=false", "--secure-port", "0",
	}})
	return err
}

func writeKey(file string) error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}
	return os.WriteFile(file, pem.EncodeToMemory(block), 0o600)
}
