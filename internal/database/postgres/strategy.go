package postgres

import (
	"context"
	"fmt"

	"github.com/previewset/previewset/internal/database"
)

// placesSQL lists the databases that the role $1 owns, and the other databases in which it
// owns a schema. Each has the strategy and a description. wanted is true for the place of
// the strategy $2 and the shared database $3.
//
// The strategies database and snapshot have the same place.
const placesSQL = `SELECT strategy, what, strategy = $2 AND ($2 <> 'schema' OR datname = $3) AS wanted FROM (
	SELECT 'database' AS strategy, format('the database %s', datname) AS what, datname FROM pg_database WHERE datdba = $1::oid
	UNION ALL SELECT DISTINCT 'schema', format('a schema in the database %s', d.datname), d.datname
	FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = $1::oid
	AND s.deptype = 'o' AND s.classid = 'pg_namespace'::regclass AND d.datdba <> $1::oid
) places ORDER BY 1, 2`

// checkStrategy returns database.ErrStrategy if found, the role of r, has its data in
// another place than r describes. Otherwise Create would leave the data behind, or remove it
// with an incomplete role.
//
// A preview that is complete may have both: older versions left the other place behind. An
// incomplete role that could never log in has no data, because an earlier Create did not
// end.
func (c *session) checkStrategy(ctx context.Context, r database.Request, found *role) error {
	//promise:other-strategies-keep-data
	if found == nil || !found.used() {
		return nil
	}
	strategy := database.StrategySchema
	if r.Strategy != database.StrategySchema {
		strategy = database.StrategyDatabase
	}
	rows, err := c.conn.Query(ctx, placesSQL, found.oid, string(strategy), r.Database)
	if err != nil {
		return err
	}
	defer rows.Close()
	exists, other, otherStrategy := false, "", ""
	for rows.Next() {
		var name, what string
		var wanted bool
		if err := rows.Scan(&name, &what, &wanted); err != nil {
			return err
		}
		if wanted {
			exists = true
		} else {
			other, otherStrategy = what, name
		}
	}
	if err := rows.Err(); err != nil || other == "" || exists && found.complete {
		return err
	}
	return strategyError(r, found, other, otherStrategy)
}

// strategyError describes the place of the preview's data.
func strategyError(r database.Request, found *role, place, strategy string) error {
	restore := "the strategy " + strategy
	switch {
	case strategy == string(database.StrategyDatabase):
		restore += " or " + string(database.StrategySnapshot)
	case strategy == string(r.Strategy):
		restore = "the name of that database"
	}
	remedy := ""
	if found.complete {
		// With an incomplete role, Create would remove the data even then.
		remedy = "to keep its data, restore " + restore + "; "
	}
	return fmt.Errorf("%w: %s has %s: %sto remove its data, drop it first", database.ErrStrategy, r.Name, place, remedy)
}
