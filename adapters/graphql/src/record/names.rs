//! What things are called in the schema, and that no two are called alike.

use std::collections::HashSet;

use sutra_records::{FieldDef, Metadata, ObjectDef};

/// Types that are the same in every workspace.
const TYPES: [&str; 35] = [
    "Boolean",
    "BooleanFilter",
    "Date",
    "DateFilter",
    "DateTime",
    "DateTimeFilter",
    "Decimal",
    "DecimalFilter",
    "FieldChange",
    "FieldInfo",
    "FieldType",
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
    "MoneyInput",
    "Mutation",
    "ObjectInfo",
    "OrderDirection",
    "PageInfo",
    "PicklistValue",
    "Query",
    "RecordAccess",
    "RecordSave",
    "ReferenceFilter",
    "String",
    "Subscription",
    "TextFilter",
    "User",
];

/// Queries that are the same in every workspace.
const QUERIES: [&str; 4] = ["me", "user", "objects", "object"];

/// What every record has, and the words of filters.
const MEMBERS: [&str; 12] = [
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

/// Two things of a workspace would be called alike.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("two things would be called `{0}` in the schema")]
pub(super) struct NameClash(String);

/// Checks that everything can have its name.
pub(super) fn check(metadata: &Metadata) -> Result<(), NameClash> {
    let mut types: HashSet<String> = TYPES.map(String::from).into();
    let mut roots: HashSet<String> = QUERIES.map(String::from).into();
    for object in metadata.objects() {
        let names = ObjectNames::of(object);
        for name in names.types() {
            claim(&mut types, name)?;
        }
        for name in names.roots() {
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
pub(super) struct ObjectNames {
    pub(super) record: String,
    pub(super) connection: String,
    pub(super) edge: String,
    pub(super) filter: String,
    pub(super) order: String,
    pub(super) order_field: String,
    pub(super) create_input: String,
    pub(super) update_input: String,
    pub(super) payload: String,
    pub(super) find: String,
    pub(super) list: String,
    pub(super) history: String,
    pub(super) create: String,
    pub(super) update: String,
    pub(super) delete: String,
    pub(super) restore: String,
}

impl ObjectNames {
    pub(super) fn of(object: &ObjectDef) -> Self {
        let record = type_name(object.name.as_str());
        Self {
            connection: format!("{record}Connection"),
            edge: format!("{record}Edge"),
            filter: format!("{record}Filter"),
            order: format!("{record}Order"),
            order_field: format!("{record}OrderField"),
            create_input: format!("Create{record}Input"),
            update_input: format!("Update{record}Input"),
            payload: format!("{record}Payload"),
            find: object.name.to_string(),
            list: object.plural.to_string(),
            history: format!("{}History", object.name),
            create: format!("create{record}"),
            update: format!("update{record}"),
            delete: format!("delete{record}"),
            restore: format!("restore{record}"),
            record,
        }
    }

    fn types(&self) -> [&str; 9] {
        [
            &self.record,
            &self.connection,
            &self.edge,
            &self.filter,
            &self.order,
            &self.order_field,
            &self.create_input,
            &self.update_input,
            &self.payload,
        ]
    }

    fn roots(&self) -> [&str; 7] {
        let Self { find, list, history, create, update, delete, restore, .. } = self;
        [find, list, history, create, update, delete, restore]
    }
}

/// The type of an object's records: `Account` for `account`.
pub(super) fn type_name(object: &str) -> String {
    let mut letters = object.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// The bare id beside a reference: `accountId` for `account`.
pub(super) fn reference_id(field: &FieldDef) -> String {
    format!("{}Id", field.name)
}

/// A name as an enum's item: `ANNUAL_REVENUE` for `annualRevenue`. No two names give the same.
pub(super) fn item_name(name: &str) -> String {
    name.chars().fold(String::new(), |mut item, letter| {
        if letter.is_ascii_uppercase() {
            item.push('_');
        }
        item.push(letter.to_ascii_uppercase());
        item
    })
}

fn claim(names: &mut HashSet<String>, name: &str) -> Result<(), NameClash> {
    if names.insert(name.to_owned()) { Ok(()) } else { Err(NameClash(name.to_owned())) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use sutra_kernel::ApiName;
    use sutra_records::standard;

    use super::*;

    #[test]
    fn names_of_enum_items_are_the_fields_in_capitals() {
        let cases = [("id", "ID"), ("annualRevenue", "ANNUAL_REVENUE"), ("aBC", "A_B_C"), ("line2", "LINE2")];
        for (name, expected) in cases {
            assert_eq!(item_name(name), expected, "{name}");
        }
    }

    #[test]
    fn every_type_and_query_of_the_schema_has_its_name_reserved() {
        let metadata = Metadata::new(1, standard::objects()).unwrap();
        let names: Vec<_> = metadata.objects().iter().map(|object| ObjectNames::of(object)).collect();
        let sdl = crate::record::build(&Arc::new(metadata)).unwrap().sdl();
        let keywords = ["type ", "input ", "enum ", "scalar "];
        let defined = sdl.lines().filter_map(|line| keywords.iter().find_map(|word| line.strip_prefix(word)));
        let mut count = 0;
        for name in defined.filter_map(|rest| rest.split(' ').next()) {
            count += 1;
            assert!(TYPES.contains(&name) || names.iter().any(|own| own.types().contains(&name)), "{name}");
        }
        assert!(count > TYPES.len());
        let (_, query) = sdl.split_once("type Query {").unwrap();
        let fields = query.lines().take_while(|line| *line != "}").filter_map(|line| line.strip_prefix('\t'));
        let fields = fields.filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        let fields: Vec<_> = fields.filter_map(|line| line.split(['(', ':']).next()).collect();
        assert!(fields.len() > QUERIES.len());
        for field in fields {
            assert!(
                QUERIES.contains(&field) || names.iter().any(|own| own.roots().contains(&field)),
                "{field}"
            );
        }
    }

    #[test]
    fn two_things_are_never_called_alike() {
        let cases = [
            ("as a type of the product", "money", "monies", "name", "Money"),
            ("as a query of the product", "thing", "objects", "name", "objects"),
            ("as a member of every record", "thing", "things", "version", "version"),
            ("as a word of filters", "thing", "things", "not", "not"),
            ("as another object's connection", "accountConnection", "links", "name", "AccountConnection"),
        ];
        for (case, name, plural, field, expected) in cases {
            let mut objects = standard::objects();
            let mut odd = objects[0].clone();
            odd.name = ApiName::parse(name).unwrap();
            odd.plural = ApiName::parse(plural).unwrap();
            odd.fields.truncate(1);
            odd.fields[0].name = ApiName::parse(field).unwrap();
            odd.name_field = odd.fields[0].name.clone();
            objects.push(odd);
            let metadata = Metadata::new(1, objects).unwrap();
            assert_eq!(check(&metadata), Err(NameClash(expected.to_owned())), "{case}");
        }
        assert_eq!(check(&Metadata::new(1, standard::objects()).unwrap()), Ok(()));
    }
}
