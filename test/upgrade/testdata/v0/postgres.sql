-- What `previewset db create` leaves on PostgreSQL. Frozen: never written again.
-- The password of every role is the one in databases_test.go.

-- database postgres
-- The database of all schemas.
CREATE DATABASE previewset ALLOW_CONNECTIONS false;
COMMENT ON DATABASE previewset IS 'previewset: the schemas of previews';
REVOKE ALL ON DATABASE previewset FROM PUBLIC;
ALTER DATABASE previewset WITH ALLOW_CONNECTIONS true;

-- database previewset
-- It has no public schema for previews.
REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- database previewset
-- A living preview.
CREATE ROLE schemas_pr_1 NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS VALID UNTIL '-infinity';
ALTER ROLE schemas_pr_1 SET search_path = schemas_pr_1;
ALTER ROLE schemas_pr_1 SET statement_timeout = '60000ms';
ALTER ROLE schemas_pr_1 SET idle_in_transaction_session_timeout = '300000ms';
COMMENT ON ROLE schemas_pr_1 IS 'previewset {"set":"schemas","id":"pr-1","source":"github.acme.test/acme/data"}';
ALTER ROLE schemas_pr_1 LOGIN VALID UNTIL 'infinity' CONNECTION LIMIT 20 PASSWORD 'SCRAM-SHA-256$4096:ZnJvemVuLXNhbHQtMDEyMw==$p6Tqm5xtPrSbsBgusOrlR7+Y9vnpy+cMfR+7n1EizmY=:gUz3J2oUdrWkG/FofrukKyxPqqzb/C+Y97u323L9qXw=';
GRANT CONNECT, TEMPORARY ON DATABASE previewset TO schemas_pr_1;
CREATE SCHEMA schemas_pr_1 AUTHORIZATION schemas_pr_1;
CREATE TABLE schemas_pr_1.notes AS SELECT 'of schemas_pr_1' AS text;
ALTER TABLE schemas_pr_1.notes OWNER TO schemas_pr_1;

-- database previewset
-- A preview whose entry a commit of the pruner removed.
CREATE ROLE schemas_pr_2 NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS VALID UNTIL '-infinity';
ALTER ROLE schemas_pr_2 SET search_path = schemas_pr_2;
ALTER ROLE schemas_pr_2 SET statement_timeout = '60000ms';
ALTER ROLE schemas_pr_2 SET idle_in_transaction_session_timeout = '300000ms';
COMMENT ON ROLE schemas_pr_2 IS 'previewset {"set":"schemas","id":"pr-2","source":"github.acme.test/acme/data"}';
ALTER ROLE schemas_pr_2 LOGIN VALID UNTIL 'infinity' CONNECTION LIMIT 20 PASSWORD 'SCRAM-SHA-256$4096:ZnJvemVuLXNhbHQtMDEyMw==$p6Tqm5xtPrSbsBgusOrlR7+Y9vnpy+cMfR+7n1EizmY=:gUz3J2oUdrWkG/FofrukKyxPqqzb/C+Y97u323L9qXw=';
GRANT CONNECT, TEMPORARY ON DATABASE previewset TO schemas_pr_2;
CREATE SCHEMA schemas_pr_2 AUTHORIZATION schemas_pr_2;
CREATE TABLE schemas_pr_2.notes AS SELECT 'of schemas_pr_2' AS text;
ALTER TABLE schemas_pr_2.notes OWNER TO schemas_pr_2;

-- database previewset
-- A preview without an entry, and without a commit that says why.
CREATE ROLE schemas_pr_3 NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS VALID UNTIL '-infinity';
ALTER ROLE schemas_pr_3 SET search_path = schemas_pr_3;
ALTER ROLE schemas_pr_3 SET statement_timeout = '60000ms';
ALTER ROLE schemas_pr_3 SET idle_in_transaction_session_timeout = '300000ms';
COMMENT ON ROLE schemas_pr_3 IS 'previewset {"set":"schemas","id":"pr-3","source":"github.acme.test/acme/data"}';
ALTER ROLE schemas_pr_3 LOGIN VALID UNTIL 'infinity' CONNECTION LIMIT 20 PASSWORD 'SCRAM-SHA-256$4096:ZnJvemVuLXNhbHQtMDEyMw==$p6Tqm5xtPrSbsBgusOrlR7+Y9vnpy+cMfR+7n1EizmY=:gUz3J2oUdrWkG/FofrukKyxPqqzb/C+Y97u323L9qXw=';
GRANT CONNECT, TEMPORARY ON DATABASE previewset TO schemas_pr_3;
CREATE SCHEMA schemas_pr_3 AUTHORIZATION schemas_pr_3;
CREATE TABLE schemas_pr_3.notes AS SELECT 'of schemas_pr_3' AS text;
ALTER TABLE schemas_pr_3.notes OWNER TO schemas_pr_3;

-- database previewset
-- A preview of a set that the configuration does not have.
CREATE ROLE other_pr_1 NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS VALID UNTIL '-infinity';
ALTER ROLE other_pr_1 SET search_path = other_pr_1;
ALTER ROLE other_pr_1 SET statement_timeout = '60000ms';
ALTER ROLE other_pr_1 SET idle_in_transaction_session_timeout = '300000ms';
COMMENT ON ROLE other_pr_1 IS 'previewset {"set":"other","id":"pr-1","source":"github.acme.test/acme/data"}';
ALTER ROLE other_pr_1 LOGIN VALID UNTIL 'infinity' CONNECTION LIMIT 20 PASSWORD 'SCRAM-SHA-256$4096:ZnJvemVuLXNhbHQtMDEyMw==$p6Tqm5xtPrSbsBgusOrlR7+Y9vnpy+cMfR+7n1EizmY=:gUz3J2oUdrWkG/FofrukKyxPqqzb/C+Y97u323L9qXw=';
GRANT CONNECT, TEMPORARY ON DATABASE previewset TO other_pr_1;
CREATE SCHEMA other_pr_1 AUTHORIZATION other_pr_1;
CREATE TABLE other_pr_1.notes AS SELECT 'of other_pr_1' AS text;
ALTER TABLE other_pr_1.notes OWNER TO other_pr_1;

-- database postgres
-- A living preview that a sweep took for an orphan before.
CREATE ROLE databases_pr_1 NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS VALID UNTIL '-infinity';
ALTER ROLE databases_pr_1 RESET search_path;
ALTER ROLE databases_pr_1 SET statement_timeout = '60000ms';
ALTER ROLE databases_pr_1 SET idle_in_transaction_session_timeout = '300000ms';
COMMENT ON ROLE databases_pr_1 IS 'previewset {"set":"databases","id":"pr-1","source":"github.acme.test/acme/data","orphanedAt":"2026-01-07T00:00:00Z"}';
ALTER ROLE databases_pr_1 LOGIN VALID UNTIL 'infinity' CONNECTION LIMIT 20 PASSWORD 'SCRAM-SHA-256$4096:ZnJvemVuLXNhbHQtMDEyMw==$p6Tqm5xtPrSbsBgusOrlR7+Y9vnpy+cMfR+7n1EizmY=:gUz3J2oUdrWkG/FofrukKyxPqqzb/C+Y97u323L9qXw=';
CREATE DATABASE databases_pr_1 OWNER databases_pr_1 TEMPLATE template1 STRATEGY WAL_LOG ALLOW_CONNECTIONS false;
REVOKE ALL ON DATABASE databases_pr_1 FROM PUBLIC;
ALTER DATABASE databases_pr_1 WITH ALLOW_CONNECTIONS true;

-- database databases_pr_1
-- Its data.
CREATE TABLE notes AS SELECT 'of databases_pr_1' AS text;
ALTER TABLE notes OWNER TO databases_pr_1;

-- database postgres
-- A preview that ended, and that a sweep noted long ago.
CREATE ROLE databases_pr_2 NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS VALID UNTIL '-infinity';
ALTER ROLE databases_pr_2 RESET search_path;
ALTER ROLE databases_pr_2 SET statement_timeout = '60000ms';
ALTER ROLE databases_pr_2 SET idle_in_transaction_session_timeout = '300000ms';
COMMENT ON ROLE databases_pr_2 IS 'previewset {"set":"databases","id":"pr-2","source":"github.acme.test/acme/data","orphanedAt":"2026-01-07T00:00:00Z"}';
ALTER ROLE databases_pr_2 LOGIN VALID UNTIL 'infinity' CONNECTION LIMIT 20 PASSWORD 'SCRAM-SHA-256$4096:ZnJvemVuLXNhbHQtMDEyMw==$p6Tqm5xtPrSbsBgusOrlR7+Y9vnpy+cMfR+7n1EizmY=:gUz3J2oUdrWkG/FofrukKyxPqqzb/C+Y97u323L9qXw=';
CREATE DATABASE databases_pr_2 OWNER databases_pr_2 TEMPLATE template1 STRATEGY WAL_LOG ALLOW_CONNECTIONS false;
REVOKE ALL ON DATABASE databases_pr_2 FROM PUBLIC;
ALTER DATABASE databases_pr_2 WITH ALLOW_CONNECTIONS true;

-- database databases_pr_2
-- Its data.
CREATE TABLE notes AS SELECT 'of databases_pr_2' AS text;
ALTER TABLE notes OWNER TO databases_pr_2;

-- database postgres
-- The template of snapshots.
CREATE DATABASE shop_template;

-- database shop_template
-- Its data.
CREATE TABLE notes AS SELECT 'of snapshots_pr_1' AS text;

-- database postgres
-- Nobody connects to the template.
REVOKE ALL ON DATABASE shop_template FROM PUBLIC;
ALTER DATABASE shop_template WITH IS_TEMPLATE true ALLOW_CONNECTIONS false;

-- database postgres
-- A living preview with a copy of the template.
CREATE ROLE snapshots_pr_1 NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS VALID UNTIL '-infinity';
ALTER ROLE snapshots_pr_1 RESET search_path;
ALTER ROLE snapshots_pr_1 SET statement_timeout = '60000ms';
ALTER ROLE snapshots_pr_1 SET idle_in_transaction_session_timeout = '300000ms';
COMMENT ON ROLE snapshots_pr_1 IS 'previewset {"set":"snapshots","id":"pr-1","source":"github.acme.test/acme/data"}';
ALTER ROLE snapshots_pr_1 LOGIN VALID UNTIL 'infinity' CONNECTION LIMIT 20 PASSWORD 'SCRAM-SHA-256$4096:ZnJvemVuLXNhbHQtMDEyMw==$p6Tqm5xtPrSbsBgusOrlR7+Y9vnpy+cMfR+7n1EizmY=:gUz3J2oUdrWkG/FofrukKyxPqqzb/C+Y97u323L9qXw=';
CREATE DATABASE snapshots_pr_1 OWNER snapshots_pr_1 TEMPLATE shop_template STRATEGY FILE_COPY ALLOW_CONNECTIONS false;
REVOKE ALL ON DATABASE snapshots_pr_1 FROM PUBLIC;
ALTER DATABASE snapshots_pr_1 WITH ALLOW_CONNECTIONS true;

-- database snapshots_pr_1
-- Its data.
ALTER TABLE notes OWNER TO snapshots_pr_1;
