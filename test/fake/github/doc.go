// Package github is a GitHub in the test process: repositories, pull
// requests, branches, commits and Apps over HTTP on a loopback port, with
// GitHub's pagination, conditional requests and rate limits.
//
// It exists so that tests of several packages meet one GitHub that behaves as
// the real one does. Each exchange is validated against GitHub's own OpenAPI
// description (see testdata) and a violation fails the test, whoever made it:
// the code under test by its request or this package by its answer. Injected
// faults are exempt.
//
// It knows nothing of the packages that it serves.
package github
