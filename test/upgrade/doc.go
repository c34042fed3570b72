// Package upgrade holds the suite that shows what a change of the code does to
// an existing installation. A directory below testdata is frozen: the code of its
// time wrote it, and later code only reads it. TestUpgrade runs the current code on
// each directory and expects that nothing moves: no commit, no other name, no other
// answer, no dropped database.
//
// # The frozen data
//
//   - config.yaml is the configuration, with fixed host names. A loopback proxy
//     serves the hosts, since host names are part of names and records.
//   - forges.jsonl is what happened on GitHub and Gitea, one operation a line. The fake
//     GitHub makes the same commits and times of the same operations, and must keep
//     doing so.
//   - gitea.json is the recording of the Gitea.
//   - gitops.fast-export and source.fast-export are the Git repositories. Importing
//     them restores the same hashes.
//   - answers holds the answer to Argo CD of each set.
//   - postgres.sql and mariadb.sql leave a server as `previewset db create` did.
//     They are written by hand.
//   - announced lists the differences that the CHANGELOG announces, one a line:
//     "entry SET/ID" for an entry that is rewritten once, and "parameter NAME" for a
//     new parameter of the answers. "entry */*" is all entries. The file is empty or
//     missing where nothing is announced.
//
// # The next freeze
//
// A release runs
//
//	go test ./test/upgrade -run TestFreeze -freeze v1
//
// which runs the current code through the events in the directory story and writes
// testdata/v1. The command refuses a directory that exists. The SQL scripts are
// copied from the newest directory by hand, and changed where `db create` changed.
//
// # Dates
//
// No test depends on the date. Everything on the forges happens in January 2026. A
// lifetime that must not end is 100 years, and one that must have ended is 24 hours.
package upgrade
