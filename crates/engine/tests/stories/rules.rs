//! Stories of validation rules: what an administrator says must be true is, from the next write on, for everybody.

use sutra_acl::FieldPermission;
use sutra_audit::EntryFilter;
use sutra_engine::{Earlier, Error, ImportFile, RowOutcome};
use sutra_kernel::{Decimal, Money, Value};
use sutra_records::{MAX_RULES, NewRule, RuleEdit, ValidationRule};

use crate::company::{Company, edit, id_of, run};

const MESSAGE: &str = "A won deal has an amount.";

fn rule(name: &str, expression: &str) -> NewRule {
    let (name, expression) = (name.to_owned(), expression.to_owned());
    NewRule { name, expression, message: MESSAGE.to_owned(), active: true }
}

fn eur(amount: i64) -> Value {
    Value::Money(Money { amount: Decimal::from(amount), currency: "EUR".parse().unwrap() })
}

fn deal(stage: &str) -> Vec<(&'static str, Value)> {
    let day = Value::Date("2026-06-30".parse().unwrap());
    vec![("name", Value::text("Ten pumps")), ("closeDate", day), ("stage", Value::text(stage))]
}

/// Makes the rule that every story but one is about.
async fn won_has_an_amount(company: &Company) -> ValidationRule {
    let new = rule("wonHasAnAmount", "stage != 'Closed Won' || amount != null");
    let written = company.engine.objects().create_rule(&company.admin, "opportunity", &new).await.unwrap();
    assert!(written.receipt.is_some());
    written.value
}

/// What is told of rules; nothing if the change was made.
fn told<T>(result: Result<T, Error>) -> Option<(String, String)> {
    let error = result.err()?;
    assert_eq!(error.code(), "VALIDATION_FAILED", "{error}");
    let names = |error: &Error| match error {
        Error::Rules(violations) => violations
            .iter()
            .filter_map(|it| Some(it.rule.as_ref()?.name.to_string()))
            .collect::<Vec<_>>()
            .join(","),
        other => panic!("{other}"),
    };
    let rules = match &error {
        Error::At { index, error } => format!("{index}: {}", names(error)),
        error => names(error),
    };
    Some((rules, error.to_string()))
}

fn broken(rules: &str) -> Option<(String, String)> {
    Some((rules.to_owned(), MESSAGE.to_owned()))
}

#[test]
fn a_rule_judges_every_way_of_writing() {
    run(async {
        let company = Company::found().await;
        let (records, rep) = (company.engine.records(), &company.rep);
        let open = company.create(rep, "opportunity", &deal("Prospecting")).await.unwrap();
        let won = company.create(rep, "opportunity", &deal("Closed Won")).await.unwrap();
        let binned = company.create(rep, "opportunity", &deal("Closed Won")).await.unwrap();
        records.delete(rep, "opportunity", binned, None).await.unwrap();
        records
            .update(rep, "opportunity", won, &edit(&[("stage", Value::text("Prospecting"))]))
            .await
            .unwrap();
        won_has_an_amount(&company).await;

        let win = edit(&[("stage", Value::text("Closed Won"))]);
        assert_eq!(
            told(records.update(rep, "opportunity", open, &win).await),
            broken("wonHasAnAmount"),
            "update"
        );
        let new = edit(&deal("Closed Won"));
        assert_eq!(told(records.create(rep, "opportunity", &new).await), broken("wonHasAnAmount"), "create");
        assert_eq!(
            told(records.restore(rep, "opportunity", binned).await),
            broken("wonHasAnAmount"),
            "restore"
        );
        let earlier = Earlier { version: 1, ..Earlier::default() };
        let reverted = records.restore_version(rep, "opportunity", won, &earlier).await;
        assert_eq!(told(reverted), broken("wonHasAnAmount"), "revert");
        let edits = [edit(&deal("Prospecting")), new];
        let many = records.create_all(&company.admin, "opportunity", &edits).await;
        assert_eq!(told(many), broken("1: wonHasAnAmount"), "many");

        let sold = edit(&[("stage", Value::text("Closed Won")), ("amount", eur(10))]);
        assert_eq!(told(records.update(rep, "opportunity", open, &sold).await), None);
    });
}

#[test]
fn a_rule_may_read_who_owns_a_record() {
    run(async {
        let company = Company::found().await;
        let (objects, records, rep) = (company.engine.objects(), company.engine.records(), &company.rep);
        let id = company.account(rep, "Acme").await;
        let stays = rule("staysWithItsMaker", "ownerId == createdById");
        objects.create_rule(&company.admin, "account", &stays).await.unwrap();
        let mut away = edit(&[]);
        away.owner = Some(id_of(&company.peer).into());
        assert_eq!(told(records.update(rep, "account", id, &away).await), broken("staysWithItsMaker"));
        let many = records.transfer_all(&company.admin, "account", &[id], id_of(&company.peer).into()).await;
        assert_eq!(told(many), broken("0: staysWithItsMaker"));
    });
}

#[test]
fn rows_of_a_file_are_judged_one_by_one() {
    run(async {
        let company = Company::found().await;
        won_has_an_amount(&company).await;
        let headers = ["Name", "CloseDate", "Stage"].map(str::to_owned).to_vec();
        let file = ImportFile {
            object: "opportunity".to_owned(),
            digest: [1; 32],
            headers,
            map: Vec::new(),
            currency: "EUR".parse().unwrap(),
        };
        let mut import = company.engine.imports().begin(&company.admin, file).await.unwrap();
        let cells = |stage: &str| ["Pumps", "2026-06-30", stage].map(str::to_owned);
        let RowOutcome::Refused(problems) = import.row(1, &cells("Closed Won")).await.unwrap() else {
            panic!("the row breaks a rule")
        };
        assert_eq!((problems[0].column.as_deref(), problems[0].reason.as_str()), (None, MESSAGE));
        assert!(matches!(import.row(2, &cells("Prospecting")).await.unwrap(), RowOutcome::Created(_)));
        assert_eq!(import.finish().await.unwrap().refused, 1);
    });
}

#[test]
fn records_that_are_there_are_judged_when_they_are_written_next() {
    run(async {
        let company = Company::found().await;
        let (objects, records, rep) = (company.engine.objects(), company.engine.records(), &company.rep);
        let won = company.create(rep, "opportunity", &deal("Closed Won")).await.unwrap();
        let made = won_has_an_amount(&company).await;
        let touch = edit(&[("nextStep", Value::text("call"))]);
        assert_eq!(told(records.update(rep, "opportunity", won, &touch).await), broken("wonHasAnAmount"));
        let off = RuleEdit { active: Some(false), ..RuleEdit::default() };
        let written = objects.update_rule(&company.admin, made.id, &off).await.unwrap();
        assert_eq!(written.value, ValidationRule { active: false, ..made.clone() });
        assert_eq!(told(records.update(rep, "opportunity", won, &touch).await), None);
        assert!(objects.update_rule(&company.admin, made.id, &off).await.unwrap().receipt.is_none());
        records.delete(rep, "opportunity", won, None).await.unwrap();
    });
}

#[test]
fn rules_need_the_permission_to_manage_objects() {
    run(async {
        let company = Company::found().await;
        let (objects, rep) = (company.engine.objects(), &company.rep);
        let made = won_has_an_amount(&company).await;
        let refused = [
            objects.create_rule(rep, "account", &rule("any", "true")).await.err(),
            objects.update_rule(rep, made.id, &RuleEdit::default()).await.err(),
            company.engine.view(rep).await.unwrap().rules("opportunity").err(),
        ];
        for (place, error) in refused.into_iter().enumerate() {
            assert_eq!(error.map(|error| error.code()), Some("FORBIDDEN"), "case {place}");
        }
        let viewing = company.engine.view(&company.admin).await.unwrap();
        assert_eq!(viewing.rules("opportunity").unwrap(), [made]);
        assert_eq!(viewing.rules("account").unwrap(), []);
    });
}

#[test]
fn what_cannot_be_a_rule_is_refused_and_leaves_nothing() {
    run(async {
        let company = Company::found().await;
        won_has_an_amount(&company).await;
        let (objects, admin) = (company.engine.objects(), &company.admin);
        let cases = [
            ("its name again", rule("wonHasAnAmount", "true"), "another rule of the object has this name"),
            ("no expression", rule("other", "stage ="), "cannot be read"),
            ("no such field", rule("other", "stge == null"), "there is no field `stge`"),
            ("no name", rule("An other", "true"), "camelCase"),
        ];
        for (case, new, named) in cases {
            let error = objects.create_rule(admin, "opportunity", &new).await.unwrap_err();
            assert_eq!(error.code(), "BAD_USER_INPUT", "{case}");
            assert!(error.to_string().contains(named), "{case}: {error}");
        }
        for number in 1..MAX_RULES {
            objects.create_rule(admin, "opportunity", &rule(&format!("rule{number}"), "true")).await.unwrap();
        }
        let error = objects.create_rule(admin, "opportunity", &rule("oneTooMany", "true")).await.unwrap_err();
        assert_eq!(error.to_string(), "an object has at most 50 rules");
    });
}

#[test]
fn rules_are_in_the_ledger_word_for_word() {
    run(async {
        let company = Company::found().await;
        let made = won_has_an_amount(&company).await;
        let edit = RuleEdit { message: Some("How much?".to_owned()), ..RuleEdit::default() };
        company.engine.objects().update_rule(&company.admin, made.id, &edit).await.unwrap();
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let entries = viewing.ledger_entries(&EntryFilter::default(), 2).await.unwrap();
        let changed =
            |place: usize| entries[place].changes.iter().map(|it| it.field.as_str()).collect::<Vec<_>>();
        assert_eq!((entries[0].stored.action.as_str(), changed(0)), ("rule.update", vec!["message"]));
        let all = vec!["object", "name", "expression", "message", "active"];
        assert_eq!((entries[1].stored.action.as_str(), changed(1)), ("rule.create", all));
    });
}

#[test]
fn l23_a_rule_over_a_hidden_field_says_the_same_whatever_is_in_it() {
    run(async {
        let company = Company::found().await;
        let (objects, records, rep) = (company.engine.objects(), company.engine.records(), &company.rep);
        let hidden = FieldPermission::new(false, false);
        company.restrict("Standard User", "opportunity", "amount", hidden).await;
        for (name, expression) in [("small", "amount.amount < 100"), ("euro", "amount.currency == 'EUR'")] {
            objects.create_rule(&company.admin, "opportunity", &rule(name, expression)).await.unwrap();
        }
        let mut answers = Vec::new();
        for amount in [None, Some(1_000), Some(1_000_000)] {
            let mut fields = deal("Prospecting");
            let off = |active| RuleEdit { active: Some(active), ..RuleEdit::default() };
            let viewing = company.engine.view(&company.admin).await.unwrap();
            let rules = viewing.rules("opportunity").unwrap();
            viewing.close().await.unwrap();
            for rule in &rules {
                objects.update_rule(&company.admin, rule.id, &off(false)).await.unwrap();
            }
            fields.extend(amount.map(|amount| ("amount", eur(amount))));
            let mut new = edit(&fields);
            new.owner = Some(id_of(rep).into());
            let id = records.create(&company.admin, "opportunity", &new).await.unwrap().value.id;
            for rule in &rules {
                objects.update_rule(&company.admin, rule.id, &off(true)).await.unwrap();
            }
            let touch = edit(&[("nextStep", Value::text("call"))]);
            let Err(Error::Rules(violations)) = records.update(rep, "opportunity", id, &touch).await else {
                panic!("a rule is broken")
            };
            answers.push(violations);
        }
        assert_eq!(answers[0].len(), 1);
        assert_eq!((answers[0][0].message.as_str(), &answers[0][0].rule), ("not allowed by a rule", &None));
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    });
}
