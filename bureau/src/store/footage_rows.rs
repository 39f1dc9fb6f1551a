//! What became of recorders' footage, as projected from the records.

use super::{RecordRow, StoreError};
use liuhen_record::{
    DeviceId, ItemId,
    kind::{FileImported, FootageMissing},
};

/// A recorder's footage by how it stands to the recorder's own list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FootageCount {
    /// Number of the recorder.
    pub recorder_no: String,
    /// Files as listed.
    pub matched: i64,
    /// Files of a listed name with other content.
    pub altered: i64,
    /// Files that are not listed.
    pub unknown: i64,
    /// Listed files that were not on a card and did not come.
    pub missing: i64,
}

/// Footage of recorders. A phone speaks of its own files: what it says of another's item counts nowhere here.
pub trait FootageRows {
    /// A record of this device, of this number, tells of a file that was imported.
    fn put_footage(&self, device: DeviceId, seq: i64, file: &FileImported) -> Result<(), StoreError>;
    /// An item is this device's: what others told of it counts no longer.
    fn own_footage(&self, item: ItemId, device: DeviceId) -> Result<(), StoreError>;
    /// A record of this device, of this number, tells of files that were listed and not on the card. A file is no longer
    /// missing when its digest was imported from the recorder, whenever; where the list has none, when a file of its name and
    /// length was imported since.
    fn put_missing(&self, device: DeviceId, seq: i64, missing: &FootageMissing) -> Result<(), StoreError>;
    /// Every recorder that has footage or misses some, by number.
    fn footage_counts(&self) -> Result<Vec<FootageCount>, StoreError>;
    /// Files that import put into no session: how many are assigned to one by hand, or else are not.
    fn count_homeless(&self, assigned: bool) -> Result<i64, StoreError>;
    /// The `file_imported` records of these files, the newest first, after the first `skip`.
    fn homeless(&self, assigned: bool, skip: i64, limit: i64) -> Result<Vec<RecordRow>, StoreError>;
}
