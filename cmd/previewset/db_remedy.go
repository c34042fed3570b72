package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/previewset/previewset/internal/database"
)

// dropCommand returns the command that drops the preview's database, for a shell.
func (f *dbFlags) dropCommand() string {
	args := append([]string{"previewset", "db", "drop"}, f.serverArgs()...)
	args = append(args, "--name", f.name, "--set", f.mark.Set, "--id", f.mark.ID, "--source", f.mark.Source)
	if f.mark.RepositoryID != "" {
		args = append(args, "--repository-id", f.mark.RepositoryID)
	}
	return shellWords(args)
}

// serverArgs returns the flags that name the server.
func (f *dbFlags) serverArgs() []string {
	args := []string{"--engine", f.engine}
	switch {
	case f.adminURL.File != "":
		args = append(args, "--admin-url-file", f.adminURL.File)
	case f.adminURL.Env != adminURLVariable:
		args = append(args, "--admin-url-env", f.adminURL.Env)
	}
	return args
}

func shellWords(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = shellWord(word)
	}
	return strings.Join(quoted, " ")
}

// withCommand adds the complete command to an error whose remedy is a command of db.
func (f *dbFlags) withCommand(err error) error {
	if errors.Is(err, database.ErrStrategy) {
		return fmt.Errorf("%w: %s", err, f.dropCommand())
	}
	return err
}
