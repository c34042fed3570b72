package mysql

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"time"

	driver "github.com/go-sql-driver/mysql"
)

const (
	defaultPort = 3306
	// dialTimeout bounds a connection attempt, and writeTimeout one write.
	dialTimeout, writeTimeout = 10 * time.Second, 30 * time.Second
	// readTimeout bounds one statement. The longest one removes a large database.
	readTimeout = 10 * time.Minute
	// lockSeconds bounds the wait of a statement for a metadata lock. MySQL's default is a
	// year. rowLockSeconds bounds the wait for a row of the registry, which a Drop locks
	// for database.DropPatience and a few statements.
	lockSeconds, rowLockSeconds = "30", "90"
)

// endpoint is the address of a server, and the options of a preview's URL.
type endpoint struct {
	host    string
	port    int
	options url.Values
}

// parseURL parses mysql://user:password@host:port/?tls=…. Its errors contain no part of
// the URL except the values of tls.
func parseURL(text string) (*driver.Config, endpoint, error) {
	u, err := url.Parse(text)
	if err != nil {
		// The error of net/url quotes the URL, including the password.
		return nil, endpoint{}, errors.New("it is not a valid URL: escape special characters of the password (%2F for /)")
	}
	password, _ := u.User.Password()
	switch {
	case u.Scheme != "mysql":
		return nil, endpoint{}, errors.New("the scheme is not mysql: use mysql://user:password@host:port/")
	case u.User.Username() == "" || password == "":
		return nil, endpoint{}, errors.New("it has no user or no password: use mysql://user:password@host:port/")
	case u.Hostname() == "":
		return nil, endpoint{}, errors.New("it has no host: use mysql://user:password@host:port/")
	case (u.Path != "" && u.Path != "/") || u.Fragment != "":
		return nil, endpoint{}, errors.New("it has parts other than a user, a password, a host, a port and tls: remove them")
	}
	e := endpoint{host: u.Hostname(), port: defaultPort, options: url.Values{}}
	if u.Port() != "" {
		if e.port, err = strconv.Atoi(u.Port()); err != nil || e.port < 1 || e.port > 65535 {
			return nil, endpoint{}, errors.New("the port is not valid: use 1 to 65535")
		}
	}
	encryption, err := parseTLS(u.RawQuery)
	if err != nil {
		return nil, endpoint{}, err
	}
	if encryption != "" {
		e.options.Set("tls", encryption)
	}
	config := newConfig(e, encryption)
	config.User, config.Passwd = u.User.Username(), password
	return config, e, nil
}

// parseTLS returns the value of tls in a query, or "". Other options are an error.
func parseTLS(rawQuery string) (string, error) {
	query, err := url.ParseQuery(rawQuery)
	if err != nil {
		return "", errors.New("the query is not valid: use only ?tls=")
	}
	values := query["tls"]
	if len(query) > 1 || len(values) > 1 || (len(query) == 1 && len(values) == 0) {
		return "", errors.New("the query has options other than a single tls: remove them")
	}
	if len(values) == 0 {
		return "", nil
	}
	if known := []string{"true", "false", "preferred", "skip-verify"}; !slices.Contains(known, values[0]) {
		return "", fmt.Errorf("the value of tls is %q, want one of %q", values[0], known)
	}
	return values[0], nil
}

// newConfig returns the driver's configuration for e, without the user. It keeps two
// defaults of the driver: several statements in one string, and requests of the server
// for local files, are not allowed.
func newConfig(e endpoint, encryption string) *driver.Config {
	config := driver.NewConfig()
	config.Net, config.Addr = "tcp", net.JoinHostPort(e.host, strconv.Itoa(e.port))
	config.TLSConfig = encryption
	config.Timeout, config.ReadTimeout, config.WriteTimeout = dialTimeout, readTimeout, writeTimeout
	// The server can't prepare most statements on users and databases.
	config.InterpolateParams = true
	// The driver's own logger writes to standard error.
	config.Logger = &driver.NopLogger{}
	config.Params = map[string]string{
		"lock_wait_timeout":        lockSeconds,
		"innodb_lock_wait_timeout": rowLockSeconds,
		// In strict mode a value that is too long is an error, and is never truncated.
		"sql_mode": "'STRICT_ALL_TABLES'",
	}
	return config
}
