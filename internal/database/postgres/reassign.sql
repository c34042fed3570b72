-- Returns the statements that make the role $1 the owner of all objects in a copied
-- database, schemas first. Members of an extension keep their owner. Objects that the
-- server creates for another object change with it, or keep their owner (constructors of
-- ranges). Functions of event triggers keep their owner, because statements of every
-- role run them, including the administrator's. Objects that an ordinary role can't own
-- also keep their owner (event triggers, publications for all tables, languages,
-- foreign-data wrappers).
WITH owners AS (
  SELECT oid FROM pg_roles WHERE rolname IN ($1, 'pg_database_owner')
), objects (place, classid, oid, keyword) AS (
  SELECT 1, tableoid, oid, 'SCHEMA' FROM pg_namespace
    WHERE nspowner NOT IN (SELECT oid FROM owners) AND nspname !~ '^pg_'
  UNION ALL
  SELECT 2, c.tableoid, c.oid, CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
      WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END
    FROM pg_class c WHERE c.relowner NOT IN (SELECT oid FROM owners)
      AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'
      AND NOT EXISTS ( -- a column's sequence changes with its table
        SELECT FROM pg_depend d WHERE c.relkind = 'S' AND d.classid = c.tableoid AND d.objid = c.oid
          AND d.refclassid = c.tableoid AND d.deptype = 'a')
  UNION ALL
  SELECT 3, t.tableoid, t.oid, 'TYPE' FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE t.typowner NOT IN (SELECT oid FROM owners) AND t.typtype IN ('b', 'c', 'd', 'e', 'r')
      AND (c.relkind IS NULL OR c.relkind = 'c') -- a row type changes with its table
      AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid) -- an array type changes with its element type
  UNION ALL
  SELECT 4, tableoid, oid, 'ROUTINE' FROM pg_proc
    WHERE proowner NOT IN (SELECT oid FROM owners) AND prorettype <> 'event_trigger'::regtype
  UNION ALL
  SELECT 5, tableoid, oid, 'OPERATOR' FROM pg_operator WHERE oprowner NOT IN (SELECT oid FROM owners)
  UNION ALL
  SELECT 6, tableoid, oid, 'OPERATOR CLASS' FROM pg_opclass WHERE opcowner NOT IN (SELECT oid FROM owners)
  UNION ALL
  SELECT 7, tableoid, oid, 'OPERATOR FAMILY' FROM pg_opfamily WHERE opfowner NOT IN (SELECT oid FROM owners)
  UNION ALL
  SELECT 8, tableoid, oid, 'COLLATION' FROM pg_collation WHERE collowner NOT IN (SELECT oid FROM owners)
  UNION ALL
  SELECT 9, tableoid, oid, 'CONVERSION' FROM pg_conversion WHERE conowner NOT IN (SELECT oid FROM owners)
  UNION ALL
  SELECT 10, tableoid, oid, 'TEXT SEARCH CONFIGURATION' FROM pg_ts_config WHERE cfgowner NOT IN (SELECT oid FROM owners)
  UNION ALL
  SELECT 11, tableoid, oid, 'TEXT SEARCH DICTIONARY' FROM pg_ts_dict WHERE dictowner NOT IN (SELECT oid FROM owners)
  UNION ALL
  SELECT 12, tableoid, oid, 'STATISTICS' FROM pg_statistic_ext WHERE stxowner NOT IN (SELECT oid FROM owners)
  UNION ALL
  SELECT 13, 'pg_largeobject'::regclass, oid, 'LARGE OBJECT' FROM pg_largeobject_metadata WHERE lomowner NOT IN (SELECT oid FROM owners)
)
SELECT format('ALTER %s %s OWNER TO %I', o.keyword, (pg_identify_object(o.classid, o.oid, 0)).identity, $1)
FROM objects o
WHERE (o.oid >= 16384 OR o.keyword = 'LARGE OBJECT') -- lower oids belong to initdb (FirstNormalObjectId)
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = o.classid AND d.objid = o.oid AND d.objsubid = 0 AND d.deptype IN ('e', 'i'))
ORDER BY o.place, o.oid
