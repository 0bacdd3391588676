//! A world moved into a store.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sutra_acl::{
    Assigned, Cause, CriteriaRule, FieldPermission, Grants, Level, ObjectPolicy, OwnerRule, PermissionSet,
    PermissionSetGroup, Principal, Profile, RestrictionRule, Share, SharingRule,
};
use sutra_engine::{Caller, Edit, Reads, Unit};
use sutra_identity::{EmailAddress, User, UserState};
use sutra_kernel::{PortError, RecordId, TerritoryId, Timestamp, UserId, Uuid, Value, WorkspaceId};
use sutra_records::{Fields, ObjectDef, Record, RecordShare, Standing, Whose};

use super::{
    defined::{definitions, name},
    houses::House,
    world::{Thing, World},
};
use crate::in_one_unit;

/// A world, and where it is.
pub(super) struct Settled {
    pub(super) workspace: WorkspaceId,
    /// Those of the world, as they are defined there.
    pub(super) objects: [Arc<ObjectDef>; 3],
    /// The records of the world, as they are called there.
    pub(super) records: Vec<RecordId>,
}

/// More records and shares than a world has.
const MOST: usize = 10_000;

impl Settled {
    /// The records of the world as they are stored, with their standing and, as part of it, with what controls them.
    pub(super) async fn things(&self, reads: &mut dyn Reads) -> Vec<(Record, Standing)> {
        let (mut records, mut standings) = (BTreeMap::new(), BTreeMap::new());
        for object in &self.objects {
            let found = reads.find_records(object.id, &self.records).await.expect("records");
            records.extend(found.into_iter().map(|record| (record.id, record)));
            standings.extend(reads.standings(object.id, &self.records).await.expect("standings"));
        }
        let thing = |id: &RecordId| {
            let record = records.get(id).expect("a record that was made").clone();
            let root = record.control.and_then(|control| records.get(&control.root));
            let standing = standings.remove(id).unwrap_or_default();
            (record, Standing { root: root.cloned().map(Box::new), ..standing })
        };
        self.records.iter().map(thing).collect()
    }
}

impl House {
    /// Moves a world that is closed into a workspace of its own.
    pub(super) async fn settle(&self, world: &World) -> Settled {
        let slug = format!("world-{}", Uuid::from_u128(self.chance()).simple());
        let workspace = self.engine.workspaces().ensure(&slug, "A world").await.expect("a workspace").id;
        let objects = definitions();
        self.write(workspace, async |unit| {
            define(unit, &objects).await?;
            permit(unit, world, &objects).await?;
            people(unit, world, workspace).await?;
            rules(unit, world).await
        })
        .await;
        let mut settled = Settled { workspace, objects: objects.map(Arc::new), records: Vec::new() };
        settled.records = self.fill(world, &settled).await;
        self.write(workspace, async |unit| {
            move_people(unit, world).await?;
            retire(unit, world, workspace).await?;
            unsettle(unit, world).await?;
            withhold(unit, world, &settled).await
        })
        .await;
        settled
    }

    async fn write(
        &self,
        workspace: WorkspaceId,
        work: impl AsyncFnOnce(&mut dyn Unit) -> Result<(), PortError>,
    ) {
        let work = async |unit: &mut dyn Unit| {
            work(&mut *unit).await?;
            unit.bump_policy_epoch().await?;
            unit.bump_metadata_version().await
        };
        in_one_unit(self.store.as_ref(), &self.ports, workspace, work).await;
    }

    /// Makes the records as whoever may do everything, so that they are written with all that belongs to them. Those that
    /// others belong to come first, and are shared before.
    async fn fill(&self, world: &World, settled: &Settled) -> Vec<RecordId> {
        let last = world.users.len() - 1;
        let administrator = self.engine.sessions().act_as(settled.workspace, &address(last)).await;
        let administrator = administrator.expect("the administrator");
        let mut made = vec![RecordId::from_uuid(Uuid::nil()); world.records.len()];
        for object in &settled.objects {
            let of = |(_, thing): &(usize, &Thing)| thing.object == object.id;
            let things: Vec<_> = world.records.iter().enumerate().filter(of).collect();
            let edits: Vec<_> = things.iter().map(|(_, thing)| edit(thing, &made)).collect();
            let ids = self.create(&administrator, object, &edits).await;
            let shares: Vec<_> =
                things.iter().zip(&ids).flat_map(|((_, thing), id)| shares(world, thing, *id)).collect();
            self.write(settled.workspace, async |unit| unit.put_shares(&shares).await).await;
            for ((number, _), id) in things.into_iter().zip(ids) {
                made[number] = id;
            }
        }
        made
    }

    async fn create(&self, administrator: &Caller, object: &ObjectDef, edits: &[Edit]) -> Vec<RecordId> {
        if edits.is_empty() {
            return Vec::new();
        }
        let written = self.engine.records().create_all(administrator, object.name.as_str(), edits).await;
        written.expect("records").into_iter().map(|written| written.value.id).collect()
    }

    fn chance(&self) -> u128 {
        let mut bytes = [0; 16];
        self.ports.entropy.fill(&mut bytes);
        u128::from_le_bytes(bytes)
    }
}

/// What a record has in it. What it refers to is made.
fn edit(thing: &Thing, made: &[RecordId]) -> Edit {
    let mut fields =
        Fields::from([(name("name"), Value::text("Thing")), (name("x"), Value::Integer(thing.x.0))]);
    if let Some(parent) = thing.parent {
        fields.insert(name("parent"), Value::Reference(made[parent]));
    }
    Edit { fields, owner: Some(thing.owner), ..Edit::default() }
}

async fn define(unit: &mut dyn Unit, objects: &[ObjectDef]) -> Result<(), PortError> {
    for object in objects {
        unit.put_object(object).await?;
    }
    Ok(())
}

/// Profiles and permission sets. Whoever makes the records may edit all their fields.
async fn permit(unit: &mut dyn Unit, world: &World, objects: &[ObjectDef]) -> Result<(), PortError> {
    let policy = world.policy();
    for (id, profile) in &policy.profiles {
        let fields = objects.iter().flat_map(|object| &object.fields);
        let fields = fields.map(|field| (field.id, FieldPermission::new(true, true))).collect();
        let grants = Grants { fields, ..profile.grants.clone() };
        unit.put_profile(&Profile { id: *id, name: id.to_string(), grants }).await?;
    }
    for (id, set) in &policy.permission_sets {
        let set = PermissionSet { name: id.to_string(), ..PermissionSet::clone(set) };
        unit.put_permission_set(&set).await?;
    }
    for (id, group) in &policy.permission_set_groups {
        let group = PermissionSetGroup { name: id.to_string(), ..PermissionSetGroup::clone(group) };
        unit.put_permission_set_group(&group).await?;
    }
    Ok(())
}

/// Roles, users, groups and territories. Nobody is out of office yet, who is to own something first.
async fn people(unit: &mut dyn Unit, world: &World, workspace: WorkspaceId) -> Result<(), PortError> {
    // Those above have the smaller numbers, and are there first.
    let roles: BTreeMap<_, _> = world.roles.iter().map(|role| (role.id, role)).collect();
    for role in roles.values() {
        unit.put_role(role).await?;
    }
    let territories: BTreeMap<_, _> = world.territories.iter().map(|it| (it.id, it)).collect();
    for territory in territories.values() {
        unit.put_territory(territory).await?;
    }
    for number in 0..world.users.len() {
        unit.put_user(&user(world, workspace, number), None).await?;
    }
    for subject in &world.users {
        let (permission_sets, permission_set_groups) =
            (subject.permission_sets.clone(), subject.permission_set_groups.clone());
        unit.assign(subject.user, &Assigned { permission_sets, permission_set_groups }).await?;
    }
    for group in &world.groups {
        unit.put_group(group).await?;
    }
    let mut assigned: BTreeMap<TerritoryId, BTreeSet<UserId>> = BTreeMap::new();
    for (territory, user) in &world.assigned {
        assigned.entry(*territory).or_default().insert(*user);
    }
    for (territory, users) in assigned {
        unit.assign_territory(territory, &users).await?;
    }
    Ok(())
}

/// Org-wide defaults, rules that share, and rules that hide.
async fn rules(unit: &mut dyn Unit, world: &World) -> Result<(), PortError> {
    for policy in &world.objects {
        unit.put_object_policy(&ObjectPolicy { settling: false, ..policy.clone() }).await?;
        for rule in policy.owner_rules.iter().cloned() {
            let rule = OwnerRule { name: rule.id.to_string(), ..rule };
            unit.put_sharing_rule(policy.object, &SharingRule::Owner(rule)).await?;
        }
        for rule in policy.criteria_rules.iter().cloned() {
            let rule = CriteriaRule { name: rule.id.to_string(), ..rule };
            unit.put_sharing_rule(policy.object, &SharingRule::Criteria(rule)).await?;
        }
        for rule in &policy.restrictions {
            let named = RestrictionRule { name: rule.id.to_string(), ..RestrictionRule::clone(rule) };
            unit.put_restriction(policy.object, &named).await?;
        }
    }
    Ok(())
}

/// To whom a record is shared; one that another controls to nobody.
fn shares(world: &World, thing: &Thing, record: RecordId) -> Vec<RecordShare> {
    let shares = thing.shares.iter().filter(|_| world.root(thing).is_none());
    let shared = |(principal, level, cause): &(Principal, Level, Cause)| {
        let role = match principal {
            Principal::User(user) => world.role_of(*user),
            _ => None,
        };
        let share = Share { principal: *principal, role, level: *level, cause: *cause };
        RecordShare { object: thing.object, record, share }
    };
    shares.map(shared).collect()
}

/// Writes the role that users had before to what they own and what is shared with them, as if they had just got another.
async fn move_people(unit: &mut dyn Unit, world: &World) -> Result<(), PortError> {
    for (user, before) in &world.moving {
        unit.move_owned(*user, *before, MOST).await?;
        unit.begin_moving(*user, Timestamp::from_micros(0)).await?;
    }
    Ok(())
}

/// Leaves objects between two defaults.
async fn unsettle(unit: &mut dyn Unit, world: &World) -> Result<(), PortError> {
    for policy in world.objects.iter().filter(|policy| policy.settling) {
        unit.put_object_policy(policy).await?;
    }
    Ok(())
}

/// Leaves what records control on its way to follow them. Of which object does not matter: it has no steps here.
async fn withhold(unit: &mut dyn Unit, world: &World, settled: &Settled) -> Result<(), PortError> {
    for (thing, record) in world.records.iter().zip(&settled.records) {
        if let Some(withheld) = world.withheld.get(&thing.record) {
            let whose = Whose::Under(*record, *withheld);
            let [object, ..] = &settled.objects;
            unit.begin_resharing(object.id, whose, Timestamp::from_micros(0)).await?;
        }
    }
    unit.bump_policy_epoch().await
}

/// Lets those go who do not work there any more.
async fn retire(unit: &mut dyn Unit, world: &World, workspace: WorkspaceId) -> Result<(), PortError> {
    for (number, _) in world.users.iter().enumerate().filter(|(_, subject)| !subject.active) {
        let known = user(world, workspace, number);
        let retired = User { state: UserState::Deactivated, version: known.version + 1, ..known.clone() };
        unit.put_user(&retired, Some(known.version)).await?;
    }
    Ok(())
}

fn user(world: &World, workspace: WorkspaceId, number: usize) -> User {
    let subject = &world.users[number];
    User {
        workspace,
        id: subject.user,
        email: EmailAddress::parse(&address(number)).expect("an address"),
        name: format!("User {number}"),
        profile: subject.profile,
        role: subject.role,
        state: UserState::Active,
        version: 1,
        created_at: Timestamp::from_micros(0),
        updated_at: Timestamp::from_micros(0),
    }
}

fn address(user: usize) -> String {
    format!("user{user}@world.example")
}
