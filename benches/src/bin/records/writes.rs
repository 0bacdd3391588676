//! Writing: records made and a record changed, audited, beside the plain statements.

use std::vec;

use sutra_benches::{Place, Table, side_by_side, turns};
use sutra_engine::Edit;

use crate::{
    bare::{NewRow, Statements},
    company::{Company, account},
    effort::Effort,
};

pub(crate) async fn measure(place: &Place, company: &Company, effort: Effort, table: &mut Table) {
    let (records, admin) = (place.engine.records(), &company.admin);
    let mut bare = place.bare(admin.workspace()).await;
    let mut work = Work { company, number: 1_000_000 };

    let (mut edits, mut rows) = work.batches(turns(effort.writes), 1);
    let create = async || records.create(admin, "account", &edits.next().unwrap()[0]).await.unwrap();
    let insert = async || bare.insert(&rows.next().unwrap()).await;
    table.add(side_by_side("create one", effort.writes, create, insert).await);

    let (mut edits, mut rows) = work.batches(turns(effort.writes), 1);
    let (half, mut ours, mut theirs) = (company.accounts.len() / 2, 0, 0);
    let update = async || {
        ours = (ours + 1) % half;
        let edit = only_what_changes(&edits.next().unwrap()[0]);
        records.update(admin, "account", company.accounts[ours], &edit).await.unwrap()
    };
    let change = async || {
        theirs = (theirs + 1) % half;
        bare.update(company.accounts[half + theirs], &rows.next().unwrap()[0]).await;
    };
    table.add(side_by_side("change one", effort.writes, update, change).await);

    let (mut edits, mut rows) = work.batches(turns(effort.slow), effort.batch);
    let create = async || records.create_all(admin, "account", &edits.next().unwrap()).await.unwrap();
    let insert = async || bare.insert(&rows.next().unwrap()).await;
    let name = format!("create {} at once", effort.batch);
    table.add(side_by_side(&name, effort.slow, create, insert).await);
}

/// What is to be written, made before anybody looks at the watch.
struct Work<'a> {
    company: &'a Company,
    number: usize,
}

type Batches = (vec::IntoIter<Vec<Edit>>, vec::IntoIter<Vec<NewRow>>);

impl Work<'_> {
    /// So many batches of the same size, for both sides.
    fn batches(&mut self, count: usize, size: usize) -> Batches {
        let edits: Vec<Vec<Edit>> = (0..count).map(|_| (0..size).map(|_| self.edit()).collect()).collect();
        let rows: Vec<Vec<NewRow>> = (0..count).map(|_| (0..size).map(|_| self.row()).collect()).collect();
        (edits.into_iter(), rows.into_iter())
    }

    fn edit(&mut self) -> Edit {
        self.number += 1;
        Edit { fields: account(self.number), ..Edit::default() }
    }

    fn row(&mut self) -> NewRow {
        self.number += 1;
        NewRow::account(self.company, self.number)
    }
}

/// Nothing that the record is found by: the plain statement leaves its words alone, too.
fn only_what_changes(edit: &Edit) -> Edit {
    let changing = ["industry", "billingCity", "numberOfEmployees"];
    let fields = edit.fields.iter().filter(|(name, _)| changing.contains(&name.as_str()));
    let fields = fields.map(|(name, value)| (name.clone(), value.clone())).collect();
    Edit { fields, ..Edit::default() }
}
