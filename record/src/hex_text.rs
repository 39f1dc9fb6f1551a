//! Bytes that JSON holds as hexadecimal text, read and written without making a string of their own: a record holds many.

use serde::{Deserializer, Serializer, de::Visitor, ser::Error as _};
use std::{fmt, marker::PhantomData, str::FromStr};

/// Writes `bytes` as lower-case hexadecimal digits; at most 32 of them.
pub(crate) fn write<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    let mut text = [0u8; 64];
    let text = text.get_mut(..2 * bytes.len()).ok_or_else(|| S::Error::custom("too long"))?;
    hex::encode_to_slice(bytes, text).map_err(S::Error::custom)?;
    serializer.serialize_str(std::str::from_utf8(text).map_err(S::Error::custom)?)
}

/// Reads what `T` reads from text.
pub(crate) fn read<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: FromStr<Err: fmt::Display>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_str(Text(PhantomData))
}

struct Text<T>(PhantomData<T>);

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}
