package main

import (
	"context"
	"io/fs"
	"path"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/service"
)

// loopback is the default address for serve --repo: a first try is not for other machines.
const loopback = "127.0.0.1:4355"

type serveFlags struct {
	*flags
	listen             string
	prune, feedback    bool
	repo, gitops, base string
}

func serveCommand(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:     "serve [flags]",
		GroupID: groupRun,
		Short:   "answer Argo CD, and keep the GitOps repository up to date",
		Long:    "Answer Argo CD's plugin generator, and keep the GitOps repository up to date.",
		Example: `  previewset serve --config config.yaml --prune
  previewset serve --repo https://github.com/acme/shop.git \
    --gitops https://github.com/acme/gitops.git`,
		Args: operands(0, 0),
	}
	f := serveFlags{flags: newFlags(t, c)}
	f.withConfig()
	f.withLog()
	c.Flags().StringVar(&f.listen, "listen", ":4355", "`ADDRESS` to listen on; with --repo, the default is "+loopback)
	c.Flags().BoolVar(&f.prune, "prune", false, "also delete entries whose pull request or branch has ended")
	c.Flags().BoolVar(&f.feedback, "feedback", false, "write feedback without a Lease: outside of a cluster, exactly one process must have this flag")
	c.Flags().StringVar(&f.repo, "repo", "", "serve without a configuration: `URL` or path of a Git repository whose pull requests and branches get previews")
	c.Flags().StringVar(&f.gitops, "gitops", "", "with --repo: `URL` or path of the GitOps repository to commit overlays to")
	c.Flags().StringVar(&f.base, "base", "", "with --gitops: `DIR` of the Kustomize base in that repository; the default is to search the usual directories")
	completeFlag(c, "repo", directories())
	completeFlag(c, "gitops", directories())
	c.RunE = func(c *cobra.Command, _ []string) error {
		if f.listen == "" { // package net listens on any port of all addresses
			return f.usage("--listen is empty: use HOST:PORT or :PORT, such as %s", loopback)
		}
		if err := f.checkRepo(); err != nil {
			return err
		}
		return f.run(c.Context())
	}
	return c
}

// checkRepo checks the flags that belong to --repo, and sets the default of --listen for it.
func (f *serveFlags) checkRepo() error {
	given := f.command.Flags().Changed
	switch {
	case !given("repo") && (given("gitops") || given("base")):
		return f.usage("--gitops and --base need --repo")
	case !given("repo"):
		return nil
	case f.feedback:
		return f.usage("--repo writes no feedback: use --config with a configuration that has feedback, or remove --feedback")
	case given("config"):
		return f.usage("--repo makes a configuration: use either --repo or --config")
	case f.repo == "":
		return f.usage("--repo is empty: use the URL or the path of a Git repository")
	case given("gitops") && f.gitops == "":
		return f.usage("--gitops is empty: use the URL or the path of a Git repository")
	case given("base") && !given("gitops"):
		return f.usage("--base needs --gitops")
	}
	if given("base") {
		if f.base = path.Clean(f.base); f.base == "." || !fs.ValidPath(f.base) {
			return f.usage("--base must be a directory of the repository such as apps/shop, got %q", f.base)
		}
	}
	if !given("listen") {
		f.listen = loopback
	}
	return nil
}

func (f serveFlags) run(ctx context.Context) error {
	o, err := f.options(ctx)
	if err != nil {
		return err
	}
	o.Feedback = f.feedback
	o.Listen, o.Prune, o.Log, o.Version = f.listen, f.prune, f.logger(), version()
	return service.Run(ctx, o)
}

// options returns the configuration to serve: from the file, or generated for --repo.
func (f serveFlags) options(ctx context.Context) (service.Options, error) {
	if f.repo != "" {
		q, err := f.quickstart(ctx)
		if err != nil {
			return service.Options{}, err
		}
		return service.Options{
			Config: q.config, Token: q.Token.Value, Logins: q.logins(),
			Listening: q.announce,
		}, nil
	}
	file, c, err := config.Open(f.config)
	if err != nil {
		return service.Options{}, withRemedy(err, "name the file with --config, or start with --repo URL")
	}
	return service.Options{Config: c, Reload: file.Reload}, nil
}
