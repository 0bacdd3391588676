//! Reading: a page of fifty accounts, in the ways that lists are read.

use poem::{Endpoint, Request, http::Method};
use sutra_benches::{Place, Table, side_by_side};
use sutra_engine::{Caller, ListRequest, Part, Related};
use sutra_graphql::{HttpOptions, routes};
use sutra_kernel::{ApiName, Condition, Direction, Test, Value};

use crate::{
    bare::{Bound, Page, Statements},
    company::Company,
    effort::Effort,
};

const PAGE: usize = 50;

pub(crate) async fn measure(place: &Place, company: &Company, effort: Effort, table: &mut Table) {
    let workspace = company.admin.workspace();
    for Case { name, viewer, request, page } in cases(company) {
        let mut bare = place.bare(workspace).await;
        // The plain side reads one row more, as the product does to know whether there are more.
        let (ours, rows) = (read(place, viewer, &request).await, bare.page(&page).await);
        assert_eq!(ours, rows.min(PAGE), "{name}: both sides read the same");
        let ours = async || read(place, viewer, &request).await;
        table.add(side_by_side(name, effort.reads, ours, async || bare.page(&page).await).await);
    }
    measure_graphql(place, company, effort, table).await;
}

struct Case<'a> {
    name: &'static str,
    viewer: &'a Caller,
    request: ListRequest,
    page: Page,
}

fn cases(company: &Company) -> [Case<'_>; 5] {
    let (viewer, lead, account, contact) = (&company.admin, &company.lead, company.account, company.contact);
    // A city whose accounts have contacts.
    let in_city = || Condition::test(name("billingCity"), Test::Eq(Value::text("City 015")));
    let related = Related { field: name("account"), condition: Box::new(in_city()) };
    let seen = [lead.user_id().unwrap().uuid(), company.team.uuid()].map(Bound::Uuid);
    [
        Case {
            name: "page by identifier",
            viewer,
            request: request("account", None, None),
            page: Page::of(company, account, "", "id DESC", []),
        },
        Case {
            name: "page by an indexed field",
            viewer,
            request: request("account", None, Some((name("name"), Direction::Ascending))),
            page: Page::of(company, account, "", "text_00 ASC, id ASC", []),
        },
        Case {
            name: "page with a filter",
            viewer,
            request: request("account", Some(in_city()), None),
            page: Page::of(company, account, "AND text_04 = $3", "id DESC", [Bound::Text("city 015")]),
        },
        Case {
            name: "page with a filter on what is referred to",
            viewer,
            request: request("contact", Some(Condition::Related(related)), None),
            page: Page::of(
                company,
                contact,
                "AND uuid_00 IN (SELECT id FROM record WHERE workspace_id = $1 AND object_id = $3 \
                 AND deleted_at IS NULL AND text_04 = $4)",
                "id DESC",
                [Bound::Uuid(account.uuid()), Bound::Text("city 015")],
            ),
        },
        Case {
            name: "page of what a team lead sees",
            viewer: lead,
            request: request("account", None, None),
            page: Page::of(
                company,
                account,
                "AND (access_owner_id = $3 OR access_role_id = $4)",
                "id DESC",
                seen,
            ),
        },
    ]
}

fn name(name: &str) -> ApiName {
    ApiName::parse(name).unwrap()
}

fn request(
    object: &str,
    filter: Option<Condition<Related>>,
    order: Option<(ApiName, Direction)>,
) -> ListRequest {
    ListRequest { object: name(object), filter, search: None, order, part: Part::first(PAGE, None) }
}

/// Everything a request does: a snapshot, who asks, the page, and the snapshot given back.
async fn read(place: &Place, viewer: &Caller, request: &ListRequest) -> usize {
    let viewing = place.engine.view(viewer).await.unwrap();
    let listed = viewing.list_records(request).await.unwrap();
    viewing.close().await.unwrap();
    listed.items.len()
}

const DOCUMENT: &str = r#"{"query":"{ accounts(first: 50) { nodes { id name phone type industry numberOfEmployees annualRevenue { amount currency } billingCity owner { name } } } }"}"#;

/// A request as it comes in by HTTP, but for the network: parsed, signed in, limited, answered.
async fn measure_graphql(place: &Place, company: &Company, effort: Effort, table: &mut Table) {
    let page = &Page::of(company, company.account, "", "id DESC", []);
    let routes = routes(&place.engine, HttpOptions::default());
    let mut bare = place.bare(company.admin.workspace()).await;
    let ask = async || {
        let answer = ask(&routes, &company.token, DOCUMENT).await;
        assert!(answer.starts_with(r#"{"data":{"accounts":{"nodes":[{"id":"#), "{answer}");
    };
    let pair = side_by_side("page over GraphQL", effort.reads, ask, async || bare.page(page).await);
    table.add(pair.await);
}

/// The answer to a document.
pub(crate) async fn ask(routes: &poem::Route, token: &str, document: &'static str) -> String {
    let request = Request::builder()
        .method(Method::POST)
        .uri_str("/graphql")
        .content_type("application/json")
        .header("Authorization", format!("Bearer {token}"))
        .body(document);
    let response = routes.call(request).await.expect("an answer");
    response.into_body().into_string().await.expect("a text")
}
