#![doc = include_str!("../README.md")]

mod change;
mod condition;
mod control;
mod define;
pub mod import;
mod list;
mod metadata;
pub mod names;
mod object;
mod port;
mod prepare;
mod record;
mod resharing;
mod rules;
mod sealed;
mod search;
mod share;
mod slot;
pub mod standard;
mod team;
mod unique;
mod validate;
mod view;

pub use change::{Along, Change, Draft, Misuse, Purge, RecordError, Shift};
pub use condition::{ConditionProblem, MAX_COMPARISONS, Readable, check_condition};
pub use control::{Control, Controlled, Settled};
pub use define::{DefinitionError, FieldEdit, NewField, NewObject, NewSubject, ObjectEdit, PickEdit};
pub use list::{
    Aggregate, Chosen, Filter, Group, Key, ListError, ListQuery, Listed, Measure, Order, Position, Relation,
    Side, Turn, check_restriction,
};
pub use metadata::{Metadata, MetadataError};
pub use object::{FieldDef, FieldKind, ObjectDef, OnDelete, PickValue};
pub use port::{
    MetadataReader, MetadataWriter, PreparationReader, PreparationWriter, Preparer, RecordReader,
    RecordWriter, ShareWriter, UniqueReader, UniqueWriter,
};
pub use prepare::{Preparation, Prepared, Preparing};
pub use record::{Fields, Link, NewRecord, Patch, Record, SystemField};
pub use resharing::{Resharing, ResharingReader, ResharingWriter, Whose};
pub use rules::{BrokenRule, MAX_RULES, NewRule, RuleEdit, RuleError, Rules, ValidationRule, Violation};
pub use sealed::{Mask, MaskError, Protected, SealedFields, SealedValue, Secret};
pub use search::{Search, SearchError, Token, tokens};
pub use share::{RecordShare, Standing, Stored};
pub use slot::{
    INTEGER_SLOTS, Slot, SlotError, SlotFamily, SlotScalar, SlotValues, TEXT_SLOTS, UUID_SLOTS, project,
    slot_value,
};
pub use team::{TeamRole, TeamRoleError};
pub use unique::{UniqueClaim, UniqueKey};
pub use validate::{FieldProblem, ProblemCode};
pub use view::{Lens, View};
