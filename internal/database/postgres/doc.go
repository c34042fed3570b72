// Package postgres gives each preview a schema or database on a PostgreSQL server of
// version 15 or newer. The administrator is a superuser, or a role with CREATEDB and
// CREATEROLE.
//
// The mark of a preview is the comment on the role that owns the preview's objects. A
// role can't write this comment itself. Therefore the role is created first and dropped
// last, and all other objects are found by their owner. While objects are created or
// removed, the role can't log in: its password is valid until -infinity. If Create finds
// such a role, it removes the incomplete objects and starts again.
//
// Some statements can't have parameters. The server's format() builds them, and quotes
// identifiers and literals. The administrator's sessions look up names only in
// pg_catalog, so that they never call functions of previews.
package postgres
