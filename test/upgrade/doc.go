// Package upgrade tests the effects of a code change on existing installations. A
// directory below testdata is frozen: the code of a release wrote it, and later code
// only reads it. TestUpgrade runs the current code on each directory and expects no
// change: no new commit, no changed name, no changed answer, no dropped database.
//
// # The frozen data
//
//   - config.yaml is the configuration. Its host names are fixed, because names and
//     records contain host names. A loopback proxy serves the hosts.
//   - forges.jsonl lists the operations on GitHub and Gitea, one per line. The fake
//     GitHub must always create the same commits and times from the same operations.
//   - gitea.json is the recording of the Gitea.
//   - gitops.fast-export and source.fast-export are the Git repositories. Importing
//     them restores the same hashes.
//   - answers holds the answer to Argo CD for each set.
//   - postgres.sql and mariadb.sql restore a server to its state after
//     `previewset db create`. They are written by hand.
//   - announced lists the differences that the CHANGELOG announces, one per line:
//     "entry SET/ID" for an entry that is rewritten once, and "parameter NAME" for a
//     new parameter of the answers. "entry */*" is all entries. The file is empty or
//     missing if there are no announced differences.
//
// # The next freeze
//
// For a release, run
//
//	go test ./test/upgrade -run TestFreeze -freeze v1
//
// The test runs the current code on the events in the directory story and writes
// testdata/v1. It fails if the directory exists. Copy the SQL scripts from the newest
// directory by hand, and change them where `db create` has changed.
//
// # Dates
//
// No test depends on the current date. All events on the forges are in January 2026. A
// lifetime that must not end is 100 years; a lifetime that must have ended is 24 hours.
package upgrade
