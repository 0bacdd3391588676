//! Access decisions in a program that has nothing to do with a CRM: the dossiers of a law firm.
//!
//! `cargo run -p sutra-examples --example access`
//!
//! The program keeps its dossiers as it likes. It hands over what a decision needs to know of one, and gets the
//! decision, the reasons, or the records that a list may hold.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fmt::Write as _,
    io::{self, Write as _},
    sync::Arc,
};

use sutra_acl::{
    Action, Audience, Cause, Directory, Facts, Fields, Grants, Ground, Group, Level, ObjectPermissions,
    ObjectPolicy, OrgWideDefault, Owner, People, Policy, Principal, Profile, RestrictionRule, Role, RoleTree,
    Share, Subject, TerritoryTree, UserPlan,
};
use sutra_kernel::{
    ApiName, Condition, GroupId, ObjectId, ProfileId, RecordId, RestrictionRuleId, RoleId, Test, UserId,
    Uuid, Value, WorkspaceId,
};

/// A dossier, as this program has it.
struct Dossier {
    title: &'static str,
    opponent: &'static str,
    lawyer: UserId,
    shares: Vec<Share>,
}

impl Fields for Dossier {
    fn value(&self, field: &ApiName) -> Value {
        if field.as_str() == "opponent" { Value::text(self.opponent) } else { Value::Null }
    }
}

fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// A way to a record, in the words of this program.
fn word(ground: &Ground) -> &'static str {
    match ground {
        Ground::Owner => "it is hers",
        Ground::Hierarchy(_) => "an associate's",
        Ground::Share(_) => "shared with the experts",
        Ground::ShareBelow(_) => "shared with somebody below",
        _ => "another way",
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    Ok(io::stdout().write_all(report()?.as_bytes())?)
}

/// The firm, its people, and how its dossiers are open to them.
struct Firm {
    dossiers: ObjectId,
    lawyer: ProfileId,
    associate: RoleId,
    partner: RoleId,
    ann: UserId,
    bo: UserId,
    cy: UserId,
    experts: GroupId,
    policy: Policy,
}

impl Firm {
    fn new() -> Result<Self, Box<dyn Error>> {
        let (firm, dossiers) = (WorkspaceId::from_uuid(uuid(1)), ObjectId::from_uuid(uuid(2)));
        let (partner, associate) = (RoleId::from_uuid(uuid(3)), RoleId::from_uuid(uuid(4)));
        let [ann, bo, cy] = [5, 6, 7].map(|number| UserId::from_uuid(uuid(number)));
        let (experts, lawyer) = (GroupId::from_uuid(uuid(8)), ProfileId::from_uuid(uuid(9)));

        // Lawyers may change dossiers. A dossier is its lawyer's, and the partner's above her.
        let grants =
            Grants { objects: BTreeMap::from([(dossiers, ObjectPermissions::UPDATE)]), ..Grants::default() };
        let profile = Profile { id: lawyer, name: "Lawyer".into(), grants };
        let roles = RoleTree::compile(&[
            Role { id: partner, name: "Partner".into(), parent: None },
            Role { id: associate, name: "Associate".into(), parent: Some(partner) },
        ])?;
        // Bo is among the tax experts, who may be asked for help.
        let members = BTreeSet::from([Principal::User(bo)]);
        let group = Group { id: experts, name: "Tax experts".into(), queue: false, members };
        let people = People { roles: BTreeMap::from([(bo, associate)]), ..People::default() };
        let mut private = ObjectPolicy::new(dossiers, OrgWideDefault::Private, true);
        private.restrictions.push(Arc::new(wall(cy)?));
        let policy = Policy {
            roles,
            profiles: BTreeMap::from([(lawyer, Arc::new(profile))]),
            directory: Directory::compile(vec![group], TerritoryTree::default(), people)?,
            objects: BTreeMap::from([(dossiers, private)]),
            ..Policy::closed(firm, 1)
        };
        Ok(Self { dossiers, lawyer, associate, partner, ann, bo, cy, experts, policy })
    }

    fn plan(&self, user: UserId, role: RoleId) -> UserPlan {
        let subject = Subject::new(self.policy.workspace, user, self.lawyer);
        UserPlan::compile(&self.policy, &Subject { role: Some(role), ..subject })
    }
}

/// Cy was with Hooli once: its dossiers are kept from him, whatever opens them.
fn wall(cy: UserId) -> Result<RestrictionRule, Box<dyn Error>> {
    Ok(RestrictionRule {
        id: RestrictionRuleId::from_uuid(uuid(10)),
        name: "Former employees of Hooli".into(),
        binds: Audience::Some {
            profiles: BTreeSet::new(),
            principals: BTreeSet::from([Principal::User(cy)]),
        },
        condition: Condition::test(ApiName::parse("opponent")?, Test::Neq(Value::text("Hooli"))),
    })
}

/// Who may do what with two dossiers, and why.
fn report() -> Result<String, Box<dyn Error>> {
    let firm = Firm::new()?;
    let asked = Share {
        principal: Principal::Group(firm.experts),
        role: None,
        level: Level::Read,
        cause: Cause::Manual,
    };
    let dossiers = [
        Dossier { title: "Acme v. Initech", opponent: "Initech", lawyer: firm.ann, shares: vec![asked] },
        Dossier { title: "Acme v. Hooli", opponent: "Hooli", lawyer: firm.ann, shares: Vec::new() },
    ];
    let people =
        [("Ann", firm.ann, firm.associate), ("Bo", firm.bo, firm.associate), ("Cy", firm.cy, firm.partner)];
    let mut report = String::new();
    for (name, user, role) in people {
        let plan = firm.plan(user, role);
        let plan = plan.object(firm.dossiers);
        for (number, dossier) in (20..).zip(&dossiers) {
            let record = RecordId::from_uuid(uuid(number));
            let facts = Facts::new(firm.policy.workspace, firm.dossiers, record, Owner::User(dossier.lawyer));
            let (owner_role, shares) = (Some(firm.associate), dossier.shares.as_slice());
            let facts = Facts { version: 1, owner_role, shares, values: dossier, ..facts };
            let may = |action| if plan.decide(action, &facts).is_allow() { "yes" } else { "no" };
            let (read, change) = (may(Action::Read), may(Action::Update));
            writeln!(report, "{name}, {}: read {read}, change {change}", dossier.title)?;
            let why = plan.explain(Action::Read, &facts);
            let ways: Vec<_> =
                why.grounds.iter().map(|(way, level)| format!("{} ({level:?})", word(way))).collect();
            let walls: Vec<_> = why.restrictions.iter().map(|(_, is_met)| is_met).collect();
            writeln!(report, "    opened by: {}; walls passed: {walls:?}", ways.join(", "))?;
            assert_eq!(
                plan.scope().admits(&facts),
                read == "yes",
                "a list has what may be read, and nothing else"
            );
        }
    }
    Ok(report)
}

#[test]
fn the_wall_holds_and_a_share_opens() -> Result<(), Box<dyn Error>> {
    let report = report()?;
    for line in [
        "Ann, Acme v. Hooli: read yes, change yes",
        "Bo, Acme v. Initech: read yes, change no",
        "Bo, Acme v. Hooli: read no, change no",
        "Cy, Acme v. Initech: read yes, change yes",
        "Cy, Acme v. Hooli: read no, change no",
    ] {
        assert!(report.contains(line), "{line}\n{report}");
    }
    Ok(())
}
