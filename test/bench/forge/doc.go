// Package forge is a fast fake GitHub on a loopback port, with a configurable delay per
// call.
//
// test/fake/github validates every exchange against GitHub's OpenAPI description, which
// takes much longer than the measured work. This package gets each response from a
// githubtest.Server once, and then replays it byte for byte. It implements GitHub's
// conditional requests.
//
// It is for benchmarks only. Unlike GitHub, it does not compress responses, does not
// check credentials, and never exhausts the quota.
package forge
