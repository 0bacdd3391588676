//! Stories of records that are assigned to territories.

use std::collections::BTreeSet;

use sutra_acl::{Action, Cause, Level, ObjectPermissions, Owner, TerritoryLevels};
use sutra_audit::{EntryFilter, Opened, Shown};
use sutra_engine::{
    AccessQuestion, Caller, Changed, Edit, Error, IdempotencyKey, MAX_RECORDS, MAX_TERRITORIES, ProfileEdit,
    StaffedTerritory, Written,
};
use sutra_kernel::{RecordId, TerritoryId, Uuid, Value};

use crate::{
    company::{Company, edit, id_of, run},
    sharing_rules::{accounts, settle},
};

/// A company with two territories: `peer` works in France, and `clerk`, who has no role, in Europe above it.
pub(crate) struct Places<'c> {
    company: &'c Company,
    pub(crate) france: TerritoryId,
    europe: TerritoryId,
    clerk: Caller,
}

impl<'c> Places<'c> {
    pub(crate) async fn found(company: &'c Company) -> Self {
        allow_mass(company).await;
        let (admin, territories) = (&company.admin, company.engine.territories());
        let create = async |name: &str, parent| {
            territories.create(admin, name, parent).await.unwrap().value.territory.id
        };
        let europe = create("Europe", None).await;
        let france = create("France", Some(europe)).await;
        let clerk = company.hire("clerk", "Standard User", None).await;
        for (place, who) in [(europe, &clerk), (france, &company.peer)] {
            territories.assign(admin, place, &BTreeSet::from([id_of(who)])).await.unwrap();
        }
        Self { company, france, europe, clerk }
    }

    /// Sets the levels of France.
    pub(crate) async fn set(&self, levels: &[(&str, Level)]) -> Result<Written<StaffedTerritory>, Error> {
        let levels = self.levels(levels).await;
        self.company.engine.territories().set_levels(&self.company.admin, self.france, &levels).await
    }

    async fn levels(&self, levels: &[(&str, Level)]) -> TerritoryLevels {
        let viewing = self.company.engine.view(&self.company.admin).await.unwrap();
        let object = |name| viewing.metadata().object_named(name).unwrap().id;
        levels.iter().map(|(name, level)| (object(name), *level)).collect()
    }

    /// Assigns accounts to France.
    pub(crate) async fn assign(&self, by: &Caller, ids: &[RecordId]) -> Result<Vec<Written<Changed>>, Error> {
        self.company.engine.sharing().assign_all(by, "account", ids, self.france).await
    }

    async fn remove(&self, by: &Caller, ids: &[RecordId]) -> Result<Vec<Written<Changed>>, Error> {
        self.company.engine.sharing().unassign_all(by, "account", ids, self.france).await
    }
}

/// Lets standard users act on many records at once.
async fn allow_mass(company: &Company) {
    let viewing = company.engine.view(&company.admin).await.unwrap();
    let profiles = viewing.profiles().await.unwrap();
    viewing.close().await.unwrap();
    let profile = profiles.into_iter().find(|it| it.name == "Standard User").unwrap();
    let mut grants = profile.grants;
    grants.objects.values_mut().for_each(|may| *may = may.union(ObjectPermissions::MASS));
    let edit = ProfileEdit { name: profile.name, grants };
    company.engine.permissions().update_profile(&company.admin, profile.id, &edit).await.unwrap();
}

pub(crate) async fn rename(company: &Company, who: &Caller, object: &str, id: RecordId) -> Result<(), Error> {
    // Never the name that it has.
    let name = Value::text(id_of(who).to_string() + &company.engine.new_request_id().to_string());
    company.engine.records().update(who, object, id, &edit(&[("name", name)])).await.map(drop)
}

fn code<T>(result: Result<T, Error>) -> Result<(), &'static str> {
    result.map(drop).map_err(|error| error.code())
}

#[test]
fn s12_whoever_works_in_a_territory_or_above_has_what_is_assigned_to_it() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Acme").await;
        let places = Places::found(&company).await;
        places.set(&[("account", Level::Read)]).await.unwrap();
        let (peer, clerk) = (&company.peer, &places.clerk);
        assert_eq!(accounts(&company, peer).await, [""; 0]);
        places.assign(&company.rep, &[id]).await.unwrap();
        for who in [peer, clerk] {
            assert_eq!(accounts(&company, who).await, ["Acme"]);
        }
        for (level, expected) in [
            (Level::Read, Err("FORBIDDEN")),
            (Level::Edit, Ok(())),
            (Level::Full, Ok(())),
            (Level::Read, Err("FORBIDDEN")),
        ] {
            places.set(&[("account", level)]).await.unwrap();
            assert_eq!(code(rename(&company, peer, "account", id).await), expected, "{level}");
            assert_eq!(code(rename(&company, clerk, "account", id).await), expected, "{level}, from above");
            let may_share = if level == Level::Full { Ok(()) } else { Err("FORBIDDEN") };
            assert_eq!(code(places.assign(peer, &[id]).await), may_share, "{level}");
        }
        let elsewhere = BTreeSet::from([id_of(peer)]);
        let north = company.engine.territories().create(&company.admin, "North", Some(places.france)).await;
        let north = north.unwrap().value.territory.id;
        company.engine.territories().assign(&company.admin, places.france, &BTreeSet::new()).await.unwrap();
        company.engine.territories().assign(&company.admin, north, &elsewhere).await.unwrap();
        assert_eq!(accounts(&company, peer).await, [""; 0], "below is not there");
        assert_eq!(accounts(&company, clerk).await.len(), 1);
        places.remove(&company.rep, &[id]).await.unwrap();
        assert_eq!(accounts(&company, clerk).await, [""; 0]);
    });
}

#[test]
fn assigning_takes_a_level_and_the_right_to_share_whoever_asks() {
    run(async {
        let company = Company::found().await;
        let own = company.account(&company.peer, "Own").await;
        let hidden = company.account(&company.rep, "Hidden").await;
        let places = Places::found(&company).await;
        let absent = RecordId::from_uuid(Uuid::from_u128(7));
        let nowhere = TerritoryId::from_uuid(Uuid::from_u128(7));
        let assign = async |ids: &[RecordId], territory| {
            let assigned =
                company.engine.sharing().assign_all(&company.peer, "account", ids, territory).await;
            let error = assigned.unwrap_err();
            let place = if let Error::At { index, .. } = &error { Some(*index) } else { None };
            (place, error.code(), error.to_string())
        };
        let unlevelled =
            format!("no accounts are assigned to territory `{}`: it has no level for them", places.france);
        for id in [own, hidden, absent] {
            let (place, code, said) = assign(&[id], nowhere).await;
            assert_eq!((place, code), (Some(0), "BAD_USER_INPUT"));
            assert!(said.contains(&format!("there is no territory `{nowhere}`")), "{said}");
            let (_, code, said) = assign(&[id], places.france).await;
            assert_eq!(code, "BAD_USER_INPUT");
            assert!(said.contains(&unlevelled), "{said}");
        }
        places.set(&[("account", Level::Read)]).await.unwrap();
        let of_hidden = assign(&[own, hidden], places.france).await;
        let of_absent = assign(&[own, absent], places.france).await;
        assert_eq!((of_hidden.0, of_hidden.1), (Some(1), "NOT_FOUND"));
        assert_eq!(of_hidden, of_absent, "what is hidden is as if it were not there");
        assert_eq!(code(places.remove(&company.peer, &[hidden]).await), Err("NOT_FOUND"));
        let viewing = company.engine.view(&company.peer).await.unwrap();
        assert_eq!(
            viewing.find_record("account", own).await.unwrap().unwrap().record.version,
            1,
            "all or nothing"
        );
        viewing.close().await.unwrap();
        let many = vec![own; MAX_RECORDS + 1];
        for ids in [&[], many.as_slice()] {
            assert_eq!(code(places.assign(&company.peer, ids).await), Err("BAD_USER_INPUT"));
        }
        places.assign(&company.peer, &[own]).await.unwrap();
    });
}

#[test]
fn an_assignment_is_a_change_of_its_record() {
    run(async {
        let company = Company::found().await;
        let ids = [company.account(&company.rep, "One").await, company.account(&company.rep, "Two").await];
        let places = Places::found(&company).await;
        places.set(&[("account", Level::Edit)]).await.unwrap();
        let key = IdempotencyKey::parse("k1").unwrap();
        let repeating = company.rep.repeating(&key, "assignAccountsToTerritory", b"both");
        let first = places.assign(&repeating, &ids).await.unwrap();
        let repeated = places.assign(&repeating, &ids).await.unwrap();
        for (one, again) in first.iter().zip(&repeated) {
            assert_eq!((one.value.version, again.value.version), (2, 2));
            assert!(one.receipt.is_some() && one.receipt == again.receipt, "one effect and one answer");
        }
        let again = places.assign(&company.rep, &ids).await.unwrap();
        assert!(again.iter().all(|one| one.value.version == 2 && one.receipt.is_none()), "nothing changes");
        places.remove(&company.rep, &ids[..1]).await.unwrap();
        let gone = places.remove(&company.rep, &ids).await.unwrap();
        assert_eq!(gone.iter().map(|one| one.receipt.is_some()).collect::<Vec<_>>(), [false, true]);

        let viewing = company.engine.view(&company.admin).await.unwrap();
        let saves = viewing.record_history("account", ids[0], 10).await.unwrap().unwrap();
        let told: Vec<_> = saves.iter().map(|save| (save.action.as_str(), save.version)).collect();
        assert_eq!(told[..2], [("record.unassign", Some(3)), ("record.assign", Some(2))]);
        let target = Some(("account".to_owned(), ids[0].uuid()));
        let filter = EntryFilter { target, ..EntryFilter::default() };
        let entries = viewing.ledger_entries(&filter, 2).await.unwrap();
        let with = format!("shared with territory `{}` and those above", places.france);
        let expected = ["none, before: edit", "edit, before: none"];
        let expected = expected.map(|said| vec![(with.clone(), said.to_owned())]);
        assert_eq!(entries.into_iter().map(|entry| entry.detail).collect::<Vec<_>>(), expected);
        for (action, rows) in [("mass.assign", vec![Some(2)]), ("mass.unassign", vec![Some(1), Some(1)])] {
            let filter = EntryFilter { action: Some(action.to_owned()), ..EntryFilter::default() };
            let entries = viewing.ledger_entries(&filter, 10).await.unwrap();
            assert_eq!(entries.iter().map(|it| it.entry.rows).collect::<Vec<_>>(), rows, "{action}");
        }
    });
}

#[test]
fn an_assignment_is_told_where_shares_are_and_explained_by_name() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Acme").await;
        let places = Places::found(&company).await;
        places.set(&[("account", Level::Read)]).await.unwrap();
        places.assign(&company.rep, &[id]).await.unwrap();
        let shares = async |who: &Caller| {
            company.engine.view(who).await.unwrap().record_shares("account", id).await.map(Option::unwrap)
        };
        let shown = shares(&company.rep).await.unwrap();
        let shown: Vec<_> = shown.into_iter().map(|it| (it.share.cause, it.name, it.share.level)).collect();
        assert_eq!(shown, [(Cause::Territory, Some("France".to_owned()), Level::Read)]);
        assert_eq!(code(shares(&company.peer).await), Err("FORBIDDEN"), "not to who may only read it");

        let viewing = company.engine.view(&company.admin).await.unwrap();
        let (action, object) = (Action::Read, "account".to_owned());
        let question = AccessQuestion { user: id_of(&places.clerk), action, object, record: id, field: None };
        let said = viewing.explain_access(&question).await.unwrap().sentences;
        let why =
            "It is shared with everybody in the territory `France` or one above by its territory: to read.";
        assert!(said.contains(&why.to_owned()), "{said:?}");
        let witnesses = viewing.who_can_see("account", id, None, 50).await.unwrap().found;
        let peer = witnesses.iter().find(|it| it.user.id == id_of(&company.peer)).unwrap();
        assert_eq!(peer.sentences, [why]);
    });
}

#[test]
fn an_assignment_stays_with_its_record_and_goes_with_it() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Acme").await;
        let places = Places::found(&company).await;
        places.set(&[("account", Level::Read)]).await.unwrap();
        places.assign(&company.rep, &[id]).await.unwrap();
        let gift = Edit { owner: Some(Owner::User(id_of(&company.manager))), ..Edit::default() };
        let records = company.engine.records();
        records.update(&company.rep, "account", id, &gift).await.unwrap();
        assert_eq!(accounts(&company, &company.peer).await, ["Acme"], "given away, it is where it was");
        company.engine.territories().assign(&company.admin, places.france, &BTreeSet::new()).await.unwrap();
        let territories = company.engine.territories();
        let in_use = async || code(territories.delete(&company.admin, places.france).await);
        assert_eq!(in_use().await, Err("IN_USE"));
        records.delete(&company.manager, "account", id, None).await.unwrap();
        assert_eq!(in_use().await, Err("IN_USE"), "it may come back");
        places.set(&[]).await.unwrap();
        assert_eq!(in_use().await, Ok(()), "no level, nothing assigned");
        assert_eq!(company.engine.view(&company.admin).await.unwrap().territories().await.unwrap().len(), 1);
    });
}

#[test]
fn a_record_is_assigned_to_so_many_territories() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Acme").await;
        let places = Places::found(&company).await;
        let levels = places.levels(&[("account", Level::Read)]).await;
        let (admin, territories) = (&company.admin, company.engine.territories());
        for number in 0..=MAX_TERRITORIES {
            let made = territories.create(admin, &format!("Place {number}"), Some(places.europe)).await;
            let place = made.unwrap().value.territory.id;
            territories.set_levels(admin, place, &levels).await.unwrap();
            let assigned = company.engine.sharing().assign_all(&company.rep, "account", &[id], place).await;
            let expected = if number < MAX_TERRITORIES { Ok(()) } else { Err("BAD_USER_INPUT") };
            assert_eq!(code(assigned), expected, "{number}");
        }
    });
}

#[test]
fn levels_are_set_by_those_who_manage_sharing() {
    run(async {
        let company = Company::found().await;
        let places = Places::found(&company).await;
        let levels = places.levels(&[("account", Level::Edit), ("lead", Level::Read)]).await;
        let territories = company.engine.territories();
        let set = async |who: &Caller, levels: &TerritoryLevels| {
            territories.set_levels(who, places.france, levels).await
        };
        assert_eq!(code(set(&company.manager, &levels).await), Err("FORBIDDEN"));
        let none = places.levels(&[("account", Level::None)]).await;
        assert_eq!(code(set(&company.admin, &none).await), Err("BAD_USER_INPUT"), "no level at all");
        let nothing = [(sutra_kernel::ObjectId::from_uuid(Uuid::from_u128(7)), Level::Read)].into();
        assert_eq!(code(set(&company.admin, &nothing).await), Err("BAD_USER_INPUT"), "no such object");
        let nowhere = TerritoryId::from_uuid(Uuid::from_u128(7));
        let lost = territories.set_levels(&company.admin, nowhere, &levels).await;
        assert_eq!(code(lost), Err("NOT_FOUND"));

        let key = IdempotencyKey::parse("k1").unwrap();
        let repeating = company.admin.repeating(&key, "setTerritoryLevels", b"both");
        let first = set(&repeating, &levels).await.unwrap();
        assert_eq!(set(&repeating, &levels).await.unwrap(), first);
        assert_eq!(first.value.levels, levels);
        assert_eq!(set(&company.admin, &levels).await.unwrap().receipt, None, "nothing changes");
        places.set(&[("account", Level::Full)]).await.unwrap();
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let filter = EntryFilter { action: Some("territory.levels".to_owned()), ..EntryFilter::default() };
        let entries = viewing.ledger_entries(&filter, 10).await.unwrap();
        let changes = entries.iter().map(|entry| {
            let word = |shown: &Option<Shown<Opened>>| match shown {
                Some(Shown::Value(opened)) => opened.raw.to_string(),
                other => panic!("not told: {other:?}"),
            };
            let changes = entry.changes.iter();
            changes.map(|it| (it.field.clone(), word(&it.old), word(&it.new))).collect::<BTreeSet<_>>()
        });
        let change = |object: &str, old: &str, new: &str| (object.to_owned(), old.to_owned(), new.to_owned());
        let expected = [
            BTreeSet::from([change("account", "edit", "full"), change("lead", "read", "none")]),
            BTreeSet::from([change("account", "none", "edit"), change("lead", "none", "read")]),
        ];
        assert_eq!(changes.collect::<Vec<_>>(), expected);
    });
}

#[test]
fn much_is_opened_further_in_steps_and_less_far_at_once() {
    run(async {
        let mut company = Company::found().await;
        allow_mass(&company).await;
        let edits: Vec<Edit> =
            (0..=MAX_RECORDS).map(|it| edit(&[("name", Value::text(format!("Account {it}")))])).collect();
        let mut ids = Vec::new();
        for some in edits.chunks(MAX_RECORDS) {
            let made = company.engine.records().create_all(&company.rep, "account", some).await.unwrap();
            ids.extend(made.iter().map(|it| it.value.id));
        }
        let france = {
            let places = Places::found(&company).await;
            places.set(&[("account", Level::Read)]).await.unwrap();
            for some in ids.chunks(MAX_RECORDS) {
                places.assign(&company.rep, some).await.unwrap();
            }
            places.set(&[("account", Level::Edit)]).await.unwrap();
            places.france
        };
        let last = *ids.last().unwrap();
        let renames = async |company: &Company| code(rename(company, &company.peer, "account", last).await);
        assert_eq!(renames(&company).await, Err("FORBIDDEN"), "not yet");
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let under_way = viewing.resharings().await.unwrap();
        let total = u64::try_from(ids.len()).unwrap();
        assert_eq!(under_way.iter().map(|it| (it.done, it.total)).collect::<Vec<_>>(), [(0, total)]);
        viewing.close().await.unwrap();
        company.engine.tasks().run_due().await.unwrap();
        company.restart();
        company.engine.tasks().wake_all().await.unwrap();
        settle(&company).await;
        assert_eq!(renames(&company).await, Ok(()));
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let account = viewing.metadata().object_named("account").unwrap().id;
        viewing.close().await.unwrap();
        let narrowed = [(account, Level::Read)].into();
        company.engine.territories().set_levels(&company.admin, france, &narrowed).await.unwrap();
        for id in [ids[0], last] {
            let renamed = rename(&company, &company.peer, "account", id).await;
            assert_eq!(code(renamed), Err("FORBIDDEN"), "at once");
        }
        let closed = TerritoryLevels::new();
        company.engine.territories().set_levels(&company.admin, france, &closed).await.unwrap();
        assert_eq!(accounts(&company, &company.peer).await, [""; 0]);
    });
}
