package fields

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
)

// maxMatcher bounds the text of a rule, in bytes.
const maxMatcher = 16 << 10

// matched returns the hosts of a rule of Traefik. Traefik reads rules as expressions of
// Go (github.com/vulcand/predicate), and the case of functions does not matter
// (pkg/rules/parser.go).
func matched(text string) ([]Token, Extent) {
	if strings.TrimSpace(text) == "" {
		return nil, Everything
	}
	if len(text) > maxMatcher {
		return nil, Unknown
	}
	expr, err := parser.ParseExpr(text)
	if err != nil {
		return nil, Unknown
	}
	r := rule{text: text, valid: true}
	limited := r.limits(expr)
	switch {
	case !r.valid:
		return nil, Unknown
	case limited:
		return r.tokens, Limited
	case r.patterned:
		return r.tokens, Patterned
	}
	return r.tokens, Everything
}

// matchedHeaders returns the hosts in the headers of a rule of Traefik, such as
// Header(`X-Forwarded-Host`, `shop.example.com`).
func matchedHeaders(text string) []Token {
	if len(text) > maxMatcher {
		return nil
	}
	expr, err := parser.ParseExpr(text)
	if err != nil {
		return nil
	}
	r := rule{text: text}
	r.limits(expr)
	return r.headers
}

// rule is a rule of Traefik.
type rule struct {
	text            string
	tokens, headers []Token
	// valid is false if a part could not be read. patterned is true if a part has a
	// regular expression for hosts.
	valid, patterned bool
}

// limits reports whether each request that matches e has one of the hosts in e.
func (r *rule) limits(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return r.limits(e.X)
	case *ast.UnaryExpr:
		r.valid = r.valid && e.Op == token.NOT
		r.limits(e.X)
		return false
	case *ast.BinaryExpr:
		left, right := r.limits(e.X), r.limits(e.Y)
		if e.Op == token.LAND {
			return left || right
		}
		r.valid = r.valid && e.Op == token.LOR
		return left && right
	case *ast.CallExpr:
		return r.call(e)
	}
	r.valid = false
	return false
}

// call is limits for the call of a function.
func (r *rule) call(e *ast.CallExpr) bool {
	name, ok := e.Fun.(*ast.Ident)
	if !ok {
		r.valid = false
		return false
	}
	switch strings.ToLower(name.Name) {
	case "host", "hostheader", "hostsni":
		r.valid = r.valid && len(e.Args) > 0
		for _, arg := range e.Args {
			r.addHost(arg)
		}
		return true
	case "hostregexp", "hostsniregexp":
		r.patterned = true
	case "header", "headers":
		if len(e.Args) > 1 {
			r.addHeader(e.Args[len(e.Args)-1])
		}
	}
	return false
}

// addHost adds the host of an argument.
func (r *rule) addHost(arg ast.Expr) {
	host, ok := r.host(arg)
	r.valid = r.valid && ok
	r.tokens = append(r.tokens, host)
}

// addHeader adds the value of a header, if it is a host.
func (r *rule) addHeader(arg ast.Expr) {
	if host, ok := r.host(arg); ok {
		r.headers = append(r.headers, host)
	}
}

// host returns the host of an argument, a text between quotes.
func (r *rule) host(arg ast.Expr) (Token, bool) {
	lit, ok := arg.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING || strings.ContainsAny(lit.Value, "\\\r") {
		return Token{}, false
	}
	start, end := int(lit.Pos()), int(lit.End())-len("`")-1 // between the quotes: positions begin at one
	if start > end || end > len(r.text) {
		return Token{}, false
	}
	host, ok := whole(r.text[start:end])
	return shifted(host, start), ok
}
