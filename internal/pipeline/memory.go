package pipeline

import "github.com/previewset/previewset/kustomize"

// memory is the data that a set keeps from one sync to the next. After a start it is
// empty: the set then reaches the same decisions, but may need another sync or more
// work.
type memory struct {
	prior  *prior          // nil before the first sync that may delete
	base   *kustomize.Base // the last valid base
	proofs map[proof]bool  // results of lookups
	gitOps string          // identity of the listed repository if recognizeGitOps found it
}
