//! Aggregates: how many records the caller sees, and what their values come to, in groups.

use std::collections::{BTreeMap, BTreeSet};

use sutra_kernel::{ApiName, Condition, Decimal, Value};
use sutra_records::{Aggregate, FieldKind, Group, Key, Measure, ObjectDef};

use super::{
    links::target,
    list::{ListRequest, Part},
    relation::{Related, require_field},
};
use crate::{Error, Viewing};

/// The most groups an aggregate has.
pub const MAX_GROUPS: usize = 200;

/// The most records an aggregate is made of.
pub const MAX_AGGREGATED: u64 = 100_000;

/// How many groups are read, each of them once for every currency.
const MAX_PARTS: u64 = 10_000;

/// What aggregate is wanted.
#[derive(Debug, Clone)]
pub struct AggregateRequest {
    /// The object's API name.
    pub object: ApiName,
    /// Of which records.
    pub filter: Option<Condition<Related>>,
    /// Of which words, as in a list.
    pub search: Option<String>,
    /// By which fields they are grouped; all are one group if there is none.
    pub group_by: Vec<ApiName>,
    /// The fields whose values are summed up.
    pub measures: BTreeSet<ApiName>,
}

/// One group of records, and what their values come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregated {
    /// What the records have in common.
    pub key: BTreeMap<ApiName, Value>,
    /// How many there are.
    pub count: u64,
    /// What the values of each field come to: once, or once for each currency in the order of their codes.
    pub measures: BTreeMap<ApiName, Vec<Summary>>,
}

/// What the values of a field come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Of which currency, if they are money.
    pub currency: Option<String>,
    /// How many values there are.
    pub count: u64,
    /// Their sum, exactly; nothing for days and instants.
    pub sum: Option<Decimal>,
    /// Their average; nothing for days and instants, and of no values.
    pub average: Option<Decimal>,
    /// The least value, money without its currency.
    pub min: Value,
    /// The greatest.
    pub max: Value,
}

impl Viewing {
    /// The groups of the records that the caller may see, in the order of their keys.
    ///
    /// A reference to a record that he may not see counts as none. Money is summed up for each currency by itself.
    ///
    /// # Errors
    /// As [`list_records`](Self::list_records); and, whatever the data, [`Error::FieldNotReadable`] for a field that
    /// the caller may not read, and [`Error::BadInput`] for one that makes no groups or sums. [`Error::TooComplex`] if
    /// there are more than [`MAX_GROUPS`] groups or [`MAX_AGGREGATED`] records for him.
    pub async fn aggregate_records(&self, request: &AggregateRequest) -> Result<Vec<Aggregated>, Error> {
        let (object, plan) = self.readable(request.object.as_str())?;
        for name in request.group_by.iter().chain(&request.measures) {
            require_field(&object, plan, name)?;
        }
        let keys = request.group_by.iter().map(|name| self.key(&object, name)).collect::<Result<_, _>>()?;
        let mut reads = self.reads().await;
        let list = self.query(reads.as_mut(), &object, plan, &list_of(request)).await?;
        let monies = request.measures.iter().filter(|name| is_money(&object, name));
        let mut aggregate = Aggregate {
            list,
            keys,
            measures: request.measures.iter().cloned().collect(),
            records: MAX_AGGREGATED + 1,
            groups: MAX_PARTS + 1,
        };
        aggregate.keys.extend(monies.map(|name| Key::Currency(name.clone())));
        aggregate.check().map_err(Error::bad_input)?;
        let parts = reads.aggregate_records(&aggregate).await?;
        let records: u64 = parts.iter().map(|part| part.count).sum();
        if records > MAX_AGGREGATED || u64::try_from(parts.len()).is_ok_and(|parts| parts > MAX_PARTS) {
            return Err(too_much());
        }
        whole(request, &object, parts)
    }

    fn key(&self, object: &ObjectDef, name: &ApiName) -> Result<Key, Error> {
        let Some(target) = target(object, name) else { return Ok(Key::Field(name.clone())) };
        let target = crate::work::find_object(self.metadata(), target.as_str())?;
        let scope = self.plan().object(target.id).scope();
        Ok(Key::reference(name.clone(), target, scope))
    }
}

/// The list whose records are meant.
fn list_of(request: &AggregateRequest) -> ListRequest {
    ListRequest {
        object: request.object.clone(),
        filter: request.filter.clone(),
        search: request.search.clone(),
        order: None,
        part: Part::first(1, None),
    }
}

/// The groups that were asked for, of parts that are of one currency each.
fn whole(
    request: &AggregateRequest,
    object: &ObjectDef,
    parts: Vec<Group>,
) -> Result<Vec<Aggregated>, Error> {
    let mut groups: Vec<(Vec<Value>, Sums)> = Vec::new();
    for mut part in parts {
        let currencies = part.key.split_off(request.group_by.len().min(part.key.len()));
        let known = groups.iter().position(|(key, _)| *key == part.key);
        if known.is_none() {
            groups.push((part.key, Sums::default()));
        }
        if groups.len() > MAX_GROUPS {
            return Err(too_much());
        }
        let place = known.unwrap_or(groups.len() - 1);
        if let Some((_, sums)) = groups.get_mut(place) {
            sums.add(request, object, part.count, currencies, part.measures);
        }
    }
    if groups.is_empty() && request.group_by.is_empty() {
        groups.push((Vec::new(), Sums::default()));
    }
    groups.sort_by_cached_key(|(key, _)| key.iter().map(order).collect::<Vec<_>>());
    Ok(groups.into_iter().map(|(key, sums)| sums.shown(request, object, key)).collect())
}

/// What a group comes to so far: its records, and the values of each field by their currency.
#[derive(Default)]
struct Sums {
    count: u64,
    measures: BTreeMap<ApiName, BTreeMap<Option<String>, Measure>>,
}

impl Sums {
    fn add(
        &mut self,
        request: &AggregateRequest,
        object: &ObjectDef,
        count: u64,
        currencies: Vec<Value>,
        measures: Vec<Measure>,
    ) {
        self.count += count;
        let mut currencies = currencies.into_iter();
        for (name, measure) in request.measures.iter().zip(measures) {
            let currency = if is_money(object, name) { currencies.next() } else { None };
            let currency = match currency {
                Some(Value::Text(code)) => Some(code),
                // Records without an amount add nothing to any currency.
                Some(_) => continue,
                None => None,
            };
            self.measures.entry(name.clone()).or_default().entry(currency).or_default().add(measure);
        }
    }

    fn shown(mut self, request: &AggregateRequest, object: &ObjectDef, key: Vec<Value>) -> Aggregated {
        let summed = |name: &ApiName| {
            let mut sums = self.measures.remove(name).unwrap_or_default();
            if sums.is_empty() && !is_money(object, name) {
                sums.insert(None, Measure::default());
            }
            let kind = kind_of(object, name);
            let sums = sums.into_iter().map(|(currency, measure)| summary(kind, currency, measure)).collect();
            (name.clone(), sums)
        };
        let measures = request.measures.iter().map(summed).collect();
        Aggregated { key: request.group_by.iter().cloned().zip(key).collect(), count: self.count, measures }
    }
}

fn summary(kind: &FieldKind, currency: Option<String>, measure: Measure) -> Summary {
    let (min, max) = measure.extremes(kind).unwrap_or((Value::Null, Value::Null));
    let (sum, average) = (measure.total(kind), measure.average(kind));
    Summary { currency, count: measure.count, sum, average, min, max }
}

/// The kind of a field; a system field that has a sum is an instant.
fn kind_of<'a>(object: &'a ObjectDef, name: &ApiName) -> &'a FieldKind {
    object.field(name.as_str()).map_or(&FieldKind::DateTime, |field| &field.kind)
}

fn is_money(object: &ObjectDef, name: &ApiName) -> bool {
    *kind_of(object, name) == FieldKind::Currency
}

/// No value first, then as the values are written.
fn order(value: &Value) -> (bool, String) {
    (!value.is_null(), value.to_string())
}

fn too_much() -> Error {
    Error::TooComplex(format!(
        "an aggregate has at most {MAX_GROUPS} groups, of {MAX_AGGREGATED} records in all; filter more or group by less"
    ))
}
