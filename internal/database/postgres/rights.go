package postgres

import (
	"context"
	"fmt"
)

// describeTemplate adds the remedy to err, with which the server refused to copy a template.
func (c *session) describeTemplate(ctx context.Context, template string, err error) error {
	switch {
	case hasState(err, noDatabase):
		return fmt.Errorf("%w: name a database that exists (--template, overlay.database.template)", err)
	case !hasState(err, noRight):
		return err
	}
	// The owner may copy a database, and everybody a marked template. The remedy proposes no
	// membership in a superuser.
	owners, listErr := c.list(ctx, `SELECT CASE WHEN rolsuper THEN '' ELSE rolname END FROM pg_database JOIN pg_roles r ON r.oid = datdba
		WHERE datname = $1 AND NOT datistemplate AND NOT pg_has_role(r.oid, 'USAGE')`, template)
	if listErr != nil || len(owners) == 0 {
		return err
	}
	member := ""
	if owners[0] != "" {
		member = fmt.Sprintf("make the administrator %s a member of its owner %s, or ", c.user, owners[0])
	}
	return fmt.Errorf("%w: %srun as its owner or as a superuser: ALTER DATABASE %s IS_TEMPLATE true", err, member, quoted(template))
}

// describeShared adds the remedy to err, if the administrator lacks rights on the database for
// schemas. A template must not have schemas of previews, because other databases are copies
// of it.
func (c *session) describeShared(ctx context.Context, name string, err error) error {
	if !hasState(err, noRight) {
		return err
	}
	err = fmt.Errorf("%w: name another database (--database, overlay.database.name)", err)
	template, listErr := c.exists(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate)", name)
	if listErr != nil || template {
		return err
	}
	return fmt.Errorf("%w, or run as its owner or as a superuser: GRANT ALL ON DATABASE %s TO %s WITH GRANT OPTION", err, quoted(name), quoted(c.user))
}
