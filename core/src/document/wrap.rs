//! Breaking text into lines of a fixed number of columns, by the rules of Chinese typesetting (避头尾): no line
//! begins with a closing mark or ends with an opening one; a word or number of Latin letters stays whole.

use super::text::{columns, width};

/// Marks that may not begin a line.
const CLOSING: &str = "，。、；：？！）〕］｝」』】》〉”’…—·％‰℃,.;:?!)]}%~";
/// Marks that may not end a line.
const OPENING: &str = "（〔［｛「『【《〈“‘([{";

/// Breaks `text` into lines of at most `line_columns`. Every paragraph's first line is indented by `first` columns,
/// its others by `next`; both are less than the line.
pub(super) fn wrap(text: &str, line_columns: usize, first: usize, next: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = Line::indented(first);
        for cluster in clusters(paragraph) {
            place(cluster, line_columns, next, &mut line, &mut lines);
        }
        lines.push(line.finish());
    }
    lines
}

struct Line {
    text: String,
    columns: usize,
    empty: bool,
}

impl Line {
    /// An indent is made of ideographic spaces, with one space more when it is odd.
    fn indented(indent: usize) -> Self {
        let mut text = "\u{3000}".repeat(indent / 2);
        text.push_str(&" ".repeat(indent % 2));
        Self { text, columns: indent, empty: true }
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.columns += columns(text);
        self.empty = false;
    }

    fn finish(self) -> String {
        if self.empty { String::new() } else { self.text.trim_end_matches(' ').to_owned() }
    }
}

fn place(cluster: &str, line_columns: usize, next: usize, line: &mut Line, lines: &mut Vec<String>) {
    if line.columns + columns(cluster.trim_end_matches(' ')) <= line_columns {
        line.push(cluster);
        return;
    }
    if !line.empty {
        let full = std::mem::replace(line, Line::indented(next));
        lines.push(full.finish());
        return place(cluster.trim_start_matches(' '), line_columns, next, line, lines);
    }
    // Longer than a whole line: broken wherever the line is full, marks or not.
    for c in cluster.chars() {
        if line.columns + width(c) > line_columns {
            let full = std::mem::replace(line, Line::indented(next));
            lines.push(full.finish());
        }
        line.push(c.encode_utf8(&mut [0; 4]));
    }
}

/// The pieces of a paragraph that are never broken.
fn clusters(paragraph: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, c) in paragraph.char_indices() {
        if before.is_some_and(|b| may_break(b, c)) {
            pieces.push(&paragraph[start..at]);
            start = at;
        }
        before = Some(c);
    }
    if start < paragraph.len() {
        pieces.push(&paragraph[start..]);
    }
    pieces
}

fn may_break(before: char, after: char) -> bool {
    if width(after) == 0 || after == ' ' || CLOSING.contains(after) || OPENING.contains(before) {
        return false;
    }
    let in_word = |c: char| width(c) == 1 && c != ' ';
    !(in_word(before) && in_word(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() {
        let text = "检查人员向现场负责人出示执法证件（证号：A1），说明来意。现场负责人表示：“知道了，配合检查。”随后查看考勤。";
        for line_columns in 8..40 {
            for line in wrap(text, line_columns, 0, 0) {
                assert!(columns(&line) <= line_columns, "{line}");
                assert!(!line.starts_with(|c| CLOSING.contains(c)), "{line_columns}: {line}");
                assert!(!line.ends_with(|c| OPENING.contains(c)), "{line_columns}: {line}");
            }
        }
    }

    #[test]
    fn words_and_numbers_stay_whole() {
        assert_eq!(wrap("编号XG-2026-000123号", 16, 0, 0), ["编号", "XG-2026-000123号"]);
    }

    #[test]
    fn nothing_but_spaces_at_breaks_is_lost() {
        let text =
            "第一段：".to_owned() + &"！".repeat(50) + &"x".repeat(70) + "（（（（（（（（（（（（（（";
        for line_columns in 4..30 {
            assert_eq!(wrap(&text, line_columns, 2, 0).concat().trim_start_matches('\u{3000}'), text);
        }
    }

    #[test]
    fn paragraphs_are_indented_and_empty_lines_kept() {
        assert_eq!(wrap("甲乙丙丁\n\n戊", 6, 2, 0), ["\u{3000}甲乙", "丙丁", "", "\u{3000}戊"]);
    }
}
