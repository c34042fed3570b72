package size_test

import (
	"testing"

	"github.com/previewset/previewset/test/bench/measure"
)

const goal = 9

// BenchmarkSize compares binaries, images and modules. Our image contains only the binary
// and 0.3 MB of licences (see Dockerfile). An image of a peer contains at least its binary,
// so the row compares with the size of that binary.
func BenchmarkSize(b *testing.B) {
	ours := buildOurs(b)
	smaller := measure.Bound{Kind: measure.ShareAtMost, At: 1}
	for _, p := range peers() {
		b.Run(p.name, func(b *testing.B) {
			var peer binaryInfo
			for b.Loop() {
				peer = p.build(b)
			}
			for _, row := range []measure.Row{
				{Work: "binary", Ours: ours.megabytes, Theirs: peer.megabytes, Unit: "MB"},
				{Work: "image", Ours: ours.megabytes, Theirs: peer.megabytes, Unit: "MB"},
				{Work: "modules in the build", Ours: float64(len(ours.modules)), Theirs: float64(len(peer.modules)), Unit: "modules"},
			} {
				row.Goal, row.Peer, row.Bound = goal, p.name, smaller
				row.Report(b)
			}
		})
	}
}
