//! A phone made of a P-256 key and a list of records.

use super::{body, client, clock::START_MS, schema};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use liuhen_record::{
    DeviceId, Digest, ItemId, Kind, Record, SessionId,
    kind::{CaptureSealed, DeviceEnrolled},
    place::PlaceClaim,
    sign::DeviceKey,
    time::TimeClaim,
};
use reqwest::{Client, Method, RequestBuilder, Response};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use serde_json::{Value, json};

/// An answer, read whole.
pub struct Answer {
    pub status: u16,
    pub json: Value,
}

impl Answer {
    pub async fn of(response: Response) -> Self {
        let status = response.status().as_u16();
        let json = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or(Value::Null);
        Self { status, json }
    }
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.json);
        self.json
    }
    /// Asserts a refusal in the one form that refusals have, with Chinese text.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status, self.json["error"]["code"].as_str()), (status, Some(code)), "{}", self.json);
        let zh = self.json["error"]["zh"].as_str().unwrap();
        assert!(zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{zh}");
        self.json["error"].clone()
    }
}

/// A record as written.
#[derive(Clone)]
pub struct Written {
    pub seq: i64,
    pub bytes: Vec<u8>,
    pub sig: Option<Vec<u8>>,
}

pub struct Phone {
    pub url: String,
    pub http: Client,
    pair: EcdsaKeyPair,
    pub key: DeviceKey,
    pub token: String,
    pub vkey: String,
    pub records: Vec<Written>,
    pub sent: usize,
    pub now_ms: i64,
    pub officer: Option<String>,
}

impl Phone {
    pub fn new(url: &str) -> Self {
        let rng = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &rng).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &rng).unwrap();
        let key = DeviceKey::from_point(pair.public_key().as_ref()).unwrap();
        Self {
            url: url.to_owned(),
            http: client(),
            pair,
            key,
            token: String::new(),
            vkey: String::new(),
            records: Vec::new(),
            sent: 0,
            now_ms: START_MS,
            officer: Some("A001".to_owned()),
        }
    }

    pub fn device(&self) -> DeviceId {
        self.key.device()
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
    }

    pub fn sign64(&self, message: &str) -> String {
        STANDARD.encode(self.sign(message.as_bytes()))
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        let request = self.http.post(format!("{}{path}", self.url)).bearer_auth(&self.token).json(&body);
        self.answer("POST", path, request).await
    }

    /// Every answer that a test gets is one that the document describes.
    async fn answer(&self, method: &str, path: &str, request: RequestBuilder) -> Answer {
        let answer = Answer::of(request.send().await.unwrap()).await;
        schema::check(method, path, answer.status, &answer.json);
        answer
    }

    pub async fn get(&self, path: &str) -> Answer {
        let request = self.http.get(format!("{}{path}", self.url)).bearer_auth(&self.token);
        self.answer("GET", path, request).await
    }

    /// A tus request.
    pub fn tus(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        self.http
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(&self.token)
            .header("Tus-Resumable", "1.0.0")
    }

    pub fn enrol_body(&self, code: &str) -> Value {
        let secret = code.split('-').nth(1).unwrap_or("");
        json!({"code": code, "spki_pem": self.key.pem(), "device_no": "XG-P-01", "app": "test 1",
            "signature": self.sign64(&format!("liuhen-enrol/v1\n{secret}\n{}\n", self.device()))})
    }

    pub async fn enrol(&mut self, code: &str) -> Answer {
        let answer = self.post("/v1/enrol", self.enrol_body(code)).await;
        if let Some(vkey) = answer.json["vkey"].as_str() {
            vkey.clone_into(&mut self.vkey);
        }
        answer
    }

    pub async fn challenge(&self) -> String {
        let asked = self.post("/v1/challenge", json!({"device": self.device()})).await.ok();
        asked["challenge"].as_str().unwrap().to_owned()
    }

    /// The right answer to a challenge.
    pub async fn answer_to(&self, challenge: &str) -> Value {
        let identity = self.get("/v1/identity").await.ok();
        let origin = identity["origin"].as_str().unwrap();
        let message = format!("liuhen-login/v1\n{origin}\n{}\n{challenge}\n", self.device());
        json!({"device": self.device(), "challenge": challenge, "signature": self.sign64(&message)})
    }

    pub async fn sign_in(&mut self) {
        let answer = self.answer_to(&self.challenge().await).await;
        let token = self.post("/v1/token", answer).await.ok();
        token["token"].as_str().unwrap().clone_into(&mut self.token);
    }

    pub fn next_seq(&self) -> i64 {
        self.records.len() as i64 + 1
    }

    pub fn head(&self) -> Digest {
        self.records.last().map_or(Digest::ZERO, |r| Digest::of(&r.bytes))
    }

    /// The next record, not yet written.
    pub fn record(&self, session: Option<SessionId>, kind: Kind) -> Record {
        let mono_ms = self.now_ms - START_MS + 1_000_000;
        Record {
            v: 1,
            device: self.device(),
            seq: self.next_seq(),
            prev: self.head(),
            session,
            officer: self.officer.clone(),
            kind,
            time: TimeClaim::make(self.now_ms, 480, mono_ms, "boot-1".to_owned(), None),
            place: PlaceClaim::Absent { reason: "not_asked".to_owned() },
        }
    }

    pub fn written(&self, record: &Record) -> Written {
        let bytes = record.bytes().unwrap();
        let sig = record.kind.must_be_signed().then(|| self.sign(&bytes));
        Written { seq: record.seq, bytes, sig }
    }

    /// Writes a record at the head of the chain; a second passes.
    pub fn write(&mut self, session: Option<SessionId>, kind: Kind) -> i64 {
        let written = self.written(&self.record(session, kind));
        self.records.push(written);
        self.now_ms += 1000;
        self.next_seq() - 1
    }

    pub fn write_enrolled(&mut self) {
        let vkey = self.vkey.clone();
        let kind = Kind::DeviceEnrolled(DeviceEnrolled {
            device_no: "XG-P-01".to_owned(),
            bureau: vkey.split('+').next().unwrap().to_owned(),
            bureau_vkey: vkey,
            app: "test 1".to_owned(),
            key_store: "software".to_owned(),
            succeeds: None,
        });
        self.write(None, kind);
    }

    pub fn batch(records: &[Written]) -> Value {
        let one = |r: &Written| match &r.sig {
            Some(sig) => {
                json!({"bytes": String::from_utf8(r.bytes.clone()).unwrap(), "sig": STANDARD.encode(sig)})
            }
            None => json!({"bytes": String::from_utf8(r.bytes.clone()).unwrap()}),
        };
        json!({"records": records.iter().map(one).collect::<Vec<_>>()})
    }

    pub async fn post_records(&self, records: &[Written]) -> Answer {
        self.post("/v1/records", Self::batch(records)).await
    }

    /// Sends what was not sent yet.
    pub async fn send(&mut self) -> Answer {
        let answer = self.post_records(&self.records[self.sent..]).await;
        if answer.status == 200 {
            self.sent = self.records.len();
        }
        answer
    }

    /// Sends what was not sent yet in as many batches as it takes.
    pub async fn send_all(&mut self) {
        while self.sent < self.records.len() {
            let until = self.records.len().min(self.sent + 500);
            self.post_records(&self.records[self.sent..until]).await.ok();
            self.sent = until;
        }
    }

    /// Opens a session, writes an item of these pieces into it; returns both ids.
    pub fn capture(&mut self, pieces: &[Vec<u8>]) -> (SessionId, ItemId) {
        let session = body::session_id();
        self.write(Some(session), Kind::SessionOpened(body::session_opened()));
        (session, self.capture_in(session, pieces))
    }

    pub fn capture_in(&mut self, session: SessionId, pieces: &[Vec<u8>]) -> ItemId {
        let item = body::item_id();
        self.write(Some(session), Kind::CaptureOpened(body::capture_opened(item)));
        let sealed = self.sealed(item, pieces);
        self.write(Some(session), Kind::CaptureSealed(sealed));
        item
    }

    pub fn sealed(&self, item: ItemId, pieces: &[Vec<u8>]) -> CaptureSealed {
        body::capture_sealed(item, pieces, self.now_ms - START_MS + 1_000_000)
    }

    pub fn metadata(item: ItemId, idx: usize, sha256: Digest) -> String {
        let b64 = |text: String| STANDARD.encode(text);
        format!(
            "item {},piece {},sha256 {}",
            b64(item.to_string()),
            b64(idx.to_string()),
            b64(sha256.to_string())
        )
    }

    /// Makes an upload for a piece; returns its path.
    pub async fn create(&self, item: ItemId, idx: usize, piece: &[u8]) -> String {
        let response = self
            .tus("POST", "/v1/uploads")
            .header("Upload-Length", piece.len())
            .header("Upload-Metadata", Self::metadata(item, idx, Digest::of(piece)))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 201);
        response.headers()["location"].to_str().unwrap().to_owned()
    }

    pub fn patch(&self, path: &str, offset: usize, body: &[u8]) -> RequestBuilder {
        self.tus("PATCH", path)
            .header("Content-Type", "application/offset+octet-stream")
            .header("Upload-Offset", offset)
            .body(body.to_vec())
    }

    pub async fn upload(&self, item: ItemId, idx: usize, piece: &[u8]) {
        let path = self.create(item, idx, piece).await;
        let response = self.patch_whole(&path, piece).send().await.unwrap();
        assert_eq!(response.status(), 204, "{:?}", response.text().await);
    }

    /// A request that brings a whole piece and says so.
    pub fn patch_whole(&self, path: &str, piece: &[u8]) -> RequestBuilder {
        self.patch(path, 0, piece).header("Upload-Checksum", checksum(piece))
    }

    /// The one request by which the phone sends a piece when nothing has failed yet: creation with upload and checksum.
    pub fn post_whole(&self, item: ItemId, idx: usize, piece: &[u8]) -> RequestBuilder {
        self.tus("POST", "/v1/uploads")
            .header("Upload-Length", piece.len())
            .header("Upload-Metadata", Self::metadata(item, idx, Digest::of(piece)))
            .header("Content-Type", "application/offset+octet-stream")
            .header("Upload-Checksum", checksum(piece))
            .body(piece.to_vec())
    }
}

fn checksum(piece: &[u8]) -> String {
    format!("sha256 {}", STANDARD.encode(Digest::of(piece).0))
}
