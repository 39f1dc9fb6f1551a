//! Items, read at any place: for the party's review.

use crate::{
    core::Core,
    failure::CoreFailure,
    runtime::{CHUNK_BYTES, run},
    view::word::ItemId,
};
use liuhen_core::phone::ItemBytes;
use std::sync::Arc;

/// An item open for reading. Every chunk is authenticated before it is given out.
#[derive(uniffi::Object)]
pub struct ItemReader {
    bytes: Arc<ItemBytes>,
}

#[uniffi::export]
impl ItemReader {
    /// Length, bytes.
    pub fn len_bytes(&self) -> u64 {
        self.bytes.len_bytes()
    }

    /// IANA media type.
    pub fn media_type(&self) -> String {
        self.bytes.media_type().to_owned()
    }

    /// Up to `max_bytes` (at most 1 MiB) from `offset`; nothing at the end.
    pub async fn read(&self, offset: u64, max_bytes: u32) -> Result<Vec<u8>, CoreFailure> {
        let bytes = Arc::clone(&self.bytes);
        let most = CHUNK_BYTES.min(usize::try_from(max_bytes).unwrap_or(CHUNK_BYTES));
        run(move || bytes.read(offset, most)).await
    }
}

#[uniffi::export]
impl Core {
    /// Opens an item for reading.
    pub async fn open_item(&self, item: ItemId) -> Result<Arc<ItemReader>, CoreFailure> {
        self.with(move |phone| Ok(Arc::new(ItemReader { bytes: Arc::new(phone.item_bytes(item)?) }))).await
    }

    /// The small picture of a photograph, or one by its own id.
    pub async fn thumbnail(&self, item: ItemId) -> Result<Option<Vec<u8>>, CoreFailure> {
        self.with(move |phone| phone.thumbnail_bytes(item)).await
    }

    /// Makes the small picture of a photograph, once the photograph was shown to be safe.
    pub async fn make_thumbnail(&self, item: ItemId) -> Result<Option<ItemId>, CoreFailure> {
        self.with(move |phone| phone.make_thumbnail(item)).await
    }
}
