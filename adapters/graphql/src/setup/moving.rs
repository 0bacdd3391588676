//! Users whose new role is on the way to what they own.

use async_graphql::{Context, ID, Object, SimpleObject};
use sutra_acl::Move;

use super::{
    request::{Result, viewing},
    scalar::DateTime,
};

/// A user who has got another role and owns so much that it follows in steps. Until it has, the records that the user owns, and those
/// that are shared with this user alone, are open to nobody for a role above.
#[derive(SimpleObject)]
struct MovingUser {
    /// Who it is.
    user_id: ID,
    /// When it began.
    started_at: DateTime,
}

#[derive(Default)]
pub(super) struct MovingQuery;

#[Object]
impl MovingQuery {
    /// The users whose new role is on the way to what they own. Needs Manage Users.
    async fn moving_users(&self, ctx: &Context<'_>) -> Result<Vec<MovingUser>> {
        let moves = viewing(ctx).await?.moves().await?;
        Ok(moves.into_iter().map(MovingUser::from).collect())
    }
}

impl From<Move> for MovingUser {
    fn from(Move { user, started_at }: Move) -> Self {
        Self { user_id: user.into(), started_at: started_at.into() }
    }
}
