use PasswordProblem::{Common, Lacks, Organisational, Personal, TooShort};

use super::*;

fn judged(policy: &PasswordPolicy, has_factor: bool, text: &str) -> Result<(), PasswordProblem> {
    let email = EmailAddress::parse("asa.lindqvist@northwind.example").unwrap();
    let owner = PasswordOwner { email: &email, name: "Åsa Lindqvist-Moreau", has_factor };
    let password = Password::parse(text.to_owned()).ok().unwrap();
    policy.judge(&password, &owner, &BlockList::built_in())
}

fn verdict(text: &str) -> Result<(), PasswordProblem> {
    judged(&PasswordPolicy::default(), false, text)
}

#[test]
fn passwords_are_judged_by_what_is_left_of_them() {
    let short = Err(TooShort { least: 15 });
    let cases = [
        ("14 characters", "v8Kq!mZ2r#Tw9x", short),
        ("15 characters", "v8Kq!mZ2r#Tw9xB", Ok(())),
        ("14 characters of many bytes", "ужасноdлинныйп", short),
        ("another script", "ужаснодлинныйпароль", Ok(())),
        ("unrelated words", "tractor envelope mustard sky", Ok(())),
        ("lower case alone is no problem", "tractorenvelopemustard", Ok(())),
        ("digits alone are no problem", "830571829405716", Ok(())),
        ("a common word in a longer one", "password v8Kq!mZ2r", Ok(())),
        ("one character", "aaaaaaaaaaaaaaaaaaaa", Err(Common)),
        ("a repeated pair", "xkxkxkxkxkxkxkxk", Err(Common)),
        ("a repeated short password", "k9$zk9$zk9$zk9$z", Err(Common)),
        ("counting", "123456789012345", Err(Common)),
        ("counting down", "zyxwvutsrqponmlk", Err(Common)),
        ("along the keyboard", "qwertyuiopasdfghjkl", Err(Common)),
        ("across the keyboard", "1qaz2wsx3edc4rfv", Err(Common)),
        ("one common word twice", "PasswordPassword", Err(Common)),
        ("a word, a number, a sign", "Password1234567!", Err(Common)),
        ("letters written as signs", "P@$$w0rd1234567!", Err(Common)),
        ("a season and a year", "Summer2026Summer", Err(Common)),
        ("the product", "SutraSutraSutra1", Err(Common)),
        ("the famous one", "correcthorsebatterystaple", Err(Common)),
        ("spaces do not help", "p p p p p p p p p p", Err(Common)),
        ("the user's name", "Lindqvist-Moreau", Err(Personal)),
        ("the user's address", "asa.lindqvist@northwind", Err(Personal)),
        ("the employer and a number", "Northwind123456", Err(Personal)),
        ("a name in a longer one", "Lindqvist eats 7 plums", Ok(())),
    ];
    for (name, text, expected) in cases {
        assert_eq!(verdict(text), expected, "{name}");
    }
}

#[test]
fn beside_a_second_factor_a_password_may_be_shorter() {
    let cases = [
        ("7 characters", "v8Kq!mZ", Err(TooShort { least: 8 })),
        ("8 characters", "v8Kq!mZ2", Ok(())),
        ("8 common ones", "Passw0rd", Err(Common)),
        ("8 in a row", "12345678", Err(Common)),
        ("the user's name", "lindqvist", Err(Personal)),
    ];
    for (name, text, expected) in cases {
        assert_eq!(judged(&PasswordPolicy::default(), true, text), expected, "{name}");
    }
}

#[test]
fn what_an_organisation_requires_is_required() {
    let policy = PasswordPolicy { required: BTreeSet::from(CharacterKind::ALL), ..PasswordPolicy::default() };
    let cases = [
        ("all of them", "Tractor envelope 7", Ok(())),
        ("of any script", "Ужасно длинный ٣", Ok(())),
        ("no lower case", "TRACTOR ENVELOPE 7", Err(Lacks(CharacterKind::Lower))),
        ("no upper case", "tractor envelope 7", Err(Lacks(CharacterKind::Upper))),
        ("no digit", "Tractor envelope k", Err(Lacks(CharacterKind::Digit))),
        ("no symbol", "Tractorenvelope7", Err(Lacks(CharacterKind::Symbol))),
    ];
    for (name, text, expected) in cases {
        assert_eq!(judged(&policy, false, text), expected, "{name}");
    }
}

#[test]
fn words_of_the_organisation_count_as_little_as_common_ones() {
    let words = ["Contoso Widgets", "Zephyr-9000"].map(str::to_owned);
    let policy = PasswordPolicy { words: BTreeSet::from(words), ..PasswordPolicy::default() };
    let cases = [
        ("its name and a year", "ContosoWidgets2026", Err(Organisational)),
        ("its product, twice", "zephyr9000zephyr", Err(Organisational)),
        ("among others", "Contoso eats 7 plums", Ok(())),
    ];
    for (name, text, expected) in cases {
        assert_eq!(judged(&policy, false, text), expected, "{name}");
    }
}

#[test]
fn the_longest_password_is_judged_too() {
    assert_eq!(verdict(&"İ".repeat(512)), Err(Common));
    assert_eq!(verdict(&"v8Kq!mZ2".repeat(128)), Ok(()));
}

#[test]
fn a_password_expires_to_the_microsecond() {
    let policy = PasswordPolicy { max_age_days: Some(90), ..PasswordPolicy::default() };
    let chosen: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let due = chosen.plus(90 * DAY);
    assert!(!policy.has_expired(chosen, Timestamp::from_micros(due.as_micros() - 1)));
    assert!(policy.has_expired(chosen, due));
    assert!(!PasswordPolicy::default().has_expired(chosen, due.plus(1_000 * DAY)));
}

#[test]
fn what_nobody_should_decide_is_refused() {
    let policy = PasswordPolicy::default;
    let word = |length| BTreeSet::from(["x".repeat(length)]);
    let cases = [
        ("the default", policy(), true),
        ("6 characters", PasswordPolicy { min_length: 6, min_length_with_factor: 6, ..policy() }, true),
        ("5 characters", PasswordPolicy { min_length: 5, min_length_with_factor: 5, ..policy() }, false),
        ("64 characters", PasswordPolicy { min_length: 64, ..policy() }, true),
        ("65 characters", PasswordPolicy { min_length: 65, ..policy() }, false),
        ("5 with a factor", PasswordPolicy { min_length_with_factor: 5, ..policy() }, false),
        ("longer with a factor", PasswordPolicy { min_length_with_factor: 16, ..policy() }, false),
        ("24 remembered", PasswordPolicy { history: 24, ..policy() }, true),
        ("25 remembered", PasswordPolicy { history: 25, ..policy() }, false),
        ("a day", PasswordPolicy { max_age_days: Some(1), ..policy() }, true),
        ("no day", PasswordPolicy { max_age_days: Some(0), ..policy() }, false),
        ("more than ten years", PasswordPolicy { max_age_days: Some(3_651), ..policy() }, false),
        ("a word", PasswordPolicy { words: word(3), ..policy() }, true),
        ("a short word", PasswordPolicy { words: word(2), ..policy() }, false),
        ("a long word", PasswordPolicy { words: word(61), ..policy() }, false),
    ];
    for (name, policy, is_good) in cases {
        assert_eq!(policy.check().is_ok(), is_good, "{name}");
    }
}

#[test]
fn a_policy_is_read_as_it_is_written() {
    let policy = PasswordPolicy {
        required: BTreeSet::from([CharacterKind::Digit]),
        max_age_days: Some(90),
        words: BTreeSet::from(["contoso".to_owned()]),
        ..PasswordPolicy::default()
    };
    let written = serde_json::to_value(&policy).unwrap();
    assert_eq!(serde_json::from_value::<PasswordPolicy>(written).unwrap(), policy);
    assert_eq!(serde_json::from_str::<PasswordPolicy>("{}").unwrap(), PasswordPolicy::default());
    assert!(serde_json::from_str::<PasswordPolicy>(r#"{"minimum": 3}"#).is_err());
}

#[test]
fn a_problem_is_told_in_a_sentence() {
    let lacks = CharacterKind::ALL.map(Lacks);
    let others = [
        TooShort { least: 15 },
        PasswordProblem::Listed,
        Common,
        Organisational,
        Personal,
        PasswordProblem::Used,
    ];
    for problem in lacks.into_iter().chain(others) {
        let text = problem.to_string();
        assert!(text.len() > 40 && !text.ends_with('.'), "{text}");
    }
}
