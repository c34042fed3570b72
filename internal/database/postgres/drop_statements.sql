-- Returns for each object the statement that drops it, or '' if the server drops it with
-- another one. The arguments are the columns of the objects, as in pg_depend.
SELECT coalesce(CASE o.type
  WHEN 'table constraint' THEN (SELECT format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I CASCADE', conrelid::regclass, conname) FROM pg_constraint WHERE oid = n.objid)
  WHEN 'domain constraint' THEN (SELECT format('ALTER DOMAIN %s DROP CONSTRAINT IF EXISTS %I CASCADE', contypid::regtype, conname) FROM pg_constraint WHERE oid = n.objid)
  WHEN 'default value' THEN (SELECT format(CASE attgenerated WHEN '' THEN 'ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT' ELSE 'ALTER TABLE %s DROP COLUMN IF EXISTS %I CASCADE' END,
    attrelid::regclass, attname) FROM pg_attrdef d JOIN pg_attribute ON attrelid = d.adrelid AND attnum = d.adnum WHERE d.oid = n.objid)
  WHEN 'sequence' THEN coalesce( -- of an identity column
    (SELECT format('ALTER TABLE %s ALTER COLUMN %I DROP IDENTITY IF EXISTS', attrelid::regclass, attname) FROM pg_depend d
      JOIN pg_attribute ON attrelid = d.refobjid AND attnum = d.refobjsubid WHERE d.classid = n.classid AND d.objid = n.objid AND d.deptype = 'i'),
    format('DROP SEQUENCE IF EXISTS %s CASCADE', o.identity))
  WHEN 'table column' THEN column_sql.of_table
  WHEN 'foreign table column' THEN column_sql.of_table
  WHEN 'composite type column' THEN column_sql.of_type
  WHEN 'view column' THEN format('DROP VIEW IF EXISTS %s CASCADE', n.objid::regclass)
  WHEN 'materialized view column' THEN format('DROP MATERIALIZED VIEW IF EXISTS %s CASCADE', n.objid::regclass)
  WHEN 'composite type' THEN format('DROP TYPE IF EXISTS %s CASCADE', o.identity)
  WHEN 'function' THEN format('DROP ROUTINE IF EXISTS %s CASCADE', o.identity)
  WHEN 'procedure' THEN format('DROP ROUTINE IF EXISTS %s CASCADE', o.identity)
  WHEN 'aggregate' THEN format('DROP ROUTINE IF EXISTS %s CASCADE', o.identity)
  WHEN 'statistics object' THEN format('DROP STATISTICS IF EXISTS %s', o.identity)
  ELSE CASE WHEN o.type IN ('table', 'foreign table', 'view', 'materialized view', 'index', 'type', 'schema', 'operator', 'operator class',
    'operator family', 'collation', 'conversion', 'cast', 'trigger', 'policy', 'rule', 'extension', 'publication', 'server', 'foreign-data wrapper',
    'text search configuration', 'text search dictionary', 'text search parser', 'text search template')
    THEN format('DROP %s IF EXISTS %s CASCADE', CASE o.type WHEN 'foreign-data wrapper' THEN 'FOREIGN DATA WRAPPER' ELSE upper(o.type) END, o.identity) END
  END, '')
FROM unnest($1::oid[], $2::oid[], $3::int[]) WITH ORDINALITY n (classid, objid, objsubid, place)
CROSS JOIN LATERAL pg_identify_object(n.classid, n.objid, n.objsubid) o
LEFT JOIN LATERAL (SELECT format('ALTER TABLE %s DROP COLUMN IF EXISTS %I CASCADE', attrelid::regclass, attname),
  format('ALTER TYPE %s DROP ATTRIBUTE IF EXISTS %I CASCADE', attrelid::regclass, attname) FROM pg_attribute
  WHERE n.classid = 'pg_class'::regclass AND attrelid = n.objid AND attnum = n.objsubid AND n.objsubid > 0) column_sql (of_table, of_type) ON true
WHERE o.identity IS NOT NULL
ORDER BY n.place
