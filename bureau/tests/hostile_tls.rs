//! What a bureau that speaks TLS and HTTP/2 must bear: bodies without measure, streams without end, frames against the
//! rules. It refuses clearly or ends the connection, stores nothing, goes on answering, and needs no more memory than before.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use axum::{
    body::Bytes,
    http::{Method, Request},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use common::{
    frames::{self, CONTINUATION, DATA, END_HEADERS, Frames, GOAWAY, HEADERS, PING, RST_STREAM, frame},
    phone::Phone,
    siege::{self, Besieged, IDLE, PIECE},
};
use h2::{
    Reason, SendStream,
    client::{ResponseFuture, SendRequest},
};
use liuhen_bureau::CrowdLimits;
use liuhen_record::Digest;
use std::{
    future::poll_fn,
    time::{Duration, Instant},
};

/// Streams that a connection is allowed at once.
const STREAMS: usize = 64;
const TEN_GIGABYTES: u64 = 10 << 30;

/// Not a test: what runs in the child process when it is asked for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_process() {
    siege::serve_if_asked().await;
}

impl Besieged {
    async fn connect(&self) -> SendRequest<Bytes> {
        frames::connect(&self.phone.url, &self.office.data_dir()).await
    }

    fn frames(&self) -> Frames {
        Frames::connect(&self.phone.url, &self.office.data_dir())
    }

    /// What every upload of the phone says.
    fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("authorization", format!("Bearer {}", self.phone.token)),
            ("tus-resumable", "1.0.0".to_owned()),
            ("content-type", "application/offset+octet-stream".to_owned()),
        ]
    }

    /// What a request says that brings the whole piece and needs no other.
    fn whole(&self) -> Vec<(&'static str, String)> {
        let mut fields = self.fields();
        fields.extend([
            ("upload-length", PIECE.len().to_string()),
            ("upload-metadata", Phone::metadata(self.item, 0, Digest::of(PIECE))),
            ("upload-checksum", format!("sha256 {}", STANDARD.encode(Digest::of(PIECE).0))),
        ]);
        fields
    }

    /// Begins an append to the phone's upload.
    async fn append(&self, requests: &mut SendRequest<Bytes>, more: &[(&'static str, String)]) -> Begun {
        let mut request = Request::builder()
            .method(Method::PATCH)
            .uri(format!("{}{}", self.phone.url, self.path))
            .header("upload-offset", 0);
        for (name, value) in self.fields().iter().chain(more) {
            request = request.header(*name, value);
        }
        poll_fn(|context| requests.poll_ready(context)).await.unwrap();
        let (answer, body) = requests.send_request(request.body(()).unwrap(), false).unwrap();
        Begun { answer, body }
    }

    /// The block of headers of a creation that brings the whole piece.
    fn block(&self) -> Vec<u8> {
        let whole = self.whole();
        let mut fields = vec![
            (":method", "POST"),
            (":scheme", "https"),
            (":authority", "bureau"),
            (":path", "/v1/uploads"),
        ];
        fields.extend(whole.iter().map(|(name, value)| (*name, value.as_str())));
        frames::headers(&fields)
    }
}

/// A request under way.
struct Begun {
    answer: ResponseFuture,
    body: SendStream<Bytes>,
}

impl Begun {
    /// Sends a part when the server's windows have room for it; whether it wants any more.
    async fn send(&mut self, part: &Bytes) -> bool {
        self.body.reserve_capacity(part.len());
        while self.body.capacity() < part.len() {
            match poll_fn(|context| self.body.poll_capacity(context)).await {
                Some(Ok(_more)) => {}
                _ => return false,
            }
        }
        self.body.send_data(part.clone(), false).is_ok()
    }

    /// The status that it is answered with.
    async fn status(self) -> u16 {
        self.answer.await.unwrap().status().as_u16()
    }
}

#[tokio::test]
async fn a_body_of_ten_gigabytes_is_refused_by_its_length_and_by_its_bytes() {
    let siege = Besieged::begin_by_tls().await;
    let mut requests = siege.connect().await;
    let said = siege.append(&mut requests, &[("content-length", TEN_GIGABYTES.to_string())]).await;
    assert_eq!(said.status().await, 413);
    let mut streamed = siege.append(&mut requests, &[]).await;
    let (part, mut sent_bytes) = (Bytes::from(vec![7; 16 << 10]), 0);
    while sent_bytes < TEN_GIGABYTES && streamed.send(&part).await {
        sent_bytes += part.len() as u64;
    }
    assert!(sent_bytes < 256 << 20, "{sent_bytes} bytes were taken");
    assert_eq!(streamed.status().await, 413);
    siege.end().await;
}

#[tokio::test]
async fn bodies_that_drip_or_stall_are_given_up_and_the_connection_goes_on() {
    let siege = Besieged::begin_by_tls().await;
    let mut requests = siege.connect().await;
    let sum = ("upload-checksum", format!("sha256 {}", STANDARD.encode(Digest::of(PIECE).0)));
    let len = ("content-length", PIECE.len().to_string());
    for sent in [&b""[..], &PIECE[..5]] {
        let mut stalled = siege.append(&mut requests, &[sum.clone(), len.clone()]).await;
        assert!(stalled.send(&Bytes::from_static(sent)).await);
        // It must be held all the while: a dropped body is a reset.
        let Begun { answer, body: _held } = stalled;
        assert_eq!(answer.await.unwrap().status(), 408);
    }
    // One byte whenever the last one was taken never stalls, and is too slow all the same.
    let Begun { answer, mut body } = siege.append(&mut requests, &[sum, len]).await;
    let dripping = async {
        for byte in &PIECE[..35] {
            tokio::time::sleep(IDLE / 20).await;
            let _closed = body.send_data(Bytes::copy_from_slice(&[*byte]), false);
        }
    };
    let (answer, ()) = tokio::join!(answer, dripping);
    assert_eq!(answer.unwrap().status(), 408);
    siege.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hundred_streams_that_stall_on_one_connection_most_are_refused_and_the_rest_given_up() {
    let siege = Besieged::begin_by_tls().await;
    let (mut line, block) = (siege.frames(), siege.block());
    let streams: Vec<u32> = (0..200).map(|n| 2 * n + 1).collect();
    for stream in &streams {
        let headers = frame(HEADERS, END_HEADERS, *stream, &block);
        line.send(&[headers, frame(DATA, 0, *stream, &PIECE[..5])].concat()).unwrap();
    }
    siege.phone.get("/v1/records/head").await.ok();
    let (mut refused, mut answered) = (0, 0);
    while refused + answered < streams.len() {
        let frame = tokio::task::block_in_place(|| line.next()).expect("the connection goes on");
        refused += usize::from(frame.kind == RST_STREAM && frame.reason() == Some(Reason::REFUSED_STREAM));
        answered += usize::from(frame.kind == HEADERS);
    }
    assert_eq!((refused, answered), (streams.len() - STREAMS, STREAMS));
    siege.end().await;
}

#[tokio::test]
async fn streams_that_are_opened_and_reset_in_one_breath_end_the_connection() {
    let siege = Besieged::begin_by_tls().await;
    let (mut line, block) = (siege.frames(), siege.block());
    let opened_and_reset = |n: u32| {
        let (stream, cancel) = (2 * n + 1, u32::from(Reason::CANCEL).to_be_bytes());
        [frame(HEADERS, END_HEADERS, stream, &block), frame(RST_STREAM, 0, stream, &cancel)].concat()
    };
    // In one TLS record: the server reads all of it before it begins any of these requests.
    line.send(&(0..24).flat_map(opened_and_reset).collect::<Vec<_>>()).unwrap();
    let goodbye = std::iter::from_fn(|| line.next()).find(|frame| frame.kind == GOAWAY);
    assert_eq!(goodbye.and_then(|frame| frame.reason()), Some(Reason::ENHANCE_YOUR_CALM));
    assert!(line.next().is_none(), "the connection is closed");
    siege.end().await;
}

#[tokio::test]
async fn uploads_that_are_reset_after_they_began_hold_no_place_and_leave_no_file() {
    let siege = Besieged::begin_by_tls().await;
    let (mut line, block) = (siege.frames(), siege.block());
    // More than all the places that there are.
    for n in 0..CrowdLimits::UPLOADS.at_once as u32 * 2 {
        let stream = 2 * n + 1;
        line.send(&[frame(HEADERS, END_HEADERS, stream, &block), frame(PING, 0, 0, &[0; 8])].concat())
            .unwrap();
        // With its answer the request was taken up.
        while line.next().expect("the connection goes on").kind != PING {}
        line.send(&frame(RST_STREAM, 0, stream, &u32::from(Reason::CANCEL).to_be_bytes())).unwrap();
    }
    // What they began ends when it sees that nothing more comes.
    let until = Instant::now() + Duration::from_mins(1);
    while siege.staged_files() > 0 {
        assert!(Instant::now() < until, "{} files", siege.staged_files());
        siege.phone.get("/v1/records/head").await.ok();
    }
    siege.end().await;
}

#[tokio::test]
async fn headers_that_never_end_end_the_connection() {
    let siege = Besieged::begin_by_tls().await;
    let mut line = siege.frames();
    line.send(&frame(HEADERS, 0, 1, &siege.block())).unwrap();
    let more = frame(CONTINUATION, 0, 1, &frames::headers(&[("x", "y".repeat(1000).as_str())]).repeat(16));
    // A gigabyte, if nobody stops it.
    let sent = (0..65_536).take_while(|_| line.send(&more).is_ok()).count();
    assert!(sent < 4096, "{sent} frames were taken");
    siege.end().await;
}
