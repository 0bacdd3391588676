//! What profiles and permission sets give, as bits in columns.

use sutra_acl::{
    FieldMuting, FieldPermission, Grants, Muting, ObjectMuting, ObjectPermissions, SystemPermissions,
};
use sutra_kernel::{FieldId, ObjectId, Uuid};

use crate::error::{BadRow, Row};

/// A thing, and the bits on it.
pub(crate) type Bits = (Uuid, i64);

const FIELD_READ: i64 = 1;
const FIELD_EDIT: i64 = 2;
const FIELD_WRITE_ONLY: i64 = 4;

/// What the columns of this row, and the rows that belong to it, give.
pub(crate) fn grants(
    row: &Row,
    system: i64,
    objects: Option<Vec<Bits>>,
    fields: Option<Vec<Bits>>,
) -> Result<Grants, BadRow> {
    let object = |(id, bits): Bits| {
        Ok((ObjectId::from_uuid(id), ObjectPermissions::from_bits(row.number("object bits", bits)?)))
    };
    let field = |(id, bits): Bits| (FieldId::from_uuid(id), field_permission(bits));
    Ok(Grants {
        system: SystemPermissions::from_bits(row.number("system", system)?),
        objects: objects.into_iter().flatten().map(object).collect::<Result<_, _>>()?,
        fields: fields.into_iter().flatten().map(field).collect(),
    })
}

/// The bits of what is given on objects.
pub(crate) fn object_bits(grants: &Grants) -> impl Iterator<Item = Bits> {
    grants.objects.iter().map(|(object, permissions)| (object.uuid(), i64::from(permissions.bits())))
}

/// The bits of what is given on fields.
pub(crate) fn field_bits(grants: &Grants) -> impl Iterator<Item = Bits> {
    grants.fields.iter().map(|(field, permission)| (field.uuid(), bits_of(*permission)))
}

/// What these columns and rows mute.
pub(crate) fn muting(
    row: &Row,
    system: &str,
    objects: Option<Vec<Bits>>,
    fields: Option<Vec<Bits>>,
) -> Result<Muting, BadRow> {
    let power = |word: &str| row.read("muted_system", word.parse());
    let object = |(id, bits): Bits| {
        Ok((ObjectId::from_uuid(id), ObjectMuting::from_bits(row.number("object bits", bits)?)))
    };
    let field = |(id, bits): Bits| {
        let muted = if bits & FIELD_READ != 0 { FieldMuting::Read } else { FieldMuting::Edit };
        (FieldId::from_uuid(id), muted)
    };
    Ok(Muting {
        system: system.split_whitespace().map(power).collect::<Result<_, _>>()?,
        objects: objects.into_iter().flatten().map(object).collect::<Result<_, _>>()?,
        fields: fields.into_iter().flatten().map(field).collect(),
    })
}

/// The words of the muted system permissions.
pub(crate) fn muted_system(muting: &Muting) -> String {
    muting.system.iter().map(|power| power.as_str()).collect::<Vec<_>>().join(" ")
}

/// The bits of what is muted on objects.
pub(crate) fn muted_objects(muting: &Muting) -> impl Iterator<Item = Bits> {
    muting.objects.iter().map(|(object, muted)| (object.uuid(), i64::from(muted.bits())))
}

/// The bits of what is muted on fields.
pub(crate) fn muted_fields(muting: &Muting) -> impl Iterator<Item = Bits> {
    let bits = |muted: FieldMuting| match muted {
        FieldMuting::Read => FIELD_READ,
        FieldMuting::Edit => FIELD_EDIT,
    };
    muting.fields.iter().map(move |(field, muted)| (field.uuid(), bits(*muted)))
}

fn field_permission(bits: i64) -> FieldPermission {
    let has = |bit| bits & bit != 0;
    let blindly = if has(FIELD_WRITE_ONLY) { FieldPermission::WRITE_ONLY } else { FieldPermission::NONE };
    FieldPermission::new(has(FIELD_READ), has(FIELD_EDIT)).union(blindly)
}

fn bits_of(permission: FieldPermission) -> i64 {
    let FieldPermission { read, edit, write_only } = permission;
    let bits = [(read, FIELD_READ), (edit, FIELD_EDIT), (write_only, FIELD_WRITE_ONLY)];
    bits.into_iter().filter(|(is_given, _)| *is_given).map(|(_, bit)| bit).sum()
}
