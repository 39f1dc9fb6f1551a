//! Writing canonical bytes in one pass: each object's members are put in order where they lie, when it ends.

use super::{CanonicalError, MAX_DEPTH, MAX_INTEGER};
use serde::Serialize;
use serde_json::{
    Serializer,
    ser::{CharEscape, CompactFormatter, Formatter},
};
use std::io::{self, Write};

/// The canonical bytes of `value`; `None` when they need more than this writer does: a name that is not plain ASCII, the
/// same name twice, a number or a piece of JSON that comes as text.
///
/// # Errors
/// As [`super::bytes`].
pub(super) fn write<T: Serialize>(value: &T) -> Result<Option<Vec<u8>>, CanonicalError> {
    let mut buffer = Buffer { bytes: Vec::with_capacity(1024), ..Buffer::default() };
    let written = value.serialize(&mut Serializer::with_formatter(io::sink(), Canonical(&mut buffer)));
    match (written, buffer.stopped) {
        (_, Some(Stopped::Beyond)) => Ok(None),
        (_, Some(Stopped::Number)) => Err(CanonicalError::Number),
        (_, Some(Stopped::Depth)) => Err(CanonicalError::Depth),
        (Err(error), None) => Err(error.into()),
        (Ok(()), None) => Ok(Some(buffer.bytes)),
    }
}

#[derive(Default)]
struct Buffer {
    bytes: Vec<u8>,
    /// Arrays and objects open.
    depth: usize,
    objects: Vec<Object>,
    /// Of all open objects, the outer ones' first.
    members: Vec<Member>,
    /// What members are put in order with.
    scratch: Vec<u8>,
    stopped: Option<Stopped>,
}

/// Why the writer went no further.
#[derive(Clone, Copy)]
enum Stopped {
    Beyond,
    Number,
    Depth,
}

struct Object {
    first_member: usize,
    /// Where its members begin.
    start: usize,
}

/// Where a member lies: its name with quotes, and where its value ends.
#[derive(Clone, Copy)]
struct Member {
    start: usize,
    name_end: usize,
    end: usize,
}

impl Member {
    fn name<'b>(&self, bytes: &'b [u8]) -> &'b [u8] {
        bytes.get(self.start + 1..self.name_end - 1).unwrap_or_default()
    }
}

impl Buffer {
    fn stop<T>(&mut self, why: Stopped) -> io::Result<T> {
        self.stopped = Some(why);
        Err(io::Error::other("not canonical"))
    }

    fn deeper(&mut self, bracket: u8) -> io::Result<()> {
        if self.depth == MAX_DEPTH {
            return self.stop(Stopped::Depth);
        }
        self.depth += 1;
        self.bytes.push(bracket);
        Ok(())
    }

    fn shallower(&mut self, bracket: u8) {
        self.depth -= 1;
        self.bytes.push(bracket);
    }

    fn name_ended(&mut self) -> io::Result<()> {
        let Some(member) = self.members.last_mut() else { return Ok(()) };
        member.name_end = self.bytes.len();
        // Only such names sort as bytes as they do in UTF-16; a quote, a backslash or a control needs an escape.
        if member.name(&self.bytes).iter().all(|byte| (b' '..0x7f).contains(byte) && *byte != b'\\') {
            Ok(())
        } else {
            self.stop(Stopped::Beyond)
        }
    }

    fn object_ended(&mut self) -> io::Result<()> {
        let Some(object) = self.objects.pop() else { return Ok(()) };
        let bytes = &self.bytes;
        let members = self.members.get_mut(object.first_member..).unwrap_or_default();
        if !members.is_sorted_by(|a, b| a.name(bytes) < b.name(bytes)) {
            members.sort_unstable_by_key(|member| member.name(bytes));
            if !members.is_sorted_by(|a, b| a.name(bytes) < b.name(bytes)) {
                return self.stop(Stopped::Beyond);
            }
            self.scratch.clear();
            for member in &*members {
                if !self.scratch.is_empty() {
                    self.scratch.push(b',');
                }
                self.scratch.extend_from_slice(bytes.get(member.start..member.end).unwrap_or_default());
            }
            self.bytes.truncate(object.start);
            self.bytes.extend_from_slice(&self.scratch);
        }
        self.members.truncate(object.first_member);
        self.shallower(b'}');
        Ok(())
    }
}

/// Takes what serde_json would write to its writer, which is a sink. It spells integers and strings as RFC 8785 does.
struct Canonical<'b>(&'b mut Buffer);

macro_rules! integers {
    ($($write:ident $integer:ty),*) => {
        $(fn $write<W: ?Sized + Write>(&mut self, _: &mut W, value: $integer) -> io::Result<()> {
            CompactFormatter.$write(&mut self.0.bytes, value)
        })*
    };
}

impl Formatter for Canonical<'_> {
    integers!(write_i8 i8, write_i16 i16, write_i32 i32, write_u8 u8, write_u16 u16, write_u32 u32);

    fn write_i64<W: ?Sized + Write>(&mut self, _: &mut W, value: i64) -> io::Result<()> {
        if value.unsigned_abs() > MAX_INTEGER as u64 {
            return self.0.stop(Stopped::Number);
        }
        CompactFormatter.write_i64(&mut self.0.bytes, value)
    }

    fn write_u64<W: ?Sized + Write>(&mut self, _: &mut W, value: u64) -> io::Result<()> {
        if value > MAX_INTEGER as u64 {
            return self.0.stop(Stopped::Number);
        }
        CompactFormatter.write_u64(&mut self.0.bytes, value)
    }

    fn write_i128<W: ?Sized + Write>(&mut self, _: &mut W, _: i128) -> io::Result<()> {
        self.0.stop(Stopped::Number)
    }

    fn write_u128<W: ?Sized + Write>(&mut self, _: &mut W, _: u128) -> io::Result<()> {
        self.0.stop(Stopped::Number)
    }

    fn write_f32<W: ?Sized + Write>(&mut self, _: &mut W, _: f32) -> io::Result<()> {
        self.0.stop(Stopped::Number)
    }

    fn write_f64<W: ?Sized + Write>(&mut self, _: &mut W, _: f64) -> io::Result<()> {
        self.0.stop(Stopped::Number)
    }

    fn write_number_str<W: ?Sized + Write>(&mut self, _: &mut W, _: &str) -> io::Result<()> {
        self.0.stop(Stopped::Beyond)
    }

    fn write_raw_fragment<W: ?Sized + Write>(&mut self, _: &mut W, _: &str) -> io::Result<()> {
        self.0.stop(Stopped::Beyond)
    }

    fn write_null<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        CompactFormatter.write_null(&mut self.0.bytes)
    }

    fn write_bool<W: ?Sized + Write>(&mut self, _: &mut W, value: bool) -> io::Result<()> {
        CompactFormatter.write_bool(&mut self.0.bytes, value)
    }

    fn begin_string<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.0.bytes.push(b'"');
        Ok(())
    }

    fn end_string<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.0.bytes.push(b'"');
        Ok(())
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, _: &mut W, fragment: &str) -> io::Result<()> {
        self.0.bytes.extend_from_slice(fragment.as_bytes());
        Ok(())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, _: &mut W, escape: CharEscape) -> io::Result<()> {
        CompactFormatter.write_char_escape(&mut self.0.bytes, escape)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.0.deeper(b'[')
    }

    fn end_array<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.0.shallower(b']');
        Ok(())
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, _: &mut W, first: bool) -> io::Result<()> {
        if !first {
            self.0.bytes.push(b',');
        }
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.0.deeper(b'{')?;
        let object = Object { first_member: self.0.members.len(), start: self.0.bytes.len() };
        self.0.objects.push(object);
        Ok(())
    }

    fn end_object<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.0.object_ended()
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, _: &mut W, first: bool) -> io::Result<()> {
        if !first {
            self.0.bytes.push(b',');
        }
        let start = self.0.bytes.len();
        self.0.members.push(Member { start, name_end: start, end: start });
        Ok(())
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.0.name_ended()
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.0.bytes.push(b':');
        Ok(())
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        let end = self.0.bytes.len();
        if let Some(member) = self.0.members.last_mut() {
            member.end = end;
        }
        Ok(())
    }
}
