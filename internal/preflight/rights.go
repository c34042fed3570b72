package preflight

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/git"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/gitrepo"
)

// rights reports credentials of a source that permit more than reading. If the forge does
// not report the rights, the advertisement of git-receive-pack shows whether they permit a
// push.
func (k *checker) rights(ctx context.Context, r *source, s config.Set, rights generator.Rights, err error) {
	const remedy = "use credentials that may only read the source"
	switch {
	case err != nil:
		r.warn("rights", "they can't be read: %v: check that the App is installed and not suspended", err)
	case rights.Known && len(rights.Excess) > 0:
		r.warn("rights", "the credentials permit more than reading (%s): %s", strings.Join(rights.Excess, ", "), remedy)
	case rights.Known:
		r.ok("rights", "the credentials may only read")
	default:
		switch pushes, known := k.mayPush(ctx, s, r.repository); {
		case pushes:
			r.warn("rights", "the credentials may push to the source: %s", remedy)
		case known:
			r.ok("rights", "the credentials may not push")
		}
	}
}

// pushTimeout bounds the check of the right to push to a source.
const pushTimeout = 15 * time.Second

// mayPush reports whether the credentials of a source permit a push. known is false if there
// are no credentials, or if the server gave no clear answer.
func (k *checker) mayPush(ctx context.Context, s config.Set, r generator.Repository) (pushes, known bool) {
	url, options, ok := gitAccess(s, r)
	if !ok {
		return false, false
	}
	options.Timeout = pushTimeout
	remote, err := gitrepo.Open(url, options)
	if err != nil {
		return false, false
	}
	err = remote.CheckPush(ctx)
	refused := errors.Is(err, gitrepo.ErrAuth) || errors.Is(err, gitrepo.ErrRejected) || errors.Is(err, gitrepo.ErrNotFound)
	return err == nil, err == nil || refused
}

// gitAccess returns the access to the repository of a source over Git. It returns false
// without credentials. A token is sent only to the host of its forge, and
// never without TLS if the API uses TLS.
func gitAccess(s config.Set, r generator.Repository) (string, gitrepo.Options, bool) {
	if stanza, ok := s.Source.Stanza.(*git.Stanza); ok {
		o := stanza.Options("source.git", 1)
		local := r.ForgeHost == "" // needs no credentials
		return stanza.URL, o, !local && (o.Credentials != nil || o.SSHKey != nil)
	}
	stanza, ok := s.Source.Stanza.(interface {
		Token(forge string) func() (string, error)
		TLS() bool
	})
	if !ok || stanza.Token(s.Source.Forge.Key) == nil {
		return "", gitrepo.Options{}, false
	}
	clone, err := url.Parse(r.CloneURL)
	//promise:tokens-are-sent-to-their-forge
	if err != nil || stanza.TLS() && clone.Scheme != "https" || generator.HostOf(clone) != s.Source.Repository().ForgeHost {
		return "", gitrepo.Options{}, false
	}
	return r.CloneURL, gitrepo.Options{Credentials: tokenLogin(stanza.Token(s.Source.Forge.Key))}, true
}

// tokenLogin logs in to Git over HTTP with a token of a forge, which accepts any user name.
type tokenLogin func() (string, error)

// HTTP implements gitrepo.Credentials.
func (l tokenLogin) HTTP(context.Context, string) (user, password string, err error) {
	password, err = l()
	return "git", password, err
}
