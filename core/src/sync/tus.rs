//! One piece by tus 1.0.0 (<https://tus.io/protocols/resumable-upload>): create, send, ask how far it came, go on.
//!
//! The first attempt is atomic: the whole piece with its checksum, kept by the server only as a whole. After a
//! connection broke, the next one goes without checksum, so that what arrives counts; the server verifies the
//! piece against the signed record before it commits it in either case.

use super::{
    client::{Client, Login, refusal},
    fault::Fault,
};
use crate::ports::{Body, Method, Request, Response, Storage};
use base64::{Engine, engine::general_purpose::STANDARD};
use liuhen_record::{Digest, ItemId};
use ring::digest::{Context, SHA256};

/// Most exchanges about one piece in one attempt: whoever answers in circles is left until later.
const MAX_EXCHANGES: u32 = 10;
const READ_BYTES: usize = 128 * 1024;

/// A piece to upload.
#[derive(Debug, Clone)]
pub(super) struct PieceJob {
    pub item: ItemId,
    pub index: u32,
    pub sha256: Digest,
    pub len_bytes: u64,
    /// Its file in the storage.
    pub path: String,
    /// Whether it is sent as a whole with its checksum.
    pub atomic: bool,
}

/// How far an upload came.
#[derive(Debug, Clone, Default)]
pub(super) struct Upload {
    /// Its URL, once the server made one.
    pub url: Option<String>,
    /// The largest offset that the server confirmed, bytes.
    pub confirmed_bytes: u64,
    /// Bytes sent and acknowledged in this attempt.
    pub sent_bytes: u64,
}

/// How an attempt ended, when it did not fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PieceEnd {
    /// The server says that it has the piece. Only a receipt proves it.
    Sent,
    /// Not now; the reason is kept beside the piece.
    Later(&'static str),
    /// Never without somebody looking.
    Park(&'static str),
}

/// Uploads one piece as far as it goes. `upload` is current at every await and on every return.
pub(super) async fn upload(
    client: &mut Client<'_>,
    login: &Login,
    job: &PieceJob,
    upload: &mut Upload,
) -> Result<PieceEnd, Fault> {
    let mut offset = None;
    for _ in 0..MAX_EXCHANGES {
        let Some(url) = upload.url.clone() else {
            match create(client, login, job).await? {
                Created::At(url) => (upload.url, offset) = (Some(url), Some(0)),
                Created::Ended(end) => return Ok(end),
            }
            continue;
        };
        let from = match offset.take() {
            Some(from) => from,
            None => match ask_offset(client, login, &url).await? {
                Some(from) if from <= job.len_bytes => from,
                _ => {
                    upload.url = None;
                    continue;
                }
            },
        };
        upload.confirmed_bytes = upload.confirmed_bytes.max(from);
        if from == job.len_bytes {
            return Ok(PieceEnd::Sent);
        }
        match send(client, login, job, &url, from).await? {
            Sent::UpTo(to) if from < to && to <= job.len_bytes => {
                upload.sent_bytes += to - from;
                upload.confirmed_bytes = to;
                offset = Some(to);
            }
            // Somewhere else than expected: ask again.
            Sent::UpTo(_) | Sent::OffsetConflict => {}
            Sent::Gone => upload.url = None,
            Sent::Mismatch => return Ok(after_mismatch(client.ports.storage.as_ref(), job)),
            Sent::Ended(end) => return Ok(end),
        }
    }
    Ok(PieceEnd::Later("the server answers in circles"))
}

enum Created {
    At(String),
    Ended(PieceEnd),
}

async fn create(client: &mut Client<'_>, login: &Login, job: &PieceJob) -> Result<Created, Fault> {
    let mut request = tus_request(client, Method::Post, client.address.join("/v1/uploads"));
    let metadata = [
        ("item", job.item.to_string()),
        ("piece", job.index.to_string()),
        ("sha256", job.sha256.to_string()),
    ];
    let metadata = metadata.map(|(key, value)| format!("{key} {}", STANDARD.encode(value))).join(",");
    request.headers.push(("upload-length".into(), job.len_bytes.to_string()));
    request.headers.push(("upload-metadata".into(), metadata));
    let answer = client.authorised(login, request).await?;
    let ended = match answer.status {
        201 => {
            let location = answer.header("location").and_then(|location| client.address.upload(location));
            return Ok(
                location.map_or(Created::Ended(PieceEnd::Later("no usable upload address")), Created::At)
            );
        }
        // It has the piece already, or does not know it yet: the next reconciliation tells.
        404 | 409 => PieceEnd::Later("the server does not want this piece now"),
        _ => refused(&answer)?,
    };
    Ok(Created::Ended(ended))
}

/// The offset that the server holds, or `None` when it no longer knows the upload.
async fn ask_offset(client: &mut Client<'_>, login: &Login, url: &str) -> Result<Option<u64>, Fault> {
    let request = tus_request(client, Method::Head, url.to_owned());
    let answer = client.authorised(login, request).await?;
    if answer.status >= 400 {
        return Ok(None);
    }
    Ok(offset_of(&answer))
}

enum Sent {
    UpTo(u64),
    OffsetConflict,
    Gone,
    Mismatch,
    Ended(PieceEnd),
}

async fn send(
    client: &mut Client<'_>,
    login: &Login,
    job: &PieceJob,
    url: &str,
    from: u64,
) -> Result<Sent, Fault> {
    let mut request = tus_request(client, Method::Patch, url.to_owned());
    request.headers.push(("content-type".into(), "application/offset+octet-stream".into()));
    request.headers.push(("upload-offset".into(), from.to_string()));
    if from == 0 && job.atomic {
        // The checksum extension sends raw digests in base64.
        let checksum = format!("sha256 {}", STANDARD.encode(job.sha256.0));
        request.headers.push(("upload-checksum".into(), checksum));
    }
    request.body = Body::File { path: job.path.clone(), offset: from, len_bytes: job.len_bytes - from };
    let answer = client.authorised(login, request).await?;
    Ok(match answer.status {
        200..=299 => offset_of(&answer).map_or(Sent::OffsetConflict, Sent::UpTo),
        409 => Sent::OffsetConflict,
        403 | 404 | 410 => Sent::Gone,
        460 => Sent::Mismatch,
        423 => Sent::Ended(PieceEnd::Later("the upload is locked")),
        _ => Sent::Ended(refused(&answer)?),
    })
}

/// A refusal that concerns this piece only. What is said about login concerns everything.
fn refused(answer: &Response) -> Result<PieceEnd, Fault> {
    match answer.status {
        401 | 403 => Err(refusal(answer)),
        413 => Ok(PieceEnd::Park("the server finds it too long")),
        423 => Ok(PieceEnd::Later("the upload is locked")),
        _ => Ok(PieceEnd::Park("the server refuses it")),
    }
}

/// The server received other bytes than the record names: either the way or our own file is bad.
fn after_mismatch(storage: &dyn Storage, job: &PieceJob) -> PieceEnd {
    match digest_of(storage, job) {
        Ok(digest) if digest == job.sha256 => PieceEnd::Later("damaged on the way"),
        _ => PieceEnd::Park("damaged on this phone"),
    }
}

fn digest_of(storage: &dyn Storage, job: &PieceJob) -> std::io::Result<Digest> {
    let file = storage.open(&job.path)?;
    let mut context = Context::new(&SHA256);
    let mut buffer = vec![0; READ_BYTES];
    let mut offset = 0;
    loop {
        let got = file.read_at(offset, &mut buffer)?;
        if got == 0 {
            return Ok(context.finish().into());
        }
        context.update(&buffer[..got]);
        offset += got as u64;
    }
}

fn tus_request(client: &Client<'_>, method: Method, url: String) -> Request {
    let mut request = client.request(method, url);
    request.headers.push(("tus-resumable".into(), "1.0.0".into()));
    request
}

fn offset_of(answer: &Response) -> Option<u64> {
    answer.header("upload-offset")?.parse().ok()
}
