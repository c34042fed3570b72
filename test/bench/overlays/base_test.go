package overlays_test

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize"
)

// service is the manifests of one service of an application: five objects. The base
// also generates a ConfigMap for each service.
const service = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
  labels: {app: NAME}
spec:
  replicas: 1
  selector:
    matchLabels: {app: NAME}
  template:
    metadata:
      labels: {app: NAME}
    spec:
      serviceAccountName: NAME
      initContainers:
      - name: migrate
        image: ghcr.io/acme/shop:main
        command: [/app, migrate]
      containers:
      - name: app
        image: ghcr.io/acme/shop:main
        ports:
        - {name: http, containerPort: 8080}
        envFrom:
        - configMapRef: {name: NAME}
        env:
        - name: POD
          valueFrom: {fieldRef: {fieldPath: metadata.name}}
        readinessProbe:
          httpGet: {path: /healthz, port: http}
        resources:
          requests: {cpu: 50m, memory: 64Mi}
          limits: {memory: 256Mi}
        volumeMounts:
        - {name: data, mountPath: /data}
      volumes:
      - name: data
        persistentVolumeClaim: {claimName: NAME}
---
apiVersion: v1
kind: Service
metadata:
  name: NAME
spec:
  selector: {app: NAME}
  ports:
  - {name: http, port: 80, targetPort: http}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: NAME
spec:
  rules:
  - host: NAME.example.com
    http:
      paths:
      - path: /NAME
        pathType: Prefix
        backend:
          service: {name: NAME, port: {name: http}}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: NAME
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: NAME
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests: {storage: 1Gi}
`

const baseDir = "apps/shop/base"

// baseOf returns the files of a base with n resources: path → content. n must be a
// multiple of six.
func baseOf(n int) map[string]string {
	var k strings.Builder
	k.WriteString("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n")
	files := map[string]string{}
	var generated strings.Builder
	for i := range n / 6 {
		name := fmt.Sprintf("shop-%d", i)
		files[baseDir+"/"+name+".yaml"] = strings.ReplaceAll(service, "NAME", name)
		fmt.Fprintf(&k, "- %s.yaml\n", name)
		fmt.Fprintf(&generated, "- name: %s\n  literals: [colour=blue, workers=4]\n", name)
	}
	k.WriteString("configMapGenerator:\n" + generated.String())
	k.WriteString("labels:\n- pairs: {app.kubernetes.io/part-of: shop}\n")
	files[baseDir+"/kustomization.yaml"] = k.String()
	return files
}

// tree is a repository. Like in Git, different contents have different hashes.
type tree struct{ fs.FS }

func (t tree) Hash(path string) (string, error) {
	h := sha1.New()
	err := fs.WalkDir(t.FS, path, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(t.FS, p)
		fmt.Fprintf(h, "%s\x00%s", p, content)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

// load loads the base in files, with a spec of typical settings.
func load(t testing.TB, files map[string]string) *kustomize.Base {
	t.Helper()
	m := fstest.MapFS{}
	for path, content := range files {
		m[path] = &fstest.MapFile{Data: []byte(content)}
	}
	r, err := kustomize.New(kustomize.Spec{
		RepoURL:     "https://git.acme.dev/gitops.git",
		Base:        baseDir,
		Images:      []kustomize.Image{{Name: "ghcr.io/acme/shop", NewTag: "{{.head_sha}}"}},
		Labels:      map[string]string{"acme.dev/team": "shop"},
		Annotations: map[string]string{"acme.dev/title": "{{.title}}"},
	})
	if err != nil {
		t.Fatal(err)
	}
	base, err := r.Load(tree{m})
	if err != nil {
		t.Fatal(err)
	}
	return base
}

// preview returns the preview of pull request n. Its head commit is different in each
// round.
func preview(n, round int) generator.Preview {
	created := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC).Add(time.Duration(n) * time.Minute)
	id := fmt.Sprintf("pr-%d", n)
	return generator.Preview{
		Change: generator.Change{
			Kind: generator.PullRequest, Number: int64(n), Branch: fmt.Sprintf("feature/change-%d", n), TargetBranch: "main",
			HeadSHA: fmt.Sprintf("%020x%020x", n, round), Title: fmt.Sprintf("Change number %d: as good as new", n),
			Author: fmt.Sprintf("developer-%d", n%30), Labels: []string{"preview"},
			URL: fmt.Sprintf("https://github.com/acme/shop/pull/%d", n), CreatedAt: created, UpdatedAt: created.Add(time.Hour),
		},
		Set:        "shop",
		Repository: generator.Repository{ForgeHost: "github.com", Organization: "acme", Name: "shop", CloneURL: "https://github.com/acme/shop.git", DefaultBranch: "main"},
		Names: generator.Names{
			ID: id, Application: "shop-" + id, Namespace: "shop-" + id,
			Host: id + ".shop.preview.localhost", DBSchema: fmt.Sprintf("shop_pr_%d", n),
		},
	}
}

func dirOf(p generator.Preview) string { return "previews/shop/" + p.ID }
