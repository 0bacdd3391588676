//! Who works at the demo company. All of them are invented.

use super::profiles::Job;

/// Somebody who works there.
pub(super) struct Person {
    pub(super) email: &'static str,
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// The place in the hierarchy; the administrator has none.
    pub(super) role: Option<&'static str>,
    pub(super) job: Job,
    /// Whether the demo introduces this person to whoever starts it.
    pub(super) is_introduced: bool,
}

impl Person {
    const fn new(
        email: &'static str,
        name: &'static str,
        title: &'static str,
        role: &'static str,
        job: Job,
    ) -> Self {
        Self { email, name, title, role: Some(role), job, is_introduced: false }
    }

    const fn introduced(self) -> Self {
        Self { is_introduced: true, ..self }
    }
}

/// Each role and the one above it, which comes first.
pub(super) const ROLES: [(&str, Option<&str>); 18] = [
    ("Chief Executive", None),
    ("Sales Director", Some("Chief Executive")),
    ("Service Director", Some("Chief Executive")),
    ("Sales Manager North", Some("Sales Director")),
    ("Sales Manager South", Some("Sales Director")),
    ("Support Manager", Some("Service Director")),
    ("Marketing Manager", Some("Sales Director")),
    ("Team Lead Nordics", Some("Sales Manager North")),
    ("Team Lead Central", Some("Sales Manager North")),
    ("Team Lead Iberia", Some("Sales Manager South")),
    ("Team Lead West", Some("Sales Manager South")),
    ("Team Lead Support", Some("Support Manager")),
    ("Sales Nordics", Some("Team Lead Nordics")),
    ("Sales Central", Some("Team Lead Central")),
    ("Sales Iberia", Some("Team Lead Iberia")),
    ("Sales West", Some("Team Lead West")),
    ("Support", Some("Team Lead Support")),
    ("Marketing", Some("Marketing Manager")),
];

pub(super) const ADMINISTRATOR: Person = Person {
    email: "admin@demo.example",
    name: "Ada Adler",
    title: "administrator",
    role: None,
    job: Job::Administration,
    is_introduced: true,
};

/// Those who lead others.
pub(super) const LEADERS: [Person; 12] = [
    Person::new("carla@demo.example", "Carla Conti", "chief executive", "Chief Executive", Job::Management)
        .introduced(),
    Person::new("edda@demo.example", "Edda Eklund", "sales director", "Sales Director", Job::Sales)
        .introduced(),
    Person::new("gaspar@demo.example", "Gaspar Guerra", "service director", "Service Director", Job::Service),
    Person::new("nils@demo.example", "Nils Norberg", "sales manager", "Sales Manager North", Job::Sales)
        .introduced(),
    Person::new("sofia@demo.example", "Sofia Sandoval", "sales manager", "Sales Manager South", Job::Sales),
    Person::new("hanna@demo.example", "Hanna Hollis", "support manager", "Support Manager", Job::Service),
    Person::new(
        "marek@demo.example",
        "Marek Malina",
        "marketing manager",
        "Marketing Manager",
        Job::Marketing,
    ),
    Person::new("tilda@demo.example", "Tilda Torp", "sales team lead", "Team Lead Nordics", Job::Sales)
        .introduced(),
    Person::new("ulrich@demo.example", "Ulrich Uhlen", "sales team lead", "Team Lead Central", Job::Sales),
    Person::new("lucia@demo.example", "Lucía Lobera", "sales team lead", "Team Lead Iberia", Job::Sales),
    Person::new("pietro@demo.example", "Pietro Pavan", "sales team lead", "Team Lead West", Job::Sales),
    Person::new("rosa@demo.example", "Rosa Ribeiro", "support team lead", "Team Lead Support", Job::Service),
];

/// Those who sell, in the order they come to their desks.
pub(super) const REPS: [Person; 12] = [
    Person::new("anna@demo.example", "Anna Arvidsson", "sales rep", "Sales Nordics", Job::Sales).introduced(),
    Person::new("ben@demo.example", "Ben Boateng", "sales rep", "Sales Nordics", Job::Sales),
    Person::new("ivar@demo.example", "Ivar Isaksen", "sales rep", "Sales Nordics", Job::Sales),
    Person::new("jana@demo.example", "Jana Jelinek", "sales rep", "Sales Central", Job::Sales),
    Person::new("kurt@demo.example", "Kurt Kessling", "sales rep", "Sales Central", Job::Sales),
    Person::new("wanda@demo.example", "Wanda Weiler", "sales rep", "Sales Central", Job::Sales),
    Person::new("odile@demo.example", "Odile Ormont", "sales rep", "Sales West", Job::Sales),
    Person::new("quentin@demo.example", "Quentin Quesne", "sales rep", "Sales West", Job::Sales),
    Person::new("vera@demo.example", "Vera Vitalba", "sales rep", "Sales West", Job::Sales),
    Person::new("chloe@demo.example", "Chloé Clément", "sales rep", "Sales Iberia", Job::Sales),
    Person::new("fatima@demo.example", "Fátima Ferrão", "sales rep", "Sales Iberia", Job::Sales),
    Person::new("david@demo.example", "David Duarte", "sales rep", "Sales Iberia", Job::Sales),
];

/// Those who answer customers.
pub(super) const AGENTS: [Person; 3] = [
    Person::new("yusuf@demo.example", "Yusuf Yaldiz", "support agent", "Support", Job::Service),
    Person::new("zoe@demo.example", "Zoe Zellner", "support agent", "Support", Job::Service).introduced(),
    Person::new("bruno@demo.example", "Bruno Bassani", "support agent", "Support", Job::Service),
];

/// Those who find new customers.
pub(super) const MARKETERS: [Person; 2] = [
    Person::new("lena@demo.example", "Lena Lindau", "marketer", "Marketing", Job::Marketing),
    Person::new("mila@demo.example", "Mila Mondego", "marketer", "Marketing", Job::Marketing),
];

/// Everybody, the administrator first.
pub(super) fn everybody() -> impl Iterator<Item = &'static Person> {
    const { &[ADMINISTRATOR] }.iter().chain(&LEADERS).chain(&REPS).chain(&AGENTS).chain(&MARKETERS)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn thirty_people_work_in_roles_four_deep_below_the_first() {
        let known: BTreeSet<_> = ROLES.iter().map(|(name, _)| *name).collect();
        let above = |role: &str| ROLES.iter().find(|(name, _)| *name == role).and_then(|(_, above)| *above);
        let depth = |role: &str| std::iter::successors(above(role), |role| above(role)).count();
        assert_eq!(ROLES.iter().map(|(name, _)| depth(name)).max(), Some(4));
        assert_eq!(everybody().count(), 30);
        assert!(everybody().filter_map(|person| person.role).all(|role| known.contains(role)));
        let emails: BTreeSet<_> = everybody().map(|person| person.email).collect();
        assert_eq!(emails.len(), 30);
    }

    #[test]
    fn every_role_follows_the_one_above_it() {
        for (place, (name, above)) in ROLES.iter().enumerate() {
            let before = &ROLES[..place];
            let is_known = above.is_none_or(|above| before.iter().any(|(name, _)| *name == above));
            assert!(is_known, "{name}");
        }
    }
}
