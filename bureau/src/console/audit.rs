//! Who did what, as a table: about one thing beside it, about everything on a page of its own.

use super::{
    page::{PageError, page, pages, table},
    search::encoded,
    signed_in::SignedIn,
    words,
};
use crate::{
    account::Role,
    administrator,
    http::{ApiError, blocking},
    office::Office,
    store::AuditRow,
};
use axum::{
    extract::{Query, State},
    response::Response,
};
use maud::{Markup, html};
use serde::Deserialize;
use std::sync::Arc;

const PER_PAGE: i64 = 50;
const MAX_PAGE: i64 = 1_000_000;
/// The longest target is a search with all its keys.
const MAX_CHARS: usize = 1000;

/// Audit entries about one thing that are shown beside it: the newest.
pub const BESIDE: i64 = 50;

/// Audit entries about one thing, newest first; one more than [`BESIDE`] tells that there are more.
pub fn entries(rows: &[AuditRow]) -> Markup {
    html! {
        @if rows.len() as i64 > BESIDE { p.count { "此处列出最近 " (BESIDE) " 条；更早的见审计日志。" } }
        (rows_as_table(&rows[..rows.len().min(BESIDE as usize)], false))
    }
}

fn rows_as_table(rows: &[AuditRow], with_target: bool) -> Markup {
    let head = ["时间", "账号", "角色", "地址", "操作", "对象"];
    table(
        if with_target { &head } else { &head[..5] },
        &html! { @for row in rows { tr {
            td.num { (words::at(row.at_ms)) }
            td { (row.name) }
            td { (row.role.parse::<Role>().map_or("", Role::zh)) }
            td.num { @if row.source == administrator::SOURCE { "命令行" } @else { (row.source) } }
            td { (words::audit_action(&row.action)) }
            @if with_target { td { @if !row.target.is_empty() {
                a href=(link(&row.target, 1)) { code.wrap { (row.target) } }
            } } }
        } } },
    )
}

/// Which part of the trail.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Part {
    target: String,
    page: i64,
}

fn link(target: &str, number: i64) -> String {
    format!("/console/audit?target={}&page={number}", encoded(target))
}

/// `GET /console/audit`: the whole trail, newest first, for those whose role supervises it. That somebody looked, or
/// was refused, is in it too.
pub async fn list(
    State(office): State<Arc<Office>>,
    user: SignedIn,
    Query(part): Query<Part>,
) -> Result<Response, PageError> {
    let target: String = part.target.trim().chars().take(MAX_CHARS).collect();
    let number = part.page.clamp(1, MAX_PAGE);
    let (who, wanted) = (user.clone(), target.clone());
    let mut rows = blocking(&office, move |office| {
        let (now_ms, may) = (office.clock.now_ms(), who.may_read_audit());
        let action = if may { "view_audit" } else { "view_audit_refused" };
        office.write(|rows| who.note(rows, now_ms, action, String::new()))?;
        if !may {
            let zh = "审计日志仅供综合科和专门人员查阅。";
            return Err(ApiError::new(403, "role", "this role does not read the audit trail", zh));
        }
        // One more than is shown tells whether there are more.
        Ok(office.read(|rows| rows.audit(&wanted, (number - 1) * PER_PAGE, PER_PAGE + 1))?)
    })
    .await?;
    let more = rows.len() as i64 > PER_PAGE;
    rows.truncate(PER_PAGE as usize);
    Ok(page(&user, "audit", "审计日志", &content(&rows, &target, number, more)))
}

fn content(rows: &[AuditRow], target: &str, number: i64, more: bool) -> Markup {
    html! {
        p.note { "登录、查阅、下载与管理员命令均记入，最新的在前；不可在此修改或删除。" }
        form.days method="get" action="/console/audit" {
            label for="target" { "对象" }
            input #target name="target" value=(target) maxlength=(MAX_CHARS) placeholder="如 item:资料编号，留空为全部";
            button type="submit" { "查看" }
            @if !target.is_empty() { a.button href="/console/audit" { "全部" } }
        }
        @if rows.is_empty() { div.empty { p { "没有相应的审计记录。" } } }
        @else { (rows_as_table(rows, true)) }
        (pages(number, more, |number| link(target, number)))
    }
}
