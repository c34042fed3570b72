// Package mysql gives each preview a database on a MySQL or MariaDB server. It needs
// MariaDB 10.4 or MySQL 8.0, the first versions that can lock accounts and escape the
// name of a database in GRANT. It is tested with MariaDB 10.11; for MySQL it follows the
// manual of version 8.4.
//
// Not all of these servers support comments on users and databases, so the marks are
// rows of the table `previewset`.`objects`, the registry. Create makes the table for the
// first preview; only administrators can read it. A row exists before the objects that
// it marks, and is removed after them.
//
// The administrator is root, or a user with the following rights on *.* WITH GRANT
// OPTION: the rights of previews in their databases (SELECT, INSERT, UPDATE, DELETE,
// CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE,
// CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER and MariaDB's
// DELETE HISTORY), CREATE USER, PROCESS (to see sessions) and CONNECTION ADMIN (to end
// them; MySQL: CONNECTION_ADMIN). On MySQL, XA_RECOVER_ADMIN lets a drop roll back prepared
// transactions.
package mysql
