package pipeline

import "github.com/previewset/previewset/kustomize"

// memory is what a set keeps from one sync to the next. A process that has just
// started has none of it: it reaches the same decisions, but may need another sync
// or more work for them.
type memory struct {
	prior *prior          // nil before the first sync that may delete
	base  *kustomize.Base // the last one that could be loaded
}
