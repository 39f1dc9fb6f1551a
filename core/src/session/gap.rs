//! Explaining a hole in the recording (article 17).

use super::{Action, Missing, Refused, SessionView, gates::fit};
use crate::say;
use liuhen_record::{
    DocumentId, ItemId,
    kind::{GapReason, GapRecorded},
    time::TimeClaim,
};

/// What stands in for the missing recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Substitute {
    /// Photos or documents of this session.
    Named {
        /// Photos.
        items: Vec<ItemId>,
        /// Documents.
        documents: Vec<DocumentId>,
    },
    /// Nothing does, and why.
    None {
        /// Why.
        why: String,
    },
}

/// A gap as the officer tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapRequest {
    /// Start, on the session's line of time, Unix milliseconds.
    pub from_ms: i64,
    /// End, on the session's line of time, Unix milliseconds.
    pub to_ms: i64,
    /// Why.
    pub reason: GapReason,
    /// In words.
    pub explanation: String,
    /// What stands in for it.
    pub substitute: Substitute,
    /// Officer id, or `system`.
    pub reporter: String,
}

impl SessionView {
    /// The record that explains a gap.
    ///
    /// # Errors
    /// [`Refused`] when the times lie outside the session or the future, words are missing, or a substitute is
    /// neither named nor said to be none.
    pub fn gap(&self, request: &GapRequest, now: &TimeClaim) -> Result<GapRecorded, Refused> {
        self.check(Action::RecordGap)?;
        let mut missing = Vec::new();
        let opened_ms = self.opened.as_ref().map_or(i64::MIN, |o| o.at_ms);
        // A second of slack: a shell may round.
        let inside = request.from_ms >= opened_ms.saturating_sub(1_000)
            && request.to_ms <= self.instant_ms(now).saturating_add(1_000);
        if request.to_ms < request.from_ms || !inside {
            missing.push(Missing::GapTimes);
        }
        if request.explanation.trim().is_empty() {
            missing.push(Missing::GapExplanation);
        }
        let (items, documents, why) = match &request.substitute {
            Substitute::Named { items, documents } => (items.clone(), documents.clone(), None),
            Substitute::None { why } => (Vec::new(), Vec::new(), Some(why.trim())),
        };
        if why.map_or(items.is_empty() && documents.is_empty(), str::is_empty) {
            missing.push(Missing::GapSubstitute);
        }
        let unknown = items.iter().filter(|i| self.item(**i).is_none());
        missing.extend(unknown.map(|item| Missing::Item { item: *item }));
        if documents.iter().any(|d| self.document(*d).is_none()) {
            missing.push(Missing::Document);
        }
        Refused::unless_empty(missing)?;
        fit("explanation", &request.explanation)?;
        let mut explanation = request.explanation.trim().to_owned();
        if let Some(why) = why {
            fit("substitute", why)?;
            explanation.push_str(&say::label::no_substitute(why));
        }
        Ok(GapRecorded {
            from_ms: request.from_ms,
            to_ms: request.to_ms,
            reason: request.reason,
            explanation,
            items,
            documents,
            reporter: request.reporter.clone(),
        })
    }
}
