//! Commands, queries and their answers (gopro.github.io/OpenGoPro: BLE, commands, statuses). Big endian.

use crate::{CardState, ClockTold, RecorderError, RecorderIdentity, RecorderState, Recording};
use chrono::{DateTime, Datelike, NaiveDate, Timelike};

/// Command ids.
pub mod command {
    /// Shutter: 1 on, 0 off.
    pub const SHUTTER: u8 = 0x01;
    /// Set local date and time with zone.
    pub const SET_LOCAL_TIME: u8 = 0x0F;
    /// Get local date and time with zone.
    pub const GET_LOCAL_TIME: u8 = 0x10;
    /// Hilight this moment.
    pub const HILIGHT: u8 = 0x18;
    /// Hardware info.
    pub const HARDWARE_INFO: u8 = 0x3C;
    /// Keep-alive, written to Settings.
    pub const KEEP_ALIVE: u8 = 0x5B;
}

/// Query id: the values of the statuses named.
pub const GET_STATUS: u8 = 0x13;

/// Status ids that this driver asks for.
pub mod status {
    /// Whether the camera is too hot.
    pub const OVERHEATING: u8 = 6;
    /// Whether it is busy: it refuses commands then.
    pub const BUSY: u8 = 8;
    /// Whether it is recording.
    pub const ENCODING: u8 = 10;
    /// Seconds recorded so far.
    pub const ELAPSED: u8 = 13;
    /// Card: -1 not known, 0 OK, 1 full, 2 removed, 3 format error, 4 busy, 8 swapped.
    pub const CARD: u8 = 33;
    /// Remaining video, seconds.
    pub const REMAINING: u8 = 35;
    /// Free space, kilobytes.
    pub const FREE_KB: u8 = 54;
    /// Battery, percent.
    pub const BATTERY: u8 = 70;
}

/// Every status of [`parse_state`].
pub const STATE_QUERY: [u8; 9] = [
    GET_STATUS,
    status::OVERHEATING,
    status::BUSY,
    status::ENCODING,
    status::ELAPSED,
    status::CARD,
    status::REMAINING,
    status::FREE_KB,
    status::BATTERY,
];

/// A command: its id, then each parameter with its length in one byte.
pub fn command_bytes(id: u8, parameter: &[u8]) -> Vec<u8> {
    if parameter.is_empty() { vec![id] } else { [&[id, parameter.len() as u8], parameter].concat() }
}

/// Set Pairing State: `RequestPairingFinish { result = SUCCESS, phoneName }`, written to network management. Proto2 by
/// hand: two fields (network_management.proto).
///
/// # Errors
/// [`RecorderError::Malformed`] for a name that is empty or longer than 100 bytes.
pub fn pairing_finish(phone_name: &str) -> Result<Vec<u8>, RecorderError> {
    let len = u8::try_from(phone_name.len()).ok().filter(|len| (1..=100).contains(len));
    let len = len.ok_or(RecorderError::Malformed("name of the phone"))?;
    Ok([&[0x03, 0x01, 0x08, 0x00, 0x12, len], phone_name.as_bytes()].concat())
}

/// Whether a message is the success answer to [`pairing_finish`]: `ResponseGeneric { result = SUCCESS (1) }`.
pub fn is_pairing_success(message: &[u8]) -> bool {
    message.starts_with(&[0x03, 0x81, 0x08, 0x01])
}

/// The payload of the answer to `id`, or what its status means.
///
/// # Errors
/// [`RecorderError::Malformed`] when it is no answer to `id`; [`RecorderError::Unsupported`] for status 2 (invalid
/// parameter), [`RecorderError::Refused`] for others.
pub fn answer(id: u8, message: &[u8]) -> Result<&[u8], RecorderError> {
    match message {
        [answered, 0, payload @ ..] if *answered == id => Ok(payload),
        [answered, 2, ..] if *answered == id => Err(RecorderError::Unsupported("this operation")),
        [answered, status, ..] if *answered == id => Err(RecorderError::Refused(*status)),
        _ => Err(RecorderError::Malformed("answer")),
    }
}

/// Takes a value with its length in one byte off the front.
fn value<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (&len, after) = rest.split_first()?;
    let (value, after) = after.split_at_checked(usize::from(len))?;
    *rest = after;
    Some(value)
}

fn number(bytes: &[u8]) -> Option<u64> {
    (bytes.len() <= 8).then(|| bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

/// Who the camera is: the payload of [`command::HARDWARE_INFO`].
///
/// # Errors
/// [`RecorderError::Malformed`].
pub fn parse_identity(payload: &[u8]) -> Result<RecorderIdentity, RecorderError> {
    let malformed = RecorderError::Malformed("hardware info");
    let mut rest = payload;
    let mut read = || {
        let _model_number = value(&mut rest)?;
        let model = std::str::from_utf8(value(&mut rest)?).ok()?;
        let _deprecated = value(&mut rest)?;
        let firmware = std::str::from_utf8(value(&mut rest)?).ok()?;
        let serial = std::str::from_utf8(value(&mut rest)?).ok()?;
        if [model, firmware, serial].iter().any(|text| text.chars().any(char::is_control)) {
            return None;
        }
        Some(RecorderIdentity {
            serial: serial.to_owned(),
            model: format!("GoPro {model}"),
            firmware: firmware.to_owned(),
            ..RecorderIdentity::default()
        })
    };
    let identity = read().ok_or(malformed.clone())?;
    identity.check().map_err(|_| malformed)?;
    Ok(identity)
}

/// A camera's state, and whether it is busy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CameraState {
    /// As the app knows it.
    pub state: RecorderState,
    /// It refuses commands for the moment.
    pub busy: bool,
}

/// Reads the payload of the answer to [`STATE_QUERY`]: id, length and value of each status.
///
/// # Errors
/// [`RecorderError::Malformed`] when it cannot be read or a status that matters is missing.
pub fn parse_state(payload: &[u8]) -> Result<CameraState, RecorderError> {
    let malformed = RecorderError::Malformed("statuses");
    let mut rest = payload;
    let mut told: [Option<u64>; 256] = [None; 256];
    while let Some((&id, mut after)) = rest.split_first() {
        let value = value(&mut after).ok_or(malformed.clone())?;
        if let Some(place) = told.get_mut(usize::from(id)) {
            *place = number(value);
        }
        rest = after;
    }
    let get = |id: u8| told.get(usize::from(id)).copied().flatten();
    let need = |id| get(id).ok_or(malformed.clone());
    let encoding = need(status::ENCODING)? != 0;
    let battery_percent = u8::try_from(need(status::BATTERY)?).ok().filter(|percent| *percent <= 100);
    let secs = |id| get(id).map(|secs| u32::try_from(secs).unwrap_or(u32::MAX));
    Ok(CameraState {
        busy: get(status::BUSY).is_some_and(|busy| busy != 0),
        state: RecorderState {
            battery_percent: battery_percent.ok_or(malformed.clone())?,
            charging: None,
            free_bytes: need(status::FREE_KB)?.saturating_mul(1_024),
            remaining_secs: secs(status::REMAINING),
            card: match need(status::CARD)? {
                0 | 4 => CardState::Ready,
                1 => CardState::Full,
                2 => CardState::Absent,
                _ => CardState::Damaged,
            },
            recording: encoding.then(|| Recording { file: None, elapsed_secs: secs(status::ELAPSED) }),
            overheated: get(status::OVERHEATING).is_some_and(|hot| hot != 0),
        },
    })
}

/// Parameter of [`command::SET_LOCAL_TIME`]: the local time of a zone without daylight saving.
///
/// # Errors
/// [`RecorderError::Unsupported`] for years beyond four digits.
pub fn local_time_bytes(utc_ms: i64, zone_minutes: i16) -> Result<[u8; 10], RecorderError> {
    let unsupported = RecorderError::Unsupported("a clock in that year");
    let local_ms = utc_ms.saturating_add(i64::from(zone_minutes) * 60_000);
    let at = DateTime::from_timestamp_millis(local_ms).ok_or(unsupported.clone())?;
    let year = u16::try_from(at.year()).ok().filter(|year| *year <= 9_999).ok_or(unsupported)?;
    let [year_high, year_low] = year.to_be_bytes();
    let [zone_high, zone_low] = zone_minutes.to_be_bytes();
    let [month, day, hour, minute, second] =
        [at.month(), at.day(), at.hour(), at.minute(), at.second()].map(|number| number as u8);
    Ok([year_high, year_low, month, day, hour, minute, second, zone_high, zone_low, 0])
}

/// Reads the payload of [`command::GET_LOCAL_TIME`]: a length, then the ten bytes of [`local_time_bytes`], which
/// newer cameras put a weekday between (after the seconds).
///
/// # Errors
/// [`RecorderError::Malformed`].
pub fn parse_local_time(payload: &[u8]) -> Result<ClockTold, RecorderError> {
    let read = || {
        let mut rest = payload;
        let told = value(&mut rest)?;
        let (&[year_high, year_low, month, day, hour, minute, second], zone) = told.split_first_chunk()?;
        let zone: &[u8; 3] = match zone {
            [_weekday, zone @ ..] if zone.len() == 3 => zone.try_into().ok()?,
            zone => zone.try_into().ok()?,
        };
        let &[zone_high, zone_low, dst] = zone;
        let year = i32::from(u16::from_be_bytes([year_high, year_low]));
        let local = NaiveDate::from_ymd_opt(year, month.into(), day.into())?.and_hms_opt(
            hour.into(),
            minute.into(),
            second.into(),
        )?;
        let minutes = i64::from(i16::from_be_bytes([zone_high, zone_low])) + if dst == 0 { 0 } else { 60 };
        let utc_ms = local.and_utc().timestamp_millis() - minutes * 60_000;
        Some(ClockTold { utc_ms, resolution_ms: 1_000 })
    };
    read().ok_or(RecorderError::Malformed("clock"))
}
