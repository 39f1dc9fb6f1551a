//! The end of the working day (收工, article 10): what was recorded, how far it has come, what is overdue.

use crate::output::{Output, Refusal};
use clap::Args;
use liuhen_core::{
    phone::{DueHour, Phone},
    say::{Sentence, label},
    session::day::{DayCount, DayLine, Standing},
};
use serde_json::json;

/// When media is due; set once, kept for later days.
#[derive(Debug, Args)]
pub struct DayArgs {
    /// 当日资料应在几点前入库（北京时间，如 24:00），设定后一直有效 / when media is due, kept for later days
    #[arg(long, value_name = "HH:MM", value_parser = hour)]
    due: Option<u32>,
    /// 逾期后的宽限（如 12:00 表示 12 小时）/ how long lateness can be explained
    #[arg(long, value_name = "HH:MM", value_parser = hour)]
    grace: Option<u32>,
}

/// Reads `HH:MM`, up to 48:00, as minutes.
pub fn hour(text: &str) -> Result<u32, String> {
    let minutes = text.split_once(':').and_then(|(hours, minutes)| {
        let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
        Some(hours * 60 + minutes).filter(|all| hours <= 48 && minutes < 60 && *all <= 48 * 60)
    });
    minutes.ok_or_else(|| "HH:MM, 00:00–48:00".to_owned())
}

/// `patrol end-day`
pub fn end(phone: &mut Phone, arguments: &DayArgs, output: Output) -> Result<(), Refusal> {
    let DayArgs { due, grace } = *arguments;
    if due.is_some() || grace.is_some() {
        let minutes = |set: Option<u32>, known: i64| set.unwrap_or(u32::try_from(known).unwrap_or(0));
        let (due_minutes, grace_minutes) =
            (minutes(due, phone.rules().due_minutes), minutes(grace, phone.rules().grace_minutes));
        phone.set_due_hour(DueHour { due_minutes, grace_minutes })?;
    }
    let day = phone.end_day()?;
    let value = json!({
        "day": day.day,
        "items": day.items,
        "not_stored": day.not_stored,
        "count": day.count,
        "overdue": day.overdue,
    });
    let said = sentences(&day.day, &day.count, &day.overdue);
    let mut zh = format!("{} 收工", day.day);
    let mut en = format!("{}: the day is ended", day.day);
    for sentence in &said {
        zh.extend(["\n", &sentence.zh]);
        en.extend(["\n", &sentence.en]);
    }
    output.answer(&value, &zh, &en);
    Ok(())
}

/// The day in sentences: one line of counts, one for each item that is overdue.
pub fn sentences(day: &str, count: &DayCount, overdue: &[DayLine]) -> Vec<Sentence> {
    let DayCount { on_device, uploading, verified, handed_over } = *count;
    let all = on_device + uploading + verified + handed_over;
    let mut said = vec![Sentence {
        zh: format!(
            "{day} 资料 {all} 件：在本机 {on_device}、上传中 {uploading}、已入库 {verified}、已移交 {handed_over}"
        ),
        en: format!(
            "{day}: {all} items: {on_device} on this phone, {uploading} uploading, {verified} verified at the bureau, {handed_over} handed over"
        ),
    }];
    said.extend(overdue.iter().map(late));
    said
}

fn late(line: &DayLine) -> Sentence {
    let minutes = line.overdue_ms.unwrap_or(0) / 60_000;
    let (hours, minutes) = (minutes / 60, minutes % 60);
    let media = label::media(line.media);
    let item = label::short(&line.item);
    let grace = line.standing == Standing::Grace;
    let mut zh = format!("逾期 {hours} 小时 {minutes} 分：{} {} {item}", line.day, media.zh);
    let mut en = format!("overdue by {hours} h {minutes} min: {} {} {item}", line.day, media.en);
    if let Some(officer) = &line.officer {
        zh.extend(["，执法人员 ", officer]);
        en.extend([", officer ", officer]);
    }
    zh.extend(["，设备 ", &line.device_no]);
    en.extend([", device ", &line.device_no]);
    if grace {
        zh.push_str("（宽限期内，请尽快入库并说明原因）");
        en.push_str(" (within the grace: store it soon and say why)");
    }
    if !line.time_anchored {
        zh.push_str("（时间未经单位校准）");
        en.push_str(" (by a clock that the bureau did not confirm)");
    }
    Sentence { zh, en }
}
