//! `liuhen recorder simulate`: a recorder that exists only here, until it is interrupted.

use super::args::SimulateArgs;
use crate::{
    output::{Output, Refusal},
    patrol::wait,
};
use liuhen_btle::{
    FileList, Recorder as _, RecorderIdentity, SimulatedRecorder, Simulation,
    far::{Ask, Told},
};
use serde_json::json;
use std::{
    fs,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
};

/// Longest question, bytes.
const MAX_ASK_BYTES: u64 = 4096;
const SEED: u64 = 7;

/// Runs the simulated recorder.
pub fn run(arguments: &SimulateArgs, output: Output) -> Result<(), Refusal> {
    if let Some(at) = arguments.hci {
        return bluetooth(arguments, &at.to_string(), output);
    }
    let failed = |error: io::Error| {
        Refusal::new("listen", format!("无法监听：{error}"), format!("it cannot listen: {error}"))
    };
    let listener = TcpListener::bind(arguments.listen).map_err(failed)?;
    let at = listener.local_addr().map_err(failed)?;
    let like = Simulation {
        identity: RecorderIdentity {
            serial: arguments.serial.clone(),
            officer_no: arguments.officer_no.clone(),
            ..Simulation::default().identity
        },
        battery_percent: arguments.battery,
        free_bytes: arguments.free_bytes,
        bytes_per_sec: arguments.bytes_per_sec,
        ..Simulation::default()
    };
    let now_ms = || chrono::Utc::now().timestamp_millis();
    let mut recorder = SimulatedRecorder::like(like, SEED, Box::new(now_ms));
    output.answer(
        &json!({ "link": format!("sim:{at}"), "serial": arguments.serial, "kind": "in_process" }),
        &format!("模拟记录仪（进程内，不经蓝牙）已启动：--link sim:{at}"),
        &format!("simulated recorder (in process, no Bluetooth): --link sim:{at}"),
    );
    for stream in listener.incoming() {
        // Whoever asked may have gone away: the recorder goes on.
        let _ = stream.and_then(|stream| answer(&mut recorder, &stream, arguments));
    }
    Ok(())
}

fn answer(
    recorder: &mut SimulatedRecorder,
    mut stream: &TcpStream,
    arguments: &SimulateArgs,
) -> io::Result<()> {
    let mut line = String::new();
    BufReader::new(stream.take(MAX_ASK_BYTES)).read_line(&mut line)?;
    let ask: Ask = serde_json::from_str(&line)?;
    let told = wait(Told::by(recorder, ask)).map_err(|refusal| io::Error::other(refusal.en))?;
    if let (Some(card), Ask::Stop | Ask::List) = (&arguments.card, ask) {
        write_card(recorder, card, &arguments.officer_no)?;
    }
    stream.write_all(format!("{}\n", serde_json::to_string(&told)?).as_bytes())
}

/// What it recorded, as a card would hold it. A file that is there is left as it is.
fn write_card(recorder: &mut SimulatedRecorder, card: &Path, officer_no: &str) -> io::Result<()> {
    let folder = card.join("DCIM").join("100LIUHEN");
    fs::create_dir_all(&folder)?;
    fs::write(card.join("sn.txt"), officer_no)?;
    let list = wait(recorder.list_files()).ok().and_then(Result::ok);
    for file in list.iter().flat_map(FileList::files) {
        let place = folder.join(&file.name);
        if let Some(content) = recorder.content(&file.name).filter(|_| !place.exists()) {
            fs::write(place, content)?;
        }
    }
    Ok(())
}

/// The Python that `./dev` has set up with bumble, when it is complete.
fn bumble() -> Option<PathBuf> {
    let caches = fs::read_dir(".cache").ok()?.filter_map(Result::ok).map(|entry| entry.path());
    let named = |path: &PathBuf| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with("bumble-"));
    let mut ready = caches.filter(named).filter(|path| path.join("complete").is_file());
    ready.next().map(|path| path.join("bin").join("python3"))
}

/// The recorder of `bridge-btle/sim/recorder.py`: a real GATT server behind a virtual radio.
fn bluetooth(arguments: &SimulateArgs, at: &str, output: Output) -> Result<(), Refusal> {
    let script = Path::new("bridge-btle/sim/recorder.py");
    let python = bumble();
    let Some(python) = python.filter(|_| script.is_file()) else {
        return Err(Refusal::new(
            "no_bumble",
            "没有找到 bumble：请在源码目录运行一次 ./dev test（会装好），并从那里启动；或去掉 --hci 使用进程内模拟",
            "bumble is not here: run ./dev test once in the source folder, which installs it, and start this there; or leave --hci away",
        ));
    };
    let mut command = Command::new(python);
    command.arg(script).arg(format!("tcp-server:{at}"));
    command.args(["--serial", &arguments.serial, "--officer-no", &arguments.officer_no]);
    command.args(["--battery", &arguments.battery.to_string()]);
    command.args(["--free-bytes", &arguments.free_bytes.to_string()]);
    command.args(["--bytes-per-sec", &arguments.bytes_per_sec.to_string()]);
    if let Some(card) = &arguments.card {
        command.arg("--card").arg(card);
    }
    output.answer(
        &json!({ "hci": at, "serial": arguments.serial, "kind": "bumble" }),
        &format!("模拟记录仪（bumble，真实的 GATT 服务）监听 HCI：{at}"),
        &format!("simulated recorder (bumble, a real GATT server) listens for HCI: {at}"),
    );
    let status = command.status().map_err(|error| {
        Refusal::new(
            "python",
            format!("无法启动 Python：{error}"),
            format!("Python cannot be started: {error}"),
        )
    })?;
    if status.success() {
        return Ok(());
    }
    Err(Refusal::new("bumble", format!("模拟记录仪退出：{status}"), format!("it ended: {status}")))
}
