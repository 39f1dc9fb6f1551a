//! What a phone has that somebody else's client could send for it: its pieces, and a token.

use super::phone::TestPhone;
use crate::fault_proxy::{exchange, full};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http_body_util::BodyExt as _;
use hyper::Request;
use liuhen_core::{
    sync::{Cancel, ENROLMENT_KEY, Enrolment, Progress, Stage},
    vault::ItemFilter,
};
use liuhen_record::Digest;
use serde_json::{Value, json};
use std::{net::SocketAddr, path::PathBuf};

/// A piece of a sealed item, in its file.
#[derive(Debug, Clone)]
pub struct SealedPiece {
    /// The file.
    pub path: PathBuf,
    /// Its SHA-256.
    pub sha256: Digest,
    /// What a creation says of it, by key, plain.
    pub metadata: [(&'static str, String); 3],
}

impl SealedPiece {
    /// As `Upload-Metadata` writes it.
    pub fn header(&self) -> String {
        self.metadata
            .iter()
            .map(|(key, value)| format!("{key} {}", STANDARD.encode(value)))
            .collect::<Vec<_>>()
            .join(",")
    }
}

impl TestPhone {
    /// Sends its records and stops before the first piece.
    pub async fn send_records_only(&mut self) {
        let cancel = Cancel::new();
        let mut stop = |progress: Progress| {
            if progress.stage == Stage::Pieces {
                cancel.cancel();
            }
        };
        self.sync_telling(&mut stop, &cancel.clone()).await.expect("synchronised");
        assert!(self.vault.unsent_records(1).expect("readable").is_empty());
    }

    /// Every piece of every sealed item.
    pub fn sealed_pieces(&self) -> Vec<SealedPiece> {
        let rows = self.vault.items(&ItemFilter::default()).expect("readable");
        let pieces = rows.iter().flat_map(|row| {
            let pieces = self.vault.pieces(row.item).expect("readable");
            pieces.into_iter().map(|piece| (row.item, piece))
        });
        pieces
            .map(|(item, piece)| SealedPiece {
                path: self.dir().join(format!("items/{item}/{:04}.piece", piece.index)),
                sha256: piece.sha256,
                metadata: [
                    ("item", item.to_string()),
                    ("piece", piece.index.to_string()),
                    ("sha256", piece.sha256.to_string()),
                ],
            })
            .collect()
    }

    /// Logs in as this phone at `address`: a bearer that is good for uploads.
    pub async fn bearer(&self, address: SocketAddr) -> String {
        let enrolment: Enrolment = self.setting(ENROLMENT_KEY).expect("enrolled");
        let device = enrolment.device;
        let (_, said) = post(address, "/v1/challenge", None, &json!({ "device": device })).await;
        let challenge = said["challenge"].as_str().expect("a challenge");
        let text = format!("liuhen-login/v1\n{}\n{device}\n{challenge}\n", enrolment.origin);
        let signature = self.ports.keystore.sign(&enrolment.signing_key, text.as_bytes()).expect("signed");
        let login =
            json!({ "device": device, "challenge": challenge, "signature": STANDARD.encode(signature) });
        let (_, said) = post(address, "/v1/token", None, &login).await;
        let token = said["token"].as_str().expect("a token").to_owned();
        // A token that is good for uploads only, where the bureau gives one.
        let (status, said) = post(address, "/v1/upload-token", Some(&token), &json!({})).await;
        if status == 200 { said["token"].as_str().expect("a token").to_owned() } else { token }
    }
}

async fn post(address: SocketAddr, path: &str, bearer: Option<&str>, body: &Value) -> (u16, Value) {
    let mut request = Request::builder().method("POST").uri(path);
    for (name, value) in [("host", address.to_string()), ("content-type", "application/json".into())] {
        request = request.header(name, value);
    }
    if let Some(bearer) = bearer {
        request = request.header("authorization", format!("Bearer {bearer}"));
    }
    let answer =
        exchange(address, request.body(full(body.to_string())).expect("a request")).await.expect("an answer");
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.expect("whole").to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}
