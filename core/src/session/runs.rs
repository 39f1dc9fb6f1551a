//! What a recorder covers: from its start until its end, as far as anybody knows when that was.
//!
//! A stop that was told is heard of at once. One that the recorder made by itself is found when somebody looks, and
//! whoever releases a recorder while it records does not look at all: until then it need not have recorded. Its
//! own list of files, collected afterwards, tells; else nobody knows, and the checklist says so.

use super::{SessionView, Stamped, holes::Hole};
use liuhen_record::kind::{Alarm, RecorderEvent, RecorderEventKind, RecorderFile};
use std::collections::{BTreeMap, BTreeSet};

/// A recorder may take this long to answer that it started (`spec/recorder-profile.md` §5.4), milliseconds.
const START_MS: i64 = 5_000;
/// A file reaches as far as a moment when it ends this much earlier, milliseconds.
const SLACK_MS: i64 = 2_000;

/// From a recorder's start to what ended it.
struct Run<'a> {
    started: &'a Stamped<RecorderEvent>,
    /// None while it runs.
    ended: Option<&'a Stamped<RecorderEvent>>,
}

impl SessionView {
    /// What recorders cover up to `end_ms`.
    pub(super) fn recorder_stretches(&self, end_ms: i64) -> Vec<Hole> {
        let stretch = |run: Run<'_>| {
            let from_ms = run.started.at_ms;
            let to_ms = run.ended.map_or(end_ms, |ended| self.end_of_run_ms(run.started, ended));
            Hole { from_ms, to_ms: to_ms.max(from_ms) }
        };
        self.runs().into_iter().map(stretch).collect()
    }

    /// Recorders that stopped by themselves, or were released while they recorded, and of which no list of files
    /// collected since tells when they stopped.
    pub fn unknown_stops(&self) -> BTreeSet<&str> {
        let unknown = self.runs().into_iter().filter(|run| {
            run.ended.is_some_and(|ended| {
                self.is_found_late(run.started, ended) && self.listed_end_ms(run.started, ended).is_none()
            })
        });
        unknown.map(|run| run.started.body.recorder_no.as_str()).collect()
    }

    fn runs(&self) -> Vec<Run<'_>> {
        let mut running: BTreeMap<&str, &Stamped<RecorderEvent>> = BTreeMap::new();
        let mut runs = Vec::new();
        for event in &self.recorder_events {
            let recorder_no = event.body.recorder_no.as_str();
            match event.body.event {
                RecorderEventKind::Started => {
                    running.entry(recorder_no).or_insert(event);
                }
                RecorderEventKind::Stopped | RecorderEventKind::Released => {
                    let started = running.remove(recorder_no);
                    runs.extend(started.map(|started| Run { started, ended: Some(event) }));
                }
                RecorderEventKind::Marked
                | RecorderEventKind::Segment
                | RecorderEventKind::LinkLost
                | RecorderEventKind::LinkFound => {}
            }
        }
        runs.extend(running.into_values().map(|started| Run { started, ended: None }));
        runs
    }

    fn end_of_run_ms(&self, started: &Stamped<RecorderEvent>, ended: &Stamped<RecorderEvent>) -> i64 {
        let told_ms = if self.is_found_late(started, ended) {
            self.listed_end_ms(started, ended)
        } else {
            self.recorder_claim(ended, ended.body.recorder_ms)
        };
        told_ms.map_or(ended.at_ms, |ms| ms.clamp(started.at_ms, ended.at_ms))
    }

    /// Whether it may have stopped long before `ended`. A stop that was obeyed may come without a time, too.
    fn is_found_late(&self, started: &Stamped<RecorderEvent>, ended: &Stamped<RecorderEvent>) -> bool {
        let by_itself = self.recorder_alarms.iter().any(|alarm| {
            alarm.body.alarm == Alarm::StoppedByItself
                && alarm.body.recorder_no == ended.body.recorder_no
                && (started.seq..ended.seq).contains(&alarm.seq)
        });
        let untimed = ended.body.recorder_ms.is_none();
        untimed && (by_itself || ended.body.event == RecorderEventKind::Released)
    }

    /// The end of what the recorder recorded between `started` and `ended`, by the lists collected since.
    fn listed_end_ms(&self, started: &Stamped<RecorderEvent>, ended: &Stamped<RecorderEvent>) -> Option<i64> {
        let lists = self.recorder_lists.iter();
        let lists = lists.filter(|l| l.seq > ended.seq && l.body.recorder_no == ended.body.recorder_no);
        let told = lists.flat_map(|list| &list.body.files).filter_map(|file| {
            let from_ms = self.listed_ms(started, ended, file.started_ms)?;
            let is_of_run = (started.at_ms.saturating_sub(START_MS)..=ended.at_ms).contains(&from_ms);
            if is_of_run && is_closed(file) { self.listed_ms(started, ended, file.ended_ms) } else { None }
        });
        let end_ms = told.max()?;
        // One that was released may have gone on in a file that no list named yet.
        let reaches = end_ms >= ended.at_ms.saturating_sub(SLACK_MS);
        (reaches || ended.body.event != RecorderEventKind::Released).then_some(end_ms)
    }

    /// A time of a file on the session's line: counted from the recorder's own time of its start while its clock
    /// was not set since, else by the pairing at which it was.
    fn listed_ms(
        &self,
        started: &Stamped<RecorderEvent>,
        ended: &Stamped<RecorderEvent>,
        file_ms: i64,
    ) -> Option<i64> {
        let since_ms = started.body.recorder_ms.map(|start_ms| file_ms.saturating_sub(start_ms));
        let at_ms = since_ms.map(|since_ms| started.at_ms.saturating_add(since_ms));
        let set = self.paired.iter().find(|paired| {
            paired.body.recorder_no == ended.body.recorder_no
                && (started.seq..ended.seq).contains(&paired.seq)
        });
        let before_set = at_ms.filter(|at_ms| set.is_none_or(|set| *at_ms <= set.at_ms));
        before_set.or_else(|| self.recorder_claim(ended, Some(file_ms)))
    }

    /// A recorder's own time on the session's line, when it was paired within the session before `event`: it may tell,
    /// after its link was lost, that it stopped earlier than we heard of it.
    fn recorder_claim(&self, event: &Stamped<RecorderEvent>, recorder_ms: Option<i64>) -> Option<i64> {
        let of_it = |no: &str, seq: i64| no == event.body.recorder_no && seq < event.seq;
        let paired = self.paired.iter().rfind(|p| of_it(&p.body.recorder_no, p.seq))?;
        let offset_ms = paired.body.clock_offset_after_ms.unwrap_or(paired.body.clock_offset_ms);
        let wall_ms = recorder_ms?.saturating_sub(offset_ms);
        Some(wall_ms.saturating_sub(paired.time.wall_ms.saturating_sub(paired.at_ms)))
    }
}

/// An entry with neither digest nor length is still being recorded (`spec/recorder-import.md` §5).
fn is_closed(file: &RecorderFile) -> bool {
    file.sha256.is_some() || file.len_bytes > 0
}
