package stack

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"

	"code.gitea.io/sdk/gitea"

	"github.com/previewset/previewset/test/e2e/parts"
)

// Gitea is a forge with an administrator.
type Gitea struct {
	// URL is the public URL of the forge, through Proxy, without a trailing slash.
	URL string
	// Direct is the URL without the proxy. Tests use it while the proxy injects faults.
	Direct string
	Proxy  *Proxy
	// User and Password are the credentials of the administrator, for a browser and Git.
	User, Password string
	// Token is the API token of the administrator.
	Token string
	// API is the API client of the administrator.
	API *gitea.Client

	processes *Processes
	command   Command
	process   *Process
}

// giteaConfig is the configuration of a forge on loopback. Gitea refuses to run as root
// unless the configuration permits it. Links in responses and webhooks always begin with
// ROOT_URL, also after requests that bypass the proxy.
const giteaConfig = `APP_NAME = previewset
RUN_MODE = prod
I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true
WORK_PATH = {{.Dir}}
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = {{.Port}}
ROOT_URL = {{.URL}}/
PUBLIC_URL_DETECTION = never
STATIC_ROOT_PATH = {{.Static}}
APP_DATA_PATH = {{.Dir}}/data
DISABLE_SSH = true
OFFLINE_MODE = true
[database]
DB_TYPE = sqlite3
PATH = {{.Dir}}/gitea.db
[repository]
ROOT = {{.Dir}}/repositories
DEFAULT_BRANCH = main
[security]
INSTALL_LOCK = true
PASSWORD_HASH_ALGO = argon2$2$8192$1$16
[service]
DISABLE_REGISTRATION = true
[webhook]
ALLOWED_HOST_LIST = loopback
[actions]
ENABLED = false
[indexer]
ISSUE_INDEXER_TYPE = db
[log]
MODE = console
LEVEL = Warn
[mailer]
ENABLED = false
[cron]
ENABLED = false
[picture]
DISABLE_GRAVATAR = true
`

// StartGitea starts a forge behind a proxy and waits until it is ready. The caller must
// close the Proxy of the result, also if StartGitea returns an error.
func StartGitea(ctx context.Context, p *Processes, b *parts.Built) (*Gitea, error) {
	ports, err := freePorts(1)
	if err != nil {
		return nil, err
	}
	g := &Gitea{
		Direct: fmt.Sprintf("http://127.0.0.1:%d", ports[0]), User: "acme-admin", Password: "acme-admin", processes: p,
	}
	if g.Proxy, err = startProxy(g.Direct); err != nil {
		return nil, err
	}
	g.URL = g.Proxy.URL
	dir := filepath.Join(p.Dir, "gitea")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return g, err
	}
	config := filepath.Join(dir, "app.ini")
	if err := writeTemplate(config, giteaConfig, map[string]any{
		"Dir": dir, "Port": ports[0], "URL": g.URL, "Static": b.Source(parts.Gitea),
	}); err != nil {
		return g, err
	}
	if err := g.populate(ctx, b.Binary(parts.Gitea), config); err != nil {
		return g, err
	}
	g.command = Command{Name: "gitea", Path: b.Binary(parts.Gitea), Args: []string{"web", "--config", config}, Env: homeIn(dir)}
	if err := g.Start(ctx); err != nil {
		return g, err
	}
	g.API, err = gitea.NewClient(g.Direct, gitea.SetToken(g.Token))
	return g, err
}

// Start starts the forge, also again after Kill, and waits until it is ready.
func (g *Gitea) Start(ctx context.Context) (err error) {
	if g.process, err = g.processes.Start(g.command); err != nil {
		return err
	}
	return g.process.Await(ctx, OK(g.Direct+"/api/healthz"))
}

// Kill kills the forge. Its proxy keeps running.
func (g *Gitea) Kill() error { return g.process.Kill() }

// populate creates the database, the administrator and its token.
func (g *Gitea) populate(ctx context.Context, binary, config string) error {
	for _, args := range [][]string{
		{"migrate"},
		{"admin", "user", "create", "--admin", "--username", g.User, "--password", g.Password, "--email", "admin@acme.example", "--must-change-password=false"},
		{"admin", "user", "generate-access-token", "--username", g.User, "--scopes", "all", "--raw"},
	} {
		cmd := exec.CommandContext(ctx, binary, append(args, "--config", config)...)
		cmd.Env = append(os.Environ(), homeIn(filepath.Dir(config))...)
		out, err := cmd.CombinedOutput()
		if err != nil {
			return fmt.Errorf("gitea %s: %w\n%s", strings.Join(args[:1], " "), err, out)
		}
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		g.Token = lines[len(lines)-1] // the last command prints the token
	}
	return nil
}

// homeIn returns variables that isolate a program from the user's files and Git settings.
func homeIn(dir string) []string {
	return []string{"HOME=" + dir, "XDG_CONFIG_HOME=" + filepath.Join(dir, ".config"), "GIT_CONFIG_NOSYSTEM=1"}
}

func writeTemplate(file, text string, data any) error {
	parsed, err := template.New(filepath.Base(file)).Parse(text)
	if err != nil {
		return err
	}
	var out strings.Builder
	if err := parsed.Execute(&out, data); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(out.String()), 0o600)
}
