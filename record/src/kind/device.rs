//! Records about the phone as a whole.

use crate::{DeviceId, Digest, ItemId};
use serde::{Deserialize, Serialize};

/// The device joined the bureau.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceEnrolled {
    /// The bureau's number for the phone (执法记录设备编号).
    pub device_no: String,
    /// The bureau's log origin.
    pub bureau: String,
    /// The bureau's verifier key, in C2SP signed-note form.
    pub bureau_vkey: String,
    /// Name and version of the program.
    pub app: String,
    /// Where the signing key lives: `software`, `strongbox`, `tee`, `secure_enclave`.
    pub key_store: String,
    /// The device whose damaged store this one continues.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub succeeds: Option<DeviceId>,
}

/// The previous store was damaged and set aside, never deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreQuarantined {
    /// Name of the quarantine folder on the phone.
    pub folder: String,
    /// What was wrong with it.
    pub reason: String,
}

/// How far an item has come (design: captured, sealed, pending, stored, handed over).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// Bytes are arriving, or arrived and not yet closed.
    Captured,
    /// Closed: digests are final.
    Sealed,
    /// On its way to the bureau.
    Pending,
    /// At the bureau, with a verified receipt.
    Stored,
    /// Taken over by the custodian (专门人员).
    HandedOver,
}

/// One item of a day's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayItem {
    /// The item.
    pub item: ItemId,
    /// Its state when the day was ended.
    pub state: ItemState,
}

/// The working day ended (article 10, 收工).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayEnded {
    /// The day in Asia/Shanghai, `YYYY-MM-DD`.
    pub day: String,
    /// Every item captured that day.
    pub items: Vec<DayItem>,
}

/// The bureau's proof was verified on the phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptVerified {
    /// Size of the log in the checkpoint.
    pub checkpoint_size: i64,
    /// Root of the log in the checkpoint.
    pub checkpoint_root: Digest,
    /// All of this device's records up to this number are proved to be in the log.
    pub records_to_seq: i64,
    /// Items proved to be stored.
    pub items: Vec<ItemId>,
}

/// Local media was freed after a verified receipt; the record and the proof stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaFreed {
    /// The item.
    pub item: ItemId,
    /// SHA-256 of the sealed file, re-computed from the local bytes immediately before they were freed.
    pub ct_sha256: Digest,
    /// Index of the bureau's `item_stored` leaf.
    pub receipt_index: i64,
}

/// An officer looked at an item on the phone (a view is a custody event, article 15).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemViewed {
    /// The item.
    pub item: ItemId,
    /// Why.
    pub purpose: String,
}
