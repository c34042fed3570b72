package demo

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/service"
)

// walkthrough runs and prints the steps of the demo.
type walkthrough struct {
	t       Terminal
	command func(ctx context.Context, args ...string) error
	verbose bool
	sandbox *sandbox
	step    int
}

func (s *walkthrough) run(ctx context.Context) error {
	c, stop, err := s.start(ctx)
	if err != nil {
		return err
	}
	defer stop()
	for _, showStep := range []func(context.Context, *client) error{
		s.branchesBecomePreviews, s.overlay, s.push, s.branchEnds, s.history,
	} {
		if err := showStep(ctx, c); err != nil {
			return err
		}
	}
	s.t.Printf("\n%s Argo CD would have created, synced and deleted an Application for each of these previews.\n", s.t.Green("Done."))
	return nil
}

func (s *walkthrough) heading(text string) {
	s.step++
	s.t.Printf("\n%s\n", s.t.Bold(fmt.Sprintf("%d. %s", s.step, text)))
}

// start runs the real service with the configuration of the sandbox.
func (s *walkthrough) start(ctx context.Context) (*client, func(), error) {
	c, err := config.Load(s.sandbox.config())
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	listening := make(chan net.Addr, 1)
	ended := make(chan error, 1)
	o := service.Options{
		Config: c, Listen: "127.0.0.1:0", Listening: func(a net.Addr) { listening <- a },
		Log: slog.New(slog.NewTextHandler(s.sandbox.log, nil)),
	}
	var running sync.WaitGroup
	running.Go(func() { ended <- service.Run(ctx, o) })
	stop := func() {
		cancel()
		running.Wait()
	}
	select {
	case address := <-listening:
		return &client{url: "http://" + address.String(), token: s.sandbox.token}, stop, nil
	case err := <-ended:
		cancel()
		return nil, nil, err
	}
}

func (s *walkthrough) branchesBecomePreviews(ctx context.Context, c *client) error {
	s.t.Printf("This demo runs previewset on two Git repositories in a temporary folder: shop has the code of an\napplication, and gitops has its Kustomize base. Argo CD would deploy from gitops.\n")
	s.heading("Branches become previews")
	s.t.Printf("shop has %d branches beside main. previewset commits an overlay for each of them to gitops, and\nanswers the request of Argo CD with their parameters:\n\n", len(branches))
	sets, err := c.waitFor(ctx, func(sets []params) bool { return len(sets) == len(branches) })
	if err != nil {
		return err
	}
	s.t.Printf("%s\n", s.t.Dim(`POST /api/v1/getparams.execute {"input": {"parameters": {"set": "shop"}}}`))
	s.table(sets)
	s.t.Printf("\nA name with replaced characters, such as the / here, ends with a hash. So two branches never share a\nnamespace, a host or a database schema.\n")
	return nil
}

func (s *walkthrough) table(sets []params) {
	var rows [][]string
	for _, p := range sets {
		rows = append(rows, []string{p.Branch, p.Host, p.ShortSHA, p.Revision[:8]})
	}
	s.t.Table([]string{"BRANCH", "HOST", "COMMIT", "GITOPS REVISION"}, rows)
}

// overlay shows the overlay of a preview, with --verbose.
func (s *walkthrough) overlay(ctx context.Context, _ *client) error {
	if !s.verbose {
		return nil
	}
	s.heading("An overlay in gitops, and the manifests that it builds to")
	for _, args := range [][]string{{"render", "br-checkout"}, {"render", "--build", "br-checkout"}} {
		s.t.Printf("%s\n", s.t.Dim("$ previewset "+strings.Join(args, " ")))
		args = append(args, "--config", s.sandbox.config())
		if err := s.command(ctx, args...); err != nil {
			return err
		}
		s.t.Printf("\n")
	}
	return nil
}

func (s *walkthrough) push(ctx context.Context, c *client) error {
	s.heading("A push moves one preview")
	before, err := c.parameterSets(ctx)
	if err != nil {
		return err
	}
	if err := s.sandbox.push(ctx, "checkout", "Ask for the address once"); err != nil {
		return err
	}
	old := byBranch(before)["checkout"].Revision
	after, err := c.waitFor(ctx, func(sets []params) bool { return byBranch(sets)["checkout"].Revision != old })
	if err != nil {
		return err
	}
	s.t.Printf("Somebody pushes to checkout:\n\n")
	s.table(after)
	changed := 0
	for branch, p := range byBranch(after) {
		if p.Revision != byBranch(before)[branch].Revision {
			changed++
		}
	}
	s.t.Printf("\n%d of %d revisions changed: Argo CD syncs only that Application.\n", changed, len(after))
	return nil
}

func (s *walkthrough) branchEnds(ctx context.Context, c *client) error {
	s.heading("A deleted branch ends its preview")
	if err := s.sandbox.deleteBranch(ctx, "checkout"); err != nil {
		return err
	}
	sets, err := c.waitFor(ctx, func(sets []params) bool { return len(sets) == len(branches)-1 })
	if err != nil {
		return err
	}
	s.t.Printf("Somebody deletes checkout. Argo CD no longer gets its parameters, and deletes the Application:\n\n")
	s.table(sets)
	s.t.Printf("\nThen the pruner deletes the overlay:\n\n%s\n", s.t.Dim("$ previewset prune --once"))
	return s.command(ctx, "prune", "--once", "--config", s.sandbox.config())
}

func (s *walkthrough) history(ctx context.Context, _ *client) error {
	s.heading("The history has the reason of each change")
	const format = "--format=%h %s%n%(trailers:key=Previewset-Prune)"
	s.t.Printf("%s\n", s.t.Dim("$ git log '"+format+"'"))
	log, err := s.sandbox.git(ctx, "gitops.git", "log", format, "main")
	if err != nil {
		return err
	}
	for line := range strings.Lines(log) {
		if line != "\n" { // no trailer
			s.t.Printf("%s", line)
		}
	}
	return nil
}
