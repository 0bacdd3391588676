//! Stories of territories: the tree, and who works where.

use std::collections::BTreeSet;

use crate::company::{Company, id_of, run};
use sutra_acl::{Principal, Territory};
use sutra_audit::EntryFilter;
use sutra_kernel::{TerritoryId, UserId, Uuid};

impl Company {
    async fn territory(&self, name: &str, parent: Option<TerritoryId>) -> Territory {
        self.engine.territories().create(&self.admin, name, parent).await.unwrap().value.territory
    }
}

#[test]
fn territories_are_for_those_who_manage_sharing() {
    run(async {
        let company = Company::found().await;
        let europe = company.territory("Europe", None).await;
        let (rep, territories) = (&company.rep, company.engine.territories());
        let refused = [
            territories.create(rep, "Mine", None).await.err(),
            territories.update(rep, europe.id, "Mine", None).await.err(),
            territories.assign(rep, europe.id, &BTreeSet::from([id_of(rep)])).await.err(),
            territories.delete(rep, europe.id).await.err(),
            company.engine.view(rep).await.unwrap().territories().await.err(),
        ];
        for (place, error) in refused.into_iter().enumerate() {
            assert_eq!(error.map(|error| error.code()), Some("FORBIDDEN"), "case {place}");
        }
    });
}

#[test]
fn s12_territories_are_a_tree_in_which_people_work() {
    run(async {
        let company = Company::found().await;
        let (admin, territories) = (&company.admin, company.engine.territories());
        let europe = company.territory("Europe", None).await;
        let france = company.territory("France", Some(europe.id)).await;
        let people = BTreeSet::from([id_of(&company.rep), id_of(&company.peer)]);
        let staffed = territories.assign(admin, france.id, &people).await.unwrap();
        assert!(staffed.receipt.is_some());
        assert_eq!((staffed.value.territory, staffed.value.users), (france.clone(), people.clone()));
        let again = territories.assign(admin, france.id, &people).await.unwrap();
        assert!(again.receipt.is_none(), "nothing has changed");
        let seen = company.engine.view(admin).await.unwrap().territories().await.unwrap();
        let seen: Vec<_> = seen.iter().map(|it| (it.territory.name.as_str(), it.users.len())).collect();
        assert_eq!(BTreeSet::from_iter(seen), BTreeSet::from([("Europe", 0), ("France", 2)]));

        let moved = territories.update(admin, france.id, "Gaul", None).await.unwrap().value;
        assert_eq!((moved.territory.parent, moved.users), (None, people));
        let viewing = company.engine.view(admin).await.unwrap();
        for (action, count) in [("territory.create", 2), ("territory.assign", 1), ("territory.update", 1)] {
            let filter = EntryFilter { action: Some(action.to_owned()), ..EntryFilter::default() };
            assert_eq!(viewing.ledger_entries(&filter, 10).await.unwrap().len(), count, "{action}");
        }
    });
}

#[test]
fn what_makes_no_tree_is_refused() {
    run(async {
        let company = Company::found().await;
        let (admin, territories) = (&company.admin, company.engine.territories());
        let europe = company.territory("Europe", None).await.id;
        let france = company.territory("France", Some(europe)).await.id;
        let nowhere = TerritoryId::from_uuid(Uuid::from_u128(7));
        let nobody = BTreeSet::from([UserId::from_uuid(Uuid::from_u128(7))]);
        let refused = [
            ("below itself", territories.update(admin, europe, "Europe", Some(france)).await.err()),
            ("in itself", territories.update(admin, europe, "Europe", Some(europe)).await.err()),
            ("nowhere", territories.create(admin, "Asia", Some(nowhere)).await.err()),
            ("a taken name", territories.create(admin, "France", None).await.err()),
            ("no name", territories.create(admin, " ", None).await.err()),
            ("nobody", territories.assign(admin, france, &nobody).await.err()),
        ];
        for (name, error) in refused {
            assert_eq!(error.map(|error| error.code()), Some("BAD_USER_INPUT"), "{name}");
        }
        assert_eq!(territories.update(admin, nowhere, "Asia", None).await.unwrap_err().code(), "NOT_FOUND");
    });
}

#[test]
fn a_territory_in_use_stays() {
    run(async {
        let company = Company::found().await;
        let (admin, territories) = (&company.admin, company.engine.territories());
        let europe = company.territory("Europe", None).await.id;
        let france = company.territory("France", Some(europe)).await.id;
        let refused = async |id, sentence: &str| {
            let error = territories.delete(admin, id).await.unwrap_err();
            assert_eq!((error.code(), error.to_string().as_str()), ("IN_USE", sentence));
        };
        refused(europe, "there are territories below this one").await;
        territories.assign(admin, france, &BTreeSet::from([id_of(&company.rep)])).await.unwrap();
        refused(france, "one user is assigned to this territory").await;
        territories.assign(admin, france, &BTreeSet::new()).await.unwrap();
        let desk = company.group("Desk", false, &[Principal::TerritoryAndAbove(france)]).await;
        refused(france, &format!("territory `{france}` and those above is in group `Desk`")).await;
        company.engine.groups().delete(admin, desk.id).await.unwrap();
        territories.delete(admin, france).await.unwrap();
        territories.delete(admin, europe).await.unwrap();
        assert_eq!(territories.delete(admin, europe).await.unwrap_err().code(), "NOT_FOUND");
    });
}
