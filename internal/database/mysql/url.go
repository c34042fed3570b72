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
	// dialWithin and writeWithin bound a connection and what is sent on it.
	dialTimeout, writeTimeout = 10 * time.Second, 30 * time.Second
	// answerWithin bounds one statement: the longest removes a large database.
	readTimeout = 10 * time.Minute
	// lockSeconds is how long a statement waits for a lock; MySQL's default is a
	// year.
	lockSeconds = "30"
)

// endpoint is where a server is, and how previews are to go there.
type endpoint struct {
	host    string
	port    int
	options url.Values
}

// parseURL returns what mysql://user:password@host:port/?tls=… says. Its errors
// have no part of the URL but the values of tls.
func parseURL(text string) (*driver.Config, endpoint, error) {
	u, err := url.Parse(text)
	if err != nil {
		// The error of net/url quotes the URL, and with it the password.
		return nil, endpoint{}, errors.New("it is no URL: a password's characters that mean something in URLs must be escaped (%2F for /)")
	}
	password, _ := u.User.Password()
	switch {
	case u.Scheme != "mysql":
		return nil, endpoint{}, errors.New("its scheme is not mysql")
	case u.User.Username() == "" || password == "":
		return nil, endpoint{}, errors.New("it has no user or no password")
	case u.Hostname() == "":
		return nil, endpoint{}, errors.New("it has no host")
	case (u.Path != "" && u.Path != "/") || u.Fragment != "":
		return nil, endpoint{}, errors.New("it ends with more than host, port and tls")
	}
	e := endpoint{host: u.Hostname(), port: defaultPort, options: url.Values{}}
	if u.Port() != "" {
		if e.port, err = strconv.Atoi(u.Port()); err != nil || e.port < 1 || e.port > 65535 {
			return nil, endpoint{}, errors.New("its port is not between 1 and 65535")
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

// parseTLS returns the value of tls in a query, which may have nothing else; ""
// if it is not there.
func parseTLS(rawQuery string) (string, error) {
	query, err := url.ParseQuery(rawQuery)
	if err != nil {
		return "", errors.New("its query can't be read")
	}
	values := query["tls"]
	if len(query) > 1 || len(values) > 1 || (len(query) == 1 && len(values) == 0) {
		return "", errors.New("its query has more than one tls")
	}
	if len(values) == 0 {
		return "", nil
	}
	if known := []string{"true", "false", "preferred", "skip-verify"}; !slices.Contains(known, values[0]) {
		return "", fmt.Errorf("its tls is %q, not one of %q", values[0], known)
	}
	return values[0], nil
}

// newConfig returns how to connect to e, but for the user. Neither several
// statements in one nor the server's asking for local files is allowed: those
// are the driver's defaults.
func newConfig(e endpoint, encryption string) *driver.Config {
	config := driver.NewConfig()
	config.Net, config.Addr = "tcp", net.JoinHostPort(e.host, strconv.Itoa(e.port))
	config.TLSConfig = encryption
	config.Timeout, config.ReadTimeout, config.WriteTimeout = dialTimeout, readTimeout, writeTimeout
	// Most statements on users and databases can't be prepared by the server.
	config.InterpolateParams = true
	// The driver's own goes to standard error.
	config.Logger = &driver.NopLogger{}
	config.Params = map[string]string{
		"lock_wait_timeout":        lockSeconds,
		"innodb_lock_wait_timeout": lockSeconds,
		// Nothing is cut to fit, whatever the server is set to.
		"sql_mode": "'STRICT_ALL_TABLES'",
	}
	return config
}
