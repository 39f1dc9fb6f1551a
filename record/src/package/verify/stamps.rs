//! Time-stamp tokens over checkpoints.

use super::bag::Bag;
use super::{Broken, Entry, Fetch, MAX_NOTE_FILE_BYTES, Note, Options, Remark, Report, Rule};
use crate::timestamp::{MAX_REPLY_BYTES, TimestampError, TimestampToken};
use chrono::DateTime;

/// Checks every token against the checkpoint of its name, and its signer when authorities were named.
pub fn verify<F: Fetch + ?Sized>(bag: &Bag<'_, F>, options: &Options<'_>, report: &mut Report) {
    let mut broken = Vec::new();
    for entry in bag.entries() {
        let Entry::TimestampToken(size) = entry else { continue };
        let Some(reply) = bag.read_again(entry, MAX_REPLY_BYTES as u64) else { continue };
        let note = Entry::Checkpoint(*size);
        if !bag.has(&note) {
            broken.push(Broken::at(Rule::Missing, &note));
            continue;
        }
        let Some(note) = bag.read_again(&note, MAX_NOTE_FILE_BYTES) else { continue };
        match examine(&reply, &note, options) {
            Ok(time_ms) => {
                report.counts.timestamps += 1;
                let known = options.timestamp_authorities.is_some();
                let remark = if known { Remark::Stamped } else { Remark::Timestamp };
                let time =
                    DateTime::from_timestamp_millis(time_ms).map(|at| at.to_rfc3339()).unwrap_or_default();
                report.notes.push(Note::new(remark).because(format_args!("{entry} {time}")));
            }
            Err(error) => broken.push(Broken::at(Rule::Timestamp, entry).because(error)),
        }
    }
    report.add(broken);
}

fn examine(reply: &[u8], note: &[u8], options: &Options<'_>) -> Result<i64, TimestampError> {
    let token = TimestampToken::parse_reply(reply)?;
    token.check(note, None)?;
    if let Some(authorities) = options.timestamp_authorities {
        token.verify(authorities)?;
    }
    Ok(token.time_ms)
}
