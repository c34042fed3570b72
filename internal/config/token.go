package config

import (
	"errors"
	"strings"
)

// CheckToken returns an error if no client can send a bearer token of the service.
func CheckToken(token string) error {
	switch {
	case strings.HasPrefix(token, "$"):
		return errors.New(`a token can't start with "$": Argo CD sends such a text if its Secret lacks the key`)
	case strings.ContainsFunc(token, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }):
		return errors.New("a token can't have several lines or control characters: HTTP can't send them")
	}
	return nil
}
