//! Recorders that nobody saw stop (`spec/session.md` §5).

use super::{Case, HOUR_MS, case, pair, recorded, session_story::*};
use liuhen_core::session::what;
use liuhen_record::{Kind, kind::*};

/// By the recorder's own clock, a minute and a half fast, so many milliseconds after opening.
fn own_clock(ms: i64) -> i64 {
    MORNING_MS + ms + 90_000
}

/// It records from the opening, and nobody hears of it for half an hour.
fn unheard() -> Story {
    let mut story = Story::opened(Activity::Patrol);
    story.recorder(RecorderEventKind::Started, Some(own_clock(0)));
    story.wait(10 * MINUTE_MS).recorder(RecorderEventKind::LinkLost, None);
    story.wait(20 * MINUTE_MS);
    story
}

/// Found not recording although nobody stopped it.
fn found_stopped(story: &mut Story) {
    story.recorder(RecorderEventKind::LinkFound, None);
    story.tell(Kind::RecorderAlarm(RecorderAlarm {
        recorder_no: "XG-R-07".into(),
        alarm: Alarm::StoppedByItself,
        expected: None,
        found: None,
        file: None,
    }));
    story.recorder(RecorderEventKind::Stopped, None);
}

/// Its list of files, each from and to so many milliseconds after opening.
fn list(story: &mut Story, files: &[(i64, i64)]) {
    let file = |(n, (from_ms, to_ms)): (usize, &(i64, i64))| RecorderFile {
        name: format!("{n:04}.MP4"),
        len_bytes: 1_000,
        sha256: Some(liuhen_record::Digest::ZERO),
        started_ms: own_clock(*from_ms),
        ended_ms: own_clock(*to_ms),
        important: false,
    };
    story.tell(Kind::RecorderListed(RecorderListed {
        recorder_no: "XG-R-07".into(),
        list_sha256: liuhen_record::Digest::ZERO,
        files: files.iter().enumerate().map(file).collect(),
        page: None,
    }));
}

#[expect(clippy::too_many_lines, reason = "a list of cases")]
pub fn cases() -> Vec<Case> {
    let (eight, twelve, thirty) = (8 * MINUTE_MS, 12 * MINUTE_MS, 30 * MINUTE_MS);
    let split =
        [(-HOUR_MS, -MINUTE_MS), (0, eight), (eight, twelve), (thirty + HOUR_MS, thirty + 2 * HOUR_MS)];
    let mut listed = unheard();
    found_stopped(&mut listed);
    list(&mut listed, &split);
    let mut unlisted = unheard();
    list(&mut unlisted, &split);
    found_stopped(&mut unlisted);
    let mut set_meanwhile = Story::opened(Activity::Patrol);
    set_meanwhile.recorder(RecorderEventKind::Started, Some(own_clock(0)));
    set_meanwhile.wait(10 * MINUTE_MS);
    pair(&mut set_meanwhile);
    set_meanwhile.wait(20 * MINUTE_MS);
    found_stopped(&mut set_meanwhile);
    // From the pairing on its clock is three seconds fast, no longer ninety.
    list(&mut set_meanwhile, &[(0, twelve - 87_000)]);
    let mut released = unheard();
    released.recorder(RecorderEventKind::Released, None);
    list(&mut released, &split);
    let hole = (twelve, thirty);
    let mut obeyed = unheard();
    obeyed.recorder(RecorderEventKind::LinkFound, None);
    obeyed.recorder(RecorderEventKind::Stopped, None);
    list(&mut obeyed, &split);
    let mut of_others = unheard();
    found_stopped(&mut of_others);
    list(&mut of_others, &split[..1]);
    vec![
        case(
            "recorder_stopped_by_itself",
            "one that stopped by itself covers until its files end, by the list collected after",
            listed,
            &[hole],
            &[hole],
        ),
        case(
            "recorder_stopped_by_itself_unlisted",
            "without such a list it covers until it was found, and is not confirmed",
            unlisted,
            &[],
            &[],
        ),
        case(
            "recorder_stopped_by_itself_clock_set",
            "its clock, when it was set meanwhile, counts by the pairing",
            set_meanwhile,
            &[hole],
            &[hole],
        ),
        case(
            "recorder_stopped_by_itself_other_files",
            "files of another time tell nothing of when it stopped",
            of_others,
            &[],
            &[],
        ),
        case(
            "recorder_released",
            "one released while it recorded may still record: a list that ends before takes nothing away",
            released,
            &[],
            &[],
        ),
        case(
            "recorder_obeyed",
            "a stop that was obeyed counts from then, whatever a list says",
            obeyed,
            &[],
            &[],
        ),
    ]
}

#[test]
fn a_recorder_of_which_nobody_knows_when_it_stopped_is_listed_or_explained() {
    let asked = |story: &Story| story.in_the_way(&[]).iter().filter(|code| **code == "recorder_stop").count();
    let thirty = 30 * MINUTE_MS;
    let mut alone = unheard();
    found_stopped(&mut alone);
    assert_eq!(asked(&alone), 1);
    let explained = alone.in_the_way(&[(what::RECORDERS_CONFIRMED, "电池耗尽，何时停止不详")]);
    assert!(!explained.contains(&"recorder_stop"));
    // Recording again does not tell when it stopped before.
    alone.recorder(RecorderEventKind::Started, Some(own_clock(thirty)));
    assert_eq!(asked(&alone), 1);
    list(&mut alone, &[]);
    assert_eq!(asked(&alone), 1, "a list without its files tells nothing");
    list(&mut alone, &[(0, 12 * MINUTE_MS)]);
    assert_eq!(asked(&alone), 0);

    let mut released = unheard();
    released.recorder(RecorderEventKind::Released, None);
    assert_eq!(asked(&released), 1, "letting it go hides nothing");
    list(&mut released, &[(0, 12 * MINUTE_MS)]);
    assert_eq!(asked(&released), 1, "it may have gone on in a file that is not closed yet");
    list(&mut released, &[(0, 12 * MINUTE_MS), (12 * MINUTE_MS, thirty)]);
    assert_eq!(asked(&released), 0);

    let mut obeyed = recorded();
    obeyed.recorder(RecorderEventKind::Stopped, None);
    obeyed.recorder(RecorderEventKind::Released, None);
    assert_eq!(asked(&obeyed), 0);
}
