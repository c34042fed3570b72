// Package gitea lists the pull requests and branches of one repository on Gitea
// or Forgejo. It is a generator.Source and a generator.Describer on their REST
// API, version 1; what is said of Gitea here was read from the sources of
// 1.26.0.
//
// It exists to turn an API of many partial answers into one that is whole or an
// error: an answer that can't be vouched for is generator.ErrIncomplete. Gitea
// has no conditional requests, so a poll costs one call for the repository and
// one for each 50 pull requests or branches, or for each MAX_RESPONSE_ITEMS
// where the server gives fewer. A list of several pages costs twice that when
// it has other entries than the last time.
//
// It reads only, and knows of nothing but the domain. Credentials go to the
// server's host alone and into no error and no log.
package gitea
