//! Rung 2: our driver over btleplug, D-Bus, bluetoothd and the Linux kernel's Bluetooth stack. Runs inside a virtual
//! machine whose serial port is bumble's virtual radio; says each step and exits 0 when all of them held.
#![forbid(unsafe_code)]

use liuhen_btle::{
    BleLink, BondState, LinkEvent, PeerId, Recorder, RecorderError, Uuid, clock,
    desktop::{DesktopLink, TokioClock},
    inbox::Inbox,
    profile::{ProfileRecorder, frame},
};
use std::{error::Error, sync::Arc, time::Duration};

fn now_ms() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

/// Scans until a peer with `service` is heard.
async fn scan(link: &DesktopLink, inbox: &Inbox, service: Uuid) -> Result<PeerId, Box<dyn Error>> {
    link.scan(vec![service]).await?;
    let found = async {
        loop {
            if let LinkEvent::Found(found) = inbox.next().await {
                return found.peer;
            }
        }
    };
    let peer = tokio::time::timeout(Duration::from_secs(20), found).await?;
    link.stop_scan().await?;
    Ok(peer)
}

/// Any peer with a battery service, such as BlueZ's own server: found, connected, read.
async fn battery(link: &DesktopLink, inbox: &Inbox) -> Result<(), Box<dyn Error>> {
    let peer = scan(link, inbox, Uuid::assigned(0x180F)).await?;
    link.connect(peer).await?;
    let table = link.discover().await?;
    println!("connected: {} characteristics", table.len());
    let level = link.read(Uuid::assigned(0x2A19)).await?;
    println!("battery {level:?}");
    link.disconnect().await?;
    if level == [0x42] { Ok(()) } else { Err("another battery level".into()) }
}

async fn shift(link: Arc<DesktopLink>, peer: PeerId) -> Result<(), Box<dyn Error>> {
    let mut nonce = 0;
    let nonces = Box::new(move || {
        nonce += 1;
        [nonce; 32]
    });
    let mut recorder = ProfileRecorder::open(link.clone(), Arc::new(TokioClock::new()), peer, nonces).await?;
    println!("paired: {:?}, values of {} bytes", link.bond_state().await?, link.max_write_len());
    let identity = recorder.identity().await?;
    let proof = recorder.prove([1; 32]).await?;
    println!(
        "identity {} {}, proved {}",
        identity.id_code,
        identity.serial,
        proof.is_valid(&identity, &[1; 32])
    );
    let set = clock::set(&mut recorder, now_ms).await?;
    println!("clock {set:?}");
    let before = recorder.list_files().await?;
    println!("list of {} files", before.files().len());
    recorder.start().await?;
    recorder.mark().await?;
    let stopped = recorder.stop().await?;
    println!("recorded {:?}", stopped.file);
    // Instead of answering, the simulated recorder has its battery swapped (--fault reboot=2); the bond must hold.
    let after = recorder.list_files().await?;
    println!("reconnected with {:?}: list of {} files", link.bond_state().await?, after.files().len());
    let wrong = recorder.stop().await;
    if before.files().len() + 1 == after.files().len()
        && link.bond_state().await? == BondState::Bonded
        && wrong == Err(RecorderError::NotRecording)
    {
        return Ok(());
    }
    Err("a step did not hold".into())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let link = DesktopLink::open(Arc::new(|_| true)).await?;
    let inbox = Arc::new(Inbox::default());
    link.listen(inbox.clone());
    if std::env::args().any(|argument| argument == "battery") {
        battery(&link, &inbox).await?;
    } else {
        let peer = scan(&link, &inbox, frame::SERVICE).await?;
        println!("found {}", peer.0);
        shift(link, peer).await?;
    }
    println!("RUNG-2-OK");
    Ok(())
}
