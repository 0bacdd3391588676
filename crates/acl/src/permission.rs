//! What a profile allows on an object and on a field.

/// What may be done with the records of one object, as far as the object is concerned.
///
/// A value is always closed: who may purge may delete, who may delete may update, who may update or create may read, who may
/// view all may read, and who may modify all may do everything. So the constants are more than one
/// bit, and no set can exist that grants a change and hides its result.
///
/// ```
/// use sutra_acl::ObjectPermissions;
///
/// let cleaner = ObjectPermissions::DELETE;
/// assert!(cleaner.has(ObjectPermissions::READ) && cleaner.has(ObjectPermissions::UPDATE));
/// assert!(!cleaner.has(ObjectPermissions::CREATE));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ObjectPermissions(u16); // INVARIANT: closed, and within `EVERY`.

/// What may be done with one field of the records one may reach. It never widens record access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct FieldPermission {
    /// Its value may be seen.
    pub read: bool,
    /// Its value may be changed.
    pub edit: bool,
    /// Its value may be changed by somebody who sees no more of it than its mask, if the field is encrypted.
    pub write_only: bool,
}

/// What is taken away of what may be done with the records of one object.
///
/// It is always closed the other way round: without reading there is no changing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ObjectMuting(u16); // INVARIANT: holds what implies what it holds, within `EVERY`.

/// What is taken away of what may be done with one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldMuting {
    /// Its value may be seen and not changed.
    Edit,
    /// Its value may be neither seen nor changed.
    Read,
}

// Stored: a bit keeps its place for ever.
const CREATE: u16 = 1 << 0;
const READ: u16 = 1 << 1;
const UPDATE: u16 = 1 << 2;
const DELETE: u16 = 1 << 3;
const VIEW_ALL: u16 = 1 << 4;
const MODIFY_ALL: u16 = 1 << 5;
const IMPORT: u16 = 1 << 6;
const EXPORT: u16 = 1 << 7;
const MASS: u16 = 1 << 8;
const PURGE: u16 = 1 << 9;
const EVERY: u16 = (1 << 10) - 1;

impl ObjectPermissions {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// To make records.
    pub const CREATE: Self = Self::from_bits(CREATE);
    /// To see the records that one's level reaches.
    pub const READ: Self = Self::from_bits(READ);
    /// To change records.
    pub const UPDATE: Self = Self::from_bits(UPDATE);
    /// To delete and restore records.
    pub const DELETE: Self = Self::from_bits(DELETE);
    /// To see every record, whosever it is.
    pub const VIEW_ALL: Self = Self::from_bits(VIEW_ALL);
    /// To do everything with every record, whosever it is.
    pub const MODIFY_ALL: Self = Self::from_bits(MODIFY_ALL);
    /// To bring in records from files.
    pub const IMPORT: Self = Self::from_bits(IMPORT);
    /// To take out records as files.
    pub const EXPORT: Self = Self::from_bits(EXPORT);
    /// To act on many records at once.
    pub const MASS: Self = Self::from_bits(MASS);
    /// To remove for good what has been deleted.
    pub const PURGE: Self = Self::from_bits(PURGE);

    /// Every permission with its word, in the order of their bits.
    pub const NAMED: [(&'static str, Self); 10] = [
        ("create", Self::CREATE),
        ("read", Self::READ),
        ("update", Self::UPDATE),
        ("delete", Self::DELETE),
        ("view_all", Self::VIEW_ALL),
        ("modify_all", Self::MODIFY_ALL),
        ("import", Self::IMPORT),
        ("export", Self::EXPORT),
        ("mass", Self::MASS),
        ("purge", Self::PURGE),
    ];

    /// Reads a stored set and adds what it implies. Bits that mean nothing here grant nothing.
    #[must_use]
    pub const fn from_bits(bits: u16) -> Self {
        let mut closed = bits & EVERY;
        if closed & MODIFY_ALL != 0 {
            closed = EVERY;
        }
        if closed & PURGE != 0 {
            closed |= DELETE;
        }
        if closed & DELETE != 0 {
            closed |= UPDATE;
        }
        if closed & (UPDATE | CREATE | VIEW_ALL) != 0 {
            closed |= READ;
        }
        Self(closed)
    }

    /// The set as it is stored.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// Whether all of `wanted` is in this set.
    #[must_use]
    pub const fn has(self, wanted: Self) -> bool {
        self.0 & wanted.0 == wanted.0
    }

    /// What either set gives.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        // Each implication has a single cause, so a union of closed sets is closed.
        Self(self.0 | other.0)
    }

    /// What is left when something is taken away, and with it all that implies it.
    #[must_use]
    pub const fn without(self, muted: ObjectMuting) -> Self {
        Self(self.0 & !muted.0)
    }

    /// The words of what is in this set, for people to read.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMED.into_iter().filter(move |(_, one)| self.has(*one)).map(|(name, _)| name)
    }
}

impl ObjectMuting {
    /// Takes these away, each alone: muting `DELETE` leaves what it implies.
    ///
    /// ```
    /// use sutra_acl::{ObjectMuting, ObjectPermissions as May};
    ///
    /// let cleaner = May::DELETE.union(May::CREATE);
    /// assert_eq!(cleaner.without(ObjectMuting::of(&["delete"])), May::UPDATE.union(May::CREATE));
    /// assert_eq!(cleaner.without(ObjectMuting::of(&["read"])), May::NONE);
    /// ```
    #[must_use]
    pub fn of(words: &[&str]) -> Self {
        let places = ObjectPermissions::NAMED.iter().zip(0_u16..);
        let named = places.filter(|((name, _), _)| words.contains(name));
        Self::from_bits(named.fold(0, |bits, (_, place)| bits | 1 << place))
    }

    /// Reads a stored muting and adds what implies it.
    #[must_use]
    pub const fn from_bits(bits: u16) -> Self {
        let mut muted = bits & EVERY;
        if muted & READ != 0 {
            muted |= CREATE | UPDATE | VIEW_ALL;
        }
        if muted & UPDATE != 0 {
            muted |= DELETE;
        }
        if muted & DELETE != 0 {
            muted |= PURGE;
        }
        if muted != 0 {
            muted |= MODIFY_ALL;
        }
        Self(muted)
    }

    /// The muting as it is stored.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// What either takes away.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self::from_bits(self.0 | other.0)
    }

    /// The words of what is taken away, for people to read.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let places = ObjectPermissions::NAMED.into_iter().zip(0_u16..);
        places.filter(move |(_, place)| self.0 & 1 << place != 0).map(|((name, _), _)| name)
    }
}

impl FieldPermission {
    /// Nothing.
    pub const NONE: Self = Self::new(false, false);
    /// To change the field, and to write it blindly if it is encrypted.
    pub const WRITE_ONLY: Self = Self { read: true, edit: true, write_only: true };

    /// Who may edit a field may read it.
    #[must_use]
    pub const fn new(read: bool, edit: bool) -> Self {
        Self { read: read || edit, edit, write_only: false }
    }

    /// What either permission gives.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self {
            read: self.read || other.read,
            edit: self.edit || other.edit,
            write_only: self.write_only || other.write_only,
        }
    }

    /// What is left when something is taken away.
    #[must_use]
    pub const fn without(self, muted: FieldMuting) -> Self {
        match muted {
            FieldMuting::Edit => Self { edit: false, write_only: false, ..self },
            FieldMuting::Read => Self::NONE,
        }
    }

    /// Whether all of `wanted` is in this permission.
    #[must_use]
    pub const fn has(self, wanted: Self) -> bool {
        (self.read || !wanted.read) && (self.edit || !wanted.edit) && (self.write_only || !wanted.write_only)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_brings_what_it_implies_and_no_more() {
        let cases = [
            ("nothing", 0, ""),
            ("create", CREATE, "create read"),
            ("read", READ, "read"),
            ("update", UPDATE, "read update"),
            ("delete", DELETE, "read update delete"),
            ("view all", VIEW_ALL, "read view_all"),
            (
                "modify all",
                MODIFY_ALL,
                "create read update delete view_all modify_all import export mass purge",
            ),
            ("import", IMPORT, "import"),
            ("export", EXPORT, "export"),
            ("mass", MASS, "mass"),
            ("purge", PURGE, "read update delete purge"),
            ("unknown bits", !EVERY, ""),
        ];
        for (name, bits, expected) in cases {
            let names: Vec<_> = ObjectPermissions::from_bits(bits).names().collect();
            assert_eq!(names.join(" "), expected, "{name}");
        }
    }

    #[test]
    fn every_set_is_closed_and_so_is_every_union() {
        for a in 0..=EVERY {
            let set = ObjectPermissions::from_bits(a);
            assert_eq!(ObjectPermissions::from_bits(set.bits()), set, "{a:#b}");
            for (name, one) in ObjectPermissions::NAMED {
                let union = set.union(one);
                assert_eq!(ObjectPermissions::from_bits(a | one.bits()), union, "{a:#b} and {name}");
            }
        }
    }

    #[test]
    fn what_is_left_is_closed_and_lacks_what_was_taken() {
        for bits in 0..=EVERY {
            let set = ObjectPermissions::from_bits(bits);
            for (name, one) in ObjectPermissions::NAMED {
                let left = set.without(ObjectMuting::of(&[name]));
                assert_eq!(ObjectPermissions::from_bits(left.bits()), left, "{bits:#b} without {name}");
                assert!(!left.has(one) && set.has(left), "{bits:#b} without {name}");
            }
        }
        let all = ObjectPermissions::MODIFY_ALL;
        let left = all.without(ObjectMuting::of(&["export"]));
        assert_eq!(left.names().count(), 8, "all but export, and with it the permission to do all");
    }

    #[test]
    fn a_muting_is_made_again_of_its_words() {
        for bits in 0..=EVERY {
            let muting = ObjectMuting::from_bits(bits);
            let words: Vec<_> = muting.names().collect();
            assert_eq!(ObjectMuting::of(&words), muting, "{bits:#b}");
        }
        let muting = ObjectMuting::of(&["purge"]).union(ObjectMuting::of(&["export"]));
        assert_eq!(muting.names().collect::<Vec<_>>(), ["modify_all", "export", "purge"]);
    }

    #[test]
    fn bits_keep_their_places() {
        let places: Vec<_> = ObjectPermissions::NAMED.iter().map(|(_, one)| one.bits()).collect();
        assert_eq!(places, [0b11, 0b10, 0b110, 0b1110, 0b1_0010, 0x3ff, 0x40, 0x80, 0x100, 0x20e]);
    }

    #[test]
    fn who_may_edit_a_field_may_read_it() {
        let edit = FieldPermission { read: true, edit: true, write_only: false };
        assert_eq!(FieldPermission::new(false, true), edit);
        assert_eq!(FieldPermission::new(true, false), FieldPermission { edit: false, ..edit });
        assert!(FieldPermission::WRITE_ONLY.has(edit) && !edit.has(FieldPermission::WRITE_ONLY));
        assert_eq!(FieldPermission::default(), FieldPermission::NONE);
    }
}
