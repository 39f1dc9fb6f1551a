//! Records in Chinese words, for the readable page.

use super::say_recorder;
use crate::kind::{ItemReview, Kind};
use crate::place::PlaceClaim;
use crate::time::TimeClaim;
use crate::words;
use chrono::{DateTime, FixedOffset};

/// The particulars of a record, in one line.
pub fn detail(kind: &Kind) -> String {
    match kind {
        Kind::SessionOpened(b) => {
            format!("{}；当事人 {}；案由 {}", words::activity(b.activity), b.party.name, b.cause.name)
        }
        Kind::CertificateShown(b) => {
            let seen = if b.confirmed_by_party { "当事人已确认" } else { "当事人未确认" };
            format!("证号 {}，{seen}", b.cert_nos.join("、"))
        }
        Kind::NoticeGiven(b) => {
            format!("{}，当事人{}", words::channel(b.channel), words::response(b.response))
        }
        Kind::CaptureOpened(b) => {
            let label = b.label.as_deref().or(b.original_name.as_deref()).unwrap_or("");
            format!("{} {} {label}", words::media(b.media), b.item)
        }
        Kind::CaptureRecovered(b) => format!("{} 保留 {}", b.item, size(b.kept_bytes)),
        Kind::CaptureSealed(b) => {
            format!("{} {}，{}", b.item, size(b.pt_len_bytes), words::close_cause(b.cause))
        }
        Kind::DocumentFilled(b) => format!("{} 第 {} 版，{} 页", b.title, b.revision, b.pages.len()),
        Kind::GapRecorded(b) => {
            format!(
                "{} 秒，{}：{}",
                (b.to_ms.saturating_sub(b.from_ms)) / 1000,
                words::gap_reason(b.reason),
                b.explanation
            )
        }
        Kind::TriggerMarked(b) => format!("{} {}", words::trigger(b.trigger), b.note),
        Kind::FaultReported(b) => format!("{}：{}", b.device_no, b.symptom),
        Kind::ReviewOpened(b) => {
            format!("资料 {} 件，文书 {} 份", b.manifest.items.len(), b.manifest.documents.len())
        }
        Kind::ReviewConfirmed(b) => {
            let waived = b.items.iter().filter(|i| matches!(i, ItemReview::Waived { .. })).count();
            let objection = if b.objection.is_empty() { "无异议" } else { &b.objection };
            format!("资料 {} 件（放弃查阅 {waived} 件）；{objection}", b.items.len())
        }
        Kind::SignatureRefused(b) => {
            let witness = b.witness.as_ref().map_or("无见证人", |w| w.name.as_str());
            format!(
                "{}（{}）：{}；见证人 {witness}",
                words::signature_state(b.state),
                words::refusal_reason(b.reason),
                b.note
            )
        }
        Kind::ItemViewed(b) => format!("{}：{}", b.item, b.purpose),
        Kind::SessionClosed(b) => {
            format!("资料 {} 件，其中未经当事人查阅 {} 件", b.item_count(), b.unreviewed_count())
        }
        _ => device_detail(kind),
    }
}

/// The particulars of a record about a phone or a recorder, in one line.
fn device_detail(kind: &Kind) -> String {
    match kind {
        Kind::DeviceEnrolled(b) => format!("设备编号 {}，{}，密钥存于 {}", b.device_no, b.app, b.key_store),
        Kind::StoreQuarantined(b) => format!("{}：{}", b.folder, b.reason),
        Kind::PreUseCheck(b) => {
            format!(
                "电量 {}%，剩余空间 {}，未达标 {} 项",
                b.phone.battery_percent,
                size(b.phone.free_bytes),
                b.failed.len()
            )
        }
        Kind::RecorderPaired(b) => {
            format!(
                "{} {}（{}），电量 {}%，时钟差 {} ms",
                b.recorder_no, b.model, b.serial, b.battery_percent, b.clock_offset_ms
            )
        }
        Kind::RecorderEvent(b) => format!("{} {}", b.recorder_no, words::recorder_event(b.event)),
        Kind::RecorderListed(b) => format!("{} 共 {} 个文件", b.recorder_no, b.files.len()),
        Kind::DayEnded(b) => format!("{} 共 {} 件", b.day, b.items.len()),
        Kind::ReceiptVerified(b) => {
            format!(
                "日志 {} 条，记录至第 {} 号，资料 {} 件",
                b.checkpoint_size,
                b.records_to_seq,
                b.items.len()
            )
        }
        Kind::MediaFreed(b) => b.item.to_string(),
        _ => say_recorder::detail(kind),
    }
}

/// A length as people read it.
pub fn size(bytes: i64) -> String {
    match bytes {
        ..1024 => format!("{bytes} 字节"),
        1024..1_048_576 => format!("{} KiB", bytes / 1024),
        _ => format!("{}.{} MiB", bytes >> 20, ((bytes % (1 << 20)) * 10) >> 20),
    }
}

/// The best estimate of when it was, in Asia/Shanghai, whatever zone the phone was set to.
pub fn time(claim: &TimeClaim) -> String {
    let zone = FixedOffset::east_opt(8 * 3600);
    let instant = DateTime::from_timestamp_millis(claim.best_ms());
    let (Some(zone), Some(instant)) = (zone, instant) else { return format!("{} ms", claim.best_ms()) };
    instant.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// Where it claims to have been.
pub fn place(claim: &PlaceClaim) -> String {
    match claim {
        PlaceClaim::Fixed(p) => {
            format!("{}, {}（±{} m）", degrees(p.lat_e7), degrees(p.lon_e7), p.accuracy_cm / 100)
        }
        PlaceClaim::Stale { position: p, age_ms } => {
            format!("{}, {}（{} 秒前）", degrees(p.lat_e7), degrees(p.lon_e7), age_ms / 1000)
        }
        PlaceClaim::Mock(p) => format!("{}, {}（系统报告为模拟位置）", degrees(p.lat_e7), degrees(p.lon_e7)),
        PlaceClaim::Denied => "未授权定位".to_owned(),
        PlaceClaim::Absent { .. } => "无定位".to_owned(),
    }
}

fn degrees(e7: i64) -> String {
    let sign = if e7 < 0 { "-" } else { "" };
    format!("{sign}{}.{:07}", e7.unsigned_abs() / 10_000_000, e7.unsigned_abs() % 10_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_as_in_shanghai_whatever_the_phone_was_set_to() {
        let claim = TimeClaim::make(1_795_000_000_000, -300, 1, "b".to_owned(), None);
        assert_eq!(time(&claim), "2026-11-18 19:06:40");
        let absurd = TimeClaim::make(i64::MAX, i32::MAX, 1, "b".to_owned(), None);
        assert_eq!(time(&absurd), format!("{} ms", i64::MAX));
    }

    #[test]
    fn degrees_keep_their_sign_near_zero() {
        assert_eq!(degrees(-5), "-0.0000005");
        assert_eq!(degrees(282_280_000), "28.2280000");
    }

    #[test]
    fn lengths_are_shown_in_the_unit_that_fits() {
        assert_eq!(size(1023), "1023 字节");
        assert_eq!(size(3 << 19), "1.5 MiB");
    }
}
