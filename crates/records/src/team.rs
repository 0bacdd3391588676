//! Teams: the users who work on a record together.

use std::fmt;

use crate::ObjectDef;

/// The standard objects whose records have teams.
const TEAMED: [&str; 3] = ["account", "opportunity", "case"];

/// How long the name of a role is at most.
const MAX_LETTERS: usize = 80;

/// What somebody does in a team, such as "Sales engineer". It gives him nothing: that is what the level is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamRole(String);

/// Why a text is no role in a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a role in a team has 1 to {MAX_LETTERS} characters")]
pub struct TeamRoleError;

impl TeamRole {
    /// Reads a role, without the blanks around it.
    ///
    /// # Errors
    /// One that is empty or too long, or has control characters in it, is refused.
    pub fn parse(text: &str) -> Result<Self, TeamRoleError> {
        let role = text.trim();
        let fits = (1..=MAX_LETTERS).contains(&role.chars().count()) && !role.chars().any(char::is_control);
        if fits { Ok(Self(role.to_owned())) } else { Err(TeamRoleError) }
    }

    /// The role as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TeamRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ObjectDef {
    /// Whether its records have teams, as accounts, opportunities and cases do.
    #[must_use]
    pub fn has_teams(&self) -> bool {
        self.standard && TEAMED.contains(&self.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_a_short_line() {
        let long = "é".repeat(MAX_LETTERS);
        for (text, expected) in [
            ("Sales engineer", Some("Sales engineer")),
            ("  Sponsor ", Some("Sponsor")),
            (long.as_str(), Some(long.as_str())),
            (&format!("{long}e"), None),
            (" ", None),
            ("two\nlines", None),
        ] {
            assert_eq!(TeamRole::parse(text).ok().as_ref().map(TeamRole::as_str), expected, "{text:?}");
        }
    }

    #[test]
    fn accounts_opportunities_and_cases_have_teams() {
        let teamed = crate::standard::objects().into_iter().filter(ObjectDef::has_teams);
        let names: Vec<_> = teamed.map(|object| object.name.to_string()).collect();
        assert_eq!(names, TEAMED);
    }
}
