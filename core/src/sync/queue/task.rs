//! A task: one request that carries one whole piece, complete enough for somebody to send it who knows nothing else.

use super::store::TaskRow;
use crate::{
    capture::piece_path,
    ports::{Body, Method, Request},
    sync::address::Address,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use liuhen_record::{Digest, ItemId, time::Anchor};
use serde::{Deserialize, Serialize};

/// An answer to an upload says little, bytes.
const MAX_ANSWER_BYTES: u64 = 64 * 1024;

/// The name of a task: derived from what is sent, so that it is the same after a restart, and never two tasks have
/// the same. A foreign executor keeps it beside its transfer (`taskDescription` of a URLSession task).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskKey(pub(super) String);

impl TaskKey {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for TaskKey {
    /// Any text can be asked about; one that names no task of ours has no effect.
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl std::fmt::Display for TaskKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// One piece on its way.
#[derive(Debug, Clone)]
pub struct Task {
    /// Its name.
    pub key: TaskKey,
    /// The item.
    pub item: ItemId,
    /// Which of its pieces, from 0.
    pub index: u32,
    /// Length of the piece, bytes.
    pub len_bytes: u64,
    /// The request, whole: it may be sent again as it is, as often as needed, even at the same time (tus 1.0.0
    /// creation-with-upload with the checksum of everything). Whoever sends it must hold the server to its `tls_pin`.
    pub request: Request,
}

/// What is needed to upload for one device without opening the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::sync) struct Account {
    pub url: Address,
    /// The key that the server must prove in TLS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_pin: Option<Digest>,
    pub vkey: String,
    /// Good for uploading this device's pieces, and for nothing else.
    pub token: Option<String>,
    pub token_expires_ms: i64,
    /// The bureau's time, so that back-offs are reckoned by the best clock here too.
    pub anchor: Option<Anchor>,
}

impl Account {
    /// Whether the token may be used at `now_ms`.
    pub fn is_usable(&self, now_ms: i64) -> bool {
        self.token.is_some() && now_ms < self.token_expires_ms
    }
}

/// The pairs of `Upload-Metadata`.
pub(in crate::sync) fn metadata(item: ItemId, index: u32, sha256: &Digest) -> String {
    let pairs = [("item", item.to_string()), ("piece", index.to_string()), ("sha256", sha256.to_string())];
    pairs.map(|(key, value)| format!("{key} {}", STANDARD.encode(value))).join(",")
}

/// The value of `Upload-Checksum`: the checksum extension sends raw digests in base64.
pub(in crate::sync) fn checksum(sha256: &Digest) -> String {
    format!("sha256 {}", STANDARD.encode(sha256.0))
}

impl Task {
    pub(super) fn new(row: &TaskRow, account: &Account, idle_timeout_ms: u64) -> Self {
        let (index, len_bytes) = (row.index as u32, row.len_bytes as u64);
        let mut headers: Vec<(String, String)> = vec![
            ("tus-resumable".into(), "1.0.0".into()),
            ("content-type".into(), "application/offset+octet-stream".into()),
            ("upload-length".into(), len_bytes.to_string()),
            ("upload-metadata".into(), metadata(row.item, index, &row.sha256)),
            ("upload-checksum".into(), checksum(&row.sha256)),
        ];
        if let Some(token) = &account.token {
            headers.push(("authorization".into(), format!("Bearer {token}")));
        }
        let request = Request {
            method: Method::Post,
            url: account.url.join("/v1/uploads"),
            tls_pin: account.tls_pin,
            headers,
            body: Body::File { path: piece_path(row.item, row.index), offset: 0, len_bytes },
            idle_timeout_ms,
            max_answer_bytes: MAX_ANSWER_BYTES,
        };
        Self { key: TaskKey(row.key()), item: row.item, index, len_bytes, request }
    }
}
