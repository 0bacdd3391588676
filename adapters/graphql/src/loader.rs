//! Loading in batches what many places of one answer refer to.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader as Batch;
use sutra_engine::{Error, Rights};
use sutra_identity::User;
use sutra_kernel::{ApiName, ObjectId, RecordId, UserId};
use sutra_records::View;

use crate::context::RequestContext;

/// Loads records and users for one request, through its snapshot. It remembers nothing, because a mutation
/// may have changed it.
pub(crate) struct Loader {
    context: Arc<RequestContext>,
}

/// A record that something refers to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct RecordKey {
    /// The object it is of.
    pub(crate) object: ApiName,
    /// Which one.
    pub(crate) id: RecordId,
}

/// A record of which somebody wants to know what he may do with it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct RightsKey {
    /// The object it is of.
    pub(crate) object: ObjectId,
    /// Which one.
    pub(crate) id: RecordId,
}

impl Loader {
    pub(crate) fn new(context: &Arc<RequestContext>) -> Self {
        Self { context: Arc::clone(context) }
    }
}

impl Batch<RecordKey> for Loader {
    type Value = Arc<View>;
    type Error = Arc<Error>;

    /// Those of the records that the caller may read. If the object is closed to the caller, that is none: a
    /// reference says no more about why it is empty.
    async fn load(&self, keys: &[RecordKey]) -> Result<HashMap<RecordKey, Arc<View>>, Arc<Error>> {
        tracing::trace!(count = keys.len(), "loading records that are referred to");
        let viewing = self.context.viewing().await?;
        let mut wanted: HashMap<&ApiName, Vec<RecordId>> = HashMap::new();
        for key in keys {
            wanted.entry(&key.object).or_default().push(key.id);
        }
        let mut loaded = HashMap::new();
        for (object, ids) in wanted {
            let views = match viewing.find_records(object.as_str(), &ids).await {
                Err(Error::Forbidden(_)) => continue,
                views => views?,
            };
            let key = |id| RecordKey { object: object.clone(), id };
            loaded.extend(views.into_iter().map(|(id, view)| (key(id), Arc::new(view))));
        }
        Ok(loaded)
    }
}

impl Batch<RightsKey> for Loader {
    type Value = Rights;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[RightsKey]) -> Result<HashMap<RightsKey, Rights>, Arc<Error>> {
        tracing::trace!(count = keys.len(), "loading what may be done with records");
        let viewing = self.context.viewing().await?;
        let mut wanted: HashMap<ObjectId, Vec<RecordId>> = HashMap::new();
        for key in keys {
            wanted.entry(key.object).or_default().push(key.id);
        }
        let mut loaded = HashMap::new();
        for (object, ids) in wanted {
            let rights = viewing.find_rights(object, &ids).await?;
            loaded.extend(rights.into_iter().map(|(id, rights)| (RightsKey { object, id }, rights)));
        }
        Ok(loaded)
    }
}

impl Batch<UserId> for Loader {
    type Value = Arc<User>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[UserId]) -> Result<HashMap<UserId, Arc<User>>, Arc<Error>> {
        tracing::trace!(count = keys.len(), "loading users that are referred to");
        let users = self.context.viewing().await?.find_users(keys).await?;
        Ok(users.into_iter().map(|user| (user.id, Arc::new(user))).collect())
    }
}
