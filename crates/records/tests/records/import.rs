//! Tables that other programs wrote.

use sutra_kernel::{ApiName, Currency, Value};
use sutra_records::{
    FieldDef, FieldKind, PickValue,
    import::{CellValue, ColumnError, ColumnMap, parse_cell},
};

use crate::company::{eur, id, name, object};

fn headers(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn pairs(words: &[(&str, &str)]) -> Vec<(String, String)> {
    words.iter().map(|(column, field)| ((*column).to_owned(), (*field).to_owned())).collect()
}

fn euro() -> Currency {
    "EUR".parse().unwrap()
}

#[test]
fn a_header_finds_its_field_however_it_is_written() {
    let cases = [
        ("account", "name", Some("name")),
        ("account", "NumberOfEmployees", Some("numberOfEmployees")),
        ("account", "annualrevenue", Some("annualRevenue")),
        ("account", "billing_postal-code", Some("billingPostalCode")),
        ("account", "Billing Postal Code", Some("billingPostalCode")),
        ("account", "Employees", Some("numberOfEmployees")),
        ("account", "Account Name", Some("name")),
        ("account", "accountId", None),
        ("contact", "accountId", Some("account")),
        ("contact", "ACCOUNT_ID", Some("account")),
        ("contact", "accountName", None),
        ("contact", "lastName", Some("lastName")),
        ("opportunity", "StageName", Some("stage")),
        ("opportunity", "closedate", Some("closeDate")),
        ("opportunity", "amountId", None),
        ("opportunity", "Colour", None),
        ("opportunity", "---", None),
        ("opportunity", "name ", Some("name")),
    ];
    for (def, header, field) in cases {
        let (map, unknown) = ColumnMap::infer(&headers(&[header]), &object(def), &[]).unwrap();
        assert_eq!(map.field(0).map(ApiName::as_str), field, "{def} {header}");
        assert_eq!(unknown.len(), usize::from(field.is_none()), "{def} {header}");
    }
}

#[test]
fn an_explicit_pair_decides_and_a_wrong_one_is_refused() {
    let columns = headers(&["Firm", "Phone", "Shoe size"]);
    let infer = |words: &[(&str, &str)]| ColumnMap::infer(&columns, &object("account"), &pairs(words));
    let (map, unknown) = infer(&[("firm", "name"), ("Phone", "fax")]).unwrap();
    assert_eq!(map.columns(), [Some(name("name")), Some(name("fax")), None]);
    assert_eq!(unknown, ["Shoe size"]);
    let (map, unknown) = infer(&[("Shoe size", ""), ("phone", "")]).unwrap();
    assert_eq!((map.columns(), unknown), (&[None, None, None][..], headers(&["Firm"])));

    let cases = [
        ("no such column", vec![("Hat", "name")], ColumnError::UnknownColumn("Hat".into())),
        ("no such field", vec![("Firm", "hat")], ColumnError::UnknownField("hat".into())),
        ("one field twice", vec![("Firm", "phone")], ColumnError::Twice(name("phone"))),
    ];
    for (case, words, expected) in cases {
        assert_eq!(infer(&words), Err(expected), "{case}");
    }
}

#[test]
fn a_cell_is_read_as_its_field_means_it() {
    let instant = |text: &str| Value::Timestamp(text.parse().unwrap());
    let day = |text: &str| Value::Date(text.parse().unwrap());
    let dollars = "2295.94".parse().unwrap();
    let cases = [
        ("account.industry", "n/a", Value::Null),
        ("account.industry", " N/A ", Value::Null),
        ("account.name", "  ", Value::Null),
        ("account.name", " Zoonoodle 37 ", Value::text(" Zoonoodle 37 ")),
        ("account.numberOfEmployees", " 28549 ", Value::Integer(28_549)),
        ("account.type", "integrator", Value::text("Integrator")),
        ("account.phone", "1(302)556-4395 ", Value::text("1(302)556-4395")),
        ("opportunity.stage", "Closed/Won", Value::text("Closed Won")),
        ("opportunity.stage", "Id. Decision Makers", Value::text("Id. Decision Makers")),
        ("opportunity.closeDate", "2020-12-22T21:16:01Z", day("2020-12-22")),
        ("opportunity.closeDate", "2021-01-19T00:30:44+02:00", day("2021-01-18")),
        ("opportunity.closeDate", "2021-01-19", day("2021-01-19")),
        ("opportunity.probability", "12.5", Value::Decimal("12.5".parse().unwrap())),
        ("opportunity.description", "-1E02", Value::text("-1E02")),
        ("opportunity.description", "@AccountRef10", Value::text("@AccountRef10")),
        ("task.reminderAt", "2021-01-19T00:30:44+02:00", instant("2021-01-18T22:30:44Z")),
        ("task.reminderAt", "2021-01-19", instant("2021-01-19T00:00:00Z")),
        ("campaign.budgetedCost", "2295.94", eur(dollars)),
        ("campaign.budgetedCost", "2295.94 EUR", eur(dollars)),
        ("campaign.budgetedCost", "EUR 2295.94", eur(dollars)),
        ("campaign.active", "Yes", Value::Boolean(true)),
        ("campaign.active", "0", Value::Boolean(false)),
        ("contact.account", "rec_00000000000000000000000005", Value::Reference(id(5))),
        ("contact.account", "00000000-0000-0000-0000-000000000005", Value::Reference(id(5))),
    ];
    for (field, text, value) in cases {
        let (def, field) = field.split_once('.').unwrap();
        let read = parse_cell(object(def).field(field).unwrap(), text, euro());
        assert_eq!(read, Ok(CellValue::Value(value)), "{field} {text}");
    }
}

#[test]
fn a_cell_can_hold_several_values() {
    let plain = [PickValue::plain("Red"), PickValue::plain("Light Blue")];
    let kind = FieldKind::MultiPicklist { values: plain.to_vec() };
    let field = FieldDef { kind, ..object("account").field("industry").unwrap().clone() };
    let texts = |texts: &[&str]| Value::Texts(texts.iter().map(|&text| text.to_owned()).collect());
    let cases = [
        ("light-blue; RED", Ok(texts(&["Red", "Light Blue"]))),
        ("Red;", Ok(texts(&["Red"]))),
        ("n/a", Ok(Value::Null)),
        (";", Ok(Value::Null)),
        ("Red;Green", Err("Write values of the list, with `;` between them, here.")),
    ];
    for (text, expected) in cases {
        let read = parse_cell(&field, text, euro()).map_err(|problem| problem.message);
        assert_eq!(read, expected.map(CellValue::Value).map_err(ToOwned::to_owned), "{text}");
    }
}

#[test]
fn money_with_a_code_keeps_it() {
    let read = parse_cell(object("campaign").field("actualCost").unwrap(), "12.50 USD", euro());
    let Ok(CellValue::Value(Value::Money(money))) = read else { panic!("{read:?}") };
    assert_eq!(money.to_string(), "12.50 USD");
}

#[test]
fn a_reference_can_name_a_row_of_the_latest_import() {
    let contact = object("contact");
    let account = contact.field("account").unwrap();
    for (text, row) in [("@AccountRef10", 10), ("@accountref1", 1), (" @AccountRef048 ", 48)] {
        assert_eq!(parse_cell(account, text, euro()), Ok(CellValue::Row(row)), "{text}");
    }
    for text in ["@AccountRef", "@AccountRef0", "@AccountRef-1", "@AccountRef+1", "@ContactRef1", "@", "10"] {
        assert!(parse_cell(account, text, euro()).is_err(), "{text}");
    }
}

#[test]
fn a_cell_that_means_nothing_is_a_problem_with_a_reason() {
    let cases = [
        ("account.numberOfEmployees", "many", "Write a whole number here."),
        ("account.type", "Vassal", "Write one of the values of the list here."),
        (
            "account.website",
            "javascript:alert(1)",
            "Write a web address that starts with `https://` or `http://`.",
        ),
        ("account.annualRevenue", "5 million", "Write an amount and a currency, such as `12.50 EUR` here."),
        ("account.annualRevenue", "1e3", "Write an amount and a currency, such as `12.50 EUR` here."),
        ("account.annualRevenue", "1 2 EUR", "Write an amount and a currency, such as `12.50 EUR` here."),
        ("opportunity.closeDate", "22.12.2020", "Write a date such as `2026-03-01` here."),
        ("opportunity.probability", "0.125", "At most 2 digits may follow the point."),
        ("campaign.active", "maybe", "Write true or false here."),
    ];
    for (field, text, message) in cases {
        let (def, field) = field.split_once('.').unwrap();
        let problem = parse_cell(object(def).field(field).unwrap(), text, euro()).unwrap_err();
        assert_eq!(problem.to_string(), message, "{field} {text}");
    }
}

/// Real exports, kept beside the workspace: every column finds a home and every cell is read.
#[test]
fn real_files_are_read_without_a_loss() {
    let files = [
        ("account", "Accounts.csv"),
        ("campaign", "Campaigns.csv"),
        ("contact", "Contacts.csv"),
        ("opportunity", "Opportunities.csv"),
    ];
    for (def, file) in files {
        let path = format!("{}/../../../shared/data/{file}", env!("CARGO_MANIFEST_DIR"));
        // A checkout without them has the same dirt in the tables above.
        let Ok(mut table) = csv::Reader::from_path(&path) else { continue };
        let def = object(def);
        let header: Vec<_> = table.headers().unwrap().iter().map(str::to_owned).collect();
        let (map, unknown) = ColumnMap::infer(&header, &def, &[]).unwrap();
        assert!(unknown.is_empty(), "{file}: {unknown:?}");
        for (row, record) in table.records().enumerate() {
            for (column, text) in record.unwrap().iter().enumerate() {
                let field = def.field(map.field(column).unwrap().as_str()).unwrap();
                let read = parse_cell(field, text, euro());
                let lost = read == Ok(CellValue::Value(Value::Null)) && text != "n/a";
                assert!(read.is_ok() && !lost, "{file} row {row} {}: {text:?} {read:?}", field.name);
                let is_row = matches!(read, Ok(CellValue::Row(_)));
                assert_eq!(is_row, matches!(field.kind, FieldKind::Reference { .. }), "{file} {row}");
            }
        }
    }
}
