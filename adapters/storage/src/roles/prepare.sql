DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format(
        'GRANT CONNECT ON DATABASE %I TO sutra_owner, sutra_app, sutra_verifier, sutra_archiver',
        current_database());
END
$$;
ALTER SCHEMA public OWNER TO sutra_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO sutra_app, sutra_verifier, sutra_archiver;
-- A new function can be executed by everybody, unless its owner has decided otherwise.
ALTER DEFAULT PRIVILEGES FOR ROLE sutra_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
