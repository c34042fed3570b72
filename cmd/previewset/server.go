package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/internal/secret"
	"github.com/previewset/previewset/plugin"
)

// tokenVariable is the environment variable with the token of a service.
const tokenVariable = "PREVIEWSET_TOKEN"

// serverFlags are the flags of commands that can ask a running service.
type serverFlags struct{ url, tokenFile string }

func (f *flags) withServer(s *serverFlags) {
	f.command.Flags().StringVar(&s.url, "server", "", "`URL` of a running service to ask, instead of reading a configuration")
	f.command.Flags().StringVar(&s.tokenFile, "token-file", "", "`FILE` with a token of the service, or $"+tokenVariable)
	completeFlag(f.command, "server", oneOf())
	completeFlag(f.command, "token-file", files())
	f.command.PreRunE = func(c *cobra.Command, _ []string) error {
		switch {
		case s.given() && c.Flags().Changed("config"):
			return f.usage("--server and --config can't be combined")
		case !s.given() && c.Flags().Changed("token-file"):
			return f.usage("--token-file needs --server")
		}
		return nil
	}
}

func (s *serverFlags) given() bool { return s.url != "" }

// token returns the token for the service.
func (s *serverFlags) token() (string, error) {
	ref := secret.Ref{File: s.tokenFile, Env: tokenVariable}
	token, err := ref.Read()
	if err != nil {
		return "", fmt.Errorf("token: %w: name a file with --token-file, or set $%s", err, tokenVariable)
	}
	if strings.ContainsFunc(token, unicode.IsControl) {
		return "", fmt.Errorf("token: %s has several lines or control characters: it must have only the token", ref)
	}
	return token, nil
}

// readServer returns the states of the sets that --set selects, from a service.
func (f *flags) readServer(ctx context.Context, s serverFlags) (plugin.StatesView, error) {
	if !strings.Contains(s.url, "://") {
		return plugin.StatesView{}, f.usage("--server has no http:// or https://: write the complete URL, such as https://previewset.example.com")
	}
	base, err := url.Parse(s.url)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" || base.User != nil {
		return plugin.StatesView{}, f.usage("--server must be the URL of a service without a user name, such as https://previewset.example.com")
	}
	base.RawQuery, base.Fragment = "", ""
	token, err := s.token()
	if err != nil {
		return plugin.StatesView{}, err
	}
	defer f.t.working(ctx, "asking %s", base.Host)()
	all, err := askServer(ctx, base, token)
	if err != nil {
		return plugin.StatesView{}, fmt.Errorf("%s: %w", printable(base.Redacted()), err)
	}
	if err := f.keepSets(&all); err != nil {
		return plugin.StatesView{}, err
	}
	return all, nil
}

// keepSets removes the sets that --set does not select.
func (f *flags) keepSets(all *plugin.StatesView) error {
	var names []string
	for _, set := range all.Sets {
		names = append(names, set.Set)
	}
	all.Sets = slices.DeleteFunc(all.Sets, func(v plugin.SetView) bool { return !f.hasSet(v.Set) })
	all.Previews = slices.DeleteFunc(all.Previews, func(v plugin.StateView) bool { return !f.hasSet(v.Set) })
	return f.checkSets("the service", names)
}
