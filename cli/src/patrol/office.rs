//! Joining, synchronising, ending the day, looking, exporting.

use super::day;
use crate::{
    folder::NewPackageFolder,
    output::{Output, Refusal},
};
use clap::Args;
use liuhen_core::{
    phone::{Phone, PhoneError, PhoneStatus},
    say::Sentence,
    sync::{Cancel, Invitation, SyncOptions},
};
use serde_json::json;
use std::{
    future::Future,
    path::{Path, PathBuf},
};

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

/// How a phone joins.
#[derive(Debug, Args)]
pub struct EnrolArgs {
    /// By what.
    #[command(flatten)]
    pub invitation: InvitationArgs,
    /// 执法记录设备编号 / the bureau's number for this phone
    #[arg(long, default_value = "PHONE-01")]
    pub device_no: String,
    /// 只信任这一证书颁发机构（PEM）/ the only authority that TLS believes
    #[arg(long)]
    pub ca: Option<PathBuf>,
}

/// Where the bureau is, and the code that it gave out.
#[derive(Debug, Args)]
pub struct InvitationArgs {
    /// 服务器地址 / the bureau's address
    #[arg(long, required_unless_present = "invitation", requires = "code")]
    url: Option<String>,
    /// 一次性登记码 / one-use code
    #[arg(long, required_unless_present = "invitation", requires = "url")]
    code: Option<String>,
    /// 登记二维码的内容：地址#登记码 / both in one text, as the QR code carries them
    #[arg(long, conflicts_with_all = ["url", "code"])]
    invitation: Option<Invitation>,
}

impl InvitationArgs {
    fn read(&self) -> (String, String) {
        match &self.invitation {
            Some(read) => (read.address.as_str().to_owned(), read.code.text()),
            None => (self.url.clone().unwrap_or_default(), self.code.clone().unwrap_or_default()),
        }
    }
}

/// `patrol find-bureau`
pub fn find_bureau(phone: &mut Phone, invitation: &InvitationArgs, output: Output) -> Result<(), Refusal> {
    let (url, code) = invitation.read();
    let found = wait(phone.find_bureau(&url, &code))??;
    output.answer(
        &json!({ "bureau": found.origin, "url": found.url.as_str(), "tls_pin": found.tls_pin }),
        &format!("已找到本机登记的单位服务器：{}", found.url.as_str()),
        &format!("the bureau of this phone was found: {}", found.url.as_str()),
    );
    Ok(())
}

/// `patrol enrol`
pub fn enrol(phone: &mut Phone, arguments: &EnrolArgs, output: Output) -> Result<(), Refusal> {
    let EnrolArgs { invitation, device_no, .. } = arguments;
    let (url, code) = invitation.read();
    let enrolment = wait(phone.enrol(&url, &code, device_no))??;
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
        "requests": outcome.requests,
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

/// `patrol unpark`
pub fn unpark(phone: &mut Phone, item: Option<&str>, output: Output) -> Result<(), Refusal> {
    let item = item.map(|text| super::word("资料编号", text)).transpose()?;
    let taken = phone.unpark(item)?;
    output.answer(
        &json!({ "unparked": taken }),
        &format!("{taken} 个分片将重新上传"),
        &format!("{taken} pieces will be sent again"),
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
        "today": { "day": status.today.0, "count": status.today.1 },
        "overdue": status.overdue,
        "parked": status.parked.iter().map(|p| json!({ "item": p.item, "piece": p.index, "why": p.progress.last_error })).collect::<Vec<_>>(),
    });
    let said = status_sentence(&status);
    output.answer(&value, &said.zh, &said.en);
    Ok(())
}

/// The same for people, line by line.
fn status_sentence(status: &PhoneStatus) -> Sentence {
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
    for said in day::sentences(&status.today.0, &status.today.1, &status.overdue) {
        zh.extend(["\n", &said.zh]);
        en.extend(["\n", &said.en]);
    }
    for parked in &status.parked {
        let (item, piece) = (parked.item.to_string(), (parked.index + 1).to_string());
        let why = parked.progress.last_error.as_deref().unwrap_or_default();
        zh.extend(["\n搁置待核查：资料 ", &item, " 第 ", &piece, " 片（", why, "）；核查后执行 unpark"]);
        en.extend(["\nparked: item ", &item, ", piece ", &piece, " (", why, "); `unpark` after looking"]);
    }
    if let Some(waiting) = &status.waiting {
        zh.extend(["\n", &waiting.zh()]);
        en.extend(["\n", &waiting.en()]);
    }
    Sentence { zh, en }
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
