//! The party's review and signature, and its refusal (article 18; 行诉证据规定 art. 15; 行政强制法 art. 18).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod session_story;

use liuhen_core::{
    document::template_id,
    review::{self, RefuseRequest, Strokes, StrokesError, WitnessGiven},
    session::{Action, Because, Missing, what},
};
use liuhen_record::{Kind, Record, kind::*};
use serde_json::{Value, json};
use session_story::*;
use std::path::PathBuf;

/// Two photos, a recording and an inspection record, under review.
fn under_review() -> Story {
    let mut story = Story::opened(Activity::Penalty);
    let started = story.begin(1, MediaKind::Video);
    story.wait(10_000).show_certificate();
    story.wait(10_000).give_notice(NoticeResponse::Acknowledged);
    story.wait(5 * MINUTE_MS).photo(2);
    story.photo(3);
    story.inspection();
    story.end(1, started);
    story.open_review();
    story
}

fn confirm(story: &Story, change: impl FnOnce(&mut review::ConfirmRequest)) -> Vec<&'static str> {
    let mut request = story.confirm_request(9, story.reviewed(), "");
    change(&mut request);
    review::confirm(&story.view(), &request).map_or_else(|r| codes(&r), |_| Vec::new())
}

fn prepared() -> Story {
    let mut story = under_review();
    let items = story.reviewed();
    story.confirmation(9, &items, "");
    story
}

#[test]
fn the_manifest_names_everything_sealed_and_every_document_with_digests() {
    let story = under_review();
    let manifest = review::manifest(&story.view());
    let items: Vec<_> = manifest.items.iter().map(|i| (i.item, i.media)).collect();
    let (photo, video) = (MediaKind::Photo, MediaKind::Video);
    assert_eq!(items, [(item_id(2), photo), (item_id(3), photo), (item_id(1), video)], "in order of sealing");
    let titles: Vec<_> = manifest.documents.iter().map(|d| d.title.as_str()).collect();
    assert_eq!(titles, ["录音录像告知书", "现场检查笔录"]);
    assert_eq!(story.view().current_review().unwrap().body.manifest_sha256, manifest.digest().unwrap());
}

#[test]
fn a_review_is_confirmed_when_everything_is_there() {
    let story = prepared();
    let body = review::confirm(&story.view(), &story.confirm_request(9, story.reviewed(), "")).unwrap();
    let view = story.view();
    assert_eq!(body.document_sha256, view.document(document_id(9)).unwrap().last.body.document_sha256);
    assert_eq!(body.manifest_sha256, view.current_review().unwrap().body.manifest_sha256);
    let mut story = prepared();
    story.tell(Kind::ReviewConfirmed(body));
    let bytes = story.records.last().unwrap().bytes().unwrap();
    assert!(Record::parse(&bytes).is_ok());
    assert!(story.close(&[]).is_ok());
}

#[test]
fn every_item_is_reviewed_or_waived_with_a_reason() {
    let story = prepared();
    assert_eq!(confirm(&story, |r| drop(r.items.pop())), ["item_reviewed", "confirmation_document"]);
    let twice = |r: &mut review::ConfirmRequest| r.items.push(ItemReview::Reviewed { item: item_id(2) });
    assert_eq!(confirm(&story, twice), ["item_of_manifest", "confirmation_document"]);
    let stranger = |r: &mut review::ConfirmRequest| r.items.push(ItemReview::Reviewed { item: item_id(99) });
    assert_eq!(confirm(&story, stranger), ["item_of_manifest", "confirmation_document"]);
    let waived = ItemReview::Waived { item: item_id(2), reason: " ".into() };
    let codes = confirm(&story, |r| r.items[0] = waived);
    assert_eq!(codes, ["waiver_reason", "confirmation_document"]);
}

#[test]
fn the_paper_says_what_the_party_did_or_it_is_not_signed() {
    let mut story = under_review();
    assert_eq!(confirm(&story, |_| {}), ["confirmation_document"], "no paper yet");
    let mut items = story.reviewed();
    items[2] = ItemReview::Waived { item: items[2].item(), reason: "太长，不看\n了".into() };
    story.confirmation(9, &items, "10月4日我没有上班");
    assert_eq!(confirm(&story, |_| {}), ["confirmation_document"], "the paper says otherwise");
    let good = |r: &mut review::ConfirmRequest| {
        r.items = items.clone();
        r.objection = " 10月4日我没有上班\r\n".into();
    };
    assert!(confirm(&story, good).is_empty());
    let paper = story.view().document(document_id(9)).unwrap().last.body.clone();
    let text =
        paper.pages.iter().map(|p| p.text.replace("\n　　　　", "").replace('\n', "")).collect::<String>();
    assert!(text.contains("放弃查阅，原因：太长，不看 了"), "{text}");
    assert!(text.contains("我有如下异议：10月4日我没有上班"), "{text}");
    // A paper of an earlier review does not serve a later one.
    story.photo(4);
    story.open_review();
    assert!(confirm(&story, |_| {}).contains(&"confirmation_document"));
}

#[test]
fn a_paper_with_another_objection_review_or_manifest_is_not_signed() {
    let mut story = prepared();
    assert_eq!(confirm(&story, |r| r.objection = "不属实".into()), ["confirmation_document"]);
    // Begun again over the very same things: the paper is of the review before.
    story.open_review();
    assert_eq!(confirm(&story, |_| {}), ["confirmation_document"]);
    let mut story = prepared();
    if let Kind::DocumentFilled(paper) = &mut story.records.last_mut().unwrap().kind {
        paper.fields.insert("manifest_sha256".into(), "00".repeat(32));
    }
    assert_eq!(confirm(&story, |_| {}), ["confirmation_document"]);
}

#[test]
fn the_confirmation_is_made_again_and_never_corrected() {
    let mut story = prepared();
    let correct = |n| Action::CorrectDocument { document: document_id(n) };
    assert_eq!(codes(&story.view().check(correct(9)).unwrap_err()), ["confirmation_made_again"]);
    assert_eq!(codes(&story.view().check(correct(77)).unwrap_err()), ["document"]);
    let others = story.view().documents.iter().filter(|d| d.document != document_id(9)).count();
    assert_eq!(others, 2, "notice and inspection");
    for document in story.view().documents.iter().map(|d| d.document).filter(|d| *d != document_id(9)) {
        assert!(story.view().check(Action::CorrectDocument { document }).is_ok());
    }
    let mut second = story.view().document(document_id(9)).unwrap().last.body.clone();
    second.supersedes = Some(second.document_sha256);
    second.revision = 2;
    story.tell(Kind::DocumentFilled(second));
    assert_eq!(confirm(&story, |_| {}), ["confirmation_document"], "one that was corrected is not signed");
}

#[test]
fn every_page_was_on_the_screen() {
    let story = prepared();
    let second_pages = story.view().documents.iter().filter(|d| d.last.body.pages.len() > 1).count();
    assert_eq!(second_pages, 3, "notice, inspection and the confirmation itself");
    assert_eq!(confirm(&story, |r| r.pages.retain(|p| p.page != 2)), ["page_shown"; 3]);
    assert_eq!(confirm(&story, |r| r.pages[0].shown_ms = 0), ["page_shown"]);
}

#[test]
fn the_party_signs_and_two_officers_of_record_sign_after() {
    let story = prepared();
    assert_eq!(confirm(&story, |r| drop(r.signatures.remove(0))), ["party_signature"]);
    assert_eq!(confirm(&story, |r| drop(r.signatures.pop())), ["officer_signatures"]);
    assert_eq!(confirm(&story, |r| r.signatures.clear()), ["party_signature"]);
    let same = |r: &mut review::ConfirmRequest| r.signatures[2].name = "王建国".into();
    assert_eq!(confirm(&story, same), ["officer_of_record", "officer_signatures"], "one officer twice");
    let other = |r: &mut review::ConfirmRequest| r.signatures[2].name = "赵海".into();
    assert_eq!(confirm(&story, other), ["officer_of_record", "officer_signatures"]);
    assert_eq!(confirm(&story, |r| r.signatures.swap(0, 1)), ["party_first"]);
    assert_eq!(
        confirm(&story, |r| r.signatures[1].signed_at_ms = r.signatures[0].signed_at_ms - 1),
        ["party_first"]
    );
    for role in [SignerRole::AuthorisedAgent, SignerRole::SiteLeader, SignerRole::Guardian] {
        assert!(confirm(&story, |r| r.signatures[0].role = role).is_empty(), "{role:?}");
    }
    for role in [SignerRole::Witness, SignerRole::Scribe, SignerRole::Interpreter] {
        assert_eq!(confirm(&story, |r| r.signatures[0].role = role), ["party_signature"], "{role:?}");
    }
}

#[test]
fn handwriting_that_cannot_be_a_signature_is_refused() {
    type Spoil = fn(&mut SignatureBlock);
    let spoiled: [Spoil; 8] = [
        |b| b.strokes.clear(),
        |b| b.strokes = vec![Stroke(vec![[10, 10, 0, 500], [10, 10, 5, 500]])],
        |b| b.strokes[0].0[0][0] = b.width + 1,
        |b| b.strokes[0].0[0][3] = 1_001,
        |b| b.strokes[1].0[0][2] = 1,
        |b| b.width = i64::MAX,
        |b| b.name = "  ".into(),
        |b| b.name = "孙\u{202e}丽".into(),
    ];
    let story = prepared();
    for spoil in spoiled {
        assert_eq!(confirm(&story, |r| spoil(&mut r.signatures[0])), ["fit_signature"]);
    }
}

#[test]
fn ac_18b_a_changed_byte_of_what_was_signed_is_found() {
    let story = prepared();
    let body = review::confirm(&story.view(), &story.confirm_request(9, story.reviewed(), "")).unwrap();
    let review = story.view().current_review().unwrap().body.clone();
    for n in 0..review.manifest.items.len() {
        let mut changed = review.clone();
        changed.manifest.items[n].pt_sha256.0[31] ^= 1;
        assert_ne!(changed.manifest.digest().unwrap(), body.manifest_sha256);
        let mut record =
            story.records.iter().find(|r| matches!(r.kind, Kind::ReviewOpened(_))).unwrap().clone();
        record.kind = Kind::ReviewOpened(changed);
        assert!(record.bytes().is_err(), "a manifest that is not its digest is no record");
    }
    let mut paper = story.view().document(document_id(9)).unwrap().last.body.clone();
    paper.pages[0].text = paper.pages[0].text.replacen("已查阅", "未查阅", 1);
    assert_ne!(DocumentFilled::digest_of(&paper.pages), body.document_sha256);
}

fn witness(name: &str) -> Witness {
    Witness {
        name: name.into(),
        unit: "长江路社区居民委员会".into(),
        phone: "（示例）".into(),
        signature: strokes().signed(SignerRole::Witness, name, MORNING_MS),
    }
}

fn refusal(state: SignatureState, witness: WitnessGiven) -> RefuseRequest {
    let sign = |name| strokes().signed(SignerRole::Officer, name, MORNING_MS);
    RefuseRequest {
        state,
        reason: RefusalReason::Untrue,
        note: "认为加班时间记多了".into(),
        witness,
        officers: vec![sign("王建国"), sign("李晓梅")],
    }
}

fn refuse(story: &Story, request: &RefuseRequest) -> Vec<&'static str> {
    review::refuse(&story.view(), request, &roster()).map_or_else(|r| codes(&r), |_| Vec::new())
}

#[test]
fn a_refusal_has_reason_witness_and_two_officers() {
    let story = under_review();
    let present = || WitnessGiven::Present(witness("郑阿姨"));
    for state in [SignatureState::Refused, SignatureState::Unable, SignatureState::Absent] {
        assert!(refuse(&story, &refusal(state, present())).is_empty(), "{state:?}");
    }
    let base = || refusal(SignatureState::Refused, present());
    assert_eq!(refuse(&story, &RefuseRequest { note: " ".into(), ..base() }), ["reason_note"]);
    let officers = base().officers[..1].to_vec();
    assert_eq!(refuse(&story, &RefuseRequest { officers, ..base() }), ["officer_signatures"]);
    assert_eq!(refuse(&story, &RefuseRequest { officers: vec![], ..base() }), ["officer_signatures"]);
}

#[test]
fn an_absent_party_needs_a_witness_and_nobody_else_needs_a_note() {
    let story = under_review();
    let nobody = |why: &str| WitnessGiven::None { why: why.into() };
    assert_eq!(refuse(&story, &refusal(SignatureState::Absent, nobody("无人"))), ["witness"]);
    assert_eq!(refuse(&story, &refusal(SignatureState::Refused, nobody(" "))), ["no_witness_note"]);
    let request = refusal(SignatureState::Refused, nobody("现场没有其他人"));
    let body = review::refuse(&story.view(), &request, &roster()).unwrap();
    assert_eq!(body.note, "认为加班时间记多了（无见证人：现场没有其他人）");
}

#[test]
fn a_witness_is_no_officer_and_signs_with_the_name_given() {
    let story = under_review();
    let with = |w: Witness| refuse(&story, &refusal(SignatureState::Refused, WitnessGiven::Present(w)));
    for officer in ["赵海", "王建国", "赵 海"] {
        assert_eq!(with(witness(officer)), ["independent_witness"], "{officer}");
    }
    let mut other = witness("郑阿姨");
    other.signature.name = "别人".into();
    assert_eq!(with(other), ["witness_signature"]);
    let mut role = witness("郑阿姨");
    role.signature.role = SignerRole::Party;
    assert_eq!(with(role), ["witness_signature"]);
    assert_eq!(with(Witness { phone: " ".into(), ..witness("郑阿姨") }), ["witness_details"]);
    let mut empty = witness("郑阿姨");
    empty.signature.strokes.clear();
    assert_eq!(with(empty), ["fit_signature"]);
}

#[test]
fn a_refused_session_closes_and_suggests_circumstances_of_article_12() {
    let mut story = under_review();
    let request = refusal(SignatureState::Refused, WitnessGiven::Present(witness("郑阿姨")));
    let body = review::refuse(&story.view(), &request, &roster()).unwrap();
    story.tell(Kind::SignatureRefused(body));
    let found: Vec<_> = story.view().suggestions().into_iter().map(|s| (s.trigger, s.because)).collect();
    assert_eq!(found, [(Trigger::T1, Because::HeldUntrue), (Trigger::T2, Because::SignatureRefused)]);
    assert!(story.close(&[]).unwrap().unreviewed.is_empty());
}

#[test]
fn what_an_absent_party_did_not_see_is_listed_as_unreviewed() {
    let mut story = under_review();
    let request = refusal(SignatureState::Absent, WitnessGiven::Present(witness("郑阿姨")));
    let body = review::refuse(&story.view(), &request, &roster()).unwrap();
    story.tell(Kind::SignatureRefused(body));
    let closed = story.close(&[]).unwrap();
    assert_eq!(closed.unreviewed, [item_id(1), item_id(2), item_id(3)]);
    story.photo(6);
    assert_eq!(story.in_the_way(&[]), ["review_of_later"]);
    assert_eq!(story.close(&[(what::ALL_REVIEWED, "补拍门牌")]).unwrap().unreviewed.len(), 4);
}

#[test]
fn nothing_is_reviewed_before_there_is_something_and_notice_was_given() {
    let story = Story::opened(Activity::Coercion);
    let refused = review::open(&story.view()).unwrap_err();
    assert_eq!(codes(&refused), ["certificate_shown", "notice", "recorded"]);
    assert_eq!(refused.missing[2], Missing::Recorded);
    let request = refusal(SignatureState::Refused, WitnessGiven::Present(witness("郑阿姨")));
    assert_eq!(refuse(&story, &request), ["review_opened"]);
    let view = story.view();
    let fill = Action::FillDocument { template: template_id::REVIEW_CONFIRMATION };
    assert_eq!(codes(&view.check(fill).unwrap_err()), ["review_opened"]);
}

fn strokes_error(error: &StrokesError) -> &'static str {
    match error {
        StrokesError::TooLong { .. } => "too_long",
        StrokesError::Shape { .. } => "shape",
        StrokesError::Empty { .. } => "empty",
        StrokesError::Outside { .. } => "outside",
        StrokesError::Order { .. } => "order",
        StrokesError::Rule { .. } => "rule",
    }
}

fn stroke_files() -> Vec<(&'static str, &'static str, &'static str, String)> {
    let file = |strokes: Value| json!({"width": 6000, "height": 3000, "strokes": strokes}).to_string();
    vec![
        (
            "accepted",
            "points of whole numbers, inside, in time order",
            "accepted",
            file(json!([[[0, 0, 0, 0], [6000, 3000, 900, 1000]]])),
        ),
        ("outside_x", "x is at most the width", "outside", file(json!([[[0, 0, 0, 0], [6001, 0, 1, 5]]]))),
        (
            "outside_negative",
            "no coordinate is negative",
            "outside",
            file(json!([[[0, -1, 0, 0], [5, 0, 1, 5]]])),
        ),
        ("pressure", "pressure is at most 1000", "outside", file(json!([[[0, 0, 0, 1001], [5, 0, 1, 5]]]))),
        (
            "time_back",
            "time does not run back, across strokes either",
            "order",
            file(json!([[[0, 0, 9, 1], [5, 5, 10, 1]], [[7, 7, 9, 1]]])),
        ),
        (
            "time_negative",
            "time starts at zero or later",
            "order",
            file(json!([[[0, 0, -1, 1], [5, 5, 10, 1]]])),
        ),
        ("no_points", "a stroke has points", "empty", file(json!([[[0, 0, 0, 1], [5, 5, 1, 1]], []]))),
        ("no_strokes", "a signature has at least two points", "rule", file(json!([]))),
        ("one_point", "a signature has at least two points", "rule", file(json!([[[1, 1, 1, 1]]]))),
        ("fractions", "numbers are whole", "shape", file(json!([[[0.5, 0, 0, 1], [5, 5, 1, 1]]]))),
        ("three_numbers", "a point has four numbers", "shape", file(json!([[[0, 0, 0], [5, 5, 1]]]))),
        (
            "extra_member",
            "no member but these three",
            "shape",
            r#"{"width":1,"height":1,"strokes":[],"name":"x"}"#.into(),
        ),
        ("missing_member", "all three members", "shape", r#"{"width":1,"strokes":[]}"#.into()),
        ("not_json", "one JSON object", "shape", "孙丽".into()),
        (
            "huge_number",
            "numbers fit 64 bits",
            "shape",
            r#"{"width":99999999999999999999,"height":1,"strokes":[]}"#.into(),
        ),
    ]
}

#[test]
fn strokes_files_are_read_or_refused_as_their_vectors_say() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/review/strokes");
    if std::env::var_os("LIUHEN_WRITE_VECTORS").is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        for (name, rule, expect, file) in stroke_files() {
            let vector = json!({"rule": rule, "expect": expect, "file": file});
            std::fs::write(
                folder.join(format!("{name}.json")),
                serde_json::to_string_pretty(&vector).unwrap() + "\n",
            )
            .unwrap();
        }
    }
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let vector: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let outcome = Strokes::parse(vector["file"].as_str().unwrap().as_bytes());
        let found = outcome.as_ref().map_or_else(strokes_error, |_| "accepted");
        assert_eq!(found, vector["expect"], "{}", path.display());
        if let Err(error) = outcome {
            assert!(!error.zh().is_empty() && !error.en().is_empty());
        }
        count += 1;
    }
    assert_eq!(count, stroke_files().len());
    let many: Vec<[i64; 4]> = (0..20_001).map(|n| [n % 6_000, 5, n, 500]).collect();
    let file = json!({"width": 6000, "height": 3000, "strokes": [many]}).to_string();
    assert!(
        matches!(Strokes::parse(file.as_bytes()), Err(StrokesError::Rule { .. })),
        "at most 20000 points"
    );
    assert_eq!(
        Strokes::parse(&vec![b' '; review::MAX_STROKES_BYTES + 1]),
        Err(StrokesError::TooLong { found: (1 << 20) + 1 })
    );
}
