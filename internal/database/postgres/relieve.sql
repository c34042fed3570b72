-- The sessions of previews that stop others. $1 is the time for which a session of
-- previewset must have waited, $2 the age of the oldest transaction, $3 the number of rows.
-- The query reads only shared catalogs and functions of the server; see reserveLocks.
WITH RECURSIVE sessions AS MATERIALIZED (
	SELECT s.pid, s.usesysid, s.application_name, s.xact_start FROM pg_stat_get_activity(NULL) s
), previews AS MATERIALIZED (
	-- Marked roles (see ownedByPreview) whose sessions the administrator may end.
	SELECT s.pid, s.xact_start, r.oid, r.rolname, d.description FROM sessions s JOIN pg_roles r ON r.oid = s.usesysid
	JOIN pg_shdescription d ON d.classoid = 'pg_authid'::regclass AND d.objoid = r.oid AND d.description LIKE 'previewset {%'
	WHERE pg_has_role(r.oid, 'USAGE') OR pg_has_role('pg_signal_backend', 'USAGE')
), locks AS MATERIALIZED (
	-- Predicate locks and locks of the fast path are in tables of their own.
	SELECT pid, granted, waitstart FROM pg_lock_status() WHERE NOT fastpath AND mode <> 'SIReadLock'
), blocked (pid) AS (
	SELECT l.pid FROM locks l JOIN sessions s USING (pid)
	WHERE NOT l.granted AND l.waitstart < clock_timestamp() - $1::interval AND s.application_name = 'previewset'
	AND s.usesysid = (SELECT oid FROM pg_roles WHERE rolname = current_user)
	UNION SELECT blocker FROM blocked b, unnest(pg_blocking_pids(b.pid)) blocker
), capacity AS (
	-- PostgreSQL manual, max_locks_per_transaction.
	SELECT current_setting('max_locks_per_transaction')::int AS share, current_setting('max_locks_per_transaction')::int
		* (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int) AS total
), held AS (
	SELECT p.pid, n, sum(n) OVER (ORDER BY n DESC, p.pid) - n AS earlier
	FROM (SELECT pid, count(*) AS n FROM locks GROUP BY pid) h JOIN previews p USING (pid), capacity WHERE n > share
), victims AS (
	SELECT p.*, CASE
		WHEN EXISTS (SELECT FROM blocked b WHERE b.pid = p.pid) THEN 'it blocks previewset'
		WHEN p.xact_start < clock_timestamp() - $2::interval THEN format('its transaction is older than %s s', extract(epoch FROM $2::interval)::bigint)
		WHEN (SELECT count(*) FROM locks) - h.earlier > total / 2
			THEN format('it holds %s locks, and the table of locks of the server has space for about %s', h.n, total)
	END AS reason FROM previews p LEFT JOIN held h USING (pid), capacity
)
SELECT pid, oid, rolname::text, description, reason FROM victims WHERE reason IS NOT NULL ORDER BY pid LIMIT $3
