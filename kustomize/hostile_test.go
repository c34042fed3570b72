package kustomize_test

import (
	"github.com/previewset/previewset/generator"
)

// hostileText is everything that somebody could hope to be taken for structure.
const hostileText = "\"'}{{.head_sha}} $(VAR) ${VAR} `id`\n---\nkind: Secret\n\t# x: &a *a !!binary | > %\r\x1b[31m\x00\u0085\u2028\ufeff\u202e😀 ~"

// hostile returns a preview of somebody who means harm.
func hostile() generator.Preview {
	p := pullRequest()
	p.Title, p.Branch, p.Author = hostileText, hostileText, hostileText
	p.Labels = []string{hostileText, "null", "yes", "1e3", "0o7"}
	p.URL = "https://example.com/a|b\"?x=<script>"
	return p
}
