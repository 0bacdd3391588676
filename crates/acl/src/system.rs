//! What a profile allows in the workspace as a whole.

use std::{fmt, str::FromStr};

use crate::UnknownWord;

/// A power over the workspace rather than over one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum SystemPermission {
    // The numbers are the places of the stored bits and stay for ever.
    /// Sees every record of every object.
    ViewAllData = 0,
    /// Does everything with every record of every object.
    ModifyAllData = 1,
    /// Sees encrypted fields without their mask.
    ViewEncryptedData = 2,
    /// Invites, changes and deactivates users.
    ManageUsers = 3,
    /// Changes profiles and roles.
    ManagePermissions = 4,
    /// Changes org-wide defaults and sharing.
    ManageSharing = 5,
    /// Changes the definitions of objects and fields.
    ManageObjects = 6,
    /// Reads the ledger.
    ViewAuditLog = 7,
    /// Changes how people sign in and stay signed in.
    ManageSecurity = 8,
}

/// A set of system permissions.
///
/// It is always closed: who modifies all data views all data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SystemPermissions(u32); // INVARIANT: closed, and only bits of `SystemPermission::ALL`.

impl SystemPermission {
    /// Every system permission, in the order of their bits.
    pub const ALL: [Self; 9] = [
        Self::ViewAllData,
        Self::ModifyAllData,
        Self::ViewEncryptedData,
        Self::ManageUsers,
        Self::ManagePermissions,
        Self::ManageSharing,
        Self::ManageObjects,
        Self::ViewAuditLog,
        Self::ManageSecurity,
    ];

    /// The word for it in settings and the ledger.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ViewAllData => "viewAllData",
            Self::ModifyAllData => "modifyAllData",
            Self::ViewEncryptedData => "viewEncryptedData",
            Self::ManageUsers => "manageUsers",
            Self::ManagePermissions => "managePermissions",
            Self::ManageSharing => "manageSharing",
            Self::ManageObjects => "manageObjects",
            Self::ViewAuditLog => "viewAuditLog",
            Self::ManageSecurity => "manageSecurity",
        }
    }

    const fn bit(self) -> u32 {
        1 << self as u8
    }
}

impl SystemPermissions {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// Everything there is.
    pub const EVERY: Self = Self((1 << SystemPermission::ALL.len()) - 1);

    /// Reads a stored set and adds what it implies. Bits that mean nothing here grant nothing.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        let known = Self(bits & Self::EVERY.0);
        if known.has(SystemPermission::ModifyAllData) {
            Self(known.0 | SystemPermission::ViewAllData.bit())
        } else {
            known
        }
    }

    /// The set as it is stored.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Whether `permission` is in this set.
    #[must_use]
    pub const fn has(self, permission: SystemPermission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Whether all of `other` is in this set.
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// This set and `permission`, with what it implies.
    #[must_use]
    pub const fn with(self, permission: SystemPermission) -> Self {
        Self::from_bits(self.0 | permission.bit())
    }

    /// What either set gives.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The permissions in this set, in the order of their bits.
    pub fn iter(self) -> impl Iterator<Item = SystemPermission> {
        SystemPermission::ALL.into_iter().filter(move |permission| self.has(*permission))
    }
}

impl FromIterator<SystemPermission> for SystemPermissions {
    fn from_iter<I: IntoIterator<Item = SystemPermission>>(permissions: I) -> Self {
        permissions.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Display for SystemPermission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SystemPermission {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let known = Self::ALL.into_iter().find(|permission| permission.as_str() == text);
        known.ok_or_else(|| UnknownWord::new("a system permission", text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_keeps_its_bit_and_is_read_back_from_its_word() {
        for (place, permission) in SystemPermission::ALL.into_iter().enumerate() {
            assert_eq!(permission.bit(), 1 << place, "{permission}");
            assert_eq!(permission.to_string().parse(), Ok(permission));
        }
        assert!("ViewAllData".parse::<SystemPermission>().is_err());
    }

    #[test]
    fn who_modifies_all_data_views_all_data() {
        let set = SystemPermissions::NONE.with(SystemPermission::ModifyAllData);
        let expected = [SystemPermission::ViewAllData, SystemPermission::ModifyAllData];
        assert!(set.iter().eq(expected));
        assert_eq!(SystemPermissions::from_bits(set.bits()), set);
    }

    #[test]
    fn unknown_bits_grant_nothing() {
        assert_eq!(SystemPermissions::from_bits(1 << 9), SystemPermissions::NONE);
        assert_eq!(SystemPermissions::from_bits(u32::MAX), SystemPermissions::EVERY);
        assert_eq!(
            SystemPermission::ALL.into_iter().collect::<SystemPermissions>(),
            SystemPermissions::EVERY
        );
    }
}
