//! One piece by tus 1.0.0 (<https://tus.io/protocols/resumable-upload>): create, send, ask how far it came, go on.
//!
//! The first attempt is atomic and a single request: creation with the whole piece and its checksum, kept by the server
//! only as a whole. After a connection broke, the next one creates first and sends without checksum, so that what arrives
//! counts; the server verifies the piece against the signed record before it commits it in either case.

use super::{
    client::{Client, Login, refusal},
    fault::Fault,
    queue::{TaskRow, Verdict, checksum, metadata},
};
use crate::{
    capture::piece_path,
    ports::{Body, Method, Request, Response},
};
use liuhen_record::{Digest, ItemId};

/// Most exchanges about one piece in one attempt: whoever answers in circles is left until later.
const MAX_EXCHANGES: u32 = 10;

/// The media type of bytes of an upload.
const CONTENT: &str = "application/offset+octet-stream";

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

impl PieceJob {
    pub(super) fn of(row: &TaskRow) -> Self {
        Self {
            item: row.item,
            index: row.index as u32,
            sha256: row.sha256,
            len_bytes: row.len_bytes as u64,
            path: piece_path(row.item, row.index),
            atomic: row.attempts == 0,
        }
    }
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

/// Uploads one piece as far as it goes. `upload` is current at every await and on every return.
pub(super) async fn upload(
    client: &mut Client<'_>,
    login: &Login,
    job: &PieceJob,
    upload: &mut Upload,
) -> Result<Verdict, Fault> {
    let mut offset = None;
    for _ in 0..MAX_EXCHANGES {
        let Some(url) = upload.url.clone() else {
            match create(client, login, job).await? {
                Created::At(url, from) => (upload.url, offset) = (Some(url), from),
                Created::Ended(end) => return Ok(end),
            }
            upload.sent_bytes += offset.unwrap_or(0);
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
            return Ok(Verdict::Stored);
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
            Sent::Ended(end) => return Ok(end),
        }
    }
    Ok(Verdict::Later("the server answers in circles"))
}

enum Created {
    /// There, and so many bytes of it arrived; `None` when the server must be asked.
    At(String, Option<u64>),
    Ended(Verdict),
}

async fn create(client: &mut Client<'_>, login: &Login, job: &PieceJob) -> Result<Created, Fault> {
    let mut request = tus_request(client, Method::Post, client.address.join("/v1/uploads"));
    request.headers.push(("upload-length".into(), job.len_bytes.to_string()));
    request.headers.push(("upload-metadata".into(), metadata(job.item, job.index, &job.sha256)));
    if job.atomic {
        request.headers.push(("content-type".into(), CONTENT.into()));
        request.headers.push(("upload-checksum".into(), checksum(&job.sha256)));
        request.body = Body::File { path: job.path.clone(), offset: 0, len_bytes: job.len_bytes };
    }
    let answer = client.authorised(login, request).await?;
    let ended = match answer.status {
        201 => {
            let location = answer.header("location").and_then(|location| client.address.upload(location));
            // A server that does not take creation with upload says nothing of an offset.
            let from = if job.atomic { offset_of(&answer) } else { Some(0) };
            let from = from.filter(|from| *from <= job.len_bytes);
            let unusable = Created::Ended(Verdict::Later("no usable upload address"));
            return Ok(location.map_or(unusable, |url| Created::At(url, from)));
        }
        460 => Verdict::Mismatch,
        // It has the piece already, does not know it yet, or lost what it had begun: the next reconciliation tells.
        404 | 409 | 410 => Verdict::Later("the server does not want this piece now"),
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
    Ended(Verdict),
}

async fn send(
    client: &mut Client<'_>,
    login: &Login,
    job: &PieceJob,
    url: &str,
    from: u64,
) -> Result<Sent, Fault> {
    let mut request = tus_request(client, Method::Patch, url.to_owned());
    request.headers.push(("content-type".into(), CONTENT.into()));
    request.headers.push(("upload-offset".into(), from.to_string()));
    if from == 0 && job.atomic {
        request.headers.push(("upload-checksum".into(), checksum(&job.sha256)));
    }
    request.body = Body::File { path: job.path.clone(), offset: from, len_bytes: job.len_bytes - from };
    let answer = client.authorised(login, request).await?;
    Ok(match answer.status {
        200..=299 => offset_of(&answer).map_or(Sent::OffsetConflict, Sent::UpTo),
        409 => Sent::OffsetConflict,
        403 | 404 | 410 => Sent::Gone,
        460 => Sent::Ended(Verdict::Mismatch),
        423 => Sent::Ended(Verdict::Later("the upload is locked")),
        _ => Sent::Ended(refused(&answer)?),
    })
}

/// A refusal that concerns this piece only. What is said about login concerns everything.
fn refused(answer: &Response) -> Result<Verdict, Fault> {
    match answer.status {
        401 | 403 => Err(refusal(answer)),
        413 => Ok(Verdict::Park("the server finds it too long")),
        423 => Ok(Verdict::Later("the upload is locked")),
        _ => Ok(Verdict::Park("the server refuses it")),
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
