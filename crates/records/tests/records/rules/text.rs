//! Whatever text a rule is written in, it is refused or it can be asked.

use proptest::prelude::*;
use sutra_kernel::Decimal;
use sutra_records::{Fields, Metadata, standard};

use super::{decimal, new_rule, rule, with_required};
use crate::company::{eur, fields, object, plan, stored};

/// Words that make sense side by side often enough.
fn sentence() -> impl Strategy<Value = String> {
    let words = [
        "name",
        "amount",
        "amount.amount",
        "amount.currency",
        "probability",
        "closeDate",
        "stage",
        "createdAt",
        "ownerId",
        "description",
        "1",
        "0.5",
        "-7",
        "'EUR'",
        "'x'",
        "'Closed Won'",
        "null",
        "true",
        "date(",
        "timestamp(",
        "size(",
        "'2026-01-01'",
        "==",
        "!=",
        "<",
        ">=",
        "&&",
        "||",
        "+",
        "-",
        "*",
        "in",
        "[",
        "]",
        ",",
        "(",
        ")",
        "!",
        "?",
        ":",
        ".contains(",
        ".startsWith(",
    ];
    proptest::collection::vec(proptest::sample::select(words.to_vec()), 1..14)
        .prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_text_makes_a_rule_that_panics(expression in prop_oneof![sentence(), ".{0,60}"], amount in any::<i64>()) {
        let def = object("opportunity");
        let Ok(rule) = rule(&def, 1, new_rule(&expression)) else { return Ok(()) };
        prop_assert_eq!(rule.check(&def), Ok(()));
        let rules = Metadata::new(1, standard::objects()).unwrap().with_rules(vec![rule]).rules(def.id);
        let values = fields([("amount", eur(Decimal::new(amount, 4))), ("probability", decimal("99999999999999.99"))]);
        for values in [values, Fields::new()] {
            let record = stored(&def, 1, with_required(values));
            prop_assert!(rules.violations(&record, plan().object(def.id)).len() < 2);
        }
    }
}
