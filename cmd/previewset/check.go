package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/kube"
	"github.com/previewset/previewset/internal/preflight"
)

// checkView is the JSON output of check.
type checkView struct {
	File   string           `json:"file"`
	Status preflight.Status `json:"status"`
	preflight.Report
}

type checkFlags struct {
	*flags
	kubeconfig, account string
}

func checkCommand(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:     "check [flags]",
		GroupID: groupSetUp,
		Short:   "check that everything is ready for the first sync",
		Long: `Check that everything is ready for the first sync: the configuration and its secrets, each source
and the rights of its credentials, the GitOps repository with the right to push and the overlay of
one preview for each set, the ApplicationSets, the ConfigMap and the Secret of Argo CD, and the
login and the Lease of feedback. Changes nothing. Each line is "ok", or a warning or a failure with
its remedy.

It does not check databases, whether Argo CD reaches the service, or whether a hook or the
protection of a branch refuses a push.

The exit status is 0 without a failure, 1 with a failure, and 2 if the configuration is not valid.`,
		Example: `  previewset check --config config.yaml
  previewset check --config config.yaml --kubeconfig ~/.kube/config
  previewset check --config config.yaml --output json`,
		Args: operands(0, 0),
	}
	f := checkFlags{flags: newFlags(t, c)}
	f.withConfig()
	f.withLog()
	f.withOutput()
	c.Flags().StringVar(&f.kubeconfig, "kubeconfig", "", "kubeconfig `FILE` of a person who may read Argo CD's Secret; the default is that of the configuration, then $KUBECONFIG, then the ServiceAccount of the pod")
	c.Flags().StringVar(&f.account, "service-account", "previewset/previewset", "with a kubeconfig: `NAMESPACE/NAME` of the service's ServiceAccount")
	completeFlag(c, "kubeconfig", files())
	c.RunE = func(c *cobra.Command, _ []string) error { return f.run(c.Context()) }
	return c
}

func (f checkFlags) run(ctx context.Context) error {
	namespace, name, ok := strings.Cut(f.account, "/")
	if !ok || namespace == "" || name == "" {
		return f.usage("--service-account must be NAMESPACE/NAME, got %q", f.account)
	}
	c, err := config.Load(f.config)
	if err != nil {
		return f.invalid(withRemedy(err, "name the file with --config"))
	}
	if f.kubeconfig == "" && (c.ArgoCD == nil || c.ArgoCD.KubeconfigFile == "") {
		f.kubeconfig = os.Getenv("KUBECONFIG")
	}
	report, err := preflight.Run(ctx, c, preflight.Options{
		File: f.config, Log: f.logger(), Now: time.Now, Kubeconfig: f.kubeconfig,
		Account: kube.ServiceAccount{Namespace: namespace, Name: name},
		Working: func(part string) func() { return f.t.working(ctx, "checking %s", part) },
	})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return f.invalid(&config.Problems{Name: f.config, List: []config.Problem{{Message: err.Error()}}})
	}
	if err := f.print(report); err != nil {
		return err
	}
	if report.Count(preflight.Failed) > 0 {
		return exitStatus(statusFailed)
	}
	return nil
}

// invalid prints the problems of a configuration as JSON if the flags say so, and otherwise
// returns them.
func (f checkFlags) invalid(err error) error {
	var problems *config.Problems
	if !f.json() || !errors.As(err, &problems) {
		return err
	}
	g := preflight.Group{Name: "configuration"}
	for _, p := range problems.List {
		finding := preflight.Finding{Status: preflight.Failed, Subject: cmp.Or(p.File, f.config), Message: p.Message}
		if p.Line > 0 {
			finding.Subject += fmt.Sprintf(":%d", p.Line)
		}
		if p.Path != "" {
			finding.Message = p.Path + ": " + p.Message
		}
		g.Checks = append(g.Checks, finding)
	}
	if err := f.print(preflight.Report{Groups: []preflight.Group{g}, NotChecked: []string{}}); err != nil {
		return err
	}
	return exitStatus(statusUsage)
}

func (f checkFlags) print(r preflight.Report) error {
	if f.json() {
		return f.t.json(checkView{File: f.config, Status: r.Status(), Report: r})
	}
	for _, g := range r.Groups {
		f.t.printf("%s\n", f.t.bold(printable(g.Name)))
		for _, finding := range g.Checks {
			f.t.printf("  %s%s: %s\n", f.label(finding.Status), oneLine(finding.Subject), indented(strings.TrimSpace(finding.Message)))
		}
	}
	for _, note := range r.NotChecked {
		f.t.printf("%s %s\n", f.t.dim("not checked:"), oneLine(note))
	}
	f.t.printf("\n%d ok, %d with a warning, %d failed\n", r.Count(preflight.OK), r.Count(preflight.Warning), r.Count(preflight.Failed))
	return nil
}

// label returns a status in a column of its own.
func (f checkFlags) label(s preflight.Status) string {
	const width = len("warning") + 2
	padding := strings.Repeat(" ", width-len(s))
	if s == preflight.OK {
		return f.t.green(string(s)) + padding
	}
	return f.t.red(string(s)) + padding
}
