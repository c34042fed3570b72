package main

import (
	"context"
	"fmt"
	"time"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/internal/database/mysql"
	"github.com/previewset/previewset/internal/database/postgres"
)

// withServer connects to the server and calls work. If the server is full or not available,
// it repeats both until patience ends. --timeout bounds all of them.
func (f *dbFlags) withServer(ctx context.Context, patience time.Duration, work func(context.Context, database.Server) error) error {
	bounded, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	err := database.Retry(bounded, patience, f.progress(ctx), func() error { return f.attempt(ctx, bounded, work) })
	if err != nil && ctx.Err() == nil && bounded.Err() != nil {
		return fmt.Errorf("gave up after %s (--timeout): %w", config.Duration(f.timeout), err)
	}
	return err
}

// attempt connects to the server and calls work once. bounded is ctx with --timeout.
func (f *dbFlags) attempt(ctx, bounded context.Context, work func(context.Context, database.Server) error) error {
	defer f.t.working(ctx, "connecting to the %s server", f.engine)()
	server, err := f.open(bounded)
	if err != nil {
		return err
	}
	defer server.Close()
	return work(bounded, server)
}

// open connects to the server as its administrator.
func (f *dbFlags) open(ctx context.Context) (server database.Server, err error) {
	url, err := f.adminURL.Read()
	if err != nil {
		return nil, fmt.Errorf("the administrator's URL (--admin-url-file, --admin-url-env): %w", err)
	}
	if f.engine == engineMySQL {
		server, err = asServer(mysql.Open(ctx, url))
	} else {
		server, err = asServer(postgres.Open(ctx, url))
	}
	if err != nil {
		return nil, fmt.Errorf("URL in the %s: %w", f.adminURL, err)
	}
	return server, nil
}

// asServer converts a result to the interface. On an error the interface is nil: it
// must not hold a nil pointer.
func asServer[S database.Server](server S, err error) (database.Server, error) {
	if err != nil {
		return nil, err
	}
	return server, nil
}
