package preflight

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/secret"
)

// configuration checks the file and the secrets that it names. It makes no connection.
func configuration(file string, c *config.Config) Group {
	g := Group{Name: "configuration"}
	g.ok(file, "valid, %s", count(len(c.Sets), "set"))
	if problem := writableByOthers(file); problem != "" {
		g.warn(file, "%s", problem)
	}
	type value struct {
		reference
		hash [sha256.Size]byte
	}
	var values []value
	for _, same := range groupBy(references(c), func(r reference) secret.Ref { return r.Ref }) {
		text, ok := g.reference(same)
		for _, r := range same {
			if ok && r.isSecret() {
				values = append(values, value{r, sha256.Sum256([]byte(text))})
			}
		}
	}
	for _, same := range groupBy(values, func(v value) [sha256.Size]byte { return v.hash }) {
		var equal []reference
		for _, v := range same {
			equal = append(equal, v.reference)
		}
		g.equalSecrets(equal)
	}
	if key := signingKey(c); key.Given() {
		g.signingKey(key)
	}
	return g
}

// groupBy groups values with the same key, in the order of the first value of each group.
func groupBy[K comparable, V any](values []V, key func(V) K) (groups [][]V) {
	index := map[K]int{}
	for _, v := range values {
		k := key(v)
		i, known := index[k]
		if !known {
			i = len(groups)
			index[k] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], v)
	}
	return groups
}

// reference checks one file or variable that the keys same name. It returns its value if it
// can be read.
func (g *Group) reference(same []reference) (value string, ok bool) {
	r, subject := same[0], subjectOf(same)
	if !r.isSecret() {
		for _, file := range filepath.SplitList(r.File) {
			g.settingsFile(subject, file)
		}
		return "", false
	}
	value, err := r.Read()
	switch {
	case err != nil:
		g.fail(subject, "%v: %s", err, secret.Remedy)
		return "", false
	case r.isToken() && config.CheckToken(value) != nil:
		g.fail(subject, "%s: %v: write another token", r, config.CheckToken(value))
		return "", false
	case r.File != "" && writableByOthers(r.File) != "":
		g.warn(subject, "%s", writableByOthers(r.File))
	default:
		g.ok(subject, "%s", r)
	}
	return value, true
}

func (g *Group) settingsFile(subject, name string) {
	f, err := os.Open(name) //nolint:gosec // the user names the file
	if err != nil {
		g.fail(subject, "%v: write the file, or correct the key", err)
		return
	}
	_ = f.Close()
	if problem := writableByOthers(name); problem != "" {
		g.warn(subject, "%s", problem)
		return
	}
	g.ok(subject, "file %s", name)
}

// subjectOf returns the first key, and how many others name the same file or variable.
func subjectOf(same []reference) string {
	if len(same) == 1 {
		return same[0].path
	}
	return fmt.Sprintf("%s and %d more", same[0].path, len(same)-1)
}

// writableByOthers returns a message with the remedy if every user may write a file, and
// otherwise "".
func writableByOthers(file string) string {
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm()&0o002 == 0 {
		return ""
	}
	return fmt.Sprintf("every user can write %s: run \"chmod o-w %[1]s\"", file)
}

// equalSecrets reports bearer tokens among keys that have the same secret: whoever knows the
// secret can use the API.
func (g *Group) equalSecrets(same []reference) {
	const remedy = "write a token of its own, such as the output of \"openssl rand -hex 32\""
	for i, token := range same {
		if !token.isToken() || len(same) == 1 {
			continue
		}
		other := same[(i+1)%len(same)]
		if other.isToken() {
			g.fail(token.path, "it is the same token as %s, which opens less: %s", other.path, remedy)
		} else {
			g.warn(token.path, "it is the same secret as %s: %s", other.path, remedy)
		}
		return
	}
}

func signingKey(c *config.Config) secret.Ref {
	if c.GitOps == nil {
		return secret.Ref{}
	}
	return c.GitOps.SigningKey()
}

// signingKey checks that a key that can be read is a private key that can sign.
func (g *Group) signingKey(key secret.Ref) {
	text, err := key.Read()
	if err != nil {
		return // already reported
	}
	if _, err := gitrepo.NewSigner([]byte(text + "\n")); err != nil {
		g.fail("gitops.signingKey", "%s: %v: use an OpenSSH or an armored PGP private key without a passphrase", key, err)
		return
	}
	g.ok("gitops.signingKey", "it can sign commits")
}

// count returns a number with its noun: "1 set", "2 sets".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
