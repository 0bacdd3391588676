//! What every store must do, as cases that run against any of them.
//!
//! The cases know nothing but the ports. They make what they store through the same types as the use cases
//! do: a record is written as a confirmed [`Change`](sutra_records::Change), and a unit commits with the
//! [`Receipt`](sutra_audit::Receipt) of its own entries.
//!
//! # Mounting it
//!
//! An adapter's test is one function that runs a case on a store, and one line that makes a `#[test]` of every
//! case, named `records::a_stale_change_is_a_conflict` and so on:
//!
//! ```
//! use futures_lite::future::block_on;
//! use sutra_engine::{conformance::Case, memory::MemoryStore};
//!
//! fn check(case: Case) {
//!     block_on(case.run(&MemoryStore::new()));
//! }
//!
//! sutra_engine::conformance_tests!(check);
//! # fn main() {}
//! ```
//!
//! The store is empty, or has run other cases before or runs them at the same time: every case makes
//! workspaces of its own, and each runs once per store. For SQL that means one migrated database for a test
//! process, and for an adapter that needs a runtime, `runtime.block_on(case.run(&store))` in place of the
//! above. A store of two databases is mounted in two modules, with a `check` each. The package needs
//! `sutra-engine` with the feature `memory` among its dev-dependencies.
//!
//! # What the cases hold stores to, and the ports leave open
//!
//! * A unit in which something failed is cancelled; nothing is expected of it any more.
//! * Two units of one workspace are never held by one task at the same time, so a store may have one writer.
//!   A snapshot and a unit are.
//! * A snapshot is of one moment from its first answer on, if not before.
//! * What belongs to another workspace than the unit's is refused.
//! * An id, a version or a place in a slot that is taken is a conflict; a name or an address that is taken is
//!   refused.
//! * Taking a task counts as a try, and the task that is handed out says how many there were with this one.
//! * Defining an object again keeps its org-wide default.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests, in a library so that every adapter can run them: a case that fails panics"
)]

mod access_tokens;
mod aggregates;
mod bookkeeping;
mod case;
mod changes;
mod control;
mod controlled;
mod dice;
mod factors;
mod flows;
mod gadget;
mod groups;
mod home;
mod idempotency;
mod imports;
mod isolation;
mod keys;
mod ledger;
mod lists;
mod permission_sets;
mod policy;
mod preparations;
mod records;
mod registry;
mod rules;
mod scopes;
mod search;
mod sessions;
mod settings;
mod shares;
mod sharing_rules;
mod single_use;
mod territories;
mod together;
mod traces;
mod tries;
mod unique;
mod units;
mod users;
mod work;
mod worlds;

pub use self::case::Case;

/// Makes the list of cases, and the macro that makes a test of each. `$d` is a dollar sign for that macro.
macro_rules! suite {
    (($d:tt) $($module:ident { $($case:ident)+ })+) => {
        const CASES: &[Case] = &[$($(Case {
            name: concat!(stringify!($module), "::", stringify!($case)),
            body: |store| Box::pin($module::$case(store)),
        }),+),+];

        /// Makes a `#[test]` of every case, which calls the function of this name with it: see
        /// [`conformance`](crate::conformance).
        #[macro_export]
        macro_rules! conformance_tests {
            ($d check:ident) => {
                $(mod $module {
                    $(#[test]
                    fn $case() {
                        let name = concat!(stringify!($module), "::", stringify!($case));
                        super::$d check($crate::conformance::Case::named(name));
                    })+
                })+
            };
        }
    };
}

suite! { ($)
    isolation {
        users_of_another_workspace_are_not_there
        policy_of_another_workspace_is_not_there
        records_of_another_workspace_are_not_there
        the_ledger_of_another_workspace_is_not_there
        keys_of_another_workspace_are_not_there
        bookkeeping_of_another_workspace_is_not_there
        the_same_ids_serve_in_two_workspaces
        a_change_reaches_its_own_workspace_alone
        what_belongs_to_another_workspace_is_refused
    }
    units {
        a_unit_reads_what_it_writes
        nobody_sees_a_unit_before_it_commits
        a_snapshot_is_of_one_moment
        a_cancelled_unit_leaves_nothing
        a_dropped_unit_leaves_nothing
        dropped_bookkeeping_leaves_nothing
        the_receipt_of_another_unit_is_refused
        a_written_version_without_an_entry_is_refused
    }
    users {
        a_user_is_read_as_written
        an_address_is_found_whatever_its_case
        a_taken_address_is_refused
        a_stale_user_is_a_conflict
        users_are_paged_by_id
        only_active_users_hold_a_profile
        the_last_password_counts
    }
    sessions {
        a_session_is_found_by_its_digest_alone
        a_renewed_session_has_another_token
        a_session_ends_once
        ending_the_sessions_of_a_user_spares_one
        sessions_are_listed_live_first_and_newest_first
        a_touch_goes_forward_and_revives_nothing
    }
    settings {
        what_is_decided_is_read_as_written
        what_was_decided_about_a_profile_goes_with_it
        another_workspace_decides_for_itself
    }
    access_tokens {
        a_token_is_read_as_written_until_it_is_removed
        the_last_use_of_a_token_moves_forward_only
        tokens_of_another_workspace_are_not_there
    }
    flows {
        a_flow_is_found_by_its_digest_alone
        a_flow_goes_on_from_where_it_was_seen
        a_flow_ends_once
        many_holders_of_a_flow_share_one_success
        a_new_flow_forgets_the_expired_ones_of_its_user
        the_flows_of_a_user_end_together
        flows_of_another_workspace_are_not_there
    }
    single_use {
        a_secret_is_used_up_by_its_use
        an_expired_secret_is_useless
        a_secret_is_of_one_kind
        withdrawn_secrets_are_useless
        many_consumers_share_one_success
        what_was_never_offered_is_spent_once
        what_has_expired_is_forgotten
        a_cancelled_use_is_no_use
    }
    tries {
        tries_are_read_as_written
        tries_of_another_workspace_are_not_there
        what_is_over_is_forgotten
        of_many_tries_at_once_so_many_are_granted_as_one_after_the_other
    }
    factors {
        a_factor_is_read_as_written
        a_stale_factor_is_a_conflict
        two_factors_are_not_found_by_the_same
        a_removed_factor_is_gone
        many_uses_of_a_step_share_one_success
        factors_of_another_workspace_are_not_there
        a_device_is_read_as_written
        a_forgotten_device_is_gone
        expired_devices_are_forgotten_along_the_way
    }
    idempotency {
        an_answer_is_kept_as_it_was_given
        a_claim_that_is_not_committed_is_none
        the_same_key_of_somebody_else_is_another
        a_claim_is_forgotten_when_it_expires
        many_claimants_get_the_answer_of_one
    }
    policy {
        the_policy_is_read_as_written
        a_profile_is_replaced_as_a_whole
        what_is_in_use_is_not_removed
        what_is_removed_is_gone_and_another_workspace_keeps_its_own
        taken_names_are_refused
        defining_an_object_again_keeps_its_default
        a_subject_follows_its_user
        moving_an_owner_moves_the_scope_of_what_he_owns
        a_user_moves_step_by_step
        who_is_moving_is_part_of_the_policy
    }
    groups {
        a_group_is_read_as_written
        a_taken_name_is_refused
        who_names_a_group_is_found
        members_reach_what_their_groups_do_and_so_do_those_above
        what_a_queue_owns_is_kept_and_listed
        another_workspace_has_its_own
    }
    territories {
        a_tree_is_read_as_written
        a_taken_name_is_refused
        who_is_assigned_is_replaced_as_a_whole
        how_far_it_opens_records_is_replaced_as_a_whole
        what_is_in_use_is_not_removed
        another_workspace_has_its_own
    }
    permission_sets {
        sets_and_groups_are_read_as_written
        a_set_and_a_group_are_replaced_as_a_whole
        a_taken_name_is_refused
        what_a_user_has_is_replaced_as_a_whole
        what_is_in_use_is_not_removed
        what_is_not_there_is_not_given
        another_workspace_has_its_own
    }
    rules {
        restrictions_are_read_as_written
        a_restriction_has_its_name_to_itself_within_its_object
    }
    sharing_rules {
        sharing_rules_are_read_as_written
        a_sharing_rule_has_its_name_to_itself_within_its_object
        a_resharing_goes_on_where_it_was
        what_a_rule_has_shared_is_taken_away
        rules_of_another_workspace_are_not_there
    }
    records {
        every_kind_of_value_is_read_as_written
        definitions_are_read_as_written
        rules_are_read_as_written
        a_rule_has_its_name_to_itself_within_its_object
        a_sealed_value_is_kept_as_it_is_and_nowhere_else
        each_change_is_the_next_version
        a_purged_record_is_gone_and_its_ledger_stays
        a_stale_removal_is_a_conflict
        a_removal_without_an_entry_is_refused
        a_stale_change_is_a_conflict
        many_records_are_written_at_once
        one_stale_change_among_many_is_a_conflict
        an_id_is_created_once
        a_deleted_record_is_found_and_not_listed
        records_are_found_by_object_and_id
        a_record_without_a_value_is_noticed
    }
    shares {
        shares_are_read_as_written
        a_share_is_one_of_its_cause_and_principal
        many_shares_are_written_at_once
        a_share_follows_the_role_of_its_user
        a_share_needs_its_record
        a_deleted_record_keeps_its_shares_and_a_purged_one_does_not
        what_is_assigned_to_a_territory_is_found_and_follows_its_level
        the_roles_in_a_team_are_read_as_written_and_go_with_the_record
        shares_of_another_workspace_are_not_there
        what_is_shared_in_another_workspace_opens_nothing
        what_is_looked_at_last_is_not_passed_over
    }
    unique {
        a_value_is_one_record_s_until_it_is_freed
        a_value_of_another_record_is_not_freed
        a_field_is_freed_as_a_whole
        values_of_many_records_are_claimed_at_once
        a_cancelled_claim_is_none
        the_same_value_elsewhere_is_another
        a_value_needs_its_record
        many_claimants_share_one_success
    }
    lists {
        pages_agree_with_the_meaning_of_lists
        a_page_begins_on_either_side_of_a_record
        filters_agree_with_the_meaning_of_lists
        scopes_agree_with_the_meaning_of_lists
        relations_agree_with_the_meaning_of_lists
        values_are_compared_exactly_and_texts_without_case
        deleted_records_are_a_list_of_their_own
        a_count_stops_at_its_cap
        what_is_not_indexed_is_refused
    }
    search {
        searches_agree_with_the_meaning_of_lists
        a_record_is_found_by_the_words_it_has_now
        the_words_of_another_workspace_find_nothing
    }
    preparations {
        a_slot_is_filled_anew_for_another_field
        words_come_and_go_with_what_is_searchable
        what_is_being_prepared_is_refused_to_lists
        a_preparation_goes_on_where_it_was
        a_workspace_prepares_its_own_records
    }
    aggregates {
        groups_are_what_their_records_come_to
        an_aggregate_looks_at_so_many_records_and_groups
        what_makes_no_group_or_sum_is_refused
    }
    worlds {
        a_list_is_what_the_rule_allows
        a_relation_goes_to_what_the_rule_allows
        a_difference_is_where_it_is_looked_for
    }
    scopes {
        a_list_is_what_is_decided
        many_runs_are_read_in_their_order
    }
    controlled {
        a_list_of_what_others_control_is_what_is_decided
    }
    control {
        an_object_s_controller_is_read_as_written
        what_controls_a_record_is_read_as_written
        what_controls_a_record_is_written_without_a_version
        whoever_has_read_another_control_is_in_conflict
        a_role_follows_the_owner_of_what_controls
        a_record_is_held_as_it_is_stored
        what_a_record_controls_is_gone_through_and_withheld
        what_a_rule_shares_of_an_owner_is_shared_by_what_controls
    }
    imports {
        a_row_is_remembered_by_its_file
        a_row_is_imported_once
        the_latest_import_is_the_last_one_finished
    }
    ledger {
        entries_make_one_chain
        an_entry_is_stored_with_what_it_says
        openings_are_returned_with_their_entry
        entries_are_filtered_and_listed_newest_first
        time_never_runs_backward
        a_stale_policy_or_schema_is_a_conflict
        the_bumps_of_a_unit_are_its_own_to_make
        units_at_the_same_time_leave_no_gap
    }
    keys {
        a_key_is_read_as_written
        the_highest_version_is_current
        the_current_keys_of_many_slots_are_read_at_once
        a_version_is_taken_once
    }
    bookkeeping {
        a_task_is_handed_out_when_it_is_due
        a_taken_task_is_hidden_until_its_lease_ends
        a_task_is_tried_again
        a_completed_task_is_gone
        refusals_are_counted_by_the_minute
        a_unit_reads_the_refusals_of_a_minute
    }
    registry {
        a_workspace_is_found_by_id_and_slug
        workspaces_are_listed_as_they_were_made
        a_taken_slug_or_id_is_refused
        the_instance_has_a_ledger_and_is_no_workspace
        the_first_check_value_of_a_root_key_stays
        the_earliest_wake_counts_and_is_taken_once
        nothing_is_written_where_there_is_no_workspace
        a_store_that_works_answers
    }
}
