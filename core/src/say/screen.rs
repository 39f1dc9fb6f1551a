//! Sentences of the screens: dates and spans as people say them, counts, what is left, what happened.

use super::{Sentence, counted, label, sentence};
use crate::session::day::{DayCount, DayLine, SHANGHAI_MINUTES, Standing};
use chrono::{DateTime, Datelike, FixedOffset, Timelike};
use liuhen_record::kind::ItemState;

pub use super::recorder::{alarm, assigned, event, unassigned};

/// A text that is no enrolment code.
pub const BAD_CODE: &str = "登记码尚不完整或格式不对：应以 LH1- 或 LH2- 开头，请重新扫描或核对";

fn local(at_ms: i64) -> Option<DateTime<FixedOffset>> {
    let zone = FixedOffset::east_opt(SHANGHAI_MINUTES * 60)?;
    Some(DateTime::from_timestamp_millis(at_ms)?.with_timezone(&zone))
}

/// Day, hour and minute of an instant (Unix milliseconds) in Asia/Shanghai: 11月23日 09:05.
pub fn moment(at_ms: i64) -> Sentence {
    let Some(at) = local(at_ms) else { return sentence("—", "—") };
    let clock = format!("{:02}:{:02}", at.hour(), at.minute());
    sentence(format!("{}月{}日 {clock}", at.month(), at.day()), format!("{} {clock}", at.format("%-d %b")))
}

/// A day, `YYYY-MM-DD`: 2026年11月23日 星期一.
pub fn day(day: &str) -> Sentence {
    let Ok(date) = day.parse::<chrono::NaiveDate>() else { return sentence(day, day) };
    let names = ["一", "二", "三", "四", "五", "六", "日"];
    let name = names[date.weekday().num_days_from_monday() as usize % names.len()];
    let zh = format!("{}年{}月{}日 星期{name}", date.year(), date.month(), date.day());
    sentence(zh, date.format("%A, %-d %B %Y").to_string())
}

/// A length of time, milliseconds, in its largest units: 1小时5分钟, 2分3秒.
pub fn span(ms: i64) -> Sentence {
    let secs = ms.max(0) / 1_000;
    match (secs / 3_600, secs / 60 % 60, secs % 60) {
        (0, 0, secs) => sentence(format!("{secs}秒"), format!("{secs} s")),
        (0, minutes, secs) => sentence(format!("{minutes}分{secs}秒"), format!("{minutes} min {secs} s")),
        (hours, minutes, _) => {
            sentence(format!("{hours}小时{minutes}分钟"), format!("{hours} h {minutes} min"))
        }
    }
}

/// How far an item has come.
pub fn stage(state: ItemState) -> Sentence {
    match state {
        ItemState::Captured => sentence("录制中", "being captured"),
        ItemState::Sealed => sentence("在本机", "on this phone"),
        ItemState::Pending => sentence("上传中", "uploading"),
        ItemState::Stored => sentence("已入库", "stored at the bureau"),
        ItemState::HandedOver => sentence("已移交", "handed over"),
    }
}

/// The day in numbers.
pub fn counts(count: &DayCount) -> Sentence {
    let DayCount { on_device, uploading, verified, handed_over } = *count;
    let all = on_device + uploading + verified + handed_over;
    if all == 0 {
        return sentence("今日尚无资料", "nothing captured today");
    }
    sentence(
        format!(
            "今日资料 {all} 件：在本机 {on_device}、上传中 {uploading}、已入库 {verified}、已移交 {handed_over}"
        ),
        format!(
            "{} today: {on_device} on this phone, {uploading} uploading, {verified} stored, {handed_over} handed over",
            counted(all as u64, "item", "items"),
        ),
    )
}

/// How an item stands with article 10; `None` when there is nothing to say.
pub fn overdue(line: &DayLine) -> Option<Sentence> {
    let late = span(line.overdue_ms?);
    Some(match line.standing {
        Standing::Grace => sentence(
            format!("逾期{}（宽限期内，请尽快入库并说明原因）", late.zh),
            format!("overdue by {} (within the grace: store it soon and say why)", late.en),
        ),
        _ => sentence(format!("逾期{}", late.zh), format!("overdue by {}", late.en)),
    })
}

/// Space and what it is enough for.
pub fn space(free_bytes: u64, video_minutes: i64) -> Sentence {
    // Tenths of a GB, in whole numbers.
    let tenths = free_bytes / 100_000_000;
    let (whole, tenth) = (tenths / 10, tenths % 10);
    let lasts = lasting(video_minutes);
    sentence(
        format!("剩余空间 {whole}.{tenth} GB，约可录像{}", lasts.zh),
        format!("{whole}.{tenth} GB free, about {} of video", lasts.en),
    )
}

/// Minutes up to ten hours, hours beyond: a forecast is no more exact than that.
fn lasting(minutes: i64) -> Sentence {
    match minutes {
        ..600 => sentence(format!(" {minutes} 分钟"), format!("{minutes} min")),
        _ => sentence(format!(" {} 小时", minutes / 60), format!("{} h", minutes / 60)),
    }
}

/// Too little space to begin anything long.
pub fn space_low(video_minutes: i64) -> Sentence {
    sentence(
        format!("存储空间不足：约可录像 {video_minutes} 分钟，请尽快回单位同步"),
        format!("space is short: about {video_minutes} min of video; synchronise at the office soon"),
    )
}

/// No space.
pub fn space_full() -> Sentence {
    sentence(
        "存储空间已满，不能录制；已录资料完好，请回单位同步",
        "no space left to record; what was captured is safe; synchronise at the office",
    )
}

/// A recording under way: up to where it survives whatever happens to the phone.
pub fn recording(safe_ms: i64) -> Sentence {
    let secs = safe_ms.max(0) / 1_000;
    let clock = format!("{:02}:{:02}:{:02}", secs / 3_600, secs / 60 % 60, secs % 60);
    sentence(format!("已安全保存到 {clock}"), format!("safe up to {clock}"))
}

/// A hole without recording.
pub fn hole(from_ms: i64, to_ms: i64) -> Sentence {
    let (from, length) = (moment(from_ms), span(to_ms.saturating_sub(from_ms)));
    sentence(
        format!("{}起中断{}，请说明原因", from.zh, length.zh),
        format!("no recording for {} from {}: say why", length.en, from.en),
    )
}

/// A hole that was explained.
pub fn gap(reason: liuhen_record::kind::GapReason, from_ms: i64, to_ms: i64) -> Sentence {
    let (from, length, reason) =
        (moment(from_ms), span(to_ms.saturating_sub(from_ms)), label::gap_reason(reason));
    sentence(
        format!("{}起中断{}：{}", from.zh, length.zh, reason.zh),
        format!("no recording for {} from {}: {}", length.en, from.en, reason.en),
    )
}

/// What a damaged store means.
pub fn quarantined(folder: &str) -> Sentence {
    sentence(
        format!("原证据库已损坏，已原样隔离在 {folder}；已启用新的证据库"),
        format!("the damaged vault was set aside in {folder}; a new one is in use"),
    )
}

/// A capture that a crash had interrupted.
pub fn recovered(item: liuhen_record::ItemId) -> Sentence {
    let short = label::short(&item);
    sentence(format!("上次中断的录制 {short} 已封存"), format!("the interrupted capture {short} was sealed"))
}

/// A device reported out of order.
pub fn fault_reported() -> Sentence {
    sentence(
        "故障已报告，该设备停止使用，请交专业人员维修，勿自行拆装",
        "fault reported; the device is out of use until professionals have repaired it",
    )
}

/// Several items are overdue.
pub fn overdue_items(count: usize, longest: &Sentence) -> Sentence {
    sentence(
        format!("{count} 件资料逾期未入库，最长{}", longest.zh),
        format!(
            "{} not stored in time, the longest {}",
            counted(count as u64, "item is", "items are"),
            longest.en
        ),
    )
}

/// Something about one item.
pub fn of_item(
    media: liuhen_record::kind::MediaKind,
    item: &liuhen_record::ItemId,
    said: &Sentence,
) -> Sentence {
    let (media, short) = (label::media(media), label::short(item));
    sentence(format!("{} {short}：{}", media.zh, said.zh), format!("{} {short}: {}", media.en, said.en))
}

/// A synchronisation is going on.
pub fn syncing(items: u64) -> Sentence {
    sentence(
        format!("正在同步，{items} 件资料尚未入库"),
        format!("synchronising; {} not stored yet", counted(items, "item is", "items are")),
    )
}

/// Something is left to send, and nothing stands in the way; without items it is the records of what was done.
pub fn sync_soon(items: u64) -> Sentence {
    match items {
        0 => sentence("工作记录等待同步", "the records of the work wait to be synchronised"),
        _ => sentence(
            format!("{items} 件资料等待同步"),
            format!("{} to be synchronised", counted(items, "item waits", "items wait")),
        ),
    }
}

/// Nothing is left to send.
pub fn all_stored() -> Sentence {
    sentence("资料已全部入库", "everything is stored at the bureau")
}

/// A piece that somebody must look at.
pub fn parked(reason: &str) -> Sentence {
    let reason_zh = match reason {
        "damaged on this phone" => "本机文件与记录不符",
        "its file on this phone cannot be read" => "本机文件无法读取",
        "the pieces are not the sealed file" => "单位服务器核对后拒收：内容与记录不符",
        "the server finds it too long" => "服务器认为文件过大",
        "the server refuses it" => "服务器拒收",
        "the address may not be spoken to" => "服务器地址不可用",
        other => other,
    };
    sentence(
        format!("该分片无法上传，请联系管理员处理（{reason_zh}）；本机资料保留"),
        format!("this piece cannot be uploaded ({reason}); an administrator must look; it stays here"),
    )
}

/// A phone that has joined.
pub fn enrolled(bureau: &str, device_no: &str) -> Sentence {
    sentence(
        format!("本机已登记到 {bureau}，设备编号 {device_no}"),
        format!("this phone has joined {bureau} as device {device_no}"),
    )
}

/// Where keys live, by the keystore's own word.
pub fn key_store(kind: &str) -> Sentence {
    match kind {
        "strongbox" => {
            sentence("密钥存于独立安全芯片（StrongBox）", "keys live in a chip of their own (StrongBox)")
        }
        "tee" => sentence("密钥存于手机可信执行环境", "keys live in the phone's trusted environment"),
        "secure_enclave" => sentence("密钥存于安全隔区", "keys live in the Secure Enclave"),
        _ => sentence("密钥由软件保管（无硬件保护）", "keys are kept by software, without hardware"),
    }
}

/// When media is due, minutes after 00:00 of the working day, and the grace after that.
pub fn due(due_minutes: i64, grace_minutes: i64) -> Sentence {
    let (hours, minutes) = (due_minutes / 60, due_minutes % 60);
    let grace = span(grace_minutes.saturating_mul(60_000));
    sentence(
        format!("当日资料应于 {hours:02}:{minutes:02} 前入库，宽限{}", grace.zh),
        format!("media is due by {hours:02}:{minutes:02}, with {} of grace", grace.en),
    )
}

/// A check that found nothing.
pub fn check_passed() -> Sentence {
    sentence("使用前检查合格", "the check before use is passed")
}

/// A value of a check that is good.
pub fn checked(what: &str) -> Sentence {
    match what {
        "phone_battery" => sentence("手机电量", "the phone's battery"),
        "phone_space" => sentence("手机存储空间", "the phone's space"),
        "phone_clock" => sentence("手机时间", "the phone's clock"),
        "recorder_battery" => sentence("执法记录仪电量", "the recorder's battery"),
        "recorder_space" => sentence("执法记录仪存储空间", "the recorder's space"),
        "recorder_clock" => sentence("执法记录仪时间", "the recorder's clock"),
        "recorder_identity" => sentence("执法记录仪与领用登记", "the recorder is as it was issued"),
        _ => sentence("其他设备项目", "other equipment"),
    }
}

/// An activity that was closed.
pub fn closed(items: u64, unreviewed: u64) -> Sentence {
    sentence(
        format!("执法活动已结束：资料 {items} 件，其中未经当事人查阅 {unreviewed} 件"),
        format!(
            "activity closed: {}, {unreviewed} not reviewed by the party",
            counted(items, "item", "items")
        ),
    )
}

/// This phone, as a device.
pub fn this_phone() -> Sentence {
    sentence("本机", "this phone")
}

/// A recorder, as a device.
pub fn recorder_of(recorder_no: &str, holder: &str) -> Sentence {
    sentence(format!("执法记录仪 {recorder_no}（{holder}）"), format!("recorder {recorder_no} ({holder})"))
}

/// A recorder in use that tells nothing else.
pub fn recorder(recording: bool) -> Sentence {
    if recording {
        sentence("执法记录仪录制中", "the recorder is recording")
    } else {
        recorder_ready()
    }
}

/// A recorder that waits.
pub fn recorder_ready() -> Sentence {
    sentence("执法记录仪已连接，未在录制", "the recorder is connected and not recording")
}

/// A recorder that does not answer.
pub fn recorder_lost() -> Sentence {
    sentence("执法记录仪失去联系，录制状态待确认", "the recorder is out of reach; what it does is unknown")
}

/// A recorder that is out of order.
pub fn recorder_faulty() -> Sentence {
    sentence("故障停用", "out of order")
}

/// A recorder that was never paired here.
pub fn recorder_unpaired() -> Sentence {
    sentence("未与本机配对", "not paired with this phone")
}

/// The party, as somebody who asks for a correction.
pub fn party() -> Sentence {
    sentence("当事人", "the party")
}

/// A document that was filled.
pub fn document(title: &str, revision: i64, pages: usize) -> Sentence {
    sentence(
        format!("《{title}》第 {revision} 稿，共 {pages} 页"),
        format!("{title}, revision {revision}, {}", counted(pages as u64, "page", "pages")),
    )
}

/// A pad on which nothing is written.
pub fn nothing_written() -> Sentence {
    sentence("尚未签字", "nothing is written yet")
}

/// What copying a card came to.
pub fn imported(done: &liuhen_record::kind::ImportFinished) -> Sentence {
    use liuhen_record::kind::ImportOutcome;
    let (zh, en) = match done.outcome {
        ImportOutcome::Complete => ("导入完成", "imported"),
        ImportOutcome::Cancelled => ("导入已中止，再次导入即可继续", "stopped; import again to go on"),
        ImportOutcome::CardLost => (
            "存储卡中途断开：已封存的完好，请重新插卡后再次导入",
            "the card is gone: what was sealed is safe; put it back and import again",
        ),
        ImportOutcome::StorageFull => (
            "本机空间不足：已封存的完好，请先同步腾出空间，再次导入即可继续",
            "no space is left here: what was sealed is safe; synchronise, then import again to go on",
        ),
    };
    sentence(
        format!("{zh}：封存 {} 件，此前已有 {} 件，缺 {} 件", done.files, done.already_here, done.missing),
        format!(
            "{en}: {} files sealed, {} here before, {} missing",
            done.files, done.already_here, done.missing
        ),
    )
}

/// What a synchronisation is doing.
pub fn sync_stage(stage: crate::sync::Stage) -> Sentence {
    use crate::sync::Stage;
    match stage {
        Stage::Meeting => sentence("正在核对单位服务器身份", "checking that the server is the bureau"),
        Stage::Records => sentence("正在发送记录", "sending records"),
        Stage::Pieces => sentence("正在上传资料", "uploading media"),
        Stage::Proofs => sentence("正在核验入库证明", "verifying the bureau's proofs"),
        Stage::Freeing => sentence("正在释放已入库资料的空间", "freeing what is stored"),
    }
}

/// What a synchronisation came to.
pub fn sync_ended(waiting: Option<&crate::sync::Waiting>) -> Sentence {
    match waiting {
        Some(why) => sentence(why.zh(), why.en()),
        None => sentence("同步完成，资料已全部入库", "synchronised: everything is at the bureau"),
    }
}
