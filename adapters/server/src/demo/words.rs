//! The words that the demo company's records are made of. Names of people are common ones put together at random;
//! names of companies, products and campaigns are made up.

/// Syllables of company names: `Bral` and `avik` are Bralavik.
pub(super) const NAME_HEADS: [&str; 24] = [
    "Bral", "Cord", "Dund", "Elmb", "Fard", "Gremm", "Holv", "Iskr", "Jorn", "Kelt", "Lumb", "Marn", "Nobr",
    "Ollg", "Pelv", "Quand", "Rosk", "Silb", "Tarn", "Ulvr", "Vesk", "Wilm", "Yarb", "Zelt",
];
pub(super) const NAME_TAILS: [&str; 10] =
    ["avik", "enta", "ibor", "olde", "umar", "ystra", "andel", "elino", "ingra", "orrin"];

/// A branch, and what the name of a company in it ends with.
pub(super) const BRANCHES: [(&str, &str); 10] = [
    ("Food", "Foods"),
    ("Transport", "Logistics"),
    ("Automation", "Robotics"),
    ("Textiles", "Textiles"),
    ("Energy", "Energy"),
    ("Optics", "Optics"),
    ("Paper", "Paper"),
    ("Measuring", "Instruments"),
    ("Construction", "Timber"),
    ("Packaging", "Packaging"),
];

/// Cities, their countries, and the code that telephone numbers there begin with.
pub(super) const PLACES: [(&str, &str, &str); 16] = [
    ("Uppsala", "Sweden", "+46"),
    ("Aarhus", "Denmark", "+45"),
    ("Bergen", "Norway", "+47"),
    ("Tampere", "Finland", "+358"),
    ("Leipzig", "Germany", "+49"),
    ("Graz", "Austria", "+43"),
    ("Brno", "Czechia", "+420"),
    ("Poznań", "Poland", "+48"),
    ("Porto", "Portugal", "+351"),
    ("Sevilla", "Spain", "+34"),
    ("Bilbao", "Spain", "+34"),
    ("Braga", "Portugal", "+351"),
    ("Bologna", "Italy", "+39"),
    ("Lyon", "France", "+33"),
    ("Gent", "Belgium", "+32"),
    ("Utrecht", "Netherlands", "+31"),
];
pub(super) const STREETS: [&str; 12] = [
    "Harbour Street",
    "Station Road",
    "Mill Lane",
    "Orchard Way",
    "Foundry Street",
    "Canal Side",
    "Market Square",
    "Linden Avenue",
    "Bridge Street",
    "Quarry Road",
    "Weavers' Yard",
    "North Gate",
];

pub(super) const FIRST_NAMES: [&str; 40] = [
    "Amara", "Bastian", "Celia", "Dmitri", "Elif", "Farid", "Greta", "Hugo", "Ingrid", "Jamal", "Keiko",
    "Lars", "Maja", "Nuno", "Olga", "Paulo", "Rania", "Stefan", "Thea", "Umberto", "Viola", "Wim", "Xenia",
    "Yannick", "Zofia", "Aron", "Birgit", "Carmen", "Darius", "Eeva", "Filip", "Giulia", "Henk", "Ines",
    "Joana", "Karim", "Lotte", "Mateo", "Noor", "Otto",
];
pub(super) const LAST_NAMES: [&str; 48] = [
    "Almeida",
    "Bergström",
    "Costa",
    "Dvořák",
    "Eriksen",
    "Fischer",
    "García",
    "Holm",
    "Ibrahim",
    "Jansen",
    "Kaya",
    "Lindgren",
    "Moretti",
    "Novák",
    "Olsen",
    "Pereira",
    "Quist",
    "Rossi",
    "Santos",
    "Tamm",
    "Ulmann",
    "Virtanen",
    "Wagner",
    "Yilmaz",
    "Zając",
    "Andersen",
    "Becker",
    "Carvalho",
    "Dubois",
    "Engel",
    "Ferrari",
    "Gomes",
    "Hansen",
    "Ivanov",
    "Johansson",
    "Kowalski",
    "Lefèvre",
    "Martín",
    "Nieminen",
    "Ortega",
    "Petersen",
    "Romero",
    "Schmidt",
    "Toivonen",
    "Vermeulen",
    "Weber",
    "Zimmermann",
    "Åberg",
];
pub(super) const TITLES: [&str; 10] = [
    "Head of Purchasing",
    "Managing Director",
    "Plant Engineer",
    "Controller",
    "Office Manager",
    "Production Manager",
    "Buyer",
    "Head of Quality",
    "Project Manager",
    "Maintenance Planner",
];
pub(super) const DEPARTMENTS: [&str; 6] =
    ["Purchasing", "Management", "Production", "Finance", "Quality", "Projects"];

pub(super) const PRODUCTS: [&str; 10] = [
    "Sorting table",
    "Label printer",
    "Roller conveyor",
    "Inspection camera",
    "Batch scale",
    "Sealing head",
    "Control cabinet",
    "Pallet lift",
    "Dust filter",
    "Service contract",
];
pub(super) const MODELS: [&str; 4] = ["S", "M", "L", "XL"];
pub(super) const DEALS: [&str; 8] = [
    "starter package",
    "renewal",
    "extension",
    "pilot",
    "framework contract",
    "replacement",
    "second line",
    "spare parts",
];
pub(super) const NEXT_STEPS: [&str; 6] = [
    "Send the revised offer",
    "Meet the plant manager",
    "Wait for the budget round",
    "Arrange a visit to a reference",
    "Clarify delivery dates",
    "Check the contract",
];

pub(super) const TO_DO: [&str; 8] = [
    "Call back",
    "Send the offer",
    "Prepare the visit",
    "Ask for a reference",
    "Check the contract",
    "Send samples",
    "Book a demonstration",
    "Confirm the delivery date",
];
pub(super) const HEARD: [(&str, &str); 6] = [
    ("Call about delivery", "They need the parts two weeks earlier and would take them in two deliveries."),
    ("Visit on site", "Saw both lines running. The older one is due to be replaced within a year."),
    ("Budget talk", "The budget is decided in the autumn; until then small orders only."),
    ("New contact person", "Purchasing is being reorganised. Ask again who signs above ten thousand."),
    ("Complaint settled", "Happy with how the last complaint was handled, and said so."),
    (
        "Meeting at the fair",
        "Short talk at the stand. Interested in the inspection camera; send the data sheet.",
    ),
];
pub(super) const TROUBLES: [(&str, &str); 8] = [
    ("Part missing from the delivery", "Sent the missing part by express."),
    ("Machine stops after start", "A sensor was loose; explained on the telephone how to fasten it."),
    ("Question about maintenance", "Sent the maintenance plan and the list of wearing parts."),
    ("Invoice does not match the order", "Cancelled the invoice and made a new one."),
    ("Display shows an error", "Updated the software by remote access."),
    ("Wrong colour delivered", "Agreed on a discount; the customer keeps the goods."),
    ("Training for new staff", "Booked a training day with the field service."),
    ("Noise from the drive", "The bearing was replaced under warranty."),
];

pub(super) const CAMPAIGNS: [&str; 8] = [
    "Spring fair",
    "Webinar on inspection",
    "Reference visits",
    "Newsletter",
    "Open house",
    "Autumn fair",
    "Spare parts mailing",
    "Retrofit offer",
];
