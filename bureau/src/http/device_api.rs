//! What an enrolled phone does: send records, ask what is missing, fetch receipts.

use super::{
    ApiError,
    auth::{Caller, Uploader},
    blocking,
    json::{self, BATCH_BODY_BYTES, Json},
    public_api::MAX_BATCH_RECORDS,
};
use crate::{
    fault::Point,
    intake::{self, Intake, IntakeError, NotWhole, Refusal, Sent},
    items::missing::{MissingItem, missing, refused},
    log::{
        cosigned::cosigned_checkpoint,
        receipts::{self, ReceiptError, Wanted},
    },
    office::Office,
    store::StoreError,
};
use axum::{
    extract::{FromRequest as _, Query, Request, State, rejection::QueryRejection},
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use liuhen_record::{Digest, ItemId, sign::DeviceKey};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Most records in one request for receipts.
const MAX_RECEIPT_RECORDS: i64 = 2000;
/// Most items in one request for receipts.
const MAX_RECEIPT_ITEMS: usize = 500;
/// A DER signature of P-256 has at most 72 bytes.
const MAX_SIGNATURE_BYTES: usize = 80;

#[derive(Serialize)]
struct Head {
    next_seq: i64,
    head: Option<Digest>,
}

impl Head {
    fn new(next_seq: i64, head: Digest) -> Self {
        Self { next_seq, head: (next_seq > 1).then_some(head) }
    }
}

fn unknown() -> ApiError {
    ApiError::new(403, "device_unknown", "the device is unknown", "设备未登记")
}

/// `GET /v1/records/head`
pub async fn head(State(office): State<Arc<Office>>, Caller(device): Caller) -> Result<Response, ApiError> {
    let row = blocking(&office, move |office| office.read(|rows| rows.device(device))).await?;
    let row = row.ok_or_else(unknown)?;
    Ok(json::answer(&Head::new(row.next_seq, row.head)))
}

#[derive(Serialize)]
struct SignedRecord {
    seq: i64,
    bytes: String,
    sig: String,
}

/// `GET /v1/records/last-signed`: shows a phone with an older copy of its store what it signed itself and no longer has.
pub async fn last_signed(
    State(office): State<Arc<Office>>,
    Caller(device): Caller,
) -> Result<Response, ApiError> {
    let row = blocking(&office, move |office| office.read(|rows| rows.last_signed_record(device))).await?;
    let signed = row.and_then(|row| {
        let sig = STANDARD.encode(row.sig?);
        Some(SignedRecord { seq: row.seq, bytes: String::from_utf8(row.bytes).ok()?, sig })
    });
    let nothing = || ApiError::new(404, "not_found", "no signed record yet", "该设备尚无签名记录");
    Ok(json::answer(&signed.ok_or_else(nothing)?))
}

/// Body of `POST /v1/records`.
#[derive(Deserialize)]
pub struct RecordsBody {
    records: Vec<SentRecord>,
    /// SHA-256 of the last of them.
    #[serde(default)]
    head: Option<Digest>,
}

#[derive(Deserialize)]
struct SentRecord {
    bytes: String,
    #[serde(default)]
    sig: Option<String>,
}

#[derive(Serialize)]
struct Taken {
    next_seq: i64,
    head: Option<Digest>,
    stored: i64,
}

impl From<IntakeError> for ApiError {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::Unknown => unknown(),
            IntakeError::Succeeded => {
                Self::new(409, "device_succeeded", error.to_string(), "该设备的记录链已由新设备接替")
            }
            IntakeError::Store(error) => error.into(),
        }
    }
}

/// `POST /v1/records`
pub async fn records(
    State(office): State<Arc<Office>>,
    Caller(device): Caller,
    request: Request,
) -> Result<Response, ApiError> {
    // Before anything is read: what counts is how many batches are in memory.
    let place = office.batches.enter(device)?;
    let Json(body) = Json::<RecordsBody, BATCH_BODY_BYTES>::from_request(request, &office).await?;
    let head = body.head;
    let sent = sent(body)?;
    let intake = blocking(&office, move |office| {
        let _until_taken_in = place;
        let row = office.read(|rows| rows.device(device))?.ok_or_else(unknown)?;
        let key = DeviceKey::from_spki(&row.spki).map_err(|error| ApiError::internal(&error))?;
        let batch = intake::prepare(device, &key, sent, head).map_err(|NotWhole| changed())?;
        let vkey = office.notary.signer().verifier_key().to_string();
        let now_ms = office.clock.now_ms();
        let intake = office.write(|rows| {
            let intake = intake::take_in(rows, &vkey, device, &batch, now_ms)?;
            office.faults.hit(Point::RecordsAppended).map_err(StoreError::from)?;
            Ok::<_, IntakeError>(intake)
        })?;
        office.faults.hit(Point::RecordsCommitted).map_err(StoreError::from)?;
        Ok::<_, ApiError>(intake)
    })
    .await?;
    taken(intake)
}

fn changed() -> ApiError {
    let said = "the records are not those that the phone names";
    ApiError::new(400, "batch_digest", said, "记录在传输中发生变化，请重新发送")
}

fn sent(body: RecordsBody) -> Result<Vec<Sent>, ApiError> {
    if body.records.len() > MAX_BATCH_RECORDS {
        return Err(ApiError::new(413, "batch_too_large", "too many records in one batch", "单批记录过多")
            .with("max_records", MAX_BATCH_RECORDS));
    }
    let one = |record: SentRecord| {
        let sig = record.sig.map(|sig| json::base64("sig", &sig)).transpose()?;
        if sig.as_ref().is_some_and(|sig| sig.len() > MAX_SIGNATURE_BYTES) {
            return Err(ApiError::new(400, "bad_signature", "a signature is too long", "签名过长"));
        }
        Ok(Sent { bytes: record.bytes.into_bytes(), sig })
    };
    body.records.into_iter().map(one).collect()
}

fn taken(intake: Intake) -> Result<Response, ApiError> {
    let Intake { next_seq, head, stored, refusal } = intake;
    let error = match refusal {
        None => {
            let Head { next_seq, head } = Head::new(next_seq, head);
            return Ok(json::answer(&Taken { next_seq, head, stored }));
        }
        Some(Refusal::Fork { seq, ours, yours }) => ApiError::new(
            409,
            "fork",
            format!("another record {seq} is kept"),
            format!("第 {seq} 号记录与已保存的不一致（分叉），已拒收并留存"),
        )
        .with("seq", seq)
        .with("ours", ours)
        .with("yours", yours),
        Some(Refusal::Gap { expected_seq, seq }) => ApiError::new(
            409,
            "gap",
            format!("record {seq} where {expected_seq} was expected"),
            format!("记录不连续：应为第 {expected_seq} 号，收到第 {seq} 号（断号），已拒收"),
        )
        .with("expected_seq", expected_seq)
        .with("seq", seq),
        Some(Refusal::Invalid { seq, reason }) => {
            let zh = seq.map_or_else(
                || "有记录不符合格式，已拒收".to_owned(),
                |seq| format!("第 {seq} 号记录不符合要求，已拒收"),
            );
            ApiError::new(422, "record_refused", reason.clone(), zh).with("seq", seq).with("reason", reason)
        }
    };
    Err(error.with("next_seq", next_seq).with("stored", stored))
}

#[derive(Serialize)]
struct Missing {
    items: Vec<MissingItem>,
    refused: Vec<ItemId>,
}

/// `GET /v1/items/missing`
pub async fn items_missing(
    State(office): State<Arc<Office>>,
    Uploader(device): Uploader,
) -> Result<Response, ApiError> {
    let told = move |office: &Arc<Office>| {
        office.read(|rows| {
            Ok::<_, StoreError>(Missing { items: missing(rows, device)?, refused: refused(rows, device)? })
        })
    };
    Ok(json::answer(&blocking(&office, told).await?))
}

/// Query of `GET /v1/receipts`.
#[derive(Deserialize)]
pub struct ReceiptsQuery {
    #[serde(default)]
    since_size: u64,
    #[serde(default)]
    seqs: String,
    #[serde(default)]
    items: String,
}

fn bad_query(message: &str) -> ApiError {
    ApiError::new(400, "bad_query", message, "请求参数不正确")
}

impl ReceiptsQuery {
    fn wanted(&self) -> Result<Wanted, ApiError> {
        let seqs = match self.seqs.as_str() {
            "" => None,
            text => {
                let (from, to) = text.split_once('-').unwrap_or((text, text));
                let number = |text: &str| text.parse::<i64>().ok().filter(|seq| *seq >= 1);
                let (Some(from), Some(to)) = (number(from), number(to)) else {
                    return Err(bad_query("seqs is not <from>-<to>"));
                };
                if to < from || to - from >= MAX_RECEIPT_RECORDS {
                    return Err(bad_query("seqs asks for too many records or for none")
                        .with("max_records", MAX_RECEIPT_RECORDS));
                }
                Some((from, to))
            }
        };
        let items = self.items.split(',').filter(|text| !text.is_empty());
        let items = items.map(str::parse::<ItemId>).collect::<Result<Vec<_>, _>>();
        let items = items.map_err(|_| bad_query("items is not a list of ids"))?;
        if items.len() > MAX_RECEIPT_ITEMS {
            return Err(bad_query("items asks for too many").with("max_items", MAX_RECEIPT_ITEMS));
        }
        Ok(Wanted { since_size: self.since_size, seqs, items })
    }
}

impl From<ReceiptError> for ApiError {
    fn from(error: ReceiptError) -> Self {
        match error {
            ReceiptError::Ahead { size } => Self::new(
                409,
                "ahead_of_log",
                "since_size is greater than the log",
                "设备保存的日志检查点大于服务器日志，请立即报告管理员",
            )
            .with("size", size),
            ReceiptError::Store(error) => error.into(),
        }
    }
}

/// `GET /v1/receipts`
pub async fn receipts(
    State(office): State<Arc<Office>>,
    Caller(device): Caller,
    query: Result<Query<ReceiptsQuery>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(query) = query.map_err(|_| bad_query("the query does not read"))?;
    let wanted = query.wanted()?;
    let checkpoint = cosigned_checkpoint(&office).await?;
    let receipts = blocking(&office, move |office| {
        receipts::receipts(office.ledger.as_ref(), &checkpoint, device, &wanted)
    })
    .await?;
    Ok(json::answer(&receipts))
}
