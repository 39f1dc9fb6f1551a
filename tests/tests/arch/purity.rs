//! What a room may not touch: `record/` does no I/O, nobody writes `unsafe`, core knows no UniFFI.

use super::Source;
use serde_json::Value;

/// Where (path prefix) what may not be named.
const FORBIDDEN: &[(&str, &[&str])] = &[
    (
        "record/src/",
        &["std::fs", "std::net", "std::process", "std::env", "tokio", "rusqlite", "reqwest", "uniffi"],
    ),
    ("bridge-btle/src/", &["std::fs", "std::net", "std::process", "rusqlite", "uniffi"]),
    ("core/src/", &["uniffi", "jni", "objc"]),
    ("bureau/src/", &["uniffi", "liuhen_core"]),
    ("cli/src/", &["uniffi"]),
    // The membrane decides nothing and touches nothing: files, networks and rules are the core's.
    ("ffi/src/", &["std::fs", "std::net", "std::process", "std::env", "rusqlite", "reqwest", "serde_json"]),
];

/// Paths that `code` names: `a::b` as it stands, and each member of `a::{b, c}` one level deep.
fn named(code: &str) -> String {
    let mut text = code.split_whitespace().collect::<Vec<_>>().join(" ");
    for space in [" :: ", ":: ", " ::"] {
        text = text.replace(space, "::");
    }
    let groups: Vec<String> = text
        .match_indices("std::{")
        .flat_map(|(at, start)| {
            let group = text[at + start.len()..].split(';').next().unwrap_or_default();
            group.split([',', '{', '}']).map(|name| format!(" std::{} ", name.trim())).collect::<Vec<_>>()
        })
        .collect();
    text + &groups.concat()
}

fn has_word(text: &str, word: &str) -> bool {
    let inside =
        |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    text.match_indices(word).any(|(at, _)| {
        !inside(text[..at].chars().next_back()) && !inside(text[at + word.len()..].chars().next())
    })
}

fn violations(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        for (prefix, words) in FORBIDDEN {
            if source.path.starts_with(prefix) {
                let named = named(&source.code());
                let hits = words.iter().filter(|word| has_word(&named, word));
                found.extend(hits.map(|word| format!("{} names {word}", source.path)));
            }
        }
    }
    found
}

fn roots_without_forbid(roots: &[Source]) -> Vec<String> {
    let open = roots.iter().filter(|root| !root.code().contains("#![forbid(unsafe_code)]"));
    open.map(|root| format!("{} does not forbid unsafe code", root.path)).collect()
}

#[test]
fn the_rooms_touch_only_what_is_theirs() {
    super::assert_none(&violations(&super::sources()));
}

#[test]
fn a_file_opened_in_record_is_found_however_it_is_imported() {
    let planted = [
        Source::planted("record/src/a.rs", "use std::fs;\n"),
        Source::planted("record/src/b.rs", "use std::{\n    fmt,\n    fs::File,\n};\n"),
        Source::planted("record/src/c.rs", "fn f() { std :: net::TcpStream::connect(x); }\n"),
        Source::planted(
            "record/src/d.rs",
            "// std::fs is forbidden\nuse std::fmt;\n#[cfg(test)]\nuse std::fs;\n",
        ),
        Source::planted("core/src/e.rs", "#[derive(uniffi::Record)]\nstruct E;\nuse std::fs;\n"),
    ];
    assert_eq!(
        violations(&planted),
        [
            "record/src/a.rs names std::fs",
            "record/src/b.rs names std::fs",
            "record/src/c.rs names std::net",
            "core/src/e.rs names uniffi",
        ]
    );
}

#[test]
fn every_crate_root_forbids_unsafe_code() {
    let metadata = super::cargo(&["metadata", "--no-deps", "--locked", "--format-version", "1"]);
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    let top = liuhen_tests::root();
    let roots: Vec<Source> = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|package| package["targets"].as_array().cloned().unwrap_or_default())
        .filter(|target| matches!(target["kind"][0].as_str(), Some("lib" | "cdylib" | "bin" | "proc-macro")))
        .filter_map(|target| {
            let path = std::path::PathBuf::from(target["src_path"].as_str()?);
            Some(super::read(path.strip_prefix(&top).ok()?.to_str()?.to_owned()))
        })
        .collect();
    assert!(roots.len() >= 6, "crate roots were not found");
    super::assert_none(&roots_without_forbid(&roots));
}

#[test]
fn a_root_that_only_talks_of_forbidding_is_found() {
    let planted = [Source::planted("x/src/lib.rs", "// #![forbid(unsafe_code)]\n")];
    assert_eq!(roots_without_forbid(&planted), ["x/src/lib.rs does not forbid unsafe code"]);
}
