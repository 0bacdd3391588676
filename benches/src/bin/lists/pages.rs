//! Pages of fifty accounts, for people from the bottom of the company to its top.

use std::sync::Arc;

use sutra_acl::{Scope, UserPlan};
use sutra_benches::{Bare, Place, Samples, timed, turns};
use sutra_engine::{Caller, ListRequest, Part, Store as _};
use sutra_kernel::{ApiName, Direction, RecordId};
use sutra_records::{ListQuery, ObjectDef, Order, Turn};

use crate::{clients::Site, company::Company, naive::Naive};

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    /// How often a page is read.
    pages: usize,
    /// How often the query is sent that comes to mind.
    naive: usize,
    /// How often each client asks over HTTP.
    asked: usize,
    /// How often a role is moved.
    pub(crate) moves: usize,
}

/// Somebody who looks at accounts.
struct Persona {
    name: &'static str,
    user: usize,
}

const PAGE: usize = 50;

/// By the identifier, which is from the newest to the oldest, and by the name.
const ORDERS: [(&str, Direction, &str); 2] =
    [("id", Direction::Descending, "id DESC"), ("name", Direction::Ascending, "text_00 ASC, id ASC")];

impl Effort {
    pub(crate) const FULL: Self = Self { pages: 500, naive: 20, asked: 250, moves: 20 };
    pub(crate) const QUICK: Self = Self { pages: 3, naive: 2, asked: 2, moves: 2 };
}

pub(crate) async fn measure(place: &Place, company: &Company, effort: Effort) {
    println!("In microseconds, a page of {PAGE}:\n");
    println!("| who looks, in which order | SQL p50 | p99 | use case p50 | p99 | naive p50 | ratio |");
    println!("|---|--:|--:|--:|--:|--:|--:|");
    let mut bare = place.bare(company.admin.workspace()).await;
    for persona in personas(company) {
        let caller = company.caller(place, persona.user).await;
        let (scope, object) = scope(place, company, &caller).await;
        for (field, direction, sql) in ORDERS {
            let order = Order { field: ApiName::parse(field).unwrap(), direction };
            let name = format!("{}, by {field}", persona.name);
            let page = Page { place, caller: &caller, query: query(&object, &scope, order) };
            let naive = Naive::of(company, &bare, &scope, sql).unwrap();
            page.measure(&name, &naive, &mut bare, effort).await;
        }
    }
}

/// What everybody waits for over HTTP, when eight ask at the same time.
pub(crate) async fn measure_graphql(place: &Place, company: &Company, effort: Effort) {
    println!("\nOver HTTP, for eight clients at a time:\n");
    println!("| who looks | GraphQL p50 | p99 |");
    println!("|---|--:|--:|");
    let site = Site::open(place).await;
    for persona in personas(company) {
        let caller = company.caller(place, persona.user).await;
        let samples = site.measure(&caller, effort.asked).await;
        let [half, most] = [50, 99].map(|percent| samples.percentile(percent).as_micros());
        println!("| {} | {half} | {most} |", persona.name);
    }
    site.close();
}

fn personas(company: &Company) -> [Persona; 6] {
    let one = |name, user| Persona { name, user };
    [
        one("rep", company.somebody(5, 0)),
        one("rep with a fifth of all", company.busiest()),
        one("team lead", company.somebody(4, 0)),
        one("manager", company.somebody(3, 0)),
        one("director above what is old", company.old_director()),
        one("executive", company.somebody(0, 0)),
    ]
}

/// What somebody sees of the accounts.
async fn scope(place: &Place, company: &Company, caller: &Caller) -> (Scope, Arc<ObjectDef>) {
    let mut reads = place.store.reads(caller.workspace()).await.unwrap();
    let policy = reads.policy().await.unwrap();
    let subject = reads.subject(caller.user_id().unwrap()).await.unwrap().unwrap();
    let objects = reads.objects().await.unwrap();
    reads.finish().await.unwrap();
    let object = objects.into_iter().find(|object| object.id == company.account).unwrap();
    (UserPlan::compile(&policy, &subject).object(company.account).scope(), Arc::new(object))
}

fn query(object: &Arc<ObjectDef>, scope: &Scope, order: Order) -> ListQuery {
    ListQuery {
        object: Arc::clone(object),
        scope: scope.clone(),
        filter: None,
        search: None,
        order,
        turn: Turn::Forward,
        from: None,
        limit: PAGE,
        deleted: false,
    }
}

/// A page for somebody.
struct Page<'a> {
    place: &'a Place,
    caller: &'a Caller,
    query: ListQuery,
}

impl Page<'_> {
    async fn measure(&self, name: &str, naive: &Naive, bare: &mut Bare, effort: Effort) {
        let (ours, theirs) = (self.read().await, naive.read(bare).await);
        assert_eq!(ours, theirs[..theirs.len().min(PAGE)], "{name}: both find the same");
        let sql = samples(effort.pages, &mut async || self.read().await).await;
        let whole = samples(effort.pages, &mut async || self.use_case().await).await;
        let naive = samples(effort.naive, &mut async || naive.read(bare).await).await;
        let [sql, whole] = [sql, whole].map(|it| [50, 99].map(|percent| it.percentile(percent)));
        let (naive, ratio) =
            (naive.percentile(50), naive.percentile(50).as_secs_f64() / sql[0].as_secs_f64());
        let [[sql_50, sql_99], [whole_50, whole_99]] = [sql, whole].map(|it| it.map(|time| time.as_micros()));
        let naive = naive.as_micros();
        println!("| {name} | {sql_50} | {sql_99} | {whole_50} | {whole_99} | {naive} | {ratio:.1} |");
    }

    /// What is asked of the database: a snapshot, the page, and the snapshot given back.
    async fn read(&self) -> Vec<RecordId> {
        let mut reads = self.place.store.reads(self.caller.workspace()).await.unwrap();
        let page = reads.list_records(&self.query).await.unwrap();
        reads.finish().await.unwrap();
        page.items.iter().map(|record| record.id).collect()
    }

    /// All that a request does.
    async fn use_case(&self) -> usize {
        let Order { field, direction } = self.query.order.clone();
        let (object, part) = (self.query.object.name.clone(), Part::first(PAGE, None));
        let request =
            ListRequest { object, filter: None, search: None, order: Some((field, direction)), part };
        let viewing = self.place.engine.view(self.caller).await.unwrap();
        let listed = viewing.list_records(&request).await.unwrap();
        viewing.close().await.unwrap();
        listed.items.len()
    }
}

async fn samples<T>(count: usize, work: &mut impl AsyncFnMut() -> T) -> Samples {
    let mut samples = Vec::with_capacity(count);
    for turn in 0..turns(count) {
        let time = timed(work).await;
        if turn >= turns(count) - count {
            samples.push(time);
        }
    }
    Samples::sorted(samples)
}
