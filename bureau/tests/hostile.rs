//! Bad input over raw connections to a real bureau process: it refuses clearly, stores nothing, goes on answering, and
//! needs no more memory than before.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use common::{
    Office, body,
    phone::Phone,
    siege::{self, Besieged, IDLE, PIECE},
};
use liuhen_bureau::{ConnectionLimits, fsck::fsck};
use liuhen_record::{Digest, ItemId, Kind, kind::Piece};
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Shutdown, TcpStream},
    time::Duration,
};

/// Not a test: what runs in the child process when it is asked for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_process() {
    siege::serve_if_asked().await;
}

impl Besieged {
    fn connect(&self) -> TcpStream {
        let line = TcpStream::connect(self.phone.url.trim_start_matches("http://")).unwrap();
        line.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        line
    }

    /// Sends bytes, ends the sending side if asked, and reads what comes back until the server closes.
    fn send(&self, bytes: &[u8], then: Then) -> String {
        let mut line = self.connect();
        // A server that refused early may have closed already.
        let _refused_early = line.write_all(bytes);
        if then == Then::End {
            let _closed = line.shutdown(Shutdown::Write);
        }
        let mut answer = Vec::new();
        let _reset = line.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// A request of the phone with these further header lines, and a body.
    fn request(&self, first: &str, more: &str, body: &[u8]) -> Vec<u8> {
        let head = format!(
            "{first} HTTP/1.1\r\nHost: bureau\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
             Tus-Resumable: 1.0.0\r\n{more}\r\n",
            self.phone.token
        );
        [head.as_bytes(), body].concat()
    }

    fn patch(&self, more: &str, body: &[u8]) -> Vec<u8> {
        let first = format!("PATCH {}", self.path);
        self.request(&first, &format!("Content-Type: application/offset+octet-stream\r\n{more}"), body)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    /// Waits for the answer.
    Wait,
    /// Sends no more.
    End,
}

fn status(answer: &str) -> u16 {
    answer.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok()).unwrap_or(0)
}

#[tokio::test]
async fn requests_that_are_none_are_refused() {
    let siege = Besieged::begin().await;
    let long = "x".repeat(70_000);
    let many = "x: 1\r\n".repeat(80);
    let length =
        |value: &str| siege.patch(&format!("Upload-Offset: 0\r\nContent-Length: {value}\r\n"), PIECE);
    // With a checksum, so that nothing of what came before the mistake is kept.
    let chunked = |value: &str, body: &[u8]| {
        let sum = "Upload-Checksum: sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        siege.patch(&format!("Upload-Offset: 0\r\n{sum}\r\nTransfer-Encoding: {value}\r\n"), body)
    };
    let table: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", b"\r\n\r\n\r\n".to_vec()),
        ("noise", vec![0xff; 4096]),
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec()),
        ("no version", b"GET /v1/identity\r\n\r\n".to_vec()),
        ("another version", b"GET /v1/identity HTTP/3.7\r\nHost: a\r\n\r\n".to_vec()),
        ("a space in a name", b"GET /v1/identity HTTP/1.1\r\nHo st: a\r\n\r\n".to_vec()),
        ("a NUL in a value", b"GET /v1/identity HTTP/1.1\r\nHost: a\0b\r\n\r\n".to_vec()),
        ("a folded line", b"GET /v1/identity HTTP/1.1\r\nHost: a\r\n b\r\n\r\n".to_vec()),
        ("a long header", siege.request("GET /v1/identity", &format!("x: {long}\r\n"), b"")),
        ("many headers", siege.request("GET /v1/identity", &many, b"")),
        ("a long address", siege.request(&format!("GET /{long}"), "", b"")),
        (
            "two lengths",
            siege.patch("Upload-Offset: 0\r\nContent-Length: 36\r\nContent-Length: 5\r\n", PIECE),
        ),
        ("a negative length", length("-1")),
        ("a signed length", length("+36")),
        ("a hexadecimal length", length("0x24")),
        ("a list of lengths", length("36, 5")),
        ("a length of 2^64", length("18446744073709551616")),
        (
            "both lengths",
            siege.patch(
                "Upload-Offset: 0\r\nContent-Length: 36\r\nTransfer-Encoding: chunked\r\n",
                b"0\r\n\r\n",
            ),
        ),
        ("another coding", chunked("gzip", PIECE)),
        ("chunked, then another", chunked("chunked, identity", PIECE)),
        ("a coding that looks so", chunked("xchunked", PIECE)),
        ("a chunk of no size", chunked("chunked", b"zz\r\nabc\r\n0\r\n\r\n")),
        ("a chunk beyond 2^64", chunked("chunked", b"ffffffffffffffffff\r\nabc\r\n0\r\n\r\n")),
        ("a chunk that is longer than said", chunked("chunked", b"2\r\nabcdef\r\n0\r\n\r\n")),
    ];
    for (name, bytes) in table {
        let answer = siege.send(&bytes, Then::End);
        let status = status(&answer);
        assert!(status == 0 || (400..500).contains(&status), "{name}: {answer}");
        assert_eq!(
            answer.matches("HTTP/1.1 ").count(),
            usize::from(status != 0),
            "{name}: one answer: {answer}"
        );
    }
    siege.end().await;
}

#[tokio::test]
async fn what_stands_behind_a_refused_body_is_no_request() {
    let siege = Besieged::begin().await;
    let inner = "GET /v1/identity HTTP/1.1\r\nHost: inner\r\n\r\n";
    let smuggled = format!("0\r\n\r\n{inner}");
    let first = "POST /v1/uploads HTTP/1.1\r\nHost: bureau\r\nTus-Resumable: 1.0.0\r\n";
    for lengths in [
        format!("Content-Length: {}\r\nTransfer-Encoding: chunked\r\n", smuggled.len()),
        "Content-Length: 4\r\nContent-Length: 50\r\n".to_owned(),
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n".to_owned(),
    ] {
        let answer = siege.send(format!("{first}{lengths}\r\n{smuggled}").as_bytes(), Then::End);
        assert!(!answer.contains("\"vkey\""), "{lengths}: {answer}");
    }
    siege.end().await;
}

#[tokio::test]
async fn headers_that_read_wrongly_are_refused_by_name() {
    let siege = Besieged::begin().await;
    let offset = "Upload-Offset: 0\r\nContent-Length: 36\r\n";
    let sum = STANDARD.encode(Digest::of(PIECE).0);
    let table: Vec<(Vec<u8>, u16, &str)> = vec![
        (siege.patch("Content-Length: 36\r\n", PIECE), 400, "bad_header"),
        (
            siege.patch("Upload-Offset: 0\r\nUpload-Offset: 0\r\nContent-Length: 36\r\n", PIECE),
            400,
            "bad_header",
        ),
        (
            siege.patch("Upload-Offset: 99999999999999999999\r\nContent-Length: 36\r\n", PIECE),
            400,
            "bad_header",
        ),
        (
            siege.patch(
                &format!("{offset}Upload-Checksum: sha256 {sum}\r\nUpload-Checksum: sha1 x\r\n"),
                PIECE,
            ),
            400,
            "bad_header",
        ),
        (siege.patch(&format!("{offset}Upload-Checksum: sha256\r\n"), PIECE), 400, "bad_header"),
        (siege.patch(&format!("{offset}Upload-Checksum: sha256 {sum}AAAA\r\n"), PIECE), 400, "bad_header"),
        (siege.patch(&format!("{offset}Upload-Checksum: md5 {sum}\r\n"), PIECE), 400, "bad_header"),
        (siege.patch(&format!("{offset}X-HTTP-Method-Override: a b\r\n"), PIECE), 400, "bad_header"),
        (siege.patch(&format!("{offset}X-HTTP-Method-Override: TRACE\r\n"), PIECE), 405, "method"),
        (siege.patch(&format!("{offset}Tus-Resumable: 1.0.0\r\n"), PIECE), 412, "tus_version"),
        (siege.patch(&format!("{offset}Authorization: Bearer 0\r\n"), PIECE), 401, "token"),
    ];
    refused_by_name(&siege, table);
    siege.end().await;
}

#[tokio::test]
async fn creations_and_addresses_that_read_wrongly_are_refused_by_name() {
    let siege = Besieged::begin().await;
    let create = |more: &str| siege.request("POST /v1/uploads", &format!("Content-Length: 0\r\n{more}"), b"");
    let right = Phone::metadata(siege.item, 0, Digest::of(PIECE));
    let zeros = Phone::metadata(siege.item, 0, Digest::ZERO);
    let table: Vec<(Vec<u8>, u16, &str)> = vec![
        (create("Upload-Length: 36\r\nUpload-Metadata: \u{7559}\r\n"), 400, "bad_header"),
        (
            create(&format!("Upload-Length: 36\r\nUpload-Metadata: {}\r\n", "a".repeat(5000))),
            400,
            "bad_header",
        ),
        (
            create("Upload-Length: 36\r\nUpload-Metadata: item AAAA,piece AAAA,sha256 AAAA\r\n"),
            422,
            "metadata",
        ),
        (create(&format!("Upload-Length: 36\r\nUpload-Metadata: {zeros}\r\n")), 422, "piece_mismatch"),
        (
            create(&format!("Upload-Length: 36\r\nUpload-Concat: partial\r\nUpload-Metadata: {right}\r\n")),
            400,
            "concatenation",
        ),
        (siege.request("HEAD /v1/uploads/..%2f..%2f..%2fetc%2fpasswd", "", b""), 404, ""),
        (siege.request("DELETE /v1/uploads/%00%ff", "Content-Length: 0\r\n", b""), 404, "upload_unknown"),
        (
            siege.request(&format!("DELETE /v1/uploads/{}", "A".repeat(32)), "Content-Length: 0\r\n", b""),
            404,
            "upload_unknown",
        ),
        (siege.request("GET /v1/receipts?seqs=9999999999999999999-1", "", b""), 400, "bad_query"),
        (siege.request("GET /v1/receipts?since_size=-1", "", b""), 400, "bad_query"),
        (siege.request("GET /v1/receipts?items=%00", "", b""), 400, "bad_query"),
    ];
    refused_by_name(&siege, table);
    siege.end().await;
}

fn refused_by_name(siege: &Besieged, table: Vec<(Vec<u8>, u16, &str)>) {
    for (bytes, wanted, code) in table {
        let answer = siege.send(&bytes, Then::Wait);
        assert_eq!(status(&answer), wanted, "{code}: {answer}");
        assert!(answer.contains(code), "{code}: {answer}");
    }
}

#[tokio::test]
async fn json_that_is_deep_long_or_broken_is_refused() {
    let siege = Besieged::begin().await;
    let post = |path: &str, body: &[u8]| {
        let more = format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
        siege.send(&siege.request(&format!("POST {path}"), &more, body), Then::Wait)
    };
    let deep = [vec![b'['; 60_000], vec![b']'; 4000]].concat();
    let nested = format!("{{\"records\":{}{}}}", "[".repeat(3_000_000), "]".repeat(3_000_000));
    for (path, body, wanted) in [
        ("/v1/challenge", deep.as_slice(), 400),
        ("/v1/challenge", b"{\"device\":\"\xff\"}".as_slice(), 400),
        ("/v1/challenge", b"{\"device\":1e999}".as_slice(), 400),
        ("/v1/challenge", &vec![b' '; 70_000], 413),
        ("/v1/records", nested.as_bytes(), 400),
        ("/v1/records", &vec![b' '; (8 << 20) + 1], 413),
        ("/v1/records", br#"{"records":[{"bytes":"not a record"}]}"#, 422),
    ] {
        let answer = post(path, body);
        // A server that refuses before it read everything may reset the connection before its answer is read.
        assert!(
            status(&answer) == wanted || answer.is_empty() && wanted == 413,
            "{path}: {wanted}: {answer}"
        );
    }
    siege.end().await;
}

#[tokio::test]
async fn a_body_of_ten_gigabytes_is_refused_by_its_length_and_by_its_bytes() {
    let siege = Besieged::begin().await;
    let said = siege.patch("Upload-Offset: 0\r\nContent-Length: 10737418240\r\n", &[0; 1000]);
    assert_eq!(status(&siege.send(&said, Then::End)), 413);
    let mut line = siege.connect();
    line.write_all(&siege.patch("Upload-Offset: 0\r\nTransfer-Encoding: chunked\r\n", b"")).unwrap();
    let chunk = [b"10000\r\n".as_slice(), &vec![7; 0x10000], b"\r\n"].concat();
    // Ten gigabytes, if nobody stops it.
    let sent = (0..163_840).take_while(|_| line.write_all(&chunk).is_ok()).count();
    assert!(sent < 4096, "{sent} chunks were taken");
    siege.end().await;
}

#[tokio::test]
async fn bodies_that_drip_or_stall_are_given_up() {
    let siege = Besieged::begin().await;
    let sum = format!("Upload-Checksum: sha256 {}\r\n", STANDARD.encode(Digest::of(PIECE).0));
    for bytes in [
        siege.patch(&format!("Upload-Offset: 0\r\n{sum}Content-Length: 36\r\n"), &PIECE[..5]),
        siege.patch("Upload-Offset: 0\r\nContent-Length: 36\r\n", b""),
        siege.request("POST /v1/records", "Content-Type: application/json\r\nContent-Length: 50\r\n", b"{"),
    ] {
        let answer = siege.send(&bytes, Then::Wait);
        assert_eq!(status(&answer), 408, "{answer}");
        assert!(answer.to_ascii_lowercase().contains("retry-after: "), "{answer}");
    }
    // One byte whenever the last one was taken never stalls, and is too slow all the same.
    let mut line = siege.connect();
    line.write_all(&siege.patch(&format!("Upload-Offset: 0\r\n{sum}Content-Length: 36\r\n"), b"")).unwrap();
    let mut dripping = line.try_clone().unwrap();
    let drip = std::thread::spawn(move || {
        for byte in &PIECE[..35] {
            std::thread::park_timeout(IDLE / 20);
            let _closed = dripping.write_all(&[*byte]);
        }
    });
    let mut answer = String::new();
    let _reset = line.read_to_string(&mut answer);
    drip.join().unwrap();
    assert_eq!(status(&answer), 408, "{answer}");
    siege.end().await;
}

#[tokio::test]
async fn a_refusal_waits_for_no_body_and_asks_for_none() {
    let siege = Besieged::begin().await;
    let head = "POST /v1/records HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer 0\r\nContent-Length: 1000\r\n\r\n";
    assert_eq!(status(&siege.send(head.as_bytes(), Then::Wait)), 401, "so a proxy that collects can be seen");
    let waiting = siege.patch("Upload-Offset: 7\r\nContent-Length: 29\r\nExpect: 100-continue\r\n", b"");
    let answer = siege.send(&waiting, Then::Wait);
    assert!(status(&answer) == 409 && !answer.contains("100 Continue"), "{answer}");
    siege.end().await;
}

#[tokio::test]
async fn two_hundred_connections_that_say_nothing_keep_nobody_out() {
    let siege = Besieged::begin().await;
    let half = siege.patch("Upload-Offset: 0\r\nContent-Length: 36\r\n", b"");
    let held: Vec<TcpStream> = (0..200)
        .map(|n| {
            let mut line = siege.connect();
            line.write_all(&half[..half.len() - (n % 3)]).unwrap();
            line
        })
        .collect();
    siege.phone.get("/v1/records/head").await.ok();
    drop(held);
    siege.end().await;
}

/// Connections of the bureau that is kept busy with nothing, and how long it bears one.
const FEW: ConnectionLimits = ConnectionLimits { at_once: 30, header_time: Duration::from_secs(1) };
/// The preface of HTTP/2 (RFC 9113 §3.4), an empty SETTINGS frame, and the acknowledgement of the server's.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0\0\x04\x01\0\0\0\0";

/// Reads frames of HTTP/2 until the server closes; answers the first so many PINGs (RFC 9113 §6.7).
fn answer_pings(line: &mut TcpStream, most: usize) {
    let (mut head, mut answered) = ([0; 9], 0);
    while line.read_exact(&mut head).is_ok() {
        let mut payload = vec![0; usize::from(head[1]) << 8 | usize::from(head[2])];
        if line.read_exact(&mut payload).is_err() {
            return;
        }
        if head[3] == 6 && answered < most {
            head[4] = 1;
            let _closed = line.write_all(&[&head, payload.as_slice()].concat());
            answered += 1;
            assert!(answered < 60, "the server keeps who asks for nothing");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_only_holds_a_connection_is_closed_and_keeps_nobody_out() {
    let office = Office::open_tuned(|config| config.connections = FEW).await;
    let address = office.bureau().address();
    let held: Vec<_> = (0..FEW.at_once)
        .map(|n| {
            let mut line = TcpStream::connect(address).unwrap();
            line.set_read_timeout(Some(Duration::from_mins(2))).unwrap();
            let said = [b"".as_slice(), b"PRI * HTTP", PREFACE][n % 3];
            line.write_all(said).unwrap();
            std::thread::spawn(move || match n % 3 {
                // Some answer no PING, some all, some not the one that says goodbye.
                2 => answer_pings(&mut line, [0, usize::MAX, 1][n / 3 % 3]),
                _ => assert_eq!(line.read(&mut [0; 64]).unwrap(), 0),
            })
        })
        .collect();
    let asked = common::client().get(format!("{}/v1/identity", office.url())).send();
    let answer = tokio::time::timeout(Duration::from_mins(1), asked).await;
    assert_eq!(answer.unwrap().unwrap().status(), 200);
    for line in held {
        tokio::task::spawn_blocking(|| line.join().unwrap()).await.unwrap();
    }
}

#[tokio::test]
async fn batches_that_never_end_are_kept_by_twos() {
    let siege = Besieged::begin().await;
    let part = vec![b' '; 7 << 20];
    let head = siege.request(
        "POST /v1/records",
        &format!(
            "Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: {}\r\n",
            part.len() + 100
        ),
        b"",
    );
    let mut waiting: Vec<TcpStream> = Vec::new();
    for _ in 0..40 {
        // None of those that were let in stalls meanwhile.
        for line in &mut waiting {
            line.write_all(b" ").unwrap();
        }
        let mut line = siege.connect();
        line.write_all(&head).unwrap();
        // Whoever is let in is asked for its body.
        let mut first = [0; 25];
        line.read_exact(&mut first).unwrap();
        if first == *b"HTTP/1.1 100 Continue\r\n\r\n" {
            line.write_all(&part).unwrap();
            waiting.push(line);
        } else {
            let mut answer = String::from_utf8_lossy(&first).into_owned();
            line.read_to_string(&mut answer).unwrap();
            assert_eq!(status(&answer), 429, "{answer}");
            assert!(answer.contains("too_many_batches") && answer.contains("retry-after: 5"), "{answer}");
        }
    }
    assert_eq!(waiting.len(), 2);
    for mut line in waiting {
        let mut answer = String::new();
        line.read_to_string(&mut answer).unwrap();
        assert_eq!(status(&answer), 408, "{answer}");
    }
    siege.phone.post_records(&[]).await.ok();
    siege.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn devices_that_send_too_many_batches_together_are_told_when_to_come_again() {
    let office = Office::open_tuned(|config| config.batches.at_once = 1).await;
    let (first, mut second) = (office.phone().await, office.phone().await);
    let mut line = TcpStream::connect(office.bureau().address()).unwrap();
    let head = format!(
        "POST /v1/records HTTP/1.1\r\nHost: bureau\r\nAuthorization: Bearer {}\r\nExpect: 100-continue\r\n\
         Content-Type: application/json\r\nContent-Length: 14\r\n\r\n",
        first.token
    );
    line.write_all(head.as_bytes()).unwrap();
    let mut answer = BufReader::new(line.try_clone().unwrap()).lines().map(Result::unwrap);
    assert_eq!(tokio::task::block_in_place(|| answer.next()).unwrap(), "HTTP/1.1 100 Continue");
    second.capture(&[PIECE.to_vec()]);
    second.send().await.refused(503, "busy");
    line.write_all(b"{\"records\":[]}").unwrap();
    assert_eq!(tokio::task::block_in_place(|| answer.nth(1)).unwrap(), "HTTP/1.1 200 OK");
    second.send().await.ok();
}

/// An item of so many pieces, none of which anybody has.
fn long_item(phone: &mut Phone, pieces: usize) -> ItemId {
    let (session, item) = (body::session_id(), body::item_id());
    phone.write(Some(session), Kind::SessionOpened(body::session_opened()));
    phone.write(Some(session), Kind::CaptureOpened(body::capture_opened(item)));
    let mut sealed = phone.sealed(item, &[PIECE.to_vec()]);
    let whole = Piece { sha256: Digest::ZERO, len_bytes: 32 << 20 };
    sealed.pieces.splice(0..0, vec![whole; pieces - 1]);
    sealed.len_bytes += (pieces as i64 - 1) * (32 << 20);
    phone.write(Some(session), Kind::CaptureSealed(sealed));
    item
}

#[tokio::test]
async fn what_is_missing_is_told_in_part_and_of_an_item_as_a_whole() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let counts = [3000, 1500, 1000, 1, 6000, 1];
    let items: Vec<_> = counts.map(|count| (long_item(&mut phone, count).to_string(), count)).to_vec();
    phone.send().await.ok();
    let told = async || {
        let told = phone.get("/v1/items/missing").await.ok();
        let one = |item: &serde_json::Value| {
            (item["item"].as_str().unwrap().to_owned(), item["pieces"].as_array().unwrap().len())
        };
        told["items"].as_array().unwrap().iter().map(one).collect::<Vec<_>>()
    };
    assert_eq!(told().await, items[..2]);
    let ledger = office.bureau().office();
    let store = |item: &str| {
        let item: ItemId = item.parse().unwrap();
        ledger.write(|rows| rows.item_refused(item)).unwrap();
    };
    store(&items[0].0);
    store(&items[1].0);
    assert_eq!(told().await, items[2..4], "the long one would make it too many");
    store(&items[2].0);
    store(&items[3].0);
    assert_eq!(told().await, items[4..5], "one alone is never cut");
    let refused = phone.get("/v1/items/missing").await.ok()["refused"].clone();
    assert_eq!(refused, serde_json::json!(items[..4].iter().map(|(item, _)| item).collect::<Vec<_>>()));
}

#[tokio::test]
async fn another_devices_token_and_an_expired_one_reach_nothing() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let (_, item) = phone.capture(&[PIECE.to_vec()]);
    phone.send().await.ok();
    let path = phone.create(item, 0, PIECE).await;
    let other = office.phone().await;
    for request in [other.tus("HEAD", &path), other.patch(&path, 0, PIECE), other.tus("DELETE", &path)] {
        assert_eq!(request.send().await.unwrap().status(), 404);
    }
    office.clock.advance_ms(30 * 60_000);
    for request in [phone.tus("HEAD", &path), phone.patch(&path, 0, PIECE), phone.tus("DELETE", &path)] {
        assert_eq!(request.send().await.unwrap().status(), 401);
    }
    phone.sign_in().await;
    phone.upload(item, 0, PIECE).await;
    assert!(fsck(office.bureau().office()).unwrap().broken.is_empty());
}
