//! Any JSON: what is written in one pass, whatever the order of the members, is what another canonicaliser writes, and reads
//! back; only numbers and depths that not every reader agrees on are refused.
#![no_main]

use liuhen_record::canonical::{self, MAX_DEPTH, MAX_INTEGER};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value;

/// A value whose members come in the other order.
struct Turned<'v>(&'v Value);

impl Serialize for Turned<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(members) => {
                let mut map = serializer.serialize_map(None)?;
                members
                    .iter()
                    .rev()
                    .try_for_each(|(name, value)| map.serialize_entry(name, &Turned(value)))?;
                map.end()
            }
            Value::Array(values) => {
                let mut seq = serializer.serialize_seq(None)?;
                values.iter().try_for_each(|value| seq.serialize_element(&Turned(value)))?;
                seq.end()
            }
            other => other.serialize(serializer),
        }
    }
}

fn is_agreed_on(value: &Value, depth: usize) -> bool {
    match value {
        Value::Number(number) => number.as_i64().is_some_and(|n| n.unsigned_abs() <= MAX_INTEGER as u64),
        Value::Array(values) => {
            depth < MAX_DEPTH && values.iter().all(|value| is_agreed_on(value, depth + 1))
        }
        Value::Object(members) => {
            depth < MAX_DEPTH && members.values().all(|value| is_agreed_on(value, depth + 1))
        }
        _ => true,
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return };
    let written = canonical::bytes(&value);
    assert_eq!(written.is_ok(), is_agreed_on(&value, 0));
    let turned = canonical::bytes(&Turned(&value));
    assert_eq!(written.as_ref().ok(), turned.as_ref().ok());
    let Ok(written) = written else { return };
    assert_eq!(written, serde_json_canonicalizer::to_vec(&value).expect("written before"));
    assert_eq!(canonical::read::<Value>(&written).expect("what was written is read"), value);
    if bytes != written {
        assert!(canonical::read::<Value>(bytes).is_err(), "anything else is refused");
    }
});
