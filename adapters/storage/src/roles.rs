//! PostgreSQL's roles: who owns the schema, who serves, and a serving role that can do no more than that.

use sea_orm::ConnectionTrait;
use sqlx::{Executor as _, PgPool, Row as _};
use sutra_kernel::Entropy;

use crate::{DatabaseUrl, SetupError, pool};

mod scram;

/// Owns the schema and migrates it.
pub(crate) const OWNER: &str = "sutra_owner";
/// Serves; owns nothing.
pub(crate) const APP: &str = "sutra_app";
/// Reads ledgers to verify them.
pub(crate) const VERIFIER: &str = "sutra_verifier";
/// Moves old ledger segments away.
pub(crate) const ARCHIVER: &str = "sutra_archiver";

/// The passwords of the four roles, of ASCII characters. They reach the server as SCRAM verifiers only.
pub struct RolePasswords {
    /// Of the schema's owner.
    pub owner: String,
    /// Of the role that serves.
    pub app: String,
    /// Of the ledger's verifier.
    pub verifier: String,
    /// Of the ledger's archiver.
    pub archiver: String,
}

/// Makes the four roles in the cluster of an administrator's address, or sets them right if they exist.
///
/// # Errors
/// If the database refuses, or a password has other than ASCII characters.
pub async fn create_roles(
    administrator: &DatabaseUrl,
    passwords: &RolePasswords,
    entropy: &dyn Entropy,
) -> Result<(), SetupError> {
    let database = pool::open_one(administrator.address()).await?;
    let roles = [
        (OWNER, &passwords.owner),
        (APP, &passwords.app),
        (VERIFIER, &passwords.verifier),
        (ARCHIVER, &passwords.archiver),
    ];
    for (role, password) in roles {
        let verifier = scram::verifier(password, entropy).ok_or(SetupError::Password)?;
        database.execute_unprepared(&role_statements(role, &verifier)).await?;
    }
    Ok(database.close().await?)
}

/// Another database of the same cluster may be prepared at the same time, so existing is no error.
fn role_statements(role: &str, verifier: &str) -> String {
    format!(
        "DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$; \
         ALTER ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION \
         PASSWORD '{verifier}'"
    )
}

/// Gives one database to the four roles and to nobody else, and its schema to the owner.
///
/// # Errors
/// If the database refuses; nothing is changed then.
pub async fn prepare_database(administrator: &DatabaseUrl) -> Result<(), SetupError> {
    let database = pool::open_one(administrator.address()).await?;
    database.execute_unprepared(include_str!("roles/prepare.sql")).await?;
    Ok(database.close().await?)
}

/// The grants on a table.
pub(crate) fn grant(table: &str, app: &str, verifier: bool) -> String {
    let to_app = format!("GRANT {app} ON public.{table} TO {APP}; ");
    if verifier { format!("{to_app}GRANT SELECT ON public.{table} TO {VERIFIER}") } else { to_app }
}

/// Why a role is not fit to serve: it could reach around row-level security.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnsafeRole {
    /// Row-level security does not bind superusers.
    #[error("role `{0}` is, or can become, a superuser: serve as `sutra_app`")]
    Superuser(String),
    /// Row-level security does not bind such a role.
    #[error("role `{0}` bypasses row-level security, or can become a role that does: serve as `sutra_app`")]
    BypassesRowSecurity(String),
    /// It could make itself a member of any other role.
    #[error("role `{0}` may create roles, and so become any other: serve as `sutra_app`")]
    CreatesRoles(String),
    /// An owner can switch row-level security off.
    #[error("role `{role}` owns `{owned}`, or can become its owner: serve as `sutra_app`")]
    Owner {
        /// The role that wants to serve.
        role: String,
        /// One thing it owns.
        owned: String,
    },
    /// The roles are apart so that one stolen password is not all of them.
    #[error("role `{role}` is a member of `{member_of}`: give each role its own password and no other role")]
    Member {
        /// The role that wants to serve.
        role: String,
        /// The other role.
        member_of: String,
    },
}

/// Refuses to serve as a role that could reach around row-level security.
///
/// What a role can become counts as what it is: `SET ROLE` needs no password.
pub(crate) async fn refuse_unsafe_role(pool: &PgPool) -> Result<(), SetupError> {
    let mut transaction = pool.begin().await?;
    let row = transaction.fetch_one(include_str!("roles/posture.sql")).await?;
    transaction.rollback().await?;
    let role: String = row.try_get("role")?;
    if row.try_get("superuser")? {
        return Err(UnsafeRole::Superuser(role).into());
    }
    if row.try_get("bypasses")? {
        return Err(UnsafeRole::BypassesRowSecurity(role).into());
    }
    if row.try_get("creates_roles")? {
        return Err(UnsafeRole::CreatesRoles(role).into());
    }
    if let Some(member_of) = row.try_get("member_of")? {
        return Err(UnsafeRole::Member { role, member_of }.into());
    }
    if let Some(owned) = row.try_get("owned")? {
        return Err(UnsafeRole::Owner { role, owned }.into());
    }
    Ok(())
}
