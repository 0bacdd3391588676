//! Changes that need a reason, and reasons that are given anyway.

use sutra_acl::SystemPermission;
use sutra_audit::{EntryFilter, OpeningBody, Side};
use sutra_crypto::KeySlot;
use sutra_engine::{Caller, Earlier, Edit, Error, Reason, Written};
use sutra_kernel::{RecordId, Value};
use sutra_records::{ObjectEdit, ProblemCode};

use crate::company::{Company, edit, id_of, run};

const WHY: &str = "The customer called.";

/// What is done to a contact.
#[derive(Clone, Copy, Debug)]
enum Act {
    Update,
    Transfer,
    Revert,
    Delete,
    Restore,
    UpdateAll,
    TransferAll,
    DeleteAll,
    RestoreAll,
}

/// In an order in which each can follow the one before.
const ACTS: [Act; 9] = [
    Act::Update,
    Act::Transfer,
    Act::Revert,
    Act::Delete,
    Act::Restore,
    Act::UpdateAll,
    Act::TransferAll,
    Act::DeleteAll,
    Act::RestoreAll,
];

fn name(text: &str) -> Edit {
    edit(&[("lastName", Value::text(text))])
}

async fn act(company: &Company, by: &Caller, act: Act, id: RecordId) -> Result<Option<String>, Error> {
    let records = company.engine.records();
    let (rep, peer) = (id_of(&company.rep), id_of(&company.peer));
    let receipt = |written: Written<_>| written.receipt;
    let first = |mut written: Vec<Written<_>>| written.remove(0).receipt;
    match act {
        Act::Update => records.update(by, "contact", id, &name("Byron")).await.map(receipt),
        Act::Transfer => {
            let edit = Edit { owner: Some(rep.into()), ..Edit::default() };
            records.update(by, "contact", id, &edit).await.map(receipt)
        }
        Act::Revert => {
            let earlier = Earlier { version: 1, ..Earlier::default() };
            records.restore_version(by, "contact", id, &earlier).await.map(receipt)
        }
        Act::Delete => records.delete(by, "contact", id, None).await.map(receipt),
        Act::Restore => records.restore(by, "contact", id).await.map(receipt),
        Act::UpdateAll => records.update_all(by, "contact", &[(id, name("King"))]).await.map(first),
        Act::TransferAll => records.transfer_all(by, "contact", &[id], peer.into()).await.map(first),
        Act::DeleteAll => records.delete_all(by, "contact", &[id]).await.map(first),
        Act::RestoreAll => records.restore_all(by, "contact", &[id]).await.map(first),
    }
}

async fn need_reasons(company: &Company, is_needed: bool) {
    let edit = ObjectEdit { needs_reason: Some(is_needed), ..ObjectEdit::default() };
    company.engine.objects().update(&company.admin, "contact", &edit).await.unwrap();
}

fn because(caller: &Caller) -> Caller {
    caller.because(Reason::parse(WHY).unwrap().unwrap())
}

/// What the newest entries say of why, newest first.
async fn told(company: &Company, entries: usize) -> Vec<Option<String>> {
    let viewing = company.engine.view(&company.admin).await.unwrap();
    let entries = viewing.ledger_entries(&EntryFilter::default(), entries).await.unwrap();
    viewing.close().await.unwrap();
    let reason = |detail: Vec<(String, String)>| {
        detail.into_iter().find(|(key, _)| key == "reason").map(|(_, value)| value)
    };
    entries.into_iter().map(|entry| reason(entry.detail)).collect()
}

#[test]
fn a_change_without_the_reason_it_needs_is_refused() {
    run(async {
        let company = Company::found().await;
        need_reasons(&company, true).await;
        let fields = [("lastName", Value::text("Lovelace"))];
        let id = company.create(&company.admin, "contact", &fields).await.unwrap();
        for case in ACTS {
            let error = act(&company, &company.admin, case, id).await.unwrap_err();
            let error = if let Error::At { error, .. } = error { *error } else { error };
            let Error::Validation(problems) = error else { panic!("{case:?}: {error}") };
            assert_eq!(problems[0].code, ProblemCode::ReasonRequired, "{case:?}");
            let receipt = act(&company, &because(&company.admin), case, id).await.unwrap();
            assert!(receipt.is_some(), "{case:?}");
            assert_eq!(told(&company, 1).await, [Some(WHY.to_owned())], "{case:?}");
        }
        need_reasons(&company, false).await;
        act(&company, &company.admin, Act::Update, id).await.unwrap();
        assert_eq!(told(&company, 1).await, [None]);
    });
}

#[test]
fn who_may_not_change_a_record_is_not_asked_why() {
    run(async {
        let company = Company::found().await;
        need_reasons(&company, true).await;
        let fields = [("lastName", Value::text("Lovelace"))];
        let id = company.create(&company.peer, "contact", &fields).await.unwrap();
        let absent = RecordId::from_uuid(sutra_kernel::Uuid::from_u128(7));
        for id in [id, absent] {
            assert_eq!(act(&company, &company.rep, Act::Update, id).await.unwrap_err().code(), "NOT_FOUND");
        }
        let error = act(&company, &company.peer, Act::Update, id).await.unwrap_err();
        assert_eq!(error.code(), "VALIDATION_FAILED");
    });
}

#[test]
fn a_reason_is_kept_where_none_is_needed_and_sealed_with_what_it_is_about() {
    run(async {
        let company = Company::found().await;
        let fields = [("lastName", Value::text("Lovelace"))];
        let id = company.create(&because(&company.rep), "contact", &fields).await.unwrap();
        assert_eq!(told(&company, 1).await, [Some(WHY.to_owned())]);
        let mut reads = company.reads().await;
        let entry = reads.entries(&EntryFilter::default(), 1).await.unwrap().remove(0);
        let openings = reads.openings(entry.unit, entry.ordinal).await.unwrap();
        let detail = openings.iter().find(|opening| opening.side == Side::Detail).unwrap();
        let person = reads.current_keys(&[KeySlot::Subject(id.uuid())]).await.unwrap().remove(0);
        reads.finish().await.unwrap();
        assert!(matches!(detail.body, OpeningBody::Sealed(_)));
        assert_eq!(detail.key_ref(), Some(person.key_ref), "erased with the person");
    });
}

#[test]
fn a_reason_is_short_and_can_be_read() {
    let cases = [
        ("a sentence", WHY.to_owned(), Some(true)),
        ("two lines", "First.\nSecond.".to_owned(), Some(true)),
        ("500 characters", "ß".repeat(500), Some(true)),
        ("nothing but space", " \n ".to_owned(), Some(false)),
        ("501 characters", "x".repeat(501), None),
        ("a hidden character", "a\u{7}b".to_owned(), None),
    ];
    for (case, text, expected) in cases {
        assert_eq!(Reason::parse(&text).ok().map(|reason| reason.is_some()), expected, "{case}");
    }
    let reason = Reason::parse(WHY).unwrap().unwrap();
    assert!(!format!("{reason:?}").contains("customer"));
}

#[test]
fn only_who_manages_objects_says_whether_reasons_are_needed() {
    run(async {
        let company = Company::found().await;
        let edit = ObjectEdit { needs_reason: Some(true), ..ObjectEdit::default() };
        let refused = company.engine.objects().update(&company.rep, "contact", &edit).await;
        let error = refused.unwrap_err().to_string();
        assert!(error.contains(&SystemPermission::ManageObjects.to_string()), "{error}");
    });
}
