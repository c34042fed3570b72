package feedback_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/feedback"
)

// textOf returns the comment that a writer with one set writes for a status. The pull request
// has an older comment if the status leads to none.
func textOf(t *testing.T, s feedback.Settings, r feedback.Report) (text string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		o := shop(&client{world: w})
		s.Comment = true
		o.Sets[0].Settings = s
		p := start(t, o)
		defer p.stop()
		p.Report(report(preview(42, generator.StateSyncing, commitA, "")))
		time.Sleep(10 * time.Second)
		p.Report(r)
		settle()
		all := w.bodies(42)
		if len(all) != 1 {
			t.Fatalf("got the comments %q, want one", all)
		}
		text = all[0]
	})
	return text
}

// full are settings that show everything.
func full() feedback.Settings {
	return feedback.Settings{Database: true, Watched: true, ArgoCDURL: "https://argocd.acme.dev/", EntryURL: "https://github.com/acme/gitops/tree/main"}
}

// states returns a status of each state as set by edit.
func states() map[string]func(*generator.Status) {
	application := generator.Application{Namespace: "argocd", Name: "shop-pr-42", Message: "the pod shop is not ready"}
	expires := time.Date(2026, 12, 3, 14, 0, 0, 0, time.UTC)
	return map[string]func(*generator.Status){
		"live": func(s *generator.Status) {
			s.State, s.Live, s.Preview.ExpiresAt = generator.StateLive, commitA, expires
			s.Message = "Argo CD has deployed its entry"
			s.Applications = []generator.Application{application}
		},
		"committed": func(s *generator.Status) {
			s.State, s.Message = generator.StateCommitted, "its entry has the newest commit"
		},
		"unwatched": func(s *generator.Status) {
			s.State, s.Message = generator.StateCommitted, "its entry has the newest commit"
		},
		"without-overlay": func(s *generator.Status) {
			s.State, s.Message = generator.StateCommitted, "Argo CD gets its parameters: the set has no overlay"
			s.Preview.Path = ""
		},
		"syncing": func(s *generator.Status) {
			s.State, s.Committed, s.HeadSHA, s.Reason = generator.StateSyncing, commitB, commitB, "progressing"
			s.Applications = []generator.Application{application}
			s.Message = application.Message
		},
		"behind": func(s *generator.Status) {
			s.State, s.HeadSHA, s.Live, s.Reason = generator.StateBehind, commitB, commitA, generator.ReasonOverlay
			s.Fault = &generator.Fault{File: "apps/shop/kustomization.yaml", Kind: generator.FaultRefused, Message: "apps/shop/kustomization.yaml: the image shop is missing: add it"}
			s.Message = s.Fault.Message + "; the entry stays at the commit aaaaaaaa; live at aaaaaaaa"
		},
		"behind-base": func(s *generator.Status) {
			s.State, s.Live, s.Reason = generator.StateBehind, commitA, generator.ReasonOverlay
			s.Fault = &generator.Fault{File: "base/a.yaml", Kind: generator.FaultBuild, Message: "base/a.yaml: not YAML"}
			s.Message = s.Fault.Message + "; the entry stays as it is, at the newest commit aaaaaaaa; live at aaaaaaaa"
		},
		"behind-base-not-live": func(s *generator.Status) {
			s.State, s.Reason = generator.StateBehind, generator.ReasonOverlay
			s.Fault = &generator.Fault{File: "base/a.yaml", Kind: generator.FaultRefused, Message: "base/a.yaml: refused"}
			s.Message = s.Fault.Message + "; the entry stays as it is, at the newest commit aaaaaaaa"
		},
		"behind-fork": func(s *generator.Status) {
			s.State, s.HeadSHA, s.Live, s.Reason = generator.StateBehind, commitB, commitA, generator.ReasonFork
			s.Message = "no label admits the commit bbbbbbbb of the fork: remove the label, wait for a sync, and set the label again"
		},
		"behind-lines": func(s *generator.Status) {
			s.State, s.HeadSHA, s.Reason = generator.StateBehind, commitB, generator.ReasonOverlay
			s.Fault = &generator.Fault{Kind: generator.FaultBuild, Message: "build failed:\n  resource a\n  resource b: " + strings.Repeat("a long text ", 15) + "to correct"}
			s.Message = s.Fault.Message + "; the entry stays at the commit aaaaaaaa"
		},
		"failing": func(s *generator.Status) {
			s.State, s.Reason = generator.StateFailing, "degraded"
			s.Applications = []generator.Application{application, {Namespace: "argocd", Name: "shop-pr-42-eu"}}
			s.Message = "argocd/shop-pr-42: the pod shop is not ready"
		},
		"held": func(s *generator.Status) {
			s.State, s.Live, s.Reason = generator.StateHeld, commitA, generator.ReasonLabel
			s.Message = `it has no label "preview"; the guard holds the removal of 12 previews: set guard.atLeast to 12`
		},
		"waiting": func(s *generator.Status) {
			s.State, s.Committed, s.Preview, s.Reason = generator.StateWaiting, "", nil, generator.ReasonLimit
			s.Message = "the set has its limit of 20 previews: close a pull request, or raise limit"
		},
		"removing": func(s *generator.Status) {
			s.State, s.Preview, s.Reason = generator.StateRemoving, nil, generator.ReasonClosed
			s.Message = "the pull request was closed; its entry waits for the pruner"
		},
		"dropped": func(s *generator.Status) { *s = dropped(42, commitA) },
		"notice": func(s *generator.Status) {
			s.State, s.Live = generator.StateLive, commitA
			s.Preview.ExpiresAt = time.Date(2000, 1, 1, 12, 0, 0, 0, time.UTC)
		},
	}
}

// The text of each state is a golden file, in private repositories and in public ones.
func TestTexts(t *testing.T) {
	t.Parallel()
	for name, edit := range states() {
		for access, private := range map[string]bool{"private": true, "public": false} {
			t.Run(name+"/"+access, func(t *testing.T) {
				t.Parallel()
				status := preview(42, generator.StateLive, commitA, "")
				edit(&status)
				settings := full()
				if name == "notice" {
					settings.Notice = 24 * time.Hour
				}
				if name == "unwatched" || name == "without-overlay" {
					settings.Watched = false
				}
				got := textOf(t, settings, feedback.Report{Set: "shop", Private: private, Statuses: []generator.Status{status}})
				golden(t, name+"."+access+".md", got)
			})
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got+"\n" != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", path, got, want)
	}
}

// After "Preview was removed", a message names the change, and its code spans have no punctuation.
func TestMessagesNameTheChange(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		reason        generator.Reason
		message, want string
	}{
		"closed":        {generator.ReasonClosed, "it is closed", "The pull request was closed"},
		"merged":        {generator.ReasonMerged, "it is merged", "The pull request was merged"},
		"draft":         {generator.ReasonDraft, "it is a draft: mark it as ready for review", "The pull request is a draft: mark it as ready for review"},
		"target branch": {generator.ReasonTargetBranch, "its target branch dev matches none of x: main", "The target branch dev matches none of x: main"},
		"idle": {
			generator.ReasonIdle, `it was not updated for 72h0m0s (lifetime.idle): the label "keep" keeps it`,
			"The pull request was not updated for `72h0m0s` (`lifetime.idle`): the label \"keep\" keeps it",
		},
		"not of previewset": {generator.ReasonName, "it is strange", "It is strange"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			change := preview(42, generator.StateLive, commitA, "").Change
			ended := generator.Ended{Change: change, ID: "pr-42", Verdict: generator.Verdict{Reason: test.reason, Detail: test.message}}
			got := textOf(t, feedback.Settings{}, feedback.Report{Set: "shop", Private: true, Ended: []generator.Ended{ended}})
			if lines := strings.Split(got, "\n"); len(lines) < 2 || lines[1] != test.want {
				t.Errorf("got %q, want the second line %q", got, test.want)
			}
		})
	}
}

// Messages of Kustomize and Argo CD are not in public repositories, unless the settings allow
// them: neither in the comment nor in the status.
func TestMessagesArePrivate(t *testing.T) {
	t.Parallel()
	const secret = "internal.acme.dev refuses"
	edits := map[string]func(*generator.Status){
		"fault": func(s *generator.Status) {
			s.State, s.Reason, s.Message = generator.StateBehind, generator.ReasonOverlay, secret
			s.Fault = &generator.Fault{Message: secret}
		},
		"application": func(s *generator.Status) {
			s.State, s.Reason, s.Message = generator.StateFailing, "degraded", "the Application fails: "+secret
		},
		"application of a held preview": func(s *generator.Status) {
			s.State, s.Reason, s.Message = generator.StateHeld, generator.ReasonLabel, "held; "+secret
			s.Applications = []generator.Application{{Message: secret}}
		},
		"lines": func(s *generator.Status) {
			s.State, s.Reason, s.Message = generator.StateFailing, "sync", "line\n"+secret
		},
	}
	for name, edit := range edits {
		for _, access := range []struct{ private, messages bool }{{false, false}, {true, false}, {false, true}} {
			status := preview(42, generator.StateLive, commitA, "")
			edit(&status)
			settings := feedback.Settings{Messages: access.messages, Status: "preview"}
			w := newWorld()
			synctest.Test(t, func(t *testing.T) {
				o := shop(&client{world: w})
				settings.Comment = true
				o.Sets[0].Settings = settings
				p := start(t, o)
				defer p.stop()
				p.Report(feedback.Report{Set: "shop", Private: access.private, Statuses: []generator.Status{status}})
				settle()
			})
			all := strings.Join(w.bodies(42), "")
			if got, want := strings.Contains(strings.ReplaceAll(all, "`", ""), secret), access.private || access.messages; got != want {
				t.Errorf("%s, %+v: the comment shows the message: %v, want %v:\n%s", name, access, got, want, all)
			}
			if got := strings.Contains(w.status(commitA, "preview").Description, secret); got && !access.private && !access.messages {
				t.Errorf("%s, %+v: the status shows the message", name, access)
			}
		}
	}
}

// The end of a lifetime is announced when it comes near, without a report.
func TestNotice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		o := shop(&client{world: w})
		o.Sets[0].Notice = 24 * time.Hour
		p := start(t, o)
		defer p.stop()
		s := preview(42, generator.StateLive, commitA, commitA)
		s.Preview.ExpiresAt = time.Now().Add(72 * time.Hour)
		p.Report(report(s))
		time.Sleep(47 * time.Hour)
		if got := w.bodies(42); len(got) != 1 || strings.Contains(got[0], "ends on") {
			t.Errorf("got %q more than a day before the end", got)
		}
		time.Sleep(time.Hour + time.Minute)
		if got := w.bodies(42); len(got) != 1 || !strings.Contains(got[0], "**The preview ends on 4 January 2000, 00:00 UTC**") {
			t.Errorf("got %q less than a day before the end", got)
		}
	})
}
