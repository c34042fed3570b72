// Package faults tests previewset with Git servers that misbehave, people who push to
// the GitOps repository, processes that are killed, and many writers at the same time.
// In every case no commit is lost, no preview is removed without a reason, the
// repository passes git fsck, and the next sync without faults reaches the desired
// state.
//
// The servers are git's own, behind the faults of test/fake/git. No test depends on the
// speed of the machine: tests wait for conditions.
package faults
