//! A network that wants a login in a web page first: a real server that answers everybody in the place of everybody
//! until somebody has logged in, and then lets everything through.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

/// How such networks answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortalStyle {
    /// A redirect to the login page (RFC 9110 §15.4).
    Redirects,
    /// The login page itself, as if it were the answer.
    Page,
    /// The status made for it (RFC 6585 §6).
    Says,
}

struct Shared {
    style: PortalStyle,
    open: AtomicBool,
    asked: AtomicU64,
}

/// The network.
pub struct Portal {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: tokio::task::JoinHandle<()>,
}

impl Portal {
    /// A portal between the phone and the server at `url` (`http://address:port`).
    pub async fn before(url: &str, style: PortalStyle) -> Self {
        let target: SocketAddr = url.trim_start_matches("http://").parse().expect("an address and a port");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared { style, open: AtomicBool::new(false), asked: AtomicU64::new(0) });
        let taken = shared.clone();
        let task = tokio::spawn(async move {
            while let Ok((phone, _)) = listener.accept().await {
                tokio::spawn(serve(phone, target, taken.clone()));
            }
        });
        Self { address, shared, task }
    }

    /// Where the phone finds the bureau, as it believes.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Somebody opens the browser and logs in.
    pub async fn log_in(&self) {
        let mut browser = TcpStream::connect(self.address).await.expect("connected");
        let form = "POST /login HTTP/1.1\r\nhost: wifi.example\r\ncontent-length: 0\r\n\r\n";
        browser.write_all(form.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        browser.read_to_string(&mut answer).await.expect("answered");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    /// The login runs out: connections that are open stay open.
    pub fn log_out(&self) {
        self.shared.open.store(false, Ordering::SeqCst);
    }

    /// Requests that it answered in the place of somebody else.
    pub fn asked(&self) -> u64 {
        self.shared.asked.load(Ordering::SeqCst)
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut phone: TcpStream, target: SocketAddr, shared: Arc<Shared>) {
    if shared.open.load(Ordering::SeqCst) {
        let Ok(mut bureau) = TcpStream::connect(target).await else { return };
        let _ended = copy_bidirectional(&mut phone, &mut bureau).await;
        return;
    }
    let mut head = Vec::new();
    let mut buffer = [0; 1024];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        match phone.read(&mut buffer).await {
            Ok(got @ 1..) => head.extend_from_slice(&buffer[..got]),
            _ => return,
        }
    }
    let page = "<!DOCTYPE html><html><title>上网认证</title></html>";
    let (status, more) = if head.starts_with(b"POST /login ") {
        shared.open.store(true, Ordering::SeqCst);
        ("200 OK", "")
    } else {
        shared.asked.fetch_add(1, Ordering::SeqCst);
        match shared.style {
            PortalStyle::Redirects => ("302 Found", "location: http://wifi.example/login\r\n"),
            PortalStyle::Page => ("200 OK", ""),
            PortalStyle::Says => ("511 Network Authentication Required", ""),
        }
    };
    let answer = format!(
        "HTTP/1.1 {status}\r\n{more}content-type: text/html; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{page}",
        page.len()
    );
    let _sent = phone.write_all(answer.as_bytes()).await;
}
