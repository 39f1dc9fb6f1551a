//! A record in a few Chinese lines.

use super::{describe_recorder, describe_review, words};
use liuhen_record::{
    Kind, Record,
    kind::{
        CaptureOpened, CaptureSealed, FileImported, GapRecorded, ListMatch, NoticeGiven, PreUseCheck,
        Readability, ReceiptVerified, RecorderPaired, SessionOpened,
    },
    place::PlaceClaim,
};

/// The lines below a record's name.
pub fn lines(record: &Record) -> Vec<String> {
    match &record.kind {
        Kind::DeviceEnrolled(b) => {
            vec![format!("设备编号 {}，程序 {}，密钥存放于 {}", b.device_no, b.app, b.key_store)]
        }
        Kind::StoreQuarantined(b) => vec![format!("原因：{}；隔离目录 {}", b.reason, b.folder)],
        Kind::PreUseCheck(b) => check(b),
        Kind::RecorderPaired(b) => paired(b),
        Kind::RecorderEvent(b) => vec![format!("{}：{}", b.recorder_no, words::recorder_event(b.event))],
        Kind::RecorderListed(b) => vec![format!("{}：共 {} 个文件", b.recorder_no, b.files.len())],
        Kind::SessionOpened(b) => opened(b),
        Kind::CertificateShown(b) => {
            let seen = if b.confirmed_by_party { "当事人已确认" } else { "当事人未确认" };
            vec![format!("证号 {}；{seen}", b.cert_nos.join("、"))]
        }
        Kind::NoticeGiven(b) => notice(b),
        Kind::CaptureOpened(b) => capture(b),
        Kind::CaptureRecovered(b) => vec![format!(
            "保留 {}（此前确认落盘 {}）；{}",
            words::bytes(b.kept_bytes),
            words::bytes(b.acked_bytes),
            words::recovery(b.rule)
        )],
        Kind::CaptureSealed(b) => sealed(b),
        Kind::DocumentFilled(b) => document(b),
        Kind::GapRecorded(b) => gap(b),
        Kind::TriggerMarked(b) => vec![words::trigger(b.trigger).to_owned(), b.note.clone()],
        Kind::FaultReported(b) => vec![format!(
            "设备 {}：{}；{}",
            b.device_no,
            b.symptom,
            if b.data_on_device { "设备内仍有资料" } else { "设备内无资料" }
        )],
        Kind::ItemViewed(b) => vec![format!("资料 {}；目的：{}", words::short(&b.item), b.purpose)],
        Kind::DayEnded(b) => vec![format!("{}，共 {} 件", b.day, b.items.len())],
        Kind::ReceiptVerified(b) => verified(b),
        Kind::MediaFreed(b) => {
            vec![format!("资料 {}；依据回执叶 {}", words::short(&b.item), b.receipt_index)]
        }
        Kind::RecorderIssued(_)
        | Kind::RecorderReturned(_)
        | Kind::RecorderAlarm(_)
        | Kind::RepairRecorded(_)
        | Kind::ImportBegun(_)
        | Kind::FileImported(_)
        | Kind::FileAssigned(_)
        | Kind::FileNotImported(_)
        | Kind::FootageMissing(_)
        | Kind::ImportFinished(_)
        | Kind::FootageReleasable(_) => describe_recorder::lines(&record.kind),
        Kind::ReviewOpened(_)
        | Kind::ReviewConfirmed(_)
        | Kind::SignatureRefused(_)
        | Kind::SessionClosed(_) => describe_review::lines(&record.kind),
    }
    .into_iter()
    .filter(|line| !line.is_empty())
    .collect()
}

/// Whether a section head should look twice.
pub fn needs_attention(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::GapRecorded(_)
            | Kind::TriggerMarked(_)
            | Kind::FaultReported(_)
            | Kind::SignatureRefused(_)
            | Kind::CaptureRecovered(_)
            | Kind::StoreQuarantined(_)
            | Kind::RecorderAlarm(_)
            | Kind::FileNotImported(_)
            | Kind::FileAssigned(_)
            | Kind::FileImported(FileImported { listed: ListMatch::Altered { .. } | ListMatch::Unknown, .. })
            | Kind::FootageMissing(_)
    )
}

/// Where it claims to have been written.
pub fn place(place: &PlaceClaim) -> String {
    let degrees = |e7: i64| format!("{:.5}", e7 as f64 / 1e7);
    match place {
        PlaceClaim::Fixed(p) => {
            format!("{}, {}（±{} 米）", degrees(p.lat_e7), degrees(p.lon_e7), p.accuracy_cm / 100)
        }
        PlaceClaim::Stale { position: p, age_ms } => {
            format!("{}, {}（{}前的位置）", degrees(p.lat_e7), degrees(p.lon_e7), words::duration(*age_ms))
        }
        PlaceClaim::Mock(p) => format!("{}, {}（模拟位置，不可信）", degrees(p.lat_e7), degrees(p.lon_e7)),
        PlaceClaim::Denied => "未授权定位".to_owned(),
        PlaceClaim::Absent { reason } => match reason.as_str() {
            "off" => "定位已关闭".to_owned(),
            "no_signal" => "无定位信号".to_owned(),
            "timeout" => "定位超时".to_owned(),
            _ => "未定位".to_owned(),
        },
    }
}

fn check(b: &PreUseCheck) -> Vec<String> {
    let device = |name: &str, state: &liuhen_record::kind::DeviceState| {
        let clock =
            state.clock_offset_ms.map_or("时钟偏差未知".to_owned(), |ms| format!("时钟偏差 {ms} 毫秒"));
        format!(
            "{name}：电量 {}%，可用空间 {}，{clock}",
            state.battery_percent,
            words::bytes(state.free_bytes)
        )
    };
    let mut lines = vec![device("手机", &b.phone)];
    lines.extend(b.recorder.as_ref().map(|r| device(&format!("记录仪 {}", r.recorder_no), &r.state)));
    lines.extend((!b.failed.is_empty()).then(|| format!("不合格：{}", b.failed.join("、"))));
    lines.extend(b.overridden.iter().map(|o| format!("不合格仍使用：{}，理由：{}", o.what, o.reason)));
    lines
}

fn paired(b: &RecorderPaired) -> Vec<String> {
    let after = b.clock_offset_after_ms.map_or(String::new(), |ms| format!("，校时后 {ms} 毫秒"));
    vec![
        format!("{}（{}，序号 {}）绑定 {}", b.recorder_no, b.model, b.serial, b.bound_officer),
        format!("电量 {}%，时钟偏差 {} 毫秒{after}", b.battery_percent, b.clock_offset_ms),
    ]
}

fn opened(b: &SessionOpened) -> Vec<String> {
    let officers = b
        .officers
        .iter()
        .map(|o| format!("{} {}（证号 {}，{}）", words::officer_role(o.role), o.name, o.cert_no, o.unit));
    vec![
        format!(
            "当事人 {}（{}）；案由 {} {}",
            b.party.name,
            words::party_kind(b.party.kind),
            b.cause.code,
            b.cause.name
        ),
        officers.collect::<Vec<_>>().join("；"),
        format!("地点：{}；设备编号 {}", b.place_text, b.device_no),
    ]
}

fn notice(b: &NoticeGiven) -> Vec<String> {
    vec![format!("方式：{}；当事人：{}", words::channel(b.channel), words::response(b.response))]
}

fn capture(b: &CaptureOpened) -> Vec<String> {
    let name = b.original_name.as_ref().map_or(String::new(), |name| format!("，原文件名 {name}"));
    let derived = if b.derived_from.is_some() { "，由其他资料生成" } else { "" };
    vec![
        format!(
            "{}，来源 {}（{}）{name}{derived}",
            liuhen_record::words::media(b.media),
            words::source(b.source),
            b.source_no
        ),
        b.label.clone().unwrap_or_default(),
    ]
}

fn sealed(b: &CaptureSealed) -> Vec<String> {
    let d = &b.description;
    let mut what = vec![words::bytes(b.pt_len_bytes), words::close_cause(b.cause).to_owned()];
    if let (Some(width), Some(height)) = (d.width_px, d.height_px) {
        what.push(format!("{width}×{height} 像素"));
    }
    what.extend(d.duration_ms.map(|ms| format!("时长 {}", words::duration(ms))));
    match &d.readability {
        Readability::Readable => {}
        Readability::Unreadable { reason } => what.push(format!("无法识读：{reason}（原始数据照存）")),
        Readability::NotExamined => what.push("未识读".to_owned()),
    }
    vec![what.join("，"), format!("原始数据摘要 SHA-256 {}", words::short(&b.pt_sha256))]
}

fn document(b: &liuhen_record::kind::DocumentFilled) -> Vec<String> {
    vec![
        format!("《{}》第 {} 稿，共 {} 页", b.title, b.revision, b.pages.len()),
        if b.corrections.is_empty() { String::new() } else { format!("修改 {} 处", b.corrections.len()) },
    ]
}

fn verified(b: &ReceiptVerified) -> Vec<String> {
    let items = b.items.len();
    vec![format!("检查点 {}；记录至第 {} 号；资料 {items} 件", b.checkpoint_size, b.records_to_seq)]
}

fn gap(b: &GapRecorded) -> Vec<String> {
    let length = words::duration(b.to_ms - b.from_ms);
    vec![
        format!("{} 至 {}（{length}）", words::at(b.from_ms), words::clock(b.to_ms)),
        format!("{}：{}", words::gap_reason(b.reason), b.explanation),
        format!("替代材料：照片 {} 件、文书 {} 份；报告人 {}", b.items.len(), b.documents.len(), b.reporter),
    ]
}
