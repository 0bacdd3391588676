#![doc = include_str!("../README.md")]

mod condition;
mod entropy;
mod id;
mod name;
mod page;
mod port;
mod text;
mod time;
mod value;

pub use condition::{Condition, ConditionError, Test};
pub use entropy::Entropy;
pub use id::{
    AccessTokenId, CredentialId, DeviceId, FieldId, FlowId, GroupId, IdError, ImportId, ObjectId,
    PermissionSetGroupId, PermissionSetId, ProfileId, RecordId, RequestId, RestrictionRuleId, RoleId, RuleId,
    SessionId, SharingRuleId, TaskId, TerritoryId, UnitId, UserId, WorkspaceId,
};
pub use name::{ApiName, NameError};
pub use page::{Direction, Page};
pub use port::{PortError, PortErrorKind};
pub use rust_decimal::Decimal;
pub use text::fold;
pub use time::{Clock, Date, TimeError, Timestamp};
pub use uuid::Uuid;
pub use value::{Currency, Money, TEXTS_SEPARATOR, Value, ValueError, ValueKind};
