//! Lists.

use std::sync::Arc;

use proptest::prelude::*;
use sutra_acl::{Owner, Runs, Scope};
use sutra_kernel::{
    Condition, Decimal, Direction, Money, Page, RecordId, RoleId, Test, Timestamp, UserId, Uuid, Value,
};
use sutra_records::{
    Filter, ListError, ListQuery, Order, Position, Record, Relation, Side, Standing, Stored, Turn,
};

use crate::company::{ANNA, BORIS, blank, eur, fields, id, name, object};

/// What these users own, and those with these roles.
fn runs(owners: &[UserId], roles: &[RoleId]) -> Scope {
    let owners = owners.iter().copied().map(Owner::User).collect();
    Scope::of(Runs { owners, roles: roles.to_vec(), ..Runs::default() })
}

fn query(filter: Option<Filter>, order: &str, direction: Direction) -> ListQuery {
    ListQuery {
        object: Arc::new(object("opportunity")),
        scope: Scope::ALL,
        filter,
        search: None,
        order: Order { field: name(order), direction },
        turn: Turn::Forward,
        from: None,
        limit: 3,
        deleted: false,
    }
}

/// Finds none of the records that are referred to.
fn nobody(_: RecordId) -> Option<Stored<'static>> {
    None
}

fn filtered(field: &str, test: Test) -> ListQuery {
    query(Some(Condition::test(name(field), test)), "id", Direction::Descending)
}

fn opportunity(number: u128, title: Option<&str>, amount: Option<i64>, owner: UserId) -> Record {
    let values = [
        ("name", title.map_or(Value::Null, Value::text)),
        ("amount", amount.map_or(Value::Null, |units| eur(Decimal::new(units, 1)))),
    ];
    let mut record = Record { owner: owner.into(), version: 1, ..blank(&object("opportunity"), number) };
    record.fields = fields(values);
    record.fields.retain(|_, value| !value.is_null());
    record.created_at = Timestamp::from_micros(i64::try_from(number % 3).unwrap());
    record
}

/// What a store does: sort everything that matches and is within reach, and take the page.
fn page(query: &ListQuery, records: &[Record]) -> Page<Record> {
    let mut found: Vec<_> = records
        .iter()
        .filter(|r| query.matches((r, Standing::NONE), &nobody) && query.is_within_reach(r))
        .cloned()
        .collect();
    found.sort_by(|a, b| query.order(a, b));
    query.page(found)
}

fn tests() -> impl Strategy<Value = Filter> {
    let titles = prop::sample::select(vec!["", "a", "A", "ab", "é", "z"]);
    let leaf = prop_oneof![
        titles.clone().prop_map(|t| Condition::test(name("name"), Test::Eq(Value::text(t)))),
        titles.clone().prop_map(|t| Condition::test(name("name"), Test::StartsWith(t.into()))),
        titles.prop_map(|t| Condition::test(name("name"), Test::Gt(Value::text(t)))),
        (-2_i64..3).prop_map(|n| Condition::test(name("amount"), Test::Lte(eur(Decimal::new(n, 1))))),
        any::<bool>().prop_map(|empty| Condition::test(name("amount"), Test::IsNull(empty))),
        Just(Condition::test(name("ownerId"), Test::Neq(Value::Reference(id(3))))),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Condition::All),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Condition::Any),
            inner.prop_map(|part| Condition::Not(Box::new(part))),
        ]
    })
}

fn records() -> impl Strategy<Value = Vec<Record>> {
    let title = prop::option::of(prop::sample::select(vec!["a", "A", "ab", "É", "z"]));
    let one = (title, prop::option::of(-2_i64..3), prop::sample::select(vec![ANNA, BORIS]), any::<bool>());
    prop::collection::vec(one, 0..20).prop_map(|rows| {
        let numbered = rows.into_iter().zip(0_u128..);
        numbered
            .map(|((title, amount, owner, deleted), number)| Record {
                deleted_at: deleted.then(|| Timestamp::from_micros(9)),
                ..opportunity(number, title, amount, owner)
            })
            .collect()
    })
}

proptest! {
    /// The pages of a list, put together, are the list: sorted once, by values.
    #[test]
    fn pages_put_together_are_the_sorted_list(
        records in records(),
        filter in prop::option::of(tests()),
        order in prop::sample::select(vec!["id", "createdAt", "name", "amount"]),
        ascending in any::<bool>(),
        deleted in any::<bool>(),
        everyone in any::<bool>(),
        backward in any::<bool>(),
    ) {
        let direction = if ascending { Direction::Ascending } else { Direction::Descending };
        let scope = if everyone { Scope::ALL } else { runs(&[ANNA], &[]) };
        let turn = if backward { Turn::Backward } else { Turn::Forward };
        let mut query = ListQuery { scope, deleted, turn, ..query(filter.clone(), order, direction) };
        prop_assert_eq!(query.check(), Ok(()));

        let mut twin: Vec<_> = records.iter().filter(|record| {
            record.deleted_at.is_some() == deleted
                && (everyone || record.owner == ANNA.into())
                && filter.as_ref().is_none_or(|filter| {
                    filter.holds_with(&|field, test| test.holds(&record.value(field)), &|_| false)
                })
        }).cloned().collect();
        twin.sort_by(|a, b| {
            let field = name(order);
            a.value(&field).compare(&b.value(&field)).unwrap().then(a.id.cmp(&b.id))
        });
        if !ascending {
            twin.reverse();
        }

        let mut read = Vec::new();
        loop {
            let page = page(&query, &records);
            prop_assert!(page.items.len() == query.limit || !page.more);
            let last = if backward { page.items.first() } else { page.items.last() };
            let Some(last) = last else { break };
            query.from = Some(query.position_beyond(last));
            prop_assert_eq!(query.check(), Ok(()));
            let place = if backward { 0 } else { read.len() };
            read.splice(place..place, page.items);
            if !page.more {
                break;
            }
        }
        prop_assert_eq!(read, twin);
    }
}

#[test]
fn money_is_compared_by_amount_whatever_the_currency() {
    let dollars = Value::Money(Money { amount: Decimal::ONE, currency: "USD".parse().unwrap() });
    let record = opportunity(1, None, Some(10), ANNA);
    for (case, wanted) in [("dollars", dollars), ("a bare amount", Value::Decimal(Decimal::ONE))] {
        let cases = [
            ("eq", Test::Eq(wanted.clone()), true),
            ("neq", Test::Neq(wanted.clone()), false),
            ("in", Test::In(vec![wanted.clone()]), true),
            ("gt", Test::Gt(wanted.clone()), false),
            ("gte", Test::Gte(wanted.clone()), true),
            ("lt", Test::Lt(wanted.clone()), false),
            ("lte", Test::Lte(wanted.clone()), true),
        ];
        for (test, condition, expected) in cases {
            let query = filtered("amount", condition);
            assert_eq!(query.check(), Ok(()), "{case} {test}");
            assert_eq!(query.matches((&record, Standing::NONE), &nobody), expected, "{case} {test}");
        }
    }
}

#[test]
fn what_no_index_answers_is_refused_whatever_the_data() {
    let long = "x".repeat(253);
    let unknown = |field: &str| Err(ListError::UnknownField(name(field)));
    let unindexed = |field: &str| Err(ListError::NotIndexed(name(field)));
    let wrong = |field: &str| Err(ListError::WrongKind(name(field)));
    let cases = [
        ("unknown", "colour", Test::IsNull(true), unknown("colour")),
        ("not indexed", "description", Test::IsNull(true), unindexed("description")),
        ("not indexed here", "createdById", Test::IsNull(true), unindexed("createdById")),
        ("another kind", "name", Test::Eq(Value::Integer(1)), wrong("name")),
        ("one of several", "closeDate", Test::In(vec![Value::Null, Value::text("x")]), wrong("closeDate")),
        ("too fine", "probability", Test::Gt(Value::Decimal(Decimal::new(1, 3))), wrong("probability")),
        ("too large", "amount", Test::Lt(Value::Decimal(Decimal::MAX)), wrong("amount")),
        ("a start of a number", "amount", Test::StartsWith("1".into()), wrong("amount")),
        ("a start of an id", "id", Test::StartsWith("0".into()), wrong("id")),
        (
            "an instant for an id",
            "ownerId",
            Test::Eq(Value::Timestamp(Timestamp::default())),
            wrong("ownerId"),
        ),
        ("long", "name", Test::Eq(Value::text(&*long)), Err(ListError::TooLong(name("name")))),
        ("a long start", "name", Test::StartsWith(long), Err(ListError::TooLong(name("name")))),
        ("empty", "name", Test::Eq(Value::Null), Ok(())),
        ("just short enough", "name", Test::Eq(Value::text("x".repeat(252))), Ok(())),
    ];
    for (case, field, test, expected) in cases {
        let nested = Condition::Not(Box::new(Condition::Any(vec![Condition::test(name(field), test)])));
        assert_eq!(query(Some(nested), "id", Direction::Ascending).check(), expected, "{case}");
    }
    assert_eq!(query(None, "nextStep", Direction::Ascending).check(), unindexed("nextStep"));
    let mut elsewhere = query(None, "amount", Direction::Ascending);
    elsewhere.from = Some(Position { value: Value::text("1"), id: id(1), side: Side::After });
    assert_eq!(elsewhere.check(), wrong("amount"));
}

/// A slot keeps at least 253 bytes of a cut text, so comparing with at most 252 gives the whole text's answer.
#[test]
fn a_filter_that_is_allowed_judges_a_cut_text_as_it_would_the_whole() {
    let stored = "é".repeat(300);
    let record = opportunity(1, Some(&stored), None, ANNA);
    let start = "é".repeat(126);
    let cases = [
        ("its start is not it", Test::Eq(Value::text(&*start)), false),
        ("it comes after its start", Test::Gt(Value::text(&*start)), true),
        ("it starts so", Test::StartsWith(start), true),
    ];
    for (case, test, expected) in cases {
        let query = filtered("name", test);
        assert_eq!(
            (query.check(), query.matches((&record, Standing::NONE), &nobody)),
            (Ok(()), expected),
            "{case}"
        );
    }
}

#[test]
fn a_list_is_of_one_object_and_within_the_scope() {
    let list = query(None, "id", Direction::Descending);
    let record = opportunity(1, None, None, ANNA);
    assert!(list.matches((&record, Standing::NONE), &nobody));
    assert!(
        !list.matches((&Record { object: object("task").id, ..record.clone() }, Standing::NONE), &nobody)
    );
    assert!(!ListQuery { scope: Scope::NONE, ..list.clone() }.matches((&record, Standing::NONE), &nobody));
    let role = RoleId::from_uuid(Uuid::from_u128(5));
    let below = ListQuery { scope: runs(&[BORIS], &[role]), ..list };
    assert!(!below.matches((&record, Standing::NONE), &nobody));
    assert!(below.matches((&Record { owner_role: Some(role), ..record }, Standing::NONE), &nobody));
}

/// A reference leads to a record of its object that is not deleted and that the viewer sees, and nowhere else.
#[test]
fn l09_a_relation_is_as_good_as_none_if_its_record_cannot_be_seen() {
    let account = Record { owner: ANNA.into(), version: 1, ..blank(&object("account"), 7) };
    let deleted = Record { deleted_at: Some(Timestamp::from_micros(9)), ..account.clone() };
    let another = Record { object: object("lead").id, ..account.clone() };
    let (annas, nobodys) = (runs(&[ANNA], &[]), Scope::NONE);
    let cases = [
        ("seen", Some(&account), annas.clone(), true),
        ("hidden", Some(&account), runs(&[BORIS], &[]), false),
        ("nothing is seen", Some(&account), nobodys, false),
        ("deleted", Some(&deleted), annas.clone(), false),
        ("of another object", Some(&another), Scope::ALL, false),
        ("absent", None, Scope::ALL, false),
    ];
    let mut linked = opportunity(1, None, None, ANNA);
    linked.fields.insert(name("account"), Value::Reference(id(7)));
    for (case, target, scope, expected) in cases {
        let relation = Condition::Related(Relation {
            field: name("account"),
            object: Arc::new(object("account")),
            scope,
            condition: Box::new(Condition::All(Vec::new())),
        });
        let find = |wanted: RecordId| {
            target.filter(|target| target.id == wanted).map(|target| (target, Standing::NONE))
        };
        for (filter, expected) in
            [(relation.clone(), expected), (Condition::Not(Box::new(relation)), !expected)]
        {
            let list = query(Some(filter), "id", Direction::Ascending);
            assert_eq!(
                (list.check(), list.matches((&linked, Standing::NONE), &find)),
                (Ok(()), expected),
                "{case}"
            );
        }
    }
}

#[test]
fn a_relation_goes_where_its_field_does() {
    let relation = |field: &str, target: &str| {
        let (object, condition) = (Arc::new(object(target)), Box::new(Condition::All(Vec::new())));
        let relation = Relation { field: name(field), object, scope: Scope::ALL, condition };
        query(Some(Condition::Related(relation)), "id", Direction::Ascending).check()
    };
    assert_eq!(relation("account", "account"), Ok(()));
    assert_eq!(relation("account", "contact"), Err(ListError::NotRelated(name("account"))));
    assert_eq!(relation("name", "account"), Err(ListError::NotRelated(name("name"))));
    assert_eq!(relation("ownerId", "account"), Err(ListError::NotRelated(name("ownerId"))));
    assert_eq!(relation("spaceship", "account"), Err(ListError::UnknownField(name("spaceship"))));
}
