//! What may happen when, and what stands in the way, as officers would tell it. Sources: `spec/session.md`; articles
//! 2, 6, 7, 10, 12, 16 to 21 of the regulation.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod session_story;

use liuhen_core::{
    document::template_id,
    session::{
        Action, Because, CheckValues, LastCheck, Missing, OpenRequest, Rules, Substitute, check_open,
        check_pre_use, fault::Faulty, fault_report, trigger, what,
    },
};
use liuhen_record::{Kind, Record, kind::*, roster::NotQualified, time::TimeClaim};
use session_story::*;

fn request() -> OpenRequest {
    let told = opened(Activity::Patrol);
    OpenRequest {
        activity: told.activity,
        officers: vec![("o-1".into(), OfficerRole::Lead), ("o-2".into(), OfficerRole::Assisting)],
        device_no: told.device_no,
        party: told.party,
        cause: told.cause,
        place_text: told.place_text,
    }
}

fn good_check() -> PreUseCheck {
    let phone = DeviceState {
        battery_percent: 80,
        free_bytes: 64 << 30,
        clock_offset_ms: Some(120),
        clock_uncertainty_ms: None,
    };
    check_pre_use(CheckValues { phone, recorder: None, planned_minutes: 60 }, &[], &Rules::default())
}

fn open_with(
    request: &OpenRequest,
    change: impl FnOnce(&mut Vec<liuhen_record::roster::Officer>),
) -> Vec<&'static str> {
    let story = Story::default();
    let mut roster = roster();
    change(&mut roster);
    let (time, body) = (story.now(), good_check());
    let check = Some(LastCheck { seq: 1, time: &time, body: &body });
    let outcome = check_open(request, &roster, check, &Faulty::default(), &story.now(), &story.rules);
    outcome.map_or_else(|refused| codes(&refused), |_| Vec::new())
}

fn open_at(check: Option<(&TimeClaim, &PreUseCheck)>, now: &TimeClaim) -> Vec<&'static str> {
    let check = check.map(|(time, body)| LastCheck { seq: 1, time, body });
    let outcome = check_open(&request(), &roster(), check, &Faulty::default(), now, &Rules::default());
    outcome.map_or_else(|refused| codes(&refused), |_| Vec::new())
}

fn repair(step: RepairStep) -> RepairRecorded {
    RepairRecorded {
        device_no: "XG-R-07".into(),
        step,
        repairer: "示例维修站".into(),
        approved_by: "赵保管".into(),
        approval_no: None,
        cost_fen: None,
        note: None,
    }
}

#[test]
fn a_session_opens_with_two_qualified_officers_a_fresh_check_and_five_keys() {
    let story = Story::default();
    let (time, body) = (story.now(), good_check());
    let check = Some(LastCheck { seq: 5, time: &time, body: &body });
    let told =
        check_open(&request(), &roster(), check, &Faulty::default(), &story.now(), &story.rules).unwrap();
    assert_eq!((told.check_seq, told.rules.as_str()), (5, "liuhen-rules/1"));
    assert_eq!(told.officers[1].cert_no, "辽B0203002");
}

type Change = fn(&mut liuhen_record::roster::Officer);

#[test]
fn ac_07_an_officer_who_may_not_record_is_refused_with_the_reason() {
    let cases: [(Change, NotQualified); 6] = [
        (|o| o.in_post = false, NotQualified::NotInPost),
        (|o| o.exam_passed = false, NotQualified::ExamNotPassed),
        (|o| o.certificates.clear(), NotQualified::NoCertificate),
        (|o| o.certificates[0].valid_to_ms = MORNING_MS, NotQualified::CertificateNotValid),
        (|o| o.certificates[0].valid_from_ms = MORNING_MS + 1, NotQualified::CertificateNotValid),
        (|o| o.certificates[0].suspended_from_ms = Some(MORNING_MS), NotQualified::CertificateSuspended),
    ];
    for (change, reason) in cases {
        assert_eq!(open_with(&request(), |roster| change(&mut roster[1])), ["qualification"], "{reason:?}");
        let mut officer = officer("o-2", "李晓梅", "辽B0203002");
        change(&mut officer);
        assert_eq!(officer.qualified_at(MORNING_MS), Err(reason));
    }
    // Suspended a millisecond later, valid until a millisecond later: both still hold now.
    assert!(
        open_with(&request(), |r| r[1].certificates[0].suspended_from_ms = Some(MORNING_MS + 1)).is_empty()
    );
    assert!(open_with(&request(), |r| r[1].certificates[0].valid_to_ms = MORNING_MS + 1).is_empty());
    // A later certificate stands in for an expired one.
    let renewed = open_with(&request(), |r| {
        let mut next = r[1].certificates[0].clone();
        r[1].certificates[0].valid_to_ms = MORNING_MS - 1;
        next.valid_from_ms = MORNING_MS - 1;
        r[1].certificates.push(next);
    });
    assert!(renewed.is_empty());
}

#[test]
fn ac_07_one_officer_alone_the_same_twice_or_no_lead_is_refused() {
    let with = |officers: &[(&str, OfficerRole)]| {
        let officers = officers.iter().map(|(id, role)| ((*id).to_owned(), *role)).collect();
        open_with(&OpenRequest { officers, ..request() }, |_| {})
    };
    let (lead, assisting) = (OfficerRole::Lead, OfficerRole::Assisting);
    assert_eq!(with(&[("o-1", lead)]), ["officers"]);
    assert_eq!(with(&[]), ["officers", "lead_officer"]);
    assert_eq!(with(&[("o-1", lead), ("o-1", assisting)]), ["officer_twice", "officers"]);
    assert_eq!(with(&[("o-1", assisting), ("o-2", assisting)]), ["lead_officer"]);
    assert_eq!(with(&[("o-1", lead), ("o-2", lead)]), ["lead_officer"]);
    assert_eq!(with(&[("o-1", lead), ("o-9", assisting)]), ["unknown_officer"]);
    assert!(with(&[("o-1", lead), ("o-2", assisting), ("o-3", assisting)]).is_empty());
}

#[test]
fn ac_07_a_past_session_keeps_the_officers_as_they_stood() {
    let story = Story::opened(Activity::Patrol);
    let mut roster = roster();
    roster[0].in_post = false;
    assert_eq!(story.view().officers()[0].cert_no, "辽B0203001");
}

#[test]
fn ac_16a_no_key_of_the_five_stays_blank() {
    let blank = |change: fn(&mut OpenRequest)| {
        let mut request = request();
        change(&mut request);
        open_with(&request, |_| {})
    };
    assert_eq!(blank(|r| r.device_no = " ".into()), ["device_no"]);
    assert_eq!(blank(|r| r.party.name = String::new()), ["party_name"]);
    assert_eq!(blank(|r| r.cause.code = String::new()), ["cause"]);
    assert_eq!(blank(|r| r.cause.name = "\u{3000}".into()), ["cause"]);
    assert_eq!(blank(|r| r.officers.clear()), ["officers", "lead_officer"]);
    assert_eq!(blank(|r| r.place_text = String::new()), ["place"]);
    assert_eq!(blank(|r| r.party.name = "甲\u{202e}乙".into()), ["fit_text"]);
    assert_eq!(blank(|r| r.party.name = "长".repeat(201)), ["fit_text"]);
}

#[test]
fn ac_19_a_session_needs_a_check_of_at_most_thirty_minutes() {
    let mut story = Story::default();
    let (then, check) = (story.now(), good_check());
    story.wait(30 * MINUTE_MS);
    assert!(open_at(Some((&then, &check)), &story.now()).is_empty());
    story.wait(1);
    assert_eq!(open_at(Some((&then, &check)), &story.now()), ["fresh_check"]);
    assert_eq!(open_at(None, &story.now()), ["check"]);
}

#[test]
fn ac_19_a_wall_clock_that_jumps_does_not_age_or_freshen_a_check() {
    let mut story = Story::default();
    let (then, check) = (story.now(), good_check());
    story.jump(10 * 365 * 24 * 60 * MINUTE_MS);
    story.wait(MINUTE_MS);
    assert!(open_at(Some((&then, &check)), &story.now()).is_empty());
    story.wait(30 * MINUTE_MS);
    story.jump(-20 * 365 * 24 * 60 * MINUTE_MS);
    assert_eq!(open_at(Some((&then, &check)), &story.now()), ["fresh_check"]);
    // After a restart with a clock set back, nothing shows that the check is fresh.
    let mut story = Story::default();
    story.reboot("boot-2");
    story.jump(-MINUTE_MS);
    assert_eq!(open_at(Some((&then, &check)), &story.now()), ["fresh_check"]);
}

#[test]
fn ac_19_every_failing_value_is_named_and_an_override_needs_a_reason() {
    let rules = Rules::default();
    let needed_bytes = rules.space_needed_bytes(60);
    assert_eq!(needed_bytes, 60 * 60 * 750_000 / 100 * 120);
    let phone = DeviceState {
        battery_percent: 29,
        free_bytes: needed_bytes - 1,
        clock_offset_ms: Some(-2_001),
        clock_uncertainty_ms: None,
    };
    let state =
        DeviceState { battery_percent: 49, free_bytes: 0, clock_offset_ms: None, clock_uncertainty_ms: None };
    let recorder = Some(RecorderState {
        recorder_no: "XG-R-07".into(),
        state,
        serial: None,
        configured_officer_no: None,
        issued_seq: None,
    });
    let values = CheckValues { phone, recorder, planned_minutes: 60 };
    let all = [
        "phone_battery",
        "phone_space",
        "phone_clock",
        "recorder_battery",
        "recorder_space",
        "recorder_clock",
    ];
    assert_eq!(check_pre_use(values.clone(), &[], &rules).failed, all);
    let give = |what: &str, reason: &str| Overridden { what: what.into(), reason: reason.into() };
    let overrides = [give("phone_battery", "车上可充电"), give("phone_clock", "  "), give("nothing", "x")];
    let body = check_pre_use(values, &overrides, &rules);
    assert_eq!(body.failed, all[1..]);
    assert_eq!(body.overridden, [give("phone_battery", "车上可充电")]);

    let edge = DeviceState {
        battery_percent: 30,
        free_bytes: needed_bytes,
        clock_offset_ms: Some(-2_000),
        clock_uncertainty_ms: None,
    };
    let body = check_pre_use(CheckValues { phone: edge, recorder: None, planned_minutes: 60 }, &[], &rules);
    assert!(body.failed.is_empty());
}

#[test]
fn ac_19_a_failed_check_stops_the_opening_and_an_overridden_one_does_not() {
    let story = Story::default();
    let (time, mut check) = (story.now(), good_check());
    check.overridden = vec![Overridden { what: "phone_battery".into(), reason: "车上可充电".into() }];
    assert!(open_at(Some((&time, &check)), &story.now()).is_empty());
    check.failed = vec!["phone_space".into(), "phone_clock".into()];
    assert_eq!(open_at(Some((&time, &check)), &story.now()), ["check_passed", "check_passed"]);
}

#[test]
fn ac_20_a_device_reported_out_of_order_is_neither_paired_nor_used() {
    let mut story = Story::opened(Activity::Patrol);
    let report = fault_report(Some(&story.view()), " XG-R-07 ", "不能开机", None, true).unwrap();
    story.tell(Kind::FaultReported(report.clone()));
    let faulty = Faulty::fold(&story.records);
    assert_eq!(codes(&faulty.check_pairing("XG-R-07").unwrap_err()), ["device_in_order"]);
    assert!(faulty.check_pairing("XG-R-08").is_ok());
    let mut repaired = story.records.clone();
    repaired.push(Record { kind: Kind::RepairRecorded(repair(RepairStep::Returned)), ..repaired[0].clone() });
    assert!(Faulty::fold(&repaired).check_pairing("XG-R-07").is_ok());
    repaired.push(Record { kind: Kind::RepairRecorded(repair(RepairStep::Retired)), ..repaired[0].clone() });
    repaired.push(Record { kind: Kind::FaultReported(report), ..repaired[0].clone() });
    repaired.push(Record { kind: Kind::RepairRecorded(repair(RepairStep::Returned)), ..repaired[0].clone() });
    assert!(Faulty::fold(&repaired).holds("XG-R-07"), "what was retired stays out of use");
    let (time, check) = (story.now(), good_check());
    let check = Some(LastCheck { seq: 1, time: &time, body: &check });
    let request = OpenRequest { device_no: "XG-R-07".into(), ..request() };
    let refused = check_open(&request, &roster(), check, &faulty, &story.now(), &story.rules).unwrap_err();
    assert_eq!(codes(&refused), ["device_in_order"]);
    assert_eq!(codes(&fault_report(None, "", " ", None, false).unwrap_err()), ["device_no", "fault_symptom"]);
}

#[test]
fn nothing_happens_before_opening_and_little_after_closing() {
    let story = Story::default();
    let capture = Action::Capture { source: MediaSource::Phone };
    for action in [Action::ShowCertificate, capture, Action::Close, Action::MarkTrigger] {
        assert_eq!(codes(&story.view().check(action).unwrap_err()), ["opened"]);
    }
    let mut story = Story::opened(Activity::Patrol);
    story.tell(Kind::SessionClosed(SessionClosed::new(vec![], vec![], vec![])));
    let view = story.view();
    for action in [Action::ShowCertificate, capture, Action::OpenReview, Action::RecordGap, Action::Close] {
        assert_eq!(codes(&view.check(action).unwrap_err()), ["still_open"], "{action:?}");
    }
    // A circumstance of article 12, a fault and footage copied later belong to a closed session all the same.
    for action in
        [Action::MarkTrigger, Action::ReportFault, Action::Capture { source: MediaSource::Recorder }]
    {
        assert!(view.check(action).is_ok(), "{action:?}");
    }
}

#[test]
fn the_notice_itself_may_be_recorded_but_needs_certificate_and_paper() {
    let mut story = Story::opened(Activity::Inquiry);
    let view = story.view();
    assert!(view.check(Action::Capture { source: MediaSource::Phone }).is_ok());
    assert!(view.check(Action::FillDocument { template: template_id::RECORDING_NOTICE }).is_ok());
    assert_eq!(codes(&view.check(Action::GiveNotice).unwrap_err()), ["certificate_shown"]);
    story.show_certificate();
    let give = |story: &Story| {
        let (channel, response) = (NoticeChannel::Spoken, NoticeResponse::Agreed);
        liuhen_core::session::notice(&story.view(), document_id(1), channel, response)
    };
    assert_eq!(codes(&give(&story).unwrap_err()), ["notice_document"]);
    // Another paper under that id is no notice.
    let mut other = Story::opened(Activity::Patrol);
    other.show_certificate();
    other.fill(1, template_id::ON_SITE_INSPECTION_RECORD, INSPECTION);
    assert_eq!(codes(&give(&other).unwrap_err()), ["notice_document"]);
    story.give_notice(NoticeResponse::Agreed);
    assert!(story.view().notice.is_some());
}

#[test]
fn ac_18a_the_substantive_stage_needs_notice_where_article_18_asks_for_it() {
    let stages = [
        (Activity::Inquiry, template_id::ON_SITE_INSPECTION_RECORD, true),
        (Activity::Coercion, template_id::ON_SITE_INSPECTION_RECORD, true),
        (Activity::Penalty, template_id::INQUIRY_RECORD, true),
        (Activity::Patrol, template_id::ON_SITE_INSPECTION_RECORD, false),
        (Activity::EvidenceCollection, template_id::ON_SITE_INSPECTION_RECORD, false),
        // An inquiry is an inquiry, whatever the session is called.
        (Activity::Patrol, template_id::INQUIRY_RECORD, true),
        (Activity::Service, template_id::SERVICE_RECEIPT, false),
    ];
    for (activity, template, needs_notice) in stages {
        let mut story = Story::opened(activity);
        let fill = Action::FillDocument { template };
        let expected: &[&str] =
            if needs_notice { &["certificate_shown", "notice"] } else { &["certificate_shown"] };
        assert_eq!(codes(&story.view().check(fill).unwrap_err()), expected, "{activity:?} {template}");
        story.show_certificate();
        assert_eq!(story.view().check(fill).is_err(), needs_notice, "{activity:?} {template}");
        story.give_notice(NoticeResponse::Objected);
        assert!(story.view().check(fill).is_ok(), "an objection does not void the duty");
    }
}

#[test]
fn ac_18a_a_ledger_in_which_the_substance_came_first_cannot_be_closed() {
    let mut told = Story::opened(Activity::Inquiry);
    told.show_certificate();
    told.give_notice(NoticeResponse::Agreed);
    told.inspection();
    // The same records with the inspection before the notice, as no phone of ours would write them.
    let last = told.records.pop().unwrap();
    told.records.insert(1, last);
    for (seq, record) in (2..).zip(&mut told.records) {
        record.seq = seq;
    }
    told.review_and_sign(9, "");
    assert_eq!(told.in_the_way(&[(what::TEXT_RECORD, "无"), (what::NOTICE_FIRST, "无")]), ["notice_first"]);
}

/// A session that can be closed: recorded throughout, noticed, written, reviewed.
fn complete(activity: Activity) -> Story {
    let mut story = Story::opened(activity);
    let started = story.begin(1, MediaKind::Video);
    story.wait(10_000).show_certificate();
    story.wait(10_000).give_notice(NoticeResponse::Acknowledged);
    story.wait(10 * MINUTE_MS);
    match activity {
        Activity::Inquiry => story.fill(2, template_id::INQUIRY_RECORD, INQUIRY),
        Activity::Service => {
            story.fill(2, template_id::SERVICE_RECEIPT, &[("docs", "通知书"), ("method", "direct")]);
        }
        Activity::Hearing => story.fill(2, template_id::HEARING_RECORD, HEARING),
        _ => story.inspection(),
    }
    story.end(1, started);
    story.review_and_sign(9, "");
    story
}

const INQUIRY: &[(&str, &str)] = &[
    ("inquiree_name", "周强"),
    ("inquiree_gender", "male"),
    ("inquiree_id_no", "210203198501011234"),
    ("relation_to_case", "worker"),
    ("rights_told", "yes"),
    ("recusal_asked", "no"),
    ("qa", "问：姓名？\n答：周强。"),
];

#[test]
fn ac_06_every_activity_closes_when_everything_is_met() {
    for activity in [
        Activity::Patrol,
        Activity::EvidenceCollection,
        Activity::Inquiry,
        Activity::Service,
        Activity::Hearing,
        Activity::Coercion,
        Activity::Penalty,
    ] {
        let closed = complete(activity).close(&[]).unwrap_or_else(|r| panic!("{activity:?}: {}", r.zh()));
        assert!(closed.checklist.iter().all(|c| c.met && c.explanation.is_none()), "{activity:?}");
        assert_eq!((closed.items.len(), closed.unreviewed.len()), (1, 0));
    }
}

#[test]
fn closing_names_everything_that_is_missing_at_once() {
    let mut story = Story::opened(Activity::Inquiry);
    story.begin(1, MediaKind::Audio);
    story.wait(3 * MINUTE_MS);
    story.photo(2);
    let refused = story.close(&[]).unwrap_err();
    let expected = ["certificate_shown", "notice", "capture_ended", "text_record", "review_settled"];
    assert_eq!(codes(&refused), expected);
    assert_eq!(
        refused.zh().lines().collect::<Vec<_>>(),
        [
            "尚未出示执法证件",
            "尚未告知录音录像",
            "录制尚未停止：01010101",
            "尚未制作《询问笔录》",
            "记录内容尚未交当事人查阅签字（拒签、不能签、不在场的，请注明）",
        ]
    );
}

#[test]
fn ac_21_1_a_session_without_any_recording_does_not_close_in_silence() {
    let mut story = Story::opened(Activity::Patrol);
    story.show_certificate();
    story.give_notice(NoticeResponse::Agreed);
    story.inspection();
    story.review_and_sign(9, "");
    story.wait(30 * MINUTE_MS);
    assert_eq!(story.in_the_way(&[]), ["hole_explained"]);
    assert_eq!(
        story.in_the_way(&[(what::RECORDING_CONTINUOUS, "忘了")]),
        ["hole_explained"],
        "a gap record it must be"
    );
}

#[test]
fn explanations_stand_in_only_where_the_rules_allow_it() {
    let mut story = complete(Activity::Inquiry);
    story.records.retain(|r| !matches!(r.kind, Kind::NoticeGiven(_)));
    assert!(story.in_the_way(&[(what::NOTICE_GIVEN, "忘了")]).contains(&"notice"));
    let mut story = complete(Activity::Patrol);
    story.records.retain(|r| !matches!(r.kind, Kind::NoticeGiven(_)));
    assert_eq!(story.in_the_way(&[]), ["notice"]);
    assert_eq!(story.in_the_way(&[(what::NOTICE_GIVEN, "  ")]), ["notice"]);
    let closed = story.close(&[(what::NOTICE_GIVEN, "现场无人")]).unwrap();
    let entry = closed.checklist.iter().find(|c| c.what == what::NOTICE_GIVEN).unwrap();
    assert_eq!((entry.met, entry.explanation.as_deref()), (false, Some("现场无人")));
}

#[test]
fn a_session_opened_by_mistake_is_closed_by_explaining_it() {
    let mut story = Story::opened(Activity::Inquiry);
    story.wait(50_000);
    let why = "误操作，立即结束";
    let explained = [what::CERTIFICATE_SHOWN, what::NOTICE_GIVEN, what::TEXT_RECORD, what::REVIEW_SETTLED]
        .map(|w| (w, why));
    assert_eq!(story.in_the_way(&explained[..3]), ["review_settled"]);
    assert!(story.close(&explained).is_ok());
    story.photo(1);
    assert!(story.close(&explained).is_err(), "with a photo in it, it is no mistake");
}

#[test]
fn ac_18c_what_came_after_the_review_is_listed_as_unreviewed_and_explained() {
    let mut story = complete(Activity::Patrol);
    story.photo(7);
    assert_eq!(story.in_the_way(&[]), ["review_of_later"]);
    let closed = story.close(&[(what::ALL_REVIEWED, "当事人已离开")]).unwrap();
    assert_eq!(closed.unreviewed, [item_id(7)]);
    // A new review over everything settles it.
    story.review_and_sign(10, "");
    let closed = story.close(&[]).unwrap();
    assert!(closed.unreviewed.is_empty());
}

#[test]
fn thumbnails_are_not_reviewed_by_themselves() {
    let mut story = complete(Activity::Patrol);
    story.capture(8, MediaKind::Thumbnail, 5);
    let closed = story.close(&[]).unwrap();
    assert_eq!((closed.items.len(), closed.unreviewed.len()), (2, 0));
}

#[test]
fn a_gap_names_a_substitute_or_says_that_there_is_none() {
    let mut story = Story::opened(Activity::Patrol);
    story.wait(10 * MINUTE_MS);
    story.photo(3);
    let request = |substitute, explanation: &str, from_ms, to_ms| liuhen_core::session::GapRequest {
        from_ms,
        to_ms,
        reason: GapReason::DeviceFault,
        explanation: explanation.into(),
        substitute,
        reporter: "system".into(),
    };
    let named = |items| Substitute::Named { items, documents: vec![] };
    let none = |why: &str| Substitute::None { why: why.into() };
    let (from, to) = (MORNING_MS, MORNING_MS + 10 * MINUTE_MS);
    let refused = |r| codes(&story.view().gap(&r, &story.now()).unwrap_err());
    assert_eq!(refused(request(named(vec![]), "设备死机", from, to)), ["gap_substitute"]);
    assert_eq!(refused(request(none(" "), "设备死机", from, to)), ["gap_substitute"]);
    assert_eq!(refused(request(named(vec![item_id(9)]), "设备死机", from, to)), ["item"]);
    assert_eq!(refused(request(named(vec![item_id(3)]), "", from, to)), ["gap_explanation"]);
    assert_eq!(refused(request(named(vec![item_id(3)]), "设备死机", to, from)), ["gap_times"]);
    assert_eq!(refused(request(named(vec![item_id(3)]), "设备死机", from, to + MINUTE_MS)), ["gap_times"]);
    assert_eq!(refused(request(named(vec![item_id(3)]), "设备死机", from - MINUTE_MS, to)), ["gap_times"]);
    let body = story.view().gap(&request(none("当时无人手"), "设备死机", from, to), &story.now()).unwrap();
    assert_eq!(body.explanation, "设备死机（无替代记录：当时无人手）");
    story.tell(Kind::GapRecorded(body));
    let list = story.view().checklist(&story.now(), &story.rules);
    let line = list.iter().find(|r| r.what == what::GAP_SUBSTITUTES).unwrap();
    assert!(line.missing.is_empty() && !line.is_met(), "AC-17c: shown as deficient");
}

#[test]
fn t4_needs_words_and_the_others_do_not() {
    let story = Story::opened(Activity::Patrol);
    assert_eq!(codes(&trigger(&story.view(), Trigger::T4, " ").unwrap_err()), ["trigger_note"]);
    assert!(trigger(&story.view(), Trigger::T2, "").is_ok());
}

#[test]
fn objection_and_refusal_suggest_circumstances_of_article_12_until_marked() {
    let mut story = Story::opened(Activity::Inquiry);
    story.show_certificate();
    story.give_notice(NoticeResponse::Objected);
    let found =
        |story: &Story| story.view().suggestions().iter().map(|s| (s.trigger, s.because)).collect::<Vec<_>>();
    assert_eq!(found(&story), [(Trigger::T1, Because::NoticeObjected)]);
    story.tell(Kind::TriggerMarked(trigger(&story.view(), Trigger::T1, "").unwrap()));
    assert!(found(&story).is_empty());
    let mut story = complete(Activity::Patrol);
    story.photo(5);
    story.review_and_sign(11, "10月4日我没有上班");
    assert_eq!(found(&story), [(Trigger::T1, Because::ReviewObjection)]);
}

#[test]
fn ac_02_everything_of_a_session_is_found_from_its_view() {
    let story = complete(Activity::Patrol);
    let view = story.view();
    assert!(view.item(item_id(1)).unwrap().sealed.is_some());
    assert_eq!(
        view.document(document_id(2)).unwrap().last.body.template,
        template_id::ON_SITE_INSPECTION_RECORD
    );
    assert_eq!((view.reviews.len(), view.outcomes.len(), view.documents.len()), (1, 1, 3));
}

#[test]
fn a_view_is_the_same_however_often_it_is_rebuilt_and_ignores_other_sessions() {
    let mut story = complete(Activity::Patrol);
    let view = story.view();
    let mut stranger = story.records[0].clone();
    stranger.session = Some(liuhen_record::SessionId([9; 16]));
    story.records.insert(0, stranger);
    assert_eq!(story.view(), view);
    let mut grown = liuhen_core::session::SessionView::fold(session_id(), &[]);
    story.records.iter().for_each(|record| grown.apply(record));
    assert_eq!(grown, view);
}

#[test]
fn a_correction_after_the_review_began_asks_for_a_new_review() {
    let mut story = complete(Activity::Patrol);
    story.open_review();
    let view = story.view();
    let context = liuhen_core::document::Context { view: &view, now_ms: story.now().best_ms(), review: &[] };
    let previous = &view.document(document_id(2)).unwrap().last.body;
    let changes = entered(&[("site_contact", "周志强")]);
    let body = liuhen_core::document::correct(previous, &changes, "party", &context).unwrap();
    story.tell(Kind::DocumentFilled(body));
    for action in [Action::ConfirmReview, Action::RefuseSignature] {
        assert_eq!(codes(&story.view().check(action).unwrap_err()), ["review_current"]);
    }
    assert_eq!(story.in_the_way(&[]), ["review_of_later"]);
}

#[test]
fn a_refusal_says_codes_in_logs_and_sentences_to_people() {
    let refused = liuhen_core::session::Refused { missing: vec![Missing::PartyName, Missing::Cause] };
    assert_eq!(refused.to_string(), "refused, missing: party_name, cause");
    assert_eq!(refused.en(), "the party's name is missing\nthe cause is missing");
}
