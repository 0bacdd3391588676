//! Stories of access said in simple scopes: own, team, all.

use sutra_acl::{
    Level, OrgWideDefault, Principal, SimpleAccess, SimpleScope, SimpleScopes, Source, SystemPermission,
};
use sutra_audit::EntryFilter;
use sutra_engine::{Caller, Error, IdempotencyKey, PermissionSetEdit, Written};
use sutra_kernel::{GroupId, ObjectId, ProfileId, RecordId, Uuid};

use crate::{
    assignment::rename,
    company::{Company, id_of, run},
    sharing_rules::{accounts, meeting, rule, settle, share},
};

const OWN: SimpleScopes =
    SimpleScopes { create: true, read: SimpleScope::Own, update: SimpleScope::Own, delete: SimpleScope::Own };

impl Company {
    async fn profile_named(&self, name: &str) -> Source {
        let profiles = self.engine.view(&self.admin).await.unwrap().profiles().await.unwrap();
        Source::Profile(profiles.into_iter().find(|it| it.name == name).unwrap().id)
    }

    /// What everybody has whose profile is the standard one.
    async fn standard(&self) -> Source {
        self.profile_named("Standard User").await
    }

    /// The scopes of the standard profile, and of those who may read and no more.
    async fn both(&self, scopes: SimpleScopes) -> [(Source, SimpleScopes); 2] {
        let (update, delete) = (SimpleScope::None, SimpleScope::None);
        let reading = SimpleScopes { create: false, update, delete, ..scopes };
        [(self.standard().await, scopes), (self.profile_named("Read Only").await, reading)]
    }

    async fn say(
        &self,
        who: &Caller,
        teams: &[GroupId],
        scopes: &[(Source, SimpleScopes)],
    ) -> Result<Written<(ObjectId, SimpleAccess)>, Error> {
        let edit =
            SimpleAccess { teams: teams.iter().copied().collect(), scopes: scopes.iter().copied().collect() };
        self.engine.access_rules().set_simple(who, "account", &edit).await
    }

    async fn said(&self) -> Result<SimpleAccess, String> {
        let viewing = self.engine.view(&self.admin).await.unwrap();
        viewing.simple_access("account").unwrap().map_err(|why| why.to_string())
    }
}

/// Without roles, so that nobody is above anybody.
async fn colleagues(company: &Company) -> [Caller; 3] {
    let [one, two, three] = ["one", "two", "three"];
    [
        company.hire(one, "Standard User", None).await,
        company.hire(two, "Standard User", None).await,
        company.hire(three, "Standard User", None).await,
    ]
}

/// What becomes of reading, changing and deleting an account.
async fn deeds(company: &Company, who: &Caller, id: RecordId) -> [bool; 3] {
    let seen = company.engine.view(who).await.unwrap().find_record("account", id).await.unwrap().is_some();
    let renamed = rename(company, who, "account", id).await.is_ok();
    let deleted = company.engine.records().delete(who, "account", id, None).await.is_ok();
    [seen, renamed, deleted]
}

#[test]
fn own_team_and_all_are_what_they_say() {
    run(async {
        let company = Company::found().await;
        let people = colleagues(&company).await;
        let mates = people[..2].iter().map(|who| Principal::User(id_of(who))).collect::<Vec<_>>();
        let team = company.group("Team", false, &mates).await.id;
        let standard = company.standard().await;
        let team_scopes = SimpleScopes { read: SimpleScope::Team, update: SimpleScope::Team, ..OWN };
        let reading = SimpleScopes { read: SimpleScope::Team, ..OWN };
        let all = SimpleScopes {
            read: SimpleScope::All,
            update: SimpleScope::All,
            delete: SimpleScope::All,
            ..OWN
        };
        let cases = [
            (OWN, vec![], [[true; 3], [false; 3], [false; 3]]),
            (team_scopes, vec![team], [[true; 3], [true, true, false], [false; 3]]),
            (reading, vec![team], [[true; 3], [true, false, false], [false; 3]]),
            (all, vec![], [[true; 3]; 3]),
            (
                SimpleScopes { update: SimpleScope::Own, delete: SimpleScope::Own, ..all },
                vec![],
                [[true; 3], [true, false, false], [true, false, false]],
            ),
        ];
        for (scopes, teams, expected) in cases {
            company.say(&company.admin, &teams, &company.both(scopes).await).await.unwrap();
            settle(&company).await;
            let said = company.said().await.unwrap();
            assert_eq!((said.scopes[&standard], said.teams), (scopes, teams.into_iter().collect()));
            for (who, expected) in people.iter().zip(expected) {
                let id = company.account(&people[0], "Acme").await;
                assert_eq!(deeds(&company, who, id).await, expected, "{scopes}");
            }
        }
    });
}

#[test]
fn what_permissions_and_rules_cannot_say_is_refused_with_what_it_would_come_to() {
    run(async {
        let company = Company::found().await;
        let standard = company.standard().await;
        let team = company.group("Team", false, &[Principal::User(id_of(&company.rep))]).await.id;
        let queue = company.group("Queue", true, &[]).await.id;
        let before = company.said().await.unwrap();
        let refused = async |teams: &[GroupId], scopes: SimpleScopes| {
            let error = company.say(&company.admin, teams, &company.both(scopes).await).await.unwrap_err();
            assert_eq!(error.code(), "BAD_USER_INPUT");
            error.to_string()
        };
        let deleting = SimpleScopes {
            create: true,
            read: SimpleScope::Team,
            update: SimpleScope::Team,
            delete: SimpleScope::Team,
        };
        let said = "that cannot be said: profile `Standard User` would come to create yes, read team, \
                    update team, delete own";
        assert_eq!(refused(&[team], deleting).await, said);
        let blind = SimpleScopes { read: SimpleScope::None, ..OWN };
        assert!(refused(&[], blind).await.ends_with("create yes, read own, update own, delete own"));
        let reading = SimpleScopes { read: SimpleScope::Team, ..OWN };
        assert!(refused(&[], reading).await.contains("read own"), "there is no team");
        assert_eq!(refused(&[team], OWN).await, "there are teams, and no scope that is a team's");
        assert!(refused(&[queue], reading).await.starts_with("there is no group"));
        let nobody = Source::Profile(ProfileId::from_uuid(Uuid::nil()));
        let unknown = company.say(&company.admin, &[], &[(nobody, OWN)]).await.unwrap_err();
        assert_eq!(unknown.code(), "BAD_USER_INPUT");
        assert_eq!(company.said().await.unwrap(), before, "nothing is half done");

        // A team is everybody's who is in it: another set that lets change would let change what the team owns.
        let updating = SimpleScopes { update: SimpleScope::Own, delete: SimpleScope::None, ..OWN };
        let edit = PermissionSetEdit { name: "Extra".to_owned(), grants: sutra_acl::Grants::default() };
        let extra = company.engine.permissions().create_permission_set(&company.admin, &edit).await.unwrap();
        let extra = Source::PermissionSet(extra.value.id);
        company.say(&company.admin, &[], &[(extra, updating), (standard, OWN)]).await.unwrap();
        let sharing = SimpleScopes { read: SimpleScope::Team, update: SimpleScope::Team, ..OWN };
        let one = refused(&[team], sharing).await;
        assert!(one.contains("permission set `Extra` would come to"), "{one}");
    });
}

#[test]
fn access_of_another_form_is_said_to_be_so_and_left_alone() {
    run(async {
        let company = Company::found().await;
        let standard = company.standard().await;
        let made =
            share(&company, &rule("Energy", meeting("Energy"), &company.peer, Level::Read)).await.unwrap();
        let why = "the sharing rule `Energy` opens them to others than a team";
        assert_eq!(company.said().await, Err(why.to_owned()));
        let refused = company.say(&company.admin, &[], &[(standard, OWN)]).await.unwrap_err();
        let sentence = format!("simple scopes do not say how accounts are open: {why}");
        assert_eq!((refused.code(), refused.to_string()), ("BAD_USER_INPUT", sentence));
        company.engine.access_rules().delete_sharing(&company.admin, made.value.rule.id()).await.unwrap();
        let read = OrgWideDefault::Read;
        company.engine.permissions().set_default(&company.admin, "account", read, true).await.unwrap();
        assert_eq!(company.said().await, Err("the org-wide default is `read` and not `private`".to_owned()));
    });
}

#[test]
fn scopes_are_set_once_by_those_who_manage_sharing_and_permissions() {
    run(async {
        let company = Company::found().await;
        let standard = company.standard().await;
        let refused = company.say(&company.manager, &[], &[(standard, OWN)]).await.unwrap_err();
        assert_eq!(refused.code(), "FORBIDDEN");
        let viewing = company.engine.view(&company.manager).await.unwrap();
        assert_eq!(viewing.simple_access("account").unwrap_err().code(), "FORBIDDEN");
        viewing.close().await.unwrap();
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let mut profiles = viewing.profiles().await.unwrap().into_iter();
        let administrator = profiles.find(|it| it.grants.system.has(SystemPermission::ModifyAllData));
        let administrator = Source::Profile(administrator.unwrap().id);
        viewing.close().await.unwrap();
        let refused = company.say(&company.admin, &[], &[(administrator, OWN)]).await.unwrap_err();
        assert_eq!(refused.code(), "FORBIDDEN", "his own profile");

        let team = company.group("Team", false, &[Principal::User(id_of(&company.peer))]).await.id;
        let reading = SimpleScopes { read: SimpleScope::Team, ..OWN };
        let key = IdempotencyKey::parse("k1").unwrap();
        let team_reads = company.both(reading).await;
        let unnamed = company.say(&company.admin, &[team], &team_reads[..1]).await.unwrap_err().to_string();
        let said = "that cannot be said: profile `Read Only` would come to create no, read team, update none, \
                    delete none; name it, too, if that is meant";
        assert_eq!(unnamed, said);
        let repeating = company.admin.repeating(&key, "setSimpleScopes", b"team");
        let first = company.say(&repeating, &[team], &team_reads).await.unwrap();
        assert_eq!(company.say(&repeating, &[team], &team_reads).await.unwrap(), first);
        let again = company.say(&company.admin, &[team], &team_reads).await.unwrap();
        assert_eq!((again.value, again.receipt), (first.value, None), "nothing changes");
        company.say(&company.admin, &[], &company.both(OWN).await).await.unwrap();
        let viewing = company.engine.view(&company.admin).await.unwrap();
        for (action, count) in [("scopes.update", 2), ("sharing_rule.create", 1), ("sharing_rule.delete", 1)]
        {
            let filter = EntryFilter { action: Some(action.to_owned()), ..EntryFilter::default() };
            assert_eq!(viewing.ledger_entries(&filter, 10).await.unwrap().len(), count, "{action}");
        }
        assert_eq!(accounts(&company, &company.peer).await, [""; 0]);
    });
}
