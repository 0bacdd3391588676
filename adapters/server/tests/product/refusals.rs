//! What the program refuses to do, in one sentence each.

use std::{
    fs::{self, File},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use crate::place::Place;

#[test]
fn what_cannot_be_done_safely_is_refused_in_one_sentence() {
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let cases: [(&str, &[&str], &str); 8] = [
        ("unknown flag", &["serve", "--colour"], "error: unexpected argument '--colour' found"),
        (
            "address",
            &["serve", "--listen", "here"],
            "sutra: `http.listen` (from --listen) must be an address and a port",
        ),
        (
            "public demo",
            &["serve", "--demo", "--listen", "0.0.0.0:0"],
            "sutra: `http.listen` is `0.0.0.0:0`, which other machines reach",
        ),
        (
            "plain http for others",
            &["serve", "--listen", "0.0.0.0:0"],
            "sutra: `http.listen` is `0.0.0.0:0`, which other machines reach: put a proxy with TLS before it",
        ),
        (
            "database",
            &["serve", "--listen", "127.0.0.1:0", "--database", "mysql://root:hunter2@db"],
            "sutra: `database.url` must be `postgres://role@host/database` or `sqlite:FILE`",
        ),
        (
            "file",
            &["serve", "--config", "nowhere.toml"],
            "sutra: `--config` names `nowhere.toml`, which cannot be read",
        ),
        (
            "migration",
            &["migrate", "--database", "sqlite:x"],
            "sutra: `--database` must be `postgres://role@host/database`; SQLite needs no `sutra migrate`",
        ),
        ("workspace", &["audit", "verify", "--workspace", "moon"], "sutra: there is no workspace `moon`"),
    ];
    for (name, arguments, expected) in cases {
        let refused = Place::empty().run(arguments);
        assert_eq!(refused.code, 1, "{name}: {refused:?}");
        assert!(refused.err.contains(expected), "{name}: {refused:?}");
        assert!(!refused.err.contains("hunter2"), "{name}: {refused:?}");
    }
    let owners = Place::empty().with("SUTRA_OWNER_PASSWORD", "hunter2").run(&serve);
    assert!(
        owners.err.starts_with("sutra: `SUTRA_OWNER_PASSWORD` is for `sutra migrate` alone"),
        "{owners:?}"
    );
}

#[test]
fn a_demo_behind_a_proxy_is_public_too() {
    let demo = ["serve", "--demo", "--listen", "127.0.0.1:0"];
    let place = Place::empty().with("SUTRA_HTTP__PUBLIC_URL", "https://demo.example.com");
    let refused = place.run(&demo);
    let expected = "sutra: `http.public_url` is `https://demo.example.com/`, which other machines reach";
    assert!(refused.err.starts_with(expected), "{refused:?}");
    assert!(!place.data().exists());
    let here = Place::empty().with("SUTRA_HTTP__PUBLIC_URL", "http://localhost:8080");
    here.serve(&["--demo"], "demo-passwords.txt").stop();
}

#[test]
fn data_that_others_can_reach_stops_the_server() {
    let place = Place::empty();
    place.serve(&[], "&token=").stop();
    let data = place.data();
    let file = |name: &str| data.join(name);
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    for end in ["-wal", "-shm"] {
        let beside = file(&format!("sutra.db{end}"));
        File::options().create(true).append(true).open(&beside).unwrap();
        mode(&beside, 0o600);
    }
    let elsewhere = format!("sqlite:{}", file("sutra.db").display());
    let cases = [
        (data.clone(), 0o755, 0o700, "others than its owner can enter it; `chmod 700` closes it"),
        (file("sutra.db"), 0o644, 0o600, "others than its owner can read it; `chmod 600` closes it"),
        (file("sutra.db-wal"), 0o640, 0o600, "others than its owner can read it; `chmod 600` closes it"),
        (file("sutra.db-shm"), 0o604, 0o600, "others than its owner can read it; `chmod 600` closes it"),
    ];
    for (path, open, closed, expected) in cases {
        mode(&path, open);
        for named in [&[][..], &["--database", "sqlite:sutra-data/sutra.db"], &["--database", &elsewhere]] {
            let refused = place.run(&[&["serve", "--listen", "127.0.0.1:0"], named].concat());
            assert_eq!(refused.code, 1, "{refused:?}");
            let name = path.file_name().unwrap().to_str().unwrap();
            assert!(refused.err.ends_with(&format!("{name}`: {expected}\n")), "{refused:?}");
        }
        mode(&path, closed);
    }
    place.serve(&[], "&token=").stop();
}

#[test]
fn a_demo_and_the_real_thing_do_not_mix() {
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let demo = ["serve", "--demo", "--listen", "127.0.0.1:0"];
    let real = Place::empty();
    real.serve(&[], "&token=").stop();
    let refused = real.run(&demo);
    assert!(refused.err.contains("has something else in it: name another by `--data`"), "{refused:?}");
    let tried = Place::empty();
    tried.serve(&["--demo"], "demo-passwords.txt").stop();
    let refused = tried.run(&serve);
    assert!(refused.err.contains("is a demo's directory: start it with `--demo`"), "{refused:?}");
}

#[test]
fn a_demo_that_is_cut_off_is_never_taken_for_a_whole_one() {
    let place = Place::empty().with("SUTRA_DEMO__SIZE", "company");
    let code = place.serve_no_further(&["--demo"], "Making a demo company");
    assert_eq!(code, 1);
    let expected = "was cut off while it was being made: delete the directory and start again";
    assert!(place.log().contains(expected), "{}", place.log());
    let refused = place.run(&["serve", "--demo", "--listen", "127.0.0.1:0"]);
    assert!(refused.err.contains(expected), "{refused:?}");
    let refused = place.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(refused.err.contains("is a demo's directory"), "{refused:?}");
}

#[test]
fn a_key_file_that_is_wrong_lost_or_open_to_others_stops_the_server() {
    let place = Place::empty();
    place.serve(&[], "&token=").stop();
    let stranger = Place::empty();
    stranger.serve(&[], "&token=").stop();
    let keys = place.data().join("root.keys");
    let right = fs::read(&keys).unwrap();
    let refused = |expected: &str| {
        let outcome = place.run(&["serve", "--listen", "127.0.0.1:0"]);
        assert_eq!(outcome.code, 1, "{outcome:?}");
        assert!(outcome.err.contains(expected), "{outcome:?}");
    };

    fs::set_permissions(&keys, fs::Permissions::from_mode(0o644)).unwrap();
    refused("others than its owner can read it; `chmod 600` closes it");
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&keys, fs::read(stranger.data().join("root.keys")).unwrap()).unwrap();
    refused("wrong key file: the root key `");
    fs::remove_file(&keys).unwrap();
    refused("is missing, and this database was sealed with the root key `");
    assert!(!keys.exists(), "a lost key is never replaced by a new one");

    fs::write(&keys, right).unwrap();
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o600)).unwrap();
    place.serve(&[], "&token=").stop();
}
