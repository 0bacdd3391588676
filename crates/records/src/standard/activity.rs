//! What one has to do and what one has heard: tasks and notes.

use sutra_kernel::{ApiName, NameError};
use sutra_privacy::DataSubject;

use super::build::{ObjectText, date, date_time, long_text, picklist, reference, text};
use crate::ObjectDef;

const STATUSES: [&str; 5] = ["Not Started", "In Progress", "Waiting", "Completed", "Deferred"];
const PRIORITIES: [&str; 3] = ["High", "Normal", "Low"];

pub(super) fn task() -> Result<ObjectDef, NameError> {
    let object = ObjectText {
        name: "task",
        label: "Task",
        plural: "tasks",
        plural_label: "Tasks",
        name_field: "subject",
        subject: DataSubject::Reference(ApiName::parse("contact")?),
        help: "Something to be done, for a contact, an account or an opportunity.",
    };
    object.with([
        text("subject", "Subject", 255).required().slot(0).searchable().help("What is to be done."),
        picklist("status", "Status", &STATUSES).slot(1),
        picklist("priority", "Priority", &PRIORITIES).slot(2),
        date("dueDate", "Due date").business().slot(0),
        date_time("reminderAt", "Reminder").business().slot(1).help("When its owner wants to be reminded."),
        long_text("description", "Description"),
        reference("contact", "Contact", "contact").slot(0),
        reference("account", "Account", "account").slot(1),
        reference("opportunity", "Opportunity", "opportunity").slot(2),
    ])
}

pub(super) fn note() -> Result<ObjectDef, NameError> {
    let object = ObjectText {
        name: "note",
        label: "Note",
        plural: "notes",
        plural_label: "Notes",
        name_field: "title",
        subject: DataSubject::Reference(ApiName::parse("contact")?),
        help: "Something worth remembering, about a contact, an account, an opportunity, a lead or a case.",
    };
    object.with([
        text("title", "Title", 255).required().slot(0).searchable(),
        long_text("body", "Text"),
        reference("contact", "Contact", "contact").slot(0),
        reference("account", "Account", "account").slot(1),
        reference("opportunity", "Opportunity", "opportunity").slot(2),
        reference("lead", "Lead", "lead").slot(3),
        reference("case", "Case", "case").slot(4),
    ])
}
