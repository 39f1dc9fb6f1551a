//! The initials by which people type Chinese names: 大连餐饮 is `dlcy`.

use pinyin::ToPinyinMulti as _;

/// Most spellings of one name: a few characters are read in two ways (长 `c`, `z`), more of them multiply.
const MAX_SPELLINGS: usize = 64;

/// Every spelling of a name by the initials of its pinyin, lower case, separated by spaces. Latin letters and digits
/// stand for themselves; other signs are left out.
pub fn initials(name: &str) -> String {
    let mut spellings = vec![String::new()];
    for c in name.chars() {
        let letters = letters(c);
        let Some(first) = letters.first() else { continue };
        if letters.len() > 1 && spellings.len() * letters.len() <= MAX_SPELLINGS {
            let grown =
                spellings.iter().flat_map(|spelling| letters.iter().map(move |l| format!("{spelling}{l}")));
            spellings = grown.collect();
        } else {
            for spelling in &mut spellings {
                spelling.push(*first);
            }
        }
    }
    spellings.join(" ")
}

/// What a person typed, when it can be initials; empty when it cannot.
pub fn typed(text: &str) -> String {
    let text = text.trim();
    let can_be = text.chars().all(|c| c.is_ascii_alphanumeric());
    if can_be { text.to_ascii_lowercase() } else { String::new() }
}

/// The initials of a character's readings, each once, the most usual first.
fn letters(c: char) -> Vec<char> {
    if c.is_ascii_alphanumeric() {
        return vec![c.to_ascii_lowercase()];
    }
    let mut letters = Vec::new();
    for reading in c.to_pinyin_multi().into_iter().flatten() {
        let letter = reading.plain().chars().next();
        letters.extend(letter.filter(|letter| !letters.contains(letter)));
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_spelled_by_the_initials_of_its_pinyin() {
        assert!(initials("大连某某餐饮有限公司").split(' ').any(|s| s == "dlmmcyyxgs"));
        assert_eq!(initials("张三"), "zs");
        assert_eq!(initials("A1·<餐>"), "a1c a1s", "餐 is read in two ways");
        assert_eq!(initials(""), "");
    }

    #[test]
    fn a_character_with_two_readings_is_found_by_either() {
        let spellings = initials("重庆银行");
        for wanted in ["zqyh", "cqyh", "zqyx", "cqyx"] {
            assert!(spellings.split(' ').any(|spelling| spelling == wanted), "{wanted} in {spellings}");
        }
    }

    #[test]
    fn a_long_name_has_bounded_spellings() {
        assert!(initials(&"行长乐重".repeat(50)).split(' ').count() <= MAX_SPELLINGS);
    }

    #[test]
    fn only_letters_and_digits_are_taken_as_initials() {
        assert_eq!(typed(" DLcy "), "dlcy");
        assert_eq!(typed("餐饮"), "");
        assert_eq!(typed("d%"), "");
    }
}
