package main

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/internal/kube"
	kubetest "github.com/previewset/previewset/test/fake/kube"
)

// errRecorded ends a command whose request was recorded.
var errRecorded = errors.New("recorded")

// recordingServer is a server that records requests and executes none.
type recordingServer struct {
	database.Server
	request database.Request
	name    string
	mark    database.Mark
	// patience of the last drop.
	patience time.Duration
}

func (a *recordingServer) Create(_ context.Context, r database.Request) (database.Access, error) {
	a.request = r
	return database.Access{}, errRecorded
}

func (a *recordingServer) Drop(_ context.Context, name string, owner database.Mark, patience time.Duration) (bool, error) {
	a.name, a.mark, a.patience = name, owner, patience
	return false, errRecorded
}

// createArguments has two values for each flag of db create.
var createArguments = map[string][2]string{
	"name":              {"shop_pr_1", "shop_pr_2"},
	"set":               {"shop", "cart"},
	"id":                {"pr-1", "pr-2"},
	"source":            {"github.com/acme/shop", "github.com/acme/cart"},
	"repository-id":     {"7", "8"},
	"strategy":          {"schema", "snapshot"},
	"namespace":         {"shop-pr-1", "shop-pr-2"},
	"secret":            {"one", "two"},
	"database":          {"previews", "others"},
	"template":          {"golden", "silver"},
	"open":              {"postgres", "postgres,shop"},
	"connection-limit":  {"7", "8"},
	"previews":          {"12", "13"},
	"statement-timeout": {"30s", "45s"},
	"wait":              {"1m", "2m"},
}

// otherFlags are flags that are not part of the request.
var otherFlags = []string{"engine", "admin-url-file", "admin-url-env", "timeout", "kubeconfig", "output", "log-format", "log-level"}

// createRequest returns the request of db create to the server, and its requests for the
// Secret. flag has its other value.
func createRequest(t *testing.T, flag string) (database.Request, []string) {
	t.Helper()
	c := &cobra.Command{Use: "create"}
	f := dbCreateFlags{dbFlags: newDBFlags(newTerminal(new(bytes.Buffer), new(bytes.Buffer)), c)}
	f.withPreview()
	f.addFlags(c)
	args := []string{"--engine=postgres"}
	for name, values := range createArguments {
		args = append(args, "--"+name+"="+values[0])
		if name == flag {
			args = append(args, "--"+name+"="+values[1])
		}
	}
	if err := c.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	c.Flags().VisitAll(func(known *pflag.Flag) {
		if _, judged := createArguments[known.Name]; !judged && !slices.Contains(otherFlags, known.Name) {
			t.Errorf("the flag --%s is not in this test", known.Name)
		}
	})
	api := kubetest.Start(t, "shop-pr-1", "shop-pr-2")
	cluster, err := kube.Connect(api.Kubeconfig(t))
	if err != nil {
		t.Fatal(err)
	}
	client, err := kube.New(cluster, 0)
	if err != nil {
		t.Fatal(err)
	}
	server := &recordingServer{}
	if err := f.create(t.Context(), server, client); !errors.Is(err, errRecorded) {
		t.Fatal(err)
	}
	server.request.Password, server.request.Progress = "", nil
	return server.request, api.Calls()
}

// TestEveryFlagOfDBCreateHasAnEffect changes each flag. The request, or the Secret that is
// read, must change too, and each field of the request must come from a flag.
func TestEveryFlagOfDBCreateHasAnEffect(t *testing.T) {
	plain, calls := createRequest(t, "")
	changed := map[string]bool{"Password": true, "Progress": true} // are no flags
	for flag := range createArguments {
		got, gotCalls := createRequest(t, flag)
		if reflect.DeepEqual(got, plain) && slices.Equal(gotCalls, calls) {
			t.Errorf("--%s has no effect", flag)
		}
		for i := range reflect.TypeOf(got).NumField() {
			if !reflect.DeepEqual(reflect.ValueOf(got).Field(i).Interface(), reflect.ValueOf(plain).Field(i).Interface()) {
				changed[reflect.TypeOf(got).Field(i).Name] = true
			}
		}
	}
	for f := range reflect.TypeFor[database.Request]().Fields() {
		if !changed[f.Name] {
			t.Errorf("no flag gives %s", f.Name)
		}
	}
}

// TestDBCreateRequest checks the value of each field.
func TestDBCreateRequest(t *testing.T) {
	got, calls := createRequest(t, "open")
	want := database.Request{
		Name: "shop_pr_1", Mark: database.Mark{Set: "shop", ID: "pr-1", Source: "github.com/acme/shop", RepositoryID: "7"}, Strategy: database.StrategySchema,
		Database: "previews", Template: "golden", ConnectionLimit: 7, Previews: 12, StatementTimeout: 30 * time.Second, Open: []string{"postgres", "shop"}, Wait: time.Minute,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if len(calls) == 0 || !strings.HasSuffix(calls[0], "/namespaces/shop-pr-1/secrets/one") {
		t.Errorf("got the calls %q", calls)
	}
}

// TestDBDropRequest checks the name, the mark and the patience of the drop.
func TestDBDropRequest(t *testing.T) {
	c := &cobra.Command{Use: "drop"}
	f := newDBFlags(newTerminal(new(bytes.Buffer), new(bytes.Buffer)), c)
	f.withPreview()
	if err := c.ParseFlags([]string{"--engine=postgres", "--name=shop_pr_1", "--set=shop", "--id=pr-1", "--source=github.com/acme/shop", "--repository-id=7"}); err != nil {
		t.Fatal(err)
	}
	server := &recordingServer{}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := f.drop(ctx, server); !errors.Is(err, errRecorded) {
		t.Fatal(err)
	}
	if server.patience <= 0 || server.patience > 50*time.Second {
		t.Errorf("got the patience %s, want 10 seconds less than the timeout", server.patience)
	}
	if want := (database.Mark{Set: "shop", ID: "pr-1", Source: "github.com/acme/shop", RepositoryID: "7"}); server.name != "shop_pr_1" || server.mark != want {
		t.Errorf("got %s of %+v, want shop_pr_1 of %+v", server.name, server.mark, want)
	}
}
