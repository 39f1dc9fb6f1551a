//! What the name of a recorder's file tells. Makers and stations disagree, so patterns are data: a bureau may bring
//! its own, and a name that fits none is as good as any other. What a name tells is claimed, never believed.

use chrono::{FixedOffset, NaiveDateTime, TimeZone as _};
use regex_lite::{Captures, Regex, RegexBuilder};
use serde::Deserialize;

/// Patterns that come with the program.
const BUILT_IN: &str = include_str!("names.json");
/// Longest file of patterns, bytes.
const MAX_FILE_BYTES: usize = 64 * 1024;
/// Most patterns in a file.
const MAX_PATTERNS: usize = 64;
/// Greatest size of one compiled pattern, bytes.
const MAX_COMPILED_BYTES: usize = 1 << 20;
/// Longest name that is read, bytes; of a longer one only the beginning.
const MAX_NAME_BYTES: usize = 1024;

/// Why a file of patterns cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Longer than 64 KiB, or more than 64 patterns.
    #[error("the file of patterns is too long")]
    TooLong,
    /// Not the JSON that `spec/recorder-import.md` §4 describes.
    #[error("the file of patterns cannot be read")]
    Format,
    /// A regular expression that cannot be used, or without the group `time`.
    #[error("pattern {id} cannot be used")]
    Pattern {
        /// Its id.
        id: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PatternFile {
    v: u32,
    patterns: Vec<PatternLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PatternLine {
    id: String,
    #[serde(rename = "says")]
    _says: Option<String>,
    pattern: String,
    time: String,
    utc_offset_minutes: i32,
}

#[derive(Debug, Clone)]
struct Pattern {
    id: String,
    regex: Regex,
    time: String,
    zone: FixedOffset,
}

/// Patterns of names, the first that fits winning.
#[derive(Debug, Clone)]
pub struct NamePatterns(Vec<Pattern>);

/// What a name tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameTold {
    /// Pattern that read it.
    pub pattern: String,
    /// Start by the recorder's clock, Unix milliseconds.
    pub from_ms: i64,
    /// End, where the name tells how long it lasted.
    pub to_ms: Option<i64>,
    /// Officer number.
    pub officer_no: Option<String>,
    /// Maker's serial number.
    pub serial: Option<String>,
}

impl NamePatterns {
    /// The patterns that come with the program.
    pub fn built_in() -> Self {
        // A test reads the file; were it broken, names would tell nothing and no file be refused for it.
        Self::parse(BUILT_IN.as_bytes()).unwrap_or_else(|_| Self(Vec::new()))
    }

    /// Reads a file of patterns (`spec/recorder-import.md` §4).
    ///
    /// # Errors
    /// [`PatternError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, PatternError> {
        if bytes.len() > MAX_FILE_BYTES {
            return Err(PatternError::TooLong);
        }
        let file: PatternFile = serde_json::from_slice(bytes).map_err(|_| PatternError::Format)?;
        if file.v != 1 {
            return Err(PatternError::Format);
        }
        if file.patterns.len() > MAX_PATTERNS {
            return Err(PatternError::TooLong);
        }
        file.patterns.into_iter().map(compile).collect::<Result<_, _>>().map(Self)
    }

    /// What a file's name (without its folders) tells; `None` when no pattern finds a time in it.
    pub fn read(&self, name: &str) -> Option<NameTold> {
        let mut end = name.len().min(MAX_NAME_BYTES);
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        self.0.iter().find_map(|pattern| pattern.read(&name[..end]))
    }
}

fn compile(line: PatternLine) -> Result<Pattern, PatternError> {
    let unusable = || PatternError::Pattern { id: line.id.clone() };
    let regex = RegexBuilder::new(&line.pattern).size_limit(MAX_COMPILED_BYTES).build();
    let regex = regex.map_err(|_| unusable())?;
    if !regex.capture_names().flatten().any(|name| name == "time") {
        return Err(unusable());
    }
    let zone = line.utc_offset_minutes.checked_mul(60).and_then(FixedOffset::east_opt);
    Ok(Pattern { regex, zone: zone.ok_or_else(unusable)?, id: line.id, time: line.time })
}

impl Pattern {
    fn read(&self, name: &str) -> Option<NameTold> {
        let found = self.regex.captures(name)?;
        let group = |group: &str| found.name(group).map(|m| m.as_str().to_owned()).filter(|t| !t.is_empty());
        let from_ms = self.time(&group("time")?)?;
        Some(NameTold {
            pattern: self.id.clone(),
            from_ms,
            to_ms: lasted_ms(&found).and_then(|ms| from_ms.checked_add(ms)),
            officer_no: group("officer"),
            serial: group("serial"),
        })
    }

    /// A `?` in the format stands for any one character.
    fn time(&self, text: &str) -> Option<i64> {
        let text: String = if self.time.contains('?') {
            text.chars().map(|c| if c.is_ascii_digit() { c } else { '?' }).collect()
        } else {
            text.to_owned()
        };
        let at = NaiveDateTime::parse_from_str(&text, &self.time).ok()?;
        let at_ms = self.zone.from_local_datetime(&at).single()?.timestamp_millis();
        // 2000 to 2099: what lies beyond is a number, not a time.
        (946_656_000_000..4_102_416_000_000).contains(&at_ms).then_some(at_ms)
    }
}

fn lasted_ms(found: &Captures<'_>) -> Option<i64> {
    let number = |group: &str| found.name(group)?.as_str().parse::<i64>().ok();
    let secs = number("hours")?.checked_mul(3_600)?.checked_add(number("minutes")?.checked_mul(60)?)?;
    secs.checked_add(number("seconds")?)?.checked_mul(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_patterns_are_all_usable() {
        assert_eq!(NamePatterns::parse(BUILT_IN.as_bytes()).unwrap().0.len(), 5);
    }

    #[test]
    fn a_pattern_without_a_time_or_with_a_broken_expression_is_named() {
        for pattern in ["(?<officer>x)", "(?<time>["] {
            let line =
                serde_json::json!({"id": "own", "pattern": pattern, "time": "%Y", "utc_offset_minutes": 480});
            let file = serde_json::json!({"v": 1, "patterns": [line]}).to_string();
            let error = NamePatterns::parse(file.as_bytes()).unwrap_err();
            assert_eq!(error, PatternError::Pattern { id: "own".into() });
        }
    }

    #[test]
    fn a_name_of_a_megabyte_is_read_as_far_as_names_go() {
        let name = "_".repeat(1 << 20);
        assert_eq!(NamePatterns::built_in().read(&name), None);
    }
}
