-- What the role of this session is, and what it can become by SET ROLE.
WITH reachable AS (
    SELECT r.oid, r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole
    FROM pg_catalog.pg_roles r
    WHERE pg_catalog.pg_has_role(session_user, r.oid, 'MEMBER')
)
SELECT
    session_user::text AS role,
    (SELECT bool_or(rolsuper) FROM reachable) AS superuser,
    (SELECT bool_or(rolbypassrls) FROM reachable) AS bypasses,
    (SELECT bool_or(rolcreaterole) FROM reachable) AS creates_roles,
    (SELECT min(rolname::text) FROM reachable
     WHERE rolname::text LIKE 'sutra\_%' AND rolname <> session_user) AS member_of,
    (SELECT min(owned) FROM (
        SELECT n.nspname || '.' || c.relname AS owned, c.relowner AS owner
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname <> 'pg_toast'
        UNION ALL
        SELECT n.nspname || '.' || p.proname, p.proowner
        FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
        UNION ALL SELECT nspname, nspowner FROM pg_catalog.pg_namespace
        UNION ALL SELECT datname, datdba FROM pg_catalog.pg_database WHERE datname = current_database()
    ) AS things WHERE owner IN (SELECT oid FROM reachable)) AS owned
