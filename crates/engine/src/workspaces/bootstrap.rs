//! What a new workspace has from the start.

use std::collections::BTreeMap;

use sutra_acl::{
    FieldPermission, Grants, ObjectPermissions, ObjectPolicy, OrgWideDefault, Profile, SystemPermissions,
};
use sutra_audit::{EntryDraft, Event, Target};
use sutra_crypto::{KeySlot, WrappedKey};
use sutra_kernel::{FieldId, ProfileId, WorkspaceId};
use sutra_records::ObjectDef;

use crate::{Caller, Engine, Error, Workspace, WorkspaceState, work::Work};

pub(super) async fn open_instance(engine: &Engine) -> Result<(), Error> {
    let parts = engine.parts();
    let registry = parts.store.registry();
    let vault = parts.keys.vault();
    let known = registry.root_checks().await?;
    vault.check(&known).await?;
    let check = vault.new_check().await?;
    if !known.iter().any(|known| known.key_ref == check.key_ref) {
        registry.put_root_check(&check).await?;
    }
    registry.ensure_instance().await?;
    if !is_ready(engine, WorkspaceId::INSTANCE).await? {
        furnish(engine, WorkspaceId::INSTANCE, &[]).await?;
    }
    Ok(())
}

pub(super) async fn ensure(engine: &Engine, slug: &str, name: &str) -> Result<Workspace, Error> {
    let registry = engine.parts().store.registry();
    let workspace = match registry.workspace_by_slug(slug).await? {
        Some(workspace) => workspace,
        None => enter(engine, slug, name).await?,
    };
    // A start that was cut off between the two is finished by the next.
    if !is_ready(engine, workspace.id).await? {
        furnish(engine, workspace.id, &engine.parts().standard).await?;
    }
    Ok(workspace)
}

async fn enter(engine: &Engine, slug: &str, name: &str) -> Result<Workspace, Error> {
    let is_slug = (1..=40).contains(&slug.len())
        && slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !is_slug {
        return Err(Error::BadInput(
            "a workspace's slug has 1 to 40 lower-case letters, digits and dashes".to_owned(),
        ));
    }
    let workspace = Workspace {
        id: WorkspaceId::generate(engine.now(), engine.parts().entropy.as_ref()),
        slug: slug.to_owned(),
        name: name.to_owned(),
        region: "local".to_owned(),
        state: WorkspaceState::Active,
        created_at: engine.now(),
    };
    let created = engine.parts().store.registry().create_workspace(&workspace).await;
    created.map_err(|error| Error::taken(error, "another workspace has this slug"))?;
    Ok(workspace)
}

async fn is_ready(engine: &Engine, workspace: WorkspaceId) -> Result<bool, Error> {
    let mut reads = engine.parts().store.reads(workspace).await?;
    let keys = reads.current_keys(&[KeySlot::Workspace]).await?;
    reads.finish().await?;
    Ok(!keys.is_empty())
}

/// Keys, objects and profiles in one unit: a workspace has all of them or none.
async fn furnish(engine: &Engine, workspace: WorkspaceId, objects: &[ObjectDef]) -> Result<(), Error> {
    let keys = engine.parts().keys.first(workspace, engine.now()).await?;
    let outcome = furnish_with(engine, workspace, keys, objects).await;
    if outcome.is_err() {
        // Nothing may be sealed under a key that was not stored.
        engine.parts().keys.forget(workspace);
    }
    outcome
}

async fn furnish_with(
    engine: &Engine,
    workspace: WorkspaceId,
    keys: Vec<WrappedKey>,
    objects: &[ObjectDef],
) -> Result<(), Error> {
    let caller = Caller::operator(workspace, engine.new_request_id());
    let mut work = engine.begin(&caller).await?;
    let entries = fill(&mut work, keys, objects).await;
    work.conclude(entries).await
}

async fn fill(
    work: &mut Work<'_>,
    keys: Vec<WrappedKey>,
    objects: &[ObjectDef],
) -> Result<Vec<EntryDraft>, Error> {
    let workspace = work.caller.workspace();
    work.unit.put_keys(keys).await?;
    let target = Target::thing("workspace", workspace.uuid());
    let mut entries = vec![EntryDraft::new(Event::WorkspaceCreate).target(target)];
    for object in objects {
        work.unit.put_object(object).await?;
        let default = OrgWideDefault::Private;
        work.unit.put_object_policy(&ObjectPolicy::new(object.id, default, true)).await?;
        let target = Target::thing("object", object.id.uuid());
        entries.push(EntryDraft::new(Event::ObjectCreate).target(target));
    }
    if !objects.is_empty() {
        entries.extend(put_profiles(work, objects).await?);
        work.unit.bump_metadata_version().await?;
        work.unit.bump_policy_epoch().await?;
    }
    Ok(entries)
}

async fn put_profiles(work: &mut Work<'_>, objects: &[ObjectDef]) -> Result<Vec<EntryDraft>, Error> {
    let every = ObjectPermissions::from_bits(u16::MAX);
    let work_on = [
        ObjectPermissions::CREATE,
        ObjectPermissions::DELETE,
        ObjectPermissions::IMPORT,
        ObjectPermissions::EXPORT,
    ];
    let work_on = work_on.into_iter().fold(ObjectPermissions::READ, ObjectPermissions::union);
    let profiles = [
        ("Administrator", SystemPermissions::EVERY, every, true),
        ("Standard User", SystemPermissions::NONE, work_on, true),
        ("Read Only", SystemPermissions::NONE, ObjectPermissions::READ, false),
    ];
    let mut entries = Vec::new();
    for (name, system, object, edit) in profiles {
        let profile = Profile {
            id: ProfileId::generate(work.now, work.entropy()),
            name: name.to_owned(),
            grants: Grants {
                system,
                objects: objects.iter().map(|it| (it.id, object)).collect(),
                fields: fields(objects, edit),
            },
        };
        work.unit.put_profile(&profile).await?;
        let target = Target::thing("profile", profile.id.uuid());
        entries.push(EntryDraft::new(Event::ProfileCreate).target(target));
    }
    Ok(entries)
}

fn fields(objects: &[ObjectDef], edit: bool) -> BTreeMap<FieldId, FieldPermission> {
    let fields = objects.iter().flat_map(|object| &object.fields);
    fields.map(|field| (field.id, FieldPermission::new(true, edit))).collect()
}
