//! The session to which a file of a recorder belongs: by the binding valid then, and by time (`spec/recorder-import.md`
//! §6). Where that is not certain the file belongs to none, and says why.

use super::Register;
use liuhen_record::{
    Kind, Record, SessionId,
    kind::{RecorderPaired, Unassigned},
};

/// What a file claims, by list or by name; times by the recorder's clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claim {
    /// Name of the file.
    pub name: Option<String>,
    /// Start, Unix milliseconds.
    pub from_ms: Option<i64>,
    /// End, Unix milliseconds.
    pub to_ms: Option<i64>,
    /// Officer number in the name.
    pub officer_no: Option<String>,
    /// Serial number in the name.
    pub serial: Option<String>,
}

/// A recorder's clock was measured and set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockSet {
    /// When, Unix milliseconds.
    pub at_ms: i64,
    /// Its clock minus ours before, milliseconds.
    pub before_ms: i64,
    /// Its clock minus ours from then on, milliseconds.
    pub after_ms: i64,
}

/// All settings of one recorder's clock, in order of time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clocks(Vec<ClockSet>);

/// Files that the recorder named to the phone while it recorded, with the session in which it did: better than any clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Witnessed(Vec<Witness>);

/// One such file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// The recorder's name for it.
    pub file: String,
    /// When, by the recorder's clock, Unix milliseconds.
    pub recorder_ms: i64,
    /// When, by ours, Unix milliseconds.
    pub at_ms: i64,
    /// In which session.
    pub session: SessionId,
}

impl Witnessed {
    /// Folds the events of `recorder_no` out of `records`.
    pub fn fold<'a>(recorder_no: &str, records: impl IntoIterator<Item = &'a Record>) -> Self {
        let witness = |record: &Record| match &record.kind {
            Kind::RecorderEvent(body) if body.recorder_no == recorder_no => Some(Witness {
                file: body.file.clone()?,
                recorder_ms: body.recorder_ms?,
                at_ms: record.time.best_ms(),
                session: record.session?,
            }),
            _ => None,
        };
        Self(records.into_iter().filter_map(witness).collect())
    }

    /// Events told in order.
    pub fn of(events: Vec<Witness>) -> Self {
        Self(events)
    }

    /// What was said of the file of this claim: its name, within its time.
    fn find(&self, claim: &Claim, slack_ms: i64) -> Option<&Witness> {
        let (name, from_ms) = (claim.name.as_deref()?, claim.from_ms?);
        let to_ms = claim.to_ms.unwrap_or(from_ms).max(from_ms);
        let within = from_ms.saturating_sub(slack_ms)..=to_ms.saturating_add(slack_ms);
        self.0.iter().find(|w| w.file.eq_ignore_ascii_case(name) && within.contains(&w.recorder_ms))
    }
}

/// When a session was, and who was in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The session.
    pub session: SessionId,
    /// Opened, Unix milliseconds.
    pub from_ms: i64,
    /// Closed, or now, Unix milliseconds.
    pub to_ms: i64,
    /// Ids of its officers of record.
    pub officers: Vec<String>,
}

/// Where a file belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assignment {
    /// The session, or why none.
    pub session: Result<SessionId, Unassigned>,
    /// Number of the `recorder_issued` record valid then.
    pub issued_seq: Option<i64>,
    /// What was taken from the recorder's clock, milliseconds, when its clock was ever measured.
    pub clock_offset_ms: Option<i64>,
}

impl Clocks {
    /// Folds the pairings of `recorder_no` out of `records`.
    pub fn fold<'a>(recorder_no: &str, records: impl IntoIterator<Item = &'a Record>) -> Self {
        let sets = records.into_iter().filter_map(|record| match &record.kind {
            Kind::RecorderPaired(body) if body.recorder_no == recorder_no => Some(set(record, body)),
            _ => None,
        });
        let mut sets: Vec<ClockSet> = sets.collect();
        sets.sort_by_key(|set| set.at_ms);
        Self(sets)
    }

    /// Clock settings told in order.
    pub fn of(sets: Vec<ClockSet>) -> Self {
        Self(sets)
    }

    /// Offsets under which a reading of the recorder's clock makes sense. A clock that was set back shows some times
    /// twice, so there may be several.
    fn offsets(&self, reading_ms: i64) -> Vec<i64> {
        let Some(first) = self.0.first() else { return Vec::new() };
        let mut offsets = Vec::new();
        if reading_ms.saturating_sub(first.before_ms) < first.at_ms {
            offsets.push(first.before_ms);
        }
        for (n, set) in self.0.iter().enumerate() {
            let at_ms = reading_ms.saturating_sub(set.after_ms);
            let until_ms = self.0.get(n + 1).map_or(i64::MAX, |next| next.at_ms);
            if (set.at_ms..until_ms).contains(&at_ms) {
                offsets.push(set.after_ms);
            }
        }
        if offsets.is_empty() {
            // A time that the clock skipped when it was set forward: the setting before it is the nearest.
            let set = self.0.iter().rev().find(|set| set.at_ms <= reading_ms).unwrap_or(first);
            offsets.push(set.after_ms);
        }
        offsets
    }
}

fn set(record: &Record, body: &RecorderPaired) -> ClockSet {
    ClockSet {
        at_ms: record.time.best_ms(),
        before_ms: body.clock_offset_ms,
        after_ms: body.clock_offset_after_ms.unwrap_or(body.clock_offset_ms),
    }
}

/// When each session was and who was in it; one that is open lasts until `now_ms`.
pub fn spans<'a>(records: impl IntoIterator<Item = &'a Record>, now_ms: i64) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for record in records {
        let Some(session) = record.session else { continue };
        let at_ms = record.time.best_ms();
        match &record.kind {
            Kind::SessionOpened(body) => spans.push(Span {
                session,
                from_ms: at_ms,
                to_ms: now_ms.max(at_ms),
                officers: body.officers.iter().map(|o| o.officer.clone()).collect(),
            }),
            Kind::SessionClosed(_) => {
                if let Some(span) = spans.iter_mut().rev().find(|span| span.session == session) {
                    span.to_ms = at_ms.max(span.from_ms);
                }
            }
            _ => {}
        }
    }
    spans
}

/// Where a file with this claim belongs. `slack_ms` is how far clocks may disagree.
pub fn assign(
    recorder_no: &str,
    claim: &Claim,
    register: &Register,
    clocks: &Clocks,
    witnessed: &Witnessed,
    spans: &[Span],
    slack_ms: i64,
) -> Assignment {
    if let Some(witness) = witnessed.find(claim, slack_ms) {
        return Assignment {
            session: Ok(witness.session),
            issued_seq: register.at(recorder_no, witness.at_ms).map(|binding| binding.seq),
            clock_offset_ms: Some(witness.recorder_ms.saturating_sub(witness.at_ms)),
        };
    }
    let nowhere = |why| Assignment { session: Err(why), issued_seq: None, clock_offset_ms: None };
    let Some(from_ms) = claim.from_ms else { return nowhere(Unassigned::NoTime) };
    let to_ms = claim.to_ms.unwrap_or(from_ms).max(from_ms);
    let offsets = clocks.offsets(from_ms);
    if offsets.is_empty() {
        let (session, issued_seq) = place(recorder_no, (from_ms, to_ms), claim, register, spans, slack_ms);
        return Assignment { session, issued_seq, clock_offset_ms: None };
    }
    let mut found: Vec<Assignment> = Vec::new();
    for offset_ms in offsets {
        let times = (from_ms.saturating_sub(offset_ms), to_ms.saturating_sub(offset_ms));
        let (session, issued_seq) = place(recorder_no, times, claim, register, spans, slack_ms);
        found.push(Assignment { session, issued_seq, clock_offset_ms: Some(offset_ms) });
    }
    match found[..] {
        [only] => only,
        // Two readings that lead to the same session, or to none, are as good as one.
        [first, ref rest @ ..] if rest.iter().all(|other| other.session == first.session) => first,
        _ => nowhere(Unassigned::AmbiguousTime),
    }
}

fn place(
    recorder_no: &str,
    (from_ms, to_ms): (i64, i64),
    claim: &Claim,
    register: &Register,
    spans: &[Span],
    slack_ms: i64,
) -> (Result<SessionId, Unassigned>, Option<i64>) {
    let Some(binding) = register.at(recorder_no, from_ms) else {
        return (Err(Unassigned::NoBinding), None);
    };
    let issued = &binding.issued;
    let names_other = |told: &Option<String>, bound: &str| {
        told.as_deref().is_some_and(|told| !bound.is_empty() && told.trim() != bound)
    };
    if names_other(&claim.serial, &issued.serial) {
        return (Err(Unassigned::OtherRecorder), Some(binding.seq));
    }
    if names_other(&claim.officer_no, &issued.configured_officer_no) {
        return (Err(Unassigned::OtherOfficer), Some(binding.seq));
    }
    let overlap_ms = |span: &Span| {
        let from_ms = from_ms.max(span.from_ms.saturating_sub(slack_ms));
        to_ms.min(span.to_ms.saturating_add(slack_ms)).saturating_sub(from_ms)
    };
    let theirs = spans.iter().filter(|span| span.officers.contains(&issued.officer));
    let touched = theirs.map(|span| (overlap_ms(span), span)).filter(|(ms, _)| *ms >= 0);
    // The session that shares most with the file; of equals the earlier.
    let best = touched.max_by_key(|(ms, span)| (*ms, std::cmp::Reverse(span.from_ms)));
    (best.map(|(_, span)| span.session).ok_or(Unassigned::NoSession), Some(binding.seq))
}
