//! What one hopes to sell, and how one makes it known: opportunities and campaigns.

use sutra_kernel::NameError;
use sutra_privacy::DataSubject;

use super::build::{
    ObjectText, boolean, currency, date, decimal, integer, long_text, picklist, reference, text,
};
use crate::ObjectDef;

/// In the order a sale goes through them; `Assigned dynamically` is where exported sample data has none.
const STAGES: [&str; 11] = [
    "Prospecting",
    "Qualification",
    "Needs Analysis",
    "Value Proposition",
    "Id. Decision Makers",
    "Perception Analysis",
    "Proposal/Price Quote",
    "Negotiation/Review",
    "Closed Won",
    "Closed Lost",
    "Assigned dynamically",
];
const LEAD_SOURCES: [&str; 7] = ["Web", "Phone", "Referral", "Partner", "Event", "Advertisement", "Other"];
const CAMPAIGN_STATUSES: [&str; 4] = ["Planned", "In Progress", "Completed", "Aborted"];
const CAMPAIGN_TYPES: [&str; 8] = [
    "Conference",
    "Webinar",
    "Trade Show",
    "E-mail",
    "Advertisement",
    "Direct Mail",
    "Telemarketing",
    "Other",
];

pub(super) fn opportunity() -> Result<ObjectDef, NameError> {
    let object = ObjectText {
        name: "opportunity",
        label: "Opportunity",
        plural: "opportunities",
        plural_label: "Opportunities",
        name_field: "name",
        subject: DataSubject::None,
        help: "A sale that may come about.",
    };
    object.with([
        text("name", "Name", 120).required().business().slot(0),
        currency("amount", "Amount").business().slot(0),
        date("closeDate", "Close date").required().business().slot(1).help("When it is, or was, decided."),
        picklist("stage", "Stage", &STAGES).required().slot(1).help("How far it has come."),
        decimal("probability", "Probability", 2)
            .business()
            .slot(2)
            .help("The chance of success, in per cent."),
        long_text("description", "Description"),
        reference("account", "Account", "account").slot(0).help("The organisation that would buy."),
        text("nextStep", "Next step", 255),
        picklist("leadSource", "Lead source", &LEAD_SOURCES).slot(2).help("How it came to us."),
    ])
}

pub(super) fn campaign() -> Result<ObjectDef, NameError> {
    let object = ObjectText {
        name: "campaign",
        label: "Campaign",
        plural: "campaigns",
        plural_label: "Campaigns",
        name_field: "name",
        subject: DataSubject::None,
        help: "An effort to reach many people at once.",
    };
    object.with([
        text("name", "Name", 80).required().business().slot(0),
        picklist("status", "Status", &CAMPAIGN_STATUSES).slot(1),
        picklist("type", "Type", &CAMPAIGN_TYPES).slot(2),
        date("startDate", "Start date").business().slot(0),
        date("endDate", "End date").business().slot(1),
        currency("budgetedCost", "Budgeted cost").business().slot(2),
        currency("actualCost", "Actual cost").business().slot(3),
        integer("numberSent", "Number sent").business().slot(4).help("How many people it was sent to."),
        boolean("active", "Active").business().slot(5),
        long_text("description", "Description"),
    ])
}
