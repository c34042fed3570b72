// Package mysql gives each preview a database of its own on a MySQL or MariaDB
// server: MariaDB from 10.4 and MySQL from 8.0, the first that can lock accounts
// and escape a database's name in GRANT as this package needs it. It is tested
// with MariaDB 10.11; what is done for MySQL is what its manual of 8.4 says.
//
// There is no comment on a user or database that all of them have, so the marks
// are rows of `previewset`.`objects`, which is made with the first preview and
// which only administrators can read. The row is there before what it marks, and
// goes after it.
//
// The administrator is root, or a user who may, on *.* WITH GRANT OPTION, all that
// previews may in their databases (SELECT, INSERT, UPDATE, DELETE, CREATE, DROP,
// REFERENCES, INDEX, ALTER, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE
// VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER and MariaDB's
// DELETE HISTORY), and besides CREATE USER, PROCESS (to see sessions) and
// CONNECTION ADMIN (to end them; MySQL: CONNECTION_ADMIN).
package mysql
