//! Lines into pages with header and footer.

use super::{template::Template, text::columns, wrap::wrap};
use liuhen_record::kind::Page;

/// Room for a name.
const NAME_ROOM: &str = "＿＿＿＿＿＿＿＿";
/// Room for a date.
const DATE_ROOM: &str = "日期：＿＿＿＿＿＿";
/// What a place to sign means on a screen.
const SIGNING_NOTE: &str =
    "屏幕手写签名的笔迹与本文书摘要一并保存，签名日期由系统记录；没有笔迹的签名栏视为划去。";
/// Lines that go with the places to sign to a page of their own: nobody signs a page without text.
const CARRIED_LINES: usize = 4;

/// The pages of a document. The last part, with the places to sign, is never split between pages.
pub(super) fn pages(template: &Template, authority: &str, doc_no: &str, body: Vec<String>) -> Vec<Page> {
    let size = template.page;
    let header = header(template, doc_no);
    let footer = footer(template);
    let room = size.lines.saturating_sub(header.len() + footer.len() + 1).max(1);
    let mut lines = Vec::new();
    for (text, gap) in [(authority, false), (template.title.zh.as_str(), true)] {
        lines.extend(wrap(text, size.columns, 0, 0).iter().map(|line| centred(line, size.columns)));
        lines.extend(gap.then(String::new));
    }
    lines.extend(body);
    let sheets = sheets(&lines, signing(template), room);
    let total = sheets.len();
    let page = |(sheet, n): (Vec<String>, i64)| {
        let number = centred(&format!("第 {n} 页 共 {total} 页"), size.columns);
        let text = [header.clone(), sheet, footer.clone(), vec![number]].concat().join("\n");
        Page { n, text }
    };
    sheets.into_iter().zip(1..).map(page).collect()
}

fn sheets(lines: &[String], signing: Vec<String>, room: usize) -> Vec<Vec<String>> {
    let mut sheets: Vec<Vec<String>> = lines.chunks(room).map(<[String]>::to_vec).collect();
    let mut last = sheets.pop().unwrap_or_default();
    if last.len() + signing.len() > room {
        let carried = last.split_off(last.len().saturating_sub(CARRIED_LINES).max(1));
        sheets.push(std::mem::replace(&mut last, carried));
    } else if let Some(before) = sheets.last_mut().filter(|_| last.len() < CARRIED_LINES) {
        let mut carried = before.split_off(before.len().saturating_sub(CARRIED_LINES - last.len()).max(1));
        carried.append(&mut last);
        last = carried;
    }
    last.extend(signing);
    sheets.push(last);
    sheets
}

fn header(template: &Template, doc_no: &str) -> Vec<String> {
    let columns_all = template.page.columns;
    let title = template.title.zh.clone();
    let number = format!("文书编号：{doc_no}");
    let rule = "─".repeat(columns_all / 2);
    let used = columns(&title) + columns(&number);
    if used < columns_all {
        return vec![format!("{title}{}{number}", " ".repeat(columns_all - used)), rule];
    }
    let mut lines = vec![title];
    lines.extend(wrap(&number, columns_all, 0, 0));
    lines.push(rule);
    lines
}

fn footer(template: &Template) -> Vec<String> {
    let mut lines = vec!["─".repeat(template.page.columns / 2)];
    lines.extend(template.page_footer.clone());
    lines
}

fn signing(template: &Template) -> Vec<String> {
    let line_columns = template.page.columns;
    let mut lines = vec![centred("（以下空白）", line_columns), String::new()];
    for place in &template.signatures {
        let name = format!("{}：{NAME_ROOM}", place.zh);
        let line = format!("{name}　{DATE_ROOM}");
        if columns(&line) <= line_columns {
            lines.push(line);
        } else {
            lines.extend([name, format!("　　{DATE_ROOM}")]);
        }
    }
    lines.push(String::new());
    lines.extend(wrap(SIGNING_NOTE, line_columns, 0, 0));
    lines
}

fn centred(text: &str, line_columns: usize) -> String {
    let indent = line_columns.saturating_sub(columns(text)) / 2;
    format!("{}{text}", " ".repeat(indent))
}
