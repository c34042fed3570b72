package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/secret"
)

// tokenEnv is the environment variable with the bearer token.
const tokenEnv = "PREVIEWSET_TOKEN"

// bearerToken is the token that Argo CD sends.
type bearerToken struct {
	// File holds the token; "" if it is in the environment, or only in Value.
	File string
	// Value is a token for one run; "" if the file or the environment has it.
	Value string
	// Problem is why there is no file for Value.
	Problem string
}

// findToken returns the token of the environment or the one in the user's configuration
// directory, which it creates. If it can't create the file, it returns a token for this
// run.
func findToken() (bearerToken, error) {
	if strings.TrimSpace(os.Getenv(tokenEnv)) != "" {
		return bearerToken{}, nil
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return temporaryToken(err), nil
	}
	file := filepath.Join(dir, "previewset", "token")
	if err := createToken(file); err != nil {
		return temporaryToken(err), nil
	}
	if err := checkToken(file); err != nil {
		return bearerToken{}, err
	}
	return bearerToken{File: file}, nil
}

func newToken() string { return strings.ToLower(rand.Text()) }

func temporaryToken(err error) bearerToken {
	return bearerToken{Value: newToken(), Problem: err.Error()}
}

// createToken writes a new token to the file unless it exists. The file appears with its
// complete content, and a token of another process is kept.
func createToken(file string) error {
	if _, err := os.Lstat(file); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(file), ".token-") // with mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary.Name()) }()
	_, err = temporary.WriteString(newToken())
	if err := errors.Join(err, temporary.Close()); err != nil {
		return err
	}
	if err := os.Link(temporary.Name(), file); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// checkToken returns an error if other users can read or replace the token, or if it is no
// token.
func checkToken(file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return fmt.Errorf("token: %w: delete it for a new token", err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("token: %s is not a file: delete it for a new token", file)
	}
	//promise:token-files-are-private
	if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		return fmt.Errorf("token: other users can read or write %s (mode %04o): run \"chmod 600\" on it, or delete it for a new token", file, info.Mode().Perm())
	}
	//promise:token-directories-are-private
	if dir, err := os.Stat(filepath.Dir(file)); err == nil && dir.Mode().Perm()&0o022 != 0 && runtime.GOOS != "windows" {
		return fmt.Errorf("token: other users can replace %s: run \"chmod 700\" on its directory (mode %04o)", file, dir.Mode().Perm())
	}
	token, err := secret.Ref{File: file}.Read()
	if err == nil {
		err = config.CheckToken(token)
	}
	if err != nil {
		return fmt.Errorf("token: %s: %w: delete it for a new token", file, err)
	}
	return nil
}
