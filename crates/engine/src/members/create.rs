//! Inviting a user.

use std::time::Duration;

use async_trait::async_trait;
use sutra_acl::{SystemPermission, grant};
use sutra_audit::{EntryDraft, Event, FieldChange, Opened, Target, Visibility};
use sutra_crypto::{Token, TokenKind};
use sutra_identity::{Channel, EmailAddress, Notice, SecretText, User, UserState};
use sutra_kernel::{ProfileId, RoleId, UserId, Value};

use super::{Invited, NewMember, Way, activate::activation};
use crate::{
    Error, Outcome,
    authority::Authority,
    work::{Attempt, Done, UseCase, Work},
};

/// How long an invitation is good for.
const INVITATION: Duration = Duration::from_secs(3 * 24 * 60 * 60);

pub(super) struct InviteMember<'a> {
    pub(super) new: &'a NewMember,
    pub(super) by: Way,
}

#[async_trait]
impl UseCase for InviteMember<'_> {
    type Output = Invited;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::UserCreate, target: Some(Target::kind("user")) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Invited>, Error> {
        let user = work.make_user(self.new, UserState::Invited).await?;
        let token = offer_activation(work, &user, self.by).await?;
        let seal = work.audit_seal().await?;
        let entry = word_user(Event::UserCreate, None, &user, &seal);
        Ok(Done::new(Invited { user, token }, entry))
    }

    fn outcome(answer: &Invited) -> Option<Outcome> {
        Some(Outcome::Thing(answer.user.id.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Invited, Error> {
        Ok(Invited { user: work.user_before(&before).await?, token: None })
    }
}

impl Work<'_> {
    /// Makes a user, for whoever may give what the profile and the role give.
    pub(super) async fn make_user(&mut self, new: &NewMember, state: UserState) -> Result<User, Error> {
        self.require_permission(SystemPermission::ManageUsers)?;
        if new.role.is_some() {
            // The policy knows which roles have somebody in them.
            self.unit.lock().await?;
            self.unit.bump_policy_epoch().await?;
        }
        self.authority.require_grantable(new.profile)?;
        self.authority.require_role(new.role)?;
        let user = User {
            workspace: self.caller.workspace(),
            id: UserId::generate(self.now, self.entropy()),
            email: parse_email(&new.email)?,
            name: parse_name(&new.name)?,
            profile: new.profile,
            role: new.role,
            state,
            version: 1,
            created_at: self.now,
            updated_at: self.now,
        };
        insert_user(self, &user).await?;
        Ok(user)
    }
}

impl Authority {
    /// Refuses a profile that does not exist or gives more than the caller has.
    pub(crate) fn require_grantable(&self, profile: ProfileId) -> Result<(), Error> {
        let profile = self.policy.profiles.get(&profile);
        let profile = profile.ok_or_else(|| Error::BadInput("there is no such profile".to_owned()))?;
        if grant::may_grant(&self.plan, &profile.grants) {
            return Ok(());
        }
        Err(Error::Forbidden("this profile gives permissions that you do not have".to_owned()))
    }

    /// Refuses a role that does not exist, or shows more than the caller's own does.
    pub(crate) fn require_role(&self, role: Option<RoleId>) -> Result<(), Error> {
        let roles = &self.policy.roles;
        match role {
            Some(role) if !roles.contains(role) => Err(Error::BadInput("there is no such role".to_owned())),
            Some(role) if !grant::may_assign_role(&self.plan, roles, role) => {
                Err(Error::Forbidden("this role is not within your own".to_owned()))
            }
            _ => Ok(()),
        }
    }
}

/// A token to choose a password with, if whoever invites is to hand it over. One that was offered before stops working.
pub(super) async fn offer_activation(
    work: &mut Work<'_>,
    user: &User,
    by: Way,
) -> Result<Option<Token>, Error> {
    let token = Token::generate(TokenKind::Activation, work.caller.workspace(), work.entropy());
    let (kind, expires_at) = (activation(user.id), work.now.plus(INVITATION));
    work.unit.withdraw(&kind).await?;
    work.unit.offer(&kind, &token.digest(), expires_at).await?;
    match by {
        Way::Hand => Ok(Some(token)),
        Way::Mail => {
            let token = SecretText::new(token.expose().to_owned());
            work.notify(user, Channel::Mail, Notice::Invitation { token, expires_at }).await?;
            Ok(None)
        }
    }
}

pub(crate) async fn insert_user(work: &mut Work<'_>, user: &User) -> Result<(), Error> {
    let put = work.unit.put_user(user, None).await;
    put.map_err(|error| Error::taken(error, "another user has this e-mail address"))
}

pub(crate) fn parse_email(text: &str) -> Result<EmailAddress, Error> {
    EmailAddress::parse(text).map_err(Error::bad_input)
}

pub(crate) fn parse_name(text: &str) -> Result<String, Error> {
    let name = text.trim();
    let fits = (1..=120).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits {
        return Ok(name.to_owned());
    }
    Err(Error::BadInput("a name has 1 to 120 characters".to_owned()))
}

/// What a change of a user looks like in the ledger: names and addresses sealed, the rest plain.
pub(crate) fn word_user(event: Event, before: Option<&User>, after: &User, seal: &Visibility) -> EntryDraft {
    let target =
        Target { object: "user".to_owned(), id: Some(after.id.uuid()), version: Some(after.version) };
    let sides = |user: &User| {
        let id = |text: String| Value::Text(text);
        [
            ("name", Value::text(&user.name), true),
            ("email", Value::text(user.email.as_str()), true),
            ("profile", id(user.profile.to_string()), false),
            ("role", user.role.map_or(Value::Null, |role| id(role.to_string())), false),
            ("state", Value::text(user.state.as_str()), false),
        ]
    };
    let old = before.map(sides);
    let changes = sides(after).into_iter().enumerate().filter_map(|(place, (field, new, personal))| {
        let old = old.as_ref().and_then(|old| old.get(place)).map(|(_, value, _)| value.clone());
        (old.as_ref() != Some(&new)).then(|| FieldChange {
            field: field.to_owned(),
            old: old.map(Opened::value),
            new: Some(Opened::value(new)),
            visibility: if personal { seal.clone() } else { Visibility::Plain },
        })
    });
    changes.fold(EntryDraft::new(event).target(target), EntryDraft::change)
}
