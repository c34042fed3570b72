// Package forge is a GitHub on a loopback port that answers at once, or after as
// long as it is told.
//
// It exists because test/fake/github holds every exchange against GitHub's
// description, which takes far longer than what is measured beside it. Here each
// answer is asked of a githubtest.Server once and given again from then on, byte
// for byte, with GitHub's rule for conditional requests.
//
// It is for benchmarks only. What differs from GitHub: answers are not
// compressed, credentials are not looked at, and the quota is never used up.
package forge
