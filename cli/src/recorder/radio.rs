//! The desktop's own radio (feature `bluetooth`).

use crate::output::Refusal;
use liuhen_btle::{
    Found, Recorder,
    desktop::{DesktopLink, TokioClock},
    driver::{self, Driver, Opening},
};
use std::{
    io::Write as _,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::runtime::Runtime;

const SCAN: Duration = Duration::from_secs(5);

/// The radio's tasks live as long as the command.
fn runtime() -> Result<&'static Runtime, Refusal> {
    static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();
    RUNTIME
        .get_or_init(|| Runtime::new().ok())
        .as_ref()
        .ok_or_else(|| Refusal::new("runtime", "无法启动蓝牙", "the radio could not be started"))
}

fn refused(error: impl std::fmt::Display) -> Refusal {
    Refusal::new("radio", format!("蓝牙：{error}"), format!("radio: {error}"))
}

/// Asks the person at the terminal.
fn confirm(number: Option<u32>) -> bool {
    let shown = number.map_or(String::new(), |n| format!(" {n:06}"));
    eprint!("配对{shown}？/ pair{shown}? [y/N] ");
    let _ = std::io::stderr().flush();
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).is_ok() && answer.trim().eq_ignore_ascii_case("y")
}

/// Recorders nearby.
pub fn scan(time: Duration) -> Result<Vec<Found>, Refusal> {
    runtime()?.block_on(async {
        let link = DesktopLink::open(Arc::new(confirm)).await.map_err(refused)?;
        driver::scan(&*link, &TokioClock::new(), time).await.map_err(refused)
    })
}

/// The recorder that advertises this name, or that the system calls so; paired when need be.
pub fn open(name: &str) -> Result<Box<dyn Recorder>, Refusal> {
    runtime()?.block_on(async {
        let link = DesktopLink::open(Arc::new(confirm)).await.map_err(refused)?;
        let clock = Arc::new(TokioClock::new());
        let found = driver::scan(&*link, &*clock, SCAN).await.map_err(refused)?;
        let named = |found: &&Found| found.name.as_deref() == Some(name) || found.peer.0 == name;
        let Some((found, driver)) = found.iter().find(named).and_then(|f| Some((f, Driver::of(f)?))) else {
            return Err(Refusal::new(
                "not_found",
                format!("附近没有找到记录仪 {name}"),
                format!("no recorder {name} nearby"),
            ));
        };
        let nonces = Box::new(|| {
            let mut nonce = [0; 32];
            // Without randomness the nonce is zero, and no proof is worth anything: the core asks again by serial.
            let _ = liuhen_core::ports::Rng::fill(&liuhen_core::system::SystemRng::new(), &mut nonce);
            nonce
        });
        let with = Opening {
            link,
            clock,
            peer: found.peer.clone(),
            nonces,
            phone_name: "liuhen".to_owned(),
            zone_minutes: 480,
        };
        driver::open(driver, with).await.map_err(refused)
    })
}
