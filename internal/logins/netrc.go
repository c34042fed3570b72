package logins

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/previewset/previewset/internal/limit"
)

// maxNetrc bounds the size of a netrc file, in bytes.
const maxNetrc = 1 << 20

// fromNetrc returns the login for a host in the file that $NETRC names, or in ~/.netrc.
// The entry "default" is not used, because it belongs to no host.
func fromNetrc(host string) (*Login, error) {
	name := netrcFile()
	if name == "" {
		return nil, nil
	}
	data, err := limit.ReadFile(name, maxNetrc)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the netrc file is not used: %w", err)
	}
	for _, m := range parseNetrc(string(data)) {
		//promise:netrc-logins-stay-with-their-host
		if strings.EqualFold(m.name, host) && m.password != "" {
			return &Login{From: name, user: m.login, password: m.password}, nil
		}
	}
	return nil, nil
}

func netrcFile() string {
	if name := os.Getenv("NETRC"); name != "" {
		return name
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, ".netrc")
}

// machine is an entry of a netrc file. Its name is "" for the entry "default".
type machine struct{ name, login, password string }

// parseNetrc returns the entries of a netrc file. The format is that of curl, which Git
// uses: everything.curl.dev/usingcurl/netrc.html. An entry spans any number of lines, a
// value may be quoted, a word that begins with # starts a comment, and a macro ends with an
// empty line.
func parseNetrc(text string) (machines []machine) {
	words := netrcWords(text)
	value := func(i int) string {
		if i+1 < len(words) {
			return words[i+1]
		}
		return ""
	}
	var current machine // before the first entry, values have no effect
	entry := &current
	for i := 0; i < len(words); i++ {
		switch words[i] {
		case "machine":
			machines = append(machines, machine{name: value(i)})
			entry = &machines[len(machines)-1]
		case "default":
			machines = append(machines, machine{})
			entry = &machines[len(machines)-1]
			continue
		case "login":
			entry.login = value(i)
		case "password":
			entry.password = value(i)
		case "account":
		default:
			continue
		}
		i++ // the value
	}
	return machines
}

// netrcWords splits a netrc file into words, without comments and macros.
func netrcWords(text string) (words []string) {
	inMacro := false
	for line := range strings.Lines(text) {
		rest := strings.TrimSpace(line)
		if inMacro {
			inMacro = rest != ""
			continue
		}
		for rest != "" && rest[0] != '#' {
			var word string
			word, rest = netrcWord(rest)
			if word == "macdef" {
				inMacro = true
				break
			}
			words = append(words, word)
		}
	}
	return words
}

// netrcWord returns the first word of a line, and the rest of the line. In a quoted word, a
// backslash escapes the next character.
func netrcWord(line string) (word, rest string) {
	if line[0] != '"' {
		end := strings.IndexAny(line, " \t")
		if end < 0 {
			return line, ""
		}
		return line[:end], strings.TrimLeft(line[end:], " \t")
	}
	var out strings.Builder
	for i := 1; i < len(line); i++ {
		switch c := line[i]; {
		case c == '"':
			return out.String(), strings.TrimLeft(line[i+1:], " \t")
		case c == '\\' && i+1 < len(line):
			i++
			out.WriteByte(unescaped(line[i]))
		default:
			out.WriteByte(c)
		}
	}
	return out.String(), ""
}

func unescaped(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}
