//! Taking a user over from another system, with the hash of the password.

use async_trait::async_trait;
use sutra_audit::{Event, Target};
use sutra_identity::{PasswordHash, StoredPassword, User, UserState};

use super::{NewMember, create::word_user};
use crate::{
    Error, Outcome,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) struct ImportMember<'a> {
    pub(super) new: &'a NewMember,
    pub(super) hash: &'a str,
}

#[async_trait]
impl UseCase for ImportMember<'_> {
    type Output = User;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::UserCreate, target: Some(Target::kind("user")) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<User>, Error> {
        let hash = PasswordHash::from_bcrypt(self.hash.to_owned()).map_err(Error::bad_input)?;
        let user = work.make_user(self.new, UserState::Active).await?;
        work.put_password(user.id, &StoredPassword::imported(hash)).await?;
        let seal = work.audit_seal().await?;
        let entry = word_user(Event::UserCreate, None, &user, &seal).detail("imported", "bcrypt");
        Ok(Done::new(user, entry))
    }

    fn outcome(user: &User) -> Option<Outcome> {
        Some(Outcome::Thing(user.id.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<User, Error> {
        work.user_before(&before).await
    }
}
