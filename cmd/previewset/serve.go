package main

import (
	"context"
	"net"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/service"
)

type serveFlags struct {
	*flags
	listen             string
	prune              bool
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
	c.Flags().StringVar(&f.listen, "listen", ":4355", "`ADDRESS` to listen on")
	c.Flags().BoolVar(&f.prune, "prune", false, "also delete entries whose pull request or branch has ended")
	c.Flags().StringVar(&f.repo, "repo", "", "serve without a configuration: `URL` or path of a Git repository whose branches get previews")
	c.Flags().StringVar(&f.gitops, "gitops", "", "with --repo: `URL` or path of the GitOps repository to commit overlays to")
	c.Flags().StringVar(&f.base, "base", "", "with --gitops: `DIR` of the Kustomize base in that repository; the default is to search the usual directories")
	completeFlag(c, "repo", directories())
	completeFlag(c, "gitops", directories())
	c.RunE = func(c *cobra.Command, _ []string) error {
		if f.repo == "" && (f.gitops != "" || f.base != "") {
			return f.usage("--gitops and --base need --repo")
		}
		return f.run(c.Context())
	}
	return c
}

func (f serveFlags) run(ctx context.Context) error {
	o, err := f.options(ctx)
	if err != nil {
		return err
	}
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
			Config: q.config, Token: q.token,
			Listening: func(address net.Addr) { q.announce(f.t, address) },
		}, nil
	}
	file, c, err := config.Open(f.config)
	if err != nil {
		return service.Options{}, withRemedy(err, "name the file with --config, or start with --repo URL")
	}
	return service.Options{Config: c, Reload: file.Reload}, nil
}
