//! Stories of imports: good rows are in, bad ones are told, and nothing is in twice.

use crate::company::{Company, run};
use sutra_audit::EntryFilter;
use sutra_engine::{Caller, ImportFile, ImportOutcome, ListRequest, Part, RowOutcome};
use sutra_kernel::{ApiName, Value};
use sutra_records::FieldEdit;

fn words(line: &str) -> Vec<String> {
    line.split(',').map(str::to_owned).collect()
}

async fn import(
    company: &Company,
    caller: &Caller,
    object: &str,
    lines: &[&str],
) -> (ImportOutcome, Vec<RowOutcome>) {
    let file = ImportFile {
        object: object.to_owned(),
        digest: sutra_crypto::sha256(lines.join("\n").as_bytes()),
        headers: words(lines[0]),
        map: Vec::new(),
        currency: "USD".parse().unwrap(),
    };
    let mut running = company.engine.imports().begin(caller, file).await.unwrap();
    let mut outcomes = Vec::new();
    for (number, line) in (1..).zip(&lines[1..]) {
        outcomes.push(running.row(number, &words(line)).await.unwrap());
    }
    (running.finish().await.unwrap(), outcomes)
}

#[test]
fn s21_good_rows_are_in_and_bad_ones_are_told_by_column() {
    run(async {
        let company = Company::found().await;
        let lines = ["Name,NumberOfEmployees", "Acme,12", "Bad,many", ",1", "Short", "n/a,3", "Zed,n/a"];
        let (outcome, rows) = import(&company, &company.rep, "account", &lines).await;
        assert_eq!(outcome, ImportOutcome { created: 2, already: 0, refused: 4 });
        let column = |row: &RowOutcome| match row {
            RowOutcome::Refused(problems) => problems[0].column.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(column(&rows[1]).as_deref(), Some("NumberOfEmployees"));
        assert_eq!(column(&rows[2]).as_deref(), Some("Name"));
        assert_eq!(column(&rows[3]), None, "a row with another number of columns");
    });
}

#[test]
fn an_empty_cell_says_nothing_and_so_the_field_has_its_default() {
    run(async {
        let company = Company::found().await;
        let default = FieldEdit { default: Some(Value::Integer(7)), ..FieldEdit::default() };
        let objects = company.engine.objects();
        objects.update_field(&company.admin, "account", "numberOfEmployees", &default).await.unwrap();
        let lines = ["Name,NumberOfEmployees", "Acme,", "Zed,12", "Ore,n/a"];
        let (_, rows) = import(&company, &company.rep, "account", &lines).await;
        let viewing = company.engine.view(&company.rep).await.unwrap();
        for (row, expected) in rows.iter().zip([7, 12, 7]) {
            let RowOutcome::Created(id) = row else { panic!("{row:?}") };
            let view = viewing.find_record("account", *id).await.unwrap().unwrap();
            let found = view.value(&ApiName::parse("numberOfEmployees").unwrap());
            assert_eq!(found, Value::Integer(expected));
        }
    });
}

#[test]
fn the_same_file_again_writes_nothing_twice_and_keeps_its_references() {
    run(async {
        let company = Company::found().await;
        let accounts = ["name", "First", "Second"];
        for expected in [(2, 0), (0, 2)] {
            let (outcome, _) = import(&company, &company.rep, "account", &accounts).await;
            assert_eq!((outcome.created, outcome.already), expected);
        }
        let contacts = ["lastName,accountId", "Doe,@AccountRef2", "Roe,@AccountRef9"];
        let (outcome, rows) = import(&company, &company.rep, "contact", &contacts).await;
        assert_eq!((outcome.created, outcome.refused), (1, 1));
        let RowOutcome::Created(doe) = rows[0] else { panic!("{rows:?}") };
        let viewing = company.engine.view(&company.rep).await.unwrap();
        let doe = viewing.find_record("contact", doe).await.unwrap().unwrap();
        let Value::Reference(account) = doe.value(&ApiName::parse("account").unwrap()) else { panic!() };
        let account = viewing.find_record("account", account).await.unwrap().unwrap();
        assert_eq!(account.value(&ApiName::parse("name").unwrap()), Value::text("Second"));
    });
}

#[test]
fn l33_a_reference_counts_within_the_importers_own_imports() {
    run(async {
        let company = Company::found().await;
        import(&company, &company.rep, "account", &["name", "of the rep"]).await;
        let contacts = ["lastName,accountId", "Doe,@AccountRef1"];
        let (outcome, _) = import(&company, &company.peer, "contact", &contacts).await;
        assert_eq!((outcome.created, outcome.refused), (0, 1));
    });
}

#[test]
fn an_import_is_one_mass_action_and_one_entry_a_record() {
    run(async {
        let company = Company::found().await;
        import(&company, &company.rep, "account", &["name", "One", "Two", "Three"]).await;
        let viewing = company.engine.view(&company.admin).await.unwrap();
        for (action, expected) in [("import.run", 1), ("record.create", 3)] {
            let filter = EntryFilter { action: Some(action.to_owned()), ..EntryFilter::default() };
            assert_eq!(viewing.ledger_entries(&filter, 50).await.unwrap().len(), expected, "{action}");
        }
        let object = ApiName::parse("account").unwrap();
        let list =
            ListRequest { object, filter: None, search: None, order: None, part: Part::first(10, None) };
        assert_eq!(viewing.count_records(&list).await.unwrap().count, 3);
    });
}
