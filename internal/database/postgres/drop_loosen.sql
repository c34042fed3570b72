-- Returns the statement with which the view, function or domain $2 of the class $1 no
-- longer depends on other objects. Its columns, arguments and result can't change.
SELECT format('CREATE OR REPLACE VIEW %s AS SELECT %s', c.oid::regclass, (
  SELECT string_agg(format('NULL::%s%s AS %I', format_type(atttypid, atttypmod),
    CASE WHEN attcollation <> 0 THEN format(' COLLATE %s', attcollation::regcollation) END, attname), ', ' ORDER BY attnum)
  FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped))
FROM pg_class c WHERE $1::oid = c.tableoid AND c.oid = $2::oid AND c.relkind = 'v'
UNION ALL
SELECT format(CASE p.prokind WHEN 'p' THEN 'CREATE OR REPLACE PROCEDURE %s(%s) LANGUAGE sql AS '''''
    ELSE 'CREATE OR REPLACE FUNCTION %s(%s) RETURNS %s LANGUAGE sql AS ''SELECT NULL''' END,
  format('%I.%I', n.nspname, p.proname), (
    SELECT string_agg(concat_ws(' ', CASE mode WHEN 'o' THEN 'OUT' WHEN 'b' THEN 'INOUT' WHEN 'v' THEN 'VARIADIC' ELSE 'IN' END,
      quote_ident(nullif(name, '')), format_type(type, NULL),
      CASE WHEN mode <> 'o' AND input > p.pronargs - p.pronargdefaults THEN 'DEFAULT NULL' END), ', ' ORDER BY place)
    FROM (SELECT type, name, coalesce(mode, 'i') AS mode, place, count(*) FILTER (WHERE coalesce(mode, 'i') <> 'o') OVER (ORDER BY place) AS input
      FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]), p.proargnames, p.proargmodes::text[]) WITH ORDINALITY a (type, name, mode, place)
      WHERE mode IS DISTINCT FROM 't') a),
  pg_get_function_result(p.oid))
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE $1::oid = p.tableoid AND p.oid = $2::oid AND p.prokind IN ('f', 'p')
UNION ALL
SELECT format('ALTER DOMAIN %s DROP DEFAULT', t.oid::regtype) FROM pg_type t WHERE $1::oid = t.tableoid AND t.oid = $2::oid AND t.typtype = 'd'
