-- The function as it was made first.

-- Puts entries on the chain. The update of the head is the lock, and the place where the epochs that the
-- unit decided on are compared with those in force; the unit's own bumps are made here, under the lock.
CREATE OR REPLACE FUNCTION public.audit_append(
    p_workspace uuid, p_now_us bigint,
    p_policy_epoch bigint, p_metadata_version bigint, p_policy_bump bigint, p_metadata_bump bigint,
    p_unit uuid, p_ordinals bigint[], p_tails bytea[], p_categories bigint[], p_actions text[],
    p_actors uuid[], p_objects text[], p_targets uuid[], p_versions bigint[], p_requests uuid[],
    o_ordinals bigint[], o_fields text[], o_sides text[], o_salts bytea[], o_kinds bigint[], o_bodies bytea[]
) RETURNS TABLE (seq bigint, at_us bigint, prev bytea, leaf bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    step integer;
BEGIN
    PERFORM public.ledger_require_context(p_workspace);
    IF p_policy_bump < 0 OR p_metadata_bump < 0 THEN
        RAISE EXCEPTION 'an epoch only grows' USING ERRCODE = 'SU004';
    END IF;

    FOR step IN 1 .. cardinality(p_tails) LOOP
        RETURN QUERY
        WITH head AS (
            UPDATE public.ledger_head AS h
            SET seq = h.seq + 1,
                at_us = greatest(h.at_us, p_now_us),
                prev = h.leaf,
                leaf = sha256('\x00'::bytea || public.ledger_splice(
                    p_workspace, h.seq + 1, h.leaf, greatest(h.at_us, p_now_us), p_tails[step])),
                policy_epoch = h.policy_epoch + CASE step WHEN 1 THEN p_policy_bump ELSE 0 END,
                metadata_version = h.metadata_version + CASE step WHEN 1 THEN p_metadata_bump ELSE 0 END
            WHERE h.workspace_id = p_workspace
              AND (step > 1 OR (h.policy_epoch = p_policy_epoch AND h.metadata_version = p_metadata_version))
            RETURNING h.seq, h.at_us, h.prev, h.leaf
        )
        INSERT INTO public.ledger_entry AS e (
            workspace_id, seq, at_us, prev, leaf, bytes, unit_id, ordinal, category, action, actor_id,
            target_object, target_id, target_version, request_id)
        SELECT p_workspace, head.seq, head.at_us, head.prev, head.leaf,
            public.ledger_splice(p_workspace, head.seq, head.prev, head.at_us, p_tails[step]),
            p_unit, p_ordinals[step], p_categories[step], p_actions[step], p_actors[step],
            p_objects[step], p_targets[step], p_versions[step], p_requests[step]
        FROM head
        RETURNING e.seq, e.at_us, e.prev, e.leaf;

        IF NOT FOUND THEN
            PERFORM FROM public.ledger_head AS h WHERE h.workspace_id = p_workspace;
            IF FOUND THEN
                RAISE EXCEPTION 'the policy or the schema has changed' USING ERRCODE = 'SU001';
            END IF;
            RAISE EXCEPTION 'the workspace has no ledger' USING ERRCODE = 'SU002';
        END IF;
    END LOOP;

    IF cardinality(o_ordinals) > 0 THEN
        INSERT INTO public.ledger_opening (workspace_id, unit_id, ordinal, field, side, salt, kind, body)
        SELECT p_workspace, p_unit, o.*
        FROM unnest(o_ordinals, o_fields, o_sides, o_salts, o_kinds, o_bodies) AS o;
    END IF;
END
$$;
