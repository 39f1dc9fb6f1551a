//! Names that came from outside: written down, shown safely, never used as a path.

/// At most so many characters of a name are written down; the rest is counted.
const MAX_CHARS: usize = 255;

/// `name` with every character that could mislead a reader or a program written as `\u{…}`: controls, bidirectional
/// and invisible formatting, line separators, and the backslash itself, so that escapes can be told from text.
/// Nothing is dropped, except that of a name of more than 255 characters only the number of the others is kept.
pub fn escape_name(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    let mut chars = name.chars();
    for c in chars.by_ref().take(MAX_CHARS) {
        if misleads(c) {
            escaped.extend(c.escape_unicode());
        } else {
            escaped.push(c);
        }
    }
    match chars.count() {
        0 => escaped,
        more => format!("{escaped}\\u{{2026}}+{more}"),
    }
}

fn misleads(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\\'
            // Soft hyphen, Arabic letter mark, Mongolian vowel separator.
            | '\u{ad}' | '\u{61c}' | '\u{180e}'
            // Zero width, direction marks, line and paragraph separators, embeddings and overrides.
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            // Word joiner, invisible operators, isolates, deprecated formatting.
            | '\u{2060}'..='\u{206f}'
            // Byte order mark, interlinear annotation, non-characters, tags.
            | '\u{feff}' | '\u{fff9}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_stay_as_they_are() {
        for name in ["现场照片 1.jpg", "IMG_0001.JPG", "=cmd|' /C calc'!A0", "CON", "../../etc/passwd"] {
            assert_eq!(escape_name(name), name);
        }
    }

    #[test]
    fn characters_that_mislead_are_written_out() {
        assert_eq!(escape_name("a\0b\n"), r"a\u{0}b\u{a}");
        assert_eq!(escape_name("photo\u{202e}gpj.exe"), r"photo\u{202e}gpj.exe");
        assert_eq!(escape_name(r"a\u{0}b"), r"a\u{5c}u{0}b", "an escape cannot be forged");
    }

    #[test]
    fn a_long_name_is_cut_and_says_so() {
        let escaped = escape_name(&"长".repeat(300));
        assert!(escaped.ends_with("\\u{2026}+45"));
        assert_eq!(escaped.chars().filter(|c| *c == '长').count(), 255);
    }
}
