//! What a sales rep does at a visit to the desk.

use sutra_kernel::{Decimal, RecordId, Value};

use super::{
    desk::{Desk, Named},
    fields::{ACCOUNT_NUMBER, NATIONAL_ID},
    words,
};
use crate::failure::Failure;

const TYPES: [&str; 4] = ["Prospect", "Customer", "Partner", "Supplier"];
const SOURCES: [&str; 5] = ["Web", "Phone", "Referral", "Partner", "Event"];
/// The stages of a sale, and the chance of success in each.
const STAGES: [(&str, u32); 5] = [
    ("Prospecting", 10),
    ("Qualification", 20),
    ("Needs Analysis", 40),
    ("Proposal/Price Quote", 60),
    ("Negotiation/Review", 80),
];

/// One contact in so many signs contracts.
const SIGNATORIES: u64 = 5;

/// Everything that one rep looks after.
#[derive(Default)]
pub(super) struct Book {
    accounts: Vec<Account>,
    contacts: Vec<Contact>,
    open_deals: Vec<Deal>,
    open_tasks: Vec<RecordId>,
}

#[derive(Clone, Copy)]
struct Account {
    id: RecordId,
    /// Which company it is, and so what it is called.
    number: u64,
}

#[derive(Clone, Copy)]
pub(super) struct Contact {
    pub(super) id: RecordId,
    pub(super) account: RecordId,
}

#[derive(Clone, Copy)]
struct Deal {
    id: RecordId,
    stage: usize,
}

impl Book {
    /// Everybody whom the rep knows.
    pub(super) fn contacts(&self) -> impl Iterator<Item = Contact> {
        self.contacts.iter().copied()
    }
}

/// What a company is called.
pub(super) struct Company {
    /// The word that is its own.
    pub(super) word: String,
    pub(super) name: String,
    pub(super) branch: &'static str,
}

impl Company {
    /// The company of this number: the first 2,400 are all different.
    pub(super) fn numbered(number: u64) -> Self {
        // A step that has no divisor in common with the number of companies reaches all of them.
        let [heads, tails, branches] =
            [words::NAME_HEADS.len(), words::NAME_TAILS.len(), words::BRANCHES.len()].map(|it| it as u64);
        let place = (number * 1_009) % (heads * tails * branches);
        let at = |place: u64| usize::try_from(place).unwrap_or(0);
        let head = words::NAME_HEADS.get(at(place % heads)).copied().unwrap_or_default();
        let tail = words::NAME_TAILS.get(at(place / heads % tails)).copied().unwrap_or_default();
        let branch = words::BRANCHES.get(at(place / (heads * tails))).copied().unwrap_or_default();
        let word = format!("{head}{tail}");
        Self { name: format!("{word} {}", branch.1), branch: branch.0, word }
    }
}

impl Desk<'_> {
    /// Looks after the customers, wins new ones, and does what was planned with them.
    pub(super) async fn meet_customers(&mut self, book: &mut Book) -> Result<(), Failure> {
        self.do_tasks(book).await?;
        self.move_deals_on(book).await?;
        self.look_after_accounts(book).await?;
        self.look_after_contacts(book).await?;
        self.win_accounts(book).await?;
        self.meet_contacts(book).await?;
        self.take_notes(book).await
    }

    /// Goes on with the deals, begins others, and plans.
    pub(super) async fn sell(&mut self, book: &mut Book) -> Result<(), Failure> {
        self.move_deals_on(book).await?;
        self.open_deals(book).await?;
        self.plan_tasks(book).await
    }

    async fn win_accounts(&mut self, book: &mut Book) -> Result<(), Failure> {
        let numbers = self.share(self.scale.accounts);
        let records = numbers.clone().map(|number| self.account(number));
        let records = records.collect::<Result<_, _>>()?;
        let made = self.create("account", records).await?;
        book.accounts.extend(made.into_iter().zip(numbers).map(|(id, number)| Account { id, number }));
        Ok(())
    }

    fn account(&mut self, number: u64) -> Result<Named, Failure> {
        let company = Company::numbered(number + self.offset);
        let (city, country, phone) = self.place();
        Ok(vec![
            ("name", Value::text(company.name)),
            (ACCOUNT_NUMBER, Value::Text(format!("A-{}", 10_001 + number))),
            ("website", Value::text(format!("https://{}.example/", company.word.to_lowercase()))),
            ("type", self.pick(&TYPES)),
            ("industry", Value::text(company.branch)),
            ("phone", phone),
            ("numberOfEmployees", self.number(5, 4_000)),
            ("annualRevenue", self.euros(200_000, 90_000_000)?),
            ("billingStreet", self.street()),
            ("billingCity", city),
            ("billingCountry", country),
        ])
    }

    async fn meet_contacts(&mut self, book: &mut Book) -> Result<(), Failure> {
        let count = self.share(self.scale.contacts).count();
        // The newest accounts first, and then others again.
        let accounts: Vec<Account> = book.accounts.iter().rev().cycle().take(count).copied().collect();
        let records = accounts.iter().map(|account| self.contact(*account)).collect();
        let made = self.create("contact", records).await?;
        let met = made.into_iter().zip(accounts).map(|(id, account)| Contact { id, account: account.id });
        book.contacts.extend(met);
        Ok(())
    }

    fn contact(&mut self, account: Account) -> Named {
        let (first, last) = (self.chance.pick(&words::FIRST_NAMES), self.chance.pick(&words::LAST_NAMES));
        let domain = Company::numbered(account.number + self.offset).word.to_lowercase();
        let (_, _, phone) = self.place();
        let mut contact = vec![
            ("firstName", Value::text(first)),
            ("lastName", Value::text(last)),
            ("title", self.pick(&words::TITLES)),
            ("department", self.pick(&words::DEPARTMENTS)),
            ("email", Value::text(format!("{}@{domain}.example", first.to_lowercase()))),
            ("phone", phone),
            ("account", Value::Reference(account.id)),
        ];
        if self.chance.once_in(SIGNATORIES) {
            contact.push((NATIONAL_ID, self.national_id()));
        }
        contact
    }

    /// The number of an identity card, of no country.
    fn national_id(&mut self) -> Value {
        let (first, second) = (self.chance.between(1, 999), self.chance.below(1_000_000));
        Value::Text(format!("ID {first:03} {second:06}"))
    }

    async fn open_deals(&mut self, book: &mut Book) -> Result<(), Failure> {
        let count = self.share(self.scale.opportunities).count();
        let accounts = self.chance.some_of(&book.accounts, count);
        let records = accounts.into_iter().cycle().take(count).map(|account| self.deal(account));
        let records = records.collect::<Result<_, _>>()?;
        let made = self.create("opportunity", records).await?;
        book.open_deals.extend(made.into_iter().map(|id| Deal { id, stage: 0 }));
        Ok(())
    }

    fn deal(&mut self, account: Account) -> Result<Named, Failure> {
        let company = Company::numbered(account.number + self.offset).word;
        Ok(vec![
            ("name", Value::text(format!("{company}: {}", self.chance.pick(&words::DEALS)))),
            ("amount", self.euros(1_000, 250_000)?),
            ("closeDate", self.day(30, 240)),
            ("stage", Value::text("Prospecting")),
            ("probability", Value::Decimal(Decimal::from(10))),
            ("nextStep", self.pick(&words::NEXT_STEPS)),
            ("leadSource", self.pick(&SOURCES)),
            ("account", Value::Reference(account.id)),
        ])
    }

    /// Most of the open deals come some stages on, and past the last one they are won or lost.
    async fn move_deals_on(&mut self, book: &mut Book) -> Result<(), Failure> {
        let (mut changes, mut open) = (Vec::new(), Vec::new());
        for deal in book.open_deals.drain(..) {
            if self.chance.once_in(3) {
                open.push(deal);
                continue;
            }
            let stages = usize::try_from(self.chance.between(1, 3)).unwrap_or(1);
            let next = Deal { stage: deal.stage + stages, ..deal };
            match STAGES.get(next.stage) {
                Some((stage, chance)) => {
                    let step = self.pick(&words::NEXT_STEPS);
                    changes.push((deal.id, stage_of(stage, *chance, ("nextStep", step))));
                    open.push(next);
                }
                None => {
                    let (stage, chance) =
                        if self.chance.once_in(3) { ("Closed Lost", 0) } else { ("Closed Won", 100) };
                    let today = self.day(0, 0);
                    changes.push((deal.id, stage_of(stage, chance, ("closeDate", today))));
                }
            }
        }
        book.open_deals = open;
        self.update("opportunity", changes).await
    }

    async fn look_after_accounts(&mut self, book: &Book) -> Result<(), Failure> {
        let accounts = self.chance.some_of(&book.accounts, self.share(self.scale.accounts).count());
        let mut changes = Vec::new();
        for account in accounts {
            let change = match self.chance.below(3) {
                0 => ("numberOfEmployees", self.number(5, 4_000)),
                1 => ("annualRevenue", self.euros(200_000, 90_000_000)?),
                _ => ("type", Value::text("Customer")),
            };
            changes.push((account.id, vec![change]));
        }
        self.update("account", changes).await
    }

    async fn look_after_contacts(&mut self, book: &Book) -> Result<(), Failure> {
        let contacts = self.chance.some_of(&book.contacts, self.share(self.scale.contacts / 5).count());
        let changes =
            contacts.into_iter().map(|contact| (contact.id, vec![("title", self.pick(&words::TITLES))]));
        let changes = changes.collect();
        self.update("contact", changes).await
    }

    async fn plan_tasks(&mut self, book: &mut Book) -> Result<(), Failure> {
        let contacts = self.chance.some_of(&book.contacts, self.share(self.scale.tasks).count());
        let records = contacts.into_iter().map(|contact| {
            vec![
                ("subject", self.pick(&words::TO_DO)),
                ("status", Value::text("Not Started")),
                ("priority", self.pick(&["High", "Normal", "Normal", "Low"])),
                ("dueDate", self.day(5, 90)),
                ("account", Value::Reference(contact.account)),
                ("contact", Value::Reference(contact.id)),
            ]
        });
        let records = records.collect();
        book.open_tasks.extend(self.create("task", records).await?);
        Ok(())
    }

    /// Most of what was planned is done by the next time.
    async fn do_tasks(&mut self, book: &mut Book) -> Result<(), Failure> {
        let (open, done) = book.open_tasks.drain(..).partition(|_| self.chance.once_in(4));
        book.open_tasks = open;
        let done: Vec<RecordId> = done;
        let changes = done.into_iter().map(|task| (task, vec![("status", Value::text("Completed"))]));
        self.update("task", changes.collect()).await
    }

    async fn take_notes(&mut self, book: &Book) -> Result<(), Failure> {
        let contacts = self.chance.some_of(&book.contacts, self.share(self.scale.notes).count());
        let records = contacts.into_iter().map(|contact| {
            let (title, body) = self.chance.one_of(&words::HEARD).unwrap_or_default();
            vec![
                ("title", Value::text(title)),
                ("body", Value::text(body)),
                ("account", Value::Reference(contact.account)),
                ("contact", Value::Reference(contact.id)),
            ]
        });
        let records = records.collect();
        self.create("note", records).await.map(drop)
    }
}

fn stage_of(stage: &str, chance: u32, more: (&'static str, Value)) -> Named {
    vec![("stage", Value::text(stage)), ("probability", Value::Decimal(Decimal::from(chance))), more]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn two_thousand_four_hundred_companies_are_all_different() {
        let names: BTreeSet<String> = (7..2_407).map(|number| Company::numbered(number).name).collect();
        assert_eq!(names.len(), 2_400);
    }
}
