//! Who may import whom (ARCHITECTURE.md).

use serde_json::Value;

/// The rooms, and the rooms that each may import.
const ARROWS: &[(&str, &[&str])] = &[
    ("liuhen-record", &[]),
    ("liuhen-btle", &[]),
    ("liuhen-core", &["liuhen-btle", "liuhen-record"]),
    ("liuhen-ffi", &["liuhen-core", "liuhen-btle", "liuhen-record"]),
    ("liuhen-bureau", &["liuhen-record"]),
    ("liuhen", &["liuhen-core", "liuhen-bureau", "liuhen-btle", "liuhen-record"]),
    ("liuhen-tests", &["liuhen", "liuhen-core", "liuhen-bureau", "liuhen-btle", "liuhen-record"]),
];

/// Dependencies of `metadata` (cargo metadata, format 1) on rooms, of whatever kind, that no arrow allows.
fn violations(metadata: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let from = package["name"].as_str().unwrap_or_default();
        let Some((_, allowed)) = ARROWS.iter().find(|(room, _)| *room == from) else {
            found.push(format!("{from} is no room of ARCHITECTURE.md"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let to = dependency["name"].as_str().unwrap_or_default();
            let is_room = dependency["path"].is_string() || ARROWS.iter().any(|(room, _)| *room == to);
            // A crate may name itself, to switch its own features on in its tests.
            if is_room && to != from && !allowed.contains(&to) {
                found.push(format!("{from} must not import {to}"));
            }
        }
    }
    found
}

#[test]
fn imports_run_down_only() {
    let metadata = super::cargo(&["metadata", "--no-deps", "--locked", "--format-version", "1"]);
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    assert_eq!(metadata["packages"].as_array().map(Vec::len), Some(ARROWS.len()), "a room is missing");
    super::assert_none(&violations(&metadata));
}

#[test]
fn an_import_up_sideways_or_from_the_tests_is_found() {
    let package = |from: &str, to: &str, kind: &str| serde_json::json!({"name": from, "dependencies": [{"name": to, "path": "x", "kind": kind}]});
    let planted = serde_json::json!({"packages": [
        package("liuhen-core", "liuhen-record", "normal"),
        package("liuhen-record", "liuhen-core", "dev"),
        package("liuhen-bureau", "liuhen-core", "normal"),
        package("liuhen-btle", "liuhen-record", "build"),
        package("liuhen", "liuhen-tests", "dev"),
        package("liuhen-extra", "serde", "normal"),
    ]});
    assert_eq!(
        violations(&planted),
        [
            "liuhen-record must not import liuhen-core",
            "liuhen-bureau must not import liuhen-core",
            "liuhen-btle must not import liuhen-record",
            "liuhen must not import liuhen-tests",
            "liuhen-extra is no room of ARCHITECTURE.md",
        ]
    );
}
