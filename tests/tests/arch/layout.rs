//! What lies at the top, what must be specified, and what no committed file may say.

use super::{Source, committed, read};
use std::collections::BTreeSet;

/// Files and folders at the top: no more, no fewer.
const TOP: &[&str] = &[
    ".ci",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "README.zh-CN.md",
    "SECURITY.md",
    "android",
    "bridge-btle",
    "bureau",
    "cli",
    "clippy.toml",
    "core",
    "deny.toml",
    "dev",
    "ffi",
    "fuzz",
    "ios",
    "media",
    "record",
    "rustfmt.toml",
    "spec",
    "tests",
];

fn misplaced(paths: &[String]) -> Vec<String> {
    let top: BTreeSet<&str> = paths.iter().filter_map(|path| path.split('/').next()).collect();
    let expected: BTreeSet<&str> = TOP.iter().copied().collect();
    let extra = top.difference(&expected).map(|name| format!("{name} does not belong at the top"));
    let missing = expected.difference(&top).map(|name| format!("{name} is missing at the top"));
    extra.chain(missing).collect()
}

/// `spec/….md` that a source refers to and nobody wrote.
fn unwritten(sources: &[Source], paths: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        for (at, _) in source.text.match_indices("spec/") {
            let name: String = source.text[at..]
                .chars()
                .take_while(|letter| letter.is_ascii_alphanumeric() || "/-_.".contains(*letter))
                .collect();
            let Some(end) = name.find(".md") else { continue };
            let name = &name[..end + 3];
            if !paths.iter().any(|path| path == name) {
                found.push(format!("{} refers to {name}, which is not written", source.path));
            }
        }
    }
    found
}

/// Places of one person's machine. Written in two parts, so that this file does not name them itself.
fn machine_paths() -> [String; 4] {
    [["/", "work/"], ["/", "root/"], ["/home", "/"], ["/Users", "/"]].map(|parts| parts.concat())
}

fn named_machines(files: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        let at_a_boundary = |place: &str| {
            file.text.match_indices(place).any(|(at, _)| {
                let before = file.text[..at].chars().next_back();
                !before.is_some_and(|letter| letter.is_alphanumeric() || "._-}/".contains(letter))
            })
        };
        found.extend(
            machine_paths()
                .iter()
                .filter(|place| at_a_boundary(place))
                .map(|place| format!("{} names {place}", file.path)),
        );
    }
    found
}

fn is_text(path: &str) -> bool {
    let ending = path.rsplit('.').next().unwrap_or_default();
    !matches!(ending, "jpg" | "aac" | "mp4" | "png" | "db" | "age" | "seed" | "bin")
        && !path.starts_with("fuzz/corpus/")
}

#[test]
fn the_top_is_as_architecture_md_says() {
    super::assert_none(&misplaced(&committed()));
}

#[test]
fn a_stray_and_a_missing_file_at_the_top_are_found() {
    let mut planted: Vec<String> = TOP.iter().map(|name| (*name).to_owned()).collect();
    planted.retain(|name| name != "LICENSE");
    planted.push("notes.txt".into());
    assert_eq!(
        misplaced(&planted),
        ["notes.txt does not belong at the top", "LICENSE is missing at the top"]
    );
}

#[test]
fn every_specification_that_code_refers_to_is_written() {
    super::assert_none(&unwritten(&super::sources(), &committed()));
}

#[test]
fn a_reference_to_an_unwritten_specification_is_found() {
    let planted =
        [Source::planted("a.rs", concat!("//! See `spec", "/record.md` and spec", "/dream.md#one."))];
    assert_eq!(
        unwritten(&planted, &[concat!("spec", "/record.md").to_owned()]),
        [concat!("a.rs refers to spec", "/dream.md, which is not written")]
    );
}

#[test]
fn no_committed_file_names_a_place_on_one_machine() {
    let files: Vec<Source> = committed().into_iter().filter(|path| is_text(path)).map(read).collect();
    super::assert_none(&named_machines(&files));
}

#[test]
fn a_home_folder_in_a_file_is_found_and_an_address_is_not() {
    let home = machine_paths()[2].clone();
    let planted = [
        Source::planted("a.md", &format!("see {home}me/x")),
        Source::planted("b.md", &format!("https://example.org{home}index.html")),
    ];
    assert_eq!(named_machines(&planted), [format!("a.md names {home}")]);
}
