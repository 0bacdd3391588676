//! Search by words.

use proptest::prelude::*;
use sutra_kernel::Value;
use sutra_records::{Fields, ObjectDef, Search, SearchError, tokens};

use crate::company::{fields, name, object};

/// The words of a contact that has this in one field.
fn words(field: &str, text: &str) -> Vec<String> {
    let tokens = tokens(&object("contact"), &fields([(field, Value::text(text))]));
    tokens.into_iter().map(|token| token.word).collect()
}

fn search(text: &str) -> Result<Search, SearchError> {
    Search::new(text, &object("contact"), |_| true)
}

fn finds(text: &str, fields: &Fields) -> bool {
    search(text).unwrap().finds(&object("contact"), fields)
}

#[test]
fn a_text_is_found_by_its_words() {
    let cases: [(&str, &str, &[&str]); 10] = [
        ("lastName", "Straße der Pariser Kommune", &["der", "kommune", "pariser", "strasse"]),
        ("lastName", "Ada  ada, ADA!", &["ada"]),
        ("lastName", "O'Brien-Smith", &["brien", "o'brien", "smith"]),
        ("lastName", "東京", &["京", "東"]),
        ("lastName", "& – (!)", &[]),
        ("lastName", "a_b 3.14", &["14", "3.14", "a_b", "b"]),
        ("email", "Ada.Lovelace@example.com", &["ada.lovelace", "com", "example.com", "lovelace"]),
        ("phone", "+46 46-12", &["12", "46", "464612"]),
        ("title", "", &[]),
        ("description", "not searchable", &[]),
    ];
    for (field, text, expected) in cases {
        assert_eq!(words(field, text), expected, "{field}: {text}");
    }
}

#[test]
fn each_word_begins_a_word_of_the_record() {
    let ada = [
        ("firstName", Value::text("Ada")),
        ("lastName", Value::text("Lovelace")),
        ("email", Value::text("countess@analytical.example")),
        ("phone", Value::text("+44 20 7946 0958")),
        ("mailingCity", Value::text("London")),
    ];
    let ada = fields(ada);
    let cases = [
        ("ada", true),
        ("LOVE", true),
        ("love ada", true),
        ("ad co ana", true),
        ("ada lovelaces", false),
        ("velace", false),
        ("ada charles", false),
        ("countess@ana", true),
        ("4420794", true),
        ("7946 0958", true),
        ("london", false),
    ];
    for (text, expected) in cases {
        assert_eq!(finds(text, &ada), expected, "{text}");
    }
}

#[test]
fn what_cannot_be_searched_is_refused_whatever_the_data() {
    let nine = "aa bb cc dd ee ff gg hh ii";
    let cases = [
        ("nothing", "", Err(SearchError::NoWord)),
        ("marks", " – ! ", Err(SearchError::NoWord)),
        ("one letter", "acme b", Err(SearchError::TooShort)),
        ("nine words", nine, Err(SearchError::TooManyWords)),
        ("eight words, one of them twice", "aa bb cc dd ee ff gg hh AA", Ok(8)),
        ("one letter of a long alphabet", "東", Ok(1)),
    ];
    for (case, text, expected) in cases {
        assert_eq!(search(text).map(|search| search.words().len()), expected, "{case}");
    }
}

/// l13: a word of a field that the viewer may not read finds nothing.
#[test]
fn l13_a_hidden_field_finds_nothing() {
    let contact = object("contact");
    let fields = fields([("lastName", Value::text("Lovelace")), ("email", Value::text("ada@example.com"))]);
    let without = |hidden: &[&str], text: &str| {
        let search = Search::new(text, &contact, |field| !hidden.contains(&field.name.as_str()));
        search.map(|search| search.finds(&contact, &fields))
    };
    assert_eq!(without(&[], "ada love"), Ok(true));
    assert_eq!(without(&["email"], "ada love"), Ok(false), "every word is of a readable field");
    assert_eq!(without(&["email"], "love"), Ok(true));
    let all: Vec<_> = contact.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(without(&all, "love"), Err(SearchError::NoField));
    let plain = ObjectDef { fields: Vec::new(), ..contact.clone() };
    assert_eq!(Search::new("love", &plain, |_| true), Err(SearchError::NoField));
}

#[test]
fn words_are_cut_and_counted_out() {
    let long = "é".repeat(100);
    assert_eq!(words("lastName", &long), ["é".repeat(32)]);
    let ada = fields([("lastName", Value::text(&*long))]);
    assert!(finds(&long, &ada) && finds(&"é".repeat(40), &ada) && !finds(&"e".repeat(40), &ada));

    let mut contact = object("contact");
    let description = contact.fields.iter_mut().find(|field| field.name == name("description")).unwrap();
    description.searchable = true;
    let text: Vec<String> = (1000..1300).map(|number| number.to_string()).collect();
    let fields = fields([("description", Value::text(text.join(" ")))]);
    let kept: Vec<_> = tokens(&contact, &fields).into_iter().map(|token| token.word).collect();
    assert_eq!(kept, text[..200]);
}

proptest! {
    /// Whoever types a name letter by letter finds it all the while.
    #[test]
    fn every_beginning_of_a_text_finds_it(text in "[\\PC&&[^\\p{M}]]{0,24}", length in 0..24_usize) {
        let beginning: String = text.chars().take(length).collect();
        if let Ok(search) = search(&beginning) {
            let fields = fields([("lastName", Value::Text(text))]);
            prop_assert!(search.finds(&object("contact"), &fields), "{beginning:?}");
        }
    }
}
