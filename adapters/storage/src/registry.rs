//! What exists outside every workspace. Each call is a transaction of its own.

use async_trait::async_trait;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait as _, DbBackend, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, Statement,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};
use sutra_audit::NO_HASH;
use sutra_crypto::{RootCheck, Sealed};
use sutra_engine::{Registry, Workspace, WorkspaceState};
use sutra_kernel::{PortError, Timestamp, WorkspaceId};

use crate::{
    SqlStore,
    entity::{
        ledger::ledger_head,
        registry::{root_check, wake, workspace},
    },
    error::{BadRow, OrPort as _, Row, is_duplicate},
    keys::{key_column, key_ref_of},
    pool::Mode,
    scoped::HERE,
    transaction::Transaction,
};

const INSTANCE: WorkspaceId = WorkspaceId::INSTANCE;

#[async_trait]
impl Registry for SqlStore {
    async fn workspace(&self, id: WorkspaceId) -> Result<Option<Workspace>, PortError> {
        Ok(self.find_workspaces(Some(workspace::Column::Id.eq(id.uuid()))).await?.pop())
    }

    async fn workspace_by_slug(&self, slug: &str) -> Result<Option<Workspace>, PortError> {
        Ok(self.find_workspaces(Some(workspace::Column::Slug.eq(slug))).await?.pop())
    }

    async fn workspaces(&self) -> Result<Vec<Workspace>, PortError> {
        self.find_workspaces(None).await
    }

    async fn create_workspace(&self, workspace: &Workspace) -> Result<(), PortError> {
        if workspace.id == INSTANCE {
            return Err(PortError::refused("this identifier is the instance's"));
        }
        let transaction = self.begin_in(workspace.id, Mode::Write).await?;
        let row = workspace::Model::from(workspace).into_active_model().reset_all();
        match workspace::Entity::insert(row).exec_without_returning(&transaction).await {
            Err(error) if is_duplicate(&error) => {
                transaction.rollback().await.port()?;
                return Err(PortError::refused("the slug or the identifier is taken"));
            }
            result => result.port()?,
        };
        make_head(&transaction).await?;
        transaction.commit().await.port()
    }

    async fn ensure_instance(&self) -> Result<(), PortError> {
        let transaction = self.begin_in(INSTANCE, Mode::Write).await?;
        make_head(&transaction).await?;
        transaction.commit().await.port()
    }

    async fn root_checks(&self) -> Result<Vec<RootCheck>, PortError> {
        let transaction = self.begin_in(INSTANCE, Mode::Snapshot).await?;
        let rows = root_check::Entity::find().all(&transaction).await.port()?;
        transaction.rollback().await.port()?;
        Ok(rows.into_iter().map(RootCheck::try_from).collect::<Result<_, _>>()?)
    }

    async fn put_root_check(&self, check: &RootCheck) -> Result<(), PortError> {
        let transaction = self.begin_in(INSTANCE, Mode::Write).await?;
        let row =
            root_check::Model { key_ref: key_column(check.key_ref), blob: check.blob.as_bytes().to_vec() };
        let insert = root_check::Entity::insert(row.into_active_model().reset_all());
        insert.on_conflict_do_nothing().exec_without_returning(&transaction).await.port()?;
        transaction.commit().await.port()
    }

    async fn wake(&self, workspace: WorkspaceId, due_at: Timestamp) -> Result<(), PortError> {
        let transaction = self.begin_in(INSTANCE, Mode::Write).await?;
        let row = wake::Model { workspace_id: workspace.uuid(), due_at: due_at.as_micros() };
        let known = Expr::col((wake::Entity, wake::Column::DueAt));
        let earliest = OnConflict::column(wake::Column::WorkspaceId)
            .update_column(wake::Column::DueAt)
            .action_and_where(known.gt(due_at.as_micros()))
            .to_owned();
        let insert = wake::Entity::insert(row.into_active_model().reset_all()).on_conflict(earliest);
        insert.exec_without_returning(&transaction).await.port()?;
        transaction.commit().await.port()
    }

    async fn take_due(&self, now: Timestamp) -> Result<Vec<WorkspaceId>, PortError> {
        let transaction = self.begin_in(INSTANCE, Mode::Write).await?;
        let due = wake::Entity::delete_many().filter(wake::Column::DueAt.lte(now.as_micros()));
        let taken = due.exec_with_returning(&transaction).await.port()?;
        transaction.commit().await.port()?;
        Ok(taken.into_iter().map(|row| WorkspaceId::from_uuid(row.workspace_id)).collect())
    }

    async fn ping(&self) -> Result<(), PortError> {
        self.refuse_foreign_schema().await.map_err(PortError::unavailable)
    }
}

impl SqlStore {
    async fn find_workspaces(&self, filter: Option<Expr>) -> Result<Vec<Workspace>, PortError> {
        let transaction = self.begin_in(INSTANCE, Mode::Snapshot).await?;
        let mut find = workspace::Entity::find();
        if let Some(filter) = filter {
            find = find.filter(filter);
        }
        let find = find.order_by_asc(workspace::Column::CreatedAt).order_by_asc(workspace::Column::Id);
        let rows = find.all(&transaction).await.port()?;
        transaction.rollback().await.port()?;
        Ok(rows.into_iter().map(Workspace::try_from).collect::<Result<_, _>>()?)
    }
}

/// Makes the head of the transaction's ledger if it is not there.
async fn make_head(transaction: &Transaction) -> Result<(), PortError> {
    let backend = transaction.get_database_backend();
    if backend == DbBackend::Postgres {
        let values = [transaction.workspace().uuid().into()];
        let statement = Statement::from_sql_and_values(backend, "SELECT create_ledger_head($1)", values);
        return transaction.execute_raw(statement).await.map(drop).port();
    }
    if transaction.find::<ledger_head::Entity>().one(transaction).await.port()?.is_some() {
        return Ok(());
    }
    let head = ledger_head::Model {
        workspace_id: HERE,
        seq: 0,
        leaf: NO_HASH.to_vec(),
        prev: NO_HASH.to_vec(),
        at_us: 0,
        policy_epoch: 0,
        metadata_version: 0,
    };
    transaction.insert::<ledger_head::Entity, _>([head]).await.port()
}

impl From<&Workspace> for workspace::Model {
    fn from(workspace: &Workspace) -> Self {
        Self {
            id: workspace.id.uuid(),
            slug: workspace.slug.clone(),
            name: workspace.name.clone(),
            region: workspace.region.clone(),
            state: workspace.state.as_str().to_owned(),
            created_at: workspace.created_at.as_micros(),
        }
    }
}

impl TryFrom<workspace::Model> for Workspace {
    type Error = BadRow;

    fn try_from(row: workspace::Model) -> Result<Self, BadRow> {
        let at = Row::new("workspace", row.id);
        Ok(Self {
            id: WorkspaceId::from_uuid(row.id),
            slug: row.slug,
            name: row.name,
            region: row.region,
            state: at.known("state", WorkspaceState::parse(&row.state))?,
            created_at: Timestamp::from_micros(row.created_at),
        })
    }
}

impl TryFrom<root_check::Model> for RootCheck {
    type Error = BadRow;

    fn try_from(row: root_check::Model) -> Result<Self, BadRow> {
        let key_ref = key_ref_of(row.key_ref);
        let blob = Row::new("root_check", key_ref).read("blob", Sealed::parse(row.blob))?;
        Ok(Self { key_ref, blob })
    }
}
