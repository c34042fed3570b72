package feedback

import "github.com/previewset/previewset/generator"

// Report is the newest state of one set. It is immutable.
type Report struct {
	Set        string
	Repository generator.Repository
	// Private is true if the forge says that only members can read the repository.
	Private bool
	// Statuses are those of the open changes.
	Statuses []generator.Status
	// Ended are the previews that were removed lately.
	Ended []generator.Ended
}
