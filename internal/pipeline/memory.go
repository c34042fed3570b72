package pipeline

import "github.com/previewset/previewset/kustomize"

// memory is what a set keeps from one sync to the next. A process that starts has
// none of it, and does the same without it, later or with more work.
type memory struct {
	prior *prior          // nil before the first sync that may delete
	base  *kustomize.Base // the last one that could be loaded
}
