//! Stories of the ledger: what is entered, and that it verifies.

use crate::company::{Company, PASSWORD, edit, run};
use sutra_audit::EntryFilter;
use sutra_engine::{Credentials, LedgerEntry, SignInStep};
use sutra_identity::Delivery;
use sutra_kernel::{RecordId, Value, WorkspaceId};

async fn entries(company: &Company, action: &str) -> Vec<LedgerEntry> {
    let viewing = company.engine.view(&company.admin).await.unwrap();
    let filter = EntryFilter { action: Some(action.to_owned()), ..EntryFilter::default() };
    viewing.ledger_entries(&filter, 200).await.unwrap()
}

fn absent() -> RecordId {
    "rec_01h455vb4pex5vsknk084sn02q".parse().unwrap()
}

#[test]
fn w3_the_chain_of_a_working_day_verifies() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Acme").await;
        let person = [("lastName", Value::text("Doe")), ("account", Value::Reference(id))];
        company.create(&company.rep, "contact", &person).await.unwrap();
        let change = edit(&[("name", Value::text("Acme Ltd"))]);
        company.engine.records().update(&company.rep, "account", id, &change).await.unwrap();
        company.engine.records().delete(&company.rep, "account", id, None).await.unwrap();
        for workspace in [company.workspace, WorkspaceId::INSTANCE] {
            let report = company.engine.ledger().verify(workspace).await.unwrap();
            assert!(report.is_sound(), "{report:?}");
            assert!(report.entries > 0 && report.closed == 0);
        }
    });
}

#[test]
fn h25_a_refusal_is_entered_with_what_was_attempted() {
    run(async {
        let company = Company::found().await;
        let change = edit(&[("name", Value::text("x"))]);
        company.engine.records().update(&company.rep, "account", absent(), &change).await.unwrap_err();
        let refusals = entries(&company, "access.refuse").await;
        assert_eq!(refusals.len(), 1);
        let refusal = &refusals[0];
        assert_eq!(refusal.stored.actor_id, company.rep.user_id().map(|user| user.uuid()));
        assert_eq!(refusal.stored.target_id, Some(absent().uuid()));
        assert!(refusal.detail.contains(&("attempted".to_owned(), "record.update".to_owned())));
    });
}

#[test]
fn a_flood_of_refusals_is_entered_in_few_entries_and_then_refused() {
    run(async {
        let company = Company::found().await;
        let change = edit(&[("name", Value::text("x"))]);
        let mut codes = Vec::new();
        for _ in 0..70 {
            let refused = company.engine.records().update(&company.rep, "account", absent(), &change).await;
            codes.push(refused.unwrap_err().code());
        }
        assert_eq!(codes.iter().filter(|code| **code == "NOT_FOUND").count(), 60);
        assert_eq!(codes.iter().filter(|code| **code == "RATE_LIMITED").count(), 10);
        let refusals = entries(&company, "access.refuse").await;
        assert_eq!(refusals.len(), 11);
        let counted: u64 = refusals.iter().filter_map(|refusal| refusal.entry.rows).sum();
        assert_eq!(counted, 60);
    });
}

#[test]
fn refused_reads_write_nothing() {
    run(async {
        let company = Company::found().await;
        let viewing = company.engine.view(&company.rep).await.unwrap();
        assert!(viewing.find_record("account", absent()).await.unwrap().is_none());
        viewing.close().await.unwrap();
        assert!(entries(&company, "access.refuse").await.is_empty());
    });
}

#[test]
fn sign_ins_are_entered_and_strangers_are_not_in_the_workspace() {
    run(async {
        let company = Company::found().await;
        let before = entries(&company, "sign_in.refuse").await.len();
        for email in ["rep@acme.example", "stranger@nowhere.example"] {
            let credentials = Credentials {
                email: email.to_owned(),
                password: format!("not {PASSWORD}"),
                delivery: Delivery::Cookie,
                device: None,
            };
            let step =
                company.engine.sign_in().with_password(&company.stranger(), credentials).await.unwrap();
            assert!(matches!(step, SignInStep::Refused));
        }
        let refusals = entries(&company, "sign_in.refuse").await;
        assert_eq!(refusals.len(), before + 1);
        assert!(refusals[0].detail.contains(&("reason".to_owned(), "wrong_password".to_owned())));
        assert_eq!(entries(&company, "sign_in.succeed").await.len(), 5);
    });
}
