// Command record starts a Gitea, creates repositories and pull requests, and records
// the responses of the API and the deliveries of webhooks:
//
//	go run ./testdata/record -gitea <binary> -static <sources> -answers testdata/answers.json -timelines <file> -webhooks <file>
//
// It needs git. It removes everything except the three files.
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
	answers := flag.String("answers", "answers.json", "`FILE` for the responses of the API")
	timelines := flag.String("timelines", "timelines.json", "`FILE` for the timelines of pull requests")
	webhooks := flag.String("webhooks", "webhooks.json", "`FILE` for the deliveries of webhooks")
	flag.Parse()
	dir, err := os.MkdirTemp("", "gitea")
	check(err)
	defer func() { check(os.RemoveAll(dir)) }()
	g := start(*binary, *static, dir)
	defer g.stop()
	f := newFixture(g, dir)
	f.record()
	write(*answers, f.states)
	write(*webhooks, f.hooks.all())
	f.recordTimelines()
	write(*timelines, f.states)
}

func write(file string, value any) {
	f, err := os.Create(file)
	check(err)
	encoder := json.NewEncoder(f)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	check(encoder.Encode(value))
	check(f.Close())
}

func check(err error) {
	if err != nil {
		log.Panic(err)
	}
}
