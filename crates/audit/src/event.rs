//! Everything that can happen, as far as the ledger is concerned: one closed list.

use std::fmt;

/// What an entry is about. The number is in the entry's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Category {
    /// Who signed in, from where and how, and who was refused.
    Authentication = 1,
    /// Who may do what: users, profiles, roles, defaults, refused access.
    Authorization = 2,
    /// Records made, changed, deleted and restored.
    Record = 3,
    /// Workspaces, objects, fields and settings.
    Configuration = 4,
    /// Data that left.
    Export = 5,
    /// Use of an AI model.
    Ai = 6,
    /// Other systems.
    Integration = 7,
    /// One action over many records.
    MassAction = 8,
}

impl Category {
    /// Every category, in the order of the numbers.
    pub const ALL: [Self; 8] = [
        Self::Authentication,
        Self::Authorization,
        Self::Record,
        Self::Configuration,
        Self::Export,
        Self::Ai,
        Self::Integration,
        Self::MassAction,
    ];

    /// The number that stands for it in an entry.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The category with this number.
    #[must_use]
    pub fn from_code(code: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|category| u64::from(category.code()) == code)
    }

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authentication => "authentication",
            Self::Authorization => "authorization",
            Self::Record => "record",
            Self::Configuration => "configuration",
            Self::Export => "export",
            Self::Ai => "ai",
            Self::Integration => "integration",
            Self::MassAction => "mass_action",
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! events {
    ($($name:ident = $code:literal in $category:ident: $meaning:literal;)+) => {
        /// What happened. A closed list: `events.txt` beside this crate is printed from it and reviewed as a diff.
        ///
        /// A code, once released, keeps its meaning for ever: entries outlive the program that wrote them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Event {
            $(#[doc = $meaning] $name,)+
        }

        impl Event {
            /// Every event, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The code that stands for it in an entry, as its `action`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// What it is about.
            #[must_use]
            pub const fn category(self) -> Category {
                match self { $(Self::$name => Category::$category,)+ }
            }

            /// What it means, in one line.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning,)+ }
            }
        }
    };
}

events! {
    SignInSucceed = "sign_in.succeed" in Authentication: "A user passed every step of a sign-in.";
    SignInRefuse = "sign_in.refuse" in Authentication: "A sign-in was refused.";
    SignOut = "sign_out" in Authentication: "A user ended their own session.";
    StepUpSucceed = "step_up.succeed" in Authentication: "A signed-in user showed once more who they are, and got a new token.";
    StepUpRefuse = "step_up.refuse" in Authentication: "A signed-in user failed to show once more who they are.";
    SessionRevoke = "session.revoke" in Authentication: "Sessions were ended by somebody other than their holder's sign-out.";
    AccountLock = "account.lock" in Authentication: "An account was locked after too many wrong tries.";
    AccountUnlock = "account.unlock" in Authentication: "The lock of an account was ended before its time.";
    FactorChallenge = "factor.challenge" in Authentication: "A user showed the password, and is asked for a second factor.";
    CodeSend = "code.send" in Authentication: "A user was sent a code.";
    FactorAdd = "factor.add" in Authentication: "A user set up one more way to show who they are.";
    FactorUpdate = "factor.update" in Authentication: "A user calls a way to show who they are by another name.";
    FactorRemove = "factor.remove" in Authentication: "A user has one way less to show who they are.";
    RecoveryCodesIssue = "recovery_codes.issue" in Authentication: "A user was given other recovery codes.";
    DeviceForget = "device.forget" in Authentication: "Devices on which no second factor was asked for were forgotten.";
    PasswordChange = "password.change" in Authentication: "A user chose another password, knowing the one before.";
    PasswordReset = "password.reset" in Authentication: "A user chose another password by a link that was sent by mail.";
    PasswordResetOffer = "password_reset.offer" in Authentication: "A user was sent a link to choose another password.";
    AccessTokenCreate = "access_token.create" in Authentication: "A user made a token for a program that acts as them.";
    AccessTokenRevoke = "access_token.revoke" in Authentication: "A token for a program was revoked.";
    AccountRecover = "account.recover" in Authentication: "An operator let a user in again who was locked out.";
    SetupLinkCreate = "setup_link.create" in Authentication: "A one-time link to set the workspace up was made.";
    SetupComplete = "setup.complete" in Authentication: "The first administrator was made through a set-up link.";
    UserCreate = "user.create" in Authorization: "A user was made.";
    UserReinvite = "user.reinvite" in Authorization: "An invited user was given another link to choose a password.";
    UserUpdate = "user.update" in Authorization: "A user's name, address, profile or role was changed.";
    UserActivate = "user.activate" in Authorization: "A user may sign in from now on.";
    UserAssign = "user.assign" in Authorization: "A user was given other permission sets or groups of them.";
    UserDeactivate = "user.deactivate" in Authorization: "A user may no longer sign in.";
    ProfileCreate = "profile.create" in Authorization: "A profile was made.";
    ProfileUpdate = "profile.update" in Authorization: "A profile's permissions were changed.";
    ProfileDelete = "profile.delete" in Authorization: "A profile was removed.";
    PermissionSetCreate = "permission_set.create" in Authorization: "A permission set was made.";
    PermissionSetUpdate = "permission_set.update" in Authorization: "What a permission set gives was changed.";
    PermissionSetDelete = "permission_set.delete" in Authorization: "A permission set was removed.";
    PermissionSetGroupCreate = "permission_set_group.create" in Authorization: "A permission set group was made.";
    PermissionSetGroupUpdate = "permission_set_group.update" in Authorization: "The sets of a permission set group, or what is muted in them, were changed.";
    PermissionSetGroupDelete = "permission_set_group.delete" in Authorization: "A permission set group was removed.";
    GroupCreate = "group.create" in Authorization: "A group or a queue was made.";
    GroupUpdate = "group.update" in Authorization: "A group or a queue was renamed or given other members.";
    GroupDelete = "group.delete" in Authorization: "A group or a queue was removed.";
    TerritoryCreate = "territory.create" in Authorization: "A territory was made.";
    TerritoryUpdate = "territory.update" in Authorization: "A territory was renamed or moved.";
    TerritoryDelete = "territory.delete" in Authorization: "A territory was removed.";
    TerritoryAssign = "territory.assign" in Authorization: "Other users were assigned to a territory.";
    TerritoryLevels = "territory.levels" in Authorization: "How far a territory opens records was changed.";
    RoleCreate = "role.create" in Authorization: "A role was made.";
    RoleUpdate = "role.update" in Authorization: "A role was renamed or moved.";
    RoleDelete = "role.delete" in Authorization: "A role was removed.";
    DefaultUpdate = "default.update" in Authorization: "An object's organisation-wide default was changed.";
    SettingUpdate = "setting.update" in Configuration: "How people sign in or stay signed in was decided anew.";
    ScopesUpdate = "scopes.update" in Authorization: "How far people reach an object's records was set in simple scopes.";
    RestrictionCreate = "restriction.create" in Authorization: "A rule that hides records was made.";
    RestrictionUpdate = "restriction.update" in Authorization: "A rule that hides records was changed.";
    RestrictionDelete = "restriction.delete" in Authorization: "A rule that hides records was removed.";
    SharingRuleCreate = "sharing_rule.create" in Authorization: "A rule that shares records was made.";
    SharingRuleUpdate = "sharing_rule.update" in Authorization: "A rule that shares records was changed.";
    SharingRuleDelete = "sharing_rule.delete" in Authorization: "A rule that shares records was removed.";
    SharingRecalculate = "sharing.recalculate" in Authorization: "Records were shared anew after a rule, a role or a territory had changed.";
    AccessRefuse = "access.refuse" in Authorization: "Somebody was refused what they asked for.";
    RecordShare = "record.share" in Authorization: "A record was shared with others.";
    RecordUnshare = "record.unshare" in Authorization: "A record was shared no longer with others.";
    RecordTeam = "record.team" in Authorization: "The team of a record was changed.";
    RecordAssign = "record.assign" in Authorization: "A record was assigned to a territory.";
    RecordUnassign = "record.unassign" in Authorization: "A record was assigned to a territory no longer.";
    RecordCreate = "record.create" in Record: "A record was made.";
    RecordUpdate = "record.update" in Record: "A record was changed.";
    RecordDelete = "record.delete" in Record: "A record was moved to the bin.";
    RecordRestore = "record.restore" in Record: "A record was taken back from the bin.";
    RecordPurge = "record.purge" in Record: "A record in the bin was removed for good.";
    RecordRevert = "record.revert" in Record: "Fields of a record were given the values of an earlier version.";
    WorkspaceCreate = "workspace.create" in Configuration: "The workspace was made.";
    WorkspaceUpgrade = "workspace.upgrade" in Configuration: "The workspace's standard definitions were brought up to those that the product ships.";
    ObjectCreate = "object.create" in Configuration: "An object was defined.";
    ObjectUpdate = "object.update" in Configuration: "What people call an object was changed.";
    ObjectPrepare = "object.prepare" in Configuration: "The records of an object were brought in line with the indexes and words of its fields.";
    FieldCreate = "field.create" in Configuration: "An object was given one more field.";
    FieldUpdate = "field.update" in Configuration: "A field of an object was changed.";
    RuleCreate = "rule.create" in Configuration: "An object was given one more validation rule.";
    RuleUpdate = "rule.update" in Configuration: "A validation rule of an object was changed.";
    SchemaMigrate = "schema.migrate" in Configuration: "The database's schema was migrated.";
    ExportRun = "export.run" in Export: "Data was exported.";
    ImportRun = "import.run" in MassAction: "A file was imported.";
    MassCreate = "mass.create" in MassAction: "Many records were made at once.";
    MassUpdate = "mass.update" in MassAction: "Many records were changed at once.";
    MassUpsert = "mass.upsert" in MassAction: "Many records were changed or made by their unique values at once.";
    MassDelete = "mass.delete" in MassAction: "Many records were moved to the bin at once.";
    MassRestore = "mass.restore" in MassAction: "Many records were taken back from the bin at once.";
    MassPurge = "mass.purge" in MassAction: "Many records in the bin were removed for good at once.";
    MassTransfer = "mass.transfer" in MassAction: "Many records were given to one owner at once.";
    MassShare = "mass.share" in MassAction: "Many records were shared with others at once.";
    MassUnshare = "mass.unshare" in MassAction: "Many records were shared no longer with others at once.";
    MassAssign = "mass.assign" in MassAction: "Many records were assigned to a territory at once.";
    MassUnassign = "mass.unassign" in MassAction: "Many records were assigned to a territory no longer at once.";
    ClockSkew = "clock.skew" in Configuration: "The ledger's last instant was ahead of the clock.";
}

impl Event {
    /// The event with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|event| event.code() == code)
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
