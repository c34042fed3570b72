package main

import (
	"errors"
	"os"
	"strings"
	"testing"
)

func TestSchemaPrintsTheFileOfTheRepository(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("../../docs/configuration.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr strings.Builder
	if status := Run(t.Context(), []string{"schema"}, &stdout, &stderr); status != statusDone || stderr.Len() > 0 || stdout.String() != string(want) {
		t.Errorf("got %d %.300q %q, want docs/configuration.schema.json", status, stdout.String(), stderr.String())
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestSchemaReportsLostOutput(t *testing.T) {
	t.Parallel()
	var stderr strings.Builder
	if status := Run(t.Context(), []string{"schema"}, fullDisk{}, &stderr); status != statusFailed || !strings.Contains(stderr.String(), "no space left on device") {
		t.Errorf("got %d %q, want %d and the error", status, stderr.String(), statusFailed)
	}
}
