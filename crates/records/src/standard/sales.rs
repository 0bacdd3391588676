//! What one hopes to sell, to whom, and how one makes it known: opportunities, campaigns, leads and products.

use sutra_kernel::NameError;
use sutra_privacy::DataSubject;

use super::build::{
    ObjectText, boolean, currency, date, decimal, email, integer, long_text, phone, picklist, reference,
    text, url,
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
const LEAD_STATUSES: [&str; 5] = ["New", "Contacted", "Qualified", "Unqualified", "Converted"];
const RATINGS: [&str; 3] = ["Hot", "Warm", "Cold"];
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
        text("name", "Name", 120).required().business().slot(0).searchable(),
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
        text("name", "Name", 80).required().business().slot(0).searchable(),
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

pub(super) fn lead() -> Result<ObjectDef, NameError> {
    let object = ObjectText {
        name: "lead",
        label: "Lead",
        plural: "leads",
        plural_label: "Leads",
        name_field: "lastName",
        subject: DataSubject::ThisRecord,
        help: "A person who may become a customer, before anybody knows.",
    };
    object.with([
        text("lastName", "Last name", 80).required().slot(0).searchable(),
        text("firstName", "First name", 80).slot(1).searchable(),
        text("company", "Company", 255).slot(2).searchable().help("The organisation the person works for."),
        text("title", "Title", 128).searchable().help("The position in the organisation."),
        email("email", "E-mail").slot(3).searchable(),
        phone("phone", "Phone").slot(4).searchable(),
        phone("mobilePhone", "Mobile phone").searchable(),
        url("website", "Website"),
        picklist("status", "Status", &LEAD_STATUSES).slot(5).help("How far it has come."),
        picklist("leadSource", "Lead source", &LEAD_SOURCES).slot(6).help("How it came to us."),
        picklist("rating", "Rating", &RATINGS).slot(7).help("How promising it is."),
        text("industry", "Industry", 100).business(),
        text("street", "Street", 255),
        text("city", "City", 100).slot(8),
        text("state", "State", 100),
        text("postalCode", "Postal code", 20),
        text("country", "Country", 100).slot(9),
        reference("campaign", "Campaign", "campaign").slot(0).help("The campaign that brought it."),
        long_text("description", "Description"),
    ])
}

pub(super) fn product() -> Result<ObjectDef, NameError> {
    let object = ObjectText {
        name: "product",
        label: "Product",
        plural: "products",
        plural_label: "Products",
        name_field: "name",
        subject: DataSubject::None,
        help: "Something one sells.",
    };
    object.with([
        text("name", "Name", 255).required().business().slot(0).searchable(),
        text("code", "Code", 100)
            .business()
            .slot(1)
            .searchable()
            .help("What it is called in catalogues and invoices."),
        text("family", "Family", 100).business().slot(2).help("The group of products it belongs to."),
        currency("listPrice", "List price").business().slot(0),
        text("unit", "Unit", 40).business().help("What the price is for, such as a piece or an hour."),
        boolean("active", "Active").business().slot(1).help("Whether it is on sale."),
        long_text("description", "Description"),
    ])
}
