package gitrepo_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/previewset/previewset/internal/gitrepo"
)

// newBare returns a bare repository with one commit on main, and removes it with cleanup.
func newBare() (dir string, cleanup func(), err error) {
	dir, err = os.MkdirTemp("", "example")
	if err != nil {
		return "", nil, err
	}
	script := "git init -q --bare -b main . && tree=$(git mktree </dev/null) && " +
		"git update-ref refs/heads/main $(git -c user.name=a -c user.email=a@b commit-tree -m Begin $tree)"
	command := exec.Command("sh", "-c", script)
	command.Dir = dir
	return dir, func() { _ = os.RemoveAll(dir) }, command.Run()
}

// A commit replaces a directory, and a push succeeds only if nobody else has moved the
// branch.
func Example() {
	dir, cleanup, err := newBare()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer cleanup()
	ctx := context.Background()
	remote, err := gitrepo.Open(dir, gitrepo.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	tree, err := remote.Fetch(ctx, "main", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	edit := gitrepo.Edit{Dirs: map[string]map[string][]byte{"previews/shop/pr-42": {"kustomization.yaml": []byte("namespace: shop-pr-42\n")}}}
	options := gitrepo.CommitOptions{
		Message: "shop: add pr-42", Author: gitrepo.Signature{Name: "previewset", Email: "previewset@localhost"}, When: time.Now(),
	}
	first, err := tree.Commit(ctx, edit, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	other, err := tree.Commit(ctx, gitrepo.Edit{Dirs: map[string]map[string][]byte{"docs": {"README": []byte("x\n")}}}, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	pushed, err := remote.Push(ctx, "main", first)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = remote.Push(ctx, "main", other)
	fmt.Println("pushed:", pushed.Tip() == first.SHA())
	fmt.Println("plan again:", errors.Is(err, gitrepo.ErrMoved))
	_, err = pushed.Commit(ctx, edit, options)
	fmt.Println("the same edit:", err)
	// Output:
	// pushed: true
	// plan again: true
	// the same edit: nothing to commit
}
