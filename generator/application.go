package generator

import "time"

// Application is an Argo CD Application that deploys the entry of a preview.
type Application struct {
	// Namespace and Name identify it in its cluster.
	Namespace, Name string
	// Path is the path of the entry in the GitOps repository, as in Placement.
	Path string
	// Target is the target revision: a commit, or a branch that moves.
	Target string
	// State is StateSyncing, StateLive, StateFailing or StateRemoving. StateLive means Synced
	// and Healthy at Revision.
	State State
	// Revision is the commit of the GitOps repository that State is about.
	Revision string
	// Reason is "" for StateLive, and otherwise one of the reasons of Applications.
	Reason Reason
	// Message is a sentence without a full stop, with the message of Argo CD if there is one.
	// It is one printable line of bounded length. It may have been written by strangers.
	Message string
	// Since is the time from which State applies according to Argo CD, zero if it is not
	// known.
	Since time.Time
}

// Applications are the Applications of one set at one time. The zero value means that
// previewset does not look at Applications. It is immutable.
type Applications struct {
	// Watched is true if Argo CD is configured. While the Applications can't be read, it is
	// true and Known is false.
	Watched bool
	// Known is true if the Applications were read.
	Known bool
	// Problem is the reason why the Applications are not known or may be out of date, with the
	// remedy; "" for none. It does not change while the condition lasts.
	Problem string
	// ByPath has the Applications by Application.Path: several for several clusters.
	ByPath map[string][]Application
}
