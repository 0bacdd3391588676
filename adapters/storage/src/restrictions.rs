//! Rules that hide records.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use sea_orm::{ColumnTrait as _, QueryFilter as _, QueryOrder as _, sea_query::ExprTrait as _};
use sutra_acl::{Audience, Principal, RestrictionRule, RuleWriter, SharingRule};
use sutra_kernel::{Condition, ObjectId, PortError, ProfileId, RestrictionRuleId, SharingRuleId, Uuid};

use crate::{
    entity::access::{restriction_audience, restriction_rule},
    error::{BadRow, OrPort as _, Row},
    open::{Open, Writing},
    scoped::HERE,
    shares::{principal_from, principal_of},
};

/// The kind under which an audience names a profile; all other kinds are those of principals.
const PROFILE: &str = "profile";

impl<M: Send> Open<M> {
    /// Every rule with the object that it is about, in the order of their ids.
    pub(crate) async fn restrictions(&mut self) -> Result<Vec<(ObjectId, RestrictionRule)>, PortError> {
        let find = self.transaction.find::<restriction_rule::Entity>();
        let rows = find.order_by_asc(restriction_rule::Column::Id).all(&self.transaction).await.port()?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut audiences = self.audiences().await?;
        let rules = rows.into_iter().map(|row| {
            let audience = audiences.remove(&row.id).unwrap_or_default();
            rule_of(row, audience)
        });
        Ok(rules.collect::<Result<_, _>>()?)
    }

    async fn audiences(&mut self) -> Result<BTreeMap<Uuid, Vec<restriction_audience::Model>>, PortError> {
        let mut audiences: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let find = self.transaction.find::<restriction_audience::Entity>();
        for row in find.all(&self.transaction).await.port()? {
            audiences.entry(row.rule_id).or_default().push(row);
        }
        Ok(audiences)
    }
}

#[async_trait]
impl RuleWriter for Open<Writing> {
    async fn put_restriction(&mut self, object: ObjectId, rule: &RestrictionRule) -> Result<(), PortError> {
        let id = rule.id.uuid();
        let same_object = restriction_rule::Column::ObjectId.eq(object.uuid());
        let same_name = same_object.and(restriction_rule::Column::Name.eq(&rule.name));
        let other = restriction_rule::Column::Id.ne(id);
        self.require_free::<restriction_rule::Entity>(same_name, other).await?;
        let row = restriction_rule::Model {
            workspace_id: HERE,
            id,
            object_id: object.uuid(),
            name: rule.name.clone(),
            everybody: rule.binds == Audience::Everybody,
            condition: rule.condition.to_json(),
        };
        self.transaction.upsert::<restriction_rule::Entity, _>(row).await.port()?;
        self.remove_audience(id).await?;
        self.transaction.insert::<restriction_audience::Entity, _>(audience(rule)).await.port()
    }

    async fn put_sharing_rule(&mut self, object: ObjectId, rule: &SharingRule) -> Result<(), PortError> {
        self.write_sharing_rule(object, rule).await
    }

    async fn remove_sharing_rule(&mut self, rule: SharingRuleId) -> Result<(), PortError> {
        self.delete_sharing_rule(rule).await
    }

    async fn remove_restriction(&mut self, rule: RestrictionRuleId) -> Result<(), PortError> {
        self.remove_audience(rule.uuid()).await?;
        let remove = self.transaction.remove::<restriction_rule::Entity>();
        let remove = remove.filter(restriction_rule::Column::Id.eq(rule.uuid()));
        remove.exec(&self.transaction).await.port().map(drop)
    }
}

impl Open<Writing> {
    async fn remove_audience(&self, rule: Uuid) -> Result<(), PortError> {
        let remove = self.transaction.remove::<restriction_audience::Entity>();
        let remove = remove.filter(restriction_audience::Column::RuleId.eq(rule));
        remove.exec(&self.transaction).await.port().map(drop)
    }
}

fn audience(rule: &RestrictionRule) -> Vec<restriction_audience::Model> {
    let Audience::Some { profiles, principals } = &rule.binds else { return Vec::new() };
    let profiles = profiles.iter().map(|profile| (PROFILE, profile.uuid()));
    let named = profiles.chain(principals.iter().map(|principal| principal_of(*principal)));
    let row = |(kind, principal_id): (&str, Uuid)| restriction_audience::Model {
        workspace_id: HERE,
        rule_id: rule.id.uuid(),
        kind: kind.to_owned(),
        principal_id,
    };
    named.map(row).collect()
}

fn rule_of(
    row: restriction_rule::Model,
    audience: Vec<restriction_audience::Model>,
) -> Result<(ObjectId, RestrictionRule), BadRow> {
    let at = Row::new("restriction_rule", row.id);
    let condition = at.read("condition", Condition::from_json(&row.condition))?;
    let binds = if row.everybody { Audience::Everybody } else { audience_of(audience)? };
    let rule = RestrictionRule { id: RestrictionRuleId::from_uuid(row.id), name: row.name, binds, condition };
    Ok((ObjectId::from_uuid(row.object_id), rule))
}

fn audience_of(rows: Vec<restriction_audience::Model>) -> Result<Audience, BadRow> {
    let (mut profiles, mut principals): (BTreeSet<_>, BTreeSet<Principal>) = Default::default();
    for row in rows {
        if row.kind == PROFILE {
            profiles.insert(ProfileId::from_uuid(row.principal_id));
        } else {
            let at = Row::new("restriction_audience", row.rule_id);
            principals.insert(at.known("kind", principal_from(&row.kind, row.principal_id))?);
        }
    }
    Ok(Audience::Some { profiles, principals })
}
