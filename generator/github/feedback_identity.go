package github

import (
	"context"
	"errors"
	"fmt"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// user holds the fields of a user that are read.
type user struct {
	ID    int64  `json:"id"`
	Login string `json:"login"`
}

// identity knows what the credentials wrote. It asks GitHub once.
type identity struct {
	api    *api
	author forge.Author
}

// own returns a function that reports whether the credentials wrote something of a user.
func (i *identity) own(ctx context.Context) (func(user) bool, error) {
	me, err := i.author.Who(ctx, i.fetch)
	return func(u user) bool { return i.key(u) == me }, err
}

// wrote records the user of something that the credentials wrote.
func (i *identity) wrote(u user) { i.author.Wrote(i.key(u)) }

// key returns the ID of a user, or with an App the login, which is what an installation
// knows about itself. People can write with the App, too, but not as its bot.
func (i *identity) key(u user) string {
	if i.api.tokens != nil {
		return u.Login
	}
	return forge.ID(u.ID)
}

func (i *identity) fetch(ctx context.Context) (string, error) {
	if i.api.tokens != nil {
		return i.bot(ctx)
	}
	return i.tokenUser(ctx)
}

// bot returns the login of the App's bot. Nobody can register a login with brackets.
func (i *identity) bot(ctx context.Context) (string, error) {
	got, err := i.api.tokens.installation(ctx)
	if err != nil || got.AppSlug == "" {
		return "", err
	}
	return got.AppSlug + "[bot]", nil
}

// tokenUser returns the ID of the user of the token. GitHub returns it for every token of a
// user, and refuses it for the token of an installation.
// https://docs.github.com/en/rest/users/users#get-the-authenticated-user
func (i *identity) tokenUser(ctx context.Context) (string, error) {
	var got user
	_, err := i.api.get(ctx, "user", &got)
	if errors.Is(err, generator.ErrUnauthorized) {
		return "", fmt.Errorf("%w: the token must be that of a user, such as a bot account; for an App, set source.github.app", err)
	}
	return forge.ID(got.ID), err
}
