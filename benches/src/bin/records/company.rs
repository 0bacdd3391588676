//! What the measured databases hold: one workspace, an administrator, a team of sellers, and their accounts.

use std::sync::Arc;

use sutra_benches::Place;
use sutra_engine::{
    Caller, Credentials, Edit, FirstAdministrator, MAX_RECORDS, NewMember, Origin, SignInStep,
};
use sutra_identity::Delivery;
use sutra_kernel::{ApiName, Currency, Decimal, Money, ObjectId, RecordId, RoleId, UserId, Value};
use sutra_records::{Fields, ObjectDef};

/// Who is there.
pub(crate) struct Company {
    /// Sees everything.
    pub(crate) admin: Caller,
    /// A session of the administrator.
    pub(crate) token: String,
    /// Sees what the team below has.
    pub(crate) lead: Caller,
    pub(crate) team: RoleId,
    pub(crate) account: ObjectId,
    /// Of an account.
    pub(crate) definition: Arc<ObjectDef>,
    pub(crate) contact: ObjectId,
    /// Some of the accounts.
    pub(crate) accounts: Vec<RecordId>,
}

const PASSWORD: &str = "seven quiet herons at dusk";
const SELLERS: usize = 10;
/// So few that each has more accounts than a page.
const CITIES: usize = 100;

impl Company {
    /// Makes everything, through the use cases.
    pub(crate) async fn found(place: &Place, count: usize) -> Self {
        let engine = &place.engine;
        let workspace = engine.workspaces().ensure("bench", "Bench").await.unwrap().id;
        let nobody = Caller::anonymous(workspace, engine.new_request_id(), Origin::default());
        let link = engine.workspaces().offer_setup_link(workspace).await.unwrap().unwrap();
        let (email, name) = ("admin@bench.example".to_owned(), "Ada".to_owned());
        let first = FirstAdministrator { email: email.clone(), name, password: PASSWORD.to_owned() };
        engine.workspaces().complete_setup(&nobody, link.expose(), first).await.unwrap();
        let admin = engine.sessions().act_as(workspace, &email).await.unwrap();
        let credentials =
            Credentials { email, password: PASSWORD.to_owned(), delivery: Delivery::Bearer, device: None };
        let SignInStep::SignedIn(session) =
            engine.sign_in().with_password(&nobody, credentials).await.unwrap()
        else {
            panic!("the administrator is let in")
        };
        let (lead, team, sellers) = hire(place, &admin, &nobody).await;
        let viewing = engine.view(&admin).await.unwrap();
        let [account, contact] =
            ["account", "contact"].map(|name| viewing.metadata().object_named(name).unwrap().clone());
        viewing.close().await.unwrap();
        let accounts = fill(place, &admin, &sellers, count).await;
        meet(place, &admin, &accounts).await;
        let token = session.token.expose().to_owned();
        Self {
            admin,
            token,
            lead,
            team,
            account: account.id,
            definition: account,
            contact: contact.id,
            accounts,
        }
    }
}

/// Makes a lead, and sellers in the role below.
async fn hire(place: &Place, admin: &Caller, nobody: &Caller) -> (Caller, RoleId, Vec<UserId>) {
    let engine = &place.engine;
    let lead_role = engine.permissions().create_role(admin, "Lead", None).await.unwrap().value.id;
    let team = engine.permissions().create_role(admin, "Team", Some(lead_role)).await.unwrap().value.id;
    let viewing = engine.view(admin).await.unwrap();
    let profiles = viewing.profiles().await.unwrap();
    viewing.close().await.unwrap();
    let profile = profiles.iter().find(|profile| profile.name == "Standard User").unwrap().id;
    let mut hired = Vec::new();
    for number in 0..=SELLERS {
        let email = format!("user{number}@bench.example");
        let role = Some(if number == 0 { lead_role } else { team });
        let new = NewMember { email: email.clone(), name: format!("User {number}"), profile, role };
        let invited = engine.members().invite(admin, &new).await.unwrap().value;
        let token = invited.token.unwrap();
        engine.members().activate(nobody, &email, token.expose(), PASSWORD.to_owned()).await.unwrap();
        hired.push(invited.user.id);
    }
    let lead = engine.sessions().act_as(admin.workspace(), "user0@bench.example").await.unwrap();
    (lead, team, hired.split_off(1))
}

/// Every other account belongs to a seller, the others to the administrator.
async fn fill(place: &Place, admin: &Caller, sellers: &[UserId], count: usize) -> Vec<RecordId> {
    let mut made = Vec::with_capacity(count);
    let numbers: Vec<usize> = (0..count).collect();
    for numbers in numbers.chunks(MAX_RECORDS) {
        let edits: Vec<Edit> = numbers
            .iter()
            .map(|number| {
                let owner = (number % 2 == 0).then(|| sellers[number / 2 % sellers.len()].into());
                Edit { fields: account(*number), owner, ..Edit::default() }
            })
            .collect();
        let written = place.engine.records().create_all(admin, "account", &edits).await.unwrap();
        made.extend(written.into_iter().map(|written| written.value.id));
    }
    made
}

/// A contact at every fifth account.
async fn meet(place: &Place, admin: &Caller, accounts: &[RecordId]) {
    let some: Vec<(usize, RecordId)> = accounts.iter().copied().enumerate().step_by(5).collect();
    for some in some.chunks(MAX_RECORDS) {
        let edits = some.iter().map(|(number, account)| contact(*number, *account));
        let edits: Vec<Edit> = edits.map(|fields| Edit { fields, ..Edit::default() }).collect();
        drop(place.engine.records().create_all(admin, "contact", &edits).await.unwrap());
    }
}

/// The values of a contact.
pub(crate) fn contact(number: usize, account: RecordId) -> Fields {
    let fields = [
        ("firstName", Value::text("Greta")),
        ("lastName", Value::text(format!("Holm {number}"))),
        ("email", Value::text(format!("greta{number}@bench.example"))),
        ("phone", Value::text(format!("+46 555 {:06}", number % 1_000_000))),
        ("title", Value::text("Buyer")),
        ("account", Value::Reference(account)),
    ];
    fields.into_iter().map(|(name, value)| (ApiName::parse(name).unwrap(), value)).collect()
}

/// The values of an account.
pub(crate) fn account(number: usize) -> Fields {
    let (words, whole) =
        (|word: &str| Value::text(format!("{word} {number}")), i64::try_from(number).unwrap());
    let currency: Currency = "EUR".parse().unwrap();
    let fields = [
        ("name", Value::text(format!("Account {:06}", number * 7_919 % 1_000_000))),
        ("phone", Value::text(format!("+46 555 {:06}", number % 1_000_000))),
        ("type", Value::text("Customer")),
        ("industry", words("Industry")),
        ("numberOfEmployees", Value::Integer(whole % 5_000)),
        ("annualRevenue", Value::Money(Money { amount: Decimal::from(number * 13 % 900_000), currency })),
        ("billingStreet", words("Harbour Street")),
        ("billingCity", Value::text(format!("City {:03}", number % CITIES))),
        ("billingCountry", Value::text("Sweden")),
    ];
    fields.into_iter().map(|(name, value)| (ApiName::parse(name).unwrap(), value)).collect()
}
