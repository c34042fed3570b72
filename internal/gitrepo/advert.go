package gitrepo

import (
	"errors"
	"io"
	"strconv"
	"strings"
)

// Errors for advertisements that go-git would misread.
var (
	errEmptyLine = errors.New("the list of references has an empty line")
	errHash      = errors.New("the list of references has a malformed hash")
)

// advertLines checks an advertisement while it is read: gitprotocol-common(5)
// and gitprotocol-pack(5). It refuses pkt-lines with a payload of less than two
// bytes: go-git takes an empty line for the end of the list, and silently drops
// the references after it. It also refuses references whose hash is not 40
// hexadecimal digits: go-git pads such a hash with zeros. go-git refuses all
// other malformed lines itself.
type advertLines struct {
	from         io.Reader
	lengthDigits []byte // digits read so far of the next line's length
	payloadLeft  int    // unread bytes of the line's payload
	hashLeft     int    // unread digits of the line's hash
	err          error
}

// Read implements io.Reader.
func (l *advertLines) Read(p []byte) (int, error) {
	if l.err != nil {
		return 0, l.err
	}
	n, err := l.from.Read(p)
	for rest := p[:n]; len(rest) > 0 && l.err == nil; {
		rest = l.consume(rest)
	}
	if l.err != nil {
		return 0, l.err
	}
	return n, err
}

// consume checks some bytes at the start of p, and returns the others.
func (l *advertLines) consume(p []byte) []byte {
	if l.payloadLeft > 0 {
		n := min(l.payloadLeft, len(p))
		l.checkHash(p[:n])
		l.payloadLeft -= n
		return p[n:]
	}
	l.lengthDigits = append(l.lengthDigits, p[0])
	if len(l.lengthDigits) == 4 {
		length, err := strconv.ParseUint(string(l.lengthDigits), 16, 16)
		if err == nil && length > 0 && length <= 5 {
			l.err = errEmptyLine
		}
		l.payloadLeft, l.hashLeft = max(int(length)-4, 0), hashDigits
		l.lengthDigits = l.lengthDigits[:0]
	}
	return p[1:]
}

const hashDigits = 40

// checkHash checks the hash at the start of a line. Lines that begin with "#
// service=", "version", "shallow" or "ERR" have none.
func (l *advertLines) checkHash(p []byte) {
	for _, c := range p {
		switch {
		case l.hashLeft == 0:
			return
		case l.hashLeft == hashDigits && strings.IndexByte("#vsE", c) >= 0:
			l.hashLeft = 0
			return
		case (c < '0' || c > '9') && (c < 'a' || c > 'f'):
			l.err = errHash
			return
		}
		l.hashLeft--
	}
}
