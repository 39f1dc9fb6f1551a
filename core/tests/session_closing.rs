//! Closing, by the vectors of `tests/vectors/session/closing/`: whole records, explanations, and either the codes of
//! what is missing with their Chinese sentences, or the body of `session_closed`. `LIUHEN_WRITE_VECTORS=1` writes them
//! anew, to be read by a person before they are kept.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod session_story;

use liuhen_core::{
    say::{self, Lang},
    session::{Missing, Rules, SessionView, Substitute, what},
};
use liuhen_record::{ItemId, Record, SessionId, kind::*, roster::NotQualified, time::TimeClaim};
use serde_json::{Value, json};
use session_story::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/session/closing")
}

/// A patrol or inquiry with everything up to and without the review.
fn worked(activity: Activity) -> Story {
    let mut story = Story::opened(activity);
    let started = story.begin(1, MediaKind::Video);
    story.wait(10_000).show_certificate();
    story.wait(10_000).give_notice(NoticeResponse::Acknowledged);
    story.wait(10 * MINUTE_MS).inspection();
    story.photo(2);
    story.end(1, started);
    story
}

fn reviewed(activity: Activity) -> Story {
    let mut story = worked(activity);
    story.review_and_sign(9, "");
    story
}

type Case = (&'static str, &'static str, Story, &'static [(&'static str, &'static str)]);

fn cases() -> Vec<Case> {
    let mut nothing_done = Story::opened(Activity::Coercion);
    nothing_done.wait(5 * MINUTE_MS).photo(1);
    let mut running = reviewed(Activity::Patrol);
    running.begin(5, MediaKind::Audio);
    let mut hole = reviewed(Activity::Patrol);
    hole.wait(2 * MINUTE_MS);
    let mut explained = reviewed(Activity::Patrol);
    let from_ms = explained.now().best_ms();
    explained.wait(2 * MINUTE_MS);
    let named = Substitute::Named { items: vec![item_id(2)], documents: vec![] };
    explained.gap(from_ms, from_ms + 2 * MINUTE_MS, named);
    let later = || {
        let mut story = reviewed(Activity::Patrol);
        story.photo(7);
        story
    };
    let mut by_mistake = Story::opened(Activity::Patrol);
    by_mistake.wait(30_000);
    let mut no_inquiry_record = worked(Activity::Inquiry);
    no_inquiry_record.review_and_sign(9, "");
    vec![
        ("complete", "everything met: the session closes", reviewed(Activity::Patrol), &[]),
        ("nothing_done", "everything missing is named at once", nothing_done, &[]),
        ("not_reviewed", "a review is confirmed or refused (article 18)", worked(Activity::Patrol), &[]),
        ("capture_running", "no capture is still open", running, &[]),
        (
            "hole",
            "a hole needs a gap record, not a word at closing (article 17)",
            hole,
            &[(what::RECORDING_CONTINUOUS, "忘了")],
        ),
        (
            "hole_explained",
            "a gap with a substitute explains a hole, and the checklist shows it",
            explained,
            &[],
        ),
        ("later_item", "what came after the review is reviewed again or explained", later(), &[]),
        (
            "later_item_explained",
            "explained, it is listed as unreviewed",
            later(),
            &[(what::ALL_REVIEWED, "当事人已离开")],
        ),
        ("no_text_record", "an inquiry has its record (articles 5, 6)", no_inquiry_record, &[]),
        (
            "by_mistake",
            "an empty session is closed by explaining everything",
            by_mistake,
            &[
                (what::CERTIFICATE_SHOWN, "误操作"),
                (what::NOTICE_GIVEN, "误操作"),
                (what::TEXT_RECORD, "误操作"),
                (what::REVIEW_SETTLED, "误操作"),
            ],
        ),
    ]
}

fn outcome(view: &SessionView, now: &TimeClaim, explanations: &BTreeMap<String, String>) -> Value {
    match view.close(now, explanations, &Rules::default()) {
        Ok(body) => json!({ "closed": body }),
        Err(refused) => json!({ "missing": codes(&refused), "zh": refused.zh().lines().collect::<Vec<_>>() }),
    }
}

#[test]
fn every_vector_closes_or_is_refused_as_it_says() {
    if std::env::var_os("LIUHEN_WRITE_VECTORS").is_some() {
        std::fs::create_dir_all(folder()).unwrap();
        for (name, rule, story, explanations) in cases() {
            let explanations = entered(explanations);
            let text = |record: &Record| String::from_utf8(record.bytes().unwrap()).unwrap();
            let vector = json!({
                "rule": rule,
                "session": session_id(),
                "records": story.records.iter().map(text).collect::<Vec<_>>(),
                "now": story.now(),
                "explanations": explanations,
                "expect": outcome(&story.view(), &story.now(), &explanations),
            });
            let path = folder().join(format!("{name}.json"));
            std::fs::write(path, serde_json::to_string_pretty(&vector).unwrap() + "\n").unwrap();
        }
    }
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let vector: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let texts = vector["records"].as_array().unwrap().iter();
        let records: Vec<Record> =
            texts.map(|r| Record::parse(r.as_str().unwrap().as_bytes()).unwrap()).collect();
        let read = |name: &str| vector[name].clone();
        let now: TimeClaim = serde_json::from_value(read("now")).unwrap();
        let explanations = serde_json::from_value(read("explanations")).unwrap();
        let view = SessionView::fold(serde_json::from_value(read("session")).unwrap(), &records);
        assert_eq!(outcome(&view, &now, &explanations), vector["expect"], "{}", path.display());
        names.insert(path.file_stem().unwrap().to_str().unwrap().to_owned());
    }
    let told: BTreeSet<String> = cases().into_iter().map(|c| c.0.to_owned()).collect();
    assert_eq!(names, told);
}

#[test]
fn vectors_expect_what_their_names_promise() {
    let expected: [(&str, &[&str]); 10] = [
        ("complete", &[]),
        ("nothing_done", &["certificate_shown", "notice", "hole_explained", "text_record", "review_settled"]),
        ("not_reviewed", &["review_settled"]),
        ("capture_running", &["capture_ended"]),
        ("hole", &["hole_explained"]),
        ("hole_explained", &[]),
        ("later_item", &["review_of_later"]),
        ("later_item_explained", &[]),
        ("no_text_record", &["text_record"]),
        ("by_mistake", &[]),
    ];
    for ((name, _, story, explanations), (expected_name, missing)) in cases().into_iter().zip(expected) {
        assert_eq!(name, expected_name);
        assert_eq!(story.in_the_way(explanations), missing, "{name}");
    }
}

fn missing_of_recorders() -> Vec<Missing> {
    let text = || "甲".to_owned();
    vec![
        Missing::Filled { field: text() },
        Missing::OfficerNoFits,
        Missing::BindingTimes,
        Missing::RecorderFree { recorder_no: text(), holder: text(), officer: text() },
        Missing::RecorderIssued { recorder_no: text() },
        Missing::RecorderStop { recorder_no: text() },
        Missing::RecorderSame { recorder_no: text(), expected: text(), found: text() },
        Missing::RecorderCan { what: text() },
        Missing::Supervision { device_no: text() },
        Missing::FaultReport { device_no: text() },
        Missing::ProfessionalRepair { name: text() },
        Missing::FileUnassigned { item: ItemId([1; 16]) },
        Missing::SessionKnown { session: SessionId([1; 16]) },
        Missing::AssignmentNew { item: ItemId([1; 16]) },
        Missing::AssignmentReason,
    ]
}

fn every_missing() -> Vec<Missing> {
    let item = ItemId([7; 16]);
    let text = || "甲".to_owned();
    let all = vec![
        Missing::Officers { found: 1, required: 2 },
        Missing::UnknownOfficer { officer: text() },
        Missing::OfficerTwice { officer: text() },
        Missing::Qualification { officer: text(), name: text(), reason: NotQualified::NotInPost },
        Missing::LeadOfficer { found: 0 },
        Missing::LeadOfficer { found: 2 },
        Missing::Check,
        Missing::FreshCheck { age_minutes: 31, allowed_minutes: 30 },
        Missing::CheckPassed { what: "phone_battery".into() },
        Missing::DeviceInOrder { device_no: text() },
        Missing::DeviceNo,
        Missing::PartyName,
        Missing::Cause,
        Missing::Place,
        Missing::FitText { field: text() },
        Missing::Opened,
        Missing::StillOpen,
        Missing::CertificateShown,
        Missing::CertificateOf { name: text() },
        Missing::Notice,
        Missing::NoticeDocument,
        Missing::NoticeFirst { title: text() },
        Missing::Template { template: text() },
        Missing::Document,
        Missing::Item { item },
        Missing::GapTimes,
        Missing::GapExplanation,
        Missing::GapSubstitute,
        Missing::TriggerNote,
        Missing::FaultSymptom,
        Missing::CaptureEnded { item },
        Missing::HoleExplained { from_ms: MORNING_MS, to_ms: MORNING_MS + 61_000 },
        Missing::TextRecord { title: text() },
        Missing::RecorderFound { recorder_no: text() },
        Missing::ReviewSettled,
        Missing::ReviewOfLater { count: 2 },
        Missing::ReviewOpened,
        Missing::Recorded,
        Missing::ReviewCurrent { title: text() },
        Missing::ItemReviewed { item },
        Missing::ItemOfManifest { item },
        Missing::WaiverReason { item },
        Missing::PageShown { title: text(), page: 2 },
        Missing::ConfirmationDocument,
        Missing::PartySignature,
        Missing::OfficerSignatures { found: 1, required: 2 },
        Missing::PartyFirst { name: text() },
        Missing::OfficerOfRecord { name: text() },
        Missing::FitSignature { name: text(), rule: "a rule".into() },
        Missing::ReasonNote,
        Missing::Witness,
        Missing::NoWitnessNote,
        Missing::WitnessDetails,
        Missing::IndependentWitness { name: text() },
        Missing::WitnessSignature,
    ];
    [all, missing_of_recorders(), vec![Missing::ConfirmationMadeAgain]].concat()
}

#[test]
fn every_missing_thing_has_a_code_and_a_sentence_of_its_own() {
    let mut sentences = BTreeSet::new();
    for missing in every_missing() {
        let written = serde_json::to_value(&missing).unwrap();
        assert_eq!(written["code"], missing.code(), "{missing:?}");
        assert!(sentences.insert(missing.zh()), "{missing:?} says what another says");
        assert_eq!(say::text(Lang::Zh, &missing), missing.zh());
        assert!(
            missing.en().is_ascii() || missing.en().contains(['甲', '《', '录', '记', '问', '答']),
            "{}",
            missing.en()
        );
        assert!(missing.zh().chars().count() <= 45, "too long for a glance: {}", missing.zh());
    }
    let codes: BTreeSet<_> = every_missing().iter().map(Missing::code).collect();
    assert_eq!(codes.len(), every_missing().len() - 1, "one variant is told in two ways");
    assert_eq!(Missing::CertificateShown.zh(), "尚未出示执法证件");
}

#[test]
fn a_hole_is_told_by_the_clock_on_the_wall_in_shanghai() {
    let hole = Missing::HoleExplained { from_ms: MORNING_MS, to_ms: MORNING_MS + 5 * MINUTE_MS };
    assert_eq!(hole.zh(), "09:00:00至09:05:00没有录音录像（5分钟），尚未说明原因");
}
