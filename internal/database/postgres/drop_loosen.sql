-- Returns the statements with which the views, functions and domains with the classes $1
-- and the oids $2 no longer depend on other objects. Their columns, arguments and results
-- can't change.
WITH n AS (SELECT * FROM unnest($1::oid[], $2::oid[]) n (classid, objid))
SELECT format('CREATE OR REPLACE VIEW %s AS SELECT %s', c.oid::regclass, (
  SELECT string_agg(format('NULL::%s%s AS %I', format_type(atttypid, atttypmod),
    CASE WHEN attcollation <> 0 THEN format(' COLLATE %s', attcollation::regcollation) END, attname), ', ' ORDER BY attnum)
  FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped))
FROM n JOIN pg_class c ON n.classid = c.tableoid AND c.oid = n.objid WHERE c.relkind = 'v'
UNION ALL
SELECT format(CASE p.prokind WHEN 'p' THEN 'CREATE OR REPLACE PROCEDURE %s(%s) LANGUAGE sql AS '''''
    ELSE 'CREATE OR REPLACE FUNCTION %s(%s) RETURNS %s LANGUAGE sql AS ''SELECT NULL''' END,
  format('%I.%I', s.nspname, p.proname), (
    SELECT string_agg(concat_ws(' ', CASE mode WHEN 'o' THEN 'OUT' WHEN 'b' THEN 'INOUT' WHEN 'v' THEN 'VARIADIC' ELSE 'IN' END,
      quote_ident(nullif(name, '')), format_type(type, NULL),
      CASE WHEN mode <> 'o' AND input > p.pronargs - p.pronargdefaults THEN 'DEFAULT NULL' END), ', ' ORDER BY place)
    FROM (SELECT type, name, coalesce(mode, 'i') AS mode, place, count(*) FILTER (WHERE coalesce(mode, 'i') <> 'o') OVER (ORDER BY place) AS input
      FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]), p.proargnames, p.proargmodes::text[]) WITH ORDINALITY a (type, name, mode, place)
      WHERE mode IS DISTINCT FROM 't') a),
  pg_get_function_result(p.oid))
FROM n JOIN pg_proc p ON n.classid = p.tableoid AND p.oid = n.objid JOIN pg_namespace s ON s.oid = p.pronamespace WHERE p.prokind IN ('f', 'p')
UNION ALL
SELECT format('ALTER DOMAIN %s DROP DEFAULT', t.oid::regtype) FROM n JOIN pg_type t ON n.classid = t.tableoid AND t.oid = n.objid WHERE t.typtype = 'd'
