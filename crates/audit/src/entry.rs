//! The entry: the bytes that are hashed and chained.

use sha2::{Digest, Sha256};
use sutra_kernel::{RequestId, Timestamp, UnitId, Uuid, WorkspaceId};

use crate::{
    Actor, ActorKind, Category, Target,
    cbor::{Malformed, Reader, Writer},
};

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// What stands for the leaf before the first entry.
pub const NO_HASH: Hash = [0; 32];

/// How many bytes of every entry the store splices in.
pub const HEAD_LEN: usize = 90;

/// The longest entry. What does not fit becomes several entries.
pub const MAX_ENTRY_LEN: usize = 65_535;

const DOMAIN: &str = "sutra/audit/entry/1";

/// One entry of the chain, with all its parts.
///
/// Encoding and decoding are exact inverses: whatever decodes encodes to the same bytes again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whose chain it is in.
    pub workspace: WorkspaceId,
    /// Its place, from 1.
    pub seq: u64,
    /// The leaf of the entry before, or [`NO_HASH`].
    pub prev: Hash,
    /// Its instant, never before that of the entry before.
    pub at: Timestamp,
    /// The unit of work: everything that was committed together.
    pub unit: UnitId,
    /// Its place in the unit, from 0.
    pub ordinal: u32,
    /// What it is about.
    pub category: Category,
    /// The event's code. A text, because entries outlive the list of events.
    pub action: String,
    /// Who did it.
    pub actor: Actor,
    /// To what.
    pub target: Option<Target>,
    /// Which request asked for it.
    pub request: Option<RequestId>,
    /// The fields that changed, by commitment.
    pub changes: Vec<CommittedChange>,
    /// How many rows were concerned.
    pub rows: Option<u64>,
    /// How many bytes were concerned.
    pub bytes: Option<u64>,
    /// The commitment to the circumstances.
    pub detail: Option<Hash>,
    /// What it was signed with, if it was.
    pub signature: Option<Signature>,
}

/// The change of one field, without its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommittedChange {
    /// The field's API name.
    pub field: String,
    /// The commitment to what it was; nothing if there was no before.
    pub old: Option<Hash>,
    /// The commitment to what it is; nothing if there is no after.
    pub new: Option<Hash>,
    /// How the values are kept.
    pub disclosure: Disclosure,
}

/// How the values of a change are kept: the `flags` of the change. Bit 0 says sealed, bit 1 masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Disclosure {
    /// In plain.
    Plain = 0,
    /// Sealed.
    Sealed = 1,
    /// Sealed, and masked when shown.
    Masked = 3,
}

/// What somebody meant by signing, and the signature's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// What was meant, such as `approval`.
    pub meaning: String,
    /// Which signature.
    pub id: Uuid,
}

/// Bytes that are no entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not the sixteen parts of an entry.
    #[error("the bytes are not an audit entry of version 1")]
    Malformed,
    /// The same content has another, shorter or sorted form.
    #[error("the bytes are not the one deterministic form of the entry")]
    NotDeterministic,
    /// Longer than an entry may be.
    #[error("the entry is longer than {MAX_ENTRY_LEN} bytes")]
    TooLong,
}

impl From<Malformed> for DecodeError {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

/// The hash of an entry, which is a leaf of the tree: SHA-256 of a zero byte and the entry (RFC 6962 §2.1).
#[must_use]
pub fn leaf(entry: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

/// Makes an entry of its head and its tail.
///
/// The head has one length whatever is in it, so that a store can splice it in without knowing any CBOR.
#[must_use]
pub fn splice(workspace: WorkspaceId, seq: u64, prev: &Hash, at: Timestamp, tail: &[u8]) -> Vec<u8> {
    let mut entry = Writer::default();
    entry.array(16).text(DOMAIN);
    entry.bytes(workspace.as_bytes()).bytes(&seq.to_be_bytes()).bytes(prev);
    entry.bytes(&at.as_micros().to_be_bytes()).raw(tail);
    entry.into_bytes()
}

impl Entry {
    /// Reads an entry.
    ///
    /// # Errors
    /// Anything but the one form that [`Entry::encode`] writes is refused.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.len() > MAX_ENTRY_LEN {
            return Err(DecodeError::TooLong);
        }
        let mut reader = Reader::new(bytes);
        let entry = Self::read(&mut reader)?;
        reader.end()?;
        if entry.encode() == bytes { Ok(entry) } else { Err(DecodeError::NotDeterministic) }
    }

    /// The entry's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        splice(self.workspace, self.seq, &self.prev, self.at, &self.encode_tail())
    }

    /// The bytes after the head: everything that is known before the entry has its place.
    #[must_use]
    pub fn encode_tail(&self) -> Vec<u8> {
        let mut tail = Writer::default();
        tail.bytes(self.unit.as_bytes()).uint(self.ordinal.into());
        tail.uint(self.category.code().into()).text(&self.action);
        write_actor(&mut tail, &self.actor);
        tail.optional(self.target.as_ref(), write_target);
        tail.optional(self.request.map(RequestId::uuid), write_uuid);
        tail.array(self.changes.len());
        for change in &self.changes {
            write_change(&mut tail, change);
        }
        tail.array(2).optional(self.rows, Writer::uint).optional(self.bytes, Writer::uint);
        tail.optional(self.detail.as_ref(), write_hash);
        tail.optional(self.signature.as_ref(), write_signature);
        tail.into_bytes()
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        reader.array(16)?;
        if reader.text()? != DOMAIN {
            return Err(Malformed);
        }
        Ok(Self {
            workspace: WorkspaceId::from_uuid(read_uuid(reader)?),
            seq: u64::from_be_bytes(reader.fixed()?),
            prev: reader.fixed()?,
            at: read_instant(reader)?,
            unit: UnitId::from_uuid(read_uuid(reader)?),
            ordinal: u32::try_from(reader.uint()?).map_err(|_| Malformed)?,
            category: Category::from_code(reader.uint()?).ok_or(Malformed)?,
            action: reader.text()?,
            actor: read_actor(reader)?,
            target: reader.optional(read_target)?,
            request: reader.optional(read_uuid)?.map(RequestId::from_uuid),
            changes: read_changes(reader)?,
            rows: {
                reader.array(2)?;
                reader.optional(Reader::uint)?
            },
            bytes: reader.optional(Reader::uint)?,
            detail: reader.optional(Reader::fixed)?,
            signature: reader.optional(read_signature)?,
        })
    }
}

impl Disclosure {
    /// The bits that stand for it in an entry.
    #[must_use]
    pub const fn flags(self) -> u8 {
        self as u8
    }

    /// What these bits stand for.
    #[must_use]
    pub fn from_flags(flags: u64) -> Option<Self> {
        [Self::Plain, Self::Sealed, Self::Masked].into_iter().find(|known| u64::from(known.flags()) == flags)
    }
}

impl ActorKind {
    const ALL: [Self; 4] = [Self::Anonymous, Self::User, Self::System, Self::Operator];

    fn from_code(code: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u64 == code)
    }
}

fn write_uuid(writer: &mut Writer, uuid: Uuid) -> &mut Writer {
    writer.bytes(uuid.as_bytes())
}

fn write_hash<'w>(writer: &'w mut Writer, hash: &Hash) -> &'w mut Writer {
    writer.bytes(hash)
}

fn write_actor(writer: &mut Writer, actor: &Actor) {
    writer.array(4).uint(actor.kind as u64).optional(actor.id, write_uuid);
    writer.optional(actor.on_behalf_of, write_uuid).optional(actor.session, write_uuid);
}

fn write_target<'w>(writer: &'w mut Writer, target: &Target) -> &'w mut Writer {
    writer
        .array(3)
        .text(&target.object)
        .optional(target.id, write_uuid)
        .optional(target.version, Writer::uint)
}

fn write_change(writer: &mut Writer, change: &CommittedChange) {
    writer.array(4).text(&change.field).optional(change.old.as_ref(), write_hash);
    writer.optional(change.new.as_ref(), write_hash).uint(change.disclosure.flags().into());
}

fn write_signature<'w>(writer: &'w mut Writer, signature: &Signature) -> &'w mut Writer {
    writer.array(2).text(&signature.meaning).bytes(signature.id.as_bytes())
}

fn read_uuid(reader: &mut Reader<'_>) -> Result<Uuid, Malformed> {
    reader.fixed().map(Uuid::from_bytes)
}

fn read_instant(reader: &mut Reader<'_>) -> Result<Timestamp, Malformed> {
    let micros = i64::from_be_bytes(reader.fixed()?);
    if micros < 0 { Err(Malformed) } else { Ok(Timestamp::from_micros(micros)) }
}

fn read_actor(reader: &mut Reader<'_>) -> Result<Actor, Malformed> {
    reader.array(4)?;
    Ok(Actor {
        kind: ActorKind::from_code(reader.uint()?).ok_or(Malformed)?,
        id: reader.optional(read_uuid)?,
        on_behalf_of: reader.optional(read_uuid)?,
        session: reader.optional(read_uuid)?,
    })
}

fn read_target(reader: &mut Reader<'_>) -> Result<Target, Malformed> {
    reader.array(3)?;
    Ok(Target {
        object: reader.text()?,
        id: reader.optional(read_uuid)?,
        version: reader.optional(Reader::uint)?,
    })
}

fn read_changes(reader: &mut Reader<'_>) -> Result<Vec<CommittedChange>, Malformed> {
    // The count is a claim: collecting stops at the first item that is not there, before memory is spent.
    (0..reader.list()?).map(|_| read_change(reader)).collect()
}

fn read_change(reader: &mut Reader<'_>) -> Result<CommittedChange, Malformed> {
    reader.array(4)?;
    Ok(CommittedChange {
        field: reader.text()?,
        old: reader.optional(Reader::fixed)?,
        new: reader.optional(Reader::fixed)?,
        disclosure: Disclosure::from_flags(reader.uint()?).ok_or(Malformed)?,
    })
}

fn read_signature(reader: &mut Reader<'_>) -> Result<Signature, Malformed> {
    reader.array(2)?;
    Ok(Signature { meaning: reader.text()?, id: read_uuid(reader)? })
}
