//! A network that breaks: a TCP relay in front of the bureau that closes every connection once a number of bytes
//! has gone up, or swallows what comes after, and stays so until it is mended.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Bytes that may still go up; at or below zero nothing passes. `i64::MAX` when the network is whole.
struct Budget {
    left: AtomicI64,
    cuts: AtomicU64,
    /// Whether what is over the budget disappears instead of ending the connection.
    stalling: AtomicBool,
    stalls: AtomicU64,
}

/// The relay. Stops when dropped with its runtime.
pub struct Cut {
    address: SocketAddr,
    budget: Arc<Budget>,
}

impl Cut {
    /// Starts relaying to `bureau` on a loopback port.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(bureau: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let budget = Arc::new(Budget {
            left: AtomicI64::new(i64::MAX),
            cuts: AtomicU64::new(0),
            stalling: AtomicBool::new(false),
            stalls: AtomicU64::new(0),
        });
        let shared = Arc::clone(&budget);
        tokio::spawn(async move {
            while let Ok((phone, _)) = listener.accept().await {
                let budget = Arc::clone(&shared);
                tokio::spawn(async move {
                    let _ = relay(phone, bureau, &budget).await;
                });
            }
        });
        Ok(Self { address, budget })
    }

    /// The relay's own address: what the phone knows as the bureau.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Lets `bytes` more go up, then cuts.
    pub fn cut_after(&self, bytes: i64) {
        self.budget.left.store(bytes, Ordering::SeqCst);
    }

    /// Lets `bytes` more go up; what comes then disappears, and nobody answers.
    pub fn stall_after(&self, bytes: i64) {
        self.budget.stalling.store(true, Ordering::SeqCst);
        self.budget.left.store(bytes, Ordering::SeqCst);
    }

    /// Connections that stalled.
    pub fn stalls(&self) -> u64 {
        self.budget.stalls.load(Ordering::SeqCst)
    }

    /// Makes the network whole again.
    pub fn mend(&self) {
        self.budget.stalling.store(false, Ordering::SeqCst);
        self.budget.left.store(i64::MAX, Ordering::SeqCst);
    }

    /// Connections that were cut in the middle of a transfer.
    pub fn cuts(&self) -> u64 {
        self.budget.cuts.load(Ordering::SeqCst)
    }
}

async fn relay(mut phone: TcpStream, bureau: SocketAddr, budget: &Budget) -> std::io::Result<()> {
    if budget.left.load(Ordering::SeqCst) <= 0 && !budget.stalling.load(Ordering::SeqCst) {
        return Ok(());
    }
    let mut office = TcpStream::connect(bureau).await?;
    let (mut up_from, mut down_to) = phone.split();
    let (mut down_from, mut up_to) = office.split();
    let up = async {
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let read = up_from.read(&mut buffer).await?;
            if read == 0 {
                return up_to.shutdown().await;
            }
            let whole = budget.left.load(Ordering::SeqCst) == i64::MAX;
            if !whole && budget.left.fetch_sub(read as i64, Ordering::SeqCst) <= read as i64 {
                if budget.stalling.load(Ordering::SeqCst) {
                    budget.stalls.fetch_add(1, Ordering::SeqCst);
                    // Until the phone gives up, or dies: then the bureau's end closes too.
                    while up_from.read(&mut buffer).await? > 0 {}
                } else {
                    budget.cuts.fetch_add(1, Ordering::SeqCst);
                }
                return Err(std::io::ErrorKind::ConnectionAborted.into());
            }
            up_to.write_all(&buffer[..read]).await?;
        }
    };
    let down = async {
        tokio::io::copy(&mut down_from, &mut down_to).await?;
        down_to.shutdown().await
    };
    tokio::try_join!(up, down).map(|_| ())
}
