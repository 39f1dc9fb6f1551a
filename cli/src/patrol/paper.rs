//! Notice, documents, review, signature, refusal.

use super::word;
use crate::{
    args::{RefuseArgs, SignArgs},
    output::{Output, Refusal, print_line},
};
use liuhen_core::{
    document::{Template, fields_from_json, template_id},
    phone::{PartyReview, Phone, PhoneError, RefuseRequest, SignRequest, WitnessPresent},
    review::Strokes,
};
use liuhen_record::{
    DocumentId, ItemId,
    kind::{
        DocumentFilled, NoticeChannel, NoticeResponse, PageView, RefusalReason, SignatureState, SignerRole,
    },
};
use serde_json::json;
use std::{collections::BTreeMap, io::Write, path::Path, time::Instant};

fn fields(template: &str, path: &Path) -> Result<BTreeMap<String, String>, Refusal> {
    let template = Template::by_id(template).ok_or(PhoneError::NoTemplate)?;
    let bytes = std::fs::read(path).map_err(PhoneError::Source)?;
    Ok(fields_from_json(template, &bytes).map_err(PhoneError::Fill)?)
}

fn strokes(path: &Path) -> Result<Strokes, Refusal> {
    let bytes = std::fs::read(path).map_err(PhoneError::Source)?;
    Strokes::parse(&bytes).map_err(|error| Refusal::new("strokes", error.zh(), error.en()))
}

fn show_pages(document: &DocumentFilled) {
    for page in &document.pages {
        print_line(&page.text);
    }
}

fn answer(document: &DocumentFilled, output: Output, zh: &str, en: &str) {
    if !output.json {
        show_pages(document);
    }
    let value = json!({
        "document": document.document,
        "template": document.template,
        "title": document.title,
        "revision": document.revision,
        "document_sha256": document.document_sha256,
        "pages": document.pages,
    });
    output.answer(&value, zh, en);
}

/// `patrol notice`
pub fn notice(
    phone: &mut Phone,
    channel: &str,
    response: &str,
    fields_file: Option<&Path>,
    output: Output,
) -> Result<(), Refusal> {
    let channel: NoticeChannel = word("告知方式", channel)?;
    let response: NoticeResponse = word("当事人回应", response)?;
    let entered = fields_file.map(|path| fields(template_id::RECORDING_NOTICE, path)).transpose()?;
    let document = phone.give_notice(channel, response, &entered.unwrap_or_default())?;
    answer(&document, output, "已告知并记录", "notice given and recorded");
    Ok(())
}

/// `patrol document`
pub fn document(
    phone: &mut Phone,
    template: &str,
    fields_file: &Path,
    correct: Option<&str>,
    by: &str,
    output: Output,
) -> Result<(), Refusal> {
    let entered = fields(template, fields_file)?;
    let document = match correct {
        Some(id) => {
            let id: DocumentId = id.parse().map_err(|_| PhoneError::NoDocument)?;
            phone.correct_document(id, &entered, by)?
        }
        None => phone.fill_document(template, &entered)?,
    };
    answer(
        &document,
        output,
        &format!("{}（第 {} 稿）已存入证据库", document.title, document.revision),
        &format!("{} (revision {}) is in the vault", document.title, document.revision),
    );
    Ok(())
}

/// `patrol review`
pub fn review(phone: &mut Phone, output: Output) -> Result<(), Refusal> {
    let body = phone.open_review()?;
    let manifest = &body.manifest;
    let (items, documents) = (manifest.items.len(), manifest.documents.len());
    let mut zh =
        format!("请当事人查阅：资料 {items} 件、文书 {documents} 份，清单摘要 {}", body.manifest_sha256);
    let mut en =
        format!("for the party's review: {items} items, {documents} documents, {}", body.manifest_sha256);
    for item in &manifest.items {
        let line = format!("\n· {}", item.item);
        zh.push_str(&line);
        en.push_str(&line);
    }
    output.answer(&body, &zh, &en);
    Ok(())
}

fn waived(given: &[(String, String)]) -> Result<BTreeMap<ItemId, String>, Refusal> {
    given
        .iter()
        .map(|(item, reason)| match item.parse() {
            Ok(item) => Ok((item, reason.clone())),
            Err(_) => Err(Refusal::new(
                "item",
                format!("“{item}”不是资料编号"),
                format!("{item:?} is not an item id"),
            )),
        })
        .collect()
}

/// `patrol sign`: shows the confirmation and every page under review, then takes the signatures.
pub fn sign(phone: &mut Phone, arguments: SignArgs, output: Output) -> Result<(), Refusal> {
    let role: SignerRole = word("签名人身份", &arguments.role)?;
    let handwriting = strokes(&arguments.strokes)?;
    let officers = arguments.officer_strokes.iter().map(|path| strokes(path)).collect::<Result<_, _>>()?;
    let view = phone.current()?;
    let party = view.opened.as_ref().map(|opened| &opened.body.party);
    let name = arguments.name.or_else(|| party.and_then(|p| p.representative.clone()));
    let name = name.or_else(|| party.map(|p| p.name.clone())).unwrap_or_default();
    let reviewed = PartyReview {
        reviewer: name.clone(),
        waived: waived(&arguments.waived)?,
        objection: arguments.objection,
    };
    let confirmation = phone.prepare_confirmation(&reviewed)?;
    // JSON lines own standard output; the pages are shown beside them.
    let pages = if output.json {
        show(phone, confirmation.document, &mut std::io::stderr().lock())?
    } else {
        show(phone, confirmation.document, &mut std::io::stdout().lock())?
    };
    let body = phone.confirm_review(
        confirmation.document,
        &reviewed,
        SignRequest { role, name, strokes: handwriting, officers, pages },
    )?;
    let value = json!({
        "document": body.document,
        "document_sha256": body.document_sha256,
        "manifest_sha256": body.manifest_sha256,
        "signatures": body.signatures.len(),
    });
    output.answer(&value, "当事人已查阅并签字确认", "reviewed and signed by the party");
    Ok(())
}

/// A headless phone has no screen: every page that the party must have seen is written out to `screen`, and what is
/// recorded is how long that took.
pub fn show(
    phone: &Phone,
    confirmation: DocumentId,
    screen: &mut dyn Write,
) -> Result<Vec<PageView>, PhoneError> {
    let view = phone.current()?;
    let mut shown = Vec::new();
    for (document, page) in phone.pages_to_show(confirmation)? {
        let began = Instant::now();
        let pages = view.document(document).into_iter().flat_map(|d| &d.last.body.pages);
        for text in pages.filter(|p| p.n == page).map(|p| &p.text) {
            writeln!(screen, "{text}").and_then(|()| screen.flush()).map_err(PhoneError::Source)?;
        }
        let shown_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX).max(1);
        shown.push(PageView { document, page, shown_ms });
    }
    Ok(shown)
}

/// `patrol refuse`
pub fn refuse(phone: &mut Phone, arguments: RefuseArgs, output: Output) -> Result<(), Refusal> {
    let state: SignatureState = word("情形", &arguments.state)?;
    let reason: RefusalReason = word("理由", &arguments.reason)?;
    let officers = arguments.officer_strokes.iter().map(|path| strokes(path)).collect::<Result<_, _>>()?;
    let witness = match (arguments.witness, arguments.witness_strokes) {
        (Some(name), Some(path)) => Ok(WitnessPresent {
            name,
            unit: arguments.witness_unit,
            phone: arguments.witness_phone,
            strokes: strokes(&path)?,
        }),
        (Some(_), None) => {
            return Err(Refusal::new(
                "witness",
                "缺少见证人签名笔迹",
                "the strokes of the witness are missing",
            ));
        }
        (None, _) => Err(arguments.no_witness),
    };
    let body =
        phone.refuse_signature(RefuseRequest { state, reason, note: arguments.note, witness, officers })?;
    output.answer(&body, "已记录当事人未签字及其理由", "recorded that the party did not sign, and why");
    for suggestion in phone.current()?.suggestions() {
        if !output.json {
            let why = output.lang.pick(suggestion.because.zh(), suggestion.because.en());
            print_line(&format!("· {:?}: {why}", suggestion.trigger));
        }
    }
    Ok(())
}
