package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/service"
)

// demoTimeout bounds the whole demo.
const demoTimeout = time.Minute

func demo(ctx context.Context, t *terminal, args []string) error {
	f := newFlags(t, "demo", "", "Show the whole story on repositories of its own, in a temporary folder, without a network.")
	keep := f.Bool("keep", false, "leave the folder, and print how to go on by hand")
	if _, err := f.parse(args, 0, 0); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, demoTimeout)
	defer cancel()
	dir, err := os.MkdirTemp("", "previewset-demo-")
	if err != nil {
		return err
	}
	if !*keep {
		defer func() { _ = os.RemoveAll(dir) }()
	}
	world, err := newDemoWorld(ctx, dir)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer func() { _ = world.log.Close() }()
	if err := (&story{t: t, world: world}).tell(ctx); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if *keep {
		t.printf("%s", world.goOn())
	}
	return nil
}

// story is what the demo shows, in steps.
type story struct {
	t     *terminal
	world *demoWorld
	step  int
}

func (s *story) tell(ctx context.Context) error {
	service, stop, err := s.start(ctx)
	if err != nil {
		return err
	}
	defer stop()
	for _, chapter := range []func(context.Context, *demoService) error{
		s.branchesBecomePreviews, s.overlay, s.push, s.branchEnds, s.history,
	} {
		if err := chapter(ctx, service); err != nil {
			return err
		}
	}
	s.t.printf("\n%s Argo CD would have made, changed and removed those environments, each from the commit\nthat its parameter set names.\n", s.t.green("Done."))
	return nil
}

func (s *story) heading(text string) {
	s.step++
	s.t.printf("\n%s\n", s.t.bold(fmt.Sprintf("%d. %s", s.step, text)))
}

// start runs the real service on the world's configuration.
func (s *story) start(ctx context.Context) (*demoService, func(), error) {
	ctx, cancel := context.WithCancel(ctx)
	listening := make(chan net.Addr, 1)
	ended := make(chan error, 1)
	c, err := config.Load(s.world.config())
	if err != nil {
		cancel()
		return nil, nil, err
	}
	o := service.Options{
		Config: c, Listen: "127.0.0.1:0", Listening: func(a net.Addr) { listening <- a },
		Log: slog.New(slog.NewTextHandler(s.world.log, nil)),
	}
	var running sync.WaitGroup
	running.Go(func() { ended <- service.Run(ctx, o) })
	stop := func() {
		cancel()
		running.Wait()
	}
	select {
	case address := <-listening:
		return &demoService{url: "http://" + address.String(), token: s.world.token}, stop, nil
	case err := <-ended:
		cancel()
		return nil, nil, err
	}
}

func (s *story) branchesBecomePreviews(ctx context.Context, service *demoService) error {
	s.heading("Every branch becomes a parameter set")
	s.t.printf("The service reads the branches of %s, commits an overlay for each to %s,\nand answers Argo CD's plugin generator:\n\n", s.world.path("shop.git"), s.world.path("gitops.git"))
	sets, err := service.await(ctx, func(sets []demoParams) bool { return len(sets) == len(demoBranches) })
	if err != nil {
		return err
	}
	s.t.printf("%s\n", s.t.dim("POST /api/v1/getparams.execute  {\"input\": {\"parameters\": {\"set\": \"shop\"}}}"))
	s.table(sets)
	s.t.printf("\nA name that was cut or cleaned up (the / in feature/...) ends in a hash, so that no two\nbranches ever share a namespace, a host or a database schema.\n")
	return nil
}

func (s *story) table(sets []demoParams) {
	var rows [][]string
	for _, p := range sets {
		rows = append(rows, []string{p.Branch, p.ID, p.Host, p.DBSchema, p.ShortSHA, p.Revision[:8]})
	}
	s.t.table([]string{"BRANCH", "ID", "HOST", "DB_SCHEMA", "HEAD", "REVISION"}, rows)
}

func (s *story) overlay(ctx context.Context, _ *demoService) error {
	s.heading("Its overlay in the GitOps repository, and what that builds to")
	for _, args := range [][]string{{"render", "br-checkout"}, {"render", "--build", "br-checkout"}} {
		s.t.printf("%s\n", s.t.dim("$ previewset "+strings.Join(args, " ")))
		args = append(args, "--config", s.world.config())
		if err := program().run(ctx, s.t, args); err != nil {
			return err
		}
		s.t.printf("\n")
	}
	return nil
}

func (s *story) push(ctx context.Context, service *demoService) error {
	s.heading("A push moves one preview, and no other")
	before, err := service.ask(ctx)
	if err != nil {
		return err
	}
	if err := s.world.push(ctx, "checkout", "Ask for the address once"); err != nil {
		return err
	}
	old := byBranch(before)["checkout"].Revision
	after, err := service.await(ctx, func(sets []demoParams) bool { return byBranch(sets)["checkout"].Revision != old })
	if err != nil {
		return err
	}
	s.table(after)
	moved := 0
	for branch, p := range byBranch(after) {
		if p.Revision != byBranch(before)[branch].Revision {
			moved++
		}
	}
	s.t.printf("\n%d of %d revisions moved: Argo CD syncs that Application alone.\n", moved, len(after))
	return nil
}

func (s *story) branchEnds(ctx context.Context, service *demoService) error {
	s.heading("A deleted branch takes its preview with it")
	if err := s.world.deleteBranch(ctx, "checkout"); err != nil {
		return err
	}
	sets, err := service.await(ctx, func(sets []demoParams) bool { return len(sets) == len(demoBranches)-1 })
	if err != nil {
		return err
	}
	s.table(sets)
	s.t.printf("\nThe parameter set is gone, so Argo CD deletes the Application. The entry goes next, with\nthe pruner's own credentials:\n\n%s\n", s.t.dim("$ previewset prune --once"))
	return program().run(ctx, s.t, []string{"prune", "--once", "--config", s.world.config()})
}

func (s *story) history(ctx context.Context, _ *demoService) error {
	s.heading("The history is the audit log")
	s.t.printf("%s\n", s.t.dim("$ git log --format='%h %s%n%(trailers)'"))
	log, err := s.world.git(ctx, "gitops.git", "log", "--format=%h %s%n%(trailers:unfold)", "main")
	if err != nil {
		return err
	}
	s.t.printf("%s", log)
	return nil
}

func (w *demoWorld) path(name string) string { return filepath.Join(w.dir, name) }
