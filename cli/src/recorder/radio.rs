//! The desktop's own radio (feature `bluetooth`).

use crate::output::Refusal;
use liuhen_btle::{
    BleLink as _, Found, LinkError, Recorder, RecorderError,
    desktop::{DesktopLink, TokioClock},
    driver::{self, Driver, Opening},
};
use liuhen_core::phone::PhoneError;
use std::{
    io::Write as _,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::runtime::Runtime;

/// A recorder that is sought is mostly heard at once: it is listened for so long at a time,
const LOOK: Duration = Duration::from_secs(1);
/// and so often.
const LOOKS: usize = 8;

/// The radio's tasks live as long as the command.
fn runtime() -> Result<&'static Runtime, Refusal> {
    static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();
    RUNTIME
        .get_or_init(|| Runtime::new().ok())
        .as_ref()
        .ok_or_else(|| Refusal::new("runtime", "无法启动蓝牙", "the radio could not be started"))
}

/// Why there is no radio, in words that say what is missing.
fn no_radio(error: LinkError) -> Refusal {
    match error {
        LinkError::AdapterOff => Refusal::new(
            "no_adapter",
            "本机没有可用的蓝牙：没有蓝牙适配器，或适配器已关闭；没有蓝牙时可用 liuhen recorder simulate 和 --link sim:HOST:PORT",
            "no Bluetooth here: there is no adapter, or it is switched off; without one use `liuhen recorder simulate` and --link sim:HOST:PORT",
        ),
        error => Refusal::new(
            "no_bluetooth_service",
            format!(
                "不能使用系统的蓝牙服务（{error}）：在 Linux 上请确认 D-Bus 系统总线和 bluetoothd 正在运行（apt-get install bluez）"
            ),
            format!(
                "the system's Bluetooth service cannot be used ({error}): on Linux the D-Bus system bus and bluetoothd must run (apt-get install bluez)"
            ),
        ),
    }
}

fn refused(error: RecorderError) -> Refusal {
    PhoneError::from(error).into()
}

async fn link() -> Result<Arc<DesktopLink>, Refusal> {
    DesktopLink::open(Arc::new(confirm)).await.map_err(no_radio)
}

/// Asks the person at the terminal.
fn confirm(number: Option<u32>) -> bool {
    let shown = number.map_or(String::new(), |n| format!(" {n:06}"));
    eprint!("配对{shown}？/ pair{shown}? [y/N] ");
    let _ = std::io::stderr().flush();
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).is_ok() && answer.trim().eq_ignore_ascii_case("y")
}

/// The link of this command, once it has a recorder.
static CONNECTED: OnceLock<Arc<DesktopLink>> = OnceLock::new();

/// Lets the recorder go at the end of the command.
pub fn let_go() {
    if let (Some(link), Ok(runtime)) = (CONNECTED.get(), runtime()) {
        // One that is gone already is let go.
        let _ = runtime.block_on(link.disconnect());
    }
}

/// Recorders nearby.
pub fn scan(time: Duration) -> Result<Vec<Found>, Refusal> {
    runtime()?.block_on(async {
        let link = link().await?;
        driver::scan(&*link, &TokioClock::new(), time).await.map_err(refused)
    })
}

/// The recorder that advertises this name, or that the system calls so; paired when need be.
pub fn open(name: &str) -> Result<Box<dyn Recorder>, Refusal> {
    runtime()?.block_on(async {
        let link = link().await?;
        let clock = Arc::new(TokioClock::new());
        let named = |found: &Found| found.name.as_deref() == Some(name) || found.peer.0 == name;
        let mut heard = None;
        for _ in 0..LOOKS {
            let found = driver::scan(&*link, &*clock, LOOK).await.map_err(refused)?;
            heard = found.into_iter().find(named).and_then(|found| Some((Driver::of(&found)?, found)));
            if heard.is_some() {
                break;
            }
        }
        let Some((driver, found)) = heard else {
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
        // BlueZ keeps a connection beyond its program, and a connected recorder is not heard by the next scan.
        let _ = CONNECTED.set(link.clone());
        let with = Opening {
            link,
            clock,
            peer: found.peer,
            nonces,
            phone_name: "liuhen".to_owned(),
            zone_minutes: 480,
        };
        driver::open(driver, with).await.map_err(refused)
    })
}
