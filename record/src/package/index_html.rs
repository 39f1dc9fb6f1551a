//! `data/index.html`: the package as a person reads it, without network, scripts or fonts of its own.
//!
//! Everything that came from outside is escaped. The same input gives the same bytes.

use super::bagit::BagInfo;
use super::layout::Entry;
use super::say;
use crate::kind::{
    CaptureOpened, CaptureSealed, DocumentFilled, ItemReview, SignatureBlock, SignatureState, SignerRole,
};
use crate::note::VerifierKey;
use crate::receipt::ItemStored;
use crate::{DeviceId, Digest, ItemId, Kind, Record, SessionId, words};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

const STYLE: &str = "body{font:16px/1.6 serif;max-width:60em;margin:2em auto;padding:0 1em;color:#111}\
h1{font-size:1.6em}h2{border-top:2px solid #111;padding-top:.5em}table{border-collapse:collapse;width:100%}\
td,th{border:1px solid #999;padding:.2em .5em;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
code,pre{font:13px/1.5 monospace}pre{white-space:pre-wrap;border:1px solid #999;padding:1em}\
.mark{font-weight:bold;color:#a00}svg{height:5em;border:1px solid #999}figure{display:inline-block;margin:.5em}\
@media print{body{max-width:none;margin:0}pre,figure,tr{break-inside:avoid}}";

const HOW: &str = include_str!("how_to_verify.html");

/// Gathers what the page shows while the records pass.
#[derive(Debug, Default)]
pub struct Index {
    organization: String,
    date: String,
    description: String,
    bureau: Option<(String, String)>,
    sessions: Vec<Session>,
    by_id: BTreeMap<(DeviceId, SessionId), usize>,
    device_rows: String,
    included: BTreeSet<ItemId>,
    receipts: BTreeMap<ItemId, i64>,
    records: u64,
    signed: u64,
    proven: u64,
}

#[derive(Debug, Default)]
struct Session {
    id: String,
    head: String,
    rows: String,
    documents: String,
    signatures: String,
    opened: BTreeMap<ItemId, CaptureOpened>,
    items: Vec<SealedItem>,
    manifests: BTreeMap<Digest, Vec<ItemId>>,
    review: BTreeMap<ItemId, &'static str>,
}

#[derive(Debug)]
struct SealedItem {
    sealed: CaptureSealed,
    seq: i64,
    when: String,
    device: DeviceId,
    officer: String,
}

impl Index {
    /// An empty page.
    pub fn new(info: &BagInfo) -> Self {
        Self {
            organization: info.organization.clone(),
            date: info.date.clone(),
            description: info.description.clone(),
            ..Self::default()
        }
    }

    /// The bureau's key, as a person compares it.
    pub fn bureau(&mut self, key: &VerifierKey) {
        self.bureau = Some((key.to_string(), key.fingerprint()));
    }

    /// An item that the package holds.
    pub fn item(&mut self, item: ItemId) {
        self.included.insert(item);
    }

    /// A receipt that the package holds.
    pub fn receipt(&mut self, stored: &ItemStored) {
        self.receipts.insert(stored.item, stored.stored_at_ms);
    }

    /// The next record.
    pub fn record(&mut self, record: &Record, signed: bool, proven: bool) {
        self.records += 1;
        self.signed += u64::from(signed);
        self.proven += u64::from(proven);
        let row = row(record, signed);
        let Some(id) = record.session else {
            self.device_rows.push_str(&row);
            return;
        };
        let next = self.sessions.len();
        let place = *self.by_id.entry((record.device, id)).or_insert(next);
        if place == next {
            self.sessions.push(Session { id: id.to_string(), ..Session::default() });
        }
        if let Some(session) = self.sessions.get_mut(place) {
            session.rows.push_str(&row);
            session.record(record);
        }
    }

    /// The page.
    pub fn html(&self) -> String {
        let mut page = format!(
            "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\n<title>留痕 执法记录资料包</title>\n\
             <style>{STYLE}</style></head><body>\n<h1>留痕 执法记录资料包</h1>\n"
        );
        let _ = writeln!(
            page,
            "<p>本资料包由{}于 {} 制作。包内有执法活动 {} 次、记录 {} 条（设备签名 {} 条，日志证明 {} 条）、\
             声像资料 {} 件、局方存证回执 {} 份。每条记录按顺序相互链接，声像资料采集时即加密封存；\
             任何一处改动都可用通用工具查出，方法见文末。时间均为北京时间。</p>",
            escape(&self.organization),
            escape(&self.date),
            self.sessions.len(),
            self.records,
            self.signed,
            self.proven,
            self.included.len(),
            self.receipts.len(),
        );
        if !self.description.is_empty() {
            let _ = writeln!(page, "<p>{}</p>", escape(&self.description));
        }
        if let Some((key, fingerprint)) = &self.bureau {
            let _ = writeln!(
                page,
                "<p>局方验证公钥：<code>{}</code><br>公钥指纹：<code>{fingerprint}</code></p>",
                escape(key)
            );
        }
        for (session, n) in self.sessions.iter().zip(1..) {
            session.html(n, self, &mut page);
        }
        page.push_str("<h2>设备记录</h2>\n");
        table(&["序号", "时间", "事项", "内容", "签名"], &self.device_rows, &mut page);
        page.push_str(HOW);
        page.push_str("</body></html>\n");
        page
    }
}

impl Session {
    fn record(&mut self, record: &Record) {
        match &record.kind {
            Kind::SessionOpened(body) => self.head = head(body, record),
            Kind::CaptureOpened(body) => {
                self.opened.insert(body.item, body.clone());
            }
            Kind::CaptureSealed(body) => self.items.push(SealedItem {
                sealed: body.clone(),
                seq: record.seq,
                when: say::time(&record.time),
                device: record.device,
                officer: record.officer.clone().unwrap_or_default(),
            }),
            Kind::DocumentFilled(body) => self.document(body),
            Kind::ReviewOpened(body) => {
                let items = body.manifest.items.iter().map(|i| i.item).collect();
                self.manifests.insert(body.manifest_sha256, items);
            }
            Kind::ReviewConfirmed(body) => {
                for item in &body.items {
                    let word = match item {
                        ItemReview::Reviewed { .. } => "已查阅",
                        ItemReview::Waived { .. } => "放弃查阅",
                    };
                    self.review.insert(item.item(), word);
                }
                body.signatures.iter().for_each(|s| self.signature(s));
            }
            Kind::SignatureRefused(body) => {
                let word = match body.state {
                    SignatureState::Refused => "拒绝签字",
                    SignatureState::Unable => "不能签字",
                    SignatureState::Absent => "当事人不在场",
                };
                for item in self.manifests.get(&body.manifest_sha256).into_iter().flatten() {
                    self.review.insert(*item, word);
                }
                let witness = body.witness.iter().map(|w| &w.signature);
                witness.chain(&body.officers).for_each(|s| self.signature(s));
            }
            _ => {}
        }
    }

    fn document(&mut self, body: &DocumentFilled) {
        let _ = writeln!(
            self.documents,
            "<h4>{} 第 {} 版</h4><p>依据：{}　摘要 <code>{}</code></p>",
            escape(&body.title),
            body.revision,
            escape(&body.legal_basis),
            body.document_sha256
        );
        for change in &body.corrections {
            let _ = writeln!(
                self.documents,
                "<p class=\"mark\">修改处 {}：原“{}”，现“{}”（{}）</p>",
                escape(&change.field),
                escape(&change.before),
                escape(&change.after),
                escape(&change.by)
            );
        }
        for page in &body.pages {
            let _ = writeln!(self.documents, "<pre>{}</pre>", escape(&page.text));
        }
    }

    fn signature(&mut self, block: &SignatureBlock) {
        let _ = writeln!(
            self.signatures,
            "<figure>{}<figcaption>{} {}</figcaption></figure>",
            svg(block),
            words::signer(block.role),
            escape(&block.name)
        );
    }

    fn html(&self, n: usize, index: &Index, page: &mut String) {
        let _ = writeln!(page, "<h2>执法活动 {n}</h2>\n<p>编号 <code>{}</code></p>\n{}", self.id, self.head);
        page.push_str("<h3>经过</h3>\n");
        table(&["序号", "时间", "事项", "内容", "签名"], &self.rows, page);
        if !self.items.is_empty() {
            page.push_str("<h3>声像资料</h3>\n");
            let rows: String = self.items.iter().map(|item| self.item_row(item, index)).collect();
            table(
                &["资料", "封存时间", "设备、人员", "解密后的 SHA-256", "当事人查阅", "局方回执"],
                &rows,
                page,
            );
        }
        if !self.documents.is_empty() {
            let _ = writeln!(page, "<h3>文书</h3>\n{}", self.documents);
        }
        if !self.signatures.is_empty() {
            let _ = writeln!(page, "<h3>签名</h3>\n{}", self.signatures);
        }
    }

    fn item_row(&self, item: &SealedItem, index: &Index) -> String {
        let sealed = &item.sealed;
        let opened = self.opened.get(&sealed.item);
        let word = opened.map_or("资料", |o| words::media(o.media));
        let name = opened.and_then(|o| o.label.as_deref().or(o.original_name.as_deref())).unwrap_or("");
        let derived = opened.and_then(|o| o.derived_from);
        // A derived picture was seen with what it derives from.
        let review = self.review.get(&derived.unwrap_or(sealed.item));
        let review = review.map_or("<span class=\"mark\">未经当事人查阅</span>", |word| word);
        let file = if index.included.contains(&sealed.item) {
            format!("<code>{}</code>", Entry::Item(sealed.item))
        } else {
            "<span class=\"mark\">未包含在本包中</span>".to_owned()
        };
        let receipt = index.receipts.get(&sealed.item).map_or("无", |_| "有");
        format!(
            "<tr><td>{word} {}（{}）第 {} 号记录<br>{file}</td><td>{}</td><td>{}<br>{}</td>\
             <td><code>{}</code></td><td>{review}</td><td>{receipt}</td></tr>\n",
            escape(name),
            say::size(sealed.pt_len_bytes),
            item.seq,
            item.when,
            item.device,
            escape(&item.officer),
            sealed.pt_sha256,
        )
    }
}

fn head(body: &crate::kind::SessionOpened, record: &Record) -> String {
    let officers: Vec<String> = body
        .officers
        .iter()
        .map(|o| format!("{}（{}，证号 {}，{}）", o.name, words::officer_role(o.role), o.cert_no, o.unit))
        .collect();
    let lines = [
        ("执法活动", words::activity(body.activity).to_owned()),
        ("开始时间", format!("{}　{}", say::time(&record.time), words::grade(record.time.grade))),
        ("执法人员", officers.join("；")),
        ("执法记录设备编号", body.device_no.clone()),
        ("当事人", body.party.name.clone()),
        ("案由", format!("{} {}", body.cause.code, body.cause.name)),
        ("地点", format!("{}　{}", body.place_text, say::place(&record.place))),
    ];
    let mut rows = String::new();
    for (name, value) in lines {
        let _ = writeln!(rows, "<tr><th>{name}</th><td>{}</td></tr>", escape(&value));
    }
    format!("<table>{rows}</table>")
}

fn row(record: &Record, signed: bool) -> String {
    format!(
        "<tr><td>{}</td><td title=\"{}\">{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        record.seq,
        words::grade(record.time.grade),
        say::time(&record.time),
        words::kind(&record.kind),
        escape(&say::detail(&record.kind)),
        if signed { "有" } else { "" },
    )
}

fn table(columns: &[&str], rows: &str, page: &mut String) {
    let head = columns.join("</th><th>");
    let _ = writeln!(page, "<table><thead><tr><th>{head}</th></tr></thead><tbody>\n{rows}</tbody></table>");
}

/// The strokes of a signature, in 1/100 mm.
fn svg(block: &SignatureBlock) -> String {
    let label = if block.role == SignerRole::Party { "当事人签名" } else { "签名" };
    let mut drawing =
        format!("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{label}\">", block.width, block.height);
    for stroke in &block.strokes {
        let points: Vec<String> = stroke.0.iter().map(|[x, y, ..]| format!("{x},{y}")).collect();
        let _ = write!(
            drawing,
            "<polyline fill=\"none\" stroke=\"#111\" stroke-width=\"40\" stroke-linecap=\"round\" points=\"{}\"/>",
            points.join(" ")
        );
    }
    drawing + "</svg>"
}

/// Text as HTML: markup is escaped, and so is every control and direction-changing character, so that a name
/// cannot make the page show something else than is there.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' => escaped.push('\n'),
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {
                let _ = write!(escaped, "\\u{{{:x}}}", u32::from(c));
            }
            c if c.is_control() => {
                let _ = write!(escaped, "\\u{{{:x}}}", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_becomes_markup_or_turns_the_text_around() {
        assert_eq!(escape("<script>'\"&\u{202e}gpj\0"), "&lt;script&gt;&#39;&quot;&amp;\\u{202e}gpj\\u{0}");
    }

    #[test]
    fn the_page_asks_for_nothing_from_outside() {
        let info = BagInfo {
            organization: "<b>局</b>".to_owned(),
            date: "2026-11-23".to_owned(),
            description: String::new(),
        };
        let page = Index::new(&info).html();
        assert!(page.contains("&lt;b&gt;局"));
        for word in ["<script", "src=", "href=", "http:", "https:", "url(", "@import"] {
            assert!(!page.contains(word), "{word}");
        }
    }
}
