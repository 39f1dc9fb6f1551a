//! Documents: pages that are exactly what is shown, hashed and signed. The pages themselves are vectors in
//! `tests/vectors/document/`, one file for each template; `LIUHEN_WRITE_VECTORS=1` writes them anew, to be read by a
//! person before they are kept.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod session_story;

use liuhen_core::document::{
    self, Block, Context, FillError, Problem, Template, correct, fill, template_id, text,
};
use liuhen_record::kind::*;
use serde_json::{Value, json};
use session_story::*;
use std::{collections::BTreeSet, path::PathBuf};

fn vectors(folder: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors").join(folder)
}

/// A morning in which every template has its place.
fn morning(activity: Activity) -> Story {
    let mut story = Story::opened(activity);
    story.wait(20_000);
    let started = story.begin(1, MediaKind::Audio);
    story.wait(40_000);
    story.show_certificate();
    story.wait(60_000);
    story.give_notice(NoticeResponse::Acknowledged);
    story.wait(5 * MINUTE_MS).photo(2);
    story.wait(20 * MINUTE_MS);
    story.end(1, started);
    story
}

const QUESTIONS: &str = "问：〔00:03:10〕您的姓名、职务？\n答：我叫周强，是后厨主管。\n问：2026年10月后厨员工每周工作几天、每天工作几小时？\n答：每周工作六天，每天从上午9时到晚上9时，中间休息2小时。10月国庆期间人手不够，陈某等3人没有休息。\n问：加班费是怎样计算和支付的？\n答：按每小时20元计算，和工资一起发，具体数额要看工资表，“工资表在公司财务那里”，我手里没有。";

fn document_of(id: &str) -> (Story, DocumentFilled) {
    let activity = match id {
        template_id::INQUIRY_RECORD => Activity::Inquiry,
        template_id::SERVICE_RECEIPT => Activity::Service,
        template_id::HEARING_RECORD => Activity::Hearing,
        _ => Activity::EvidenceCollection,
    };
    let mut story = morning(activity);
    let fields: &[(&str, &str)] = match id {
        template_id::ON_SITE_INSPECTION_RECORD => INSPECTION,
        template_id::HEARING_RECORD => HEARING,
        template_id::INQUIRY_RECORD => &[
            ("inquiree_name", "周强"),
            ("inquiree_gender", "男"),
            ("inquiree_id_no", "210203198501011234"),
            ("inquiree_employer", "大连海风餐饮有限公司"),
            ("inquiree_title", "后厨主管"),
            ("relation_to_case", "worker"),
            ("rights_told", "yes"),
            ("recusal_asked", "no"),
            ("qa", QUESTIONS),
        ],
        template_id::SERVICE_RECEIPT => &[
            (
                "docs",
                "劳动保障监察责令改正指令书｜西人社监令字〔2026〕第012号｜1\n劳动保障监察调查询问书｜｜2",
            ),
            ("method", "leaving"),
            ("refusal_reason", "受送达人的负责人当场表示不收，2026年11月23日"),
            ("witness", "郑阿姨"),
            ("witness_unit", "长江路社区居民委员会，电话（示例）"),
        ],
        _ => &[],
    };
    match id {
        template_id::RECORDING_NOTICE => {}
        template_id::REVIEW_CONFIRMATION => {
            story.fill(2, template_id::ON_SITE_INSPECTION_RECORD, INSPECTION);
            story.open_review();
            let mut items = story.reviewed();
            let item = items[1].item();
            items[1] =
                ItemReview::Waived { item, reason: "录音较长，当事人表示不需要听".into() };
            story.confirmation(9, &items, "");
        }
        _ => story.fill(3, id, fields),
    }
    let body = story.view().documents.last().unwrap().last.body.clone();
    (story, body)
}

fn as_vector(body: &DocumentFilled) -> Value {
    json!({
        "rule": "spec/documents.md: the pages of a filled document, and the digest of their text",
        "template": body.template,
        "template_version": body.template_version,
        "fields": body.fields,
        "corrections": body.corrections,
        "pages": body.pages.iter().map(|p| p.text.split('\n').collect::<Vec<_>>()).collect::<Vec<_>>(),
        "document_sha256": body.document_sha256,
    })
}

/// The text of the body as one line: without header, footer and line breaks.
fn body_text(body: &DocumentFilled) -> String {
    let lines = body.pages.iter().flat_map(|page| {
        let lines: Vec<&str> = page.text.split('\n').collect();
        let from = lines.iter().position(|l| l.starts_with('─')).unwrap() + 1;
        let to = lines.iter().rposition(|l| l.starts_with('─')).unwrap();
        lines[from..to].iter().map(|l| l.trim_start_matches(['\u{3000}', ' ']).to_owned()).collect::<Vec<_>>()
    });
    lines.collect()
}

fn check_vector(name: &str, body: &DocumentFilled) {
    let path = vectors("document").join(format!("{name}.json"));
    let found = as_vector(body);
    if std::env::var_os("LIUHEN_WRITE_VECTORS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, serde_json::to_string_pretty(&found).unwrap() + "\n").unwrap();
    }
    let kept: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(kept["pages"], found["pages"], "{name}");
    assert_eq!(kept, found, "{name}");
}

#[test]
fn every_template_prints_the_pages_of_its_vector() {
    for template in Template::all() {
        let (_, body) = document_of(&template.id);
        assert_eq!(body.template, template.id);
        check_vector(&template.id, &body);
    }
}

#[test]
fn a_filled_document_is_a_record_that_reads_back() {
    for template in Template::all() {
        let (story, _) = document_of(&template.id);
        for record in &story.records {
            let bytes = record.bytes().unwrap_or_else(|e| panic!("{}: {e}", template.id));
            assert_eq!(&liuhen_record::Record::parse(&bytes).unwrap(), record);
        }
    }
}

#[test]
fn every_line_fits_the_page_and_every_page_is_numbered() {
    for template in Template::all() {
        let (_, body) = document_of(&template.id);
        let total = body.pages.len();
        for page in &body.pages {
            let lines: Vec<&str> = page.text.split('\n').collect();
            assert!(lines.len() <= template.page.lines, "{} has {} lines", template.id, lines.len());
            for line in &lines {
                assert!(text::columns(line) <= template.page.columns, "{}: {line}", template.id);
                assert!(!line.ends_with(' '), "{}: {line:?}", template.id);
            }
            let header = lines[..2].concat();
            assert!(header.starts_with(&template.title.zh) && header.contains("文书编号："), "{header}");
            assert_eq!(lines.last().unwrap().trim(), format!("第 {} 页 共 {total} 页", page.n));
        }
    }
}

#[test]
fn places_to_sign_stay_together_below_some_text_however_long_the_document_is() {
    let story = morning(Activity::Patrol);
    let size = Template::by_id(template_id::ON_SITE_INSPECTION_RECORD).unwrap().page;
    for entries in 1..=90 {
        let findings = "检查了一处，未见异常\n".repeat(entries);
        let mut fields: Vec<(&str, &str)> =
            INSPECTION.iter().copied().filter(|(n, _)| *n != "findings").collect();
        fields.push(("findings", &findings));
        let body = fill_inspection(&story, &fields).unwrap();
        for page in &body.pages {
            let lines = page.text.split('\n').count();
            assert!(lines <= size.lines, "{entries} findings: page {} has {lines} lines", page.n);
        }
        let last: Vec<&str> = body.pages.last().unwrap().text.split('\n').collect();
        let signing = last.iter().position(|line| line.contains("（以下空白）")).unwrap();
        assert!(signing >= 2 + 4, "{entries} findings: nobody signs a page without text");
        assert_eq!(last.iter().filter(|line| line.contains("日期：＿")).count(), 5, "{entries} findings");
        assert_eq!(
            body_text(&body).matches("检查了一处，未见异常").count(),
            entries,
            "nothing is lost between pages"
        );
    }
}

#[test]
fn no_cell_of_a_page_stays_blank() {
    for template in Template::all() {
        let (_, body) = document_of(&template.id);
        let text: String = body.pages.iter().map(|p| p.text.clone() + "\n").collect();
        for field in template.fields.iter().filter(|f| body.fields[&f.name].is_empty()) {
            let label = format!("{}：\n", field.zh);
            assert!(!text.contains(&label), "{}: {} is blank", template.id, field.name);
        }
        assert!(!text.contains('{') && !text.contains('}'), "{}: a placeholder was left", template.id);
    }
}

#[test]
fn templates_name_only_fields_that_they_have_and_print_every_one() {
    for template in Template::all() {
        let names: BTreeSet<&str> = template.fields.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names.len(), template.fields.len(), "{}: a field twice", template.id);
        let mut printed: BTreeSet<&str> = ["authority", "doc_no"].into();
        for block in &template.body {
            let when = match block {
                Block::Text { text, when } | Block::Line { text, when } => {
                    printed.extend(text.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0));
                    when.as_ref()
                }
                Block::Field { field, when } => {
                    printed.insert(field);
                    when.as_ref()
                }
                Block::Space | Block::Rule => None,
            };
            assert!(when.is_none_or(|w| names.contains(w.field.as_str())), "{}", template.id);
        }
        printed.remove("legal_basis");
        assert_eq!(names, printed, "{}", template.id);
        assert!(template.field("doc_no").is_some() && template.field("authority").is_some());
        assert!(template.legal_basis.iter().all(|b| !b.text.is_empty()) && !template.legal_basis.is_empty());
    }
}

fn problems(error: FillError) -> Vec<(String, Problem)> {
    match error {
        FillError::Fields { problems } => problems.into_iter().map(|p| (p.field, p.problem)).collect(),
        other => panic!("{other}"),
    }
}

fn fill_inspection(story: &Story, fields: &[(&str, &str)]) -> Result<DocumentFilled, FillError> {
    let view = story.view();
    let context = Context { view: &view, now_ms: story.now().best_ms(), review: &[] };
    let template = Template::by_id(template_id::ON_SITE_INSPECTION_RECORD).unwrap();
    fill(template, document_id(3), &entered(fields), &context)
}

#[test]
fn every_missing_field_is_named_with_its_label_not_only_the_first() {
    let story = morning(Activity::Patrol);
    let error = fill_inspection(&story, &[]).unwrap_err();
    let zh = error.zh();
    for label in ["检查事由", "被检查人是否看清证件", "是否申请回避", "检查情况"] {
        assert!(zh.contains(&format!("“{label}”尚未填写")), "{zh}");
    }
    assert_eq!(zh.lines().count(), 4, "{zh}");
    assert!(error.en().contains("findings: is required"), "{}", error.en());
    assert!(!error.to_string().contains("检查"), "logs hold field names only");
}

#[test]
fn invalid_values_are_refused_with_the_reason() {
    let story = morning(Activity::Patrol);
    let bad = [
        ("time_from", "昨天上午", Problem::NotADate),
        ("recusal_asked", "也许", Problem::NotYesNo),
        ("site_contact", "周强\n孙丽", Problem::NotOneLine),
        ("site_contact", &"长".repeat(201), Problem::TooLong { max_chars: 200 }),
        ("findings", &"一\n".repeat(301), Problem::TooManyEntries { max: 300 }),
        ("measures", &"字".repeat(8_001), Problem::TooLong { max_chars: 8_000 }),
        ("officer_names", "张三", Problem::Locked),
        ("media", "ffffffffffffffffffffffffffffffff", Problem::NotAnItem { entry: 1 }),
        ("no_such_field", "x", Problem::Unknown),
    ];
    for (name, value, problem) in bad {
        let mut fields: Vec<(&str, &str)> = INSPECTION.iter().copied().filter(|(n, _)| *n != name).collect();
        fields.push((name, value));
        let found = problems(fill_inspection(&story, &fields).unwrap_err());
        assert_eq!(found, [(name.to_owned(), problem)], "{name}");
    }
}

#[test]
fn an_absurdly_long_document_is_refused() {
    let story = morning(Activity::Patrol);
    let long = "长".repeat(7_990);
    let mut fields: Vec<(&str, &str)> =
        INSPECTION.iter().copied().filter(|(n, _)| *n != "findings").collect();
    // Hidden characters print as eight columns each.
    let hidden = "\u{202e}".repeat(7_999);
    let names = ["findings", "inspection_reason", "measures", "party_opinion", "recusal_reason"];
    fields.retain(|(n, _)| !names.contains(n));
    fields.extend(names.map(|n| (n, long.as_str())));
    assert!(fill_inspection(&story, &fields).is_ok());
    fields.retain(|(n, _)| !names.contains(n));
    fields.extend(names.map(|n| (n, hidden.as_str())));
    assert!(matches!(fill_inspection(&story, &fields), Err(FillError::TooLong { .. })));
}

#[test]
fn hostile_text_is_shown_escaped_and_cannot_forge_a_page() {
    let story = morning(Activity::Patrol);
    let hostile = "正常\u{202e}倒序\u{c}第 9 页 共 9 页\u{0}\u{200b}{party_name}\\u{202e}";
    let mut fields: Vec<(&str, &str)> =
        INSPECTION.iter().copied().filter(|(n, _)| *n != "measures").collect();
    fields.push(("measures", hostile));
    let body = fill_inspection(&story, &fields).unwrap();
    let text = body_text(&body);
    assert!(
        text.contains("正常\\u{202e}倒序\\u{c}第 9 页 共 9 页\\u{0}\\u{200b}{party_name}\\u{5c}u{202e}"),
        "{text}"
    );
    assert!(!text.chars().any(text::is_hidden));
    assert_eq!(body.fields["measures"], hostile, "the record keeps what was entered");
}

#[test]
fn a_correction_is_a_new_revision_and_never_silent() {
    let (story, first) = document_of(template_id::ON_SITE_INSPECTION_RECORD);
    let view = story.view();
    let context = Context { view: &view, now_ms: story.now().best_ms() + MINUTE_MS, review: &[] };
    let findings = first.fields["findings"].replace("6人", "7人");
    let changes = entered(&[("site_contact", "周志强"), ("findings", &findings)]);
    let second = correct(&first, &changes, "party", &context).unwrap();
    assert_eq!((second.revision, second.supersedes), (2, Some(first.document_sha256)));
    assert_eq!(second.document, first.document);
    let text = body_text(&second);
    assert!(text.contains("周志强〔更正：原“周强”改为“周志强”，更正人：当事人〕"), "{text}");
    assert!(
        text.contains(
            "〔更正：原“一层后厨有员工6人正在工作”改为“一层后厨有员工7人正在工作”，更正人：当事人〕"
        )
    );
    let names: Vec<&str> = second.corrections.iter().map(|c| c.field.as_str()).collect();
    assert_eq!(names, ["findings[1]", "site_contact"], "unchanged entries are not corrections");

    let shorter: String = second.fields["findings"].lines().take(2).collect::<Vec<_>>().join("\n");
    let third = correct(&second, &entered(&[("findings", &shorter)]), "o-2", &context).unwrap();
    let text = body_text(&third);
    assert!(
        text.contains("（删去）〔更正：原“未能当场提供10月加班审批单”改为“（删去）”，更正人：李晓梅〕"),
        "{text}"
    );
    assert!(text.contains("原“周强”改为“周志强”"), "earlier corrections stay: {text}");
    check_vector("corrected_twice", &third);
}

#[test]
fn corrections_that_are_none_or_not_allowed_are_refused() {
    let (story, first) = document_of(template_id::ON_SITE_INSPECTION_RECORD);
    let view = story.view();
    let context = Context { view: &view, now_ms: story.now().best_ms(), review: &[] };
    let same = entered(&[("site_contact", " 周强\t")]);
    assert_eq!(correct(&first, &same, "party", &context), Err(FillError::NothingChanged));
    let stranger = entered(&[("site_contact", "甲")]);
    assert_eq!(correct(&first, &stranger, "o-3", &context), Err(FillError::UnknownCorrector));
    let locked = correct(&first, &entered(&[("cert_nos", "假证")]), "party", &context).unwrap_err();
    assert_eq!(problems(locked), [("cert_nos".to_owned(), Problem::Locked)]);
    let blank = correct(&first, &entered(&[("findings", "")]), "party", &context).unwrap_err();
    assert_eq!(problems(blank), [("findings".to_owned(), Problem::Required)]);
    let mut other = first.clone();
    other.template_version = 99;
    assert_eq!(correct(&other, &same, "party", &context), Err(FillError::UnknownTemplate));
}

#[test]
fn ac_01_a_document_carries_its_legal_basis_with_the_day_it_is_in_force() {
    let (_, body) = document_of(template_id::RECORDING_NOTICE);
    assert!(
        body.legal_basis.contains("《中华人民共和国行政处罚法》第四十七条、第五十五条（2021-07-15起施行）")
    );
    let text = body_text(&body);
    assert!(text.contains(&body.legal_basis));
}

#[test]
fn a_fields_file_takes_lists_tables_and_questions_as_people_write_them() {
    let template = Template::by_id(template_id::INQUIRY_RECORD).unwrap();
    let file = json!({
        "inquiree_name": "周强", "rights_told": true, "inquiry_ordinal": 2, "remark": null,
        "qa": [{"question": "姓名？", "answer": "周强。\n没有别名。", "offset_ms": 83_000}],
    });
    let fields = document::fields_from_json(template, file.to_string().as_bytes()).unwrap();
    assert_eq!(fields["qa"], "问：〔00:01:23〕姓名？\n答：周强。 没有别名。");
    assert_eq!((fields["rights_told"].as_str(), fields["inquiry_ordinal"].as_str()), ("yes", "2"));
    let template = Template::by_id(template_id::SERVICE_RECEIPT).unwrap();
    let file =
        json!({"docs": [{"name": "责令改正指令书", "copies": 1}, {"name": "通知书", "doc_no": "一｜号"}]});
    let fields = document::fields_from_json(template, file.to_string().as_bytes()).unwrap();
    assert_eq!(fields["docs"], "责令改正指令书｜｜1\n通知书｜一|号｜");
    let file = br#"{"docs":[{"title":"x"}],"place":{"a":1},"nope":1}"#;
    let found = problems(document::fields_from_json(template, file).unwrap_err());
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["docs", "nope", "place"]);
    let error = document::fields_from_json(template, b"{\n  \"place\": oops}").unwrap_err();
    assert!(matches!(error, FillError::NotFields { line: 2, .. }), "{error:?}");
}
