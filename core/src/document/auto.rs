//! What the session already knows about a field.

use super::{
    fill::Context,
    media,
    template::Auto,
    value::{printed_stamp, review_entry, stamp},
};
use crate::{
    review,
    say::label,
    session::{SessionView, day},
};
use liuhen_record::{
    DocumentId,
    kind::{OfficerOfRecord, OfficerRole, SessionOpened},
};

/// The value for a field; `None` when the session does not know it. The session is open.
pub(super) fn value(
    auto: Auto,
    document: DocumentId,
    opened: &SessionOpened,
    context: &Context<'_>,
) -> Option<String> {
    let view = context.view;
    let known = match auto {
        Auto::DocNo => provisional_number(document, opened, context.now_ms),
        Auto::Now => stamp(context.now_ms),
        Auto::OpenedAt => stamp(view.opened.as_ref()?.at_ms),
        Auto::Activity => label::activity(opened.activity).zh.to_owned(),
        Auto::Officers => join(&opened.officers, "\n", officer),
        Auto::OfficerNames => join(&opened.officers, "、", |o| o.name.clone()),
        Auto::CertNos => join(&opened.officers, "、", |o| o.cert_no.clone()),
        Auto::Scribe => opened.officers.iter().find(|o| o.role == OfficerRole::Assisting)?.name.clone(),
        Auto::DeviceNos => device_nos(opened, context),
        Auto::Place => opened.place_text.clone(),
        Auto::PartyName => opened.party.name.clone(),
        Auto::PartyUscc => opened.party.uscc.clone()?,
        Auto::PartyRepresentative => opened.party.representative.clone()?,
        Auto::Cause => opened.cause.name.clone(),
        Auto::Certificate => certificate(context)?,
        Auto::Notice => notice(context)?,
        Auto::Media => media::known(view),
        Auto::Session => view.session.to_string(),
        Auto::Manifest => view.current_review()?.body.manifest_sha256.to_string(),
        Auto::Review => join(context.review, "\n", review_entry),
        Auto::ReviewDocuments => join(&view.current_review()?.body.manifest.documents, "\n", |d| {
            format!("《{}》第{}稿，摘要{}", d.title, d.revision, short_digest(&d.document_sha256))
        }),
        Auto::ReviewPart => review_part(view)?,
    };
    Some(known)
}

/// The first 16 digits of a digest: what fits on a page; the manifest names it whole.
pub(super) fn short_digest(digest: &liuhen_record::Digest) -> String {
    digest.to_string()[..16].to_owned()
}

fn join<T>(values: &[T], separator: &str, each: impl Fn(&T) -> String) -> String {
    values.iter().map(each).collect::<Vec<_>>().join(separator)
}

fn officer(officer: &OfficerOfRecord) -> String {
    let role = label::officer_role(officer.role).zh;
    format!("{}（执法证号：{}，{role}，{}）", officer.name, officer.cert_no, officer.unit)
}

/// Numbers are gap-free per sort and year, which a phone without network cannot give: until the office gives one,
/// the document goes by device, day and the first digits of its id.
fn provisional_number(document: DocumentId, opened: &SessionOpened, now_ms: i64) -> String {
    let day = day::day_of(now_ms).replace('-', "");
    format!("现场{}-{day}-{}", opened.device_no, &document.to_string()[..8])
}

fn device_nos(opened: &SessionOpened, context: &Context<'_>) -> String {
    let mut numbers = vec![opened.device_no.as_str()];
    let view = context.view;
    let paired = view.paired.iter().map(|p| p.body.recorder_no.as_str());
    let sources = view.items.iter().map(|i| i.opened.body.source_no.as_str());
    for number in paired.chain(sources) {
        if !number.is_empty() && !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers.join("、")
}

/// A paper that names a part says of how much: whoever signs it has not seen the rest on it.
fn review_part(view: &SessionView) -> Option<String> {
    let review = view.current_review()?;
    let (named, all) = (review.body.manifest.items.len(), review::manifest(view).items);
    let all = all.iter().filter(|item| item.seq < review.seq).count();
    (named < all).then(|| {
        let rest = all - named;
        format!(
            "查阅开始时本次执法活动共有音像记录{all}项，本确认书列出其中{named}项，其余{rest}项不在本确认书内"
        )
    })
}

fn certificate(context: &Context<'_>) -> Option<String> {
    let shown = context.view.certificate.as_ref()?;
    let confirmed =
        if shown.body.confirmed_by_party { "当事人已确认" } else { "当事人未作确认" };
    Some(format!("{}已出示，{confirmed}", printed_stamp(shown.at_ms)))
}

fn notice(context: &Context<'_>) -> Option<String> {
    let given = context.view.notice.as_ref()?;
    let channel = label::channel(given.body.channel).zh;
    let response = label::response(given.body.response).zh;
    Some(format!("{}已告知（{channel}），当事人表示：{response}", printed_stamp(given.at_ms)))
}
