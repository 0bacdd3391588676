//! Aggregates, as a client asks for them.

use serde_json::{Value, json};

use crate::{
    access::with_seller,
    world::{Member, World},
};

async fn with_opportunities() -> (World, Member, Member) {
    let (world, ada, bob) = with_seller(&["lead"], &["account.phone", "account.type"]).await;
    let hidden = world.account(&ada, json!({ "name": "Acme" })).await;
    let own = world.account(&bob, json!({ "name": "Birch" })).await;
    let rows = [
        ("A", "Prospecting", Some(("10.5", "EUR")), Some(&hidden)),
        ("B", "Prospecting", Some(("2", "EUR")), Some(&own)),
        ("C", "Prospecting", Some(("7", "USD")), None),
        ("D", "Closed Won", None, Some(&own)),
    ];
    for (name, stage, amount, account) in rows {
        let amount = amount.map(|(amount, currency)| json!({ "amount": amount, "currency": currency }));
        let input = json!({
            "name": name, "stage": stage, "closeDate": "2026-03-01", "amount": amount, "accountId": account,
            "ownerId": bob.id.to_string(),
        });
        world.create(&ada, "Opportunity", input).await;
    }
    (world, ada, bob)
}

#[tokio::test]
async fn what_a_list_comes_to_is_told_in_groups() {
    let (world, _, bob) = with_opportunities().await;
    let document = "{ opportunitiesAggregate(groupBy: [STAGE]) { key { stage ownerId } count values {
        money: amount { currency count sum average min max } closeDate { count min max } } } }";
    let groups = world.data(&bob, document).await["opportunitiesAggregate"].take();
    let day = |count| json!({ "count": count, "min": "2026-03-01", "max": "2026-03-01" });
    let euros =
        json!({ "currency": "EUR", "count": 2, "sum": "12.5", "average": "6.25", "min": "2", "max": "10.5" });
    let dollars =
        json!({ "currency": "USD", "count": 1, "sum": "7", "average": "7", "min": "7", "max": "7" });
    let key = |stage| json!({ "stage": stage, "ownerId": null });
    let expected = json!([
        { "key": key("Closed Won"), "count": 1, "values": { "money": [], "closeDate": day(1) } },
        { "key": key("Prospecting"), "count": 3, "values": { "money": [euros, dollars], "closeDate": day(3) } },
    ]);
    assert_eq!(groups, expected);

    let whole = "query ($filter: OpportunityFilter) { opportunitiesAggregate(filter: $filter) {
        count values { ...sums } } } fragment sums on OpportunityAggregateValues { createdAt { count } probability { sum } }";
    for (filter, count) in
        [(json!(null), 4), (json!({ "account": {} }), 2), (json!({ "name": { "eq": "x" } }), 0)]
    {
        let data = world.ask(&bob, whole, json!({ "filter": filter })).await.data();
        let values = json!({ "createdAt": { "count": count }, "probability": { "sum": "0" } });
        assert_eq!(data["opportunitiesAggregate"], json!([{ "count": count, "values": values }]));
    }
}

#[tokio::test]
async fn l14_a_group_by_a_hidden_parent_is_as_by_none() {
    let (world, ada, bob) = with_opportunities().await;
    let document = "{ opportunitiesAggregate(groupBy: [ACCOUNT, OWNER_ID]) {
        key { accountId account { name } owner { name } } count } }";
    let told = async |member: &Member| {
        let groups = world.data(member, document).await["opportunitiesAggregate"].take();
        let name = |group: &Value| group["key"]["account"]["name"].as_str().map(String::from);
        let groups = groups.as_array().unwrap().iter().inspect(|group| {
            assert_eq!(group["key"]["owner"]["name"], "Bob");
            assert_eq!(group["key"]["accountId"].is_null(), name(group).is_none());
        });
        groups.map(|group| (name(group), group["count"].as_u64().unwrap())).collect::<Vec<_>>()
    };
    let birch = || Some("Birch".to_owned());
    assert_eq!(told(&bob).await, [(None, 2), (birch(), 2)]);
    assert_eq!(told(&ada).await, [(None, 1), (Some("Acme".to_owned()), 1), (birch(), 2)]);
}

#[tokio::test]
async fn l06_what_may_not_be_read_is_not_aggregated() {
    let (world, _, bob) = with_opportunities().await;
    let cases = [
        ("a hidden key", "accountsAggregate(groupBy: [TYPE]) { count }", "FIELD_NOT_READABLE"),
        (
            "a hidden filter",
            r#"accountsAggregate(filter: { phone: { eq: "1" } }) { count }"#,
            "FIELD_NOT_READABLE",
        ),
        (
            "a hidden filter of a parent",
            r#"opportunitiesAggregate(filter: { account: { phone: { eq: "1" } } }) { count }"#,
            "FIELD_NOT_READABLE",
        ),
        ("a closed object", "leadsAggregate { count }", "FORBIDDEN"),
        ("a key that is none", "accountsAggregate(groupBy: [NAME]) { count }", "BAD_USER_INPUT"),
        ("a null for a key", "accountsAggregate(groupBy: [null]) { count }", "BAD_USER_INPUT"),
        (
            "more than the limits",
            "accountsAggregate { key { owner { id } } a: values { annualRevenue { sum } }
                b: values { annualRevenue { sum } } c: values { annualRevenue { sum } }
                d: values { annualRevenue { sum } } e: values { annualRevenue { sum } } }",
            "QUERY_TOO_COMPLEX",
        ),
    ];
    for (name, query, expected) in cases {
        assert_eq!(world.code(&bob, &format!("{{ {query} }}")).await, expected, "{name}");
    }
    let (world, ada, bob) = with_seller(&[], &["opportunity.amount"]).await;
    let document = "{ opportunitiesAggregate { count values { amount { sum } } } }";
    assert_eq!(world.code(&bob, document).await, "FIELD_NOT_READABLE");
    assert_eq!(world.data(&ada, document).await["opportunitiesAggregate"][0]["count"], 0);
}
