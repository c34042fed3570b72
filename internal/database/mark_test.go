package database_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/database"
	kubetest "github.com/previewset/previewset/test/fake/kube"
	"github.com/previewset/previewset/test/vary"
)

// fullMark returns a mark in which each field is set.
func fullMark() database.Mark {
	m := mark("pr-42")
	m.RepositoryID, m.OrphanedAt, m.DroppingAt = "7", now().Truncate(time.Second), now().Truncate(time.Second).Add(time.Hour)
	return m
}

func TestMarkHasEachFieldAfterItWasParsed(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for path, m := range vary.Fields(fullMark()) {
		got, ok := database.ParseMark(m.String())
		if !ok || got.Set != m.Set || got.ID != m.ID || got.Source != m.Source || got.RepositoryID != m.RepositoryID || !got.OrphanedAt.Equal(m.OrphanedAt) || !got.DroppingAt.Equal(m.DroppingAt) {
			t.Errorf("%s: got %+v, %t, want %+v", path, got, ok, m)
		}
		if other, same := seen[m.String()]; same {
			t.Errorf("%s: got the text of %s: %s", path, other, m)
		}
		seen[m.String()] = path
	}
}

// The owner is the preview. The times are not part of it.
func TestOwnerOfMarkIsThePreview(t *testing.T) {
	t.Parallel()
	base, fields := fullMark(), 0
	for path, other := range vary.Fields(base) {
		fields++
		want := path == "OrphanedAt" || path == "DroppingAt" || path == "Source" // the ID of the repository decides
		if base.SameOwner(other) != want || other.SameOwner(base) != want {
			t.Errorf("%s: got the same owner: %t, want %t", path, !want, want)
		}
	}
	if fields != 6 {
		t.Errorf("got %d fields, want 6: decide whether a new field is part of the owner", fields)
	}
}

func TestRepositoryOfMarkIsItsIDOrItsSource(t *testing.T) {
	t.Parallel()
	const shop, renamed = "github.com/acme/shop", "github.com/acme/store"
	of := func(source, id string) database.Mark {
		return database.Mark{Set: "shop", ID: "pr-42", Source: source, RepositoryID: id}
	}
	for name, tt := range map[string]struct {
		mark, other database.Mark
		want        bool
	}{
		"neither has an id":                 {of(shop, ""), of(shop, ""), true},
		"neither has an id, other name":     {of(shop, ""), of(renamed, ""), false},
		"one has an id":                     {of(shop, ""), of(shop, "7"), true},
		"one has an id, other name":         {of(shop, ""), of(renamed, "7"), false},
		"same id":                           {of(shop, "7"), of(shop, "7"), true},
		"same id after a rename":            {of(shop, "7"), of(renamed, "7"), true},
		"another repository of this name":   {of(shop, "7"), of(shop, "8"), false},
		"another repository":                {of(shop, "7"), of(renamed, "8"), false},
		"same id on another forge":          {of(shop, "7"), of("gitea.acme.dev/acme/store", "7"), false},
		"same id and name, another forge":   {of(shop, "7"), of("gitea.acme.dev/acme/shop", "7"), false},
		"same id on another port of a host": {of("gitea.acme.dev/a/b", "7"), of("gitea.acme.dev:3000/a/b", "7"), false},
	} {
		if tt.mark.SameOwner(tt.other) != tt.want || tt.other.SameOwner(tt.mark) != tt.want {
			t.Errorf("%s: got the same owner: %t, want %t", name, !tt.want, tt.want)
		}
	}
}

// An older version drops the ID when it writes the mark. It ignores the field.
func TestMarkOfOlderVersionsHasNoID(t *testing.T) {
	t.Parallel()
	const text = `previewset {"set":"shop","id":"pr-42","source":"github.com/acme/shop"}`
	if got := mark("pr-42").String(); got != text {
		t.Errorf("got %s, want the text of older versions: %s", got, text)
	}
	if m, ok := database.ParseMark(text); !ok || m != mark("pr-42") {
		t.Errorf("got %+v, %t, want the mark", m, ok)
	}
}

func TestForeignNamesTheRepository(t *testing.T) {
	t.Parallel()
	for want, found := range map[string]database.Mark{
		"pr-42 of set shop (github.com/acme/shop):":               mark("pr-42"),
		"pr-42 of set shop (github.com/acme/shop with the id 7):": fullMark(),
	} {
		if err := database.Foreign("x", found, true); !errors.Is(err, database.ErrForeign) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestParseMarkRefusesOtherComments(t *testing.T) {
	t.Parallel()
	valid := mark("pr-42").String()
	const prefix = "previewset "
	for name, comment := range map[string]string{
		"empty":                  "",
		"prefix alone":           prefix,
		"no prefix":              strings.TrimPrefix(valid, prefix),
		"prefix in another case": "Previewset " + strings.TrimPrefix(valid, prefix),
		"prefix without a space": strings.Replace(valid, " ", "", 1),
		"text before the prefix": "x " + valid,
		"text after the mark":    valid + " x",
		"two marks":              valid + valid,
		"not JSON":               prefix + "pr-42 of shop",
		"a list":                 prefix + "[]",
		"null":                   prefix + "null",
		"no set":                 prefix + `{"id":"pr-42","source":"s"}`,
		"empty set":              prefix + `{"set":"","id":"pr-42","source":"s"}`,
		"no id":                  prefix + `{"set":"shop","source":"s"}`,
		"empty id":               prefix + `{"set":"shop","id":"","source":"s"}`,
		"a number as id":         prefix + `{"set":"shop","id":42,"source":"s"}`,
		"a time that is no time": prefix + `{"set":"shop","id":"pr-42","orphanedAt":"yesterday"}`,
		"half of the mark":       valid[:len(valid)/2],
	} {
		if m, ok := database.ParseMark(comment); ok {
			t.Errorf("%s: got %+v, want no mark", name, m)
		}
	}
	if m, ok := database.ParseMark(valid); !ok || m != mark("pr-42") {
		t.Errorf("got %+v, %t, want the mark", m, ok)
	}
}

// A mark that is accepted for a new object is read, also with both times.
func TestNewMarkIsRead(t *testing.T) {
	t.Parallel()
	const bound = 1 << 10
	for name, test := range map[string]struct {
		fill  string
		extra int // bytes above the bound
		want  bool
	}{
		"at the bound":         {"x", 0, true},
		"escapes at the bound": {"&", 0, true}, // six bytes each
		"one byte more":        {"x", 1, false},
		"twice as long":        {"x", bound, false},
	} {
		m := mark("pr-42")
		size := bound + test.extra - len(m.String())
		escaped := len(database.Mark{Source: test.fill}.String()) - len(database.Mark{}.String())
		m.Source += strings.Repeat(test.fill, size/escaped) + strings.Repeat("x", size%escaped)
		if len(m.String()) != bound+test.extra {
			t.Fatalf("%s: got %d bytes", name, len(m.String()))
		}
		if err := m.CheckNew(); (err == nil) != test.want {
			t.Errorf("%s: got %v, want accepted: %t", name, err, test.want)
		}
		m.OrphanedAt, m.DroppingAt = now(), now()
		if got, ok := database.ParseMark(m.String()); test.want && (!ok || !got.SameOwner(m)) {
			t.Errorf("%s: the mark can't be read after a sweep", name)
		}
	}
	m := mark("pr-42")
	m.Source += strings.Repeat("x", 2<<10)
	if _, ok := database.ParseMark(m.String()); ok {
		t.Error("a mark of more than 2 KiB was read")
	}
}

// A sweep drops an object only if its mark still has the time that the sweep read.
func TestStillComparesTimes(t *testing.T) {
	t.Parallel()
	at := func(seconds int) database.Mark {
		m := mark("pr-42")
		if seconds > 0 {
			m.OrphanedAt = now().Add(time.Duration(seconds) * time.Second)
		}
		return m
	}
	dropping := func(m database.Mark, seconds int) database.Mark {
		m.DroppingAt = now().Add(time.Duration(seconds) * time.Second)
		return m
	}
	zone := at(1)
	zone.OrphanedAt = zone.OrphanedAt.In(time.FixedZone("", 3600))
	for name, test := range map[string]struct {
		owner, found database.Mark
		want         error
	}{
		"no orphan":             {at(0), at(0), nil},
		"owner asks for a drop": {at(0), at(1), nil},
		"same time":             {at(1), at(1), nil},
		"another zone":          {at(1), zone, nil},
		"has a preview again":   {at(1), at(0), database.ErrChanged},
		"orphaned later":        {at(1), at(2), database.ErrChanged},
		"orphaned earlier":      {at(2), at(1), database.ErrChanged},
		"a drop has begun":      {at(1), dropping(at(1), 2), nil},
		"same drop":             {dropping(at(0), 2), dropping(at(0), 2), nil},
		"another attempt":       {dropping(at(1), 2), dropping(at(0), 3), nil},
		"created again":         {dropping(at(0), 2), at(0), database.ErrChanged},
		"created and orphaned":  {dropping(at(1), 2), at(3), database.ErrChanged},
	} {
		if err := test.owner.CheckUnchanged(test.found); !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, want %v", name, err, test.want)
		}
	}
}

// Each label and the type of a Secret alone make it another preview's.
func TestSecretOfAnotherOwnerIsForeign(t *testing.T) {
	t.Parallel()
	own := map[string]string{"app.kubernetes.io/managed-by": "previewset", "previewset.dev/set": "shop", "previewset.dev/id": "pr-42"}
	type test struct {
		name   string
		labels map[string]string
	}
	tests := []test{{"no labels", nil}}
	for label, value := range own {
		for name, other := range map[string]string{"another value": value + "x", "empty value": "", "upper case": strings.ToUpper(value), "shorter": value[1:]} {
			labels := map[string]string{}
			for l, v := range own {
				labels[l] = v
			}
			labels[label] = other
			tests = append(tests, test{label + ": " + name, labels})
		}
		labels := map[string]string{}
		for l, v := range own {
			if l != label {
				labels[l] = v
			}
		}
		tests = append(tests, test{"without " + label, labels})
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, api := newServer(), kubetest.Start(t, namespace)
			api.Put(namespace, "preview-database", test.labels, map[string]string{"password": "theirs"})
			_, wrote, err := database.Create(t.Context(), s, connect(t, api), creation("shop_pr_42"))
			_, data := api.Secret(t, namespace, "preview-database")
			if !errors.Is(err, database.ErrForeign) || wrote || s.creates != 0 || data["password"] != "theirs" {
				t.Errorf("got %v, wrote %t, %d creates, data %v; want %v and no change", err, wrote, s.creates, data, database.ErrForeign)
			}
		})
	}
	t.Run("own", func(t *testing.T) {
		t.Parallel()
		s, api := newServer(), kubetest.Start(t, namespace)
		api.Put(namespace, "preview-database", own, nil)
		if !create(t, s, api) {
			t.Error("the Secret was not completed")
		}
	})
	t.Run("another type", func(t *testing.T) {
		t.Parallel()
		s, api := newServer(), kubetest.Start(t, namespace)
		api.Hook(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				_, _ = w.Write([]byte(`{"kind":"Secret","type":"kubernetes.io/basic-auth","metadata":{"name":"preview-database","namespace":"` + namespace +
					`","labels":{"app.kubernetes.io/managed-by":"previewset","previewset.dev/set":"shop","previewset.dev/id":"pr-42"}}}`))
			}
		})
		if _, _, err := database.Create(t.Context(), s, connect(t, api), creation("shop_pr_42")); !errors.Is(err, database.ErrForeign) || s.creates != 0 {
			t.Errorf("got %v and %d creates, want %v", err, s.creates, database.ErrForeign)
		}
	})
}

// Create begins again after a conflict, three times in all.
func TestCreateEndsAfterThreeConflicts(t *testing.T) {
	t.Parallel()
	for conflicts, want := range map[int]bool{0: true, 2: true, 3: false, 9: false} {
		s, api := newServer(), kubetest.Start(t, namespace)
		left := conflicts
		api.Hook(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost && left > 0 {
				left--
				kubetest.Refuse(w, http.StatusConflict, "AlreadyExists", "it exists")
			}
		})
		_, wrote, err := database.Create(t.Context(), s, connect(t, api), creation("shop_pr_42"))
		if (err == nil) != want || wrote != want && err == nil || s.creates != min(conflicts+1, 3) {
			t.Errorf("%d conflicts: got %v after %d attempts, want success: %t", conflicts, err, s.creates, want)
		}
	}
}

// An error of the server leaves the Secret as it is.
func TestFailedServerWritesNoSecret(t *testing.T) {
	t.Parallel()
	s, api := newServer(), kubetest.Start(t, namespace)
	s.fail["Create"] = context.DeadlineExceeded
	_, wrote, err := database.Create(t.Context(), s, connect(t, api), creation("shop_pr_42"))
	if object, _ := api.Secret(t, namespace, "preview-database"); !errors.Is(err, context.DeadlineExceeded) || wrote || object != nil {
		t.Errorf("got %v, wrote %t, %v; want the server's error and no Secret", err, wrote, object)
	}
}
