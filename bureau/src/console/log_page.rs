//! The log's checkpoints, as anybody may read them.

use super::{
    page::{PageError, facts, page, table},
    signed_in::SignedIn,
    words,
};
use crate::{
    http::{ApiError, blocking},
    office::Office,
    store::CheckpointRow,
};
use axum::{extract::State, response::Response};
use maud::html;
use std::sync::Arc;

const MAX_CHECKPOINTS: i64 = 50;

/// `GET /console/log`
pub async fn show(State(office): State<Arc<Office>>, user: SignedIn) -> Result<Response, PageError> {
    let (now, before): (CheckpointRow, Vec<CheckpointRow>) = blocking(&office, |office| {
        let now = office.notary.checkpoint(office.ledger.as_ref())?;
        Ok::<_, ApiError>((now, office.read(|rows| rows.checkpoints(MAX_CHECKPOINTS))?))
    })
    .await?;
    let key = office.notary.signer().verifier_key();
    let rows = html! { @for row in &before { tr {
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
        pre { (now.note) }
        h2 { "历次签名" }
        (table(&["叶数", "根散列", "签名时间"], &rows))
    };
    Ok(page(&user, "log", "日志检查点", &content))
}
