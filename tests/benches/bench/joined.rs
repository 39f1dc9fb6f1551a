//! A phone that has joined a bureau in a process of its own, and speaks to it by a bare client.

use crate::desk::{Desk, draft};
use crate::memory::{self, OfficeProcess};
use crate::wire::{Answer, Body, Wire};
use crate::{Outcome, patrol};
use base64::{Engine, engine::general_purpose::STANDARD};
use liuhen_core::ports::Ports;
use liuhen_core::sync::{ENROLMENT_KEY, Enrolment};
use liuhen_core::vault::Vault;
use liuhen_record::kind::Piece;
use liuhen_record::seal::SealedDigests;
use liuhen_record::{ItemId, Kind, SessionId};
use serde_json::{Value, json};
use std::path::Path;

/// The phone.
pub struct Joined {
    /// Its vault.
    pub vault: Vault,
    /// Its ports.
    pub ports: Ports,
    /// The session that is open.
    pub session: SessionId,
    /// Its connection.
    pub wire: Wire,
    bearer: String,
    sent_to: i64,
}

impl Joined {
    /// Joins `office`, opens a session and logs in.
    pub fn at(office: &OfficeProcess, dir: &Path) -> Outcome<Self> {
        let ports = Desk::below(dir).ports()?;
        let (vault, session) = memory::join(&Desk::below(dir), &ports, &office.url, &office.code)?;
        let enrolment: Enrolment = vault.get_setting(ENROLMENT_KEY)?.ok_or("not enrolled")?;
        let mut wire = Wire::open(&office.url)?;
        let device = enrolment.device;
        let asked = post(&mut wire, "/v1/challenge", None, &json!({ "device": device }))?;
        let challenge = asked["challenge"].as_str().ok_or("no challenge")?.to_owned();
        let text = format!("liuhen-login/v1\n{}\n{device}\n{challenge}\n", enrolment.origin);
        let signature = STANDARD.encode(ports.keystore.sign(&enrolment.signing_key, text.as_bytes())?);
        let login = json!({ "device": device, "challenge": challenge, "signature": signature });
        let token = post(&mut wire, "/v1/token", None, &login)?;
        let bearer = format!("Bearer {}", token["token"].as_str().ok_or("no token")?);
        Ok(Self { vault, ports, session, wire, bearer, sent_to: 0 })
    }

    /// Writes a record of the session.
    pub fn write(&mut self, kind: Kind) -> Outcome<()> {
        self.vault.append(draft(&self.ports, Some(self.session), kind))?;
        Ok(())
    }

    /// Writes the records of an item that has these pieces.
    pub fn item(&mut self, item: ItemId, digests: &SealedDigests) -> Outcome<()> {
        self.write(patrol::capture_opened(item))?;
        self.write(patrol::capture_sealed(item, digests))
    }

    /// The bodies of the requests that send every record not sent yet, `count` in each.
    pub fn batches(&mut self, count: usize) -> Outcome<Vec<Vec<u8>>> {
        let mut bodies = Vec::new();
        loop {
            let batch = self.vault.records_from(self.sent_to + 1, count)?;
            let Some(last) = batch.last() else { return Ok(bodies) };
            self.sent_to = last.seq;
            let records = batch.iter().map(|record| {
                let bytes = String::from_utf8_lossy(&record.bytes);
                json!({ "bytes": bytes, "sig": record.sig.as_ref().map(|sig| STANDARD.encode(sig)) })
            });
            bodies.push(serde_json::to_vec(&json!({ "records": records.collect::<Vec<_>>() }))?);
        }
    }

    /// Sends one such body.
    pub fn send_batch(&mut self, body: &[u8]) -> Outcome<Answer> {
        let headers = [("Content-Type", "application/json"), ("Authorization", self.bearer.as_str())];
        self.wire.send("POST", "/v1/records", &headers, Body::Bytes(body))
    }

    /// Sends every record not sent yet.
    pub fn send_records(&mut self) -> Outcome<()> {
        for body in self.batches(500)? {
            self.send_batch(&body)?;
        }
        Ok(())
    }

    /// The headers of a request that brings a whole piece.
    pub fn piece_headers(&self, item: ItemId, index: usize, piece: &Piece) -> Vec<(&'static str, String)> {
        let metadata =
            [("item", item.to_string()), ("piece", index.to_string()), ("sha256", piece.sha256.to_string())];
        let metadata = metadata.map(|(key, value)| format!("{key} {}", STANDARD.encode(value))).join(",");
        vec![
            ("Authorization", self.bearer.clone()),
            ("Tus-Resumable", "1.0.0".to_owned()),
            ("Content-Type", "application/offset+octet-stream".to_owned()),
            ("Upload-Length", piece.len_bytes.to_string()),
            ("Upload-Metadata", metadata),
            ("Upload-Checksum", format!("sha256 {}", STANDARD.encode(piece.sha256.0))),
        ]
    }

    /// Sends a whole piece in one request; when this returns the bureau has it durably.
    pub fn send_piece(&mut self, item: ItemId, index: usize, piece: &Piece, file: &Path) -> Outcome<()> {
        let headers = self.piece_headers(item, index, piece);
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = self.wire.send("POST", "/v1/uploads", &headers, Body::File(file))?;
        match answer.header("upload-offset") {
            Some(offset) if offset == piece.len_bytes.to_string() => Ok(()),
            other => Err(format!("the bureau took {other:?}").into()),
        }
    }
}

fn post(wire: &mut Wire, path: &str, bearer: Option<&str>, body: &Value) -> Outcome<Value> {
    let mut headers = vec![("Content-Type", "application/json")];
    headers.extend(bearer.map(|bearer| ("Authorization", bearer)));
    let answer = wire.send("POST", path, &headers, Body::Bytes(&serde_json::to_vec(body)?))?;
    Ok(serde_json::from_slice(&answer.body)?)
}
