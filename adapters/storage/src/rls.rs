//! Row-level security: what keeps workspaces apart when a filter is forgotten.

/// The name of every table's policy.
pub(crate) const POLICY: &str = "workspace_isolation";

/// The one predicate.
///
/// Without `missing_ok` an unset context is an error and not an empty answer, and so is the empty one
/// that is left after a transaction. The sub-select is evaluated once for each statement, and the
/// comparison of two uuids is leakproof, so that the index is used.
const SAME_WORKSPACE: &str = "workspace_id = (SELECT current_setting('sutra.workspace')::uuid)";

/// The statements that put the policy on a table, for its owner as for everybody.
pub(crate) fn isolate(table: &str) -> String {
    format!(
        "ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY; \
         ALTER TABLE public.{table} FORCE ROW LEVEL SECURITY; \
         CREATE POLICY {POLICY} ON public.{table} USING ({SAME_WORKSPACE}) WITH CHECK ({SAME_WORKSPACE}); "
    )
}
