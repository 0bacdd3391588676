//! What a viewer may see, as SQL.
//!
//! Here it is judged record by record, of the few that something else has found; or told in parts without a record in
//! common, of all that there are. Neither is a way to the newest records: that is [`gather`](super::gather).

use sea_orm::{
    Condition as Sql, DbBackend,
    sea_query::{Expr, ExprTrait as _, Query, SelectStatement, UnionType},
};
use sutra_acl::{Owner, Reach, Runs, Scope, Withheld};
use sutra_kernel::{PortError, RecordId, RoleId, Uuid};

use super::{
    filter::{is_not_true, is_true, truth},
    many,
    place::Place,
    restriction,
};
use crate::{
    entity::records::{record, record_share},
    shares::principal_of,
};

/// Whether the viewer may see the record.
pub(super) fn admits(place: &Place<'_>, scope: &Scope) -> Result<Sql, PortError> {
    let opened = match &scope.reach {
        Reach::None => Sql::all().add(truth(false)),
        Reach::All => Sql::all(),
        Reach::Runs(runs) => Sql::all().add(is_true(opens(place, runs))),
    };
    Ok(opened.add(restricted(place, scope)?))
}

/// Whether the record meets every restriction of the viewer.
pub(super) fn restricted(place: &Place<'_>, scope: &Scope) -> Result<Sql, PortError> {
    scope.restrictions.iter().try_fold(Sql::all(), |all, bound| {
        let condition = restriction::compile(place, bound)?;
        Ok(all.add(is_true(Expr::from(condition))))
    })
}

/// Whether something opens the record to the viewer.
fn opens(place: &Place<'_>, runs: &Runs) -> Expr {
    let any = Sql::any().add(is_owned(place, runs)).add(is_led(place, &runs.roles, runs));
    let any = any.add_option(is_rooted(place, runs));
    let shared = Sql::all().add(Expr::from(shares_of(place, runs)));
    let any = any.add(shared.add_option(counts(place, runs, Withheld::Shares)));
    Expr::from(Sql::all().add(any).add_option(counts(place, runs, Withheld::Everything)))
}

/// The ways in which records are open to the viewer. No two of them open the same record.
pub(super) fn apart(place: &Place<'_>, runs: &Runs) -> Vec<Sql> {
    let shared = place.column(record::Column::Id).in_subquery(shared(place, runs));
    let ways = [is_owned(place, runs), is_led(place, &runs.roles, runs)];
    let ways = ways.into_iter().chain(is_rooted(place, runs));
    let ways = ways.map(|way| (way, Withheld::Everything)).chain([(shared, Withheld::Shares)]);
    let ways = ways.map(|(way, what)| Expr::from(Sql::all().add(way).add_option(counts(place, runs, what))));
    let mut none_before = Sql::all();
    let apart = ways.map(|way| {
        let only = none_before.clone().add(way.clone());
        none_before = none_before.clone().add(is_not_true(way));
        only
    });
    apart.collect()
}

/// Whether at least this is not withheld of the record; nothing if it is not of any.
fn counts(place: &Place<'_>, runs: &Runs, what: Withheld) -> Option<Expr> {
    let roots: Vec<_> = runs.withholding(what).map(RecordId::uuid).collect();
    let root = || place.column(record::Column::RootId);
    let is_of_none = |roots: Vec<Uuid>| root().not_in_subquery(many::ids(place.backend(), roots));
    (!roots.is_empty()).then(|| root().is_null().or(is_of_none(roots)))
}

fn is_owned(place: &Place<'_>, runs: &Runs) -> Expr {
    let owners = runs.owners.iter().map(owner_id);
    place.column(record::Column::AccessOwnerId).in_subquery(many::ids(place.backend(), owners))
}

/// Whether what controls the record opens it, if anything could.
fn is_rooted(place: &Place<'_>, runs: &Runs) -> Option<Expr> {
    let rooted = runs.rooted.as_ref()?;
    let is_under = place.column(record::Column::RootObjectId).eq(rooted.object.uuid());
    Some(if rooted.all { is_under } else { is_under.and(is_led(place, &rooted.roles, runs)) })
}

/// Whether the record is of an owner with one of these roles, which is settled.
fn is_led(place: &Place<'_>, roles: &[RoleId], runs: &Runs) -> Expr {
    let roles = many::ids(place.backend(), roles.iter().map(|role| role.uuid()));
    let led = place.column(record::Column::AccessRoleId).in_subquery(roles);
    let owner = place.column(record::Column::AccessOwnerId);
    match moving(place.backend(), runs) {
        Some(moving) => led.and(owner.not_in_subquery(moving)),
        None => led,
    }
}

/// True if the record is shared with the viewer, and nothing if it is not: one probe of the record's own shares.
fn shares_of(place: &Place<'_>, runs: &Runs) -> SelectStatement {
    let with = Sql::any().add(is_for_us(place, runs)).add(is_for_led(place, runs));
    let mut shares = shares(place);
    shares.expr(truth(true)).limit(1).cond_where(with);
    shares.and_where(share(record_share::Column::RecordId).eq(place.column(record::Column::Id)));
    shares
}

/// The records that are shared with the viewer, some of them more than once.
fn shared(place: &Place<'_>, runs: &Runs) -> SelectStatement {
    let through = |with: Expr| {
        let mut shares = shares(place);
        shares.expr(share(record_share::Column::RecordId)).and_where(with);
        shares.and_where(share(record_share::Column::ObjectId).eq(place.object.id.uuid()));
        shares
    };
    let mut all = through(is_for_us(place, runs));
    all.union(UnionType::All, through(is_for_led(place, runs)));
    all
}

/// Whether a share is with the viewer or with a group that somebody below is in.
fn is_for_us(place: &Place<'_>, runs: &Runs) -> Expr {
    let principal = [record_share::Column::PrincipalKind, record_share::Column::PrincipalId].map(share);
    Expr::tuple(principal)
        .in_subquery(many::pairs(place.backend(), runs.principals.iter().map(|it| principal_of(*it))))
}

/// Whether a share is with somebody below, whose role is settled.
fn is_for_led(place: &Place<'_>, runs: &Runs) -> Expr {
    let role = || share(record_share::Column::GranteeRoleId);
    let roles = many::ids(place.backend(), runs.grantee_roles.iter().map(|role| role.uuid()));
    let led = role().is_not_null().and(role().in_subquery(roles));
    match moving(place.backend(), runs) {
        Some(moving) => led.and(share(record_share::Column::PrincipalId).not_in_subquery(moving)),
        None => led,
    }
}

fn shares(place: &Place<'_>) -> SelectStatement {
    let mut shares = Query::select();
    shares.from(record_share::Entity);
    shares.and_where(share(record_share::Column::WorkspaceId).eq(place.transaction.workspace().uuid()));
    shares
}

fn share(column: record_share::Column) -> Expr {
    Expr::col((record_share::Entity, column))
}

/// Whose role does not count; nothing if everybody's does.
fn moving(backend: DbBackend, runs: &Runs) -> Option<SelectStatement> {
    let moving = runs.moving.iter().map(|user| user.uuid());
    (!runs.moving.is_empty()).then(|| many::ids(backend, moving))
}

pub(super) fn owner_id(owner: &Owner) -> Uuid {
    match owner {
        Owner::User(user) => user.uuid(),
        Owner::Queue(queue) => queue.uuid(),
    }
}
