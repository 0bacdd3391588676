//! The one place that compiles lists: the viewer's scope, what he asks for, the order, and where a page begins.
//!
//! The meaning is [`ListQuery::matches`] and [`ListQuery::order`]; every store is tested against them.

mod aggregate;
mod chosen;
mod few;
mod filter;
mod gather;
mod keyset;
mod many;
mod page;
mod place;
mod restriction;
mod roots;
mod rows;
mod scope;
mod search;
mod statements;

use sea_orm::{QuerySelect as _, QueryTrait as _};
use sutra_kernel::{ApiName, Page, PortError, WorkspaceId};
use sutra_records::{ListQuery, Listed, ObjectDef, Record, SlotScalar, SystemField, Turn};

use self::{
    page::Reading,
    roots::Roots,
    rows::Rows,
    statements::{Statements, together},
};
use crate::{
    SqlStore, empty, entity::records::record, error::OrPort as _, pool::Mode, records::count_of,
    transaction::Transaction,
};

pub(crate) use aggregate::groups;
pub(crate) use many::ids;
pub(crate) use roots::{of_groups as roots_of_groups, of_list as roots_of_list};

/// Reads a page.
pub(crate) async fn read(
    transaction: &Transaction,
    roots: &Roots,
    query: &ListQuery,
) -> Result<Page<Record>, PortError> {
    let mut found = Reading::new(query, roots, &mut Statements::new(transaction)).read().await?;
    if query.turn == Turn::Backward {
        found.reverse();
    }
    Ok(query.page(found))
}

/// How many records the list has, counting no further than the cap.
pub(crate) async fn count(
    transaction: &Transaction,
    roots: &Roots,
    query: &ListQuery,
    cap: u64,
) -> Result<u64, PortError> {
    let parts = Rows::of(transaction, roots, query).whole(&mut Statements::new(transaction)).await?;
    let ids = parts.into_iter().map(|part| part.select_only().column(record::Column::Id).into_query());
    match together(ids) {
        // A limit inside, so that counting stops there and does not only say less.
        Some(mut whole) => count_of(transaction, whole.limit(cap).take()).await,
        None => Ok(0),
    }
}

impl SqlStore {
    /// How the database reads a page, in its own words: which indexes it uses, and whether it sorts. For tests, and for
    /// operators who wonder why a list is slow. One that is restricted by what controls its records is not told.
    ///
    /// # Errors
    /// As [`list_records`](sutra_records::RecordReader::list_records).
    pub async fn explain_list(
        &self,
        workspace: WorkspaceId,
        query: &ListQuery,
    ) -> Result<Vec<String>, PortError> {
        let transaction = self.begin_in(workspace, Mode::Snapshot).await?;
        let (mut statements, roots) = (Statements::explained(&transaction), Roots::new());
        Reading::new(query, &roots, &mut statements).read().await?;
        let plans = statements.into_plans();
        transaction.rollback().await.port()?;
        Ok(plans)
    }
}

/// What a column is compared with.
enum Sought {
    /// With a value that records may have.
    Value(sea_orm::Value),
    /// With a value less than any that a record has: what stands for none.
    Nobodys,
    /// With no value.
    Empty,
}

/// A column that lists are filtered or ordered by, with the values it is compared with.
struct Compared<'a>(Listed<'a>);

impl<'a> Compared<'a> {
    fn of(object: &'a ObjectDef, name: &ApiName) -> Result<Self, PortError> {
        Listed::of(object, name).map(Self).map_err(PortError::refused)
    }

    fn column(&self) -> sea_orm::sea_query::DynIden {
        use sea_orm::sea_query::{Alias, IntoIden as _};
        let name = match self.0 {
            Listed::Field(_, slot) => slot.column(),
            Listed::System(SystemField::Id) => "id".to_owned(),
            Listed::System(SystemField::OwnerId) => "owner_id".to_owned(),
            Listed::System(SystemField::CreatedAt) => "created_at".to_owned(),
            Listed::System(SystemField::UpdatedAt) => "updated_at".to_owned(),
            Listed::System(SystemField::CreatedById) => "created_by".to_owned(),
            Listed::System(SystemField::UpdatedById) => "updated_by".to_owned(),
        };
        Alias::new(name).into_iden()
    }

    /// What the column holds where there is no value; nothing if there always is one.
    fn mark(&self) -> Option<sea_orm::Value> {
        match self.0 {
            Listed::System(_) => None,
            Listed::Field(_, slot) => Some(empty::mark(slot.family)),
        }
    }

    /// What the column is compared with for a value.
    fn sought(&self, value: &sutra_kernel::Value) -> Sought {
        let value: sea_orm::Value = match self.0.scalar(value) {
            SlotScalar::Null => return Sought::Empty,
            SlotScalar::Text(text) => text.into(),
            SlotScalar::Integer(number) => number.into(),
            SlotScalar::Uuid(uuid) => uuid.into(),
        };
        if self.mark().as_ref() == Some(&value) { Sought::Nobodys } else { Sought::Value(value) }
    }

    /// What the column holds of a record with this value.
    fn place(&self, value: &sutra_kernel::Value) -> Result<sea_orm::Value, PortError> {
        match self.sought(value) {
            Sought::Value(value) => Ok(value),
            Sought::Empty | Sought::Nobodys => {
                self.mark().ok_or_else(|| PortError::refused("a position without the value of its order"))
            }
        }
    }
}
