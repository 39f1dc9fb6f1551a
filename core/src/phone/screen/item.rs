//! Items in lists.

use super::super::{Phone, PhoneError};
use crate::{
    say::{self, Sentence, label},
    session::{
        SessionView,
        day::{DayLine, Standing},
    },
    vault::ItemRow,
};
use liuhen_record::{
    ItemId, SessionId,
    kind::{ItemState, MediaKind},
};

/// An item in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemLine {
    /// The item.
    pub item: ItemId,
    /// Its session.
    pub session: Option<SessionId>,
    /// What sort of media.
    pub media: MediaKind,
    /// IANA media type.
    pub media_type: String,
    /// What the officer called it, or its sort.
    pub label: Sentence,
    /// When it was recorded, Unix milliseconds.
    pub recorded_at_ms: i64,
    /// The same for people.
    pub recorded_text: Sentence,
    /// How far it has come.
    pub stage: ItemState,
    /// The same for people.
    pub stage_text: Sentence,
    /// How it stands with article 10.
    pub standing: Standing,
    /// What is to be said about that.
    pub standing_text: Option<Sentence>,
    /// Length of the sealed file, bytes; 0 until sealed.
    pub len_bytes: i64,
    /// How long it plays, milliseconds.
    pub duration_ms: Option<i64>,
    /// Whether its bytes are on this phone.
    pub here: bool,
    /// The item that holds its small picture.
    pub thumbnail: Option<ItemId>,
    /// Whether the bytes read as what they claim to be.
    pub readable: bool,
}

impl Phone {
    /// One line of the day's list as a screen shows it.
    pub(super) fn item_line(&self, line: &DayLine) -> Result<ItemLine, PhoneError> {
        let row = self.vault.item(line.item)?;
        let seen = self.look()?;
        let told = seen.told.get(&line.item);
        let kind = label::media(line.media).into();
        let called = told.and_then(|told| told.label.as_ref());
        Ok(ItemLine {
            item: line.item,
            session: line.session,
            media: line.media,
            media_type: told.map_or_else(String::new, |told| told.media_type.clone()),
            label: called.map_or(kind, |label| say::sentence(label.as_str(), label.as_str())),
            recorded_at_ms: line.recorded_ms,
            recorded_text: say::screen::moment(line.recorded_ms),
            stage: line.state,
            stage_text: say::screen::stage(line.state),
            standing: line.standing,
            standing_text: say::screen::overdue(line),
            len_bytes: row.as_ref().map_or(0, |row| row.len_bytes),
            duration_ms: told.and_then(|told| told.duration_ms),
            here: row.as_ref().is_some_and(is_here),
            thumbnail: told.and_then(|told| told.thumbnail),
            readable: told.is_none_or(|told| told.readable),
        })
    }

    /// An item as lists show it.
    ///
    /// # Errors
    /// [`PhoneError::Vault`], also for an item that is not known.
    pub fn line_of(&self, item: ItemId) -> Result<ItemLine, PhoneError> {
        let unknown = crate::vault::VaultError::NoItem(item);
        let state = self.vault.item(item)?.map_or(ItemState::Captured, |row| row.state);
        let line = self.look()?.captures.line(item, state, &self.time()?, &self.rules);
        self.item_line(&line.ok_or(unknown)?)
    }

    /// The item of a session that was begun last.
    pub(super) fn last_line_of(&self, session: &SessionView) -> Result<Option<ItemLine>, PhoneError> {
        self.listed(session)?.pop().map(|item| self.line_of(item)).transpose()
    }

    /// The items of a session, in order.
    pub(super) fn lines_of(&self, session: &SessionView) -> Result<Vec<ItemLine>, PhoneError> {
        self.listed(session)?.into_iter().map(|item| self.line_of(item)).collect()
    }

    /// The items of a session that have a line of their own, in order.
    fn listed(&self, session: &SessionView) -> Result<Vec<ItemId>, PhoneError> {
        let seen = self.look()?;
        let items = session.items.iter().map(|view| view.item);
        Ok(items.filter(|item| seen.captures.holds(*item)).collect())
    }
}

fn is_here(row: &ItemRow) -> bool {
    !row.freed && row.state >= ItemState::Sealed
}
