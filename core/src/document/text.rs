//! Characters: which may be printed, how wide they are, and how the others are shown (`spec/documents.md` §4).

use std::fmt::Write as _;

/// The most characters in a text of one line.
pub const MAX_LINE_CHARS: usize = 200;
/// The most characters in a text of several lines.
pub const MAX_TEXT_CHARS: usize = 8_000;

/// Characters that would change how the text around them is read or that cannot be seen: controls, bidirectional
/// overrides, zero-width characters, line separators, private use, tags, non-characters.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{e0000}'..='\u{e00ff}'
            | '\u{e01f0}'..='\u{10ffff}')
        || (c as u32) & 0xfffe == 0xfffe
}

/// Text with every hidden character, line feeds excepted, shown as `\u{…}`. A `\u{` that was typed is shown as
/// `\u{5c}u{`, so that two different texts never look the same.
pub fn show(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("\\u{") {
            shown.push_str("\\u{5c}u{");
            rest = after;
            continue;
        }
        if c != '\n' && is_hidden(c) {
            // Writing into a string cannot fail.
            let _ = write!(shown, "\\u{{{:x}}}", c as u32);
        } else {
            shown.push(c);
        }
        rest = &rest[c.len_utf8()..];
    }
    shown
}

/// Columns a character takes: 2 for ideographs, fullwidth forms and the signs that Chinese typesetting sets
/// fullwidth, 0 for marks that combine with what precedes, 1 for the rest.
pub fn width(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}'
        | '\u{180b}'..='\u{180d}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{fe20}'..='\u{fe2f}'
        | '\u{e0100}'..='\u{e01ef}' => 0,
        '\u{b7}'
        | '\u{d7}'
        | '\u{1100}'..='\u{115f}'
        | '\u{2014}'..='\u{2016}'
        | '\u{2018}'..='\u{201d}'
        | '\u{2025}'..='\u{2027}'
        | '\u{2030}'
        | '\u{203b}'
        | '\u{2100}'..='\u{22ff}'
        | '\u{2460}'..='\u{27bf}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{a960}'..='\u{a97f}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe10}'..='\u{fe19}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff01}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f000}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// Columns a text takes.
pub fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// Whether a text may stand in a field of one line as it is: short, one line, nothing hidden.
pub fn fits_one_line(text: &str) -> bool {
    text.chars().count() <= MAX_LINE_CHARS && !text.chars().any(is_hidden)
}

/// Whether a text of several lines may be kept as it is: not too long, nothing hidden.
pub fn fits_lines(text: &str) -> bool {
    text.chars().count() <= MAX_TEXT_CHARS && !text.chars().any(|c| c != '\n' && is_hidden(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_shown() {
        assert_eq!(show("甲\u{202e}乙\u{0}\u{c}\n丙"), "甲\\u{202e}乙\\u{0}\\u{c}\n丙");
        assert_eq!(show("\\u{202e}"), "\\u{5c}u{202e}");
        assert_ne!(show("\\u{202e}"), show("\u{202e}"));
        assert_eq!(show("\\u{41}\u{0}"), "\\u{5c}u{41}\\u{0}");
    }

    #[test]
    fn ideographs_are_two_columns_and_marks_none() {
        assert_eq!(columns("西岗A1"), 6);
        assert_eq!(columns("“葛\u{e0100}”"), 6);
        assert_eq!(columns("e\u{301}"), 1);
        assert_eq!(columns("𠮷"), 2);
    }

    #[test]
    fn a_line_holds_nothing_hidden() {
        assert!(fits_one_line("大连某某餐饮有限公司"));
        assert!(!fits_one_line("a\nb"));
        assert!(fits_lines("a\nb"));
        assert!(!fits_lines("a\u{2066}b"));
        assert!(!fits_one_line(&"长".repeat(201)));
    }
}
