//! Whom one does business with: accounts and contacts.

use sutra_kernel::NameError;
use sutra_privacy::DataSubject;

use super::build::{ObjectText, currency, email, integer, long_text, phone, picklist, reference, text, url};
use crate::ObjectDef;

const ACCOUNT_TYPES: [&str; 11] = [
    "Prospect",
    "Customer",
    "Partner",
    "Reseller",
    "Integrator",
    "Supplier",
    "Investor",
    "Competitor",
    "Analyst",
    "Press",
    "Other",
];

pub(super) fn account() -> Result<ObjectDef, NameError> {
    let object = ObjectText {
        name: "account",
        label: "Account",
        plural: "accounts",
        plural_label: "Accounts",
        name_field: "name",
        subject: DataSubject::None,
        help: "A company or another organisation one deals with.",
    };
    object.with([
        text("name", "Name", 255)
            .required()
            .business()
            .slot(0)
            .searchable()
            .help("What the organisation is called."),
        phone("phone", "Phone").slot(1).searchable(),
        phone("fax", "Fax"),
        url("website", "Website").business().searchable(),
        picklist("type", "Type", &ACCOUNT_TYPES).slot(2).help("What it is to us."),
        text("industry", "Industry", 100)
            .business()
            .slot(3)
            .help("The branch it works in, in its own words."),
        integer("numberOfEmployees", "Employees").business().slot(0),
        currency("annualRevenue", "Annual revenue").business().slot(1),
        long_text("description", "Description"),
        text("billingStreet", "Billing street", 255).business(),
        text("billingCity", "Billing city", 100).business().slot(4),
        text("billingState", "Billing state", 100).business().slot(5),
        text("billingPostalCode", "Billing postal code", 20).business(),
        text("billingCountry", "Billing country", 100).business().slot(6),
        text("shippingStreet", "Shipping street", 255).business(),
        text("shippingCity", "Shipping city", 100).business(),
        text("shippingState", "Shipping state", 100).business(),
        text("shippingPostalCode", "Shipping postal code", 20).business(),
        text("shippingCountry", "Shipping country", 100).business(),
    ])
}

pub(super) fn contact() -> Result<ObjectDef, NameError> {
    let object = ObjectText {
        name: "contact",
        label: "Contact",
        plural: "contacts",
        plural_label: "Contacts",
        name_field: "lastName",
        subject: DataSubject::ThisRecord,
        help: "A person one deals with.",
    };
    object.with([
        text("lastName", "Last name", 80).required().slot(0).searchable(),
        text("firstName", "First name", 80).slot(1).searchable(),
        email("email", "E-mail").slot(2).searchable(),
        phone("phone", "Phone").slot(3).searchable(),
        phone("mobilePhone", "Mobile phone").searchable(),
        text("title", "Title", 128).slot(4).searchable().help("The position in the organisation."),
        reference("account", "Account", "account").slot(0).help("The organisation the person belongs to."),
        text("department", "Department", 80).slot(5),
        long_text("description", "Description"),
        text("mailingStreet", "Mailing street", 255),
        text("mailingCity", "Mailing city", 100).slot(6),
        text("mailingState", "Mailing state", 100),
        text("mailingPostalCode", "Mailing postal code", 20),
        text("mailingCountry", "Mailing country", 100).slot(7),
    ])
}
