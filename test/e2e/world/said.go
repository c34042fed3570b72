package world

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Said returns what a running previewset sends to others, and what Argo CD made of
// it, by where it is.
func (w *World) Said(ctx context.Context, sets ...string) (map[string][]byte, error) {
	said := map[string][]byte{}
	for _, kind := range []string{"applications", "applicationsets"} {
		list, err := w.Argo(kind).List(ctx, metav1.ListOptions{})
		if err != nil {
			return nil, err
		}
		if said[kind], err = json.Marshal(list); err != nil {
			return nil, err
		}
	}
	paths := []string{"/metrics"}
	for _, set := range sets {
		paths = append(paths, "/api/v1/sets/"+set+"/previews")
	}
	for _, path := range paths {
		var err error
		if said[path], err = w.Service.ask(ctx, http.MethodGet, path, ""); err != nil {
			return nil, err
		}
	}
	return said, nil
}

// Written returns what previewset has written to its logs, with those of Jobs, the
// statements that PostgreSQL got, and all objects of the GitOps repository, whether
// a branch has them or not, by where it is.
func (w *World) Written(ctx context.Context) (map[string][]byte, error) {
	written := map[string][]byte{}
	logs, err := filepath.Glob(filepath.Join(w.Dir, "logs", "previewset*.log"))
	if err != nil {
		return nil, err
	}
	if len(logs) == 0 {
		return nil, fmt.Errorf("there are no logs of previewset")
	}
	logs = append(logs, filepath.Join(w.Dir, "logs", "postgres.log"))
	for _, file := range logs {
		if written[file], err = os.ReadFile(file); err != nil {
			return nil, err
		}
	}
	objects := exec.CommandContext(ctx, "git", "cat-file", "--batch-all-objects", "--batch")
	objects.Dir = filepath.Join(w.Dir, "gitea", "repositories", Owner, GitOps+".git")
	written[GitOps], err = objects.Output()
	return written, err
}

// AddSecret has Leaks look for a secret, too.
func (w *World) AddSecret(secret string) { w.secrets = append(w.secrets, secret) }

// Leaks returns which of previewset's secrets a text holds, and in which form.
func (w *World) Leaks(text []byte) []string { return leaksOf(w.secrets, string(text)) }

func leaksOf(secrets []string, text string) (found []string) {
	for i, secret := range secrets {
		for form, needles := range formsOf(secret) {
			for _, needle := range needles {
				if strings.Contains(text, needle) {
					found = append(found, fmt.Sprintf("secret %d, %.7s…, as %s", i, secret, form))
					break
				}
			}
		}
	}
	return found
}

func formsOf(secret string) map[string][]string {
	written, _ := json.Marshal(secret) // strings can't fail
	return map[string][]string{
		"plain":  {secret},
		"URL":    {url.QueryEscape(secret), url.PathEscape(secret)},
		"JSON":   {string(written[1 : len(written)-1])},
		"base64": base64Of(secret),
	}
}

// base64Of returns what is the same in each base64 of a text that holds s: what
// s makes at each of the three ways it can lie in groups of three bytes, without
// the characters that its neighbours are part of.
func base64Of(s string) (all []string) {
	for lead, skip := range []int{0, 4, 4} {
		padded := strings.Repeat("x", lead) + s
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
			all = append(all, encoding.EncodeToString([]byte(padded[:len(padded)/3*3]))[skip:])
		}
	}
	return all
}
