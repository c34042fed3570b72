package generator

import "time"

// Labeling is evidence that a label was set on a pull request while a commit was its
// head. It comes from the signed event of the forge.
type Labeling struct {
	// RepositoryID is the ID of the pull request's repository; "" if it is not known.
	RepositoryID string
	Key          Key
	Label        string
	// HeadSHA is the head of the pull request when the label was set, 40 hexadecimal
	// digits.
	HeadSHA string
	// At is the forge's time of the event; zero if it is not known.
	At time.Time
}
