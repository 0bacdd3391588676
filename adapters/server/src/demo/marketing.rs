//! What a marketer does at a visit to the desk; and the products, which are there from the first day.

use sutra_kernel::{RecordId, Value};

use super::{
    calendar,
    desk::{Desk, Named},
    sales::Company,
    words,
};
use crate::failure::Failure;

const SOURCES: [&str; 4] = ["Web", "Event", "Advertisement", "Referral"];
const KINDS: [&str; 4] = ["Conference", "Webinar", "Trade Show", "E-mail"];
const CAMPAIGN_STATUSES: [&str; 3] = ["Planned", "In Progress", "Completed"];
const LEAD_STATUSES: [&str; 3] = ["New", "Contacted", "Qualified"];

/// What one marketer has going.
#[derive(Default)]
pub(super) struct Funnel {
    campaigns: Vec<Step>,
    leads: Vec<Step>,
}

/// A record, and which of its statuses it has come to.
#[derive(Clone, Copy)]
struct Step {
    id: RecordId,
    status: usize,
}

impl Desk<'_> {
    /// Goes on with campaigns and leads, and begins more.
    pub(super) async fn market(&mut self, funnel: &mut Funnel) -> Result<(), Failure> {
        self.move_campaigns_on(funnel).await?;
        self.move_leads_on(funnel).await?;
        let campaigns = self.share(self.scale.campaigns).map(|number| self.campaign(number));
        let campaigns = campaigns.collect::<Result<_, _>>()?;
        let made = self.create("campaign", campaigns).await?;
        funnel.campaigns.extend(made.into_iter().map(|id| Step { id, status: 0 }));
        let numbers = self.share(self.scale.leads).map(|number| number + self.scale.accounts);
        let leads = numbers.map(|number| self.lead(number, funnel)).collect();
        let made = self.create("lead", leads).await?;
        funnel.leads.extend(made.into_iter().map(|id| Step { id, status: 0 }));
        Ok(())
    }

    fn campaign(&mut self, number: u64) -> Result<Named, Failure> {
        let starts = self.chance.between(10, 40);
        let day = |days| Value::Date(calendar::days_after(self.engine.now(), days).date());
        let (start, end) = (day(starts), day(starts + 30));
        let place = usize::try_from(number).unwrap_or(0) % words::CAMPAIGNS.len();
        let name = words::CAMPAIGNS.get(place).copied().unwrap_or_default();
        Ok(vec![
            ("name", Value::text(format!("{name} {}", number + 1))),
            ("status", Value::text("Planned")),
            ("type", self.pick(&KINDS)),
            ("startDate", start),
            ("endDate", end),
            ("budgetedCost", self.euros(2_000, 40_000)?),
            ("numberSent", self.number(50, 5_000)),
            ("active", Value::Boolean(true)),
        ])
    }

    fn lead(&mut self, number: u64, funnel: &Funnel) -> Named {
        let (first, last) = (self.chance.pick(&words::FIRST_NAMES), self.chance.pick(&words::LAST_NAMES));
        let company = Company::numbered(number + self.offset);
        let (city, country, phone) = self.place();
        let campaign =
            self.chance.one_of(&funnel.campaigns).map_or(Value::Null, |it| Value::Reference(it.id));
        vec![
            ("firstName", Value::text(first)),
            ("lastName", Value::text(last)),
            ("title", self.pick(&words::TITLES)),
            (
                "email",
                Value::text(format!("{}@{}.example", first.to_lowercase(), company.word.to_lowercase())),
            ),
            ("phone", phone),
            ("company", Value::text(company.name)),
            ("industry", Value::text(company.branch)),
            ("city", city),
            ("country", country),
            ("status", Value::text("New")),
            ("leadSource", self.pick(&SOURCES)),
            ("rating", self.pick(&["Hot", "Warm", "Cold"])),
            ("campaign", campaign),
        ]
    }

    async fn move_campaigns_on(&mut self, funnel: &mut Funnel) -> Result<(), Failure> {
        let mut changes = Vec::new();
        for campaign in &mut funnel.campaigns {
            let next = campaign.status + 1;
            let Some(status) = CAMPAIGN_STATUSES.get(next) else { continue };
            campaign.status = next;
            let mut change = vec![("status", Value::text(*status))];
            if *status == "Completed" {
                change.push(("actualCost", self.euros(2_000, 45_000)?));
                change.push(("active", Value::Boolean(false)));
            }
            changes.push((campaign.id, change));
        }
        self.update("campaign", changes).await
    }

    async fn move_leads_on(&mut self, funnel: &mut Funnel) -> Result<(), Failure> {
        let (mut changes, mut open) = (Vec::new(), Vec::new());
        for lead in funnel.leads.drain(..) {
            let next = Step { status: lead.status + 1, ..lead };
            match (self.chance.below(6), LEAD_STATUSES.get(next.status)) {
                (0, _) => open.push(lead),
                (1, _) => changes.push((lead.id, vec![("status", Value::text("Unqualified"))])),
                (_, Some(status)) => {
                    changes.push((lead.id, vec![("status", Value::text(*status))]));
                    open.push(next);
                }
                (_, None) => {}
            }
        }
        funnel.leads = open;
        self.update("lead", changes).await
    }

    /// What the company sells.
    pub(super) async fn fill_catalogue(&mut self) -> Result<(), Failure> {
        let models = words::PRODUCTS.iter().flat_map(|product| words::MODELS.map(|model| (*product, model)));
        let mut records = Vec::new();
        for ((product, model), number) in models.zip(0..self.scale.products) {
            records.push(vec![
                ("name", Value::text(format!("{product} {model}"))),
                ("code", Value::text(format!("P-{:04}", 100 + number))),
                ("family", Value::text(product)),
                ("listPrice", self.euros(150, 48_000)?),
                ("unit", Value::text("piece")),
                ("active", Value::Boolean(true)),
            ]);
        }
        self.create("product", records).await.map(drop)
    }
}
