// Package postgres keeps the databases of previews apart on a PostgreSQL server,
// version 15 or newer, as a superuser or as a role with CREATEDB and CREATEROLE.
//
// The truth about whose something is, is the comment on the role that owns it,
// which a role can't write itself. So the role comes first and goes last, and
// what is between is found by its owner. A role that can't log in yet, for its
// password is valid until the beginning of time, has things that were made by
// half or removed by half: Create takes them away and starts again.
//
// The statements that no driver can parametrise are put together by the server's
// own format(), which quotes identifiers and literals. A session of the
// administrator looks names up in pg_catalog alone: what previews call their
// functions must not matter to it.
package postgres
