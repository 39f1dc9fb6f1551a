//! The day's list (article 10): days of Asia/Shanghai, due at midnight, whatever the phone's clock says.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod session_story;

use liuhen_core::session::day;
use liuhen_record::{Kind, kind::*, time::TimeClaim};
use session_story::*;

#[test]
fn ac_10a_an_item_is_overdue_from_midnight_in_shanghai_unless_it_is_stored() {
    let mut story = Story::opened(Activity::Patrol);
    story.wait(60 * MINUTE_MS).photo(1);
    let midnight_ms = MORNING_MS + 15 * 60 * MINUTE_MS;
    let at = |story: &Story, at_ms: i64, state: ItemState| {
        let mut later = Story { clocks: story.clocks.clone(), ..Story::default() };
        later.wait(at_ms - later.now().best_ms());
        let lines = day::lines(&story.records, |_| state, &later.now(), &story.rules);
        assert_eq!(lines.len(), 1);
        day::overdue(&lines)
            .first()
            .map(|l| (l.day.clone(), l.officer.clone().unwrap(), l.overdue_ms.unwrap()))
    };
    assert_eq!(at(&story, midnight_ms - 1_000, ItemState::Sealed), None, "23:59:59");
    assert_eq!(at(&story, midnight_ms - 1, ItemState::Pending), None);
    assert_eq!(
        at(&story, midnight_ms, ItemState::Pending),
        Some(("2026-11-23".into(), "o-1".into(), 0)),
        "00:00:00"
    );
    assert_eq!(at(&story, midnight_ms + 5, ItemState::Captured).unwrap().2, 5);
    for state in [ItemState::Stored, ItemState::HandedOver] {
        assert_eq!(at(&story, midnight_ms + 24 * 60 * MINUTE_MS, state), None, "verified never appears");
    }
}

#[test]
fn ac_10a_a_phone_clock_wrong_by_a_day_moves_nothing_while_the_anchor_holds() {
    for wrong_ms in [-24 * 60 * MINUTE_MS, 24 * 60 * MINUTE_MS] {
        let mut story = Story::opened(Activity::Patrol);
        story.jump(wrong_ms);
        story.wait(14 * 60 * MINUTE_MS + 59 * MINUTE_MS).photo(1);
        story.wait(MINUTE_MS - 1_000);
        let lines =
            |story: &Story| day::lines(&story.records, |_| ItemState::Sealed, &story.now(), &story.rules);
        assert_eq!(lines(&story)[0].day, "2026-11-23");
        assert!(day::overdue(&lines(&story)).is_empty());
        story.wait(1_000);
        assert_eq!(day::overdue(&lines(&story)).len(), 1);
        assert_eq!(day::today(&story.now()), "2026-11-24");
    }
}

#[test]
fn a_recording_over_midnight_belongs_to_the_day_it_ended() {
    let mut story = Story::opened(Activity::Patrol);
    story.wait(14 * 60 * MINUTE_MS + 50 * MINUTE_MS);
    story.capture(1, MediaKind::Audio, 20 * MINUTE_MS);
    let lines = day::lines(&story.records, |_| ItemState::Sealed, &story.now(), &story.rules);
    assert_eq!(lines[0].day, "2026-11-24");
    assert_eq!(day::of_day(&lines, "2026-11-24").count(), 1);
    assert!(day::overdue(&lines).is_empty());
}

#[test]
fn the_vectors_of_article_10_hold() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/day-end");
    let mut held = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let vector: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let claim = |name: &str| {
            let said = &vector[name];
            TimeClaim::make(
                said["wall_ms"].as_i64().unwrap(),
                480,
                said["mono_ms"].as_i64().unwrap(),
                said["boot_id"].as_str().unwrap().to_owned(),
                serde_json::from_value(said["anchor"].clone()).unwrap(),
            )
        };
        let rules = liuhen_core::session::Rules {
            due_minutes: vector["due_minutes"].as_i64().unwrap(),
            grace_minutes: vector["grace_minutes"].as_i64().unwrap(),
            ..Default::default()
        };
        let state: ItemState = serde_json::from_value(vector["state"].clone()).unwrap();
        let mut story = Story::opened(Activity::Patrol);
        story.photo(1);
        for record in &mut story.records {
            record.time = claim("recorded");
            if let Kind::CaptureSealed(sealed) = &mut record.kind {
                sealed.ended_mono_ms = record.time.mono_ms;
            }
        }
        let lines = day::lines(&story.records, |_| state, &claim("now"), &rules);
        let found = serde_json::json!({
            "day": lines[0].day,
            "due_ms": lines[0].due_ms,
            "standing": lines[0].standing,
            "overdue_ms": lines[0].overdue_ms,
        });
        assert_eq!(found, vector["expect"], "{}", path.display());
        held += 1;
    }
    assert!(held >= 20, "{held} vectors");
}
