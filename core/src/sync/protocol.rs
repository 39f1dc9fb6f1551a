//! What phone and bureau say to one another (the HTTP API under `/v1`, specified in `spec/sync.md`).
//!
//! Unknown members of answers are ignored, so that a newer bureau can say more; nothing here is believed before
//! [`super::receipts`] and its neighbours have checked it.

use liuhen_record::{DeviceId, Digest, ItemId};
use serde::{Deserialize, Serialize};

/// `GET /v1/identity`.
#[derive(Debug, Clone, Deserialize)]
pub struct Identity {
    /// Origin of the bureau's log.
    pub origin: String,
    /// Its verifier key.
    pub vkey: String,
    /// Signed recipient list.
    pub recipients: String,
    /// Signed roster.
    pub roster: String,
    /// Signed checkpoint.
    pub checkpoint: String,
    /// Signed list of witnesses, where the bureau has some.
    pub witnesses: Option<String>,
    /// The signed answer to our challenge (`liuhen_record::challenge`); it also says what the bureau's clock shows.
    pub challenge: Option<String>,
}

/// `POST /v1/enrol`.
#[derive(Debug, Serialize)]
pub struct EnrolRequest<'a> {
    /// The whole code.
    pub code: &'a str,
    /// Public key, PEM.
    pub spki_pem: &'a str,
    /// The bureau's number for the phone.
    pub device_no: &'a str,
    /// Name and version of the program.
    pub app: &'a str,
    /// base64 DER over `liuhen-enrol/v1\n<secret>\n<device>\n`.
    pub signature: String,
}

/// `POST /v1/succeed`.
#[derive(Debug, Serialize)]
pub struct SucceedRequest<'a> {
    /// The device whose store was quarantined.
    pub old_device: DeviceId,
    /// Public key of the new device, PEM.
    pub spki_pem: &'a str,
    /// The bureau's number for the phone.
    pub device_no: &'a str,
    /// base64 DER by the old key over `liuhen-succeed/v1\n<old>\n<new>\n`.
    pub signature_old: String,
    /// The same text by the new key.
    pub signature_new: String,
}

/// The answer to both.
#[derive(Debug, Clone, Deserialize)]
pub struct Enrolled {
    /// The device as the bureau derived it.
    pub device: DeviceId,
    /// The bureau's verifier key.
    pub vkey: String,
    /// Signed recipient list.
    pub recipients: String,
    /// Signed roster.
    pub roster: String,
    /// Signed list of witnesses, where the bureau has some.
    pub witnesses: Option<String>,
}

/// `POST /v1/challenge`.
#[derive(Debug, Serialize)]
pub struct ChallengeRequest {
    /// Who wants to log in.
    pub device: DeviceId,
}

/// Its answer.
#[derive(Debug, Deserialize)]
pub struct Challenge {
    /// 64 hexadecimal digits.
    pub challenge: Digest,
}

/// `POST /v1/token`.
#[derive(Debug, Serialize)]
pub struct TokenRequest {
    /// Who logs in.
    pub device: DeviceId,
    /// The challenge.
    pub challenge: Digest,
    /// base64 DER over `liuhen-login/v1\n<origin>\n<device>\n<challenge>\n`.
    pub signature: String,
}

/// Its answer.
#[derive(Deserialize)]
pub struct Token {
    /// Goes into `Authorization: Bearer`.
    #[serde(rename = "token")]
    pub bearer: String,
}

/// The answer to `POST /v1/upload-token`.
#[derive(Deserialize)]
pub struct UploadToken {
    /// Goes into `Authorization: Bearer` of uploads, and of nothing else.
    #[serde(rename = "token")]
    pub bearer: String,
    /// Until when it is good, by the bureau's clock, Unix milliseconds.
    pub expires_ms: i64,
}

/// `GET /v1/records/head`: the chain as far as the bureau has it.
#[derive(Debug, Clone, Deserialize)]
pub struct Head {
    /// Number of the next record it wants.
    pub next_seq: i64,
    /// Digest of the last record it has.
    pub head: Option<Digest>,
}

/// `GET /v1/records/last-signed`: the last record of ours that the bureau has with its signature.
#[derive(Debug, Clone, Deserialize)]
pub struct SignedRecord {
    /// Exact bytes.
    pub bytes: String,
    /// base64 DER signature of the device key.
    pub sig: String,
}

/// One record on its way.
#[derive(Debug, Serialize)]
pub struct RecordUpload {
    /// The exact bytes, which are UTF-8.
    pub bytes: String,
    /// base64 DER signature, where signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sig: Option<String>,
}

/// `POST /v1/records`; answered by a [`Head`].
#[derive(Debug, Serialize)]
pub struct RecordsRequest {
    /// Consecutive records.
    pub records: Vec<RecordUpload>,
    /// SHA-256 of the last of them: with the chain, every byte of every one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<Digest>,
}

/// `GET /v1/items/missing`.
#[derive(Debug, Clone, Deserialize)]
pub struct Missing {
    /// Items known by their records and not yet complete.
    pub items: Vec<MissingItem>,
    /// Items that it refused for good: their pieces are not the file that their record names.
    #[serde(default)]
    pub refused: Vec<ItemId>,
}

/// An item that is not yet complete.
#[derive(Debug, Clone, Deserialize)]
pub struct MissingItem {
    /// The item.
    pub item: ItemId,
    /// Pieces that are not there yet.
    pub pieces: Vec<MissingPiece>,
}

/// A piece that is not there yet.
#[derive(Debug, Clone, Deserialize)]
pub struct MissingPiece {
    /// Its place in the item, from 0.
    pub index: u32,
    /// An upload begun earlier.
    pub upload_url: Option<String>,
}

/// `GET /v1/receipts`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Receipts {
    /// Signed checkpoint under which everything else stands.
    pub checkpoint: String,
    /// Consistency proof from the size asked about, base64 hashes.
    pub consistency: Vec<String>,
    /// Inclusion proofs of records.
    pub records: Vec<RecordProof>,
    /// Inclusion proofs of items.
    pub items: Vec<ItemProof>,
}

/// Inclusion proof of one record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordProof {
    /// The record's number.
    pub seq: i64,
    /// Its leaf, from 0.
    pub index: u64,
    /// base64 hashes, the leaf's sibling first.
    pub hashes: Vec<String>,
}

/// Inclusion proof of one item's `item_stored` statement.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ItemProof {
    /// The item.
    pub item: ItemId,
    /// The exact statement, canonical JSON.
    pub statement: String,
    /// Its leaf, from 0.
    pub index: u64,
    /// base64 hashes, the leaf's sibling first.
    pub hashes: Vec<String>,
}

/// Any error the bureau names.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ErrorAnswer {
    /// What it says.
    pub error: ErrorBody,
}

/// The inside of [`ErrorAnswer`].
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ErrorBody {
    /// Machine-readable, snake case.
    pub code: String,
    /// English.
    #[serde(default)]
    pub message: String,
    /// Chinese.
    #[serde(default)]
    pub zh: String,
    /// The record concerned.
    pub seq: Option<i64>,
    /// The number it expected.
    pub expected_seq: Option<i64>,
    /// The reason for refusing a record.
    pub reason: Option<String>,
    /// Number of the next record it wants, where part of a batch was stored.
    pub next_seq: Option<i64>,
    /// Leaves in its log.
    pub size: Option<u64>,
}
