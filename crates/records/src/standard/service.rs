//! What customers ask of one: cases.

use sutra_kernel::{ApiName, NameError};
use sutra_privacy::DataSubject;

use super::build::{ObjectText, date_time, long_text, picklist, reference, text};
use crate::ObjectDef;

const STATUSES: [&str; 5] = ["New", "In Progress", "Waiting for Customer", "Escalated", "Closed"];
const PRIORITIES: [&str; 3] = ["High", "Normal", "Low"];
const ORIGINS: [&str; 5] = ["E-mail", "Phone", "Web", "Chat", "Other"];
const TYPES: [&str; 4] = ["Question", "Problem", "Request", "Complaint"];

pub(super) fn case() -> Result<ObjectDef, NameError> {
    let object = ObjectText {
        name: "case",
        label: "Case",
        plural: "cases",
        plural_label: "Cases",
        name_field: "subject",
        subject: DataSubject::Reference(ApiName::parse("contact")?),
        help: "Something a customer asks for or complains about, from the first word to the answer.",
    };
    object.with([
        text("subject", "Subject", 255).required().slot(0).searchable().help("What it is about, in a line."),
        picklist("status", "Status", &STATUSES).slot(1),
        picklist("priority", "Priority", &PRIORITIES).slot(2),
        picklist("origin", "Origin", &ORIGINS).slot(3).help("How it came to us."),
        picklist("type", "Type", &TYPES).slot(4),
        reference("contact", "Contact", "contact").slot(0).help("The person who asks."),
        reference("account", "Account", "account").slot(1),
        date_time("closedAt", "Closed").business().slot(0).help("When it was settled."),
        long_text("description", "Description"),
        long_text("resolution", "Resolution").help("What was done about it."),
    ])
}
