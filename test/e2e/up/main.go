// Command up starts the environment of the suite for manual use, until it is interrupted.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/previewset/previewset/test/e2e/environment"
	"github.com/previewset/previewset/test/e2e/parts"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "up:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("up", flag.ExitOnError)
	version := flags.Int("argocd", 3, "major `VERSION` of Argo CD: 2 or 3")
	argocd := flags.String("argocd-binary", "", "released argocd `FILE` to use, which has the UI, instead of building one")
	gitea := flags.String("gitea-binary", "", "released gitea `FILE` to use, which has the styles, instead of building one")
	if err := flags.Parse(args); err != nil {
		return err
	}
	name := map[int]string{2: parts.ArgoCD2, 3: parts.ArgoCD3}[*version]
	if name == "" {
		return fmt.Errorf("-argocd must be 2 or 3, got %d", *version)
	}
	fmt.Println("Building the parts that are not in the cache. The first build takes about half an hour.")
	built, err := parts.Build(ctx, parts.Options{
		ArgoCD: name, Progress: os.Stdout,
		Released: map[string]string{name: *argocd, parts.Gitea: *gitea},
	})
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "previewset-up-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return show(ctx, environment.Options{
		Parts: built, Dir: dir, ArgoCD: name, Overlay: "single", Poll: time.Minute, Progress: os.Stdout,
	})
}

// show starts an environment with one pull request, prints its addresses, and then prints
// the states of its Applications until ctx ends.
func show(ctx context.Context, o environment.Options) (err error) {
	fmt.Println("Starting:")
	e, err := environment.Start(ctx, o)
	if e != nil {
		defer func() {
			fmt.Println("\nStopping.")
			err = errors.Join(err, e.Stop())
		}()
	}
	if err != nil {
		return err
	}
	for _, example := range []string{"pull-requests", "databases"} {
		if _, err := e.ApplyExample(ctx, example); err != nil {
			return err
		}
	}
	if _, _, err := e.Forge.Open(ctx, "first", "A first change", "preview", environment.DatabaseSet); err != nil {
		return err
	}
	label, err := e.Forge.LabelID("preview")
	if err != nil {
		return err
	}
	fmt.Printf(`
  Kubernetes  export KUBECONFIG=%[1]s
  Argo CD     %[2]s (no login%[11]s)
  Gitea       %[3]s (user %[4]s, password %[5]s%[12]s)
  PostgreSQL  %[13]s
  previewset  %[6]s, configuration %[7]s
  logs        %[8]s

Try, in another terminal:
  git clone http://%[4]s:%[5]s@%[9]s/acme/shop.git && cd shop
  git checkout -b hello && git commit --allow-empty -m "Say hello" && git push origin hello
  curl -u %[4]s:%[5]s --json '{"head":"hello","base":"main","title":"Say hello","labels":[%[10]d]}' %[3]s/api/v1/repos/acme/shop/pulls
  kubectl get applications -n argocd
  kubectl get all,ingress -n shop-pr-2
  curl -u %[4]s:%[5]s --json '{"Do":"merge"}' %[3]s/api/v1/repos/acme/shop/pulls/2/merge

Press Ctrl-C to stop everything and remove all files.

`, e.Cluster.Kubeconfig, e.ArgoCD.URL, e.Gitea.URL, e.Gitea.User, e.Gitea.Password, e.Service.URL, e.Service.Config,
		filepath.Join(e.Dir, "logs"), strings.TrimPrefix(e.Gitea.URL, "http://"), label,
		unless(o.Parts.Released(o.ArgoCD), "; without the UI: UP=\"-argocd-binary FILE\" adds it"),
		unless(o.Parts.Released(parts.Gitea), "; without styles: UP=\"-gitea-binary FILE\" adds them"),
		e.Postgres.URL)
	return follow(ctx, e)
}

// unless returns text if condition is false, else "".
func unless(condition bool, text string) string {
	if condition {
		return ""
	}
	return text
}
