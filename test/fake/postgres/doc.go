// Package postgres gives tests real PostgreSQL servers: the programs that are
// installed here, each server with a data folder of its own, on a loopback port.
//
// Roles log in with passwords (scram-sha-256), as they do in reality. What a
// server says is kept, so that tests can look for what it must not say.
package postgres
