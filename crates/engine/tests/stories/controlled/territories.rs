//! Stories of accounts that are assigned to territories, and of what belongs to them.

use sutra_acl::{Level, Principal};
use sutra_engine::NewShare;

use super::{
    code,
    folders::{controlled, found},
};
use crate::{
    assignment::{Places, rename},
    company::run,
};

#[test]
fn what_belongs_to_an_account_follows_its_territory() {
    run(async {
        let company = controlled().await;
        let account = company.account(&company.rep, "Acme").await;
        let folder = company.part(&company.rep, "folder", account).await.unwrap();
        let page = company.part(&company.rep, "page", folder).await.unwrap();
        let places = Places::found(&company).await;
        places.set(&[("account", Level::Read)]).await.unwrap();
        let france = Principal::TerritoryAndAbove(places.france);
        let by_hand = NewShare { with: france, level: Level::Read };
        company.engine.sharing().share(&company.rep, "account", account, &[by_hand], None).await.unwrap();
        places.assign(&company.rep, &[account]).await.unwrap();
        let later = company.part(&company.rep, "folder", account).await.unwrap();

        let levels = [
            (Some(Level::Edit), "chief manager rep peer", None),
            (Some(Level::Read), "chief manager rep peer", Some("FORBIDDEN")),
            (Some(Level::Full), "chief manager rep peer", None),
            (None, "chief manager rep peer", Some("FORBIDDEN")),
        ];
        for (level, seen, renamed) in levels {
            let levels: Vec<_> = level.into_iter().map(|level| ("account", level)).collect();
            places.set(&levels).await.unwrap();
            for (object, id) in [("account", account), ("folder", folder), ("folder", later), ("page", page)]
            {
                assert_eq!(company.seen(object, id).await, seen, "{object}, {level:?}");
                assert_eq!(code(rename(&company, &company.peer, object, id).await), renamed, "{object}");
            }
        }
        company.engine.sharing().unshare(&company.rep, "account", account, &[france], None).await.unwrap();
        assert_eq!(company.seen("page", page).await, "chief manager rep", "nothing else is left");
    });
}

#[test]
fn what_another_controls_is_assigned_with_it() {
    run(async {
        let company = controlled().await;
        let account = company.account(&company.rep, "Acme").await;
        let folder = company.part(&company.rep, "folder", account).await.unwrap();
        let places = Places::found(&company).await;
        let refused = places.set(&[("folder", Level::Read)]).await.unwrap_err();
        assert_eq!(refused.code(), "BAD_USER_INPUT");
        let sentence = "folders are shared through the records that control them";
        assert_eq!(refused.to_string(), sentence);
        let sharing = company.engine.sharing();
        let assigned = sharing.assign_all(&company.rep, "folder", &[folder], places.france).await;
        assert_eq!(code(assigned), Some("BAD_USER_INPUT"));
    });
}

#[test]
fn what_comes_to_be_controlled_is_assigned_no_longer() {
    run(async {
        let company = found().await;
        let account = company.account(&company.rep, "Acme").await;
        let folder = company.part(&company.rep, "folder", account).await.unwrap();
        let places = Places::found(&company).await;
        places.set(&[("folder", Level::Read)]).await.unwrap();
        company.engine.sharing().assign_all(&company.rep, "folder", &[folder], places.france).await.unwrap();
        assert_eq!(company.seen("folder", folder).await, "chief manager rep peer");
        company.control(&["folder"], super::CONTROLLED).await;
        assert_eq!(company.seen("folder", folder).await, "chief manager rep");
        places.set(&[]).await.expect("the level that is left over is taken away");
    });
}
