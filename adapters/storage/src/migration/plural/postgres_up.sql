-- Puts entries on the chain. The lock on the head is where the epochs that the unit decided on are compared with those
-- in force; the unit's own bumps are made here, under that lock. The head moves once, however many entries there are.
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
    v_head public.ledger_head;
    v_at_us bigint;
    v_leaf bytea;
    v_bytes bytea[];
    v_prevs bytea[];
    v_leaves bytea[];
BEGIN
    PERFORM public.ledger_require_context(p_workspace);
    IF p_policy_bump < 0 OR p_metadata_bump < 0 THEN
        RAISE EXCEPTION 'an epoch only grows' USING ERRCODE = 'SU004';
    END IF;

    SELECT * INTO v_head FROM public.ledger_head AS h WHERE h.workspace_id = p_workspace FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the workspace has no ledger' USING ERRCODE = 'SU002';
    END IF;
    IF v_head.policy_epoch <> p_policy_epoch OR v_head.metadata_version <> p_metadata_version THEN
        RAISE EXCEPTION 'the policy or the schema has changed' USING ERRCODE = 'SU001';
    END IF;

    v_at_us := greatest(v_head.at_us, p_now_us);
    v_leaf := v_head.leaf;
    FOR step IN 1 .. cardinality(p_tails) LOOP
        v_prevs[step] := v_leaf;
        v_bytes[step] := public.ledger_splice(p_workspace, v_head.seq + step, v_leaf, v_at_us, p_tails[step]);
        v_leaf := sha256('\x00'::bytea || v_bytes[step]);
        v_leaves[step] := v_leaf;
    END LOOP;

    UPDATE public.ledger_head AS h
    SET seq = v_head.seq + cardinality(p_tails), at_us = v_at_us,
        prev = v_prevs[cardinality(p_tails)], leaf = v_leaf,
        policy_epoch = v_head.policy_epoch + p_policy_bump,
        metadata_version = v_head.metadata_version + p_metadata_bump
    WHERE h.workspace_id = p_workspace;

    RETURN QUERY
    INSERT INTO public.ledger_entry AS e (
        workspace_id, seq, at_us, prev, leaf, bytes, unit_id, ordinal, category, action, actor_id,
        target_object, target_id, target_version, request_id)
    SELECT p_workspace, v_head.seq + t.step, v_at_us, t.prev, t.leaf, t.bytes, p_unit, t.ordinal, t.category,
        t.action, t.actor, t.object, t.target, t.version, t.request
    FROM unnest(v_prevs, v_leaves, v_bytes, p_ordinals, p_categories, p_actions, p_actors, p_objects, p_targets,
        p_versions, p_requests) WITH ORDINALITY
        AS t (prev, leaf, bytes, ordinal, category, action, actor, object, target, version, request, step)
    RETURNING e.seq, e.at_us, e.prev, e.leaf;

    IF cardinality(o_ordinals) > 0 THEN
        INSERT INTO public.ledger_opening (workspace_id, unit_id, ordinal, field, side, salt, kind, body)
        SELECT p_workspace, p_unit, o.*
        FROM unnest(o_ordinals, o_fields, o_sides, o_salts, o_kinds, o_bodies) AS o;
    END IF;
END
$$;
