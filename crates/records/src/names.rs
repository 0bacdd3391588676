//! What objects, fields and everything made from them are called for programs, and that no two are called alike.
//!
//! The words live here rather than with the interface that speaks them, so that a definition is refused when it
//! is made and not when its schema is built.

use std::collections::HashSet;

use crate::{FieldDef, Metadata, ObjectDef};

/// Types that are the same in every workspace.
pub const TYPES: [&str; 52] = [
    "Boolean",
    "BooleanFilter",
    "Date",
    "DateAggregate",
    "DateFilter",
    "DateTime",
    "DateTimeAggregate",
    "DateTimeFilter",
    "Decimal",
    "DecimalFilter",
    "FieldChange",
    "FieldInfo",
    "FieldType",
    "FieldValue",
    "Float",
    "HistoryValue",
    "HistoryValueState",
    "ID",
    "IdFilter",
    "Int",
    "Long",
    "LongFilter",
    "Me",
    "Money",
    "MoneyAggregate",
    "MoneyInput",
    "MultiPicklistFilter",
    "Mutation",
    "NumberAggregate",
    "ObjectInfo",
    "OrderDirection",
    "Owner",
    "PageInfo",
    "PicklistValue",
    "PrincipalInput",
    "PrincipalKind",
    "Query",
    "Queue",
    "RecordAccess",
    "RecordSave",
    "RecordShare",
    "ReferenceFilter",
    "ShareCause",
    "ShareInput",
    "ShareLevel",
    "String",
    "Subscription",
    "TeamLevel",
    "TeamMember",
    "TeamMemberInput",
    "TextFilter",
    "User",
];

/// Queries that are the same in every workspace.
pub const QUERIES: [&str; 4] = ["me", "user", "objects", "object"];

/// What every record has, and the words of filters.
pub const MEMBERS: [&str; 12] = [
    "id",
    "version",
    "owner",
    "ownerId",
    "createdAt",
    "createdBy",
    "updatedAt",
    "updatedBy",
    "_access",
    "and",
    "or",
    "not",
];

/// What the ledger calls things that are no records.
pub const LEDGER: [&str; 13] = [
    "user",
    "profile",
    "permission_set",
    "permission_set_group",
    "role",
    "group",
    "territory",
    "workspace",
    "session",
    "object",
    "field",
    "import",
    "rule",
];

/// Two things of a workspace would be called alike.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("two things would be called `{0}`")]
pub struct NameClash(String);

/// Checks that everything can have its name.
///
/// # Errors
/// Names the first thing that cannot.
pub fn check(metadata: &Metadata) -> Result<(), NameClash> {
    let mut types: HashSet<String> = TYPES.map(String::from).into();
    let mut roots: HashSet<String> = QUERIES.map(String::from).into();
    let mut ledger: HashSet<String> = LEDGER.map(String::from).into();
    for object in metadata.objects() {
        claim(&mut ledger, object.name.as_str())?;
        let names = ObjectNames::of(object);
        for name in names.types() {
            claim(&mut types, name)?;
        }
        let team = if object.has_teams() { names.team_roots().to_vec() } else { Vec::new() };
        for name in names.roots().into_iter().chain(team) {
            claim(&mut roots, name)?;
        }
        let mut members: HashSet<String> = MEMBERS.map(String::from).into();
        for field in &object.fields {
            claim(&mut members, field.name.as_str())?;
            if field.target().is_some() {
                claim(&mut members, &reference_id(field))?;
            }
        }
    }
    Ok(())
}

/// The names that an object gives to types, queries and mutations.
pub struct ObjectNames {
    /// The type of its records: `Account`.
    pub record: String,
    /// A page of a list.
    pub connection: String,
    /// A record of a page, with its place.
    pub edge: String,
    /// What a list is narrowed by.
    pub filter: String,
    /// What a list is sorted by.
    pub order: String,
    /// The fields a list can be sorted by.
    pub order_field: String,
    /// What a group of records comes to.
    pub group: String,
    /// What the records of a group have in common.
    pub group_key: String,
    /// What the values of a group come to.
    pub group_values: String,
    /// The fields that records can be grouped by.
    pub group_field: String,
    /// What a new record is made from.
    pub create_input: String,
    /// What a record is changed by.
    pub update_input: String,
    /// What a change answers.
    pub payload: String,
    /// What a change of many records answers.
    pub payload_all: String,
    /// What one of many records is changed by.
    pub update_all_input: String,
    /// The unique fields that a record can be found by.
    pub unique_field: String,
    /// The query for one record: `account`.
    pub find: String,
    /// The query for a list: `accounts`.
    pub list: String,
    /// The query for what a list comes to.
    pub aggregate: String,
    /// The query for a record's history.
    pub history: String,
    /// The query for the shares of a record.
    pub shares: String,
    /// The mutation that makes a record.
    pub create: String,
    /// The mutation that changes a record.
    pub update: String,
    /// The mutation that changes the record with a unique value, or makes one.
    pub upsert: String,
    /// The mutation that deletes a record.
    pub delete: String,
    /// The mutation that takes a deleted record back.
    pub restore: String,
    /// The mutation that removes a deleted record for good.
    pub purge: String,
    /// The mutation that restores an earlier version.
    pub revert: String,
    /// The mutation that shares a record.
    pub share: String,
    /// The mutation that ends shares of a record.
    pub unshare: String,
    /// The query for the team of a record, if the object's have one.
    pub team: String,
    /// The mutation that adds to the team of a record.
    pub add_to_team: String,
    /// The mutation that takes from the team of a record.
    pub take_from_team: String,
    /// The mutation that makes many records.
    pub create_all: String,
    /// The mutation that changes many records.
    pub update_all: String,
    /// The mutation that changes many records with unique values, or makes them.
    pub upsert_all: String,
    /// The mutation that deletes many records.
    pub delete_all: String,
    /// The mutation that takes back many records.
    pub restore_all: String,
    /// The mutation that removes many deleted records for good.
    pub purge_all: String,
    /// The mutation that gives away many records.
    pub transfer_all: String,
    /// The mutation that shares many records.
    pub share_all: String,
    /// The mutation that ends shares of many records.
    pub unshare_all: String,
    /// The mutation that assigns many records to a territory.
    pub assign_all: String,
    /// The mutation that ends that many records are assigned to a territory.
    pub unassign_all: String,
}

impl ObjectNames {
    /// The names of this object.
    #[must_use]
    pub fn of(object: &ObjectDef) -> Self {
        let record = type_name(object.name.as_str());
        let records = type_name(object.plural.as_str());
        Self {
            connection: format!("{record}Connection"),
            edge: format!("{record}Edge"),
            filter: filter_name(object.name.as_str()),
            order: format!("{record}Order"),
            order_field: format!("{record}OrderField"),
            group: format!("{record}Aggregate"),
            group_key: format!("{record}AggregateKey"),
            group_values: format!("{record}AggregateValues"),
            group_field: format!("{record}GroupField"),
            create_input: format!("Create{record}Input"),
            update_input: format!("Update{record}Input"),
            payload: format!("{record}Payload"),
            payload_all: format!("{records}Payload"),
            update_all_input: format!("Update{records}Input"),
            unique_field: format!("{record}UniqueField"),
            find: object.name.to_string(),
            list: object.plural.to_string(),
            aggregate: format!("{}Aggregate", object.plural),
            history: format!("{}History", object.name),
            shares: format!("{}Shares", object.name),
            create: format!("create{record}"),
            update: format!("update{record}"),
            upsert: format!("upsert{record}"),
            delete: format!("delete{record}"),
            restore: format!("restore{record}"),
            purge: format!("purge{record}"),
            revert: format!("restore{record}Version"),
            share: format!("share{record}"),
            unshare: format!("unshare{record}"),
            team: format!("{}Team", object.name),
            add_to_team: format!("add{record}TeamMembers"),
            take_from_team: format!("remove{record}TeamMembers"),
            create_all: format!("create{records}"),
            update_all: format!("update{records}"),
            upsert_all: format!("upsert{records}"),
            delete_all: format!("delete{records}"),
            restore_all: format!("restore{records}"),
            purge_all: format!("purge{records}"),
            transfer_all: format!("transfer{records}"),
            share_all: format!("share{records}"),
            unshare_all: format!("unshare{records}"),
            assign_all: format!("assign{records}ToTerritory"),
            unassign_all: format!("remove{records}FromTerritory"),
            record,
        }
    }

    /// All types.
    #[must_use]
    pub fn types(&self) -> [&str; 16] {
        [
            &self.record,
            &self.connection,
            &self.edge,
            &self.filter,
            &self.order,
            &self.order_field,
            &self.group,
            &self.group_key,
            &self.group_values,
            &self.group_field,
            &self.create_input,
            &self.update_input,
            &self.payload,
            &self.payload_all,
            &self.update_all_input,
            &self.unique_field,
        ]
    }

    /// The queries and mutations of teams.
    #[must_use]
    pub fn team_roots(&self) -> [&str; 3] {
        [&self.team, &self.add_to_team, &self.take_from_team]
    }

    /// All other queries and mutations.
    #[must_use]
    pub fn roots(&self) -> [&str; 25] {
        let Self {
            find,
            list,
            aggregate,
            history,
            shares,
            create,
            update,
            upsert,
            delete,
            restore,
            purge,
            revert,
            share,
            unshare,
            ..
        } = self;
        let Self {
            create_all,
            update_all,
            upsert_all,
            delete_all,
            restore_all,
            purge_all,
            transfer_all,
            share_all,
            unshare_all,
            assign_all,
            unassign_all,
            ..
        } = self;
        [
            find,
            list,
            aggregate,
            history,
            create,
            update,
            upsert,
            delete,
            restore,
            purge,
            revert,
            shares,
            share,
            unshare,
            create_all,
            update_all,
            upsert_all,
            delete_all,
            restore_all,
            purge_all,
            transfer_all,
            share_all,
            unshare_all,
            assign_all,
            unassign_all,
        ]
    }
}

/// The type of an object's records: `Account` for `account`.
#[must_use]
pub fn type_name(object: &str) -> String {
    let mut letters = object.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// The filter of an object's lists: `AccountFilter` for `account`.
#[must_use]
pub fn filter_name(object: &str) -> String {
    format!("{}Filter", type_name(object))
}

/// The bare id beside a reference: `accountId` for `account`.
#[must_use]
pub fn reference_id(field: &FieldDef) -> String {
    format!("{}Id", field.name)
}

fn claim(names: &mut HashSet<String>, name: &str) -> Result<(), NameClash> {
    if names.insert(name.to_owned()) { Ok(()) } else { Err(NameClash(name.to_owned())) }
}
