//! Stories of aggregates: they are made of what the caller may see, and of nothing else.

use std::collections::BTreeSet;

use sutra_acl::FieldPermission;
use sutra_engine::{AggregateRequest, Aggregated, Caller, Error};
use sutra_kernel::{ApiName, Money, Value};

use crate::company::{Company, edit, id_of, run};

fn name(text: &str) -> ApiName {
    ApiName::parse(text).unwrap()
}

fn of(object: &str, group_by: &[&str], measures: &[&str]) -> AggregateRequest {
    AggregateRequest {
        object: name(object),
        filter: None,
        search: None,
        group_by: group_by.iter().map(|field| name(field)).collect(),
        measures: measures.iter().map(|field| name(field)).collect::<BTreeSet<_>>(),
    }
}

async fn ask(company: &Company, who: &Caller, request: &AggregateRequest) -> Result<Vec<Aggregated>, Error> {
    company.engine.view(who).await.unwrap().aggregate_records(request).await
}

fn money(amount: &str, currency: &str) -> Value {
    Value::Money(Money { amount: amount.parse().unwrap(), currency: currency.parse().unwrap() })
}

/// Accounts of the manager and of the rep, with revenues in two currencies.
async fn company_with_revenues() -> Company {
    let company = Company::found().await;
    let accounts = [
        (&company.manager, "a", "Customer", Some(money("922337203685477.5807", "EUR"))),
        (&company.rep, "b", "Customer", Some(money("922337203685477.5807", "EUR"))),
        (&company.rep, "c", "Prospect", Some(money("1.5", "EUR"))),
        (&company.rep, "d", "Customer", Some(money("7", "USD"))),
        (&company.rep, "e", "Customer", None),
    ];
    for (owner, label, kind, revenue) in accounts {
        let fields = [("name", Value::text(label)), ("type", Value::text(kind))];
        let revenue = revenue.map(|revenue| ("annualRevenue", revenue));
        let fields: Vec<_> = fields.into_iter().chain(revenue).collect();
        company.create(owner, "account", &fields).await.unwrap();
    }
    company
}

/// `count`, and each currency with its number of amounts, sum and average.
fn line(group: &Aggregated) -> String {
    let revenues = group.measures[&name("annualRevenue")].iter().map(|summary| {
        let (currency, count) = (summary.currency.as_deref().unwrap_or("-"), summary.count);
        let [sum, average] = [summary.sum, summary.average].map(|it| it.unwrap().normalize());
        format!(" {currency} {count} {sum} {average}")
    });
    format!("{}{}", group.count, revenues.collect::<String>())
}

#[test]
fn l07_an_aggregate_is_made_of_what_the_caller_sees() {
    run(async {
        let company = company_with_revenues().await;
        let whole = of("account", &[], &["annualRevenue"]);
        let by_type = of("account", &["type"], &["annualRevenue"]);
        let cases: [(&str, &Caller, &AggregateRequest, &[&str]); 5] = [
            (
                "the manager",
                &company.manager,
                &whole,
                &["5 EUR 3 1844674407370956.6614 614891469123652.220467 USD 1 7 7"],
            ),
            (
                "the rep",
                &company.rep,
                &whole,
                &["4 EUR 2 922337203685479.0807 461168601842739.54035 USD 1 7 7"],
            ),
            ("a peer", &company.peer, &whole, &["0"]),
            ("a peer, by type", &company.peer, &by_type, &[]),
            (
                "the rep, by type",
                &company.rep,
                &by_type,
                &["3 EUR 1 922337203685477.5807 922337203685477.5807 USD 1 7 7", "1 EUR 1 1.5 1.5"],
            ),
        ];
        for (case, who, request, expected) in cases {
            let groups = ask(&company, who, request).await.unwrap();
            assert_eq!(groups.iter().map(line).collect::<Vec<_>>(), expected, "{case}");
        }
    });
}

#[test]
fn l06_a_hidden_field_is_neither_grouped_by_nor_summed_up() {
    run(async {
        let company = company_with_revenues().await;
        let nothing = FieldPermission::new(false, false);
        company.restrict("Standard User", "account", "type", nothing).await;
        company.restrict("Standard User", "account", "annualRevenue", nothing).await;
        for request in [of("account", &["type"], &[]), of("account", &[], &["annualRevenue"])] {
            for who in [&company.rep, &company.peer] {
                let error = ask(&company, who, &request).await.unwrap_err();
                assert_eq!(error.code(), "FIELD_NOT_READABLE");
            }
            ask(&company, &company.admin, &request).await.unwrap();
        }
        let error = ask(&company, &company.stranger(), &of("account", &[], &[])).await.unwrap_err();
        assert_eq!(error.code(), "FORBIDDEN");
    });
}

#[test]
fn l14_groups_do_not_tell_what_records_refer_to() {
    run(async {
        let company = Company::found().await;
        let open = company.account(&company.rep, "open").await;
        let hidden =
            [company.account(&company.manager, "x").await, company.account(&company.manager, "y").await];
        let links = [(Some(open), &company.rep), (None, &company.rep)];
        let links = links.into_iter().chain(hidden.map(|account| (Some(account), &company.manager)));
        for (account, by) in links {
            let link = account.map(|account| ("account", Value::Reference(account)));
            let fields: Vec<_> = [("lastName", Value::text("Doe"))].into_iter().chain(link).collect();
            let contact = company.create(by, "contact", &fields).await.unwrap();
            let mut gift = edit(&[]);
            gift.owner = Some(id_of(&company.rep).into());
            company.engine.records().update(by, "contact", contact, &gift).await.unwrap();
        }
        let by_account = of("contact", &["account"], &[]);
        let groups = async |who| {
            let groups = ask(&company, who, &by_account).await.unwrap();
            let key = |group: &Aggregated| group.key[&name("account")].clone();
            groups.iter().map(|group| (key(group), group.count)).collect::<Vec<_>>()
        };
        assert_eq!(groups(&company.rep).await, [(Value::Null, 3), (Value::Reference(open), 1)]);
        assert_eq!(groups(&company.manager).await.len(), 4);
    });
}

#[test]
fn an_aggregate_of_too_many_groups_is_refused() {
    run(async {
        let company = Company::found().await;
        let by_account = of("contact", &["account"], &[]);
        for number in 0..=sutra_engine::MAX_GROUPS {
            let groups = ask(&company, &company.rep, &by_account).await.unwrap();
            assert_eq!(groups.len(), number, "so far");
            let account = company.account(&company.rep, "one more").await;
            let fields = [("lastName", Value::text("Doe")), ("account", Value::Reference(account))];
            company.create(&company.rep, "contact", &fields).await.unwrap();
        }
        let error = ask(&company, &company.rep, &by_account).await.unwrap_err();
        assert_eq!(error.code(), "QUERY_TOO_COMPLEX");
    });
}
