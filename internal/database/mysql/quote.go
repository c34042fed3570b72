package mysql

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// identifier returns name as SQL writes the name of a database or table. The
// driver has no function for that; text is left to its interpolation.
func identifier(name string) string {
	return "`" + strings.ReplaceAll(name, "`", "``") + "`"
}

// pattern returns the name of a database as GRANT needs it. There "_" and "%"
// stand for any character, or any number of them, if not escaped: a right to
// shop_pr_4 would be one to shopxpr_4 as well (MySQL manual, "GRANT Statement").
func pattern(name string) string {
	return identifier(strings.NewReplacer(`\`, `\\`, `_`, `\_`, `%`, `\%`).Replace(name))
}

// unescape returns the name that a pattern of the grant tables is made of.
func unescape(pattern string) string {
	return strings.NewReplacer(`\\`, `\`, `\_`, `_`, `\%`, `%`).Replace(pattern)
}

const (
	// maxUser is MySQL's longest name of a user, in characters; MariaDB's is 80.
	maxUser = 32
	// hashDigits are 48 bits.
	hashDigits = 12
)

// userName returns the user of the preview's database called name: the same
// name if it is short enough.
func userName(name string) string {
	if len(name) <= maxUser {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return name[:maxUser-hashDigits-1] + "_" + hex.EncodeToString(sum[:])[:hashDigits]
}
