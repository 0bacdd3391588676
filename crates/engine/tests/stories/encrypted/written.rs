//! Who writes encrypted fields, and what is refused.

use sutra_engine::{Caller, Earlier, Error, ImportFile, RowOutcome};
use sutra_kernel::Value;
use sutra_records::{FieldKind, NewField, OnDelete, ProblemCode, Protected};

use super::{ID, PLAIN, SHOWN, allow_blind_writes, company, contact, field, name, seen, write};
use crate::company::{Company, run};

#[test]
fn writing_needs_sight_or_the_permission_to_write_blindly() {
    run(async {
        let company = company().await;
        let id = contact(&company, Some(PLAIN)).await;
        let new = || Value::text("20001224-1111");
        let error = write(&company, &company.rep, id, new()).await.unwrap_err();
        assert_eq!(error.code(), "FORBIDDEN");
        let fields = [("lastName", Value::text("Byron")), (ID, new())];
        let error = company.create(&company.rep, "contact", &fields).await.unwrap_err();
        assert_eq!(error.code(), "FORBIDDEN");
        allow_blind_writes(&company).await;
        assert!(write(&company, &company.rep, id, new()).await.unwrap().is_some());
        assert_eq!(seen(&company, &company.rep, id, ID).await, "masked: ••••1111");
        assert_eq!(seen(&company, &company.admin, id, ID).await, "20001224-1111");
        write(&company, &company.rep, id, Value::Null).await.unwrap();
        assert_eq!(seen(&company, &company.admin, id, ID).await, "empty");
    });
}

#[test]
fn a_guess_is_answered_alike_whether_it_is_right_or_wrong() {
    run(async {
        let company = company().await;
        allow_blind_writes(&company).await;
        let id = contact(&company, Some(PLAIN)).await;
        for (case, guess) in [("right", Value::text(PLAIN)), ("wrong", Value::text("00000000"))] {
            let receipt = write(&company, &company.rep, id, guess).await.unwrap();
            assert!(receipt.is_some(), "{case}: always a change");
        }
        for (case, empty) in [("what was there", Value::Null), ("what was not", Value::text(""))] {
            assert!(write(&company, &company.rep, id, empty).await.unwrap().is_some(), "{case}");
        }
        write(&company, &company.admin, id, Value::text(PLAIN)).await.unwrap();
        let again = write(&company, &company.admin, id, Value::text(PLAIN)).await.unwrap();
        assert_eq!(again, None, "whoever sees it is told that nothing changes");
    });
}

#[test]
fn a_mask_and_a_value_too_short_for_one_are_refused() {
    run(async {
        let company = company().await;
        allow_blind_writes(&company).await;
        let id = contact(&company, Some(PLAIN)).await;
        let cases = [
            ("its mask", SHOWN, ProblemCode::IsMask),
            ("another's mask", "••••0000", ProblemCode::IsMask),
            ("seven characters", "1234567", ProblemCode::TooShort),
            ("too many characters", &"1".repeat(41), ProblemCode::TooLong),
        ];
        for (case, value, expected) in cases {
            for by in [&company.admin, &company.rep] {
                let error = write(&company, by, id, Value::text(value)).await.unwrap_err();
                assert!(!error.to_string().contains(value), "{case}: {error}");
                let Error::Validation(problems) = error else { panic!("{case}: {error}") };
                assert_eq!(problems.iter().map(|it| it.code).collect::<Vec<_>>(), [expected], "{case}");
            }
        }
        assert_eq!(seen(&company, &company.admin, id, ID).await, PLAIN, "as it was");
    });
}

#[test]
fn an_earlier_value_is_restored_by_whoever_may_see_it() {
    run(async {
        let company = company().await;
        let id = contact(&company, Some(PLAIN)).await;
        write(&company, &company.admin, id, Value::text("20001224-1111")).await.unwrap();
        let restore = async |by: &Caller| {
            let earlier = Earlier { version: 1, fields: None, seen: None };
            company.engine.records().restore_version(by, "contact", id, &earlier).await
        };
        let error = restore(&company.rep).await.unwrap_err();
        assert_eq!(error.code(), "FORBIDDEN", "{error}");
        allow_blind_writes(&company).await;
        let Error::Validation(problems) = restore(&company.rep).await.unwrap_err() else { panic!("refused") };
        assert_eq!(problems[0].code, ProblemCode::NotRestorable);
        let written = restore(&company.admin).await.unwrap();
        assert_eq!(written.value.changed, [name(ID)]);
        assert_eq!(seen(&company, &company.admin, id, ID).await, PLAIN);
    });
}

#[test]
fn an_import_seals_what_it_takes_in() {
    run(async {
        let company = company().await;
        let file = ImportFile {
            object: "contact".to_owned(),
            digest: [7; 32],
            headers: vec!["Last Name".to_owned(), ID.to_owned()],
            map: Vec::new(),
            currency: "EUR".parse().unwrap(),
        };
        let mut import = company.engine.imports().begin(&company.admin, file).await.unwrap();
        let row = ["Lovelace".to_owned(), PLAIN.to_owned()];
        let RowOutcome::Created(id) = import.row(1, &row).await.unwrap() else { panic!("not taken in") };
        let refused = import.row(2, &["Byron".to_owned(), SHOWN.to_owned()]).await.unwrap();
        assert!(matches!(&refused, RowOutcome::Refused(problems) if !problems[0].reason.contains("9876")));
        assert_eq!(seen(&company, &company.admin, id, ID).await, PLAIN);
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let view = viewing.find_record("contact", id).await.unwrap().unwrap();
        assert!(!view.record.fields.contains_key(&name(ID)) && view.record.sealed.contains_key(&name(ID)));
        viewing.close().await.unwrap();
    });
}

#[test]
fn an_encrypted_field_that_would_be_found_by_its_value_is_not_made() {
    run(async {
        let company = Company::found().await;
        let new = |kind| NewField { kind, ..field(ID, Protected::NationalId) };
        let reference = FieldKind::Reference { target: name("account"), on_delete: OnDelete::Keep };
        let cases = [
            ("indexed", NewField { indexed: true, ..field(ID, Protected::Other) }, "cannot be indexed"),
            (
                "with a default",
                NewField { default: Some(Value::text("12345678")), ..field(ID, Protected::Other) },
                "has no default",
            ),
            (
                "searchable",
                NewField { searchable: true, ..field(ID, Protected::Other) },
                "cannot be searched",
            ),
            ("unique", NewField { unique: true, ..field(ID, Protected::Other) }, "an encrypted field"),
            ("a number", new(FieldKind::Integer), "is a text"),
            ("a reference", new(reference), "is a text"),
            ("shorter than its mask", new(FieldKind::Text { max: 7 }), "room for 8"),
        ];
        for (case, new, expected) in cases {
            let error =
                company.engine.objects().create_field(&company.admin, "contact", &new).await.unwrap_err();
            assert_eq!(error.code(), "BAD_USER_INPUT", "{case}");
            assert!(error.to_string().contains(expected), "{case}: {error}");
        }
    });
}

#[test]
fn what_is_encrypted_can_be_required() {
    run(async {
        let company = company().await;
        let required = sutra_records::FieldEdit { required: Some(true), ..Default::default() };
        let objects = company.engine.objects();
        let id = contact(&company, None).await;
        let error = objects.update_field(&company.admin, "contact", ID, &required).await.unwrap_err();
        assert_eq!(error.code(), "BAD_USER_INPUT", "a record lacks it");
        write(&company, &company.admin, id, Value::text(PLAIN)).await.unwrap();
        objects.update_field(&company.admin, "contact", ID, &required).await.unwrap();
        let error = write(&company, &company.admin, id, Value::Null).await.unwrap_err();
        assert_eq!(error.code(), "VALIDATION_FAILED");
    });
}
