#![doc = include_str!("../README.md")]

mod append;
mod cbor;
mod commitment;
mod draft;
mod entry;
mod event;
mod history;
mod opening;
mod port;
mod receipt;
mod refusal;
mod value;
mod verify;

pub use append::{AppendError, append};
pub use commitment::{Salt, Side, commitment};
pub use draft::{Actor, ActorKind, Batch, EntryDraft, FieldChange, Opened, OpeningKey, Target, Visibility};
pub use entry::{
    CommittedChange, DecodeError, Disclosure, Entry, HEAD_LEN, Hash, MAX_ENTRY_LEN, NO_HASH, Signature, leaf,
    splice,
};
pub use event::{Category, Event};
pub use history::{HistoryChange, Shown, rendered, rendered_detail};
pub use opening::{Opening, OpeningBody};
pub use port::{Appended, EntryFilter, Epochs, Head, LedgerReader, LedgerWriter, StoredEntry, Tail};
pub use receipt::{Receipt, ReceiptError, receipt_text};
pub use refusal::{RefusalVerdict, refusal_surplus, refusal_verdict};
pub use verify::{Class, Finding, Report, Verifier};
