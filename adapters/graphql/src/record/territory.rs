//! Records that are assigned to territories.

use std::sync::Arc;

use async_graphql::{
    Result,
    dynamic::{Field, FieldFuture, ResolverContext, TypeRef},
};
use sutra_engine::{Changed, MAX_RECORDS, MAX_TERRITORIES, Written};
use sutra_records::ObjectDef;

use super::{
    build::{object, reason_argument, required, writer},
    mass::{Payloads, each, items, record},
    names::ObjectNames,
    share::key,
};
use crate::{context::RequestContext, id::parse_id};

/// What can be done about where records are assigned.
#[derive(Clone, Copy)]
enum Act {
    Assign,
    Remove,
}

/// The mutations that assign records of an object to territories.
pub(super) fn mutations(def: &Arc<ObjectDef>) -> [Field; 2] {
    let (names, many) = (ObjectNames::of(def), def.plural_label.to_lowercase());
    let all = format!(
        "Up to {MAX_RECORDS} in one unit of work: all or nothing. An error names the first that is refused in \
         `extensions.index`, counted from 0."
    );
    [
        mutation(&names.assign_all, def, Act::Assign).description(format!(
            "Assigns {many} to a territory: whoever works there or in one above reaches them as far as its level for \
             them says; without one, none can be assigned. It takes full access and the permission to update. A record \
             can be assigned to {MAX_TERRITORIES} territories, and stays there when it gets another owner. {all}"
        )),
        mutation(&names.unassign_all, def, Act::Remove).description(format!(
            "Ends that {many} are assigned to a territory. Whoever has access for another reason keeps it. Of those that \
             are not assigned to it, nothing is written. {all}"
        )),
    ]
}

fn mutation(name: &str, def: &Arc<ObjectDef>, act: Act) -> Field {
    let (owned, payload) = (Arc::clone(def), ObjectNames::of(def).payload_all);
    let field = Field::new(name, TypeRef::named_nn(payload), move |ctx| {
        let def = Arc::clone(&owned);
        FieldFuture::new(async move { Ok(object(Some(Payloads::of(change(&ctx, &def, act).await?)))) })
    });
    field
        .argument(items("ids", TypeRef::ID, "Which ones."))
        .argument(required("territoryId", TypeRef::ID, "Which territory."))
        .argument(reason_argument(def))
        .argument(key())
}

async fn change(ctx: &ResolverContext<'_>, def: &ObjectDef, act: Act) -> Result<Vec<Written<Changed>>> {
    let context = RequestContext::of(ctx)?;
    let caller = &writer(ctx).await?;
    let (sharing, name) = (context.engine().sharing(), def.name.as_str());
    let ids = each(ctx, "ids", record)?;
    let territory = parse_id(ctx.args.try_get("territoryId")?.string().unwrap_or_default())?;
    let written = match act {
        Act::Assign => sharing.assign_all(caller, name, &ids, territory).await,
        Act::Remove => sharing.unassign_all(caller, name, &ids, territory).await,
    };
    Ok(written?)
}
