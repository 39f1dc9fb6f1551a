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

/// Where one connection is cut, bytes; what is not given is not cut.
#[derive(Debug, Clone, Copy, Default)]
struct Cut {
    /// After so many bytes from the phone.
    up_bytes: Option<u64>,
    /// After so many bytes from the bureau.
    down_bytes: Option<u64>,
}

/// A TCP relay on loopback. Cuts are used up connection by connection; then the wire is sound.
pub struct CutWire {
    address: SocketAddr,
    cuts: Arc<Mutex<VecDeque<Cut>>>,
    target: Arc<Mutex<SocketAddr>>,
    task: tokio::task::JoinHandle<()>,
}

impl CutWire {
    /// A sound wire to the server at `url` (`http://address:port`).
    pub async fn to(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let target = Arc::new(Mutex::new(address_of(url)));
        let cuts: Arc<Mutex<VecDeque<Cut>>> = Arc::default();
        let (taken, towards) = (cuts.clone(), target.clone());
        let task = tokio::spawn(async move {
            while let Ok((phone, _)) = listener.accept().await {
                let target = *towards.lock().expect("not poisoned");
                tokio::spawn(relay(phone, target, taken.clone()));
            }
        });
        Self { address, cuts, target, task }
    }

    /// Where the phone finds the bureau.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The bureau moved (it was restarted).
    pub fn lead_to(&self, url: &str) {
        *self.target.lock().expect("not poisoned") = address_of(url);
    }

    /// Cuts a connection after it carried so many bytes from the phone. The first connection that would carry
    /// more is the one that is cut.
    pub fn cut_up_after(&self, bytes: u64) {
        self.cuts.lock().expect("not poisoned").push_back(Cut { up_bytes: Some(bytes), down_bytes: None });
    }

    /// Cuts a connection after so many bytes from the bureau: with 0, the whole answer is lost.
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

fn address_of(url: &str) -> SocketAddr {
    url.trim_start_matches("http://").parse().expect("an address and a port")
}

async fn relay(phone: TcpStream, target: SocketAddr, cuts: Arc<Mutex<VecDeque<Cut>>>) {
    let Ok(bureau) = TcpStream::connect(target).await else { return };
    let (phone_in, phone_out) = phone.into_split();
    let (bureau_in, bureau_out) = bureau.into_split();
    let up = carry(phone_in, bureau_out, cuts.clone(), |cut| cut.up_bytes);
    let down = carry(bureau_in, phone_out, cuts, |cut| cut.down_bytes);
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
    limit: fn(&Cut) -> Option<u64>,
) {
    let mut buffer = vec![0; 64 * 1024];
    let mut carried: u64 = 0;
    while let Ok(got @ 1..) = from.read(&mut buffer).await {
        let left = {
            let mut cuts = cuts.lock().expect("not poisoned");
            let left = cuts.front().and_then(limit).map(|most| most.saturating_sub(carried));
            if left.is_some_and(|left| left < got as u64) {
                cuts.pop_front();
                left
            } else {
                None
            }
        };
        let allowed = left.map_or(got, |left| left as usize);
        if to.write_all(&buffer[..allowed]).await.is_err() || left.is_some() {
            return;
        }
        carried += got as u64;
    }
}
