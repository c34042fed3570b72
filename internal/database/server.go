package database

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"time"
)

// Strategy is the way in which previews are separated on one server.
type Strategy string

// The strategies. MySQL supports only StrategyDatabase.
const (
	// StrategySchema is a schema of a database that all previews share.
	StrategySchema Strategy = "schema"
	// StrategyDatabase is a separate database, which is empty at first.
	StrategyDatabase Strategy = "database"
	// StrategySnapshot is a separate database, which is a copy of a template.
	StrategySnapshot Strategy = "snapshot"
)

// Request describes the database of a preview.
type Request struct {
	// Name is the name of the schema or database and of the role: the DBSchema of
	// generator.Names.
	Name     string
	Mark     Mark
	Strategy Strategy
	// Database holds the schemas of StrategySchema.
	Database string
	// Template is the database that StrategySnapshot copies.
	Template string
	// ConnectionLimit bounds the concurrent sessions of the role. It is at least 1.
	ConnectionLimit int
	// Previews is the number of previews that share the connections of the server, or
	// UnknownPreviews. A new role gets its share, and at most ConnectionLimit; see
	// Share. A complete role keeps its limit. If Previews is 0, the role gets
	// ConnectionLimit.
	Previews int
	// StatementTimeout bounds the duration of a statement. It is at least 1 ms.
	StatementTimeout time.Duration
	// Open lists other databases that the role may connect to. If it could connect to
	// any further database, Create returns ErrOpen.
	Open []string
	// Wait bounds the time that Create waits for a server that is full or not available, for a
	// template that is in use, and for the rest of an earlier drop.
	Wait time.Duration
	// Password of the role.
	Password string
	// Progress is called with a message when Create waits. It is never nil.
	Progress func(format string, args ...any)
}

// UnknownPreviews is the number of previews if any number can exist.
const UnknownPreviews = -1

// assumedPreviews is the number of previews for UnknownPreviews: one preview gets a tenth
// of the server.
const assumedPreviews = 10

// AdministratorConnections is the number of connections that previews leave to the
// administrator.
const AdministratorConnections = 5

// Share returns the connection limit of a new role. available is the number of the
// server's connections that previews can use.
func (r Request) Share(available int) int {
	switch r.Previews {
	case 0:
		return r.ConnectionLimit
	case UnknownPreviews:
		available /= assumedPreviews
	default:
		available /= r.Previews
	}
	return max(1, min(available, r.ConnectionLimit))
}

// Access is the address of a preview's database and its credentials.
type Access struct {
	// Scheme of the URL: "postgres" or "mysql".
	Scheme string
	Host   string
	Port   int
	// Database and Schema; Schema is "" if the preview has a separate database.
	Database, Schema string
	User, Password   string
	// Options are the query of the URL, such as sslmode.
	Options url.Values
	// ConnectionLimit is the limit of the role. ServerConnections is the number of
	// connections that the server accepts. Each is 0 if there is none, or if
	// it is not known.
	ConnectionLimit, ServerConnections int
}

// URL returns a in the form that most drivers accept. It contains the password.
func (a Access) URL() string {
	u := url.URL{
		Scheme: a.Scheme, User: url.UserPassword(a.User, a.Password),
		Host: net.JoinHostPort(a.Host, strconv.Itoa(a.Port)), Path: "/" + a.Database, RawQuery: a.Options.Encode(),
	}
	return u.String()
}

// Object is the role of a preview with its schema or database, as found on a server.
type Object struct {
	Name string
	Mark Mark
}

// Server is a database server with the administrator's rights. Its methods may be called
// concurrently for different names. An error never contains a password.
type Server interface {
	// Create creates or completes the database that r describes. A repeated call only
	// changes the password and the limits. Create clears OrphanedAt and DroppingAt in the
	// mark. It first completes an earlier drop of the name, even of another owner. It
	// changes nothing and returns ErrStrategy if the preview's data is elsewhere. The
	// errors are ErrForeign, ErrStrategy, ErrOpen, ErrBusy, ErrDropping and errors of the
	// server.
	Create(ctx context.Context, r Request) (Access, error)
	// Drop ends the sessions of the role called name, and removes the role with
	// everything that it owns. It reports whether the role existed. It removes nothing
	// and returns ErrForeign if the mark has another owner, or ErrChanged if Create has
	// run since owner was read. If something can't be removed within patience, Drop
	// removes the rest, sets DroppingAt in the mark, and returns ErrDropping, which names
	// what is left. ctx needs more time than patience.
	Drop(ctx context.Context, name string, owner Mark, patience time.Duration) (bool, error)
	// List returns all objects that have a mark, sorted by name.
	List(ctx context.Context) ([]Object, error)
	// Note writes the mark of o, which differs only in OrphanedAt from the stored mark.
	// It does not change an object with DroppingAt.
	Note(ctx context.Context, o Object) error
	// Close ends the administrator's sessions.
	Close()
}

// DropPatience is the patience of Drop for one object.
const DropPatience = time.Minute

var (
	// ErrForeign means that an object with the name has another owner.
	ErrForeign = errors.New("owned by someone else")
	// ErrChanged means that the preview of an orphaned object exists again.
	ErrChanged = errors.New("the mark has changed in the meantime")
	// ErrDropping means that a part of an object could not be removed in time. The next
	// Drop or Create of the name continues.
	ErrDropping = errors.New("not completely dropped")
	// ErrStrategy means that the preview has a schema or a database of another strategy.
	ErrStrategy = errors.New("the strategy or the shared database of the preview has changed")
	// ErrOpen means that a preview could connect to other databases.
	ErrOpen = errors.New("the server lets previews connect to more than their own databases")
	// ErrFull means that the server has no space for a session.
	ErrFull = errors.New("the server accepts no session")
	// ErrUnavailable means that the server does not listen, or starts or stops.
	ErrUnavailable = errors.New("the server is not available")
	// ErrBusy means that the template stayed in use during Request.Wait.
	ErrBusy = errors.New("the template is in use")
)

// Foreign returns an ErrForeign for the object called name. found is its mark, if marked
// is true.
func Foreign(name string, found Mark, marked bool) error {
	if !marked {
		return fmt.Errorf("%w: %s exists and has no mark of previewset: remove it, or choose another name", ErrForeign, name)
	}
	return fmt.Errorf("%w: %s belongs to %s: db sweep drops it after that preview has ended", ErrForeign, name, found.owner())
}
