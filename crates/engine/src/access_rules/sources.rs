//! What owner rules have written down, when other people come to stand behind the names in them.

use std::sync::Arc;

use sutra_acl::{OwnerRule, Staff};
use sutra_identity::User;
use sutra_kernel::{ObjectId, UserId};
use sutra_records::Whose;

use crate::{Error, work::Work};

/// For how many users their records are looked up one by one, before all of an object are gone through.
const ONE_BY_ONE: usize = 20;

impl Work<'_> {
    /// Lets what owner rules share follow a change, made in this unit, of who belongs to what: of those who leave, it is
    /// taken away at once; of those who come, it follows record by record.
    pub(crate) async fn follow_sources(&mut self) -> Result<(), Error> {
        let before = Arc::clone(&self.authority.policy);
        if before.written_rules().next().is_none() {
            return Ok(());
        }
        let after = self.unit.policy().await?;
        let moving: Vec<_> = after.moving.iter().copied().collect();
        let moving = self.unit.find_users(&moving).await?;
        for (object, rule) in before.written_rules() {
            let (was, is) = (before.staff_of(rule), after.staff_of(rule));
            self.follow_source(object, rule, &was, &is).await?;
            if was != is {
                self.follow_moving(object, rule, &is, &moving).await?;
            }
        }
        Ok(())
    }

    /// What those who are moving own tells nothing by its role.
    async fn follow_moving(
        &mut self,
        object: ObjectId,
        rule: &OwnerRule,
        is: &Staff,
        moving: &[User],
    ) -> Result<(), Error> {
        for user in moving {
            if is.users.contains(&user.id) || user.role.is_some_and(|role| is.roles.contains(&role)) {
                self.unit.begin_resharing(object, Whose::Users(user.id), self.now).await?;
            } else {
                self.close(rule, user.id).await?;
            }
        }
        Ok(())
    }

    /// Takes away what a rule has shared of what a user owns.
    async fn close(&mut self, rule: &OwnerRule, owner: UserId) -> Result<(), Error> {
        let user = Staff { users: [owner].into(), ..Staff::default() };
        Ok(self.unit.remove_shares_of_owners(rule.id, &user, &Staff::default()).await?)
    }

    async fn follow_source(
        &mut self,
        object: ObjectId,
        rule: &OwnerRule,
        was: &Staff,
        is: &Staff,
    ) -> Result<(), Error> {
        let (leave, come) = (was.without(is), is.without(was));
        if !leave.is_empty() {
            self.unit.remove_shares_of_owners(rule.id, &leave, is).await?;
        }
        if come.roles.is_empty() && come.users.len() <= ONE_BY_ONE {
            for user in come.users {
                self.unit.begin_resharing(object, Whose::Users(user), self.now).await?;
            }
            return Ok(());
        }
        Ok(self.unit.begin_resharing(object, Whose::Everybodys, self.now).await?)
    }

    /// The same for one user who has got another role.
    pub(crate) async fn follow_role(&mut self, before: &User, after: &User) -> Result<(), Error> {
        let policy = Arc::clone(&self.authority.policy);
        let was = policy.written_rules_of(before.id, before.role);
        let is = policy.written_rules_of(after.id, after.role);
        for (_, rule) in was.iter().filter(|rule| !is.contains(rule)) {
            self.close(rule, after.id).await?;
        }
        for (object, _) in is.iter().filter(|rule| !was.contains(rule)) {
            self.unit.begin_resharing(*object, Whose::Users(after.id), self.now).await?;
        }
        Ok(())
    }
}
