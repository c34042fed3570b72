// Package github lists the pull requests and branches of one repository on
// GitHub or GitHub Enterprise. It is a generator.Source and a
// generator.Describer on GitHub's REST API, version 2022-11-28.
//
// It exists to turn an API of many partial answers into one that is whole or an
// error. An answer that can't be vouched for (a page that did not come, a list
// that moved, a body that isn't the JSON it should be, a bound that was reached)
// is generator.ErrIncomplete. An unchanged list costs nothing of the rate limit.
//
// It reads only, and knows of nothing but the domain. Credentials go to the
// host of the API alone and into no error and no log.
package github
