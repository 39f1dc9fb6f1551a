//! Serves tus by tus-axum 0.1.0 with everything in memory: `tus-axum-peer PORT`, below `/files`. Test-only.
#![forbid(unsafe_code)]

use std::{error::Error, net::Ipv4Addr};
use tus_axum::{RouterOptions, TusState, create_router};
use tus_protocol::{
    Config, NoopHookExecutor, ProtocolHandle, locking::memory::MemoryLocker, state::memory::MemoryStateStore,
    storage::memory::MemoryStorage,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = std::env::args().nth(1).ok_or("usage: tus-axum-peer PORT")?.parse()?;
    let config = Config::all_extensions().with_base_path("/files");
    let protocol = ProtocolHandle::new(
        config,
        MemoryStorage::new(),
        MemoryStateStore::new(),
        MemoryLocker::new(),
        NoopHookExecutor::new(),
    );
    let router = create_router(TusState::new(protocol), RouterOptions::default())?;
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    axum::serve(listener, router).await?;
    Ok(())
}
