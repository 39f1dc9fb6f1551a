//! The transport against servers that are a few bytes long.

use super::*;
use crate::system::DiskStorage;
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
};

/// A certificate for 127.0.0.1 that signs itself, and its key: worth nothing anywhere else.
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----
MIIBZzCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAbMRkwFwYDVQQDDBBsaXVoZW4g
dGVzdCBvbmx5MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAbMRkw
FwYDVQQDDBBsaXVoZW4gdGVzdCBvbmx5MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD
QgAEZ6f1H8WazVQmzGAoU1jhomM0AOVoMQ6kNNYjdX/EG139F0ttytiq650j02Vu
6lrfyEorJ6YBVFzh/l1InN92/qNAMD4wDwYDVR0RBAgwBocEfwAAATAMBgNVHRMB
Af8EAjAAMB0GA1UdDgQWBBRuDLdBIUF7eh6tFEEAJ1T6294iuTAKBggqhkjOPQQD
AgNIADBFAiEA7S2BrYSUWbBFn0Pu4mb7icTkBGmSNBOLA5pO7ElJ9IYCIBftxdh1
jZTWcYnQFt5pV1uh1qiko212oWGV3twfbtfK
-----END CERTIFICATE-----
";
/// `openssl x509 -pubkey -noout | openssl pkey -pubin -outform der | sha256sum` of it.
const PIN: &str = "c9c89ca75df16555c12ca8611a8a4f3d03223d2d0039e75293c146f9c7690f20";
const KEY: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQKIlP1//ql92MDF2
FU1vVtRrd/1hl8U8iQmCrRwb3S+hRANCAARnp/UfxZrNVCbMYChTWOGiYzQA5Wgx
DqQ01iN1f8QbXf0XS23K2KrrnSPTZW7qWt/ISisnpgFUXOH+XUic33b+
-----END PRIVATE KEY-----
";

/// Hands the first connection to `serve` on another thread; the address, without scheme.
fn serve(serve: impl FnOnce(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || serve(listener.accept().unwrap().0));
    address
}

/// Reads a request up to its empty line, answers, and waits until the other side hangs up.
fn answer(mut stream: impl Read + Write, text: &[u8]) -> Vec<u8> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        request.push(byte[0]);
    }
    stream.write_all(text).and_then(|()| stream.flush()).unwrap();
    drop(stream.read(&mut byte));
    request
}

fn transport(dir: &tempfile::TempDir, trust: &Trust) -> HttpTransport {
    HttpTransport::new(Arc::new(DiskStorage::open(dir.path()).unwrap()), trust).unwrap()
}

fn get(url: String) -> Request {
    Request {
        method: Method::Get,
        url,
        tls_pin: None,
        headers: Vec::new(),
        body: Body::Empty,
        idle_timeout_ms: 5_000,
        max_answer_bytes: 1_000,
    }
}

async fn ask(request: Request) -> Result<Response, TransportError> {
    let dir = tempfile::tempdir().unwrap();
    transport(&dir, &Trust::System).send(request).await
}

#[tokio::test]
async fn plain_http_is_spoken_to_this_machine_only() {
    for url in [
        "http://bureau.example/",
        "http://10.0.0.1/",
        "http://127.0.0.1.example/",
        "http://localhost.example/",
        "http://0.0.0.0/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "https://user:secret@bureau.example/",
        "not a url",
    ] {
        assert!(matches!(ask(get(url.into())).await, Err(TransportError::Address(_))), "{url}");
    }
    assert!(
        checked_url("http://[::1]:80/", false).is_ok() && checked_url("http://127.8.8.8/", false).is_ok()
    );
}

#[tokio::test]
async fn an_answer_comes_with_status_headers_and_body() {
    let address = serve(|stream| {
        answer(stream, b"HTTP/1.1 409 Conflict\r\nUpload-Offset: 7\r\nContent-Length: 2\r\n\r\nhi");
    });
    let answer = ask(get(format!("http://{address}/"))).await.unwrap();
    assert_eq!(
        (answer.status, answer.header("upload-offset"), &answer.body[..]),
        (409, Some("7"), &b"hi"[..])
    );
}

#[tokio::test]
async fn a_redirect_is_an_error_not_a_way() {
    let address = serve(|stream| {
        answer(stream, b"HTTP/1.1 307 No\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
    });
    assert_eq!(ask(get(format!("http://{address}/"))).await.unwrap_err(), TransportError::Answer("redirect"));
}

#[tokio::test]
async fn an_answer_longer_than_allowed_is_refused() {
    let long = [&b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n"[..], &[b'x'; 1001][..]].concat();
    let address = serve(move |stream| {
        answer(stream, &long);
    });
    assert!(matches!(ask(get(format!("http://{address}/"))).await, Err(TransportError::Answer(_))));
}

#[tokio::test]
async fn silence_before_and_inside_an_answer_is_a_lost_connection() {
    for text in [&b""[..], b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"] {
        let address = serve(move |stream| {
            answer(stream, text);
        });
        let request = Request { idle_timeout_ms: 50, ..get(format!("http://{address}/")) };
        assert_eq!(ask(request).await.unwrap_err(), TransportError::Lost);
    }
}

#[tokio::test]
async fn an_answer_that_drips_is_not_waited_for() {
    let address = serve(|mut stream| {
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
        stream.write_all(head).unwrap();
        // Never silent for a whole idle time-out; the other side hangs up before the end.
        stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let mut request = [0; 1024];
        while stream.write_all(b"x").is_ok() {
            drop(stream.read(&mut request));
        }
    });
    let request = Request { idle_timeout_ms: 100, ..get(format!("http://{address}/")) };
    assert_eq!(ask(request).await.unwrap_err(), TransportError::Lost);
}

#[tokio::test]
async fn nobody_there_is_told_from_a_broken_connection() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(ask(get(format!("http://{closed}/"))).await.unwrap_err(), TransportError::Connect);
    let address = serve(drop);
    assert_eq!(ask(get(format!("http://{address}/"))).await.unwrap_err(), TransportError::Lost);
}

#[tokio::test]
async fn a_server_without_tls_where_it_must_be_is_nobody() {
    let address = serve(|stream| {
        let mut stream = stream;
        drop(stream.read(&mut [0; 16]));
        drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
    });
    assert_eq!(ask(get(format!("https://{address}/"))).await.unwrap_err(), TransportError::Identity);
}

fn serve_tls() -> String {
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    serve(move |stream| {
        let connection = rustls::ServerConnection::new(Arc::new(config)).unwrap();
        let mut stream = rustls::StreamOwned::new(connection, stream);
        if stream.read(&mut [0; 1]).is_ok() {
            answer(stream, b"HTTP/1.1 204 No Content\r\n\r\n");
        }
    })
}

#[tokio::test]
async fn a_certificate_of_the_pinned_authority_is_believed() {
    let dir = tempfile::tempdir().unwrap();
    let transport = transport(&dir, &Trust::Only(CERTIFICATE.into()));
    let answer = transport.send(get(format!("https://{}/", serve_tls()))).await.unwrap();
    assert_eq!(answer.status, 204);
}

#[tokio::test]
async fn a_certificate_of_nobody_known_is_refused() {
    assert_eq!(ask(get(format!("https://{}/", serve_tls()))).await.unwrap_err(), TransportError::Identity);
    let storage = Arc::new(DiskStorage::open(tempfile::tempdir().unwrap().path()).unwrap());
    assert!(HttpTransport::new(storage, &Trust::Only("no certificate".into())).is_err());
}

#[tokio::test]
async fn whoever_proves_the_pinned_key_is_believed_whatever_the_system_thinks() {
    let request = Request { tls_pin: Some(PIN.parse().unwrap()), ..get(format!("https://{}/", serve_tls())) };
    assert_eq!(ask(request).await.unwrap().status, 204);
}

#[tokio::test]
async fn another_key_than_the_pinned_one_is_refused_even_of_an_authority_that_is_trusted() {
    let dir = tempfile::tempdir().unwrap();
    let transport = transport(&dir, &Trust::Only(CERTIFICATE.into()));
    let pin = Some(Digest::of(b"another key"));
    let request = Request { tls_pin: pin, ..get(format!("https://{}/", serve_tls())) };
    assert_eq!(transport.send(request).await.unwrap_err(), TransportError::Identity);
}

#[tokio::test]
async fn whose_key_is_pinned_is_never_spoken_to_without_tls() {
    let pinned = |url: String| Request { tls_pin: Some(PIN.parse().unwrap()), ..get(url) };
    let refused = ask(pinned("http://127.0.0.1:1/".into())).await.unwrap_err();
    assert!(matches!(refused, TransportError::Address(_)), "{refused}");
    let address = serve(|mut stream| {
        drop(stream.read(&mut [0; 16]));
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
    });
    assert_eq!(ask(pinned(format!("https://{address}/"))).await.unwrap_err(), TransportError::Identity);
}

#[tokio::test]
async fn the_oldest_of_too_many_pins_is_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let transport = transport(&dir, &Trust::System);
    for number in 0..=MOST_PINS as u8 {
        transport.client_for(Some(Digest([number; 32]))).unwrap();
    }
    let kept = transport.pinned.lock().unwrap();
    assert_eq!((kept.len(), kept[0].0), (MOST_PINS, Digest([1; 32])));
}

#[tokio::test]
async fn a_part_of_a_file_is_sent_with_its_length() {
    let (sender, received) = std::sync::mpsc::channel();
    let address = serve(move |mut stream| {
        let mut request = Vec::new();
        let mut part = [0; 4096];
        while !request.ends_with(b"the end") {
            let got = stream.read(&mut part).unwrap();
            request.extend_from_slice(&part[..got]);
        }
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
        sender.send(String::from_utf8(request).unwrap()).unwrap();
    });
    let dir = tempfile::tempdir().unwrap();
    let long = format!("before{}the endafter", "x".repeat(300_000));
    std::fs::write(dir.path().join("piece"), &long).unwrap();
    let len_bytes = long.len() as u64 - 11;
    let body = Body::File { path: "piece".into(), offset: 6, len_bytes };
    let request = Request { method: Method::Patch, body, ..get(format!("http://{address}/u")) };
    let answer = transport(&dir, &Trust::System).send(request).await.unwrap();
    assert_eq!(answer.status, 204);
    let request = received.recv().unwrap();
    assert!(request.starts_with("PATCH /u HTTP/1.1\r\n"));
    assert!(request.contains(&format!("content-length: {len_bytes}\r\n")));
    assert!(!request.contains("transfer-encoding"));
    assert!(request.ends_with(&long[6..long.len() - 5]));
}

#[tokio::test]
async fn a_file_that_is_missing_or_too_short_is_said_to_be_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("short"), b"abc").unwrap();
    for path in ["short", "missing"] {
        let address = serve(|stream| {
            answer(stream, b"");
        });
        let body = Body::File { path: path.into(), offset: 0, len_bytes: 4 };
        let request = Request { method: Method::Patch, body, ..get(format!("http://{address}/u")) };
        let error = transport(&dir, &Trust::System).send(request).await.unwrap_err();
        assert_eq!(error, TransportError::File, "{path}");
    }
}
