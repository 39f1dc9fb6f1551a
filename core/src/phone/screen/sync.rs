//! Synchronisation: how it stands, and why.

use super::super::{Phone, PhoneError};
use crate::{
    say::{self, Sentence},
    sync::{STATUS_KEY, SyncStatus, Waiting},
};
use liuhen_record::{ItemId, kind::ItemState};

/// How synchronisation stands, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SyncPhase {
    /// Nothing is left to do.
    Done,
    /// It goes on by itself.
    Waiting,
    /// It is going on.
    Running,
    /// Somebody must look.
    Trouble,
}

/// A piece that somebody must look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedLine {
    /// Its item.
    pub item: ItemId,
    /// Its number in the item, from 0.
    pub index: i64,
    /// Why.
    pub sentence: Sentence,
}

/// How synchronisation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncView {
    /// In one word.
    pub phase: SyncPhase,
    /// In a sentence; there always is one.
    pub sentence: Sentence,
    /// Code of what is waited for.
    pub code: Option<String>,
    /// Records that the bureau has not acknowledged.
    pub unsent_records: u64,
    /// Items whose storage is not proved; a small picture counts with its photograph.
    pub items_not_stored: u64,
    /// Their sealed bytes.
    pub bytes_to_send: u64,
    /// When the last synchronisation ended, Unix milliseconds.
    pub last_ended_ms: Option<i64>,
    /// The same for people.
    pub last_text: Option<Sentence>,
    /// Pieces that somebody must look at.
    pub parked: Vec<ParkedLine>,
}

impl Phone {
    /// How synchronisation stands. `syncing` tells whether one is under way.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn sync_view(&self, syncing: bool) -> Result<SyncView, PhoneError> {
        let unsent_records = (self.vault.head().0 - 1 - self.vault.sent_to()).max(0).unsigned_abs();
        let (mut items_not_stored, mut bytes_to_send, mut left) = (0, 0, unsent_records > 0);
        let seen = self.look()?;
        for mark in self.vault.item_marks()? {
            if mark.state < ItemState::Stored {
                items_not_stored += u64::from(seen.captures.holds(mark.item));
                bytes_to_send += mark.len_bytes.max(0).unsigned_abs();
                left = true;
            }
        }
        let waiting = self.waiting()?;
        // With nothing left, a network that is not there is nobody's concern.
        let waiting = waiting.filter(|why| left || needs_somebody(why));
        let parked = self.vault.parked_pieces()?.into_iter().map(|piece| ParkedLine {
            item: piece.item,
            index: piece.index,
            sentence: say::screen::parked(piece.progress.last_error.as_deref().unwrap_or_default()),
        });
        let last = self.vault.get_setting::<SyncStatus>(STATUS_KEY)?.map(|status| status.at_ms);
        let (phase, sentence) = match &waiting {
            _ if syncing => (SyncPhase::Running, say::screen::syncing(items_not_stored)),
            Some(why) if needs_somebody(why) => (SyncPhase::Trouble, say::sentence(why.zh(), why.en())),
            Some(why) => (SyncPhase::Waiting, say::sentence(why.zh(), why.en())),
            None if left => (SyncPhase::Waiting, say::screen::sync_soon(items_not_stored)),
            None => (SyncPhase::Done, say::screen::all_stored()),
        };
        Ok(SyncView {
            phase,
            sentence,
            code: waiting.map(|why| why.code().to_owned()),
            unsent_records,
            items_not_stored,
            bytes_to_send,
            last_ended_ms: last,
            last_text: last.map(say::screen::moment),
            parked: parked.collect(),
        })
    }
}

/// Whether waiting longer changes nothing.
fn needs_somebody(why: &Waiting) -> bool {
    matches!(
        why,
        Waiting::Enrolment
            | Waiting::Login
            | Waiting::RecordRefused { .. }
            | Waiting::Parked { .. }
            | Waiting::DeviceRefused
            | Waiting::Clock
            | Waiting::Address
            | Waiting::Store
            | Waiting::Untrusted(_)
            | Waiting::Contradicted(_)
    )
}
