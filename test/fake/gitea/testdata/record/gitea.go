package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// root is the URL of the server in the recording.
const root = "http://gitea.acme.dev"

const config = `APP_NAME = recorded
I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true
RUN_MODE = prod
WORK_PATH = %[1]s
[server]
PROTOCOL = http
HTTP_ADDR = 127.0.0.1
HTTP_PORT = %[2]s
ROOT_URL = ` + root + `/
LOCAL_ROOT_URL = http://127.0.0.1:%[2]s/
STATIC_ROOT_PATH = %[3]s
DISABLE_SSH = true
SSH_USER = git
OFFLINE_MODE = true
[database]
DB_TYPE = sqlite3
[security]
INSTALL_LOCK = true
[webhook]
ALLOWED_HOST_LIST = loopback
DELIVER_TIMEOUT = 10
[api]
MAX_RESPONSE_ITEMS = 3
DEFAULT_PAGING_NUM = 3
[service]
DISABLE_REGISTRATION = true
[mailer]
ENABLED = false
[log]
LEVEL = Error
[cron]
ENABLED = false
[actions]
ENABLED = false
[indexer]
ISSUE_INDEXER_TYPE = db
`

// gitea is a running server.
type gitea struct {
	binary, ini, address string
	process              *exec.Cmd
	client               *http.Client
	token                string // of the administrator
}

func start(binary, static, dir string) *gitea {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	address := free.Addr().String()
	check(free.Close())
	_, port, err := net.SplitHostPort(address)
	check(err)
	g := &gitea{binary: binary, ini: filepath.Join(dir, "app.ini"), address: address}
	check(os.WriteFile(g.ini, fmt.Appendf(nil, config, dir, port, static), 0o600))
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	g.client = &http.Client{
		Transport:     &http.Transport{DialContext: dial, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	g.admin("migrate")
	g.process = g.command("web")
	check(g.process.Start())
	for range 600 {
		if resp, err := g.client.Get(root + "/api/healthz"); err == nil && resp.StatusCode == http.StatusOK {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	g.user("root", "--admin")
	g.token = g.userToken("root", "all")
	return g
}

func (g *gitea) stop() {
	check(g.process.Process.Signal(syscall.SIGTERM))
	_ = g.process.Wait()
}

func (g *gitea) command(args ...string) *exec.Cmd {
	cmd := exec.Command(g.binary, append([]string{"--config", g.ini}, args...)...)
	cmd.Stderr = os.Stderr
	return cmd
}

func (g *gitea) admin(args ...string) string {
	out, err := g.command(args...).Output()
	if err != nil {
		log.Panicf("gitea %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1] // the lines before it are log lines
}

const password = "not-a-secret-8"

func (g *gitea) user(name string, flags ...string) {
	g.admin(append([]string{"admin", "user", "create", "--username", name, "--password", password,
		"--email", name + "@acme.dev", "--must-change-password=false"}, flags...)...)
}

func (g *gitea) userToken(user, scopes string) string {
	return g.admin("admin", "user", "generate-access-token", "--username", user, "--token-name", scopes, "--scopes", scopes, "--raw")
}

// as sends a request as user and returns the response. It panics if the request fails.
func (g *gitea) as(user, method, path string, body any) (answer map[string]any) {
	data, err := json.Marshal(body)
	check(err)
	request, err := http.NewRequest(method, root+"/api/v1"+path, bytes.NewReader(data))
	check(err)
	request.Header.Set("Authorization", "token "+g.token)
	request.Header.Set("Sudo", user)
	request.Header.Set("Content-Type", "application/json")
	resp, err := g.client.Do(request)
	check(err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	check(err)
	if resp.StatusCode/100 != 2 {
		log.Panicf("%s %s: %s\n%s", method, path, resp.Status, text)
	}
	_ = json.Unmarshal(text, &answer) // fails for a list or an empty body, which no caller uses
	return answer
}
