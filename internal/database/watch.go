package database

import (
	"context"
	"time"
)

// MaxTransaction is the default of the age at which Relieve ends a transaction.
const MaxTransaction = time.Hour

// Reliever is a Server that can end sessions of previews that stop others.
type Reliever interface {
	// Relieve ends sessions of marked roles that block previewset, that use too much of
	// what the server shares, or that have a transaction older than maxTransaction. It
	// keeps its own session open for the next call, until Close. It returns the sessions
	// that it ended, also with an error.
	Relieve(ctx context.Context, maxTransaction time.Duration) ([]Ended, error)
}

// Ended is a session that Relieve ended.
type Ended struct {
	// PID is the process of the session, and Role its role.
	PID  int
	Role string
	// Mark is the mark of the role.
	Mark Mark
	// Reason is the reason, for people.
	Reason string
}
