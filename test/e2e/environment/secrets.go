package environment

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

// Responses returns the responses of the running previewset, and the objects that Argo CD
// creates from them: source → text.
func (e *Environment) Responses(ctx context.Context, sets ...string) (map[string][]byte, error) {
	texts := map[string][]byte{}
	for _, kind := range []string{"applications", "applicationsets"} {
		list, err := e.Argo(kind).List(ctx, metav1.ListOptions{})
		if err != nil {
			return nil, err
		}
		if texts[kind], err = json.Marshal(list); err != nil {
			return nil, err
		}
	}
	paths := []string{"/metrics"}
	for _, set := range sets {
		paths = append(paths, "/api/v1/sets/"+set+"/previews")
	}
	for _, path := range paths {
		var err error
		if texts[path], err = e.Service.send(ctx, http.MethodGet, path, ""); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// Written returns the logs of previewset and its Jobs, the log of PostgreSQL with all
// statements, and all objects of the GitOps repository, including unreachable objects:
// source → text.
func (e *Environment) Written(ctx context.Context) (map[string][]byte, error) {
	written := map[string][]byte{}
	logs, err := filepath.Glob(filepath.Join(e.Dir, "logs", "previewset*.log"))
	if err != nil {
		return nil, err
	}
	if len(logs) == 0 {
		return nil, fmt.Errorf("previewset has no logs in %s", e.Dir)
	}
	logs = append(logs, filepath.Join(e.Dir, "logs", "postgres.log"))
	for _, file := range logs {
		if written[file], err = os.ReadFile(file); err != nil {
			return nil, err
		}
	}
	objects := exec.CommandContext(ctx, "git", "cat-file", "--batch-all-objects", "--batch")
	objects.Dir = filepath.Join(e.Dir, "gitea", "repositories", Owner, GitOps+".git")
	written[GitOps], err = objects.Output()
	return written, err
}

// AddSecret adds a secret to the secrets that Leaks searches for.
func (e *Environment) AddSecret(secret string) { e.secrets = append(e.secrets, secret) }

// Leaks describes the secrets that a text contains, and their encodings.
func (e *Environment) Leaks(text []byte) []string { return leaksOf(e.secrets, string(text)) }

func leaksOf(secrets []string, text string) (found []string) {
	for i, secret := range secrets {
		for encoding, needles := range encodingsOf(secret) {
			for _, needle := range needles {
				if strings.Contains(text, needle) {
					found = append(found, fmt.Sprintf("secret %d, %.7s…, encoded as %s", i, secret, encoding))
					break
				}
			}
		}
	}
	return found
}

// encodingsOf returns the texts that reveal a secret, by the name of the encoding.
func encodingsOf(secret string) map[string][]string {
	quoted, _ := json.Marshal(secret) // never fails for a string
	return map[string][]string{
		"plain":  {secret},
		"URL":    {url.QueryEscape(secret), url.PathEscape(secret)},
		"JSON":   {string(quoted[1 : len(quoted)-1])},
		"base64": base64Of(secret),
	}
}

// base64Of returns the base64 encodings of s at each of the three possible offsets in a
// group of three bytes, without the characters that also encode neighboring bytes. The
// base64 encoding of any text that contains s contains one of them.
func base64Of(s string) (all []string) {
	for lead, skip := range []int{0, 4, 4} {
		padded := strings.Repeat("x", lead) + s
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
			all = append(all, encoding.EncodeToString([]byte(padded[:len(padded)/3*3]))[skip:])
		}
	}
	return all
}
