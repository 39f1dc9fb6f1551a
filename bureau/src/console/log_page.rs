//! The log's checkpoints, as anybody may read them.

use super::{
    page::{PageError, badge, facts, page, table},
    signed_in::SignedIn,
    words,
};
use crate::{
    http::{ApiError, blocking},
    log::{
        cosigned::cosigned,
        witnesses::{Standing, Trouble},
    },
    office::Office,
    store::{CheckpointRow, StampRow},
};
use axum::{extract::State, response::Response};
use maud::{Markup, html};
use std::sync::Arc;

const MAX_CHECKPOINTS: i64 = 50;
const MAX_STAMPS: i64 = 50;

struct Shown {
    note: String,
    size: u64,
    before: Vec<CheckpointRow>,
    witnesses: Vec<Standing>,
    stamps: Vec<StampRow>,
}

/// `GET /console/log`
pub async fn show(State(office): State<Arc<Office>>, user: SignedIn) -> Result<Response, PageError> {
    let shown = blocking(&office, |office| {
        let now = office.notary.checkpoint(office.ledger.as_ref())?;
        office.witnesses.show(now.size);
        office.read(|rows| {
            Ok::<_, ApiError>(Shown {
                note: cosigned(rows, &now)?,
                size: now.size,
                before: rows.checkpoints(MAX_CHECKPOINTS)?,
                witnesses: office.witnesses.standings(rows)?,
                stamps: rows.stamps(MAX_STAMPS)?,
            })
        })
    })
    .await?;
    let key = office.notary.signer().verifier_key();
    let rows = html! { @for row in &shown.before { tr {
        td.num { (row.size) }
        td { code { (row.note.lines().nth(2).unwrap_or("")) } }
        td.num { (words::at(row.signed_ms)) }
    } } };
    let content = html! {
        p { "每条记录与每份入库声明都是透明日志（RFC 6962）的一片叶。检查点由本单位签名；任何人保存旧检查点，即可发现事后删改。" }
        (facts(&[
            ("日志名称", html! { code { (key.name()) } }),
            ("验证公钥", html! { code.wrap { (key.to_string()) } }),
            ("公钥指纹", html! { code { (key.fingerprint()) } }),
            ("公开地址", html! { a href="/log/checkpoint" { "/log/checkpoint" } "（无须登录）" }),
        ]))
        h2 { "当前检查点" }
        pre { (shown.note) }
        h2 { "独立见证" }
        (witnesses(&shown))
        h2 { "可信时间戳" }
        (stamps(&office, &shown))
        h2 { "历次签名" }
        (table(&["叶数", "根散列", "签名时间"], &rows))
    };
    Ok(page(&user, "log", "日志检查点", &content))
}

fn witnesses(shown: &Shown) -> Markup {
    if shown.witnesses.is_empty() {
        return html! { p { "未配置见证方。只有各手机保存的旧检查点能发现本单位改写日志。" } };
    }
    let rows = html! { @for witness in &shown.witnesses { tr {
        td { (witness.address.key.name()) }
        td.num { (witness.last.as_ref().map_or(0, |last| last.size)) " / " (shown.size) }
        td.num { @match &witness.last {
            Some(last) => (words::at(i64::try_from(last.time_secs).unwrap_or(i64::MAX).saturating_mul(1000))),
            None => "—",
        } }
        td { @let (tone, word) = standing(witness, shown.size); (badge(tone, &word)) }
    } } };
    table(&["见证方", "已联署叶数", "联署时间", "状态"], &rows)
}

/// Tone and words of how a witness stands.
fn standing(witness: &Standing, size: u64) -> (&'static str, String) {
    match &witness.trouble {
        Some(Trouble::Unreachable) => ("bad", "无法连接，入库不受影响，正在重试".to_owned()),
        Some(Trouble::Refused(status)) => ("bad", format!("拒绝联署（{status}），请立即核查日志")),
        Some(Trouble::Forged) => ("bad", "返回的联署签名无效".to_owned()),
        Some(Trouble::Ahead(held)) => {
            ("bad", format!("见证方已见过 {held} 片叶，本单位日志缺失数据，请立即停用核查"))
        }
        Some(Trouble::Store) => ("bad", "本机存储出错".to_owned()),
        None if witness.last.as_ref().is_some_and(|last| last.size == size) => ("good", "已联署".to_owned()),
        None => ("wait", "等待联署".to_owned()),
    }
}

fn stamps(office: &Office, shown: &Shown) -> Markup {
    let rows = html! { @for stamp in &shown.stamps { tr {
        td.num { (stamp.size) }
        td.num { (words::at(stamp.time_ms)) }
        td {
            a href={ "/console/log/" (stamp.size) ".note" } { "检查点" } " · "
            a href={ "/console/log/" (stamp.size) ".tsr" } { "时间戳令牌" }
        }
    } } };
    html! {
        @match office.stamper.url() {
            Some(url) => p { "时间戳服务：" code { (url) } },
            None => p { "未配置时间戳服务（RFC 3161）。" },
        }
        @if let Some(trouble) = office.stamper.trouble() {
            p { (badge("bad", "最近一次未成功，正在重试")) " " (trouble) }
        }
        @if !shown.stamps.is_empty() { (table(&["叶数", "时间戳时间", "文件（可用 openssl ts 核验）"], &rows)) }
    }
}
