//! Comparing an answer with what a rule expects.

use super::rule::{Expect, Saying};
use hyper::HeaderMap;
use regex_lite::Regex;

/// `None` when the answer is as expected, otherwise what differs. `fill` puts values in place of names.
pub(super) fn differs(
    expect: &Expect,
    status: u16,
    headers: &HeaderMap,
    fill: impl Fn(&str) -> String,
) -> Option<String> {
    if !expect.status.contains(&status) {
        let wanted: Vec<String> = expect.status.iter().map(ToString::to_string).collect();
        return Some(format!("{status} instead of {}", wanted.join("/")));
    }
    expect.headers.iter().find_map(|(name, saying)| {
        let values: Vec<&str> =
            headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
        let found = if values.is_empty() { None } else { Some(values.join(",")) };
        if holds(saying, found.as_deref(), &fill) {
            return None;
        }
        Some(match found {
            None => format!("no {name}"),
            // Addresses, moments and names of uploads are other ones at every run.
            Some(found) if found.len() <= 12 && !found.contains('/') => format!("{name}: {found}"),
            Some(_) => format!("another {name}"),
        })
    })
}

fn holds(saying: &Saying, found: Option<&str>, fill: impl Fn(&str) -> String) -> bool {
    match saying {
        Saying::Present { present } => found.is_some() == *present,
        Saying::Is(text) => found == Some(fill(text).as_str()),
        Saying::Has { has } => {
            found.is_some_and(|found| found.split(',').any(|word| word.trim().eq_ignore_ascii_case(has)))
        }
        Saying::Matches { matches } => {
            let whole = Regex::new(&format!("^(?:{matches})$")).expect("a regular expression");
            found.is_some_and(|found| whole.is_match(found))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_judged_as_the_rules_say() {
        let is = |text: &str| Saying::Is(text.into());
        let has = |word: &str| Saying::Has { has: word.into() };
        let matches = |pattern: &str| Saying::Matches { matches: pattern.into() };
        let table = [
            (is("${len}"), Some("5"), true),
            (is("5"), Some("05"), false),
            (is("5"), None, false),
            (has("sha1"), Some("sha256, sha1"), true),
            (has("sha1"), Some("sha11"), false),
            (has("sha1"), None, false),
            (Saying::Present { present: true }, Some("x"), true),
            (Saying::Present { present: true }, None, false),
            (Saying::Present { present: false }, None, true),
            (Saying::Present { present: false }, Some("0"), false),
            (matches("[0-9]+"), Some("12"), true),
            (matches("[0-9]+"), Some("12a"), false),
            (matches("a|b"), Some("ab"), false),
        ];
        for (saying, found, holds_true) in table {
            let filled = |text: &str| text.replace("${len}", "5");
            assert_eq!(holds(&saying, found, filled), holds_true, "{saying:?}: {found:?}");
        }
    }
}
