//! A small bureau in memory, over real HTTP, that can be told to lie. Honest, it does what the real one does as far
//! as a phone can see; nothing in it comes from the real one.

use super::{
    lies::Lie,
    lying_log::{Log, ORIGIN, Witness, recipients},
};
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use liuhen_record::{
    Digest, ItemId, Kind, Record,
    challenge::{IdentityChallenge, Nonce},
    kind::CaptureSealed,
    note::NoteSigner,
    receipt::{ITEM_STORED, ItemStored},
    recipients::{RecipientList, Roster},
    tlog::{Checkpoint, format_hash, prove_consistency, prove_inclusion},
};
use ring::rand::SystemRandom;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

/// What its clock shows, Unix milliseconds.
const TIME_MS: u64 = 1_795_000_000_123;
/// The secret of the one enrolment code.
const SECRET: &str = "00112233445566778899aabbccddeeff";

struct Item {
    sealed: CaptureSealed,
    seq: i64,
    record: Digest,
    device: liuhen_record::DeviceId,
    stored: Vec<bool>,
    leaf: Option<(String, u64)>,
    /// Whether the statement may be a lie.
    lied: bool,
}

struct Inside {
    log: Log,
    /// Signs under the same name with another key.
    double: NoteSigner,
    recipients: RecipientList,
    /// Whom it shows its log to.
    witness: Option<Witness>,
    records: Vec<(Vec<u8>, u64)>,
    items: BTreeMap<ItemId, Item>,
    uploads: Vec<(ItemId, usize, Vec<u8>)>,
    /// The first checkpoint it ever showed.
    first_note: String,
    lie: Lie,
    requests: Vec<String>,
}

/// A bureau that may lie.
pub struct LyingBureau {
    url: String,
    inside: Arc<Mutex<Inside>>,
    task: tokio::task::JoinHandle<()>,
}

impl LyingBureau {
    /// Starts one, honest.
    pub async fn start() -> Self {
        let log = Log::new();
        let (double, _) = NoteSigner::make(ORIGIN, &SystemRandom::new()).expect("a key");
        let inside = Arc::new(Mutex::new(Inside {
            first_note: log.note(),
            log,
            double,
            recipients: recipients(),
            witness: None,
            records: Vec::new(),
            items: BTreeMap::new(),
            uploads: Vec::new(),
            lie: Lie::None,
            requests: Vec::new(),
        }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(handle).with_state(inside.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("served") });
        Self { url, inside, task }
    }

    /// From now on it names a witness, who cosigns.
    pub fn name_witness(&self) {
        self.lock().witness = Some(Witness::new());
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its enrolment code.
    pub fn code(&self) -> String {
        format!("LH1-{SECRET}-{}", self.lock().log.signer.verifier_key().fingerprint())
    }

    /// From now on it lies in this way.
    pub fn lie(&self, lie: Lie) {
        let mut inside = self.lock();
        inside.lie = lie;
        inside.requests.clear();
        if lie == Lie::None {
            inside.repent();
        }
    }

    /// Requests since the last change of mind, as `METHOD /path`.
    pub fn requests(&self) -> Vec<String> {
        self.lock().requests.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inside> {
        self.inside.lock().expect("not poisoned")
    }
}

impl Drop for LyingBureau {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn handle(State(inside): State<Arc<Mutex<Inside>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else { return StatusCode::BAD_REQUEST.into_response() };
    let path = parts.uri.path().to_owned();
    let lie = {
        let mut inside = inside.lock().expect("not poisoned");
        inside.requests.push(format!("{} {path}", parts.method));
        inside.lie
    };
    match (lie, path.as_str()) {
        (Lie::CaptivePortal, _) => return (StatusCode::OK, "<html>Welcome</html>").into_response(),
        (Lie::PortalRedirects, _) => {
            return (StatusCode::FOUND, [(header::LOCATION, "http://127.0.0.1:9/login")]).into_response();
        }
        (Lie::PortalSays, _) => return StatusCode::NETWORK_AUTHENTICATION_REQUIRED.into_response(),
        (Lie::Busy, _) => {
            return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "900")]).into_response();
        }
        (Lie::ServerError, _) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        (Lie::LoginRefused, "/v1/token") => return refusal(403, "device_unknown"),
        (Lie::Redirect, "/v1/receipts") => {
            return (StatusCode::FOUND, [(header::LOCATION, "http://127.0.0.1:9/")]).into_response();
        }
        (Lie::HugeAnswer, "/v1/receipts") => {
            let endless = futures_util::stream::repeat_with(|| {
                Ok::<_, std::io::Error>(Bytes::from(vec![b'['; 65_536]))
            });
            return Body::from_stream(endless).into_response();
        }
        (Lie::GarbageJson, "/v1/receipts") => return "{\"checkpoint\": \"".into_response(),
        (Lie::Stall, "/v1/receipts") => std::future::pending::<()>().await,
        (Lie::AheadAdmitted, "/v1/receipts") => return refusal(409, "ahead_of_log"),
        _ => {}
    }
    let mut inside = inside.lock().expect("not poisoned");
    let query = parts.uri.query().unwrap_or("");
    inside.answer(&parts.method, &path, query, &parts.headers, &body)
}

fn refusal(status: u16, code: &str) -> Response {
    let body = json!({"error": {"code": code, "message": "no", "zh": "拒绝", "size": 1}});
    (StatusCode::from_u16(status).expect("a status"), axum::Json(body)).into_response()
}

impl Inside {
    fn answer(
        &mut self,
        method: &Method,
        path: &str,
        query: &str,
        headers: &HeaderMap,
        raw: &[u8],
    ) -> Response {
        let body: Value = serde_json::from_slice(raw).unwrap_or(Value::Null);
        let mut answer = match (method.as_str(), path) {
            ("GET", "/v1/identity") => self.identity(query),
            ("POST", "/v1/enrol") => self.enrol(&body),
            ("POST", "/v1/challenge") => json!({"challenge": "12".repeat(32), "expires_ms": 0}),
            ("POST", "/v1/token") => json!({"token": "token", "expires_ms": 0}),
            ("POST", "/v1/upload-token") => {
                json!({"token": "upload", "expires_ms": TIME_MS + 7 * 86_400_000})
            }
            ("GET", "/v1/records/head") => self.head(),
            ("GET", "/v1/records/last-signed") if self.lie == Lie::HistoryForged => self.forged_history(),
            ("POST", "/v1/records") => self.take_records(&body),
            ("GET", "/v1/items/missing") => self.missing(),
            ("GET", "/v1/receipts") => self.receipts(query),
            ("POST", "/v1/uploads") => return self.create_upload(headers, raw),
            _ if path.starts_with("/v1/uploads/") => return self.upload(method, path, raw),
            _ => return StatusCode::NOT_FOUND.into_response(),
        };
        self.lie.twist(path, &mut answer);
        axum::Json(answer).into_response()
    }

    fn identity(&self, query: &str) -> Value {
        let (signer, double) = (&self.log.signer, &self.double);
        let roster = Roster::new(1, Vec::new()).expect("a roster");
        let (mut vkey, mut note) = (signer.verifier_key().to_string(), self.log.note());
        let mut recipients_note = self.recipients.sign(signer).expect("signed");
        let mut roster_note = roster.sign(signer).expect("signed");
        let size = self.log.leaves.len() as u64;
        let note_of = |origin: &str, size, root| {
            let checkpoint = Checkpoint { origin: origin.into(), size, root };
            signer.sign(&checkpoint.to_string()).expect("signed")
        };
        match self.lie {
            Lie::Impostor => {
                vkey = double.verifier_key().to_string();
                note = self.log.checkpoint().sign(double).expect("signed");
                recipients_note = recipients().sign(double).expect("signed");
                roster_note = roster.sign(double).expect("signed");
            }
            Lie::MeetingCheckpointForged => note = self.log.checkpoint().sign(double).expect("signed"),
            Lie::OtherOrigin => note = note_of("other.example/log", size, self.log.frontier.root()),
            Lie::RolledBackAtMeeting => note = note_of(ORIGIN, size - 1, Digest::of(b"smaller")),
            Lie::ForkOfSameSize => note = note_of(ORIGIN, size, Digest::of(b"other")),
            Lie::ForkPadded => {
                note = note_of(ORIGIN, size, Digest::of(b"other"));
                let line = format!("— {} {}\n", "w".repeat(250), STANDARD.encode([7; 68]));
                note.push_str(&line.repeat(90));
            }
            Lie::AbsurdSize => note = note_of(ORIGIN, 1 << 60, Digest::of(b"absurd")),
            Lie::RecipientsForged => recipients_note = self.recipients.sign(double).expect("signed"),
            Lie::RecipientsContradict => recipients_note = recipients().sign(signer).expect("signed"),
            Lie::RosterForged => roster_note = roster.sign(double).expect("signed"),
            _ => {}
        }
        json!({"origin": ORIGIN, "vkey": vkey, "recipients": recipients_note, "roster": roster_note,
               "witnesses": self.witnesses(), "checkpoint": note, "challenge": self.answer_challenge(query)})
    }

    fn witnesses(&self) -> Option<String> {
        let witness = self.witness.as_ref().filter(|_| self.lie != Lie::NoWitness)?;
        let other = self.lie == Lie::OtherWitness;
        Some(witness.policy(1 + u32::from(other), other).sign(&self.log.signer).expect("signed"))
    }

    fn cosigned(&self, note: String) -> String {
        let away = matches!(self.lie, Lie::WitnessAway | Lie::OtherWitness | Lie::NoWitness);
        match &self.witness {
            Some(witness) if !away => witness.cosign(&note, self.lie == Lie::CosignatureForged),
            _ => note,
        }
    }

    fn answer_challenge(&self, query: &str) -> Option<String> {
        let asked: Nonce = query.strip_prefix("nonce=")?.parse().expect("a nonce");
        let nonce = if self.lie == Lie::ChallengeReplayed { Nonce([7; 32]) } else { asked };
        let signer = match self.lie {
            Lie::Impostor | Lie::ChallengeForged => &self.double,
            _ => &self.log.signer,
        };
        let time_ms = match self.lie {
            Lie::TimeDecadesAhead => 4_102_444_800_000,
            _ => TIME_MS,
        };
        let text = IdentityChallenge { origin: ORIGIN.into(), nonce, time_ms }.to_string();
        let text = match self.lie {
            Lie::ChallengeUnanswered => return None,
            // More than any record can hold.
            Lie::AbsurdTime => text.replace(&time_ms.to_string(), &i64::MAX.to_string()),
            _ => text,
        };
        Some(signer.sign(&text).expect("signed"))
    }

    fn enrol(&self, body: &Value) -> Value {
        let identity = self.identity("");
        let key = liuhen_record::sign::DeviceKey::from_pem(body["spki_pem"].as_str().unwrap_or_default());
        let device = key.expect("a key").device().to_string();
        json!({"device": device, "vkey": identity["vkey"], "recipients": identity["recipients"],
               "roster": identity["roster"], "witnesses": identity["witnesses"], "time_ms": TIME_MS})
    }

    fn head(&self) -> Value {
        let head = self.records.last().map(|(bytes, _)| Digest::of(bytes));
        json!({"next_seq": self.records.len() + 1, "head": head})
    }

    fn forged_history(&self) -> Value {
        let (bytes, _) = self.records.last().expect("a record");
        let text = String::from_utf8_lossy(bytes).replacen("\"seq\":", "\"seq\":7", 1);
        Record::parse(text.as_bytes()).expect("a record like ours");
        json!({"seq": 7, "bytes": text, "sig": "MAYCAQECAQE="})
    }

    fn take_records(&mut self, body: &Value) -> Value {
        let sent = body["records"].as_array().cloned().unwrap_or_default();
        let bytes: Vec<Vec<u8>> =
            sent.iter().map(|r| r["bytes"].as_str().unwrap_or_default().as_bytes().to_vec()).collect();
        if self.lie == Lie::RecordsSwallowed {
            let last = bytes.last().expect("a batch");
            let seq = Record::parse(last).expect("a record").seq;
            return json!({"next_seq": seq + 1, "head": Digest::of(last), "stored": bytes.len()});
        }
        for bytes in bytes {
            let record = Record::parse(&bytes).expect("a record");
            if record.seq as usize != self.records.len() + 1 {
                continue;
            }
            let leaf = self.log.push(&bytes);
            if let Kind::CaptureSealed(sealed) = record.kind {
                let stored = vec![false; sealed.pieces.len()];
                let (seq, device, record) = (record.seq, record.device, Digest::of(&bytes));
                self.items.insert(
                    sealed.item,
                    Item { sealed, seq, record, device, stored, leaf: None, lied: false },
                );
            }
            self.records.push((bytes, leaf));
        }
        let mut answer = self.head();
        answer["stored"] = json!(sent.len());
        answer
    }

    fn missing(&self) -> Value {
        let missed = |item: &&Item| match self.lie {
            Lie::PiecesSwallowed => item.stored.contains(&false),
            Lie::StoredItemMissed => true,
            _ => item.leaf.is_none(),
        };
        let mut items: Vec<&Item> = self.items.values().filter(missed).collect();
        items.sort_by_key(|item| item.seq);
        let items: Vec<Value> = items
            .into_iter()
            .map(|item| {
                let pieces = item.stored.iter().enumerate().filter(|(_, stored)| !**stored);
                let pieces: Vec<Value> = pieces
                    .map(|(index, _)| {
                        let piece = &item.sealed.pieces[index];
                        json!({"index": index, "sha256": piece.sha256, "len_bytes": piece.len_bytes,
                       "upload_url": null, "offset_bytes": 0})
                    })
                    .collect();
                json!({"item": item.sealed.item, "state": "awaiting_pieces", "pieces": pieces})
            })
            .collect();
        let stored =
            self.items.values().filter(|item| item.leaf.is_some() && self.lie == Lie::StoredItemRefused);
        let refused: Vec<Value> = stored.map(|item| json!(item.sealed.item)).collect();
        json!({"items": items, "refused": refused})
    }

    fn create_upload(&mut self, headers: &HeaderMap, raw: &[u8]) -> Response {
        let metadata = headers.get("upload-metadata").and_then(|v| v.to_str().ok()).unwrap_or_default();
        let value = |key: &str| {
            let pair = metadata.split(',').find_map(|pair| pair.strip_prefix(key)?.strip_prefix(' '));
            String::from_utf8(STANDARD.decode(pair.expect("given")).expect("base64")).expect("text")
        };
        let (item, piece) = (value("item").parse(), value("piece").parse());
        self.uploads.push((item.expect("an item"), piece.expect("a number"), Vec::new()));
        let host = if self.lie == Lie::UploadElsewhere { "http://127.0.0.1:9" } else { "" };
        let path = format!("/v1/uploads/{}", self.uploads.len() - 1);
        let location = format!("{host}{path}");
        // Whoever sends elsewhere wants to see the bytes there.
        if !raw.is_empty() && self.lie != Lie::UploadElsewhere {
            let _kept = self.upload(&Method::PATCH, &path, raw);
        }
        let offset = self.uploads.last().map_or(0, |(_, _, bytes)| bytes.len()).to_string();
        let headers = [("location", location), ("tus-resumable", "1.0.0".into()), ("upload-offset", offset)];
        (StatusCode::CREATED, headers).into_response()
    }

    fn upload(&mut self, method: &Method, path: &str, raw: &[u8]) -> Response {
        let number = path.rsplit('/').next().and_then(|n| n.parse::<usize>().ok());
        let lie = self.lie;
        let Some((id, index, bytes)) = number.and_then(|n| self.uploads.get_mut(n)) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let (id, index) = (*id, *index);
        if method == Method::PATCH {
            let half = lie == Lie::HalfTaken && bytes.is_empty();
            bytes.extend_from_slice(if half { &raw[..raw.len() / 2] } else { raw });
        }
        let (found, offset) = (Digest::of(bytes), bytes.len());
        let Some(item) = self.items.get_mut(&id) else { return StatusCode::NOT_FOUND.into_response() };
        let piece = &item.sealed.pieces[index];
        if method == Method::PATCH && offset as i64 >= piece.len_bytes {
            assert_eq!(found, piece.sha256, "the piece as it was sealed");
            item.stored[index] = lie != Lie::PiecesForgotten;
            if item.stored.iter().all(|stored| *stored) && lie != Lie::PiecesSwallowed {
                self.finish(id);
            }
        }
        let status = if method == Method::PATCH { StatusCode::NO_CONTENT } else { StatusCode::OK };
        (status, [("upload-offset", offset.to_string())]).into_response()
    }

    /// Honest again: what was thrown away is missed again, what was stated wrongly is stated rightly.
    fn repent(&mut self) {
        let ids: Vec<ItemId> = self.items.keys().copied().collect();
        for id in ids {
            let Some(item) = self.items.get_mut(&id) else { continue };
            if item.leaf.is_none() {
                item.stored.fill(false);
            } else if item.lied {
                self.finish(id);
            }
        }
    }

    fn finish(&mut self, id: ItemId) {
        let Some(item) = self.items.get_mut(&id) else { return };
        let statement = ItemStored {
            v: 1,
            statement: ITEM_STORED.into(),
            item: id,
            device: item.device,
            seq: item.seq,
            record_sha256: item.record,
            ct_sha256: item.sealed.ct_sha256,
            len_bytes: item.sealed.len_bytes,
            stored_at_ms: 1_795_000_000_500,
        };
        let honest = statement.bytes().expect("canonical");
        let mut value: Value = serde_json::from_slice(&honest).expect("json");
        self.lie.twist_statement(&mut value);
        let logged = liuhen_record::canonical::bytes(&value).expect("canonical");
        let leaf = if self.lie == Lie::StatementNotLogged { 0 } else { self.log.push(&logged) };
        item.lied = self.lie != Lie::None;
        item.leaf = Some((String::from_utf8(logged).expect("text"), leaf));
    }

    fn receipts(&self, query: &str) -> Value {
        let asked = |key: &str| query.split('&').find_map(|pair| pair.strip_prefix(key)).unwrap_or_default();
        let held: u64 = asked("since_size=").parse().unwrap_or(0);
        let (from, to) = asked("seqs=").split_once('-').unwrap_or(("1", "0"));
        let (from, to): (i64, i64) = (from.parse().unwrap_or(1), to.parse().unwrap_or(0));
        let forked;
        let log = match self.lie {
            Lie::ForkGrown => {
                forked = self.log.with_other_past();
                &forked
            }
            _ => &self.log,
        };
        let size = log.leaves.len() as u64;
        let texts = |hashes: Vec<Digest>| hashes.iter().map(format_hash).collect::<Vec<_>>();
        let prove = |leaf: u64| texts(prove_inclusion(&log.hashes, size, leaf).expect("provable"));
        let records: Vec<Value> = (from..=to)
            .filter_map(|seq| Some((seq, self.records.get(seq as usize - 1)?.1)))
            .map(|(seq, leaf)| json!({"seq": seq, "index": leaf, "hashes": prove(leaf)}))
            .collect();
        let items: Vec<Value> = asked("items=")
            .split(',')
            .filter_map(|id| id.parse::<ItemId>().ok())
            .filter_map(|id| Some((id, self.items.get(&id)?.leaf.clone()?)))
            .map(|(id, (statement, leaf))| {
                json!({"item": id, "statement": statement, "index": leaf, "hashes": prove(leaf)})
            })
            .collect();
        let checkpoint = match self.lie {
            Lie::OldCheckpointReplayed => self.first_note.clone(),
            Lie::ProofCheckpointForged => log.checkpoint().sign(&self.double).expect("signed"),
            _ => log.checkpoint().sign(&self.log.signer).expect("signed"),
        };
        let consistency = texts(prove_consistency(&log.hashes, held.min(size), size).expect("provable"));
        json!({"checkpoint": self.cosigned(checkpoint), "consistency": consistency, "records": records, "items": items})
    }
}
