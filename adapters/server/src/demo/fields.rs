//! The fields that the demo company has made for itself: a number that no two accounts share, and one that is sealed.

use sutra_acl::{FieldPermission, Profile};
use sutra_engine::{Caller, Engine, ProfileEdit};
use sutra_privacy::DataCategory;
use sutra_records::{FieldKind, NewField, Protected};

use crate::failure::Failure;

/// What an account has on its invoices.
pub(super) const ACCOUNT_NUMBER: &str = "accountNumber";
/// What is written down of contacts who sign contracts.
pub(super) const NATIONAL_ID: &str = "nationalId";

/// The profile of those who lead, which every workspace has. What is new is not in it.
const LEADERS: &str = "Standard User";

/// Makes the fields, and lets those who lead read them: as all but administrators, the sealed one by its mask.
pub(super) async fn make(engine: &Engine, admin: &Caller) -> Result<(), Failure> {
    let objects = engine.objects();
    let account = objects.create_field(admin, "account", &account_number()).await?.value;
    let contact = objects.create_field(admin, "contact", &national_id()).await?.value;
    let viewing = engine.view(admin).await?;
    let profile = viewing.profiles().await?.into_iter().find(|profile| profile.name == LEADERS);
    viewing.close().await?;
    let profile = profile.ok_or_else(|| Failure::new(format!("there is no profile `{LEADERS}`")))?;
    let new = [(&account, ACCOUNT_NUMBER), (&contact, NATIONAL_ID)];
    let new = new.into_iter().filter_map(|(object, name)| Some((object.field(name)?.id, readable())));
    let Profile { id, name, mut grants } = profile;
    grants.fields.extend(new);
    let edit = ProfileEdit { name, grants };
    engine.permissions().update_profile(admin, id, &edit).await?;
    Ok(())
}

fn readable() -> FieldPermission {
    FieldPermission::new(true, false)
}

fn account_number() -> NewField {
    NewField {
        name: ACCOUNT_NUMBER.to_owned(),
        label: "Account number".to_owned(),
        help: "What the account has on its invoices.".to_owned(),
        kind: FieldKind::Text { max: 20 },
        required: false,
        indexed: true,
        unique: true,
        searchable: true,
        category: DataCategory::Business,
        default: None,
        encrypted: None,
    }
}

fn national_id() -> NewField {
    NewField {
        name: NATIONAL_ID.to_owned(),
        label: "National id".to_owned(),
        help: "The number of an identity card, of those who sign contracts.".to_owned(),
        kind: FieldKind::Text { max: 40 },
        required: false,
        indexed: false,
        unique: false,
        searchable: false,
        category: DataCategory::Personal,
        default: None,
        encrypted: Some(Protected::NationalId),
    }
}
