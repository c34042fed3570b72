package database_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/internal/kube"
	kubetest "github.com/previewset/previewset/test/fake/kube"
)

const namespace = "shop-pr-42"

func connect(t *testing.T, api *kubetest.Server) *kube.Client {
	t.Helper()
	cluster, err := kube.Connect(api.Kubeconfig(t))
	if err != nil {
		t.Fatal(err)
	}
	client, err := kube.New(cluster, 0)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// creation returns a request for the preview pr-42.
func creation(name string) database.Creation {
	return database.Creation{
		Request:   database.Request{Name: name, Mark: mark("pr-42"), Strategy: database.StrategySchema},
		Namespace: namespace, Secret: "preview-database",
	}
}

func create(t *testing.T, s *server, api *kubetest.Server) (wrote bool) {
	t.Helper()
	_, wrote, err := database.Create(t.Context(), s, connect(t, api), creation("shop_pr_42"))
	if err != nil {
		t.Fatal(err)
	}
	return wrote
}

func TestCreateWritesTheSecret(t *testing.T) {
	s, api := newServer(), kubetest.Start(t, namespace)
	if !create(t, s, api) {
		t.Error("got wrote false, want true")
	}
	object, data := api.Secret(t, namespace, "preview-database")
	password := s.passwords["shop_pr_42x"]
	if !regexp.MustCompile(`^[A-Za-z0-9]{32,64}$`).MatchString(password) {
		t.Errorf("got password %q, want 32 to 64 letters and digits", password)
	}
	want := map[string]string{
		"host": "db.acme.dev", "port": "5432", "database": "previewset", "schema": "shop_pr_42", "user": "shop_pr_42x",
		"password": password, "url": "postgres://shop_pr_42x:" + password + "@db.acme.dev:5432/previewset",
	}
	if !maps.Equal(data, want) {
		t.Errorf("got %v\nwant %v", data, want)
	}
	labels := object["metadata"].(kubetest.Object)["labels"].(kubetest.Object)
	if object["type"] != "Opaque" || len(labels) != 3 || labels["app.kubernetes.io/managed-by"] != "previewset" ||
		labels["previewset.dev/set"] != "shop" || labels["previewset.dev/id"] != "pr-42" {
		t.Errorf("got type %v and labels %v, want Opaque and the preview's labels", object["type"], labels)
	}

	// A second run keeps the password and writes nothing.
	calls := len(api.Calls())
	if create(t, s, api) || s.passwords["shop_pr_42x"] != password {
		t.Error("a second run changed the Secret or the password")
	}
	if again := api.Calls()[calls:]; len(again) != 1 {
		t.Errorf("second run: got requests %q, want one", again)
	}
	// Each preview has another password.
	other, elsewhere := newServer(), kubetest.Start(t, namespace)
	if create(t, other, elsewhere); other.passwords["shop_pr_42x"] == password {
		t.Error("two previews have the same password")
	}
}

func TestCreateRecoversFromAFailedWrite(t *testing.T) {
	s, api := newServer(), kubetest.Start(t, namespace)
	api.Hook(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			kubetest.Refuse(w, http.StatusServiceUnavailable, "ServiceUnavailable", "etcd is unavailable")
		}
	})
	if _, _, err := database.Create(t.Context(), s, connect(t, api), creation("shop_pr_42")); err == nil {
		t.Fatal("got no error from a failed write")
	}
	lost := s.passwords["shop_pr_42x"]
	api.Hook(nil)
	create(t, s, api)
	if _, data := api.Secret(t, namespace, "preview-database"); data["password"] != s.passwords["shop_pr_42x"] || data["password"] == lost {
		t.Error("the Secret does not have the new password of the server")
	}
}

func TestCreateKeepsAValidPassword(t *testing.T) {
	good := strings.Repeat("aB3", 12)
	tests := []struct {
		name  string
		data  map[string]string
		stays bool
	}{
		{"valid password", map[string]string{"user": "shop_pr_42x", "password": good}, true},
		{"another user's", map[string]string{"user": "old", "password": good}, false},
		{"weak password", map[string]string{"user": "shop_pr_42x", "password": "a"}, false},
		{"password with a special character", map[string]string{"user": "shop_pr_42x", "password": good + "'"}, false},
		{"no password", map[string]string{"user": "shop_pr_42x"}, false},
		{"no data", nil, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, api := newServer(), kubetest.Start(t, namespace)
			api.Put(namespace, "preview-database", ours("pr-42"), test.data)
			create(t, s, api)
			object, data := api.Secret(t, namespace, "preview-database")
			checkEqual(t, "password is kept", data["password"] == test.data["password"], test.stays)
			checkEqual(t, "password on the server", s.passwords["shop_pr_42x"], data["password"])
			if labels := object["metadata"].(kubetest.Object)["labels"].(kubetest.Object); labels["theirs"] != "1" {
				t.Errorf("got labels %v, want the added label, too", labels)
			}
		})
	}
}

// ours returns the labels of a preview's Secret, and a label that someone else added.
func ours(id string) map[string]string {
	return map[string]string{"app.kubernetes.io/managed-by": "previewset", "previewset.dev/set": "shop", "previewset.dev/id": id, "theirs": "1"}
}

func TestCreateRefusesForeignSecrets(t *testing.T) {
	tests := []struct {
		name   string
		labels map[string]string
		want   string
	}{
		{"no labels", nil, "was not created by previewset"},
		{"another tool's", map[string]string{"app.kubernetes.io/managed-by": "helm"}, "was not created by previewset"},
		{"another preview's", ours("pr-7"), `belongs to "pr-7" of set "shop"`},
		{"of no preview", map[string]string{"app.kubernetes.io/managed-by": "previewset"}, `belongs to ""`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, api := newServer(), kubetest.Start(t, namespace)
			api.Put(namespace, "preview-database", test.labels, map[string]string{"password": "theirs"})
			_, _, err := database.Create(t.Context(), s, connect(t, api), creation("shop_pr_42"))
			if !errors.Is(err, database.ErrForeign) || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "theirs") ||
				!strings.HasSuffix(err.Error(), ": use another --secret or --namespace") {
				t.Errorf("got %v, want %v with %q and the flags", err, database.ErrForeign, test.want)
			}
			if _, data := api.Secret(t, namespace, "preview-database"); data["password"] != "theirs" || s.creates != 0 {
				t.Errorf("got data %v and %d calls of the server, want no change and no call", data, s.creates)
			}
		})
	}
}

// Another run writes the Secret after this run has read it: finally, the server and the
// Secret must have the same password.
func TestCreateRetriesOnConflict(t *testing.T) {
	s, api := newServer(), kubetest.Start(t, namespace)
	theirs := strings.Repeat("Z9", 20)
	put := func() {
		api.Put(namespace, "preview-database", ours("pr-42"), map[string]string{"user": "shop_pr_42x", "password": theirs})
	}
	s.onCreate = func() { s.onCreate = nil; put() }
	create(t, s, api)
	_, data := api.Secret(t, namespace, "preview-database")
	checkEqual(t, "password in the Secret", data["password"], theirs)
	checkEqual(t, "password on the server", s.passwords["shop_pr_42x"], theirs)

	// The number of attempts is bounded.
	put()
	s.onCreate, s.creates = put, 0
	if _, _, err := database.Create(t.Context(), s, connect(t, api), creation("shop_pr_42")); !errors.Is(err, kube.ErrConflict) || s.creates != 3 {
		t.Errorf("got %v after %d attempts, want %v after 3", err, s.creates, kube.ErrConflict)
	}
}

func TestCreateWritesNoSecretAfterAFailure(t *testing.T) {
	s, api := newServer(), kubetest.Start(t, namespace)
	for failure, remedy := range map[error]string{database.ErrBusy: "", database.ErrDropping: "; try again"} {
		s.fail["Create"] = fmt.Errorf("%w: session 4711", failure)
		if _, _, err := database.Create(t.Context(), s, connect(t, api), creation("shop_pr_42")); !errors.Is(err, failure) || !strings.Contains(err.Error(), "session 4711"+remedy) {
			t.Errorf("got %v, want %v with %q", err, failure, remedy)
		}
		if object, _ := api.Secret(t, namespace, "preview-database"); object != nil {
			t.Errorf("got Secret %v, want none", object)
		}
	}
	s, api = newServer(), kubetest.Start(t)
	if _, _, err := database.Create(t.Context(), s, connect(t, api), creation("shop_pr_42")); !errors.Is(err, kube.ErrNoNamespace) {
		t.Errorf("without the namespace: got %v, want %v", err, kube.ErrNoNamespace)
	}
}
