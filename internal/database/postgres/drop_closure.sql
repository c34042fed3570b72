-- Returns the objects in the database of the session that a drop of the objects of the
-- role $1 removes, once for each of their dependencies. It starts from the $2 newest objects of
-- the role, and returns at most $3 rows. Large objects, on which nothing depends, are
-- omitted.
WITH RECURSIVE seeds AS (
  SELECT classid, objid FROM pg_shdepend
  WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND refclassid = 'pg_authid'::regclass AND refobjid = $1::oid AND deptype = 'o' AND classid <> 'pg_largeobject'::regclass
  ORDER BY objid DESC LIMIT $2
), closure (classid, objid, objsubid) AS (
  SELECT classid, objid, 0 FROM seeds
  UNION
  SELECT n.classid, n.objid, n.objsubid FROM closure c, LATERAL (
    SELECT d.classid, d.objid, d.objsubid FROM pg_depend d
      WHERE d.refclassid = c.classid AND d.refobjid = c.objid AND (c.objsubid = 0 OR d.refobjsubid = c.objsubid)
    UNION ALL -- the view of a rule, or the extension of a member, is dropped with it
    SELECT d.refclassid, d.refobjid, d.refobjsubid FROM pg_depend d
      WHERE d.classid = c.classid AND d.objid = c.objid AND (c.objsubid = 0 OR d.objsubid = c.objsubid) AND d.deptype IN ('i', 'e')
  ) n
)
SELECT c.classid, c.objid, c.objsubid,
  CASE WHEN r.relkind IN ('v', 'S') THEN r.relkind::text
    WHEN f.prokind IN ('f', 'p') AND (f.prosqlbody IS NOT NULL OR f.pronargdefaults > 0) THEN 'f'
    WHEN t.typtype = 'd' THEN 'd' ELSE '' END AS kind,
  coalesce(o.owner <> $1::oid AND NOT EXISTS (SELECT FROM pg_shdescription WHERE classoid = 'pg_authid'::regclass AND objoid = o.owner
    AND description LIKE 'previewset {%'), false) AS other,
  CASE WHEN k.contypid > 0 THEN 'pg_type'::regclass::oid ELSE 'pg_class'::regclass::oid END AS containerclass,
  coalesce(h.container, 0) AS container,
  coalesce(e.objsubid, 0), coalesce(e.refclassid, 0), coalesce(e.refobjid, 0), coalesce(e.refobjsubid, 0), coalesce(e.deptype::text, '')
FROM closure c
JOIN pg_database b ON b.datname = current_database()
LEFT JOIN pg_class r ON c.classid = 'pg_class'::regclass AND r.oid = c.objid
LEFT JOIN pg_proc f ON c.classid = 'pg_proc'::regclass AND f.oid = c.objid
LEFT JOIN pg_type t ON c.classid = 'pg_type'::regclass AND t.oid = c.objid
LEFT JOIN pg_constraint k ON c.classid = 'pg_constraint'::regclass AND k.oid = c.objid
LEFT JOIN pg_attrdef a ON c.classid = 'pg_attrdef'::regclass AND a.oid = c.objid
LEFT JOIN pg_trigger g ON c.classid = 'pg_trigger'::regclass AND g.oid = c.objid
LEFT JOIN pg_policy p ON c.classid = 'pg_policy'::regclass AND p.oid = c.objid
LEFT JOIN pg_rewrite w ON c.classid = 'pg_rewrite'::regclass AND w.oid = c.objid
LEFT JOIN pg_extension x ON c.classid = 'pg_extension'::regclass AND x.oid = c.objid
LEFT JOIN pg_index i ON r.relkind IN ('i', 'I') AND i.indexrelid = r.oid
CROSS JOIN LATERAL (SELECT coalesce(nullif(k.conrelid, 0), nullif(k.contypid, 0), a.adrelid, g.tgrelid, p.polrelid, w.ev_class, i.indrelid)) h (container)
CROSS JOIN LATERAL (SELECT coalesce(
  CASE WHEN k.contypid > 0 THEN (SELECT typowner FROM pg_type WHERE oid = k.contypid) ELSE (SELECT relowner FROM pg_class WHERE oid = h.container) END,
  r.relowner, f.proowner, t.typowner, x.extowner,
  CASE WHEN c.classid IN ('pg_operator'::regclass, 'pg_opclass'::regclass, 'pg_opfamily'::regclass, 'pg_collation'::regclass, 'pg_conversion'::regclass,
    'pg_ts_config'::regclass, 'pg_ts_dict'::regclass) THEN coalesce((SELECT s.refobjid FROM pg_shdepend s
      WHERE s.dbid = b.oid AND s.classid = c.classid AND s.objid = c.objid AND s.objsubid = 0 AND s.deptype = 'o'), 10) END -- the first superuser, which pg_shdepend omits
  )) n (owner)
CROSS JOIN LATERAL (SELECT CASE n.owner WHEN 'pg_database_owner'::regrole THEN b.datdba ELSE n.owner END) o (owner)
LEFT JOIN pg_depend e ON e.classid = c.classid AND e.objid = c.objid AND (c.objsubid = 0 OR e.objsubid = c.objsubid)
LIMIT $3
