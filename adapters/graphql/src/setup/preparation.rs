//! Preparations: records being brought in line with what has become of their fields.

use async_graphql::{Context, ID, Object, SimpleObject};
use sutra_records as records;

use super::{
    request::{Result, viewing},
    scalar::{DateTime, Long},
};

/// An object whose records are being brought in line with the indexes and words of its fields. The records can be
/// read and changed meanwhile. It is gone when it is done, with an entry `object.prepare` in the ledger.
#[derive(SimpleObject)]
struct Preparation {
    /// Identifies the object.
    object_id: ID,
    /// The object's API name, such as `account`.
    object: String,
    /// The fields that lists cannot use before it is done.
    fields: Vec<String>,
    /// How many records are in line.
    done: Long,
    /// How many records there were when it began.
    total: Long,
    /// When it began; a change of another field of the object begins it anew.
    started_at: DateTime,
}

#[derive(Default)]
pub(super) struct PreparationQuery;

#[Object]
impl PreparationQuery {
    /// What is being prepared. Needs Manage Objects.
    async fn preparations(&self, ctx: &Context<'_>) -> Result<Vec<Preparation>> {
        let viewing = viewing(ctx).await?;
        let under_way = viewing.preparations().await?;
        let object = |it: &records::Preparation| viewing.metadata().object(it.object).cloned();
        Ok(under_way.iter().filter_map(|it| Some(Preparation::of(it, &*object(it)?))).collect())
    }
}

impl Preparation {
    fn of(preparation: &records::Preparation, object: &records::ObjectDef) -> Self {
        let fields = object.fields.iter().filter(|field| field.preparing.is_under_way());
        Self {
            object_id: object.id.into(),
            object: object.name.to_string(),
            fields: fields.map(|field| field.name.to_string()).collect(),
            done: preparation.done.min(preparation.total).into(),
            total: preparation.total.into(),
            started_at: preparation.started_at.into(),
        }
    }
}
