//! Which rules of the standards a policy breaks.

use super::{BlockList, PasswordPolicy};

/// A setting that breaks a rule: of NIST SP 800-63B-4 (August 2025) or OWASP ASVS 5.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyFinding {
    /// The setting: a field of [`PasswordPolicy`], or `block_file`, which is an operator's.
    pub setting: &'static str,
    /// The rule that it breaks, such as `ASVS 5.0 6.2.5`.
    pub rule: &'static str,
    /// What the rule says, in a sentence.
    pub reason: &'static str,
}

const NIST: &str = "NIST SP 800-63B-4 3.1.1.2";

/// Whether a policy breaks a rule, and what is said of it then.
type Rule = (fn(&PasswordPolicy) -> bool, PolicyFinding);

const RULES: [Rule; 8] = [
    (
        |policy| policy.min_length < 15,
        finding("min_length", NIST, "a password that stands alone has at least 15 characters"),
    ),
    (
        |policy| policy.min_length < 8,
        finding("min_length", "ASVS 5.0 6.2.1", "a password has at least 8 characters; 15 are recommended"),
    ),
    (
        |policy| policy.min_length_with_factor < 8,
        finding(
            "min_length_with_factor",
            NIST,
            "a password beside a second factor has at least 8 characters",
        ),
    ),
    (
        |policy| policy.min_length_with_factor < 8,
        finding(
            "min_length_with_factor",
            "ASVS 5.0 6.2.1",
            "a password has at least 8 characters; 15 are recommended",
        ),
    ),
    (
        |policy| !policy.required.is_empty(),
        finding(
            "required",
            NIST,
            "there are no rules about kinds of characters: they make passwords easier to guess",
        ),
    ),
    (
        |policy| !policy.required.is_empty(),
        finding("required", "ASVS 5.0 6.2.5", "no number of letters, digits or other characters is required"),
    ),
    (
        |policy| policy.max_age_days.is_some(),
        finding(
            "max_age_days",
            NIST,
            "a password is changed when it may be known to others, and not at times",
        ),
    ),
    (
        |policy| policy.max_age_days.is_some(),
        finding(
            "max_age_days",
            "ASVS 5.0 6.2.10",
            "a password stays good until its owner changes it or it is known",
        ),
    ),
];

const fn finding(setting: &'static str, rule: &'static str, reason: &'static str) -> PolicyFinding {
    PolicyFinding { setting, rule, reason }
}

/// What is said where no operator has listed any passwords.
const NO_BREACHES: PolicyFinding =
    finding("block_file", "ASVS 5.0 6.2.12", "new passwords are compared with those of known breaches");

impl PasswordPolicy {
    /// The rules that this policy breaks, beside this block list: for the administrator who decides.
    ///
    /// ```
    /// use sutra_identity::{BlockList, PasswordPolicy};
    ///
    /// let breached = BlockList::built_in().with_lines("velvet hammer 7");
    /// assert!(PasswordPolicy::default().findings(&breached).is_empty());
    ///
    /// let policy = PasswordPolicy { max_age_days: Some(90), ..PasswordPolicy::default() };
    /// let rules: Vec<&str> = policy.findings(&breached).iter().map(|finding| finding.rule).collect();
    /// assert_eq!(rules, ["NIST SP 800-63B-4 3.1.1.2", "ASVS 5.0 6.2.10"]);
    /// ```
    #[must_use]
    pub fn findings(&self, blocked: &BlockList) -> Vec<PolicyFinding> {
        let broken = RULES.iter().filter(|(is_broken, _)| is_broken(self)).map(|(_, finding)| *finding);
        broken.chain((blocked.listed() == 0).then_some(NO_BREACHES)).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::CharacterKind;

    #[test]
    fn each_setting_that_breaks_a_rule_is_told() {
        type Case = (&'static str, PasswordPolicy, &'static [(&'static str, &'static str)]);
        let policy = PasswordPolicy::default;
        let cases: [Case; 7] = [
            ("the default", policy(), &[]),
            (
                "longer, with words and history",
                PasswordPolicy { min_length: 20, history: 24, ..policy() },
                &[],
            ),
            ("no history", PasswordPolicy { history: 0, ..policy() }, &[]),
            ("14 characters", PasswordPolicy { min_length: 14, ..policy() }, &[("min_length", NIST)]),
            (
                "7 characters",
                PasswordPolicy { min_length: 7, min_length_with_factor: 7, ..policy() },
                &[
                    ("min_length", NIST),
                    ("min_length", "ASVS 5.0 6.2.1"),
                    ("min_length_with_factor", NIST),
                    ("min_length_with_factor", "ASVS 5.0 6.2.1"),
                ],
            ),
            (
                "a digit",
                PasswordPolicy { required: BTreeSet::from([CharacterKind::Digit]), ..policy() },
                &[("required", NIST), ("required", "ASVS 5.0 6.2.5")],
            ),
            (
                "a change each quarter",
                PasswordPolicy { max_age_days: Some(90), ..policy() },
                &[("max_age_days", NIST), ("max_age_days", "ASVS 5.0 6.2.10")],
            ),
        ];
        let breached = BlockList::built_in().with_lines("velvet hammer 7");
        for (name, policy, expected) in cases {
            let told: Vec<_> = policy.findings(&breached).iter().map(|it| (it.setting, it.rule)).collect();
            assert_eq!(told, expected, "{name}");
        }
    }

    #[test]
    fn without_a_list_of_breached_passwords_that_is_told() {
        assert_eq!(PasswordPolicy::default().findings(&BlockList::built_in()), [NO_BREACHES]);
    }
}
