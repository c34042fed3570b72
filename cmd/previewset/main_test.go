package main

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"

	"github.com/previewset/previewset/test/fake/suite"
)

// runEnv makes the process of a test behave as previewset itself. Tests need such a
// process for state that a process has once: environment variables, which net/http
// reads for proxies, and signals.
const runEnv = "PREVIEWSET_TEST_RUN"

// previewsetCommand returns a command that runs previewset in a process of its own,
// with these environment variables in addition.
func previewsetCommand(args []string, env ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(append(os.Environ(), runEnv+"=1"), env...)
	return cmd
}

// parallelTests is the number of tests for each processor that run at the same time:
// most tests wait for polls and for Git processes.
const parallelTests = 4

func TestMain(m *testing.M) {
	if os.Getenv(runEnv) != "" {
		main()
	}
	home := isolateEnvironment()
	suite.Parallel(parallelTests)
	status := m.Run()
	_ = os.RemoveAll(home)
	os.Exit(status)
}

// isolateEnvironment makes tests independent of the environment of a developer, and returns
// the temporary home directory of the tests.
func isolateEnvironment() (home string) {
	if signal.Ignored(syscall.SIGHUP) { // under nohup: without a handler, started programs ignore it, too
		signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	}
	home, err := os.MkdirTemp("", "previewset-test-home-")
	if err != nil {
		panic(err)
	}
	for _, name := range []string{
		"PREVIEWSET_CONFIG", "PREVIEWSET_DB_URL", tokenEnv, "KUBECONFIG", "KUBERNETES_SERVICE_HOST", "XDG_CONFIG_HOME", "NETRC", "SSH_AUTH_SOCK",
		"GH_TOKEN", "GITHUB_TOKEN", "GITHUB_SERVER_URL", "GITHUB_API_URL", "GITEA_TOKEN", "GITEA_SERVER_URL", "GIT_CONFIG_GLOBAL",
	} {
		if err := os.Unsetenv(name); err != nil {
			panic(err)
		}
	}
	for name, value := range map[string]string{"HOME": home, "GIT_CONFIG_NOSYSTEM": "1"} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	return home
}
