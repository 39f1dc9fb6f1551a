//! Names that say nothing.

use super::Source;

/// Words that no type and no module may carry.
const EMPTY_WORDS: &[&str] = &["manager", "helper", "helpers", "util", "utils", "impl", "common"];

/// The lower-case words of `CamelCase` or `snake_case`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for letter in name.chars() {
        if letter.is_uppercase() || letter == '_' {
            words.push(String::new());
        }
        if letter != '_' {
            words.last_mut().expect("never empty").extend(letter.to_lowercase());
        }
    }
    words
}

fn is_empty_name(name: &str) -> bool {
    words(name).iter().any(|word| EMPTY_WORDS.contains(&word.as_str()))
}

/// Names of types and modules that `code` declares.
fn declared(code: &str) -> Vec<String> {
    let tokens: Vec<&str> = code
        .split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
        .filter(|token| !token.is_empty())
        .collect();
    tokens
        .windows(2)
        .filter(|pair| {
            matches!(
                pair[0],
                "struct" | "enum" | "trait" | "type" | "mod" | "union" | "class" | "protocol" | "actor"
            )
        })
        .map(|pair| pair[1].to_owned())
        .collect()
}

/// `tests/common/` is where Cargo's book puts what tests share.
fn is_cargos_own(path: &str, name: &str) -> bool {
    name == "common" && path.split('/').any(|folder| folder == "tests")
}

fn violations(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        let folders = source
            .path
            .trim_end_matches(".rs")
            .trim_end_matches(".swift")
            .split('/')
            .map(|part| part.replace('-', "_"));
        let names = declared(&source.code()).into_iter().chain(folders);
        found.extend(
            names
                .filter(|name| is_empty_name(name) && !is_cargos_own(&source.path, name))
                .map(|name| format!("{}: {name}", source.path)),
        );
    }
    found
}

#[test]
fn no_type_and_no_module_has_an_empty_name() {
    super::assert_none(&violations(&super::sources()));
    let mut swift = super::of_language("swift");
    // What stands in for Apple's frameworks there bears Apple's names.
    swift.retain(|source| !source.path.starts_with("ios/Stub/"));
    assert!(swift.len() > 50, "the app's sources were not found");
    super::assert_none(&violations(&swift));
}

#[test]
fn a_manager_is_found_in_a_type_a_module_and_a_file_and_a_comment_is_not_read() {
    let planted = [
        Source::planted(
            "a/b.rs",
            "// struct CommonImpl\npub struct UploadManager;\nmod util;\nimpl Simple {}",
        ),
        Source::planted("a/src/common/mod.rs", "enum Implicit {}"),
        Source::planted("a/tests/common/mod.rs", "struct Phone;"),
        Source::planted(
            "ios/SyncHelper.swift",
            concat!("public final class Capture", "Manager: ScreenModel {}"),
        ),
    ];
    assert_eq!(
        violations(&planted),
        [
            "a/b.rs: UploadManager",
            "a/b.rs: util",
            "a/src/common/mod.rs: common",
            "ios/SyncHelper.swift: CaptureManager",
            "ios/SyncHelper.swift: SyncHelper",
        ]
    );
}
