//! Joining, synchronising, ending the day, looking, exporting.

use crate::{
    folder::NewPackageFolder,
    output::{Output, Refusal},
};
use liuhen_core::{
    phone::{Phone, PhoneError},
    sync::{Cancel, SyncOptions},
};
use serde_json::json;
use std::{future::Future, path::Path};

/// Runs one asynchronous thing to its end.
pub fn wait<T>(future: impl Future<Output = T>) -> Result<T, Refusal> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        Refusal::new(
            "runtime",
            format!("无法启动网络：{error}"),
            format!("the network could not be started: {error}"),
        )
    })?;
    Ok(runtime.block_on(future))
}

/// `patrol enrol`
pub fn enrol(
    phone: &mut Phone,
    url: &str,
    code: &str,
    device_no: &str,
    output: Output,
) -> Result<(), Refusal> {
    let enrolment = wait(phone.enrol(url, code, device_no))??;
    output.answer(
        &json!({ "device": enrolment.device, "device_no": enrolment.device_no, "bureau": enrolment.origin }),
        &format!("本机已登记：{}（设备编号 {}）", enrolment.device, enrolment.device_no),
        &format!("enrolled: {} (device no. {})", enrolment.device, enrolment.device_no),
    );
    Ok(())
}

/// `patrol sync`
pub fn sync(phone: &mut Phone, output: Output) -> Result<(), Refusal> {
    let cancel = Cancel::new();
    let outcome = wait(phone.sync(SyncOptions::default(), &mut |_| {}, &cancel))??;
    let waiting = outcome.waiting.as_ref();
    let value = json!({
        "records_sent": outcome.records_sent,
        "pieces_sent": outcome.pieces_sent,
        "bytes_sent": outcome.bytes_sent,
        "items_stored": outcome.items_stored,
        "freed": outcome.freed,
        "waiting": waiting.map(|w| json!({ "code": w.code(), "zh": w.zh(), "en": w.en() })),
    });
    let (zh, en) = waiting.map_or_else(
        || ("全部入库，回执已核验".to_owned(), "everything is stored, receipts verified".to_owned()),
        |w| (format!("未完成：{}", w.zh()), format!("not finished: {}", w.en())),
    );
    output.answer(
        &value,
        &format!("上传记录 {} 条、分片 {} 个；{zh}", outcome.records_sent, outcome.pieces_sent),
        &format!("{} records, {} pieces sent; {en}", outcome.records_sent, outcome.pieces_sent),
    );
    Ok(())
}

/// `patrol end-day`
pub fn end_day(phone: &mut Phone, output: Output) -> Result<(), Refusal> {
    let day = phone.end_day()?;
    let value = json!({ "day": day.day, "items": day.items, "not_stored": day.not_stored });
    output.answer(
        &value,
        &format!("{} 收工：当日资料 {} 件，未入库 {} 件", day.day, day.items.len(), day.not_stored),
        &format!("{}: {} items today, {} not stored yet", day.day, day.items.len(), day.not_stored),
    );
    Ok(())
}

/// `patrol status`
pub fn status(phone: &Phone, output: Output) -> Result<(), Refusal> {
    let status = phone.status()?;
    let waiting = status.waiting.as_ref();
    let missing: Vec<_> = status
        .checklist
        .iter()
        .flat_map(|requirement| &requirement.missing)
        .map(|missing| json!({ "code": missing.code(), "zh": missing.zh(), "en": missing.en() }))
        .collect();
    let value = json!({
        "device": status.device,
        "device_no": status.device_no,
        "records": status.records,
        "unsent_records": status.unsent_records,
        "session": status.session,
        "missing": missing,
        "items": status.items,
        "item_count": status.item_count,
        "not_stored": status.not_stored,
        "free_bytes": status.free_bytes,
        "waiting": waiting.map(|w| json!({ "code": w.code(), "zh": w.zh(), "en": w.en() })),
    });
    let open = |zh: bool| match (&status.session, zh) {
        (Some(session), true) => format!("进行中的执法活动 {session}"),
        (None, true) => "没有进行中的执法活动".to_owned(),
        (Some(session), false) => format!("activity {session} is open"),
        (None, false) => "no activity is open".to_owned(),
    };
    let mut zh = format!(
        "{}；记录 {} 条（未上传 {}），资料 {} 件（未入库 {}）",
        open(true),
        status.records,
        status.unsent_records,
        status.item_count,
        status.not_stored
    );
    let mut en = format!(
        "{}; {} records ({} not sent), {} items ({} not stored)",
        open(false),
        status.records,
        status.unsent_records,
        status.item_count,
        status.not_stored
    );
    for requirement in status.checklist.iter().flat_map(|requirement| &requirement.missing) {
        zh.extend(["\n· ", &requirement.zh()]);
        en.extend(["\n· ", &requirement.en()]);
    }
    if let Some(waiting) = waiting {
        zh.extend(["\n", &waiting.zh()]);
        en.extend(["\n", &waiting.en()]);
    }
    output.answer(&value, &zh, &en);
    Ok(())
}

/// `patrol export`
pub fn export(phone: &Phone, out: &Path, output: Output) -> Result<(), Refusal> {
    let sink = NewPackageFolder::make(out).map_err(|error| {
        Refusal::new(
            "out",
            format!("无法建立输出文件夹：{error}"),
            format!("the output folder cannot be made: {error}"),
        )
    })?;
    let written = phone.export(sink).map_err(PhoneError::from)?;
    output.answer(
        &json!({ "files": written.files, "bytes": written.bytes, "items_not_here": written.items_not_here }),
        &format!(
            "已导出 {} 个文件，共 {} 字节；已入库并释放、不在本机的资料 {} 件",
            written.files, written.bytes, written.items_not_here
        ),
        &format!(
            "{} files, {} bytes written; {} items are no longer on this phone",
            written.files, written.bytes, written.items_not_here
        ),
    );
    Ok(())
}
