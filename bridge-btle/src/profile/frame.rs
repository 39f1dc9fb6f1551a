//! The bytes of the Liuhen Recorder Profile (spec/recorder-profile.md §2, §4, §5, §6).

use crate::{CardState, ClockTold, Moment, RecorderError, RecorderState, Recording, Uuid};
use chrono::{DateTime, Datelike, NaiveDate, Timelike};

/// A UUID of the profile (§2.1).
const fn own(number: u16) -> Uuid {
    let [high, low] = number.to_be_bytes();
    Uuid([0x5b, 0x24, high, low, 0x40, 0x9c, 0x44, 0xf3, 0x86, 0xc9, 0x83, 0xb7, 0x98, 0xad, 0x51, 0xd8])
}

/// The Recorder service.
pub const SERVICE: Uuid = own(1);
/// Features (§4.2).
pub const FEATURES: Uuid = own(2);
/// Identity (§4.1).
pub const IDENTITY: Uuid = own(3);
/// State (§4.3).
pub const STATE: Uuid = own(4);
/// Control: requests (§5).
pub const CONTROL: Uuid = own(5);
/// Response (§5).
pub const RESPONSE: Uuid = own(6);
/// List: chunks (§6.5).
pub const LIST: Uuid = own(7);
/// Current Time of the Bluetooth SIG (§4.5).
pub const CURRENT_TIME: Uuid = Uuid::assigned(0x2A2B);

/// Bytes of a chunk notification before the chunk.
pub const CHUNK_HEAD_BYTES: usize = 5;
/// Bytes of a LIST_READ before the mask.
pub const READ_HEAD_BYTES: usize = 12;

/// Operation codes (§5, §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Operation {
    /// §5.5.
    Start = 0x01,
    /// §5.5.
    Stop = 0x02,
    /// §5.5.
    Mark = 0x03,
    /// §5.6.
    Prove = 0x04,
    /// §6.3.
    ListOpen = 0x10,
    /// §6.4.
    ListRead = 0x11,
}

/// Feature bits (§4.2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Features(pub u16);

impl Features {
    /// The clock can be read and set.
    pub const CLOCK: u16 = 1;
    /// START and STOP.
    pub const CONTROL: u16 = 1 << 1;
    /// MARK.
    pub const MARK: u16 = 1 << 2;
    /// A list with digests.
    pub const DIGESTS: u16 = 1 << 3;
    /// PROVE.
    pub const PROOF: u16 = 1 << 4;
    /// Officer and unit are configurable.
    pub const OFFICER: u16 = 1 << 5;
    /// A list without digests.
    pub const NAMES: u16 = 1 << 6;

    /// Reads the characteristic; later minor versions may be longer.
    ///
    /// # Errors
    /// [`RecorderError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, RecorderError> {
        match bytes {
            [_minor, _reserved, low, high, ..] => Ok(Self(u16::from_le_bytes([*low, *high]))),
            _ => Err(RecorderError::Malformed("features")),
        }
    }

    /// Whether all of `bits` are set.
    pub fn has(self, bits: u16) -> bool {
        self.0 & bits == bits
    }
}

/// Takes numbers off the front of a value.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*head)
    }

    fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn rest(self) -> &'a [u8] {
        self.0
    }
}

/// Reads State (§4.3).
///
/// # Errors
/// [`RecorderError::Malformed`].
pub fn parse_state(bytes: &[u8]) -> Result<RecorderState, RecorderError> {
    let malformed = RecorderError::Malformed("state");
    let mut reader = Reader(bytes);
    let mut read = || {
        let [flags, battery_percent, card, _reserved] = reader.array()?;
        let free_bytes = reader.array().map(u64::from_le_bytes)?;
        let remaining_secs = reader.u32()?;
        let elapsed_secs = reader.u32()?;
        let card = match card {
            0 => CardState::Ready,
            1 => CardState::Full,
            2 => CardState::Absent,
            3 => CardState::Damaged,
            _ => return None,
        };
        (battery_percent <= 100).then_some(RecorderState {
            battery_percent,
            charging: Some(flags & 2 != 0),
            free_bytes,
            remaining_secs: (remaining_secs != u32::MAX).then_some(remaining_secs),
            card,
            recording: (flags & 1 != 0).then_some(Recording { file: None, elapsed_secs: Some(elapsed_secs) }),
            overheated: flags & 4 != 0,
        })
    };
    read().ok_or(malformed)
}

/// Reads Current Time as UTC (§4.5; Current Time Service 1.1, Exact Time 256).
///
/// # Errors
/// [`RecorderError::Malformed`].
pub fn parse_time(bytes: &[u8]) -> Result<ClockTold, RecorderError> {
    let read = || {
        let &[low, high, month, day, hour, minute, second, _weekday, fraction, _reason] = bytes else {
            return None;
        };
        let year = i32::from(u16::from_le_bytes([low, high]));
        let date = NaiveDate::from_ymd_opt(year, month.into(), day.into())?;
        let time = date.and_hms_opt(hour.into(), minute.into(), second.into())?;
        Some(ClockTold {
            utc_ms: time.and_utc().timestamp_millis() + i64::from(fraction) * 1_000 / 256,
            // A clock with whole seconds always tells 0; one with fractions does so once in 256 readings, and is then
            // thought less exact than it is.
            resolution_ms: if fraction == 0 { 1_000 } else { 4 },
        })
    };
    read().ok_or(RecorderError::Malformed("clock"))
}

/// Current Time for Unix milliseconds.
///
/// # Errors
/// [`RecorderError::Unsupported`] for years that the characteristic cannot hold (1582 to 9999).
pub fn time_bytes(utc_ms: i64) -> Result<[u8; 10], RecorderError> {
    let unsupported = RecorderError::Unsupported("a clock in that year");
    let at = DateTime::from_timestamp_millis(utc_ms).ok_or(unsupported.clone())?;
    let year = u16::try_from(at.year()).ok().filter(|year| (1_582..=9_999).contains(year));
    let [low, high] = year.ok_or(unsupported)?.to_le_bytes();
    let fraction = (at.timestamp_subsec_millis() * 256 / 1_000) as u8;
    let weekday = at.weekday().number_from_monday() as u8;
    let [month, day, hour, minute, second] =
        [at.month(), at.day(), at.hour(), at.minute(), at.second()].map(|number| number as u8);
    Ok([low, high, month, day, hour, minute, second, weekday, fraction, 1])
}

/// A request to write to Control (§5.1).
pub fn request(operation: Operation, id: u8, parameters: &[u8]) -> Vec<u8> {
    [&[operation as u8, id], parameters].concat()
}

/// A response from Response (§5.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The operation's code, without the high bit.
    pub operation: u8,
    /// The request that it answers.
    pub id: u8,
    /// §5.4; 0 is OK.
    pub status: u8,
    /// Empty unless the status is OK.
    pub payload: Vec<u8>,
}

impl Response {
    /// Reads a notification.
    ///
    /// # Errors
    /// [`RecorderError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, RecorderError> {
        match bytes {
            [operation, id, status, payload @ ..]
                if operation & 0x80 != 0 && *id != 0 && (*status == 0 || payload.is_empty()) =>
            {
                Ok(Self { operation: operation & 0x7f, id: *id, status: *status, payload: payload.to_vec() })
            }
            _ => Err(RecorderError::Malformed("response")),
        }
    }
}

/// What a status other than OK means (§5.4). BUSY and NO_LIST are for the driver to deal with.
pub fn status_error(status: u8) -> RecorderError {
    match status {
        0x01 => RecorderError::Unsupported("this operation"),
        0x03 => RecorderError::AlreadyRecording,
        0x04 => RecorderError::NotRecording,
        0x05 => RecorderError::NoCard,
        0x06 => RecorderError::Busy,
        0x07 => RecorderError::BatteryLow,
        0x08 => RecorderError::Unsupported("an answer of this length on this connection"),
        0x09 => RecorderError::ListChanged,
        code => RecorderError::Refused(code),
    }
}

/// Reads the payload of START, STOP and MARK (§5.5).
///
/// # Errors
/// [`RecorderError::Malformed`].
pub fn parse_moment(payload: &[u8]) -> Result<Moment, RecorderError> {
    let malformed = RecorderError::Malformed("moment");
    let mut reader = Reader(payload);
    let recorder_ms = reader.array().map(i64::from_le_bytes).ok_or(malformed.clone())?;
    let name = std::str::from_utf8(reader.rest()).map_err(|_| malformed.clone())?;
    if name.chars().any(char::is_control) {
        return Err(malformed);
    }
    let file = (!name.is_empty()).then(|| name.to_owned());
    Ok(Moment { recorder_ms: Some(recorder_ms), file })
}

/// What LIST_OPEN tells of a list (§6.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListHead {
    /// Names the snapshot.
    pub id: u32,
    /// Length of the text, bytes.
    pub total_bytes: u32,
    /// Its lines.
    pub lines: u32,
    /// SHA-256 of the text.
    pub sha256: [u8; 32],
}

impl ListHead {
    /// Reads the payload of LIST_OPEN.
    ///
    /// # Errors
    /// [`RecorderError::Malformed`].
    pub fn parse(payload: &[u8]) -> Result<Self, RecorderError> {
        let mut reader = Reader(payload);
        let mut read = || {
            Some(Self {
                id: reader.u32()?,
                total_bytes: reader.u32()?,
                lines: reader.u32()?,
                sha256: reader.array()?,
            })
        };
        let head = read().ok_or(RecorderError::Malformed("list head"))?;
        if reader.rest().is_empty() { Ok(head) } else { Err(RecorderError::Malformed("list head")) }
    }
}

/// A chunk of a list (§6.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunk<'a> {
    /// The request that it answers.
    pub id: u8,
    /// Where it belongs, bytes from the start of the text.
    pub offset_bytes: u32,
    /// Its bytes.
    pub bytes: &'a [u8],
}

impl<'a> Chunk<'a> {
    /// Reads a notification of List.
    ///
    /// # Errors
    /// [`RecorderError::Malformed`].
    pub fn parse(notification: &'a [u8]) -> Result<Self, RecorderError> {
        let mut reader = Reader(notification);
        let head = reader.u8().zip(reader.u32());
        let (id, offset_bytes) = head.ok_or(RecorderError::Malformed("chunk"))?;
        Ok(Self { id, offset_bytes, bytes: reader.rest() })
    }
}
