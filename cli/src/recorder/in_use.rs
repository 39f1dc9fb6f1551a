//! A recorder in use: found, paired, checked, started, looked at, stopped, listed.

use super::link;
use crate::{
    output::{Output, Refusal},
    patrol::wait,
};
use liuhen_btle::Recorder;
use liuhen_core::phone::{CheckRequest, Phone, PhoneError};
use liuhen_record::kind::{Alarm, Overridden, RecorderEventKind};
use serde_json::json;

/// `recorder scan` by radio.
#[cfg(feature = "bluetooth")]
fn scan_radio(secs: u64, output: Output) -> Result<(), Refusal> {
    let found = super::radio::scan(std::time::Duration::from_secs(secs.clamp(1, 60)))?;
    let lines: Vec<_> = found
        .iter()
        .map(|f| {
            format!("--link ble:{}  {} dBm", f.name.as_deref().unwrap_or(&f.peer.0), f.rssi_dbm.unwrap_or(0))
        })
        .collect();
    let value: Vec<_> = found
        .iter()
        .map(|f| json!({ "link": format!("ble:{}", f.name.as_deref().unwrap_or(&f.peer.0)), "rssi_dbm": f.rssi_dbm }))
        .collect();
    output.answer(
        &json!({ "recorders": value }),
        &format!("附近的记录仪 {} 台\n{}", found.len(), lines.join("\n")),
        &format!("{} recorders nearby\n{}", found.len(), lines.join("\n")),
    );
    Ok(())
}

#[cfg(not(feature = "bluetooth"))]
fn scan_radio(_secs: u64, _output: Output) -> Result<(), Refusal> {
    Err(link::no_bluetooth())
}

/// `recorder scan`
pub fn scan(at: Option<&str>, secs: u64, output: Output) -> Result<(), Refusal> {
    let Some(link) = at else { return scan_radio(secs, output) };
    let mut recorder = link::open(Some(link))?;
    let identity = wait(recorder.identity())?.map_err(PhoneError::from)?;
    let protocol = recorder.capabilities().protocol;
    output.answer(
        &json!({ "recorders": [{
            "link": link,
            "serial": identity.serial,
            "model": identity.model,
            "officer_no": identity.officer_no,
            "protocol": protocol,
        }] }),
        &format!("{link}：{}，序号 {}，设备内警号 {}", identity.model, identity.serial, identity.officer_no),
        &format!(
            "{link}: {}, serial {}, officer number {}",
            identity.model, identity.serial, identity.officer_no
        ),
    );
    Ok(())
}

/// `recorder pair`
pub fn pair(
    phone: &mut Phone,
    recorder_no: &str,
    recorder: &mut dyn Recorder,
    output: Output,
) -> Result<(), Refusal> {
    let body = wait(phone.pair_recorder(recorder, recorder_no))??;
    let after = body.clock_offset_after_ms.map_or("—".to_owned(), |ms| ms.to_string());
    output.answer(
        &body,
        &format!(
            "已配对 {recorder_no}（序号 {}，领用人 {}）：电量 {}%，校时前偏差 {} ± {} 毫秒，校时后 {after} 毫秒",
            body.serial, body.bound_officer, body.battery_percent, body.clock_offset_ms, body.clock_uncertainty_ms
        ),
        &format!(
            "{recorder_no} paired (serial {}, issued to {}): battery {} %, clock {} ± {} ms off, {after} ms after setting",
            body.serial, body.bound_officer, body.battery_percent, body.clock_offset_ms, body.clock_uncertainty_ms
        ),
    );
    Ok(())
}

/// What `recorder check` was told.
pub struct Check {
    /// Battery of the phone, percent.
    pub battery: i64,
    /// Minutes of recording planned.
    pub planned_minutes: i64,
    /// Failed values used all the same.
    pub overrides: Vec<(String, String)>,
}

/// `recorder check`
pub fn check(
    phone: &mut Phone,
    recorder_no: &str,
    recorder: &mut dyn Recorder,
    request: Check,
    output: Output,
) -> Result<(), Refusal> {
    let state = wait(phone.recorder_state(recorder, recorder_no))??;
    let overrides = request.overrides.into_iter().map(|(what, reason)| Overridden { what, reason }).collect();
    let body = phone.check_equipment(CheckRequest {
        battery_percent: request.battery,
        planned_minutes: request.planned_minutes,
        recorder: Some(state),
        overrides,
    })?;
    let failed: Vec<_> = body.failed.iter().map(|what| liuhen_core::say::label::checked(what)).collect();
    if failed.is_empty() {
        output.answer(&body, "使用前检查合格，已记录", "pre-use check passed and recorded");
    } else {
        let zh: Vec<_> = failed.iter().map(|phrase| phrase.zh).collect();
        let en: Vec<_> = failed.iter().map(|phrase| phrase.en).collect();
        output.answer(
            &body,
            &format!(
                "使用前检查不合格：{}；已记录。可排除后重新检查，或用 --override 说明理由",
                zh.join("；")
            ),
            &format!(
                "pre-use check failed: {}; recorded. Mend and check again, or give reasons by --override",
                en.join("; ")
            ),
        );
    }
    Ok(())
}

/// What a recorder is told to do.
#[derive(Debug, Clone, Copy)]
pub enum Verb {
    /// Record.
    Start,
    /// Stop.
    Stop,
    /// Mark this moment.
    Mark,
}

/// `recorder start`, `stop`, `mark`
pub fn act(
    phone: &mut Phone,
    recorder_no: &str,
    recorder: &mut dyn Recorder,
    verb: Verb,
    output: Output,
) -> Result<(), Refusal> {
    let (event, zh, en) = match verb {
        Verb::Start => {
            wait(phone.start_recorder(recorder, recorder_no))??;
            ("started", "开始录制", "records")
        }
        Verb::Stop => {
            wait(phone.stop_recorder(recorder, recorder_no))??;
            ("stopped", "停止录制", "stopped")
        }
        Verb::Mark => {
            wait(phone.mark_recorder(recorder, recorder_no))??;
            ("marked", "已标记重点", "marked the moment")
        }
    };
    output.answer(
        &json!({ "recorder_no": recorder_no, "event": event }),
        &format!("执法记录仪 {recorder_no}：{zh}，已记入"),
        &format!("recorder {recorder_no} {en}; recorded"),
    );
    Ok(())
}

/// `recorder manifest`
pub fn manifest(
    phone: &mut Phone,
    recorder_no: &str,
    recorder: &mut dyn Recorder,
    output: Output,
) -> Result<(), Refusal> {
    let list = wait(phone.list_recorder(recorder, recorder_no))??;
    output.answer(
        &list,
        &format!(
            "{recorder_no} 的文件清单已存证：{} 个文件，清单摘要 {}",
            list.files.len(),
            list.list_sha256
        ),
        &format!(
            "the list of {recorder_no} is recorded: {} files, digest {}",
            list.files.len(),
            list.list_sha256
        ),
    );
    Ok(())
}

fn alarm(alarm: Alarm) -> (&'static str, &'static str) {
    match alarm {
        Alarm::Swapped => ("应答的不是所领用的设备", "another device answers"),
        Alarm::OtherOfficer => ("设备内警号与领用登记不符", "another officer number is configured"),
        Alarm::BatteryLow => ("电量低", "battery low"),
        Alarm::BatteryCritical => ("电量即将耗尽", "battery about to end"),
        Alarm::StorageLow => ("存储空间不足十分钟", "space for less than ten minutes"),
        Alarm::StoppedByItself => ("自行停止录制", "stopped recording by itself"),
        Alarm::ListChanged => ("文件清单前后不一致", "its list says something else than before"),
    }
}

fn event(event: RecorderEventKind) -> Option<(&'static str, &'static str)> {
    match event {
        RecorderEventKind::LinkLost => {
            Some(("连接中断，是否仍在录制不明", "out of reach; whether it records is unknown"))
        }
        RecorderEventKind::LinkFound => Some(("连接恢复", "in reach again")),
        RecorderEventKind::Segment => Some(("分段，继续录制", "went on in another file")),
        _ => None,
    }
}

/// `recorder status --link`: a look at it, with what is new.
pub fn watch(
    phone: &mut Phone,
    recorder_no: &str,
    recorder: &mut dyn Recorder,
    output: Output,
) -> Result<(), Refusal> {
    let watched = wait(phone.watch_recorder(recorder, recorder_no))??;
    let value = json!({
        "recorder_no": recorder_no,
        "answers": watched.state.is_some(),
        "battery_percent": watched.state.as_ref().map(|s| s.battery_percent),
        "free_bytes": watched.state.as_ref().map(|s| s.free_bytes),
        "recording": watched.state.as_ref().map(|s| s.recording.is_some()),
        "alarms": watched.alarms,
        "events": watched.events,
    });
    let (mut zh, mut en) = match &watched.state {
        None => {
            (format!("执法记录仪 {recorder_no} 无应答"), format!("recorder {recorder_no} does not answer"))
        }
        Some(state) => {
            let (going_zh, going_en) = if state.recording.is_some() {
                ("录制中", "recording")
            } else {
                ("未录制", "not recording")
            };
            let mib = state.free_bytes >> 20;
            (
                format!(
                    "执法记录仪 {recorder_no}：{going_zh}，电量 {}%，剩余 {mib} MiB",
                    state.battery_percent
                ),
                format!(
                    "recorder {recorder_no}: {going_en}, battery {} %, {mib} MiB free",
                    state.battery_percent
                ),
            )
        }
    };
    let news = watched.alarms.iter().map(|a| alarm(a.alarm));
    for (more_zh, more_en) in news.chain(watched.events.iter().filter_map(|e| event(*e))) {
        zh.extend(["\n· ", more_zh]);
        en.extend(["\n· ", more_en]);
    }
    output.answer(&value, &zh, &en);
    Ok(())
}
