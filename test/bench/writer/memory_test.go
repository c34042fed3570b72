package writer_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/previewset/previewset/test/bench/gitserver"
	"github.com/previewset/previewset/test/bench/measure"
	"github.com/previewset/previewset/test/bench/writer"
)

// childEnv is the environment variable that makes the test binary a child process, which
// only does the work. Its value is the side, a space, and the URL of the server. The child
// prints its peak memory, or the peak memory of the largest git process, in bytes.
const childEnv = "PREVIEWSET_BENCH_WRITER"

func TestMain(m *testing.M) {
	name, url, isChild := strings.Cut(os.Getenv(childEnv), " ")
	if !isChild {
		os.Exit(m.Run())
	}
	memory, err := runChild(name, url)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(memory)
}

func runChild(name, url string) (int64, error) {
	if name == "git" {
		dir, err := os.MkdirTemp("", "writer")
		if err != nil {
			return 0, err
		}
		defer os.RemoveAll(dir)
		g := &git{url: url, dir: dir + "/clone.git"}
		err = g.push(goalEdit())
		return g.memory, err
	}
	o, err := writer.OpenOurs(url)
	if err == nil {
		err = o.Push(context.Background(), goalEdit())
	}
	if err != nil {
		return 0, err
	}
	return peakMemory()
}

// peakMemory returns the peak resident memory of this process in bytes, from
// /proc/self/status (proc(5)).
func peakMemory() (int64, error) {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kb << 10, err
		}
	}
	return 0, errors.New("/proc/self/status has no VmHWM")
}

// BenchmarkWriterMemory measures the peak resident memory of a process that does the work
// once, cold. For the git command it is the peak of the largest process. Linux includes
// the memory of the process that started it, about 10 MB.
func BenchmarkWriterMemory(b *testing.B) {
	store := gitserver.NewStore(b)
	shape := gitserver.Shape{Entries: 1000, Files: 50000, Commits: 200}
	var memory measure.Pair
	for b.Loop() {
		memory.Round(
			measure.Side{Name: ours, Run: func() float64 { return inChild(b, store, shape, "previewset") }},
			measure.Side{Name: gitCommand, Run: func() float64 { return inChild(b, store, shape, "git") }},
		)
	}
	memory.Versus(b, measure.Row{Goal: goal, Work: "peak memory", Unit: "MB"}, ours,
		map[string]measure.Bound{gitCommand: {Kind: measure.AtMost, At: 25}})
}

// inChild does the work in a child process and returns its peak memory in MB.
func inChild(b *testing.B, store *gitserver.Store, shape gitserver.Shape, name string) float64 {
	b.Helper()
	r := store.Repo(b, shape)
	before := r.Tip(b, gitserver.Branch)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+name+" "+gitserver.Serve(b, r, 0).URL)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		b.Fatalf("%s: %v", name, err)
	}
	if r.Tip(b, gitserver.Branch) == before {
		b.Fatalf("%s did not push", name)
	}
	bytes, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return float64(bytes) / 1e6
}
