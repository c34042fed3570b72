package mysql

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// identifier returns name as a quoted SQL identifier. The driver has no function for
// identifiers; it interpolates values.
func identifier(name string) string {
	return "`" + strings.ReplaceAll(name, "`", "``") + "`"
}

// pattern returns the name of a database for GRANT, which interprets an unescaped "_" as
// any character and "%" as any number of characters: a right to shop_pr_4 would include
// shopxpr_4 (MySQL manual, "GRANT Statement").
func pattern(name string) string {
	return identifier(strings.NewReplacer(`\`, `\\`, `_`, `\_`, `%`, `\%`).Replace(name))
}

// unescape returns the name of a database from its pattern in the grant tables.
func unescape(pattern string) string {
	return strings.NewReplacer(`\\`, `\`, `\_`, `_`, `\%`, `%`).Replace(pattern)
}

const (
	// maxUser is the length of MySQL's longest user name, in characters; MariaDB's is 80.
	maxUser = 32
	// hashDigits is the length of the hash: 12 digits have 48 bits.
	hashDigits = 12
)

// userName returns the user of the database called name: the same name, or if that is
// too long, its first part and a hash.
func userName(name string) string {
	if len(name) <= maxUser {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return name[:maxUser-hashDigits-1] + "_" + hex.EncodeToString(sum[:])[:hashDigits]
}
