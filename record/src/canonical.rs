//! Canonical bytes: RFC 8785 (JSON Canonicalization Scheme), integers only.
//!
//! The bytes a record was written with are kept and shipped unchanged, so a verifier never canonicalises: it
//! hashes what it holds. Reading is strict: [`read`] accepts only bytes that are exactly what [`bytes`] would
//! write for the value read, which refuses unknown fields, floats, duplicate names, other orders and other
//! spellings by one rule.

mod writer;

use serde::{Serialize, de::DeserializeOwned};

/// The largest integer magnitude a record may hold: 2^53 − 1 (RFC 8785 §3.2.2.3, I-JSON RFC 7493 §2.2).
pub const MAX_INTEGER: i64 = (1 << 53) - 1;

/// The deepest nesting accepted, in arrays and objects.
pub const MAX_DEPTH: usize = 32;

/// Why bytes are not a canonical value.
#[derive(Debug, thiserror::Error)]
pub enum CanonicalError {
    /// Not JSON, not UTF-8, or not of the expected shape; carries what and where.
    #[error("not readable as the expected value: {0}")]
    Shape(#[from] serde_json::Error),
    /// Readable, but written differently from the canonical form of the value.
    #[error("not in canonical form: differs from byte {offset}")]
    NotCanonical {
        /// Offset of the first differing byte.
        offset: usize,
    },
    /// An integer outside ±(2^53 − 1), or a number that is not an integer.
    #[error("a number outside the integers that every JSON reader agrees on")]
    Number,
    /// Arrays and objects nested deeper than [`MAX_DEPTH`].
    #[error("nested deeper than {MAX_DEPTH}")]
    Depth,
}

/// The RFC 8785 bytes of `value`.
///
/// # Errors
/// [`CanonicalError::Number`] for floats and integers beyond 2^53 − 1, [`CanonicalError::Shape`] when the value
/// cannot be serialised at all.
pub fn bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    match writer::write(value)? {
        Some(bytes) => Ok(bytes),
        None => by_tree(value),
    }
}

/// The same for names that sort otherwise as bytes than as RFC 8785 §3.2.3 sorts them.
fn by_tree<T: Serialize>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    let tree = serde_json::to_value(value)?;
    check_numbers(&tree, 0)?;
    Ok(serde_json_canonicalizer::to_vec(&tree)?)
}

/// Reads a value from its canonical bytes.
///
/// # Errors
/// [`CanonicalError`] for anything but exactly the canonical bytes of a `T`.
pub fn read<T: Serialize + DeserializeOwned>(input: &[u8]) -> Result<T, CanonicalError> {
    let value: T = serde_json::from_slice(input)?;
    check(&value, input)?;
    Ok(value)
}

/// Checks that `input` is what `value`, which was read from it, is written as.
///
/// # Errors
/// [`CanonicalError`] when it is anything else.
pub(crate) fn check<T: Serialize>(value: &T, input: &[u8]) -> Result<(), CanonicalError> {
    let again = bytes(value)?;
    if again == input {
        return Ok(());
    }
    let offset = again.iter().zip(input).take_while(|(a, b)| a == b).count();
    Err(CanonicalError::NotCanonical { offset })
}

fn check_numbers(value: &serde_json::Value, depth: usize) -> Result<(), CanonicalError> {
    match value {
        serde_json::Value::Number(n) => match n.as_i64() {
            Some(i) if i.unsigned_abs() <= MAX_INTEGER as u64 => Ok(()),
            _ => Err(CanonicalError::Number),
        },
        serde_json::Value::Array(_) | serde_json::Value::Object(_) if depth >= MAX_DEPTH => {
            Err(CanonicalError::Depth)
        }
        serde_json::Value::Array(items) => items.iter().try_for_each(|v| check_numbers(v, depth + 1)),
        serde_json::Value::Object(fields) => fields.values().try_for_each(|v| check_numbers(v, depth + 1)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::ser::{SerializeMap, Serializer};

    /// An object whose members come in the order given.
    #[derive(Clone)]
    struct Members<T>(Vec<(&'static str, T)>);

    impl<T: Serialize> Serialize for Members<T> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            self.0.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
            map.end()
        }
    }

    const PLAIN: [&str; 10] = ["b", "a", "aa", "", "~", " ", "10", "9", "_", "B"];
    const STRANGE: [&str; 8] = ["\u{e000}", "\u{10000}", "\u{ffff}", "\u{80}", "\u{1}", "\"", "\\", "人"];

    fn agree<T: Serialize>(value: &T) {
        let canonical = serde_json_canonicalizer::to_vec(value).unwrap();
        assert_eq!(String::from_utf8(bytes(value).unwrap()), String::from_utf8(canonical.clone()));
        assert_eq!(by_tree(value).unwrap(), canonical);
    }

    #[test]
    fn both_ways_of_writing_agree_on_every_character_and_on_the_order_of_names() {
        let every_bmp: String = (0..=0xffff_u32).filter_map(char::from_u32).collect();
        let inner = Members(PLAIN.map(|name| (name, (every_bmp.as_str(), -1, None::<i64>, true))).into());
        let outer = Members(PLAIN.map(|name| (name, vec![inner.clone(), inner.clone()])).into());
        agree(&outer);
        agree(&(outer.clone(), (), [0u8; 3], MAX_INTEGER, -MAX_INTEGER, i64::from(u32::MAX), "", 'é'));
        assert!(writer::write(&outer).unwrap().is_some(), "written in one pass");
        for name in STRANGE {
            let object = Members(vec![("b", Members(vec![(name, 1), ("a", 2)])), ("a", Members(vec![]))]);
            agree(&object);
            assert!(writer::write(&object).unwrap().is_none(), "{name:?} is left to the tree");
        }
        agree(&Members(STRANGE.map(|name| (name, 1)).into()));
        agree(&Members::<i64>(vec![]));
    }

    #[test]
    fn a_name_written_twice_is_left_to_the_tree_which_keeps_the_last() {
        let twice = Members(vec![("b", 1), ("a", 2), ("b", 3)]);
        assert_eq!(bytes(&twice).unwrap(), br#"{"a":2,"b":3}"#);
    }

    #[test]
    fn numbers_and_depths_that_not_every_reader_agrees_on_are_refused_in_both_ways() {
        for name in ["a", "人"] {
            let refused = |value: serde_json::Value| bytes(&Members(vec![(name, value)])).unwrap_err();
            for number in
                [serde_json::json!(MAX_INTEGER + 1), serde_json::json!(u64::MAX), serde_json::json!(0.5)]
            {
                assert!(matches!(refused(number), CanonicalError::Number));
            }
            let nested = |depth| (0..depth).fold(serde_json::json!(1), |value, _| serde_json::json!([value]));
            assert!(matches!(refused(nested(MAX_DEPTH)), CanonicalError::Depth));
            assert!(bytes(&Members(vec![(name, nested(MAX_DEPTH - 1))])).is_ok());
        }
    }
}
