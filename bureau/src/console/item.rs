//! An item (资料详情): what it is, whether it is stored, who had it, and how anybody can check it by hand.

use super::{
    audit, describe, home, nothing,
    page::{PageError, badge, facts, page, table},
    signed_in::SignedIn,
    words,
};
use crate::{
    http::{ApiError, blocking},
    log::receipts::inclusion,
    office::Office,
    store::{AuditRow, IndexedItem, IndexedSession, ItemRow, PieceRow, RecordRow},
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use liuhen_record::{
    ItemId, Kind, Record, SessionId,
    assigned::Assigned,
    kind::{CaptureSealed, FileAssigned},
};
use maud::{Markup, html};
use std::sync::Arc;

/// Records of the custody chain that are shown: the first ones.
const MAX_RECORDS: usize = 500;

struct Shown {
    indexed: IndexedItem,
    session: Option<IndexedSession>,
    row: ItemRow,
    pieces: Vec<PieceRow>,
    records: Vec<(RecordRow, Record)>,
    /// Whether there are more than these.
    more_records: bool,
    /// The last word of its own device on where it belongs by hand: nobody else's counts (`spec/recorder-import.md` §6.6).
    by_hand: Option<Record>,
    audit: Vec<AuditRow>,
    proof: Option<Proof>,
}

struct Proof {
    note: String,
    index: u64,
    hashes: Vec<String>,
    statement: String,
}

/// `GET /console/item/{item}`
pub async fn show(
    State(office): State<Arc<Office>>,
    user: SignedIn,
    Path(item): Path<String>,
) -> Result<Response, PageError> {
    let item = item.parse::<ItemId>().map_err(|_| PageError(nothing()))?;
    let who = user.clone();
    let shown = blocking(&office, move |office| load(office, &who, item)).await?;
    let title = format!("资料详情 · {}", words::media(&shown.indexed.media));
    Ok(page(&user, "search", &title, &content(&shown)))
}

fn load(office: &Arc<Office>, user: &SignedIn, item: ItemId) -> Result<Shown, ApiError> {
    let known = office.read(|rows| rows.item(item))?;
    if known.is_none() {
        return Err(nothing());
    }
    let checkpoint = office.notary.checkpoint(office.ledger.as_ref())?;
    let now_ms = office.clock.now_ms();
    office.write(|rows| user.note(rows, now_ms, "view_item", format!("item:{item}")))?;
    office.read(|rows| {
        let indexed = rows.indexed_item(item)?.ok_or_else(nothing)?;
        let row = rows.item(item)?.ok_or_else(nothing)?;
        let mut records = rows.item_records(item, MAX_RECORDS as i64 + 1)?;
        let more_records = records.len() > MAX_RECORDS;
        records.truncate(MAX_RECORDS);
        let by_hand = rows.own_record(item, "file_assigned")?;
        let records = records.into_iter().filter_map(|r| Record::parse(&r.bytes).ok().map(|p| (r, p)));
        let proof = match (row.leaf.filter(|leaf| *leaf < checkpoint.size), &row.statement) {
            (Some(index), Some(statement)) => Some(Proof {
                note: checkpoint.note.clone(),
                index,
                hashes: inclusion(rows, checkpoint.size, index)?,
                statement: String::from_utf8_lossy(statement).into_owned(),
            }),
            _ => None,
        };
        Ok(Shown {
            pieces: rows.pieces(item)?,
            records: records.collect(),
            more_records,
            by_hand: by_hand.and_then(|row| Record::parse(&row.bytes).ok()),
            audit: rows.audit(&format!("item:{item}"), 0, audit::BESIDE + 1)?,
            session: indexed.belongs_to().map(|session| rows.session(session)).transpose()?.flatten(),
            indexed,
            row,
            proof,
        })
    })
}

fn content(shown: &Shown) -> Markup {
    let (item, stage, review) =
        (&shown.indexed, words::stage(shown.indexed.state), words::review(shown.indexed.review));
    let sealed = shown.records.iter().find_map(|(_, record)| match &record.kind {
        Kind::CaptureSealed(body) => Some(body),
        _ => None,
    });
    let assigned = Assigned::fold(&shown.by_hand);
    html! {
        p.badges {
            (badge(stage.0, stage.1)) (badge(review.0, review.1))
            @for trigger in words::triggers(&item.triggers) { (badge("bad", trigger)) }
        }
        p.note { "控制台不显示媒体内容：本单位服务器不持有解密密钥。经科室负责人批准后，由密钥持有人在离线环境解密查阅（第十五条）。" }
        section { h2 { "检索项目（第十六条）" } (keys(item, assigned.in_force(item.item))) }
        section { h2 { "存储与摘要" } (storage(shown, sealed)) }
        section { h2 { "保管链" } (custody(shown)) }
        section { h2 { "入库证明" } (proof(shown)) }
        section { h2 { "查阅审计" } (audit::entries(&shown.audit)) }
    }
}

fn keys(item: &IndexedItem, by_hand: Option<(SessionId, &FileAssigned)>) -> Markup {
    let label = if item.label.is_empty() { "—" } else { &item.label };
    facts(&[
        ("执法记录设备编号", html! { (item.device_no) }),
        ("执法人员", html! { (item.officer_names) " " span.dim { "（采集人工号 " (item.officer) "）" } }),
        ("使用时间", html! { (words::between(item.used_from_ms, item.used_to_ms)) }),
        ("案件当事人", html! { (item.party) }),
        ("案由", html! { (item.cause_name) " " span.dim { (item.cause_code) } }),
        ("名称", html! { (label) }),
        (
            "执法活动",
            html! { @match (item.session, by_hand) {
                (Some(session), _) => a href={ "/console/session/" (session) } { "查看执法活动全过程" }
                (None, Some((session, said))) => {
                    a href={ "/console/session/" (session) } { "查看执法活动全过程" } " "
                    (badge("wait", "人工归属")) " " span.dim { (said.name) "（证号 " (said.cert_no) "）：" (said.reason) }
                }
                (None, None) => "未归属执法活动（执法记录仪文件，原因见保管链）"
            } },
        ),
        (
            "来源",
            html! { @match item.derived_from {
                Some(from) => { "由 " a href={ "/console/item/" (from) } { (words::short(&from)) } " 生成" }
                None => "原始采集"
            } },
        ),
        ("资料编号", html! { code { (item.item) } }),
    ])
}

fn storage(shown: &Shown, sealed: Option<&CaptureSealed>) -> Markup {
    let Some(sealed) = sealed else {
        return html! { p { "尚未封存：手机端仍在采集，或记录尚未上传。" } };
    };
    let stored = shown.pieces.iter().filter(|piece| piece.stored_ms.is_some()).count();
    let finished = shown.row.stored_ms.map_or("—".to_owned(), words::at);
    let rows = html! { @for piece in &shown.pieces { tr {
        td.num { (piece.idx + 1) }
        td.num { (words::bytes(piece.len_bytes)) }
        td { code.wrap { (piece.sha256) } }
        td { @match piece.stored_ms {
            Some(ms) => { (badge("good", "已存")) " " span.dim { (words::at(ms)) } }
            None => (badge("wait", "待上传"))
        } }
    } } };
    html! {
        (facts(&[
            ("封存文件（密文）", html! { (words::bytes(sealed.len_bytes)) " " code.wrap { (sealed.ct_sha256) } }),
            ("原始数据（明文）", html! { (words::bytes(sealed.pt_len_bytes)) " " code.wrap { (sealed.pt_sha256) } }),
            ("载荷摘要", html! { code.wrap { (sealed.payload_sha256) } }),
            ("封存格式", html! { (sealed.suite) "（" (words::close_cause(sealed.cause)) "）" }),
            ("全部入库时间", html! { (finished) }),
        ]))
        details open[shown.pieces.len() <= 8] {
            summary { "分片 " (shown.pieces.len()) " 个，已存 " (stored) " 个" }
            (table(&["序号", "长度", "SHA-256", "状态"], &rows))
        }
    }
}

fn custody(shown: &Shown) -> Markup {
    let chain = table(
        &["时间", "环节", "说明", "经手", "记录"],
        &html! {
            @for (row, record) in &shown.records { tr {
                td.num { (words::at(record.time.best_ms())) br; span.dim { (words::grade(record.time.grade)) } }
                td { (words::kind(&record.kind)) }
                td { @for line in describe::lines(record) { div { (line) } } }
                td { (home::officer(shown.session.as_ref(), record.officer.as_deref())) }
                td { (record_links(row)) @if row.device != shown.row.device { " " (badge("wait", "其他设备")) } }
            } }
            @if let Some(ms) = shown.row.stored_ms { tr {
                td.num { (words::at(ms)) br; span.dim { "局端时钟" } }
                td { "局端核验入库" }
                td { "全部分片逐字节复核，密文摘要与签名记录一致，写入透明日志第 " (shown.row.leaf.unwrap_or_default()) " 叶" }
                td { "本系统" }
                td { "—" }
            } }
        },
    );
    html! {
        @if shown.more_records { p.count { "此处列出最先的 " (MAX_RECORDS) " 条记录；其后的见数据包。" } }
        (chain)
    }
}

/// Links to a record's exact bytes and signature.
pub fn record_links(row: &RecordRow) -> Markup {
    let path = format!("/console/record/{}/{:010}", row.device, row.seq);
    html! {
        a href={ (path) ".json" } { "第 " (row.seq) " 号" }
        @if row.sig.is_some() { " · " a href={ (path) ".sig" } { "签名" } }
        " · " a href={ (path) ".tlog-proof" } { "证明" }
    }
}

fn proof(shown: &Shown) -> Markup {
    let Some(proof) = &shown.proof else {
        return html! { p { "尚未全部入库，暂无入库证明。各条记录的日志证明见上表。" } };
    };
    let (item, device) = (shown.row.item, shown.row.device);
    let seq = shown.row.sealed_seq.unwrap_or_default();
    html! {
        p { "下列材料可由任何人在没有本系统的计算机上核对：" }
        ul.files {
            li { a href={ "/console/item/" (item) "/statement.json" } { "statement.json" } " 入库声明（日志叶原文）" }
            li { a href={ "/console/item/" (item) "/item.tlog-proof" } { "item.tlog-proof" } " 包含证明与签名检查点（C2SP）" }
            li { a href={ "/console/record/" (device) "/" (format!("{seq:010}")) ".json" } { (format!("{seq:010}.json")) } " 封存记录原文，及其 "
                a href={ "/console/record/" (device) "/" (format!("{seq:010}")) ".sig" } { "签名" } }
            li { a href={ "/console/device/" (device) "/device.pem" } { "device.pem" } " 设备公钥" }
        }
        details { summary { "手工核对方法" }
            ol {
                li { "核对设备签名：" pre { "openssl dgst -sha256 -verify device.pem -signature " (format!("{seq:010}")) ".sig " (format!("{seq:010}")) ".json" } }
                li { "核对封存文件：其 SHA-256 应等于声明中的 ct_sha256：" pre { "sha256sum " (item) ".age" } }
                li { "计算日志叶散列：" pre { "(printf '\\000'; cat statement.json) | sha256sum" } }
                li { "自叶散列起，按下列序号与兄弟散列逐级计算 SHA-256(0x01 ‖ 左 ‖ 右)（序号该位为 0 时自身在左，为 1 时在右；末级不满时跳过），所得应等于检查点第三行。" }
                li { "检查点由本单位日志密钥（Ed25519）签名，公钥见“日志检查点”页。" }
            }
        }
        details { summary { "叶序号 " (proof.index) "，兄弟散列 " (proof.hashes.len()) " 个" }
            pre { @for hash in &proof.hashes { (hash) "\n" } }
        }
        details { summary { "检查点" } pre { (proof.note) } }
        details { summary { "入库声明" } pre.wrap { (proof.statement) } }
    }
}
