//! A company with folders and pages.

use sutra_acl::{FieldPermission, Level, ObjectPermissions, OrgWideDefault, Owner, Principal};
use sutra_engine::{Caller, Edit, Error, ListRequest, NewShare, Part, ProfileEdit};
use sutra_kernel::{ApiName, Condition, RecordId, Test, Value};
use sutra_records::{FieldKind, NewField, OnDelete};

use super::CONTROLLED;
use crate::{
    company::{Company, edit, id_of},
    definitions::field,
    families::new_object,
};

/// A company with folders and pages, which everybody may use as far as records go.
pub(crate) async fn found() -> Company {
    let company = Company::found().await;
    for (name, target) in [("folder", "account"), ("page", "folder")] {
        company.engine.objects().create(&company.admin, &new_object(name)).await.unwrap();
        let target = ApiName::parse(target).unwrap();
        let kind = FieldKind::Reference { target, on_delete: OnDelete::Cascade };
        let parent = NewField { required: true, ..field("parent", kind) };
        company.engine.objects().create_field(&company.admin, name, &parent).await.unwrap();
    }
    company.permit(&["account", "folder", "page"]).await;
    company
}

pub(crate) async fn controlled() -> Company {
    let company = found().await;
    company.control(&["folder", "page"], CONTROLLED).await;
    company
}

impl Company {
    /// Lets everybody do everything with records of these objects, as far as the records are open to him.
    pub(crate) async fn permit(&self, objects: &[&str]) {
        let viewing = self.engine.view(&self.admin).await.unwrap();
        let profile = viewing.profiles().await.unwrap().into_iter().find(|it| it.name == "Standard User");
        let mut profile = profile.unwrap();
        for object in objects {
            let object = viewing.metadata().object_named(object).unwrap();
            let all = [ObjectPermissions::CREATE, ObjectPermissions::DELETE, ObjectPermissions::MASS];
            let all = all.into_iter().fold(ObjectPermissions::NONE, ObjectPermissions::union);
            profile.grants.objects.insert(object.id, all);
            for field in &object.fields {
                profile.grants.fields.insert(field.id, FieldPermission::new(true, true));
            }
        }
        viewing.close().await.unwrap();
        let edit = ProfileEdit { name: profile.name, grants: profile.grants };
        self.engine.permissions().update_profile(&self.admin, profile.id, &edit).await.unwrap();
    }

    pub(crate) async fn control(&self, objects: &[&str], default: OrgWideDefault) {
        for object in objects {
            let set = self.engine.permissions().set_default(&self.admin, object, default, true).await;
            assert!(set.unwrap().receipt.is_some(), "{object}");
        }
    }

    pub(crate) async fn part(&self, by: &Caller, object: &str, parent: RecordId) -> Result<RecordId, Error> {
        self.create(by, object, &[("name", Value::text("Part")), ("parent", Value::Reference(parent))]).await
    }

    pub(crate) async fn set_parent(
        &self,
        by: &Caller,
        object: &str,
        id: RecordId,
        parent: Value,
    ) -> Result<(), Error> {
        let edit = edit(&[("parent", parent)]);
        self.engine.records().update(by, object, id, &edit).await.map(drop)
    }

    pub(crate) async fn give_to(&self, object: &str, id: RecordId, to: &Caller) -> Result<(), Error> {
        let edit = Edit { owner: Some(Owner::User(id_of(to))), ..Edit::default() };
        self.engine.records().update(&self.admin, object, id, &edit).await.map(drop)
    }

    pub(crate) async fn share(&self, id: RecordId, with: &Caller, level: Level) {
        let share = NewShare { with: Principal::User(id_of(with)), level };
        self.engine.sharing().share(&self.admin, "account", id, &[share], None).await.unwrap();
    }

    /// Who of chief, manager, rep and peer sees a record, by looking at it and by listing: both are of one mind.
    pub(crate) async fn seen(&self, object: &str, id: RecordId) -> String {
        let everybody =
            [("chief", &self.chief), ("manager", &self.manager), ("rep", &self.rep), ("peer", &self.peer)];
        let is_it = Condition::test(ApiName::parse("id").unwrap(), Test::Eq(Value::Reference(id)));
        let mut seen = Vec::new();
        for (name, who) in everybody {
            let viewing = self.engine.view(who).await.unwrap();
            let found = viewing.find_record(object, id).await.unwrap().is_some();
            let request = ListRequest {
                object: ApiName::parse(object).unwrap(),
                filter: Some(is_it.clone()),
                search: None,
                order: None,
                part: Part::first(50, None),
            };
            let listed = viewing.list_records(&request).await.unwrap();
            let listed = listed.items.iter().any(|(view, _)| view.record.id == id);
            assert_eq!(found, listed, "{name} and {object}");
            seen.extend(found.then_some(name));
            viewing.close().await.unwrap();
        }
        seen.join(" ")
    }
}
