// Command record starts a Gitea of its own, makes a small world in it and
// writes down what Gitea answers and what its webhooks send:
//
//	go run ./testdata/record -gitea <binary> -static <sources> -answers testdata/answers.json -webhooks <file>
//
// It needs git, and leaves nothing behind but the two files.
package main

import (
	"encoding/json"
	"flag"
	"log"
	"os"
)

func main() {
	binary := flag.String("gitea", "gitea", "the `BINARY` of Gitea, built with sqlite")
	static := flag.String("static", "", "`DIR` of the same version's sources, for its templates")
	answers := flag.String("answers", "answers.json", "`FILE` for what the API answers")
	webhooks := flag.String("webhooks", "webhooks.json", "`FILE` for what webhooks send")
	flag.Parse()
	dir, err := os.MkdirTemp("", "gitea")
	check(err)
	defer func() { check(os.RemoveAll(dir)) }()
	g := start(*binary, *static, dir)
	defer g.stop()
	w := newWorld(g, dir)
	w.tell()
	write(*answers, w.scenes)
	write(*webhooks, w.hooks.all())
}

func write(file string, value any) {
	f, err := os.Create(file)
	check(err)
	out := json.NewEncoder(f)
	out.SetEscapeHTML(false)
	out.SetIndent("", " ")
	check(out.Encode(value))
	check(f.Close())
}

func check(err error) {
	if err != nil {
		log.Panic(err)
	}
}
