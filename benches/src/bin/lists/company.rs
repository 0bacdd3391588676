//! A large company: who is there, and whose the accounts are.

use std::fmt;

use serde_json::{Value as Json, json};
use sutra_benches::{Bare, Copies, Dice, Given, Place, in_one_unit};
use sutra_engine::{Caller, Edit, FirstAdministrator, MAX_RECORDS, Origin};
use sutra_identity::{EmailAddress, User, UserState};
use sutra_kernel::{ApiName, ObjectId, ProfileId, RecordId, RoleId, Timestamp, Uuid, Value};

use crate::{
    hierarchy::{Hierarchy, role_id, user_id},
    sharing,
};

/// How large it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) accounts: usize,
    pub(crate) users: usize,
    pub(crate) roles: usize,
    pub(crate) groups: usize,
}

/// Who is there, and what there is.
pub(crate) struct Company {
    pub(crate) size: Size,
    pub(crate) hierarchy: Hierarchy,
    pub(crate) admin: Caller,
    pub(crate) account: ObjectId,
    /// The accounts, from the oldest to the newest.
    pub(crate) accounts: Vec<RecordId>,
}

/// Of those accounts all others are copies, so that there are so many different names.
const MODELS: usize = 1_000;

const ADMIN: &str = "admin@vast.example";

impl Size {
    pub(crate) const QUICK: Self = Self { accounts: 3_000, users: 200, roles: 60, groups: 10 };

    /// A company of 15,000 people with so many accounts.
    pub(crate) fn of(accounts: usize) -> Self {
        Self { accounts, users: 15_000, roles: 2_000, groups: 500 }
    }

    /// How many accounts the one has who has by far the most: a fifth.
    fn of_one(self) -> usize {
        self.accounts / 5
    }

    /// How many shares there are.
    pub(crate) fn shares(self) -> usize {
        self.accounts / 5
    }
}

impl Company {
    pub(crate) async fn found(place: &Place, size: Size) -> Self {
        let (admin, profile) = admit(place).await;
        let hierarchy = Hierarchy::new(size.roles);
        in_one_unit(&place.store, &place.ports, admin.workspace(), async |unit| {
            for role in hierarchy.roles() {
                unit.put_role(&role).await?;
            }
            for number in 0..size.users {
                unit.put_user(&user(&admin, hierarchy, profile, number), None).await?;
            }
            for group in sharing::groups(size) {
                unit.put_group(&group).await?;
            }
            unit.bump_policy_epoch().await
        })
        .await;
        let viewing = place.engine.view(&admin).await.unwrap();
        let account = viewing.metadata().object_named("account").unwrap().id;
        viewing.close().await.unwrap();
        let mut company = Self { size, hierarchy, admin, account, accounts: Vec::new() };
        let models = models(place, &company.admin).await;
        let mut bare = place.bare(company.admin.workspace()).await;
        company.accounts = company.fill(place, &mut bare, &models).await;
        sharing::share(place, &company, &mut bare, models[0]).await;
        place.analyze().await;
        company
    }

    /// Copies the models until there are enough accounts.
    async fn fill(&self, place: &Place, bare: &mut Bare, models: &[RecordId]) -> Vec<RecordId> {
        let (start, mut dice) = (place.engine.now(), Dice::new(1));
        let ids = (0..self.size.accounts).map(|number| {
            let after = std::time::Duration::from_millis(number.try_into().unwrap());
            RecordId::generate(start.plus(after), place.ports.entropy.as_ref())
        });
        let ids: Vec<_> = ids.collect();
        let copy = |(number, id): (usize, &RecordId)| {
            let owner = self.owner(number, &mut dice);
            let (owner, role) = (digits(user_id(owner).uuid()), role_id(self.hierarchy.role_of(owner)));
            json!({
                "model": digits(models[number % models.len()].uuid()), "id": digits(id.uuid()),
                "owner_id": owner, "access_owner_id": owner, "access_role_id": digits(role.uuid()),
            })
        };
        let copies: Vec<Json> = ids.iter().enumerate().map(copy).collect();
        let given = [("owner_id", Given::Id), ("access_owner_id", Given::Id), ("access_role_id", Given::Id)];
        let record = Copies { table: "record", key: "id", given: &given };
        record.make(bare, self.admin.workspace().uuid(), &copies).await;
        ids
    }

    /// Whose an account is: of the oldest tenth, one of those below the old director, who have no others; of the rest, two
    /// of nine are one owner's.
    fn owner(&self, number: usize, dice: &mut Dice) -> usize {
        let is_old = number < self.size.accounts / 10;
        if !is_old && number % 9 < 2 {
            return self.busiest();
        }
        loop {
            let user = dice.below(self.size.users);
            if self.is_old(user) == is_old && user != self.busiest() {
                return user;
            }
        }
    }

    /// The one with a fifth of all accounts, at the bottom of the hierarchy.
    pub(crate) fn busiest(&self) -> usize {
        self.somebody(5, 1)
    }

    /// Whether the user is the director who has nothing but what is old, or below him.
    fn is_old(&self, user: usize) -> bool {
        let (role, director) = (self.hierarchy.role_of(user), self.hierarchy.first(2));
        role == director || self.hierarchy.is_below(role, director)
    }

    /// Users of a level, by number, not below the old director.
    pub(crate) fn somebody(&self, level: usize, number: usize) -> usize {
        let fits = |user: &usize| self.hierarchy.level(self.hierarchy.role_of(*user)) == level;
        (0..self.size.users).filter(fits).filter(|user| !self.is_old(*user)).nth(number).unwrap()
    }

    /// The director below whom all is old.
    pub(crate) fn old_director(&self) -> usize {
        self.hierarchy.first(2)
    }

    /// The role at the top, and two right below it.
    pub(crate) fn upper_roles(&self) -> [RoleId; 3] {
        [0, 1, 2].map(role_id)
    }

    pub(crate) fn users_below(&self, role: usize) -> usize {
        let below = |user: &usize| self.hierarchy.is_below(self.hierarchy.role_of(*user), role);
        (0..self.size.users).filter(below).count()
    }

    /// The caller that a user is.
    pub(crate) async fn caller(&self, place: &Place, user: usize) -> Caller {
        place.engine.sessions().act_as(self.admin.workspace(), &address(user)).await.unwrap()
    }
}

/// An administrator in a new workspace, and the profile of everybody else.
async fn admit(place: &Place) -> (Caller, ProfileId) {
    let engine = &place.engine;
    let workspace = engine.workspaces().ensure("vast", "Vast").await.unwrap().id;
    let nobody = Caller::anonymous(workspace, engine.new_request_id(), Origin::default());
    let link = engine.workspaces().offer_setup_link(workspace).await.unwrap().unwrap();
    let password = "seven quiet herons at dusk".to_owned();
    let first = FirstAdministrator { email: ADMIN.to_owned(), name: "Ada".to_owned(), password };
    engine.workspaces().complete_setup(&nobody, link.expose(), first).await.unwrap();
    let admin = engine.sessions().act_as(workspace, ADMIN).await.unwrap();
    let viewing = engine.view(&admin).await.unwrap();
    let profiles = viewing.profiles().await.unwrap();
    viewing.close().await.unwrap();
    (admin, profiles.iter().find(|profile| profile.name == "Standard User").unwrap().id)
}

fn user(admin: &Caller, hierarchy: Hierarchy, profile: ProfileId, number: usize) -> User {
    User {
        workspace: admin.workspace(),
        id: user_id(number),
        email: EmailAddress::parse(&address(number)).unwrap(),
        name: format!("User {number}"),
        profile,
        role: Some(role_id(hierarchy.role_of(number))),
        state: UserState::Active,
        version: 1,
        created_at: Timestamp::from_micros(0),
        updated_at: Timestamp::from_micros(0),
    }
}

fn address(user: usize) -> String {
    format!("user{user}@vast.example")
}

/// Accounts as the product makes them.
async fn models(place: &Place, admin: &Caller) -> Vec<RecordId> {
    let edits: Vec<_> = (0..MODELS.min(MAX_RECORDS)).map(edit).collect();
    let made = place.engine.records().create_all(admin, "account", &edits).await.unwrap();
    made.into_iter().map(|made| made.value.id).collect()
}

fn edit(number: usize) -> Edit {
    let fields = [
        ("name", Value::text(format!("Account {:04}", number * 7_919 % 10_000))),
        ("type", Value::text("Customer")),
        ("industry", Value::text(format!("Industry {}", number % 40))),
        ("numberOfEmployees", Value::Integer((number * 13 % 5_000).try_into().unwrap())),
        ("billingCity", Value::text(format!("City {:03}", number % 100))),
    ];
    let fields = fields.into_iter().map(|(name, value)| (ApiName::parse(name).unwrap(), value));
    Edit { fields: fields.collect(), ..Edit::default() }
}

/// An identifier as 32 digits.
pub(crate) fn digits(id: Uuid) -> String {
    id.simple().to_string()
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accounts, users, roles, groups } = self;
        let (shares, of_one) = (self.shares(), self.of_one());
        write!(
            f,
            "{accounts} accounts ({of_one} of one owner), {users} users, {roles} roles, {groups} groups, {shares} shares"
        )
    }
}
