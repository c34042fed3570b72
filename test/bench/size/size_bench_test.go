package size_test

import (
	"testing"

	"github.com/previewset/previewset/test/bench/measure"
)

const goal = 9

// BenchmarkSize compares binaries, images and modules. Our image is the binary
// alone (see Dockerfile). The peers' hold at least theirs, and a system around
// it: the binary alone is what is compared with.
func BenchmarkSize(b *testing.B) {
	us := ours(b)
	smaller := measure.Bound{Kind: measure.ShareAtMost, At: 1}
	for _, p := range peers() {
		b.Run(p.name, func(b *testing.B) {
			var them built
			for b.Loop() {
				them = p.build(b)
			}
			for _, row := range []measure.Row{
				{Work: "binary", Ours: us.megabytes, Theirs: them.megabytes, Unit: "MB"},
				{Work: "image", Ours: us.megabytes, Theirs: them.megabytes, Unit: "MB"},
				{Work: "modules in the build", Ours: float64(len(us.modules)), Theirs: float64(len(them.modules)), Unit: "modules"},
			} {
				row.Goal, row.Peer, row.Bound = goal, p.name, smaller
				row.Report(b)
			}
		})
	}
}
