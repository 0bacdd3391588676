//! Stories of teams: several people who work on one record.

use crate::company::{Company, edit, id_of, run};
use sutra_acl::{Action, Level, Principal};
use sutra_audit::EntryFilter;
use sutra_engine::{Caller, Changed, Error, IdempotencyKey, MemberEdit, NewShare, TeamMember, Written};
use sutra_kernel::{RecordId, UserId, Uuid, Value};
use sutra_records::TeamRole;

fn member(who: &Caller, level: Level, role: &str) -> TeamMember {
    TeamMember { user: id_of(who), level, role: TeamRole::parse(role).unwrap() }
}

impl Company {
    async fn add(
        &self,
        by: &Caller,
        id: RecordId,
        members: &[TeamMember],
    ) -> Result<Written<Changed>, Error> {
        self.engine.sharing().add_team_members(by, "account", id, members, None).await
    }

    async fn take(&self, by: &Caller, id: RecordId, users: &[UserId]) -> Result<Written<Changed>, Error> {
        self.engine.sharing().remove_team_members(by, "account", id, users, None).await
    }

    async fn team(&self, who: &Caller, id: RecordId) -> Option<Vec<TeamMember>> {
        self.engine.view(who).await.unwrap().record_team("account", id).await.unwrap()
    }

    async fn renames(&self, who: &Caller, id: RecordId) -> Result<(), &'static str> {
        let edit = edit(&[("name", Value::text("Renamed"))]);
        let renamed = self.engine.records().update(who, "account", id, &edit).await;
        renamed.map(drop).map_err(|error| error.code())
    }
}

#[test]
fn a_member_does_what_his_level_says_until_he_leaves() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Phoenix").await;
        assert_eq!(company.renames(&company.peer, id).await, Err("NOT_FOUND"));
        for (level, expected) in [(Level::Read, Err("FORBIDDEN")), (Level::Edit, Ok(()))] {
            company.add(&company.rep, id, &[member(&company.peer, level, "Engineer")]).await.unwrap();
            assert_eq!(company.renames(&company.peer, id).await, expected, "{level}");
            let widened = company.add(&company.peer, id, &[member(&company.peer, level, "Boss")]).await;
            assert_eq!(
                widened.unwrap_err().code(),
                "FORBIDDEN",
                "a team is changed by who has the record in full"
            );
        }
        company.take(&company.manager, id, &[id_of(&company.peer)]).await.expect("he is above the owner");
        assert_eq!(company.renames(&company.peer, id).await, Err("NOT_FOUND"));
    });
}

#[test]
fn whoever_reads_a_record_sees_its_team() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Phoenix").await;
        let team =
            [member(&company.chief, Level::Read, "Sponsor"), member(&company.peer, Level::Edit, "Engineer")];
        company.add(&company.rep, id, &team).await.unwrap();
        let mut expected = team.to_vec();
        expected.sort_by_key(|member| member.user);
        for who in [&company.rep, &company.peer, &company.manager] {
            assert_eq!(company.team(who, id).await, Some(expected.clone()));
        }
        company.take(&company.rep, id, &[id_of(&company.peer)]).await.unwrap();
        assert_eq!(company.team(&company.peer, id).await, None, "hidden as if it were not there");
        let viewing = company.engine.view(&company.admin).await.unwrap();
        assert_eq!(viewing.record_team("task", id).await.unwrap_err().code(), "BAD_USER_INPUT");
    });
}

#[test]
fn a_team_is_changed_as_a_record_is() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Phoenix").await;
        let engineer = [member(&company.peer, Level::Read, "Engineer")];
        let key = IdempotencyKey::parse("k1").unwrap();
        let repeating = company.rep.repeating(&key, "addAccountTeamMembers", b"engineer");
        let first = company.add(&repeating, id, &engineer).await.unwrap();
        let again = company.add(&repeating, id, &engineer).await.unwrap();
        assert_eq!((first.value.version, again.value.version), (2, 2));
        assert_eq!(first.receipt, again.receipt, "one effect and one answer");
        let nothing = company.add(&company.rep, id, &engineer).await.unwrap();
        assert_eq!((nothing.receipt, nothing.value.version), (None, 2));
        let sharing = company.engine.sharing();
        let stale = sharing.add_team_members(&company.rep, "account", id, &engineer, Some(1)).await;
        assert_eq!(stale.unwrap_err().code(), "VERSION_CONFLICT");
        company.add(&company.rep, id, &[member(&company.peer, Level::Read, "Lead")]).await.unwrap();
        company.take(&company.rep, id, &[id_of(&company.peer)]).await.unwrap();
        let gone = company.take(&company.rep, id, &[id_of(&company.peer)]).await.unwrap();
        assert_eq!((gone.receipt, gone.value.version), (None, 4));

        let viewing = company.engine.view(&company.admin).await.unwrap();
        let saves = viewing.record_history("account", id, 10).await.unwrap().unwrap();
        let told: Vec<_> = saves.iter().map(|save| (save.action.as_str(), save.version)).collect();
        assert_eq!(told[..3], [("record.team", Some(4)), ("record.team", Some(3)), ("record.team", Some(2))]);
        let target = Some(("account".to_owned(), id.uuid()));
        let filter = EntryFilter { target, ..EntryFilter::default() };
        let entries = viewing.ledger_entries(&filter, 2).await.unwrap();
        let peer = id_of(&company.peer);
        let expected = [
            vec![(format!("shared with user `{peer}`"), "none, before: read".to_owned())],
            vec![
                (format!("shared with user `{peer}`"), "read, before: read".to_owned()),
                (format!("role of user `{peer}`"), "Lead".to_owned()),
            ],
        ];
        assert_eq!(entries.into_iter().map(|entry| entry.detail).collect::<Vec<_>>(), expected);
    });
}

#[test]
fn a_team_stays_with_its_record_and_goes_with_it() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Phoenix").await;
        let by_hand = NewShare { with: Principal::User(id_of(&company.chief)), level: Level::Read };
        company.engine.sharing().share(&company.rep, "account", id, &[by_hand], None).await.unwrap();
        company.add(&company.rep, id, &[member(&company.peer, Level::Read, "Engineer")]).await.unwrap();
        let mut gift = edit(&[]);
        gift.owner = Some(id_of(&company.manager).into());
        company.engine.records().update(&company.rep, "account", id, &gift).await.unwrap();
        let why = company.engine.view(&company.admin).await.unwrap();
        let question = sutra_engine::AccessQuestion {
            user: id_of(&company.peer),
            action: Action::Read,
            object: "account".to_owned(),
            record: id,
            field: None,
        };
        let said = why.explain_access(&question).await.unwrap().sentences;
        assert!(
            said.contains(&"It is shared with `peer` as a member of its team: to read.".to_owned()),
            "{said:?}"
        );
        let records = company.engine.records();
        records.delete(&company.manager, "account", id, None).await.unwrap();
        assert_eq!(company.team(&company.manager, id).await, None);
        records.restore(&company.manager, "account", id).await.unwrap();
        assert_eq!(company.team(&company.manager, id).await.unwrap().len(), 1);
    });
}

#[test]
fn who_cannot_be_of_a_team_is_refused() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Phoenix").await;
        let task = company.engine.records();
        let task = task.create(&company.rep, "task", &edit(&[("subject", Value::text("Call"))])).await;
        let task = task.unwrap().value.id;
        let nobody = TeamMember {
            user: UserId::from_uuid(Uuid::from_u128(7)),
            ..member(&company.peer, Level::Read, "Ghost")
        };
        let gone = member(&company.chief, Level::Read, "Sponsor");
        let leave = MemberEdit { active: Some(false), ..MemberEdit::default() };
        company.engine.members().update(&company.admin, gone.user, &leave).await.unwrap();
        let engineer = member(&company.peer, Level::Read, "Engineer");
        for (name, members) in [
            ("nobody at all", vec![]),
            ("a stranger", vec![nobody]),
            ("who left the firm", vec![gone]),
            ("in full", vec![member(&company.peer, Level::Full, "Engineer")]),
            ("to do nothing", vec![member(&company.peer, Level::None, "Engineer")]),
            ("twice", vec![engineer.clone(), engineer.clone()]),
        ] {
            let refused = company.add(&company.rep, id, &members).await;
            assert_eq!(refused.unwrap_err().code(), "BAD_USER_INPUT", "{name}");
        }
        let sharing = company.engine.sharing();
        let refused = sharing.add_team_members(&company.rep, "task", task, &[engineer], None).await;
        assert_eq!(refused.unwrap_err().to_string(), "tasks have no teams");
        assert_eq!(company.team(&company.rep, id).await, Some(vec![]));
    });
}
