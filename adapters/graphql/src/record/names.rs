//! What things are called in the schema.

pub(super) use sutra_records::names::{ObjectNames, check, filter_name, reference_id, type_name};

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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use sutra_records::{
        Metadata,
        names::{QUERIES, TYPES},
        standard,
    };

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
        let is_own =
            |own: &ObjectNames, name| own.roots().contains(&name) || own.team_roots().contains(&name);
        for field in fields {
            assert!(QUERIES.contains(&field) || names.iter().any(|own| is_own(own, field)), "{field}");
        }
    }
}
