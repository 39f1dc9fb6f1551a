//! Mirrors of what the core says for a screen: see the types of the same names in `liuhen_core::phone`.

use super::word::{ItemId, ItemStage, ItemStanding, Media, SessionId, Text};

/// An item in a list.
pub type ItemLine = liuhen_core::phone::screen::ItemLine;

/// An item in a list.
#[uniffi::remote(Record)]
pub struct ItemLine {
    /// The item.
    pub item: ItemId,
    /// Its session.
    pub session: Option<SessionId>,
    /// What sort of media.
    pub media: Media,
    /// IANA media type.
    pub media_type: String,
    /// What the officer called it, or its sort.
    pub label: Text,
    /// When it was recorded, Unix milliseconds.
    pub recorded_at_ms: i64,
    /// The same for people.
    pub recorded_text: Text,
    /// How far it has come.
    pub stage: ItemStage,
    /// The same for people.
    pub stage_text: Text,
    /// How it stands with article 10.
    pub standing: ItemStanding,
    /// What is to be said about that.
    pub standing_text: Option<Text>,
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
