// Package postgres gives tests real PostgreSQL servers. It runs the installed
// programs; each server has its own data folder and a loopback port.
//
// Roles log in with passwords (scram-sha-256), as in production. A server keeps its
// log, so that tests can search it for secrets.
package postgres
