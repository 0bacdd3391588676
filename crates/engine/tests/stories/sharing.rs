//! Sharing records by hand.

use sutra_acl::{Action, Cause, Level, Principal};
use sutra_audit::EntryFilter;
use sutra_engine::{Caller, Error, MAX_SHARES, MemberEdit, NewShare, Save, Shared};
use sutra_kernel::{GroupId, RecordId, RoleId, UserId, Uuid, Value};

use crate::company::{Company, edit, id_of, run};

fn to(who: &Caller, level: Level) -> NewShare {
    NewShare { with: Principal::User(id_of(who)), level }
}

async fn share(company: &Company, by: &Caller, id: RecordId, shares: &[NewShare]) -> Result<u64, Error> {
    let written = company.engine.sharing().share(by, "account", id, shares, None).await?;
    assert_eq!(written.receipt.is_some(), written.value.view.is_some() && !shares.is_empty());
    Ok(written.value.version)
}

async fn sees(company: &Company, who: &Caller, id: RecordId) -> bool {
    company.engine.view(who).await.unwrap().find_record("account", id).await.unwrap().is_some()
}

async fn rename(company: &Company, who: &Caller, id: RecordId) -> Result<(), Error> {
    let edit = edit(&[("name", Value::text("Renamed"))]);
    company.engine.records().update(who, "account", id, &edit).await.map(drop)
}

async fn shares(company: &Company, who: &Caller, id: RecordId) -> Result<Option<Vec<Shared>>, Error> {
    company.engine.view(who).await.unwrap().record_shares("account", id).await
}

async fn history(company: &Company, who: &Caller, id: RecordId) -> Vec<Save> {
    company.engine.view(who).await.unwrap().record_history("account", id, 10).await.unwrap().unwrap()
}

#[test]
fn a_colleague_may_do_what_he_was_given_and_no_more() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Phoenix").await;
        assert!(!sees(&company, &company.peer, id).await);

        share(&company, &company.rep, id, &[to(&company.peer, Level::Read)]).await.unwrap();
        assert!(sees(&company, &company.peer, id).await);
        assert_eq!(rename(&company, &company.peer, id).await.unwrap_err().code(), "FORBIDDEN");

        share(&company, &company.rep, id, &[to(&company.peer, Level::Edit)]).await.unwrap();
        rename(&company, &company.peer, id).await.unwrap();
        let refused = share(&company, &company.peer, id, &[to(&company.peer, Level::Full)]).await;
        assert_eq!(refused.unwrap_err().code(), "FORBIDDEN", "nobody widens his own share");
        let refused = company.engine.records().delete(&company.peer, "account", id, None).await;
        assert_eq!(refused.unwrap_err().code(), "FORBIDDEN");

        share(&company, &company.rep, id, &[to(&company.peer, Level::Full)]).await.unwrap();
        company.engine.records().delete(&company.peer, "account", id, None).await.unwrap();
        company.engine.records().restore(&company.peer, "account", id).await.unwrap();
    });
}

#[test]
fn a_share_is_a_change_of_the_record() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Phoenix").await;
        let sharing = company.engine.sharing();
        assert_eq!(share(&company, &company.rep, id, &[to(&company.peer, Level::Read)]).await.unwrap(), 2);
        let again = sharing.share(&company.rep, "account", id, &[to(&company.peer, Level::Read)], None).await;
        let again = again.unwrap();
        assert_eq!((again.receipt, again.value.version), (None, 2), "what is there is not written again");
        let with = [Principal::User(id_of(&company.peer))];
        let stale = sharing.unshare(&company.rep, "account", id, &with, Some(1)).await;
        assert_eq!(stale.unwrap_err().code(), "VERSION_CONFLICT");
        let ended = sharing.unshare(&company.rep, "account", id, &with, Some(2)).await.unwrap();
        assert_eq!((ended.receipt.is_some(), ended.value.version), (true, 3));
        let nothing = sharing.unshare(&company.rep, "account", id, &with, None).await.unwrap();
        assert_eq!((nothing.receipt, nothing.value.version), (None, 3));
        assert!(!sees(&company, &company.peer, id).await);

        let saves = history(&company, &company.rep, id).await;
        let told: Vec<_> = saves.iter().map(|save| (save.action.as_str(), save.version)).collect();
        let expected = [("record.unshare", Some(3)), ("record.share", Some(2)), ("record.create", Some(1))];
        assert_eq!(told, expected);
        assert!(saves[0].changes.is_empty() && saves[1].changes.is_empty());
    });
}

#[test]
fn the_ledger_tells_with_whom_a_record_is_shared_and_was() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Phoenix").await;
        for level in [Level::Read, Level::Full] {
            share(&company, &company.rep, id, &[to(&company.peer, level)]).await.unwrap();
        }
        let mut gift = edit(&[]);
        gift.owner = Some(id_of(&company.manager).into());
        company.engine.records().update(&company.rep, "account", id, &gift).await.unwrap();
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let filter =
            EntryFilter { target: Some(("account".to_owned(), id.uuid())), ..EntryFilter::default() };
        let entries = viewing.ledger_entries(&filter, 3).await.unwrap();
        let told: Vec<_> = entries.iter().map(|it| (it.stored.action.as_str(), it.detail.clone())).collect();
        let with = format!("shared with {}", Principal::User(id_of(&company.peer)));
        let detail = |level: &str| vec![(with.clone(), level.to_owned())];
        let expected = [
            ("record.update", detail("none, before: full")),
            ("record.share", detail("full, before: read")),
            ("record.share", detail("read, before: none")),
        ];
        assert_eq!(told, expected);
    });
}

#[test]
fn only_who_may_give_a_record_away_may_share_it() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Phoenix").await;
        let gift = [to(&company.peer, Level::Read)];
        let hidden = share(&company, &company.peer, id, &gift).await.unwrap_err();
        let absent = RecordId::from_uuid(Uuid::from_u128(7));
        let nothing = share(&company, &company.peer, absent, &gift).await.unwrap_err();
        assert_eq!(hidden.to_string(), nothing.to_string(), "hidden as if it were not there");
        share(&company, &company.manager, id, &gift).await.expect("he is above the owner");
        share(&company, &company.rep, id, &[to(&company.peer, Level::Full)]).await.unwrap();
        share(&company, &company.peer, id, &[to(&company.chief, Level::Read)])
            .await
            .expect("he has it in full");
    });
}

#[test]
fn a_superior_of_whom_it_is_shared_with_sees_it_too() {
    run(async {
        let company = Company::found().await;
        let lead = company.role("Service lead", None).await;
        let agent = company.role("Service agent", Some(lead)).await;
        let (lead, agent) = (
            company.hire("lead", "Standard User", Some(lead)).await,
            (company.hire("agent", "Standard User", Some(agent)).await, agent),
        );
        let id = company.account(&company.rep, "Phoenix").await;
        share(&company, &company.rep, id, &[to(&agent.0, Level::Read)]).await.unwrap();
        assert!(sees(&company, &agent.0, id).await && sees(&company, &lead, id).await);

        let elsewhere = MemberEdit { role: Some(None), ..MemberEdit::default() };
        company.engine.members().update(&company.admin, id_of(&agent.0), &elsewhere).await.unwrap();
        let agent_now = company.sign_in("agent@acme.example").await;
        assert!(sees(&company, &agent_now, id).await, "the share is still his");
        assert!(!sees(&company, &lead, id).await, "and no longer led by her");
    });
}

#[test]
fn a_record_is_shared_with_everybody_of_a_role() {
    run(async {
        let company = Company::found().await;
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let role =
            viewing.roles().await.unwrap().into_iter().find(|role| role.name == "Sales rep").unwrap().id;
        viewing.close().await.unwrap();
        let id = company.account(&company.admin, "Phoenix").await;
        let with = Principal::Role(role);
        share(&company, &company.admin, id, &[NewShare { with, level: Level::Read }]).await.unwrap();
        assert!(sees(&company, &company.rep, id).await && sees(&company, &company.peer, id).await);
        let shown = shares(&company, &company.admin, id).await.unwrap().unwrap();
        assert_eq!(shown.len(), 1);
        assert_eq!((shown[0].share.principal, shown[0].name.as_deref()), (with, Some("Sales rep")));
    });
}

#[test]
fn a_record_is_shared_with_those_who_are_there() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Phoenix").await;
        let gone = id_of(&company.peer);
        let leave = MemberEdit { active: Some(false), ..MemberEdit::default() };
        company.engine.members().update(&company.admin, gone, &leave).await.unwrap();
        let nil = Uuid::nil();
        let read = |with| vec![NewShare { with, level: Level::Read }];
        let chief = to(&company.chief, Level::Read);
        let cases = [
            ("nobody", Vec::new()),
            ("one who has left", read(Principal::User(gone))),
            ("one who was never there", read(Principal::User(UserId::from_uuid(nil)))),
            ("no such group", read(Principal::Group(GroupId::from_uuid(nil)))),
            ("no such role", read(Principal::Role(RoleId::from_uuid(nil)))),
            ("no such role and those below", read(Principal::RoleAndSubordinates(RoleId::from_uuid(nil)))),
            ("nothing", vec![to(&company.chief, Level::None)]),
            ("somebody twice", vec![chief, chief]),
            ("one of two", [vec![chief], read(Principal::User(gone))].concat()),
            ("too many at once", vec![chief; MAX_SHARES]),
        ];
        for (name, shares) in cases {
            let refused = share(&company, &company.rep, id, &shares).await;
            assert_eq!(refused.unwrap_err().code(), "BAD_USER_INPUT", "{name}");
        }
        assert_eq!(shares(&company, &company.rep, id).await.unwrap(), Some(Vec::new()), "and none of them");
    });
}

#[test]
fn with_whom_a_record_is_shared_is_for_those_who_may_share_it() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Phoenix").await;
        assert_eq!(shares(&company, &company.peer, id).await.unwrap(), None, "as if it were not there");
        share(&company, &company.rep, id, &[to(&company.peer, Level::Edit)]).await.unwrap();
        assert_eq!(shares(&company, &company.peer, id).await.unwrap_err().code(), "FORBIDDEN");
        for who in [&company.rep, &company.manager, &company.admin] {
            let shown = shares(&company, who, id).await.unwrap().unwrap();
            let told: Vec<_> =
                shown.iter().map(|it| (it.share.principal, it.share.level, it.share.cause)).collect();
            assert_eq!(told, [(Principal::User(id_of(&company.peer)), Level::Edit, Cause::Manual)]);
        }
    });
}

#[test]
fn a_new_owner_gets_the_record_without_the_shares_of_the_old_one() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Phoenix").await;
        share(&company, &company.rep, id, &[to(&company.chief, Level::Full), to(&company.peer, Level::Edit)])
            .await
            .unwrap();
        let mut gift = edit(&[]);
        gift.owner = Some(id_of(&company.manager).into());
        let given = company.engine.records().update(&company.rep, "account", id, &gift).await.unwrap();
        assert!(given.value.view.is_none(), "he was its owner, and nothing else");
        assert!(!sees(&company, &company.peer, id).await);
        assert_eq!(shares(&company, &company.manager, id).await.unwrap(), Some(Vec::new()));
    });
}

#[test]
fn a_share_outlives_the_bin_but_not_the_record() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Phoenix").await;
        share(&company, &company.rep, id, &[to(&company.peer, Level::Full)]).await.unwrap();
        let records = company.engine.records();
        records.delete(&company.rep, "account", id, None).await.unwrap();
        let gift = [to(&company.chief, Level::Read)];
        assert_eq!(share(&company, &company.rep, id, &gift).await.unwrap_err().code(), "NOT_FOUND");
        records.restore(&company.peer, "account", id).await.expect("it is his as much as the owner's");
        records.delete(&company.rep, "account", id, None).await.unwrap();
        records.purge(&company.admin, "account", id).await.unwrap();
        let left = company.reads().await.standings(object(&company).await, &[id]).await.unwrap();
        assert!(left.is_empty());
    });
}

#[test]
fn many_records_are_shared_at_once_or_none() {
    run(async {
        let company = Company::found().await;
        let mine = [company.account(&company.rep, "One").await, company.account(&company.rep, "Two").await];
        let foreign = company.account(&company.chief, "Three").await;
        let absent = RecordId::from_uuid(Uuid::from_u128(7));
        let gift = [to(&company.peer, Level::Read)];
        let sharing = company.engine.sharing();
        let refused = sharing.share_all(&company.admin, "account", &[mine[0], absent], &gift).await;
        assert_eq!(refused.unwrap_err().code(), "NOT_FOUND");
        let refused = sharing.share_all(&company.rep, "account", &mine, &gift).await;
        assert_eq!(refused.unwrap_err().code(), "FORBIDDEN", "not without the permission for mass actions");
        assert!(!sees(&company, &company.peer, mine[0]).await);
        let written = sharing.share_all(&company.admin, "account", &mine, &gift).await.unwrap();
        assert!(written.iter().all(|it| it.receipt.is_some() && it.value.version == 2));
        let rights = company.engine.view(&company.peer).await.unwrap();
        let rights = rights.find_rights(object(&company).await, &[mine[0], mine[1], foreign]).await.unwrap();
        assert_eq!(rights.len(), 2);
        assert!(rights.values().all(|it| it.has(Action::Read) && !it.has(Action::Update)));
        let with = [Principal::User(id_of(&company.peer))];
        sharing.unshare_all(&company.admin, "account", &mine, &with).await.unwrap();
        assert!(!sees(&company, &company.peer, mine[1]).await);
    });
}

#[test]
fn a_shared_record_can_be_linked_to() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Phoenix").await;
        let contact = [("lastName", Value::text("Moss")), ("account", Value::Reference(id))];
        let refused = company.create(&company.peer, "contact", &contact).await.unwrap_err();
        assert_eq!(refused.code(), "NOT_FOUND");
        share(&company, &company.rep, id, &[to(&company.peer, Level::Read)]).await.unwrap();
        company.create(&company.peer, "contact", &contact).await.unwrap();
    });
}

async fn object(company: &Company) -> sutra_kernel::ObjectId {
    let viewing = company.engine.view(&company.admin).await.unwrap();
    viewing.metadata().object_named("account").unwrap().id
}
