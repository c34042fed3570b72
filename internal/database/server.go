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

// Strategy is how previews are kept apart on one server.
type Strategy string

// The strategies. MySQL has StrategyDatabase alone.
const (
	// StrategySchema is a schema of a database that all previews share.
	StrategySchema Strategy = "schema"
	// StrategyDatabase is a database of its own, empty at first.
	StrategyDatabase Strategy = "database"
	// StrategySnapshot is a database of its own, a copy of a template.
	StrategySnapshot Strategy = "snapshot"
)

// Request is what a preview is to have.
type Request struct {
	// Name is that of its schema or database and of its role: what
	// generator.Names promises of DBSchema.
	Name     string
	Mark     Mark
	Strategy Strategy
	// Database holds the schemas of StrategySchema.
	Database string
	// Template is the database that StrategySnapshot copies.
	Template string
	// ConnectionLimit is how many sessions the role may have at once, at least 1.
	ConnectionLimit int
	// StatementTimeout is after how long a statement is given up, at least 1 ms.
	StatementTimeout time.Duration
	// Open are databases that the role may connect to besides its own. Others
	// that it could connect to are an error: ErrOpen.
	Open []string
	// Wait is how long Create waits for a template that is in use.
	Wait time.Duration
	// Password of the role.
	Password string
	// Progress is told what Create waits for; never nil.
	Progress func(format string, args ...any)
}

// Access is how a preview gets to what is its own.
type Access struct {
	// Scheme of the URL: "postgres" or "mysql".
	Scheme string
	Host   string
	Port   int
	// Database and Schema; Schema is "" where the database is all its own.
	Database, Schema string
	User, Password   string
	// Options are the query of the URL, such as sslmode.
	Options url.Values
}

// URL returns a as most drivers take it. It holds the password.
func (a Access) URL() string {
	u := url.URL{
		Scheme: a.Scheme, User: url.UserPassword(a.User, a.Password),
		Host: net.JoinHostPort(a.Host, strconv.Itoa(a.Port)), Path: "/" + a.Database, RawQuery: a.Options.Encode(),
	}
	return u.String()
}

// Object is a preview's role with its schema or database, found on a server.
type Object struct {
	Name string
	Mark Mark
}

// Server is a database server, as its administrator. Its methods may be called
// at the same time for different names; an error never holds a password.
type Server interface {
	// Create makes what r asks for, or completes it: called again, it changes
	// nothing but the password and the limits. It takes OrphanedAt off the mark.
	// The errors are ErrForeign, ErrOpen and ErrBusy, or the server's.
	Create(ctx context.Context, r Request) (Access, error)
	// Drop ends the sessions of the role called name and removes it with all
	// that it owns. It reports whether there was anything. What is not of owner
	// stays, and is ErrForeign; so does what is no orphan any more as owner says,
	// which is ErrChanged: Create takes OrphanedAt off.
	Drop(ctx context.Context, name string, owner Mark) (bool, error)
	// List returns all objects that carry a mark, by name.
	List(ctx context.Context) ([]Object, error)
	// Note writes o's mark, which differs from the server's in OrphanedAt alone.
	Note(ctx context.Context, o Object) error
	// Close ends its sessions.
	Close()
}

var (
	// ErrForeign means that what has the name is somebody else's.
	ErrForeign = errors.New("not this preview's")
	// ErrChanged means that an object has a preview again.
	ErrChanged = errors.New("it was changed meanwhile")
	// ErrOpen means that the server lets a preview in elsewhere.
	ErrOpen = errors.New("the server is open to previews beyond their own databases")
	// ErrBusy means that the template was in use for all of Request.Wait.
	ErrBusy = errors.New("the template is in use")
)

// Foreign returns an ErrForeign about what has name: with the mark found, if it
// has one.
func Foreign(name string, found Mark, marked bool) error {
	if !marked {
		return fmt.Errorf("%w: %s is there and carries no mark of previewset: remove it, or give previews other names", ErrForeign, name)
	}
	return fmt.Errorf("%w: %s belongs to %s", ErrForeign, name, found.owner())
}
