//! Stories of requests that come twice: one effect, and an answer of what the caller may see by then.

use crate::company::{Company, PASSWORD, edit, id_of, run};
use sutra_audit::EntryFilter;
use sutra_engine::{
    Caller, Changed, Earlier, Edit, Error, IdempotencyKey, ListRequest, MemberEdit, NewMember, Part, Written,
};
use sutra_kernel::{ApiName, RecordId, Value};

/// The caller with a request of this text under the key `k1`.
fn repeating(caller: &Caller, request: &str) -> Caller {
    caller.repeating(&IdempotencyKey::parse("k1").unwrap(), "createAccount", request.as_bytes())
}

fn acme() -> Edit {
    edit(&[("name", Value::text("Acme"))])
}

async fn create(company: &Company, caller: &Caller, edit: &Edit) -> Result<Written<Changed>, Error> {
    company.engine.records().create(caller, "account", edit).await
}

fn seen(written: &Written<Changed>) -> (RecordId, u64, &[ApiName], Option<&str>) {
    let Written { value, receipt } = written;
    (value.id, value.version, &value.changed, receipt.as_deref())
}

async fn count(company: &Company, object: &str) -> u64 {
    let object = ApiName::parse(object).unwrap();
    let request = ListRequest { object, filter: None, search: None, order: None, part: Part::first(1, None) };
    let viewing = company.engine.view(&company.admin).await.unwrap();
    viewing.count_records(&request).await.unwrap().count
}

async fn entries(company: &Company) -> usize {
    let viewing = company.engine.view(&company.admin).await.unwrap();
    viewing.ledger_entries(&EntryFilter::default(), 200).await.unwrap().len()
}

#[test]
fn a_repeated_request_has_one_effect_and_the_same_answer() {
    run(async {
        let company = Company::found().await;
        let caller = repeating(&company.rep, "a new account");
        let first = create(&company, &caller, &acme()).await.unwrap();
        let before = entries(&company).await;
        let again = create(&company, &caller, &acme()).await.unwrap();
        assert_eq!(seen(&again), seen(&first));
        assert_eq!(again.value.view, first.value.view);
        assert_eq!((count(&company, "account").await, entries(&company).await), (1, before));
    });
}

#[test]
fn every_change_of_a_record_can_be_repeated() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Acme").await;
        let records = company.engine.records();
        let rename = edit(&[("name", Value::text("Acme 2"))]);
        let earlier = Earlier { version: 1, fields: None, seen: None };
        for version in 2..=5 {
            let key = IdempotencyKey::parse("k2").unwrap();
            let caller = company.rep.repeating(&key, &format!("change{version}"), b"");
            let change = async || match version {
                2 => records.update(&caller, "account", id, &rename).await,
                3 => records.delete(&caller, "account", id, Some(2)).await,
                4 => records.restore(&caller, "account", id).await,
                _ => records.restore_version(&caller, "account", id, &earlier).await,
            };
            let (first, again) = (change().await.unwrap(), change().await.unwrap());
            assert_eq!((again.value.version, seen(&again)), (version, seen(&first)));
        }
    });
}

#[test]
fn another_request_under_the_same_key_is_refused() {
    run(async {
        let company = Company::found().await;
        create(&company, &repeating(&company.rep, "one"), &acme()).await.unwrap();
        let refused = create(&company, &repeating(&company.rep, "two"), &acme()).await.unwrap_err();
        assert_eq!(refused.code(), "IDEMPOTENCY_CONFLICT");
        assert_eq!(count(&company, "account").await, 1);
    });
}

#[test]
fn l34_the_same_key_of_somebody_else_or_elsewhere_is_another() {
    run(async {
        let company = Company::found().await;
        let mine = create(&company, &repeating(&company.rep, "one"), &acme()).await.unwrap();
        let theirs = create(&company, &repeating(&company.peer, "one"), &acme()).await.unwrap();
        assert_ne!(mine.value.id, theirs.value.id);
        assert_eq!(theirs.value.view.unwrap().record.owner, id_of(&company.peer).into());
        let key = IdempotencyKey::parse("k1").unwrap();
        let elsewhere = company.rep.repeating(&key, "second", b"one");
        create(&company, &elsewhere, &acme()).await.unwrap();
        assert_eq!(count(&company, "account").await, 3);
    });
}

#[test]
fn what_was_refused_or_changed_nothing_is_not_remembered() {
    run(async {
        let company = Company::found().await;
        let caller = repeating(&company.rep, "one");
        let invalid = edit(&[("name", Value::Null)]);
        assert_eq!(create(&company, &caller, &invalid).await.unwrap_err().code(), "VALIDATION_FAILED");
        let made = create(&company, &caller, &acme()).await.unwrap();

        let (records, id) = (company.engine.records(), made.value.id);
        let key = IdempotencyKey::parse("k3").unwrap();
        let update = company.rep.repeating(&key, "updateAccount", b"");
        let same = records.update(&update, "account", id, &acme()).await.unwrap();
        assert_eq!(same.receipt, None);
        let phone = edit(&[("phone", Value::text("+1 302 556 4395"))]);
        assert_eq!(records.update(&update, "account", id, &phone).await.unwrap().value.version, 2);
    });
}

#[test]
fn a_replay_shows_what_the_caller_may_see_now() {
    run(async {
        let company = Company::found().await;
        let caller = repeating(&company.rep, "one");
        let first = create(&company, &caller, &acme()).await.unwrap();
        let (records, id) = (company.engine.records(), first.value.id);

        let edit =
            Edit { owner: Some(id_of(&company.manager).into()), ..edit(&[("name", Value::text("Secret"))]) };
        records.update(&company.admin, "account", id, &edit).await.unwrap();
        let again = create(&company, &caller, &acme()).await.unwrap();
        assert_eq!(seen(&again), seen(&first));
        assert!(again.value.view.is_none(), "it is somebody else's by now");

        let profiles = company.engine.view(&company.admin).await.unwrap().profiles().await.unwrap();
        let read_only = profiles.iter().find(|profile| profile.name == "Read Only").unwrap().id;
        let demote = MemberEdit { profile: Some(read_only), ..MemberEdit::default() };
        company.engine.members().update(&company.admin, id_of(&company.rep), &demote).await.unwrap();
        let refused = create(&company, &caller, &acme()).await.unwrap_err();
        assert_eq!(
            refused.code(),
            "FORBIDDEN",
            "who may not create any more gets no answer of having done so"
        );
    });
}

#[test]
fn a_deleted_record_is_replayed_to_those_who_could_restore_it() {
    run(async {
        let company = Company::found().await;
        let caller = repeating(&company.rep, "one");
        let first = create(&company, &caller, &acme()).await.unwrap();
        company.engine.records().delete(&company.rep, "account", first.value.id, None).await.unwrap();
        let again = create(&company, &caller, &acme()).await.unwrap();
        assert_eq!(seen(&again), seen(&first));
        assert!(again.value.view.unwrap().record.deleted_at.is_some());
        assert_eq!(count(&company, "account").await, 0);
    });
}

#[test]
fn after_a_day_a_key_is_new() {
    run(async {
        let company = Company::found().await;
        let caller = repeating(&company.admin, "one");
        let first = create(&company, &caller, &acme()).await.unwrap();
        company.pass(24 * 60 - 1);
        assert_eq!(create(&company, &caller, &acme()).await.unwrap().value.id, first.value.id);
        company.pass(1);
        assert_ne!(create(&company, &caller, &acme()).await.unwrap().value.id, first.value.id);
    });
}

#[test]
fn a_secret_is_not_shown_twice() {
    run(async {
        let company = Company::found().await;
        let profiles = company.engine.view(&company.admin).await.unwrap().profiles().await.unwrap();
        let new = NewMember {
            email: "guest@acme.example".to_owned(),
            name: "Guest".to_owned(),
            profile: profiles[0].id,
            role: None,
        };
        let (members, caller) = (company.engine.members(), repeating(&company.admin, "a guest"));
        let first = members.invite(&caller, &new).await.unwrap();
        let again = members.invite(&caller, &new).await.unwrap();
        assert_eq!((&again.value.user, &again.receipt), (&first.value.user, &first.receipt));
        assert!(again.value.token.is_none());
        let token = first.value.token.unwrap();
        let stranger = company.stranger();
        members.activate(&stranger, &new.email, token.expose(), PASSWORD.to_owned()).await.unwrap();
    });
}

#[test]
fn administration_can_be_repeated_by_who_may_still_do_it() {
    run(async {
        let company = Company::found().await;
        let permissions = company.engine.permissions();
        let caller = repeating(&company.admin, "a role");
        let first = permissions.create_role(&caller, "Auditor", None).await.unwrap();
        let again = permissions.create_role(&caller, "Auditor", None).await.unwrap();
        assert_eq!((first.value.id, &first.receipt), (again.value.id, &again.receipt));

        let key = IdempotencyKey::parse("k4").unwrap();
        let revoke = company.admin.repeating(&key, "revokeAllSessions", b"");
        let sessions = company.engine.sessions();
        let ended = sessions.revoke_all(&revoke, id_of(&company.rep)).await.unwrap();
        company.sign_in("rep@acme.example").await;
        assert_eq!(sessions.revoke_all(&revoke, id_of(&company.rep)).await.unwrap(), ended);
        assert_eq!(
            sessions.revoke_all(&company.admin, id_of(&company.rep)).await.unwrap(),
            1,
            "the new session was left alone"
        );
    });
}

#[test]
fn what_takes_no_key_says_so_and_does_nothing() {
    run(async {
        let company = Company::found().await;
        let caller = repeating(&company.rep, "");
        assert_eq!(company.engine.sign_in().sign_out(&caller).await.unwrap_err().code(), "BAD_USER_INPUT");
        company.engine.sign_in().sign_out(&company.rep).await.unwrap();
        let stranger = repeating(&company.stranger(), "");
        assert_eq!(create(&company, &stranger, &acme()).await.unwrap_err().code(), "UNAUTHENTICATED");
    });
}

#[test]
fn many_records_are_changed_once() {
    run(async {
        let company = Company::found().await;
        let caller = repeating(&company.admin, "two accounts");
        let records = company.engine.records();
        let edits = [acme(), edit(&[("name", Value::text("Bolt"))])];
        let first = records.create_all(&caller, "account", &edits).await.unwrap();
        let again = records.create_all(&caller, "account", &edits).await.unwrap();
        let all = |changes: &[Written<Changed>]| {
            changes.iter().map(|it| format!("{:?}", seen(it))).collect::<Vec<_>>()
        };
        assert_eq!(all(&again), all(&first));
        assert_eq!(count(&company, "account").await, 2);

        // Of the two, only one is changed: so it was, and so it is told.
        let edits = [(first[0].value.id, acme()), (first[1].value.id, acme())];
        let key = IdempotencyKey::parse("k5").unwrap();
        let caller = company.admin.repeating(&key, "updateAccounts", b"");
        let first = records.update_all(&caller, "account", &edits).await.unwrap();
        assert_eq!(all(&records.update_all(&caller, "account", &edits).await.unwrap()), all(&first));
        assert_eq!((first[0].receipt.is_some(), first[1].receipt.is_some()), (false, true));
    });
}
