//! A desk at the demo company: where one person makes and changes records, many at a time.

use std::ops::Range;

use sutra_engine::{Caller, Edit, Engine, MAX_RECORDS};
use sutra_kernel::{ApiName, Currency, Decimal, Money, RecordId, Value};
use sutra_records::Fields;

use super::{
    calendar,
    chance::Chance,
    clock::WalkingClock,
    scale::{Scale, Turn},
    words,
};
use crate::failure::Failure;

/// How long a person works on a batch of records.
const BATCH_SECONDS: u64 = 20;

/// Where one person works, at some time.
pub(super) struct Desk<'a> {
    pub(super) engine: &'a Engine,
    pub(super) clock: &'a WalkingClock,
    pub(super) caller: &'a Caller,
    pub(super) chance: &'a mut Chance,
    pub(super) scale: &'a Scale,
    /// From which company on the accounts are.
    pub(super) offset: u64,
    pub(super) turn: Turn,
}

/// Values by the names of their fields.
pub(super) type Named = Vec<(&'static str, Value)>;

impl Desk<'_> {
    /// Makes records that the person owns, and answers which.
    pub(super) async fn create(&self, object: &str, records: Vec<Named>) -> Result<Vec<RecordId>, Failure> {
        let edits: Vec<Edit> = records.into_iter().map(edit).collect::<Result<_, _>>()?;
        let mut made = Vec::with_capacity(edits.len());
        for edits in edits.chunks(MAX_RECORDS) {
            let written = self.engine.records().create_all(self.caller, object, edits).await?;
            made.extend(written.into_iter().map(|written| written.value.id));
            self.pass_time();
        }
        Ok(made)
    }

    /// Changes records.
    pub(super) async fn update(&self, object: &str, changes: Vec<(RecordId, Named)>) -> Result<(), Failure> {
        let edits = changes.into_iter().map(|(id, named)| Ok((id, edit(named)?)));
        let edits: Vec<(RecordId, Edit)> = edits.collect::<Result<_, Failure>>()?;
        for edits in edits.chunks(MAX_RECORDS) {
            self.engine.records().update_all(self.caller, object, edits).await?;
            self.pass_time();
        }
        Ok(())
    }

    fn pass_time(&self) {
        self.clock.reach(calendar::seconds_after(self.engine.now(), BATCH_SECONDS));
    }

    /// The numbers of those among so many that fall to this visit.
    pub(super) fn share(&self, total: u64) -> Range<u64> {
        self.turn.share(total)
    }

    pub(super) fn pick(&mut self, words: &[&'static str]) -> Value {
        Value::text(self.chance.pick(words))
    }

    /// A city, its country, and a telephone number there.
    pub(super) fn place(&mut self) -> (Value, Value, Value) {
        let (city, country, code) = self.chance.one_of(&words::PLACES).unwrap_or_default();
        let phone = format!("{code} 555 {:06}", self.chance.below(1_000_000));
        (Value::text(city), Value::text(country), Value::text(phone))
    }

    pub(super) fn street(&mut self) -> Value {
        let street = self.chance.pick(&words::STREETS);
        Value::text(format!("{street} {}", self.chance.between(1, 140)))
    }

    pub(super) fn number(&mut self, least: u64, most: u64) -> Value {
        Value::Integer(i64::try_from(self.chance.between(least, most)).unwrap_or(i64::MAX))
    }

    /// Between so many euros and so many.
    pub(super) fn euros(&mut self, least: u64, most: u64) -> Result<Value, Failure> {
        let currency: Currency = "EUR".parse().map_err(|_| Failure::new("EUR is no currency"))?;
        Ok(Value::Money(Money { amount: Decimal::from(self.chance.between(least, most)), currency }))
    }

    /// The day so many days from now.
    pub(super) fn day(&mut self, least: u64, most: u64) -> Value {
        let days = self.chance.between(least, most);
        Value::Date(calendar::days_after(self.engine.now(), days).date())
    }
}

fn edit(named: Named) -> Result<Edit, Failure> {
    let fields = named.into_iter().map(|(name, value)| Ok((ApiName::parse(name)?, value)));
    let fields: Result<Fields, sutra_kernel::NameError> = fields.collect();
    let fields = fields.map_err(|error| Failure::new(error.to_string()))?;
    Ok(Edit { fields, ..Edit::default() })
}
