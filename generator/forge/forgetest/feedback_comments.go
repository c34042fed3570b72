package forgetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

func commentChecks() map[string]func(*testing.T, FeedbackServer) {
	return map[string]func(*testing.T, FeedbackServer){
		"comments are created, edited and deleted": checkComment,
		"comments of others are ignored":           checkStrangers,
		"comments are on several pages":            checkPages,
		"bodies stay as they are":                  checkBodies,
		"a deleted comment is not found":           checkDeleted,
		"a missing pull request is not found":      checkMissingPull,
		"comments count as activity":               checkActivity,
	}
}

// list returns the own comments with the marker.
func list(t *testing.T, f forge.Feedback, number int64) []forge.Comment {
	t.Helper()
	found, err := f.Comments(t.Context(), number, marker)
	if err != nil {
		t.Fatalf("comments of %d: %v", number, err)
	}
	return found
}

func create(t *testing.T, f forge.Feedback, number int64, body string) forge.Comment {
	t.Helper()
	c, err := f.CreateComment(t.Context(), number, body)
	if err != nil || c.ID == "" || c.Body != body || c.URL == "" || c.UpdatedAt.IsZero() {
		t.Fatalf("new comment on %d: got %+v, %v, want the comment with its ID, URL and time", number, c, err)
	}
	return c
}

func checkComment(t *testing.T, s FeedbackServer) {
	number, other := s.OpenPull(), s.OpenPull()
	f := s.Feedback(t)
	if got := list(t, f, number); len(got) != 0 {
		t.Errorf("before: got %+v, want no comments", got)
	}
	created := create(t, f, number, "live "+marker)
	edited, err := f.EditComment(t.Context(), number, created.ID, marker+" behind")
	if err != nil || edited.ID != created.ID || edited.Body != marker+" behind" || edited.UpdatedAt.Before(created.UpdatedAt) {
		t.Errorf("edited: got %+v, %v, want the comment %s with the new body", edited, err, created.ID)
	}
	for name, reader := range map[string]forge.Feedback{"the writer": f, "another process": s.Feedback(t)} {
		if got := list(t, reader, number); len(got) != 1 || got[0] != edited {
			t.Errorf("%s: got %+v, want %+v", name, got, edited)
		}
	}
	if got := list(t, f, other); len(got) != 0 {
		t.Errorf("another pull request: got %+v, want no comments", got)
	}
	if err := f.DeleteComment(t.Context(), number, created.ID); err != nil {
		t.Errorf("delete: %v", err)
	}
	if got := list(t, f, number); len(got) != 0 || len(s.Comments(number)) != 0 {
		t.Errorf("deleted: got %+v and %q, want no comments", got, s.Comments(number))
	}
}

// Another user can copy the marker, and the credentials can write other comments.
func checkStrangers(t *testing.T, s FeedbackServer) {
	number := s.OpenPull()
	f := s.Feedback(t)
	s.Comment(number, "copied "+marker)
	first := create(t, f, number, "first "+marker)
	create(t, f, number, "without the marker")
	s.Comment(number, "copied again "+marker)
	second := create(t, f, number, "second "+marker)
	if got := list(t, f, number); !slices.Equal(got, []forge.Comment{first, second}) {
		t.Errorf("got %+v, want the two own comments, oldest first", got)
	}
}

func checkPages(t *testing.T, s FeedbackServer) {
	number := s.OpenPull()
	f := s.Feedback(t)
	s.PageLimit(10)
	var want []forge.Comment
	for i := range 35 {
		if i%17 == 0 {
			want = append(want, create(t, f, number, fmt.Sprint(i, marker)))
			continue
		}
		s.Comment(number, fmt.Sprint(i))
	}
	if got := list(t, f, number); !slices.Equal(got, want) {
		t.Errorf("got %d comments, want %d of all pages", len(got), len(want))
	}
}

func checkBodies(t *testing.T, s FeedbackServer) {
	number := s.OpenPull()
	f := s.Feedback(t)
	for name, body := range map[string]string{
		"Markdown and HTML":  "`a` **b** <script>alert(1)</script> <!-- x --> &amp; @octocat #1 [x](javascript:alert(1))",
		"lines":              "one\n\ntwo\r\n\tthree\n  ",
		"JSON":               `{"body": "\u0000 \" \\ </x>"}`,
		"other scripts":      "שלום \u202e 日本 👩‍💻 e\u0301",
		"a large body":       strings.Repeat("é<", 25_000),
		"an escape of a URL": "%2F%00%",
	} {
		created := create(t, f, number, marker+body)
		edited, err := f.EditComment(t.Context(), number, created.ID, body+marker)
		if err != nil || edited.Body != body+marker {
			t.Errorf("%s, edited: got %d bytes, %v, want %d", name, len(edited.Body), err, len(body+marker))
		}
		if all := s.Comments(number); all[len(all)-1] != body+marker {
			t.Errorf("%s: the forge has another body", name)
		}
	}
}

func checkDeleted(t *testing.T, s FeedbackServer) {
	number := s.OpenPull()
	f := s.Feedback(t)
	c := create(t, f, number, marker)
	if err := f.DeleteComment(t.Context(), number, c.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := f.EditComment(t.Context(), number, c.ID, marker); !errors.Is(err, generator.ErrNotFound) {
		t.Errorf("edit: got %v, want %v", err, generator.ErrNotFound)
	}
	if err := f.DeleteComment(t.Context(), number, c.ID); !errors.Is(err, generator.ErrNotFound) {
		t.Errorf("delete: got %v, want %v", err, generator.ErrNotFound)
	}
}

func checkMissingPull(t *testing.T, s FeedbackServer) {
	number := s.OpenPull() + 1
	f := s.Feedback(t)
	for name, request := range map[string]func() error{
		"comments": func() error { _, err := f.Comments(t.Context(), number, marker); return err },
		"comment":  func() error { _, err := f.CreateComment(t.Context(), number, marker); return err },
		"update":   func() error { _, err := f.UpdatedAt(t.Context(), number); return err },
		"status": func() error {
			return f.SetStatus(t.Context(), missingCommit, forge.CommitStatus{Name: "preview", State: forge.StatusPending})
		},
	} {
		if err := request(); !errors.Is(err, generator.ErrNotFound) {
			t.Errorf("%s: got %v, want %v", name, err, generator.ErrNotFound)
		}
	}
}

const missingCommit = "00000000000000000000000000000000000000ff"

// forge.Activity needs the time of a comment to be that of the update that it causes.
func checkActivity(t *testing.T, s FeedbackServer) {
	number := s.OpenPull()
	f := s.Feedback(t)
	updated := func() time.Time {
		t.Helper()
		at, err := f.UpdatedAt(t.Context(), number)
		if err != nil || at.IsZero() {
			t.Fatalf("got %s, %v, want a time", at, err)
		}
		return at
	}
	before := updated()
	c := create(t, f, number, marker)
	if got := updated(); !got.After(before) || got.Sub(c.UpdatedAt).Abs() > 2*time.Second {
		t.Errorf("got %s after a comment at %s, want the time of the comment", got, c.UpdatedAt)
	}
	s.Comment(number, "hello")
	if got := updated(); !got.After(c.UpdatedAt.Add(2 * time.Second)) {
		t.Errorf("got %s, want the time of the comment of another user", got)
	}
}
