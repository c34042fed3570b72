package gitrepo

import (
	"errors"
	"io"
	"strconv"
	"strings"
)

// Advertisements that go-git would read as something else than they are.
var (
	errEmptyLine = errors.New("the list of references has an empty line")
	errHash      = errors.New("the list of references has a malformed hash")
)

// advertLines refuses pkt-lines of an advertisement that hold nothing, or one
// character: go-git takes an empty one for the end of the list, and drops the
// references after it in silence. It also refuses references whose hash is not
// 40 hexadecimal digits: go-git fills it up with zeros. See
// gitprotocol-common(5) and gitprotocol-pack(5). All else that is malformed is
// go-git's to refuse.
type advertLines struct {
	from io.Reader
	size []byte // the digits so far of the next line's length
	left int    // bytes of the line's payload that are to come
	hash int    // digits of the line's hash that are to come
	err  error
}

// Read implements io.Reader.
func (l *advertLines) Read(p []byte) (int, error) {
	if l.err != nil {
		return 0, l.err
	}
	n, err := l.from.Read(p)
	for rest := p[:n]; len(rest) > 0 && l.err == nil; {
		rest = l.step(rest)
	}
	if l.err != nil {
		return 0, l.err
	}
	return n, err
}

// step looks at the beginning of p, and returns what is left of it.
func (l *advertLines) step(p []byte) []byte {
	if l.left > 0 {
		n := min(l.left, len(p))
		l.digits(p[:n])
		l.left -= n
		return p[n:]
	}
	l.size = append(l.size, p[0])
	if len(l.size) == 4 {
		length, err := strconv.ParseUint(string(l.size), 16, 16)
		if err == nil && length > 0 && length <= 5 {
			l.err = errEmptyLine
		}
		l.left, l.hash = max(int(length)-4, 0), hashDigits
		l.size = l.size[:0]
	}
	return p[1:]
}

const hashDigits = 40

// digits checks those of the hash that the line begins with, unless it is one of
// the lines that have none: "# service=", "version", "shallow" and "ERR".
func (l *advertLines) digits(p []byte) {
	for _, c := range p {
		switch {
		case l.hash == 0:
			return
		case l.hash == hashDigits && strings.IndexByte("#vsE", c) >= 0:
			l.hash = 0
			return
		case (c < '0' || c > '9') && (c < 'a' || c > 'f'):
			l.err = errHash
			return
		}
		l.hash--
	}
}
