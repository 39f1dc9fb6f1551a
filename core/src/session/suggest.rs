//! Circumstances of article 12 that the records point to. The phone suggests; the officer decides and marks.

use super::{Outcome, SessionView};
use crate::say;
use liuhen_record::kind::{GapReason, NoticeResponse, RefusalReason, SignatureState, Trigger};
use serde::Serialize;

/// What points to a circumstance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The party objected to being recorded.
    NoticeObjected,
    /// The party noted an objection when reviewing.
    ReviewObjection,
    /// The party holds the record to be untrue.
    HeldUntrue,
    /// The party refused to sign.
    SignatureRefused,
    /// The recording was obstructed.
    RecordingObstructed,
}

impl Because {
    /// The sentence for an officer.
    pub fn zh(self) -> &'static str {
        say::label::because(self).zh
    }

    /// The same in English.
    pub fn en(self) -> &'static str {
        say::label::because(self).en
    }
}

/// A circumstance to consider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Suggestion {
    /// Which.
    pub trigger: Trigger,
    /// Why.
    pub because: Because,
}

impl SessionView {
    /// Circumstances that the records point to and that nobody has marked yet, each once for every reason.
    pub fn suggestions(&self) -> Vec<Suggestion> {
        let mut found = Vec::new();
        let mut suggest = |trigger, because| {
            let suggestion = Suggestion { trigger, because };
            let marked = self.triggers.iter().any(|t| t.body.trigger == trigger);
            if !marked && !found.contains(&suggestion) {
                found.push(suggestion);
            }
        };
        if self.notice.as_ref().is_some_and(|n| n.body.response == NoticeResponse::Objected) {
            suggest(Trigger::T1, Because::NoticeObjected);
        }
        if self.gaps.iter().any(|g| g.body.reason == GapReason::Obstructed) {
            suggest(Trigger::T2, Because::RecordingObstructed);
        }
        for outcome in &self.outcomes {
            match &outcome.body {
                Outcome::Confirmed(body) if !body.objection.trim().is_empty() => {
                    suggest(Trigger::T1, Because::ReviewObjection);
                }
                Outcome::Refused(body) if body.state == SignatureState::Refused => {
                    if body.reason == RefusalReason::Untrue {
                        suggest(Trigger::T1, Because::HeldUntrue);
                    }
                    suggest(Trigger::T2, Because::SignatureRefused);
                }
                Outcome::Confirmed(_) | Outcome::Refused(_) => {}
            }
        }
        found
    }
}
