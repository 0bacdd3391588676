use super::*;

fn load(file: &str, variables: &[(&str, &str)], flags: Flags) -> Result<Config, String> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sutra.toml");
    std::fs::write(&path, file).unwrap();
    let flags = Flags { config: Some(path), ..flags };
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let loaded = Config::from_sources(&flags, variables);
    let beside = format!("{}/", directory.path().display());
    loaded.map_err(|error| error.to_string().replace(&beside, ""))
}

fn refusal(file: &str, variables: &[(&str, &str)], flags: Flags) -> String {
    let loaded = load(file, variables, flags);
    let checked = loaded.and_then(|config| {
        let checked = config.place().and_then(|_| config.http.documents());
        checked.map(drop).map_err(|error| error.to_string())
    });
    checked.err().unwrap_or_default()
}

fn listen(text: &str) -> Flags {
    Flags { listen: Some(text.to_owned()), ..Flags::default() }
}

#[test]
fn nothing_configured_is_a_server_for_this_machine_alone() {
    let config = load("", &[], Flags::default()).ok().unwrap();
    assert_eq!(config.data, PathBuf::from("sutra-data"));
    assert_eq!(config.key_file(), PathBuf::from("sutra-data/root.keys"));
    assert!(config.place().ok().unwrap().embedded);
    assert_eq!(config.http.public_address(config.http.listen), "http://127.0.0.1:8080");
    assert!(config.http.allowed_origins.is_empty());
    assert_eq!(config.passwords.memory_kib.get(), 19_456);
}

#[test]
fn the_environment_wins_over_the_file_and_a_flag_over_both() {
    let file = "[http]\nlisten = '127.0.0.1:1'\nbody_kib = 1\n[log]\nlevel = 'warn'";
    let variables = [("SUTRA_HTTP__LISTEN", "127.0.0.1:2"), ("SUTRA_HTTP__BODY_KIB", "2"), ("HOME", "/")];
    let config = load(file, &variables, listen("127.0.0.1:3")).ok().unwrap();
    assert_eq!(config.http.listen.port(), 3);
    assert_eq!(config.http.body_kib.get(), 2);
    assert_eq!(config.log.level.as_str(), "warn");
}

#[test]
fn a_telephone_in_the_environment_is_no_number() {
    let variables = [
        ("SUTRA_NOTIFY__TWILIO__ACCOUNT_SID", "AC0123456789abcdef0123456789abcdef"),
        ("SUTRA_NOTIFY__TWILIO__SECRET_FILE", "x"),
        ("SUTRA_NOTIFY__TWILIO__FROM", "+12025550123"),
    ];
    assert_eq!(refusal("", &variables, Flags::default()), "");
}

/// A file, and what is said about it.
const FILES: [(&str, &str, &str); 22] = [
    (
        "unknown key",
        "colour = 'red'",
        "`colour` (from sutra.toml) is no key; the keys are `data`, `database`, `demo`, `http`, `keys`, `log`, `notify`, `passwords`, `sessions`",
    ),
    (
        "unknown key of a section",
        "[http]\nlisten_on = 'x'",
        "`http.listen_on` (from sutra.toml) is no key; the keys in `http` are `listen`, `public_url`, `allowed_origins`, `trusted_proxies`, `body_kib`, `operations`, `persisted_documents`, `require_idempotency_key`, `timeout_seconds`, `stop_seconds`",
    ),
    ("no section", "http = 'x'", "`http` (from sutra.toml) must be a section with keys of its own"),
    (
        "no TOML",
        "[http]\nlisten = secret",
        "`sutra.toml` is not TOML, line 2, column 10: check the quotes and brackets there",
    ),
    (
        "no address",
        "[http]\nlisten = '8080'",
        "`http.listen` (from sutra.toml) must be an address and a port, such as `127.0.0.1:8080` or `[::1]:8080`",
    ),
    ("no text", "[http]\nlisten = 8080", "`http.listen` (from sutra.toml) must be a string"),
    (
        "plain http",
        "[http]\npublic_url = 'http://crm.example.com'",
        "`http.public_url` (from sutra.toml) must be an https address such as `https://crm.example.com`, or an http address on this machine, without a path",
    ),
    (
        "a path",
        "[http]\npublic_url = 'https://crm.example.com/x'",
        "`http.public_url` (from sutra.toml) must be an https address such as `https://crm.example.com`, or an http address on this machine, without a path",
    ),
    (
        "the name of a proxy",
        "[http]\ntrusted_proxies = ['proxy.example.com']",
        "`http.trusted_proxies` (from sutra.toml) must be addresses and networks such as `10.0.0.2` or `10.0.0.0/24`",
    ),
    (
        "any origin",
        "[http]\nallowed_origins = ['*']",
        "`http.allowed_origins` (from sutra.toml) must be exact origins such as `https://crm.example.com`, without a path",
    ),
    (
        "an origin with a slash",
        "[http]\nallowed_origins = ['https://a.example/']",
        "`http.allowed_origins` (from sutra.toml) must be exact origins such as `https://crm.example.com`, without a path",
    ),
    (
        "out of bounds",
        "[http]\nbody_kib = 0",
        "`http.body_kib` (from sutra.toml) must be a whole number from 1 to 65536",
    ),
    (
        "no number",
        "[http]\ntimeout_seconds = 'long'",
        "`http.timeout_seconds` (from sutra.toml) must be a whole number from 1 to 600",
    ),
    (
        "no mode of operations",
        "[http]\noperations = 'none'",
        "`http.operations` (from sutra.toml) must be one of `any`, `allow-list`",
    ),
    (
        "a list that is not there",
        "[http]\noperations = 'allow-list'",
        "`http.operations` must be `any` unless `http.persisted_documents` names the file that lists them",
    ),
    (
        "no file of documents",
        "[http]\npersisted_documents = '/nowhere/at/all'",
        "`http.persisted_documents` names `/nowhere/at/all`, which cannot be read: No such file or directory (os error 2)",
    ),
    (
        "cheap passwords",
        "[passwords]\nmemory_kib = 8",
        "`passwords.memory_kib` (from sutra.toml) must be a whole number from 19456 to 1048576",
    ),
    (
        "unknown word",
        "[log]\nlevel = 'loud'",
        "`log.level` (from sutra.toml) must be one of `error`, `warn`, `info`, `debug`, `trace`",
    ),
    (
        "unknown size",
        "[demo]\nsize = 'huge'",
        "`demo.size` (from sutra.toml) must be one of `company`, `small`",
    ),
    (
        "idle for ever",
        "[sessions]\nidle_minutes = 60\nabsolute_minutes = 30",
        "`sessions.idle_minutes` must not be more than `sessions.absolute_minutes`",
    ),
    (
        "another database",
        "[database]\nurl = 'mysql://root:hunter2@db/crm'",
        "`database.url` must be `postgres://role@host/database` or `sqlite:FILE`",
    ),
    (
        "no password file",
        "[database]\nurl = 'postgres://db/crm'\npassword_file = '/nowhere/at/all'",
        "`database.password_file` names `/nowhere/at/all`, which cannot be read: No such file or directory (os error 2)",
    ),
];

#[test]
fn a_refusal_is_one_sentence_that_names_the_key() {
    for (name, file, expected) in FILES {
        let sentence = refusal(file, &[], Flags::default());
        assert_eq!(sentence, expected, "{name}");
        assert!(!sentence.contains("hunter2") && !sentence.contains("secret"), "{name}: {sentence}");
    }
}

#[test]
fn a_refusal_names_the_variable_or_the_flag_too() {
    let elsewhere = [
        (
            "variable",
            refusal("", &[("SUTRA_HTTP__LISTEN", "here")], Flags::default()),
            "`http.listen` (from SUTRA_HTTP__LISTEN) must be an address and a port, such as `127.0.0.1:8080` or `[::1]:8080`",
        ),
        (
            "unknown variable",
            refusal("", &[("SUTRA_LOG__COLOUR", "red")], Flags::default()),
            "`log.colour` (from SUTRA_LOG__COLOUR) is no key; the keys in `log` are `level`, `format`",
        ),
        (
            "flag",
            refusal("", &[], listen("here")),
            "`http.listen` (from --listen) must be an address and a port, such as `127.0.0.1:8080` or `[::1]:8080`",
        ),
        (
            "owner's password",
            refusal("", &[("SUTRA_OWNER_PASSWORD", "hunter2")], Flags::default()),
            "`SUTRA_OWNER_PASSWORD` is for `sutra migrate` alone: unset it, and give the serving role's password in `database.password_file`",
        ),
    ];
    for (name, sentence, expected) in elsewhere {
        assert_eq!(sentence, expected, "{name}");
    }
}

#[test]
fn a_file_that_was_named_must_be_there() {
    let flags = Flags { config: Some(PathBuf::from("/nowhere/sutra.toml")), ..Flags::default() };
    let error = Config::from_sources(&flags, std::iter::empty()).err().unwrap().to_string();
    assert!(error.starts_with("`--config` names `/nowhere/sutra.toml`, which cannot be read"), "{error}");
}

#[test]
fn a_manifest_that_cannot_be_used_is_named_with_its_entry() {
    let me = "b8d9506e34c83b0e53c2aa463624fcea354713bc38f95276e6f0bd893ffb5b88";
    let cases = [
        ("no JSON", "}".to_owned(), "it is not a JSON object of texts (line 1, column 1)".to_owned()),
        (
            "another digest",
            r#"{ "4ef8": "{ me { name } }" }"#.to_owned(),
            "the entry `4ef8` is not named by".to_owned(),
        ),
        (
            "another document",
            format!(r#"{{ "{me}": "{{ me {{ email }} }}" }}"#),
            format!("the entry `{me}` holds another document, whose SHA-256 is `"),
        ),
        ("too long", " ".repeat(16 * 1024 * 1024 + 1), "it is longer than 16 MiB".to_owned()),
    ];
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("documents.json");
    let file = format!("[http]\npersisted_documents = '{}'", path.display());
    for (name, manifest, expected) in cases {
        std::fs::write(&path, manifest).unwrap();
        let sentence = refusal(&file, &[], Flags::default());
        let named = format!("`http.persisted_documents` names `{}`, which cannot be used: ", path.display());
        assert!(sentence.starts_with(&(named + &expected)), "{name}: {sentence}");
    }
    std::fs::write(&path, format!(r#"{{ "sha256:{me}": "{{ me {{ name }} }}" }}"#)).unwrap();
    assert_eq!(refusal(&format!("{file}\noperations = 'allow-list'"), &[], Flags::default()), "");
}

/// The known keys of a section, as the refusal of an unknown one lists them; none if this is no section.
fn keys(section: &str) -> Option<Vec<String>> {
    let file = if section.is_empty() { "x = 1".to_owned() } else { format!("[{section}]\nx = 1") };
    let sentence = refusal(&file, &[], Flags::default());
    let (_, list) = sentence.split_once("is no key; the keys")?;
    let (_, list) = list.split_once("are ")?;
    Some(list.split(", ").map(|key| key.trim_matches('`').to_owned()).collect())
}

fn is_named_at_and_below(page: &str, key: &str) {
    let Some(keys) = keys(key) else {
        assert!(page.contains(&format!("| `{key}` |")), "`{key}` is not in README.md");
        return;
    };
    for below in keys {
        let key = if key.is_empty() { below } else { format!("{key}.{below}") };
        is_named_at_and_below(page, &key);
    }
}

#[test]
fn the_front_page_names_every_key() {
    is_named_at_and_below(include_str!("../../README.md"), "");
}
