//! Holes in the recording (article 17), by the vectors of `tests/vectors/session/holes/`: one file for each rule, made
//! of whole records, so that any language can read them. `LIUHEN_WRITE_VECTORS=1` writes them anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod found_late;
mod session_story;

use liuhen_core::session::{Hole, Rules, SessionView, Substitute, what};
use liuhen_record::{Kind, Record, canonical, kind::*, time::TimeClaim};
use serde_json::{Value, json};
use session_story::*;
use std::path::PathBuf;

const HOUR_MS: i64 = 60 * MINUTE_MS;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/session/holes")
}

/// From here, minutes after opening.
fn hole(from_ms: i64, to_ms: i64) -> (i64, i64) {
    (from_ms, to_ms)
}

struct Case {
    name: &'static str,
    rule: &'static str,
    story: Story,
    /// Every hole longer than a minute, milliseconds after opening.
    all: Vec<(i64, i64)>,
    /// Those that no gap record explains.
    unexplained: Vec<(i64, i64)>,
}

fn case(
    name: &'static str,
    rule: &'static str,
    story: Story,
    all: &[(i64, i64)],
    unexplained: &[(i64, i64)],
) -> Case {
    Case { name, rule, story, all: all.to_vec(), unexplained: unexplained.to_vec() }
}

fn none() -> Substitute {
    Substitute::None { why: "当时无法记录".into() }
}

/// Sixty minutes in three parts with two holes (AC-17a).
fn three_segments() -> Story {
    let mut story = Story::opened(Activity::Patrol);
    story.capture(1, MediaKind::Video, 20 * MINUTE_MS);
    story.wait(5 * MINUTE_MS).capture(2, MediaKind::Video, 15 * MINUTE_MS);
    story.wait(2 * MINUTE_MS).capture(3, MediaKind::Audio, 18 * MINUTE_MS);
    story
}

const FIRST: (i64, i64) = (20 * MINUTE_MS, 25 * MINUTE_MS);
const SECOND: (i64, i64) = (40 * MINUTE_MS, 42 * MINUTE_MS);

fn explain(story: &mut Story, (from_ms, to_ms): (i64, i64)) {
    story.gap(MORNING_MS + from_ms, MORNING_MS + to_ms, none());
}

#[expect(clippy::too_many_lines, reason = "a list of cases")]
fn by_phone() -> Vec<Case> {
    let mut one_explained = three_segments();
    explain(&mut one_explained, FIRST);
    let mut both_explained = three_segments();
    explain(&mut both_explained, FIRST);
    explain(&mut both_explained, SECOND);
    let mut half_explained = three_segments();
    explain(&mut half_explained, (20 * MINUTE_MS, 22 * MINUTE_MS));
    let mut splits = Story::opened(Activity::Patrol);
    let mut overlap = Story::opened(Activity::Patrol);
    for n in 1..=12 {
        splits.capture(n, MediaKind::Video, 5 * MINUTE_MS);
        splits.wait(1_000);
    }
    let first = overlap.begin(1, MediaKind::Video);
    overlap.wait(30 * MINUTE_MS);
    let second = overlap.begin(2, MediaKind::Video);
    overlap.wait(1_000).end(1, first);
    overlap.wait(30 * MINUTE_MS).end(2, second);
    let minute = |ms: i64| {
        let mut story = Story::opened(Activity::Patrol);
        story.capture(1, MediaKind::Audio, MINUTE_MS);
        story.wait(ms).capture(2, MediaKind::Audio, MINUTE_MS);
        story
    };
    let mut running = Story::opened(Activity::Patrol);
    running.wait(2 * MINUTE_MS).begin(1, MediaKind::Audio);
    running.wait(HOUR_MS);
    let mut photos = Story::opened(Activity::Patrol);
    photos.wait(MINUTE_MS).photo(1);
    photos.wait(MINUTE_MS);
    let whole = photos.now().best_ms() - MORNING_MS;
    vec![
        case(
            "two_holes",
            "AC-17a: three parts leave two holes",
            three_segments(),
            &[FIRST, SECOND],
            &[FIRST, SECOND],
        ),
        case(
            "one_explained",
            "AC-17a: one hole explained leaves the other",
            one_explained,
            &[FIRST, SECOND],
            &[SECOND],
        ),
        case("both_explained", "AC-17a: both holes explained", both_explained, &[FIRST, SECOND], &[]),
        case(
            "half_explained",
            "a gap explains as much as it covers, and a second at each end",
            half_explained,
            &[FIRST, SECOND],
            &[(22 * MINUTE_MS + 1_000, 25 * MINUTE_MS), SECOND],
        ),
        case("splits", "AC-17b: breaks of a second between files are splits", splits, &[], &[]),
        case("overlap", "AC-17b: files that overlap leave no hole", overlap, &[], &[]),
        case(
            "sixty_seconds",
            "a break of exactly sixty seconds needs no explanation",
            minute(MINUTE_MS),
            &[],
            &[],
        ),
        case(
            "sixty_seconds_and_one",
            "a break of a millisecond more does",
            minute(MINUTE_MS + 1),
            &[hole(MINUTE_MS, 2 * MINUTE_MS + 1)],
            &[hole(MINUTE_MS, 2 * MINUTE_MS + 1)],
        ),
        case(
            "running",
            "a capture that runs covers until now",
            running,
            &[(0, 2 * MINUTE_MS)],
            &[(0, 2 * MINUTE_MS)],
        ),
        case("photos_only", "photographs are no continuous recording", photos, &[(0, whole)], &[(0, whole)]),
    ]
}

fn pair(story: &mut Story) {
    story.tell(Kind::RecorderPaired(RecorderPaired {
        recorder_no: "XG-R-07".into(),
        serial: "S07".into(),
        model: "模拟".into(),
        firmware: "1".into(),
        configured_officer_no: "000001".into(),
        bound_officer: "o-1".into(),
        battery_percent: 90,
        free_bytes: 1 << 35,
        clock_offset_ms: 90_000,
        clock_uncertainty_ms: 20,
        clock_offset_after_ms: Some(3_000),
        issued_seq: None,
        key_sha256: None,
    }));
}

fn recorded() -> Story {
    let mut story = Story::opened(Activity::Patrol);
    pair(&mut story);
    story.recorder(RecorderEventKind::Started, None);
    story.wait(10 * MINUTE_MS);
    story
}

#[expect(clippy::too_many_lines, reason = "a list of cases")]
fn by_recorder() -> Vec<Case> {
    use RecorderEventKind::{LinkFound, LinkLost, Marked, Started, Stopped};
    let mut stopped = recorded();
    stopped.recorder(Stopped, None);
    stopped.wait(5 * MINUTE_MS);
    let mut split = recorded();
    for _ in 0..5 {
        split.recorder(Stopped, None);
        split.wait(1_000).recorder(Started, None);
        split.wait(10 * MINUTE_MS);
    }
    let mut lost = recorded();
    lost.recorder(LinkLost, None);
    lost.wait(20 * MINUTE_MS);
    let mut found = recorded();
    found.recorder(LinkLost, None);
    found.wait(20 * MINUTE_MS).recorder(LinkFound, None);
    found.wait(MINUTE_MS).recorder(Marked, None);
    let mut told_later = recorded();
    told_later.recorder(LinkLost, None);
    told_later.wait(20 * MINUTE_MS);
    // By its own clock, three seconds fast, it stopped twelve minutes after opening.
    let claimed_ms = MORNING_MS + 12 * MINUTE_MS + 3_000;
    told_later.recorder(Stopped, Some(claimed_ms));
    let mut lies = recorded();
    lies.recorder(Stopped, Some(MORNING_MS - HOUR_MS));
    lies.wait(30_000);
    let mut boasts = recorded();
    boasts.recorder(Stopped, Some(MORNING_MS + 10 * HOUR_MS));
    boasts.wait(5 * MINUTE_MS);
    let mut covered = recorded();
    covered.recorder(Stopped, None);
    covered.capture(1, MediaKind::Audio, 5 * MINUTE_MS);
    let mut imported = Story::opened(Activity::Patrol);
    imported.wait(5 * MINUTE_MS).capture(1, MediaKind::Video, 3 * MINUTE_MS);
    for record in &mut imported.records {
        if let Kind::CaptureOpened(body) = &mut record.kind {
            body.source = MediaSource::Camcorder;
        }
    }
    let ten_to_fifteen = (10 * MINUTE_MS, 15 * MINUTE_MS);
    let twelve_to_thirty = (12 * MINUTE_MS, 30 * MINUTE_MS);
    let (ten, eight) = ((0, 10 * MINUTE_MS + 30_000), (0, 8 * MINUTE_MS));
    vec![
        case(
            "recorder_stopped",
            "after its stop a recorder covers nothing",
            stopped,
            &[ten_to_fifteen],
            &[ten_to_fifteen],
        ),
        case("recorder_splits", "AC-17b: a recorder that splits its files leaves no hole", split, &[], &[]),
        case("recorder_link_lost", "a lost link is not a stop", lost, &[], &[]),
        case("recorder_link_found", "a link found again changes nothing", found, &[], &[]),
        case(
            "recorder_told_later",
            "a stop heard of later counts from the recorder's own corrected time",
            told_later,
            &[twelve_to_thirty],
            &[twelve_to_thirty],
        ),
        case("recorder_impossible_time", "a stop before its start covers nothing", lies, &[ten], &[ten]),
        case(
            "recorder_future_time",
            "a stop claimed for later than it was heard of counts from then",
            boasts,
            &[ten_to_fifteen],
            &[ten_to_fifteen],
        ),
        case("recorder_then_phone", "phone and recorder cover for each other", covered, &[], &[]),
        case("imported_file", "a file brought from a camera covers nothing", imported, &[eight], &[eight]),
    ]
}

#[expect(clippy::too_many_lines, reason = "a list of cases")]
fn by_clocks() -> Vec<Case> {
    let year_ms = 365 * 24 * HOUR_MS;
    let jumped = |jump_ms: i64, anchored: bool| {
        let mut story = Story::default();
        if !anchored {
            story.clocks.anchor = None;
        }
        story.tell(Kind::SessionOpened(opened(Activity::Patrol)));
        let started = story.begin(1, MediaKind::Audio);
        story.wait(10 * MINUTE_MS).jump(jump_ms);
        story.wait(10 * MINUTE_MS).end(1, started);
        story.wait(2 * MINUTE_MS).capture(2, MediaKind::Audio, MINUTE_MS);
        story
    };
    let holes = [(20 * MINUTE_MS, 22 * MINUTE_MS)];
    let mut reboot = Story::opened(Activity::Patrol);
    reboot.capture(1, MediaKind::Audio, 10 * MINUTE_MS);
    reboot.wait(3 * MINUTE_MS).reboot("boot-2");
    reboot.capture(2, MediaKind::Audio, 10 * MINUTE_MS);
    let mut back = Story::opened(Activity::Patrol);
    back.capture(1, MediaKind::Audio, 10 * MINUTE_MS);
    back.wait(3 * MINUTE_MS).reboot("boot-2");
    back.jump(-10 * year_ms);
    back.capture(2, MediaKind::Audio, 10 * MINUTE_MS);
    back.wait(90_000);
    let killed = |reboots: bool, lasted_ms: Option<i64>| {
        let mut story = Story::opened(Activity::Patrol);
        let started = story.begin(1, MediaKind::Audio);
        story.wait(15 * MINUTE_MS);
        if reboots {
            story.reboot("boot-2");
        }
        let (item, rule) = (item_id(1), RecoveryRule::FromJournal);
        story.tell(Kind::CaptureRecovered(CaptureRecovered {
            item,
            acked_bytes: 600,
            kept_bytes: 700,
            rule,
        }));
        let mut body = sealed(1, started, story.clocks.mono_ms.max(started));
        body.cause = CloseCause::Recovered;
        body.description.duration_ms = lasted_ms;
        story.tell(Kind::CaptureSealed(body));
        story
    };
    let all = (0, 15 * MINUTE_MS);
    let (three, ninety) = ((10 * MINUTE_MS, 13 * MINUTE_MS), (20 * MINUTE_MS, 20 * MINUTE_MS + 90_000));
    let lost = (12 * MINUTE_MS, 15 * MINUTE_MS);
    vec![
        case(
            "jump_forward",
            "a wall clock that jumps moves no hole",
            jumped(10 * year_ms, true),
            &holes,
            &holes,
        ),
        case(
            "jump_back",
            "a wall clock that jumps moves no hole",
            jumped(-10 * year_ms, true),
            &holes,
            &holes,
        ),
        case("jump_unanchored", "nor without an anchor", jumped(year_ms, false), &holes, &holes),
        case("jump_unanchored_back", "nor without an anchor", jumped(-1_000, false), &holes, &holes),
        case("reboot", "across a restart the wall clock tells the hole", reboot, &[three], &[three]),
        case(
            "reboot_clock_back",
            "a later boot never lies before what is written",
            back,
            &[ninety],
            &[ninety],
        ),
        case(
            "killed_capture",
            "a recovered capture covers what plays, not until it was recovered",
            killed(false, Some(12 * MINUTE_MS)),
            &[lost],
            &[lost],
        ),
        case(
            "killed_capture_reboot",
            "a recovered capture counts by the boot in which it began",
            killed(true, Some(12 * MINUTE_MS)),
            &[lost],
            &[lost],
        ),
        case(
            "killed_capture_unreadable",
            "a recovered capture that does not play covers nothing",
            killed(false, None),
            &[all],
            &[all],
        ),
        case(
            "killed_capture_overlong",
            "nor does it cover what came after it was recovered",
            killed(false, Some(HOUR_MS)),
            &[],
            &[],
        ),
    ]
}

fn cases() -> Vec<Case> {
    by_phone().into_iter().chain(by_recorder()).chain(found_late::cases()).chain(by_clocks()).collect()
}

fn found(view: &SessionView, now: &TimeClaim) -> Value {
    let rules = Rules::default();
    json!({ "all_holes": view.all_holes(now, &rules), "unexplained": view.holes(now, &rules) })
}

#[test]
fn every_hole_is_where_the_telling_left_it() {
    for case in cases() {
        let (view, now) = (case.story.view(), case.story.now());
        let after_opening = |holes: Vec<Hole>| {
            holes.iter().map(|h| (h.from_ms - MORNING_MS, h.to_ms - MORNING_MS)).collect::<Vec<_>>()
        };
        assert_eq!(after_opening(view.all_holes(&now, &case.story.rules)), case.all, "{}", case.name);
        assert_eq!(after_opening(view.holes(&now, &case.story.rules)), case.unexplained, "{}", case.name);
        if std::env::var_os("LIUHEN_WRITE_VECTORS").is_some() {
            let text = |record: &Record| String::from_utf8(record.bytes().unwrap()).unwrap();
            let vector = json!({
                "rule": case.rule,
                "session": session_id(),
                "records": case.story.records.iter().map(text).collect::<Vec<_>>(),
                "now": now,
                "expect": found(&view, &now),
            });
            std::fs::create_dir_all(folder()).unwrap();
            let path = folder().join(format!("{}.json", case.name));
            std::fs::write(path, serde_json::to_string_pretty(&vector).unwrap() + "\n").unwrap();
        }
    }
}

#[test]
fn every_vector_reads_and_gives_its_holes() {
    let mut count = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let vector: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let records: Vec<Record> = vector["records"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| Record::parse(r.as_str().unwrap().as_bytes()).unwrap())
            .collect();
        let now: TimeClaim = serde_json::from_value(vector["now"].clone()).unwrap();
        let session = serde_json::from_value(vector["session"].clone()).unwrap();
        let view = SessionView::fold(session, &records);
        assert_eq!(found(&view, &now), vector["expect"], "{}", path.display());
        count += 1;
    }
    assert_eq!(count, cases().len());
}

#[test]
fn ac_17a_closing_is_refused_until_both_holes_are_explained() {
    let mut story = three_segments();
    let holes = |story: &Story| story.in_the_way(&[]).iter().filter(|c| **c == "hole_explained").count();
    assert_eq!(holes(&story), 2);
    explain(&mut story, FIRST);
    assert_eq!(holes(&story), 1);
    explain(&mut story, SECOND);
    assert_eq!(holes(&story), 0);
    let list = story.view().checklist(&story.now(), &story.rules);
    let line = list.iter().find(|r| r.what == what::RECORDING_CONTINUOUS).unwrap();
    assert!(line.missing.is_empty() && !line.is_met(), "explained is not the same as whole");
}

#[test]
fn a_recorder_that_was_never_found_again_is_explained() {
    let mut story = recorded();
    story.recorder(RecorderEventKind::LinkLost, None);
    story.wait(MINUTE_MS);
    assert!(story.in_the_way(&[]).contains(&"recorder_found"));
    assert!(
        !story
            .in_the_way(&[(what::RECORDERS_CONFIRMED, "记录仪在车上，回所核对")])
            .contains(&"recorder_found")
    );
    story.recorder(RecorderEventKind::LinkFound, None);
    assert!(!story.in_the_way(&[]).contains(&"recorder_found"));
    // Its list of files, collected after the link was lost, tells as much; one collected before tells nothing.
    let list = || {
        let list_sha256 = liuhen_record::Digest::ZERO;
        Kind::RecorderListed(RecorderListed {
            recorder_no: "XG-R-07".into(),
            list_sha256,
            files: vec![],
            page: None,
        })
    };
    story.tell(list());
    story.recorder(RecorderEventKind::LinkLost, None);
    assert!(story.in_the_way(&[]).contains(&"recorder_found"));
    story.tell(list());
    assert!(!story.in_the_way(&[]).contains(&"recorder_found"));
}

#[test]
fn small_breaks_are_judged_exactly_whatever_their_number_and_place() {
    // Every arrangement of up to four breaks of 0, 1, 60 or 61 seconds between recordings of a minute.
    for code in 0..256_usize {
        let mut story = Story::opened(Activity::Patrol);
        let mut expected = 0;
        for n in 0..4_u8 {
            let break_ms = [0, 1_000, 60_000, 61_000][code >> (2 * n) & 3];
            story.wait(break_ms).capture(n + 1, MediaKind::Audio, MINUTE_MS);
            expected += usize::from(break_ms > 60_000);
        }
        assert_eq!(story.view().holes(&story.now(), &story.rules).len(), expected, "{code}");
    }
}

#[test]
fn holes_and_recordings_add_up_to_the_session() {
    let story = three_segments();
    let now = story.now();
    let rules = Rules { gap_ms: 0, split_ms: 0, ..Rules::default() };
    let holes: i64 = story.view().all_holes(&now, &rules).iter().map(|h| h.len_ms()).sum();
    assert_eq!(holes + 53 * MINUTE_MS, HOUR_MS);
}

#[test]
fn vector_records_are_canonical() {
    let story = three_segments();
    for record in &story.records {
        assert_eq!(canonical::bytes(record).unwrap(), record.bytes().unwrap());
    }
}
