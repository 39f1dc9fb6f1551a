//! Search by the five keys of article 16, each and all.

use super::{
    overdue,
    page::{self, PageError, badge, page, table},
    signed_in::SignedIn,
    words,
};
use crate::{
    http::{ApiError, blocking},
    index::{DAY_MS, day_start_ms},
    office::Office,
    store::{IndexedItem, SearchPage, SearchQuery},
};
use axum::{
    extract::{Query, State},
    response::Response,
};
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;
use std::{fmt::Write as _, sync::Arc};

const PER_PAGE: i64 = 25;
const MAX_PAGE: i64 = 10_000;
const MAX_CHARS: usize = 100;

/// The search form as it was filled.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    device_no: String,
    officer: String,
    from: String,
    to: String,
    party: String,
    cause: String,
    thumbnails: String,
    page: i64,
}

impl Form {
    fn day(text: &str) -> Result<Option<NaiveDate>, ApiError> {
        if text.is_empty() {
            return Ok(None);
        }
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()
            .filter(|day| (1970..=9999).contains(&chrono::Datelike::year(day)));
        day.map(Some).ok_or_else(|| ApiError::new(400, "day", "not a day", "日期格式应为 2026-03-10。"))
    }

    fn query(&self) -> Result<SearchQuery, ApiError> {
        let text = |text: &str| text.trim().chars().take(MAX_CHARS).collect::<String>();
        Ok(SearchQuery {
            device_no: text(&self.device_no),
            officer: text(&self.officer),
            from_ms: Self::day(&self.from)?.map(day_start_ms),
            to_ms: Self::day(&self.to)?.map(|day| day_start_ms(day) + DAY_MS),
            party: text(&self.party),
            cause: text(&self.cause),
            thumbnails: self.thumbnails == "1",
            skip: (self.number() - 1) * PER_PAGE,
            limit: PER_PAGE,
        })
    }

    fn number(&self) -> i64 {
        self.page.clamp(1, MAX_PAGE)
    }

    /// The keys that were filled, with their values.
    fn filled(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all: [(&'static str, &str); 7] = [
            ("device_no", &self.device_no),
            ("officer", &self.officer),
            ("from", &self.from),
            ("to", &self.to),
            ("party", &self.party),
            ("cause", &self.cause),
            ("thumbnails", &self.thumbnails),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty())
    }

    /// Link to another page of the same search.
    fn link(&self, number: i64) -> String {
        let mut link = "/console/search?".to_owned();
        for (name, value) in self.filled() {
            let _never_fails = write!(link, "{name}={}&", encoded(value));
        }
        let _never_fails = write!(link, "page={number}");
        link
    }

    /// What was searched for, as the audit trail keeps it.
    fn target(&self) -> String {
        let keys = self.filled().map(|(name, value)| {
            let value: String = value.trim().chars().take(MAX_CHARS).collect();
            format!("{name}={value}")
        });
        format!("search:{}", keys.collect::<Vec<_>>().join("&"))
    }
}

/// RFC 3986 §2.1, everything but unreserved characters.
pub fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut link, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            link.push(char::from(byte));
        } else {
            let _never_fails = write!(link, "%{byte:02X}");
        }
        link
    })
}

/// `GET /console/search`
pub async fn show(
    State(office): State<Arc<Office>>,
    user: SignedIn,
    Query(form): Query<Form>,
) -> Result<Response, PageError> {
    let (found, error) = match form.query() {
        Ok(query) => {
            let (who, target) = (user.clone(), form.target());
            let found = blocking(&office, move |office| {
                let now_ms = office.clock.now_ms();
                office.write(|rows| who.note(rows, now_ms, "search", target.clone()))?;
                office.read(|rows| rows.search(&query))
            });
            (found.await?, None)
        }
        Err(error) => (SearchPage::default(), Some(error.zh().to_owned())),
    };
    let content = html! {
        (fields(&form))
        @if let Some(error) = error { p.alert role="alert" { (error) } }
        @else { (results(&form, &found)) }
    };
    Ok(page(&user, "search", "资料检索", &content))
}

fn fields(form: &Form) -> Markup {
    let field = |name: &str, label: &str, value: &str, hint: &str| {
        html! { div.field {
            label for=(name) { (label) }
            input #(name) name=(name) value=(value) maxlength=(MAX_CHARS) placeholder=(hint);
        } }
    };
    html! {
        form.search.card method="get" action="/console/search" role="search" {
            (field("device_no", "执法记录设备编号", &form.device_no, "编号开头"))
            (field("officer", "执法人员", &form.officer, "姓名、工号或证号"))
            div.field {
                label for="from" { "使用时间" }
                div.span {
                    input #from type="date" name="from" value=(form.from) aria-label="使用时间起";
                    span { "至" }
                    input #to type="date" name="to" value=(form.to) aria-label="使用时间止";
                }
            }
            (field("party", "案件当事人", &form.party, "名称的一部分，或拼音首字母"))
            (field("cause", "案由", &form.cause, "案由名称或代码"))
            div.field.actions {
                label.check { input type="checkbox" name="thumbnails" value="1" checked[form.thumbnails == "1"]; " 含缩略图" }
                button.primary type="submit" { "检索" }
                a href="/console/search" { "清空" }
            }
        }
    }
}

fn results(form: &Form, found: &SearchPage) -> Markup {
    let pages = (found.total + PER_PAGE - 1) / PER_PAGE;
    let number = form.number();
    html! {
        @if found.total == 0 {
            div.empty { p { "没有符合条件的声像资料。" } p.dim { "可减少条件，或检查日期与编号是否正确。" } }
        } @else {
            p.count { "共 " strong { (found.total) } " 件" @if pages > 1 { "，第 " (number) " / " (pages) " 页" } }
            (items(&found.items))
            (page::pages(number, number < pages, |number| form.link(number)))
        }
    }
}

/// Items as rows.
pub fn items(items: &[IndexedItem]) -> Markup {
    table(
        &["使用时间", "类别", "设备编号", "执法人员", "当事人", "案由", "查阅", "存储"],
        &html! { @for item in items { tr {
            td.num { a href={ "/console/item/" (item.item) } { (words::at(item.used_from_ms)) } }
            td { (words::media(&item.media)) @if !item.triggers.is_empty() { " " (badge("bad", &item.triggers)) } }
            td.num { (item.device_no) }
            td { (overdue::officer(item)) }
            td { (item.party) }
            td { (item.cause_name) }
            td { (badge(words::review(item.review).0, words::review(item.review).1)) }
            td { (badge(words::stage(item.state).0, words::stage(item.state).1)) }
        } } },
    )
}
