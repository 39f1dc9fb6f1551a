//! How large a file may grow. Functions are kept at 60 lines by clippy (`clippy.toml`).

use super::Source;

/// Lines of a file before its tests.
const FILE_LINES: usize = 400;
/// Lines of a file that is all tests: a list of sentences is read more easily than a mechanism.
const TEST_FILE_LINES: usize = 600;

fn violations(sources: &[Source]) -> Vec<String> {
    let lines = |source: &Source| source.product().lines().count();
    let budget = |source: &Source| {
        let is_test = source.path.split('/').any(|folder| folder == "tests" || folder == "Tests");
        if is_test { TEST_FILE_LINES } else { FILE_LINES }
    };
    let too_long = sources.iter().filter(|source| lines(source) > budget(source));
    too_long.map(|source| format!("{} has {} lines", source.path, lines(source))).collect()
}

#[test]
fn no_file_is_over_its_budget() {
    super::assert_none(&violations(&super::sources()));
    super::assert_none(&violations(&super::of_language("swift")));
}

#[test]
fn a_file_of_401_lines_is_found_and_tests_do_not_count() {
    let planted = [
        Source::planted("long.rs", &"x\n".repeat(FILE_LINES + 1)),
        Source::planted("core/tests/long.rs", &"x\n".repeat(TEST_FILE_LINES + 1)),
        Source::planted("ios/Sources/Long.swift", &"x\n".repeat(FILE_LINES + 1)),
        Source::planted("core/tests/full.rs", &"x\n".repeat(TEST_FILE_LINES)),
        Source::planted("full.rs", &("x\n".repeat(FILE_LINES) + "#[cfg(test)]\n" + &"y\n".repeat(900))),
    ];
    assert_eq!(
        violations(&planted),
        ["long.rs has 401 lines", "core/tests/long.rs has 601 lines", "ios/Sources/Long.swift has 401 lines"]
    );
}

#[test]
fn the_function_budget_is_set_for_clippy_and_no_room_opts_out_of_the_lints() {
    let root = liuhen_tests::root();
    let clippy = std::fs::read_to_string(root.join("clippy.toml")).unwrap();
    assert!(clippy.contains("too-many-lines-threshold = 60"));
    for manifest in super::committed().iter().filter(|path| path.ends_with("/Cargo.toml")) {
        let text = std::fs::read_to_string(root.join(manifest)).unwrap();
        let inherits = text.contains("[lints]\nworkspace = true");
        let is_its_own = manifest.starts_with("fuzz/") || manifest.starts_with("tests/peers/");
        assert!(inherits || is_its_own, "{manifest} does not inherit the lints");
    }
}
