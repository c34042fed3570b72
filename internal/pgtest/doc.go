// Package pgtest gives tests real PostgreSQL servers: the programs that are
// installed here, each server with a data folder of its own, on a loopback port.
//
// It is test code only: nothing outside of _test.go files and test/ may import
// it. Roles log in with passwords (scram-sha-256), as they do in reality. What a
// server says is kept, so that tests can look for what it must not say.
package pgtest
