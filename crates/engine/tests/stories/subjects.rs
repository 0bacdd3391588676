//! Whom the records of a custom object are about, and under whose key their values are sealed.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sutra_audit::{EntryFilter, Opening};
use sutra_crypto::{KeyRef, KeySlot, Purpose, Sealed};
use sutra_kernel::{ApiName, RecordId, Value};
use sutra_privacy::{DataCategory, DataSubject};
use sutra_records::{FieldKind, NewField, NewObject, NewSubject, Protected};

use crate::company::{Company, run};

fn treatment() -> NewObject {
    let (field, label, target) = ("patient".to_owned(), "Patient".to_owned(), "contact".to_owned());
    NewObject {
        name: "treatment".to_owned(),
        label: "Treatment".to_owned(),
        plural: "treatments".to_owned(),
        plural_label: "Treatments".to_owned(),
        help: String::new(),
        about_a_person: false,
        name_label: "Name".to_owned(),
        name_category: DataCategory::Personal,
        needs_reason: false,
        subject: Some(NewSubject { field, label, target }),
    }
}

fn diagnosis() -> NewField {
    NewField {
        name: "diagnosis".to_owned(),
        label: "Diagnosis".to_owned(),
        help: String::new(),
        kind: FieldKind::LongText,
        required: false,
        indexed: false,
        searchable: false,
        unique: false,
        category: DataCategory::Sensitive,
        default: None,
        encrypted: Some(Protected::Health),
    }
}

/// The keys that a new treatment is sealed under: its name in the ledger, and its diagnosis.
async fn keys_of(company: &Company, patient: Option<RecordId>) -> [KeyRef; 2] {
    let patient = patient.map_or(Value::Null, Value::Reference);
    let (name, diagnosis) = (("name", Value::text("Rest")), ("diagnosis", Value::text("a cold")));
    let fields = [name, diagnosis, ("patient", patient)];
    let id = company.create(&company.admin, "treatment", &fields).await.unwrap();
    let viewing = company.engine.view(&company.admin).await.unwrap();
    let view = viewing.find_record("treatment", id).await.unwrap().unwrap();
    viewing.close().await.unwrap();
    let blob = view.record.sealed[&ApiName::parse("diagnosis").unwrap()].as_str();
    let blob = Sealed::parse(STANDARD.decode(blob).unwrap()).unwrap();

    let mut reads = company.reads().await;
    let target = Some(("treatment".to_owned(), id.uuid()));
    let filter = EntryFilter { target, ..EntryFilter::default() };
    let entry = reads.entries(&filter, 1).await.unwrap().remove(0);
    let openings = reads.openings(entry.unit, entry.ordinal).await.unwrap();
    reads.finish().await.unwrap();
    let name = openings.iter().find(|opening| opening.field == "name").and_then(Opening::key_ref);
    [name.unwrap(), blob.key_ref()]
}

async fn key(company: &Company, slot: KeySlot) -> KeyRef {
    let mut reads = company.reads().await;
    let key = reads.current_keys(&[slot]).await.unwrap().remove(0);
    reads.finish().await.unwrap();
    key.key_ref
}

#[test]
fn what_is_about_a_person_is_sealed_under_their_key_and_else_under_the_workspaces() {
    run(async {
        let company = Company::found().await;
        let made = company.engine.objects().create(&company.admin, &treatment()).await.unwrap().value;
        assert_eq!(made.subject, DataSubject::Reference(ApiName::parse("patient").unwrap()));
        company.engine.objects().create_field(&company.admin, "treatment", &diagnosis()).await.unwrap();
        let fields = [("lastName", Value::text("Lovelace"))];
        let patient = company.create(&company.admin, "contact", &fields).await.unwrap();

        let hers = key(&company, KeySlot::Subject(patient.uuid())).await;
        assert_eq!(keys_of(&company, Some(patient)).await, [hers, hers]);
        let audit = key(&company, KeySlot::Purpose(Purpose::Audit)).await;
        let field = key(&company, KeySlot::Purpose(Purpose::Field)).await;
        assert_eq!(keys_of(&company, None).await, [audit, field]);
    });
}

#[test]
fn only_a_person_is_whom_records_are_about() {
    run(async {
        let company = Company::found().await;
        let about = |field: &str, target: &str| NewObject {
            subject: Some(NewSubject {
                field: field.to_owned(),
                label: "Patient".to_owned(),
                target: target.to_owned(),
            }),
            ..treatment()
        };
        let cases = [
            ("a company", about("patient", "account"), "`account`"),
            ("what is about a person itself", about("patient", "case"), "`case`"),
            ("nothing", about("patient", "spaceship"), "`spaceship`"),
            ("a taken name", about("name", "contact"), "`name`"),
            ("a name that is none", about("The Patient", "contact"), "camelCase"),
            ("itself too", NewObject { about_a_person: true, ..treatment() }, "not both"),
        ];
        for (case, new, named) in cases {
            let error = company.engine.objects().create(&company.admin, &new).await.unwrap_err();
            assert_eq!(error.code(), "BAD_USER_INPUT", "{case}");
            assert!(error.to_string().contains(named), "{case}: {error}");
        }
    });
}
