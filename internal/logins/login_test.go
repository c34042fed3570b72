package logins_test

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/logins"
)

// isolate removes the logins of a developer from the environment, and returns an empty home
// directory.
func isolate(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	for _, name := range []string{"GH_TOKEN", "GITHUB_TOKEN", "GITHUB_SERVER_URL", "GITEA_TOKEN", "GITEA_SERVER_URL", "NETRC", "XDG_CONFIG_HOME"} {
		t.Setenv(name, "")
	}
	t.Setenv("HOME", home)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	t.Setenv("GIT_CONFIG_GLOBAL", filepath.Join(home, ".gitconfig"))
	return home
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o700); err != nil {
		t.Fatal(err)
	}
}

// find returns the login for a repository as place, user name and password.
func find(t *testing.T, repository string) (got string, problems []string) {
	t.Helper()
	u, err := url.Parse(repository)
	if err != nil {
		t.Fatal(err)
	}
	login, problems := logins.Find(t.Context(), u)
	if login == nil {
		return "", problems
	}
	user, password, err := login.HTTP(t.Context(), "")
	token, tokenErr := login.Token()
	if err != nil || tokenErr != nil || token != password {
		t.Errorf("got token %q and errors %v, %v, want the password", token, err, tokenErr)
	}
	if text := fmt.Sprintf("%v %+v %s", login, login, login); strings.Contains(text, password) {
		t.Errorf("the formatted login %q contains the password", text)
	}
	return fmt.Sprintf("%s %s:%s", login.From, user, password), problems
}

func TestVariablesBelongToOneServer(t *testing.T) {
	for name, c := range map[string]struct {
		env           []string
		url           string
		want, problem string
	}{
		"github.com":              {[]string{"GITHUB_TOKEN=a"}, "https://github.com/acme/shop", "GITHUB_TOKEN git:a", ""},
		"default port":            {[]string{"GITHUB_TOKEN=a"}, "https://GitHub.com:443/acme/shop", "GITHUB_TOKEN git:a", ""},
		"precedence":              {[]string{"GITHUB_TOKEN=a", "GH_TOKEN=b"}, "https://github.com/acme/shop", "GH_TOKEN git:b", ""},
		"white space":             {[]string{"GITHUB_TOKEN= a\n", "GH_TOKEN= "}, "https://github.com/acme/shop", "GITHUB_TOKEN git:a", ""},
		"without TLS":             {[]string{"GITHUB_TOKEN=a"}, "http://github.com/acme/shop", "", ""},
		"another port":            {[]string{"GITHUB_TOKEN=a"}, "https://github.com:8443/acme/shop", "", ""},
		"another host":            {[]string{"GITHUB_TOKEN=a", "GH_TOKEN=b"}, "https://github.com.evil.example/acme/shop", "", ""},
		"subdomain":               {[]string{"GITHUB_TOKEN=a"}, "https://gist.github.com/acme/shop", "", ""},
		"Actions":                 {[]string{"GITHUB_TOKEN=a", "GITHUB_SERVER_URL=https://ghe.acme.dev"}, "https://ghe.acme.dev/acme/shop", "GITHUB_TOKEN git:a", ""},
		"Actions, github.com":     {[]string{"GITHUB_TOKEN=a", "GITHUB_SERVER_URL=https://ghe.acme.dev"}, "https://github.com/acme/shop", "", ""},
		"Actions, GH_TOKEN":       {[]string{"GH_TOKEN=a", "GITHUB_SERVER_URL=https://ghe.acme.dev"}, "https://ghe.acme.dev/acme/shop", "", ""},
		"invalid server":          {[]string{"GITHUB_TOKEN=a", "GITHUB_SERVER_URL=ghe"}, "https://ghe/acme/shop", "", "GITHUB_SERVER_URL is not the URL"},
		"Gitea":                   {[]string{"GITEA_TOKEN=a", "GITEA_SERVER_URL=https://git.acme.dev/"}, "https://git.acme.dev/acme/shop", "GITEA_TOKEN git:a", ""},
		"Gitea without a server":  {[]string{"GITEA_TOKEN=a"}, "https://git.acme.dev/acme/shop", "", "set GITEA_SERVER_URL"},
		"Gitea, another server":   {[]string{"GITEA_TOKEN=a", "GITEA_SERVER_URL=https://git.acme.dev"}, "https://git.evil.example/acme/shop", "", ""},
		"control character":       {[]string{"GITHUB_TOKEN=a"}, "https://github.com/acme%0Ahost=evil.example/shop", "", ""},
		"no variable for anybody": {nil, "https://git.acme.dev/acme/shop", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			isolate(t)
			for _, variable := range c.env {
				key, value, _ := strings.Cut(variable, "=")
				t.Setenv(key, value)
			}
			got, problems := find(t, c.url)
			if got != c.want || (c.problem == "") != (len(problems) == 0) || !strings.Contains(strings.Join(problems, "\n"), c.problem) {
				t.Errorf("got %q and problems %q, want %q and %q", got, problems, c.want, c.problem)
			}
		})
	}
}

func TestNetrc(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"one line":          {"machine git.acme.dev login ada password secret", "ada:secret"},
		"several lines":     {"machine git.acme.dev\n\tlogin ada\n\tpassword secret\n", "ada:secret"},
		"CRLF":              {"machine git.acme.dev\r\nlogin ada\r\npassword secret\r\n", "ada:secret"},
		"first entry":       {"machine git.acme.dev login a password alpha\nmachine git.acme.dev login b password second", "a:alpha"},
		"another case":      {"machine Git.Acme.Dev login ada password secret", "ada:secret"},
		"account":           {"machine git.acme.dev login ada account password password secret", "ada:secret"},
		"keyword as value":  {"machine git.acme.dev login machine password login", "machine:login"},
		"quoted":            {`machine git.acme.dev login ada password "a \"b\\ #c"`, `ada:a "b\ #c`},
		"comment":           {"# machine git.acme.dev login x password y\nmachine git.acme.dev login ada password secret # old", "ada:secret"},
		"macro":             {"macdef init\nmachine git.acme.dev login x password y\n\nmachine git.acme.dev login ada password secret", "ada:secret"},
		"no user name":      {"machine git.acme.dev password secret", ":secret"},
		"no password":       {"machine git.acme.dev login ada", ""},
		"another host":      {"machine acme.dev login ada password secret", ""},
		"default":           {"default login ada password secret", ""},
		"default after":     {"machine acme.dev login a password alpha default login b password second", ""},
		"values only":       {"login ada password secret", ""},
		"incomplete":        {"machine", ""},
		"unfinished quotes": {`machine git.acme.dev login ada password "secret`, "ada:secret"},
		"empty":             {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(isolate(t), ".netrc")
			write(t, file, c.file)
			want := c.want
			if want != "" {
				want = file + " " + want
			}
			if got, problems := find(t, "https://git.acme.dev:8443/acme/shop"); got != want || len(problems) > 0 {
				t.Errorf("got %q and problems %q, want %q", got, problems, want)
			}
		})
	}
}

func TestUnreadableNetrcIsAProblem(t *testing.T) {
	isolate(t)
	t.Setenv("NETRC", t.TempDir())
	if got, problems := find(t, "https://git.acme.dev/acme/shop"); got != "" || len(problems) != 1 || !strings.Contains(problems[0], "netrc") {
		t.Errorf("got %q and problems %q, want a problem of netrc", got, problems)
	}
}

// useHelper makes a shell script the only credential helper.
func useHelper(t *testing.T, home, script string) {
	t.Helper()
	write(t, filepath.Join(home, "helper"), "#!/bin/sh\n[ \"$1\" = get ] || exit 0\n"+script+"\n")
	write(t, filepath.Join(home, ".gitconfig"), "[credential]\n\thelper = "+filepath.Join(home, "helper")+"\n")
}

// The configuration of a repository can name any program.
func TestCredentialHelpersOfRepositoriesAreNotRun(t *testing.T) {
	home := isolate(t)
	write(t, filepath.Join(home, "helper"), "#!/bin/sh\necho username=ada; echo password=secret\n")
	t.Chdir(home)
	for _, args := range [][]string{{"init", "-q"}, {"config", "credential.helper", filepath.Join(home, "helper")}} {
		if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	for _, dir := range []string{"", filepath.Join(home, ".git")} {
		if dir != "" {
			t.Setenv("GIT_DIR", dir)
		}
		if got, _ := find(t, "https://git.acme.dev/acme/shop"); got != "" {
			t.Errorf("GIT_DIR=%s: got %q, want no login", dir, got)
		}
	}
}

func TestCredentialHelpers(t *testing.T) {
	for name, c := range map[string]struct{ script, want string }{
		"login":          {"echo username=ada; echo password=secret", "Git's credential helper ada:secret"},
		"no login":       {"", ""},
		"fails":          {"exit 1", ""},
		"another host":   {"echo host=git.evil.example; echo username=ada; echo password=secret", ""},
		"without TLS":    {"echo protocol=http; echo username=ada; echo password=secret", ""},
		"asks this host": {"grep -qx host=git.acme.dev:8443 && echo username=ada && echo password=secret", "Git's credential helper ada:secret"},
	} {
		t.Run(name, func(t *testing.T) {
			home := isolate(t)
			useHelper(t, home, c.script)
			if got, problems := find(t, "https://git.acme.dev:8443/acme/shop"); got != c.want || len(problems) > 0 {
				t.Errorf("got %q and problems %q, want %q", got, problems, c.want)
			}
		})
	}
}

// Git and its helpers never ask the user: a prompt would block the start.
func TestCredentialHelpersDoNotAsk(t *testing.T) {
	home := isolate(t)
	asked := filepath.Join(home, "asked")
	write(t, filepath.Join(home, "askpass"), "#!/bin/sh\ntouch "+asked+"\necho secret\n")
	write(t, filepath.Join(home, ".gitconfig"), "[core]\n\taskPass = "+filepath.Join(home, "askpass")+"\n")
	for _, name := range []string{"GIT_ASKPASS", "SSH_ASKPASS"} {
		t.Setenv(name, filepath.Join(home, "askpass"))
	}
	if got, _ := find(t, "https://git.acme.dev/acme/shop"); got != "" {
		t.Errorf("got %q, want no login", got)
	}
	if _, err := os.Stat(asked); err == nil {
		t.Error("git asked for a password")
	}
}

func TestPrecedenceOfPlaces(t *testing.T) {
	home := isolate(t)
	useHelper(t, home, "echo username=h; echo password=three")
	expect := func(want string) {
		t.Helper()
		if got, _ := find(t, "https://github.com/acme/shop"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	expect("Git's credential helper h:three")
	netrc := filepath.Join(home, ".netrc")
	write(t, netrc, "machine github.com login n password two")
	expect(netrc + " n:two")
	t.Setenv("GITHUB_TOKEN", "one")
	expect("GITHUB_TOKEN git:one")
}
