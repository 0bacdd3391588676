//! What the people of the demo company work on.

use std::time::Duration;

use sutra_engine::{Caller, Edit, Engine};
use sutra_kernel::{ApiName, Currency, Decimal, Money, RecordId, Value, WorkspaceId};

use super::{
    chance::Chance,
    people::{MANAGERS, REPS},
};
use crate::failure::Failure;

const SEED: u64 = 0x5355_5452_4131;

const COMPANIES: [&str; 24] = [
    "Aspen", "Birch", "Cobalt", "Delta", "Ember", "Fjord", "Granite", "Harbor", "Indigo", "Juniper",
    "Kestrel", "Lumen", "Meadow", "Nimbus", "Orchard", "Pioneer", "Quartz", "Ridge", "Summit", "Tundra",
    "Umber", "Vertex", "Willow", "Zephyr",
];
const BRANCHES: [&str; 8] =
    ["Foods", "Logistics", "Robotics", "Textiles", "Energy", "Optics", "Paper", "Instruments"];
const CITIES: [(&str, &str); 6] = [
    ("Uppsala", "Sweden"),
    ("Aarhus", "Denmark"),
    ("Leipzig", "Germany"),
    ("Porto", "Portugal"),
    ("Bologna", "Italy"),
    ("Lyon", "France"),
];
const FIRST_NAMES: [&str; 12] = [
    "Amara", "Bruno", "Celia", "Dmitri", "Elif", "Farid", "Greta", "Hugo", "Ingrid", "Jamal", "Keiko", "Lars",
];
const LAST_NAMES: [&str; 12] = [
    "Almeida",
    "Bergström",
    "Costa",
    "Dvořák",
    "Eriksen",
    "Fischer",
    "García",
    "Holm",
    "Ibrahim",
    "Jansen",
    "Kaya",
    "Lindgren",
];
const TITLES: [&str; 5] =
    ["Head of Purchasing", "Managing Director", "Engineer", "Controller", "Office Manager"];
const TYPES: [&str; 4] = ["Prospect", "Customer", "Partner", "Supplier"];
const STAGES: [&str; 5] =
    ["Prospecting", "Qualification", "Proposal/Price Quote", "Negotiation/Review", "Closed Won"];
const THINGS: [&str; 5] = ["Starter package", "Renewal", "Extension", "Pilot", "Framework contract"];
const TO_DO: [&str; 5] =
    ["Call back", "Send the offer", "Prepare the visit", "Ask for a reference", "Check the contract"];
const CAMPAIGNS: [&str; 4] = ["Spring fair", "Webinar series", "Reference visits", "Newsletter relaunch"];

const ACCOUNTS_EACH: usize = 6;
const DAY: u64 = 24 * 60 * 60;

/// Lets everybody make records of their own.
pub(super) async fn fill(engine: &Engine, workspace: WorkspaceId) -> Result<(), Failure> {
    let mut chance = Chance::seeded(SEED);
    for (rep, companies) in REPS.iter().zip(COMPANIES.chunks(ACCOUNTS_EACH)) {
        let caller = engine.sessions().act_as(workspace, rep.email).await?;
        let mut desk = Desk { engine, caller, chance: &mut chance };
        for company in companies {
            desk.account(company).await?;
        }
    }
    for (manager, campaigns) in MANAGERS.iter().zip(CAMPAIGNS.chunks(2)) {
        let caller = engine.sessions().act_as(workspace, manager.email).await?;
        let mut desk = Desk { engine, caller, chance: &mut chance };
        for campaign in campaigns {
            desk.campaign(campaign).await?;
        }
    }
    Ok(())
}

/// Where one person makes records.
struct Desk<'a> {
    engine: &'a Engine,
    caller: Caller,
    chance: &'a mut Chance,
}

impl Desk<'_> {
    /// An account, with people, a chance or two to sell, and something to do.
    async fn account(&mut self, company: &str) -> Result<(), Failure> {
        let branch = self.chance.pick(&BRANCHES);
        let (city, country) = self.city();
        let account = [
            ("name", Value::text(format!("{company} {branch}"))),
            ("type", Value::text(self.chance.pick(&TYPES))),
            ("industry", Value::text(branch)),
            ("phone", self.phone()),
            ("numberOfEmployees", self.number(5, 4_000)),
            ("annualRevenue", self.money(200, 90_000)?),
            ("billingCity", Value::text(city)),
            ("billingCountry", Value::text(country)),
        ];
        let account = self.create("account", account).await?;
        let contact = self.contact(company, account).await?;
        self.contact(company, account).await?;
        self.opportunity(account).await?;
        self.task(account, contact).await
    }

    async fn contact(&mut self, company: &str, account: RecordId) -> Result<RecordId, Failure> {
        let (first, last) = (self.chance.pick(&FIRST_NAMES), self.chance.pick(&LAST_NAMES));
        let mailbox = first.to_lowercase();
        let contact = [
            ("firstName", Value::text(first)),
            ("lastName", Value::text(last)),
            ("title", Value::text(self.chance.pick(&TITLES))),
            ("email", Value::text(format!("{mailbox}@{}.example", company.to_lowercase()))),
            ("phone", self.phone()),
            ("account", Value::Reference(account)),
        ];
        self.create("contact", contact).await
    }

    async fn opportunity(&mut self, account: RecordId) -> Result<(), Failure> {
        let opportunity = [
            ("name", Value::text(self.chance.pick(&THINGS))),
            ("stage", Value::text(self.chance.pick(&STAGES))),
            ("amount", self.money(1, 250)?),
            ("closeDate", self.day(7, 180)),
            ("probability", Value::Decimal(Decimal::from(10 * self.chance.between(1, 9)))),
            ("account", Value::Reference(account)),
        ];
        self.create("opportunity", opportunity).await.map(drop)
    }

    async fn task(&mut self, account: RecordId, contact: RecordId) -> Result<(), Failure> {
        let task = [
            ("subject", Value::text(self.chance.pick(&TO_DO))),
            ("status", Value::text("Not Started")),
            ("priority", Value::text("Normal")),
            ("dueDate", self.day(1, 30)),
            ("account", Value::Reference(account)),
            ("contact", Value::Reference(contact)),
        ];
        self.create("task", task).await.map(drop)
    }

    async fn campaign(&mut self, name: &str) -> Result<(), Failure> {
        let campaign = [
            ("name", Value::text(name)),
            ("status", Value::text("Planned")),
            ("startDate", self.day(10, 60)),
            ("budgetedCost", self.money(2, 40)?),
            ("numberSent", self.number(50, 5_000)),
            ("active", Value::Boolean(true)),
        ];
        self.create("campaign", campaign).await.map(drop)
    }

    async fn create<const N: usize>(
        &self,
        object: &str,
        fields: [(&str, Value); N],
    ) -> Result<RecordId, Failure> {
        let named = fields.into_iter().map(|(name, value)| Ok((ApiName::parse(name)?, value)));
        let fields = named.collect::<Result<_, sutra_kernel::NameError>>();
        let fields = fields.map_err(|error| Failure::new(error.to_string()))?;
        let edit = Edit { fields, ..Edit::default() };
        Ok(self.engine.records().create(&self.caller, object, &edit).await?.value.id)
    }

    fn city(&mut self) -> (&'static str, &'static str) {
        let place = usize::try_from(self.chance.below(CITIES.len() as u64)).unwrap_or(0);
        CITIES.get(place).copied().unwrap_or_default()
    }

    fn phone(&mut self) -> Value {
        Value::text(format!("+46 555 {:06}", self.chance.below(1_000_000)))
    }

    fn number(&mut self, least: u64, most: u64) -> Value {
        Value::Integer(i64::try_from(self.chance.between(least, most)).unwrap_or(i64::MAX))
    }

    /// Between so many thousands.
    fn money(&mut self, least: u64, most: u64) -> Result<Value, Failure> {
        let currency: Currency = "EUR".parse().map_err(|_| Failure::new("EUR is no currency"))?;
        let amount = Decimal::from(1_000 * self.chance.between(least, most));
        Ok(Value::Money(Money { amount, currency }))
    }

    /// A day after today.
    fn day(&mut self, least: u64, most: u64) -> Value {
        let later = Duration::from_secs(DAY * self.chance.between(least, most));
        Value::Date(self.engine.now().plus(later).date())
    }
}
