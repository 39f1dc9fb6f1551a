//! Holes in the continuous recording (article 17).
//!
//! What counts as continuous recording: sound and pictures captured by this phone, for as long as its monotonic
//! clock says, and a paired recorder between its started and stopped events (`runs`). A lost link is not a stop.
//! Files brought from cameras carry only claimed times and cover nothing; they can be named as substitutes of a gap.

use super::{Rules, SessionView};
use liuhen_record::{
    kind::{MediaKind, MediaSource, RecorderEventKind},
    time::TimeClaim,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// A stretch of time without recording, on the session's line of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Hole {
    /// Start, Unix milliseconds.
    pub from_ms: i64,
    /// End, Unix milliseconds.
    pub to_ms: i64,
}

impl Hole {
    /// Length, milliseconds.
    pub fn len_ms(self) -> i64 {
        self.to_ms.saturating_sub(self.from_ms)
    }
}

impl SessionView {
    /// Every hole longer than the rules allow, between opening and `now` (or closing), explained or not.
    pub fn all_holes(&self, now: &TimeClaim, rules: &Rules) -> Vec<Hole> {
        let Some(opened) = &self.opened else { return Vec::new() };
        let end_ms = self.closed.as_ref().map_or_else(|| self.instant_ms(now), |c| c.at_ms);
        let whole = Hole { from_ms: opened.at_ms, to_ms: end_ms.max(opened.at_ms) };
        // A break within the split tolerance joins its neighbours, so that splits never add up to a hole.
        let holes = subtract(&[whole], &self.recordings(end_ms), 0);
        holes.into_iter().filter(|h| h.len_ms() > rules.gap_ms.max(rules.split_ms)).collect()
    }

    /// What is left of the holes when explained gaps are taken away: every remainder longer than the rules allow
    /// still needs a gap record.
    pub fn holes(&self, now: &TimeClaim, rules: &Rules) -> Vec<Hole> {
        let gaps: Vec<Hole> =
            self.gaps.iter().map(|g| Hole { from_ms: g.body.from_ms, to_ms: g.body.to_ms }).collect();
        let left = subtract(&self.all_holes(now, rules), &gaps, rules.split_ms);
        left.into_iter().filter(|h| h.len_ms() > rules.gap_ms).collect()
    }

    /// Stretches of continuous recording up to `end_ms`.
    fn recordings(&self, end_ms: i64) -> Vec<Hole> {
        let by_phone = self.items.iter().filter(|i| {
            i.opened.body.source == MediaSource::Phone
                && matches!(i.opened.body.media, MediaKind::Audio | MediaKind::Video)
        });
        let mut stretches: Vec<Hole> = by_phone
            .map(|item| match &item.sealed {
                Some(sealed) => Hole { from_ms: sealed.started_ms, to_ms: sealed.ended_ms },
                None => Hole { from_ms: item.opened.at_ms, to_ms: end_ms },
            })
            .collect();
        stretches.extend(self.recorder_stretches(end_ms));
        stretches
    }

    /// Recorders whose link was lost while they recorded and of which nothing was heard since: whether they went
    /// on is unknown.
    pub fn unconfirmed_recorders(&self) -> Vec<&str> {
        let mut lost: BTreeMap<&str, (bool, Option<i64>)> = BTreeMap::new();
        for event in &self.recorder_events {
            let (running, since) = lost.entry(event.body.recorder_no.as_str()).or_default();
            match event.body.event {
                RecorderEventKind::Started => (*running, *since) = (true, None),
                RecorderEventKind::Stopped | RecorderEventKind::Released => {
                    (*running, *since) = (false, None);
                }
                RecorderEventKind::Marked | RecorderEventKind::Segment | RecorderEventKind::LinkFound => {
                    *since = None;
                }
                RecorderEventKind::LinkLost => *since = Some(event.seq),
            }
        }
        let unheard =
            |no: &str, seq: i64| !self.recorder_lists.iter().any(|l| l.body.recorder_no == no && l.seq > seq);
        let lost = lost.into_iter().filter(|(_, (running, _))| *running);
        lost.filter_map(|(no, (_, since))| since.filter(|seq| unheard(no, *seq)).map(|_| no)).collect()
    }
}

/// Parts of `wholes` outside every one of `covers`, each cover widened by `slack_ms` on both sides.
fn subtract(wholes: &[Hole], covers: &[Hole], slack_ms: i64) -> Vec<Hole> {
    let mut covers: Vec<Hole> = covers
        .iter()
        .filter(|c| c.to_ms >= c.from_ms)
        .map(|c| Hole {
            from_ms: c.from_ms.saturating_sub(slack_ms),
            to_ms: c.to_ms.saturating_add(slack_ms),
        })
        .collect();
    covers.sort_by_key(|c| c.from_ms);
    let mut left = Vec::new();
    for whole in wholes {
        let mut from_ms = whole.from_ms;
        for cover in &covers {
            if cover.from_ms > from_ms {
                left.push(Hole { from_ms, to_ms: cover.from_ms.min(whole.to_ms) });
            }
            from_ms = from_ms.max(cover.to_ms);
            if from_ms >= whole.to_ms {
                break;
            }
        }
        left.push(Hole { from_ms, to_ms: whole.to_ms });
    }
    left.retain(|h| h.to_ms > h.from_ms);
    left
}
