//! An activity with more items than one paper holds: it is filled in, reviewed and closed like any other.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod session_story;

use liuhen_core::{
    document::{self, Context, FillError, MAX_PAGES, Problem, Template, fill, template_id},
    review,
    session::{self, what},
};
use liuhen_record::{Digest, ItemId, Kind, Record, kind::*};
use session_story::*;
use std::collections::BTreeMap;

fn nth(n: usize) -> ItemId {
    let mut id = [0x77; 16];
    id[..8].copy_from_slice(&(n as u64).to_be_bytes());
    ItemId(id)
}

/// So many more photographs, one a second.
fn photographs(story: &mut Story, numbers: std::ops::Range<usize>) {
    for n in numbers {
        story.wait(1_000);
        let from = story.records.len();
        story.photo(1);
        for record in &mut story.records[from..] {
            match &mut record.kind {
                Kind::CaptureOpened(body) => body.item = nth(n),
                Kind::CaptureSealed(body) => body.item = nth(n),
                _ => {}
            }
        }
    }
}

/// An activity recorded from beginning to end, with so many photographs.
fn with_photographs(count: usize) -> Story {
    let mut story = Story::opened(Activity::Patrol);
    let started = story.begin(1, MediaKind::Video);
    story.show_certificate();
    story.give_notice(NoticeResponse::Acknowledged);
    photographs(&mut story, 0..count);
    story.end(1, started);
    story
}

/// The form as the officer is given it.
fn form(story: &Story) -> Result<DocumentFilled, FillError> {
    let view = story.view();
    let context = Context { view: &view, now_ms: story.now().best_ms(), review: &[] };
    let template = Template::by_id(template_id::ON_SITE_INSPECTION_RECORD).unwrap();
    let mut fields = document::known(template, document_id(3), &context);
    fields.retain(|name, value| name == "media" && !value.is_empty());
    fields.extend(entered(INSPECTION));
    fill(template, document_id(3), &fields, &context)
}

fn text(paper: &DocumentFilled) -> String {
    let lines = paper.pages.iter().flat_map(|page| page.text.lines());
    lines.map(|line| line.trim_start_matches('\u{3000}')).collect()
}

fn is_record(story: &Story) -> bool {
    Record::parse(&story.records.last().unwrap().bytes().unwrap()).is_ok()
}

#[test]
fn a_form_takes_the_list_of_media_that_it_offers_and_says_where_the_rest_is() {
    // The recording is sealed last.
    let whole = form(&with_photographs(299)).unwrap();
    assert_eq!(whole.media.len(), 300);
    assert!(!text(&whole).contains("编号清单"));

    let story = with_photographs(1_700);
    let cut = form(&story).unwrap();
    assert_eq!(cut.media, (0..300).map(nth).collect::<Vec<_>>());
    let list: Vec<String> = (0..1_700).map(nth).chain([item_id(1)]).map(|item| item.to_string()).collect();
    let digest = Digest::of(list.join("\n").as_bytes()).to_string();
    assert!(text(&cut).contains("前1701项声像资料") && text(&cut).contains(&digest), "{}", text(&cut));
    assert!(cut.pages.len() < MAX_PAGES);
}

#[test]
fn a_form_takes_no_word_for_the_whole_list_but_the_true_one() {
    let mut story = with_photographs(400);
    let offered = form(&story).unwrap().fields["media"].clone();
    let view = story.view();
    let with = |media: String| {
        let context = Context { view: &view, now_ms: story.now().best_ms(), review: &[] };
        let template = Template::by_id(template_id::ON_SITE_INSPECTION_RECORD).unwrap();
        let mut fields: BTreeMap<_, _> = entered(INSPECTION);
        fields.insert("media".to_owned(), media);
        match fill(template, document_id(3), &fields, &context) {
            Err(FillError::Fields { problems }) => problems.into_iter().map(|p| p.problem).collect(),
            filled => {
                filled.unwrap();
                Vec::new()
            }
        }
    };
    let said = offered.lines().last().unwrap();
    assert_eq!(with(format!("{}\n{said}", nth(7))), [], "an officer names what matters");
    assert_eq!(with(offered.replace("共401项", "共400项")), [Problem::NotAnItem { entry: 301 }]);
    assert_eq!(with(format!("{said}\n{}", nth(7))), [Problem::NotAnItem { entry: 1 }]);
    let ids: Vec<String> = (0..301).map(|n| nth(n).to_string()).collect();
    assert_eq!(with(ids.join("\n")), [Problem::TooManyEntries { max: 300 }]);
    // What was offered stays true when another photograph was taken before the form was sent.
    photographs(&mut story, 400..401);
    let mut fields = entered(INSPECTION);
    fields.insert("media".to_owned(), offered);
    let view = story.view();
    let context = Context { view: &view, now_ms: story.now().best_ms(), review: &[] };
    let template = Template::by_id(template_id::ON_SITE_INSPECTION_RECORD).unwrap();
    fill(template, document_id(3), &fields, &context).unwrap();
}

/// The party reviews what it is shown, and signs.
fn sign(story: &mut Story, n: u8) -> ReviewManifest {
    story.open_review();
    assert!(is_record(story));
    let manifest = story.view().current_review().unwrap().body.manifest.clone();
    let items = story.reviewed();
    story.confirmation(n, &items, "");
    assert!(is_record(story));
    let body = review::confirm(&story.view(), &story.confirm_request(n, items, "")).unwrap();
    story.tell(Kind::ReviewConfirmed(body));
    assert!(is_record(story));
    manifest
}

#[test]
fn an_activity_of_many_items_is_reviewed_in_parts_and_closed() {
    let mut story = with_photographs(1_199);
    story.fill(3, template_id::ON_SITE_INSPECTION_RECORD, INSPECTION);
    let first = sign(&mut story, 4);
    assert_eq!((first.items.len(), first.documents.len()), (500, 2));
    let paper = text(&story.view().document(document_id(4)).unwrap().last.body);
    assert!(paper.contains("共有音像记录1200项，本确认书列出其中500项"), "{paper}");
    assert!(story.in_the_way(&[]).contains(&"review_of_later"), "the rest was not reviewed");

    let second = sign(&mut story, 5);
    assert_eq!((second.items[0].item, second.documents.len()), (nth(500), 0));
    let third = sign(&mut story, 6);
    assert_eq!(third.items.len(), 200);
    let closed = story.close(&[]).unwrap();
    assert_eq!((closed.items.len(), closed.unreviewed.len()), (1_200, 0));

    // Begun again when everything is signed, it begins from the first.
    story.open_review();
    assert_eq!(story.view().current_review().unwrap().body.manifest, {
        let mut whole = review::manifest(&story.view());
        whole.items.truncate(500);
        whole
    });
}

/// Nobody was there to be shown what is asked.
fn note_absence(story: &mut Story) {
    story.open_review();
    let sign = |role, name| strokes().signed(role, name, MORNING_MS);
    let witness = Witness {
        name: "郑阿姨".into(),
        unit: "长江路社区居民委员会".into(),
        phone: "（示例）".into(),
        signature: sign(SignerRole::Witness, "郑阿姨"),
    };
    let request = review::RefuseRequest {
        state: SignatureState::Absent,
        reason: RefusalReason::Other,
        note: "当事人离场".into(),
        witness: review::WitnessGiven::Present(witness),
        officers: ["王建国", "李晓梅"].map(|name| sign(SignerRole::Officer, name)).to_vec(),
    };
    let body = review::refuse(&story.view(), &request, &roster()).unwrap();
    story.tell(Kind::SignatureRefused(body));
}

#[test]
fn a_party_that_comes_back_reviews_every_part_that_it_was_absent_for() {
    let mut story = with_photographs(699);
    story.fill(3, template_id::ON_SITE_INSPECTION_RECORD, INSPECTION);
    note_absence(&mut story);
    note_absence(&mut story);
    assert_eq!(story.close(&[]).unwrap().unreviewed.len(), 700);
    assert_eq!(sign(&mut story, 4).items.len(), 500);
    assert_eq!(sign(&mut story, 5).items.len(), 200);
    assert_eq!(story.close(&[]).unwrap().unreviewed.len(), 0);
}

#[test]
fn an_activity_of_five_thousand_items_closes_after_one_part_with_words_for_the_rest() {
    let mut story = with_photographs(5_000);
    story.fill(3, template_id::ON_SITE_INSPECTION_RECORD, INSPECTION);
    sign(&mut story, 4);
    let closed = story.close(&[(what::ALL_REVIEWED, "当事人不愿继续查阅")]).unwrap();
    assert_eq!((closed.items.len(), closed.unreviewed.len()), (5_001, 4_501));
    story.tell(Kind::SessionClosed(closed));
    assert!(is_record(&story));
}

#[test]
fn an_activity_that_fits_one_paper_is_reviewed_in_one_and_its_paper_speaks_of_no_parts() {
    let mut story = with_photographs(499);
    story.fill(3, template_id::ON_SITE_INSPECTION_RECORD, INSPECTION);
    assert_eq!(sign(&mut story, 4).items.len(), 500);
    assert!(!text(&story.view().document(document_id(4)).unwrap().last.body).contains("列出其中"));
    assert!(story.close(&[]).is_ok());
}

#[test]
fn an_activity_of_forty_thousand_items_closes_and_its_record_counts_them_all() {
    let mut story = with_photographs(3);
    story.fill(3, template_id::ON_SITE_INSPECTION_RECORD, INSPECTION);
    sign(&mut story, 4);
    let mut view = story.view();
    let like = view.items.last().unwrap().clone();
    view.items.extend((4..40_000).map(|n| session::ItemView { item: nth(n), ..like.clone() }));
    let words = entered(&[(what::ALL_REVIEWED, "储存卡导入，当事人不愿继续查阅")]);
    let closed = view.close(&story.now(), &words, &story.rules).unwrap();
    assert_eq!((closed.item_count(), closed.unreviewed_count()), (40_000, 39_996));
    assert_eq!(closed.items[..], view.items.iter().map(|i| i.item).take(8_000).collect::<Vec<_>>());
    let whole = closed.whole.as_ref().unwrap();
    let list: Vec<String> = view.items.iter().map(|i| i.item.to_string()).collect();
    assert_eq!(whole.items_sha256, Digest::of(list.join("\n").as_bytes()));
    assert_eq!(whole.unreviewed_sha256, Digest::of(list[4..].join("\n").as_bytes()));
    story.tell(Kind::SessionClosed(closed));
    assert!(is_record(&story));
}
