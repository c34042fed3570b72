package postgres

import (
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"
)

// retryStates are the SQLSTATEs of errors that another session causes, and that need not
// occur again.
var retryStates = []string{
	outOfSharedMemory, tooMany, lockNotAvailable, dependents, objectInUse,
	"40P01", // deadlock_detected
	"40001", // serialization_failure
	"54001", // statement_too_complex: the stack is too small for a chain of objects
	"55000", // object_not_in_prerequisite_state: a closed database, or a busy prepared transaction
	"57014", // query_canceled
	adminShutdown,
	noDatabase, // somebody else has dropped the database
	"42704",    // undefined_object
	"42P01",    // undefined_table
	"3F000",    // invalid_schema_name
	"XX000",    // internal_error: tuple concurrently updated
}

var (
	// errBusy means that sessions of the role do not end. describeLeft names them.
	errBusy = errors.New("sessions do not end")
	// errInUse means that sessions or transactions of others use a database of the role.
	errInUse = errors.New("a database can't be dropped")
	// errLate means that the time for the drop was over, or that an attempt had no effect.
	errLate = errors.New("not finished in time")
	// errOthers means that something belongs to a role without a mark.
	errOthers = errors.New("previewset does not change what has no mark")
)

// retryable reports whether another attempt to drop can succeed.
func retryable(err error) bool {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	return ok && slices.Contains(retryStates, pgErr.Code) ||
		slices.ContainsFunc([]error{errBusy, errInUse, errLate, errOthers, errTooMany}, func(target error) bool { return errors.Is(err, target) })
}

// first returns the first error that another attempt can't remove, or otherwise the
// first error, or nil. It returns errBusy only if there is no other error: messages name
// the sessions of the role anyway.
func first(failures []error) (found error) {
	for _, err := range failures {
		switch {
		case !retryable(err):
			return err
		case found == nil, errors.Is(found, errBusy):
			found = err
		}
	}
	return found
}

// maxDetail bounds the details of an error, in bytes.
const maxDetail = 500

// describe adds the details of the server, such as a list of objects.
func describe(err error) error {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || pgErr.Detail == "" {
		return err
	}
	return fmt.Errorf("%w: %.*s", err, maxDetail, pgErr.Detail)
}
