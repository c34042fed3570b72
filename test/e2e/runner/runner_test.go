package runner

import "testing"

// TestExpand follows the documentation of command and env in
// https://kubernetes.io/docs/reference/kubernetes-api.
func TestExpand(t *testing.T) {
	env := map[string]string{"A": "1", "B.c-d": "$(A)"}
	for text, want := range map[string]string{
		"":           "",
		"--a=$(A)":   "--a=1",
		"$(A)$(A)":   "11",
		"$(B.c-d)":   "$(A)",
		"$(NO) $A":   "$(NO) $A",
		"$$(A)":      "$(A)",
		"$$$(A)":     "$1",
		"$(A":        "$(A",
		"cost: 5$":   "cost: 5$",
		"$(A B) $()": "$(A B) $()",
	} {
		if got := expand(text, env); got != want {
			t.Errorf("expand(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestRepository(t *testing.T) {
	for image, want := range map[string]string{
		"postgres":                           "postgres",
		"postgres:15":                        "postgres",
		"localhost:5000/postgres":            "localhost:5000/postgres",
		"localhost:5000/postgres:15":         "localhost:5000/postgres",
		"ghcr.io/a/b:v1@sha256:0123456789ab": "ghcr.io/a/b",
	} {
		if got := repository(image); got != want {
			t.Errorf("repository(%q) = %q, want %q", image, got, want)
		}
	}
}

func TestRelocate(t *testing.T) {
	m := mounts{"/etc/a": "/tmp/1", "/etc/a-b": "/tmp/2"}
	for text, want := range map[string]string{
		"--config=/etc/a/x /etc/a-b/y": "--config=/tmp/1/x /tmp/2/y",
		"/etc/ab/x /etc/a":             "/etc/ab/x /etc/a",
	} {
		if got := m.relocate(text); got != want {
			t.Errorf("relocate(%q) = %q, want %q", text, got, want)
		}
	}
}
