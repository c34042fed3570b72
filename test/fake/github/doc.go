// Package github is a fake GitHub in the test process: repositories, pull requests,
// branches, commits, comments, statuses, check runs, deployments and Apps over HTTP on a
// loopback port, with GitHub's pagination, conditional requests and rate limits.
//
// Each exchange is validated against GitHub's own OpenAPI description (see testdata).
// A violation fails the test, both in a request of the code under test and in a
// response of this package. Injected faults are not validated.
//
// The package does not import the packages that use it.
package github
