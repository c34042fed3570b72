package naming

import (
	"regexp"
	"strings"
)

// maxSchema is the longest identifier of PostgreSQL, in bytes: NAMEDATALEN-1
// (PostgreSQL manual, "Identifiers and Key Words"). MySQL's is 64 characters.
const maxSchema = 63

// IsSchema reports whether s can be the name of a preview's schema or database and
// of its role: 1 to 63 bytes of a-z, 0-9 and "_", without a digit at the start.
// For PostgreSQL and MySQL, such a name is the same with and without quotes, unless
// it is a key word.
func IsSchema(s string) bool {
	return s != "" && len(s) <= maxSchema && cleanSchema(s) == s
}

// IsDatabase reports whether previewset accepts s as the name of a database that it
// did not create: 1 to 63 bytes of ASCII letters, digits, "_" and "-", with a letter
// or "_" at the start. Such a name can need quotes in SQL.
func IsDatabase(s string) bool { return databaseName.MatchString(s) }

var databaseName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]{0,62}$`)

// schema is the syntax of a database schema's name that needs no quotes.
type schema struct{}

func (schema) plain(raw string) bool {
	return IsSchema(raw) && !strings.HasPrefix(raw, "pg_") && !reserved(raw) && !looksHashed(raw)
}

func (schema) hashed(raw, id, hash string) string {
	s := cleanSchema(raw)
	if strings.Trim(s, "_") == "" {
		s = cleanSchema(id)
	}
	name := withHash(s, hash, "_", maxSchema)
	if strings.HasPrefix(name, "pg_") {
		// PostgreSQL reserves names that begin with pg_.
		name = withHash("_"+name, hash, "_", maxSchema)
	}
	return name
}

// cleanSchema replaces each run of characters other than a-z, 0-9 and "_" by "_",
// after conversion to lower case. It puts "_" before a leading digit.
func cleanSchema(s string) string {
	s = replaceRuns(s, '_', true)
	if s != "" && s[0] <= '9' {
		s = "_" + s
	}
	return s
}

// snake replaces dashes by underscores.
func snake(s string) string { return strings.ReplaceAll(s, "-", "_") }

// reserved reports whether s needs quotes as the name of a schema or database, or
// is the name of a schema or database that every server has.
func reserved(s string) bool {
	return strings.Contains(reservedWords, " "+s+" ")
}

// reservedWords has, in this order: the schemas and databases that PostgreSQL and
// MySQL have by default; the key words of PostgreSQL that are reserved, or reserved
// except as function or type names (PostgreSQL manual, appendix C); the further
// words that MySQL 8 and 9 reserve (MySQL manual, "Keywords and Reserved Words"); the
// further words that MariaDB reserves. Each word has a space before and after it.
const reservedWords = " " +
	"public information_schema postgres template0 template1 mysql performance_schema sys " +

	"all analyse analyze and any array as asc asymmetric authorization binary both case cast " +
	"check collate collation column concurrently constraint create cross current_catalog " +
	"current_date current_role current_schema current_time current_timestamp current_user " +
	"default deferrable desc distinct do else end except false fetch for foreign freeze from " +
	"full grant group having ilike in initially inner intersect into is isnull join lateral " +
	"leading left like limit localtime localtimestamp natural not notnull null offset on only " +
	"or order outer overlaps placing primary references returning right select session_user " +
	"similar some symmetric system_user table tablesample then to trailing true union unique " +
	"user using variadic verbose when where window with " +

	"accessible add alter asensitive before between bigint blob by call cascade change char " +
	"character condition continue convert cube cume_dist cursor database databases day_hour " +
	"day_microsecond day_minute day_second dec decimal declare delayed delete dense_rank " +
	"describe deterministic distinctrow div double drop dual each elseif empty enclosed escaped " +
	"exists exit explain external first_value float float4 float8 force fulltext function " +
	"generated get grouping groups high_priority hour_microsecond hour_minute hour_second if " +
	"ignore index infile inout insensitive insert int int1 int2 int3 int4 int8 integer interval " +
	"io_after_gtids io_before_gtids iterate json_table key keys kill lag last_value lead leave " +
	"library linear lines load lock long longblob longtext loop low_priority manual master_bind " +
	"master_ssl_verify_server_cert match maxvalue mediumblob mediumint mediumtext middleint " +
	"minute_microsecond minute_second mod modifies no_write_to_binlog nth_value ntile numeric " +
	"of optimize optimizer_costs option optionally out outfile over parallel partition " +
	"percent_rank precision procedure purge qualify range rank read read_write reads real " +
	"recursive regexp release rename repeat replace require resignal restrict return revoke " +
	"rlike row row_number rows schema schemas second_microsecond sensitive separator set show " +
	"signal smallint spatial specific sql sql_big_result sql_calc_found_rows sql_small_result " +
	"sqlexception sqlstate sqlwarning ssl starting stored straight_join system terminated " +
	"tinyblob tinyint tinytext trigger undo unlock unsigned update usage use utc_date utc_time " +
	"utc_timestamp values varbinary varchar varcharacter varying virtual while write xor " +
	"year_month zerofill " +

	"delete_domain_id do_domain_ids ignore_domain_ids master_demote_to_replica " +
	"master_demote_to_slave page_checksum parse_vcol_expr portion ref_system_id " +
	"stats_auto_recalc stats_persistent stats_sample_pages "
