package main

import (
	"bytes"
	"embed"
	"fmt"
	"net"
	"regexp"
	"strings"
	"text/template"

	"go.yaml.in/yaml/v3"
)

//go:embed quickstart
var quickstartFiles embed.FS

// quickstartPage is the data of the templates.
type quickstartPage struct {
	*quickstart
	address *net.TCPAddr // of the service; nil before it listens
}

// render fills in a template.
func (p quickstartPage) render(name string) ([]byte, error) {
	t, err := template.New(name).Funcs(template.FuncMap{"shell": shellWord, "comment": oneLine, "indent": indent, "scalar": scalar, "glob": globOf}).ParseFS(quickstartFiles, "quickstart/"+name)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, p)
	return out.Bytes(), err
}

// announce prints the configuration, an example request and manifests for Argo CD.
func (q *quickstart) announce(address net.Addr) {
	tcp, _ := address.(*net.TCPAddr)
	p := quickstartPage{q, tcp}
	q.t.printf("%s\n\n", q.found())
	for _, part := range []struct{ title, file string }{
		{"The configuration in use; save it to a file to change it:", "config.yaml"},
		{"Send the request that Argo CD sends:", "curl.sh"},
		{"Manifests for Argo CD:", "applicationset.yaml"},
	} {
		text, err := p.render(part.file)
		if err != nil {
			q.t.printError(err)
			return
		}
		q.t.printf("%s\n\n%s\n", q.t.bold(part.title), text)
	}
}

// found describes the changes of the repository.
func (q *quickstart) found() string {
	text := fmt.Sprintf("%d branches", q.Source.branches)
	if q.Source.branches == 1 {
		text = "1 branch"
	}
	if q.Source.PullRequests {
		text = counted(q.Source.pulls, "open pull request") + " and " + text
	}
	return fmt.Sprintf("%s has %s.", printable(q.Repo.URL), text)
}

// Local is the URL of the service on this machine.
func (p quickstartPage) Local() string {
	if p.address.IP.IsUnspecified() || p.address.IP.Equal(net.IPv4(127, 0, 0, 1)) {
		return p.url("localhost")
	}
	return p.url(p.address.IP.String())
}

// BaseURL is the URL of the service for Argo CD. Its host is HOST unless the service
// listens on one address that other machines can reach.
func (p quickstartPage) BaseURL() string {
	if p.Loopback() || p.address.IP.IsUnspecified() {
		return p.url("HOST")
	}
	return p.url(p.address.IP.String())
}

// Loopback reports whether only this machine can reach the service.
func (p quickstartPage) Loopback() bool { return p.address.IP.IsLoopback() }

// Port is the port of the service.
func (p quickstartPage) Port() int { return p.address.Port }

func (p quickstartPage) url(host string) string {
	return "http://" + net.JoinHostPort(host, fmt.Sprint(p.address.Port))
}

// scalar returns a text as YAML, with quotes if it is a number or a word like true without
// them.
func scalar(text string) (string, error) {
	out, err := yaml.Marshal(text)
	return strings.TrimSuffix(string(out), "\n"), err
}

// indent adds spaces to each line.
func indent(n int, text string) string {
	spaces := strings.Repeat(" ", n)
	return spaces + strings.ReplaceAll(text, "\n", "\n"+spaces)
}

// globOf returns the generator.Glob that matches only this name of a branch. Git allows no
// other characters of a pattern in names.
func globOf(branch string) string {
	glob := strings.NewReplacer("+", `\+`, "]", `\]`).Replace(branch)
	if strings.HasPrefix(glob, "!") {
		return `\` + glob
	}
	return glob
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./@%+=:,-]+$`)

// shellWord quotes a word for a POSIX shell if it needs quotes.
func shellWord(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
