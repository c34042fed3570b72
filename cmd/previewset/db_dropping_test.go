package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"

	"github.com/previewset/previewset/internal/database"
)

// stuckServer has the object of pr-42, which it can't drop completely.
type stuckServer struct {
	database.Server
	mark database.Mark
}

func (s stuckServer) List(context.Context) ([]database.Object, error) {
	return []database.Object{{Name: "shop_pr_42", Mark: s.mark}}, nil
}

func (s stuckServer) Drop(_ context.Context, name string, _ database.Mark, _ time.Duration) (bool, error) {
	return true, fmt.Errorf("%w: session 4711 of %s does not end", database.ErrDropping, name)
}

// A hook that fails would block the deletion of the Application.
func TestDropThatLeavesAPartSucceeds(t *testing.T) {
	t.Parallel()
	const left = "not completely dropped: session 4711 of shop_pr_42 does not end"
	for output, want := range map[string]string{
		"text": "pr-42: warning: shop_pr_42: " + left + "\npr-42: db sweep continues the drop, or: " +
			"previewset db drop --engine postgres --name shop_pr_42 --set shop --id pr-42 --source github.com/acme/shop\n",
		"json": "{\n  \"name\": \"shop_pr_42\",\n  \"dropped\": false,\n  \"left\": \"" + left + "\"\n}\n",
	} {
		t.Run(output, func(t *testing.T) {
			t.Parallel()
			c, out := &cobra.Command{Use: "drop"}, new(bytes.Buffer)
			f := newDBFlags(newTerminal(out, new(bytes.Buffer)), c)
			f.withPreview()
			if err := c.ParseFlags([]string{"--engine=postgres", "--name=shop_pr_42", "--set=shop", "--id=pr-42", "--source=github.com/acme/shop", "--output=" + output}); err != nil {
				t.Fatal(err)
			}
			if err := f.drop(t.Context(), stuckServer{}); err != nil || out.String() != want {
				t.Errorf("got %q, %v, want %q", out, err, want)
			}
		})
	}
}

// A CronJob that fails is visible. The log has a line for each database that is left.
func TestSweepThatLeavesAPartFails(t *testing.T) {
	t.Parallel()
	c, out, log := &cobra.Command{Use: "sweep"}, new(bytes.Buffer), new(bytes.Buffer)
	f := dbSweepFlags{dbFlags: newDBFlags(newTerminal(out, log), c)}
	if err := c.ParseFlags([]string{"--engine=postgres", "--log-format=json"}); err != nil {
		t.Fatal(err)
	}
	server := stuckServer{mark: database.Mark{Set: "shop", ID: "pr-42", Source: "github.com/acme/shop", DroppingAt: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)}}
	err := f.sweep(t.Context(), server, nil)
	if !errors.Is(err, database.ErrDropping) || err.Error() != "sweep: not completely dropped: 1 of 1 database: the next sweep continues" {
		t.Errorf("got the error %v", err)
	}
	const why = "a drop left a part at 2026-03-04T05:06:07Z: not completely dropped: session 4711 of shop_pr_42 does not end"
	if want := "shop  pr-42    shop_pr_42  dropping  " + why; !strings.Contains(out.String(), want) || !strings.HasSuffix(out.String(), "\ndropped 0 of 1 database\n") {
		t.Errorf("got %s, want %s", out, want)
	}
	var line struct{ Level, Msg, Name, Set, ID, Why string }
	if err := json.Unmarshal(log.Bytes(), &line); err != nil || line.Level != "WARN" || line.Msg != "a database is not completely dropped" ||
		line.Name != "shop_pr_42" || line.Set != "shop" || line.ID != "pr-42" || line.Why != why {
		t.Errorf("got the log %s, %v", log, err)
	}
}

// The drops of pr-1 and of a set that is not configured have begun.
func TestSweepContinuesDrops(t *testing.T) {
	t.Parallel()
	s := newSweeper(t, 3)
	s.create("cart", "pr-3")
	s.beginDrop("shop", "pr-1")
	s.beginDrop("cart", "pr-3")
	want := []string{"cart_pr_3 drop", "shop_pr_1 drop", "shop_pr_2 keep", "shop_pr_3 keep"}
	s.mustSweep(want, "--dry-run", "--grace=24h")
	s.mustSweep(want[1:], "--dry-run", "--set=shop")
	s.gitops.Git(t, "branch", "-m", "main", "other") // no entry is known
	got, status, stderr := s.sweep("--grace=24h")
	if status != statusFailed || fmt.Sprint(got) != "[cart_pr_3 drop shop_pr_1 drop shop_pr_2 doubt shop_pr_3 doubt]" {
		t.Errorf("got %d %q %s", status, got, stderr)
	}
	if got := s.schemas(); fmt.Sprint(got) != "[shop_pr_2 shop_pr_3]" {
		t.Errorf("got the schemas %q, want those of pr-2 and pr-3", got)
	}
}

// beginDrop sets the mark of a database like a drop that left a part.
func (s *sweeper) beginDrop(set, id string) {
	s.t.Helper()
	mark := database.Mark{Set: set, ID: id, Source: s.source, RepositoryID: s.repositoryID, DroppingAt: time.Now()}
	role := pgx.Identifier{set + "_" + strings.ReplaceAll(id, "-", "_")}.Sanitize()
	s.server.Exec(s.t, "postgres", "COMMENT ON ROLE "+role+" IS '"+mark.String()+"'")
}

// Kubernetes does not end a sweep before it has printed what is left.
func TestSweepEndsBeforeTheDeadlineOfItsJob(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../manifests/components/database/sweep.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var job struct {
		Spec struct {
			JobTemplate struct {
				Spec struct{ ActiveDeadlineSeconds int }
			}
		}
	}
	if err := yaml.Unmarshal(text, &job); err != nil {
		t.Fatal(err)
	}
	c := &cobra.Command{Use: "sweep"}
	timeout := newDBFlags(newTerminal(new(bytes.Buffer), new(bytes.Buffer)), c).timeout
	if deadline := time.Duration(job.Spec.JobTemplate.Spec.ActiveDeadlineSeconds) * time.Second; deadline < timeout+2*time.Minute {
		t.Errorf("got a deadline of %s, want two minutes more than the timeout of %s", deadline, timeout)
	}
}
