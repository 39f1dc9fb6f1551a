//! A wire between phone and bureau that is cut after so many bytes.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp},
};

/// What still passes one way before the connection that carries it is cut, bytes; what is not given is not cut.
#[derive(Debug, Clone, Copy, Default)]
struct Cut {
    /// From the phone.
    up_bytes: Option<u64>,
    /// From the bureau.
    down_bytes: Option<u64>,
}

/// A TCP relay on loopback, blind to what it carries: TLS passes. Cuts are used up one after the other; then the wire is
/// sound.
pub struct CutWire {
    scheme: String,
    address: SocketAddr,
    cuts: Arc<Mutex<VecDeque<Cut>>>,
    target: Arc<Mutex<SocketAddr>>,
    task: tokio::task::JoinHandle<()>,
}

impl CutWire {
    /// A sound wire to the server at `url` (`http://address:port`, or `https`).
    pub async fn to(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (scheme, behind) = parts_of(url);
        let target = Arc::new(Mutex::new(behind));
        let cuts: Arc<Mutex<VecDeque<Cut>>> = Arc::default();
        let (taken, towards) = (cuts.clone(), target.clone());
        let task = tokio::spawn(async move {
            while let Ok((phone, _)) = listener.accept().await {
                let target = *towards.lock().expect("not poisoned");
                tokio::spawn(relay(phone, target, taken.clone()));
            }
        });
        Self { scheme: scheme.to_owned(), address, cuts, target, task }
    }

    /// Where the phone finds the bureau.
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// The bureau moved (it was restarted).
    pub fn lead_to(&self, url: &str) {
        *self.target.lock().expect("not poisoned") = parts_of(url).1;
    }

    /// Lets so many more bytes from the phone pass, counted over all connections from when it is this cut's turn, and cuts
    /// the connection that would carry the next: connections are kept for many requests, and what they carried before says
    /// nothing about where the conversation is.
    pub fn cut_up_after(&self, bytes: u64) {
        self.cuts.lock().expect("not poisoned").push_back(Cut { up_bytes: Some(bytes), down_bytes: None });
    }

    /// The same of bytes from the bureau: with 0, the whole next answer is lost.
    pub fn cut_down_after(&self, bytes: u64) {
        self.cuts.lock().expect("not poisoned").push_back(Cut { up_bytes: None, down_bytes: Some(bytes) });
    }

    /// Cuts that did not happen yet.
    pub fn cuts_left(&self) -> usize {
        self.cuts.lock().expect("not poisoned").len()
    }
}

impl Drop for CutWire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn parts_of(url: &str) -> (&str, SocketAddr) {
    let (scheme, address) = url.split_once("://").expect("a scheme");
    (scheme, address.parse().expect("an address and a port"))
}

async fn relay(phone: TcpStream, target: SocketAddr, cuts: Arc<Mutex<VecDeque<Cut>>>) {
    let Ok(bureau) = TcpStream::connect(target).await else { return };
    let (phone_in, phone_out) = phone.into_split();
    let (bureau_in, bureau_out) = bureau.into_split();
    let up = carry(phone_in, bureau_out, cuts.clone(), |cut| cut.up_bytes.as_mut());
    let down = carry(bureau_in, phone_out, cuts, |cut| cut.down_bytes.as_mut());
    // Whichever direction ends first takes the other with it: both halves are dropped.
    tokio::select! {
        () = up => {}
        () = down => {}
    }
}

/// Carries bytes one way until the end or the cut that is first in line.
async fn carry(
    mut from: tcp::OwnedReadHalf,
    mut to: tcp::OwnedWriteHalf,
    cuts: Arc<Mutex<VecDeque<Cut>>>,
    limit: fn(&mut Cut) -> Option<&mut u64>,
) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(got @ 1..) = from.read(&mut buffer).await {
        let cut_at = {
            let mut cuts = cuts.lock().expect("not poisoned");
            let due = match cuts.front_mut().and_then(limit) {
                Some(left) if *left < got as u64 => Some(*left as usize),
                Some(left) => {
                    *left -= got as u64;
                    None
                }
                None => None,
            };
            if due.is_some() {
                cuts.pop_front();
            }
            due
        };
        if to.write_all(&buffer[..cut_at.unwrap_or(got)]).await.is_err() || cut_at.is_some() {
            return;
        }
    }
}
