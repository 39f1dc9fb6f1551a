//! Recorders from issue to return: one holder at a time, the right device and no other, warnings once.

use liuhen_btle::Recorder;
use liuhen_core::{phone::CheckRequest, recorder::ReturnRequest};
use liuhen_record::{
    Kind,
    kind::{Alarm, Condition, Overridden, RecorderEventKind as Event},
};
use liuhen_tests::recorder_site::{NO, Site};

fn return_request() -> ReturnRequest {
    ReturnRequest {
        recorder_no: NO.to_owned(),
        to_ms: None,
        received_by: "赵保管".to_owned(),
        condition: Condition::Good,
        data_on_device: false,
        note: None,
    }
}

fn alarms(site: &Site) -> Vec<Alarm> {
    let records = site.records("recorder_alarm");
    records
        .iter()
        .filter_map(|r| if let Kind::RecorderAlarm(b) = &r.kind { Some(b.alarm) } else { None })
        .collect()
}

#[tokio::test]
async fn a_recorder_has_one_holder_and_the_binding_of_any_moment_can_be_told() {
    let mut site = Site::open().await;
    site.issue();
    let request = site.issue_request();
    let first_ms = site.phone.now_ms().unwrap();
    let error = site.phone.issue_recorder(&request, "ding-yi").unwrap_err();
    assert_eq!(error.missing(), ["recorder_free"]);
    let holder = site.phone.recorder_register().unwrap().held(NO).unwrap().issued.name.clone();
    assert!(error.zh().contains(&holder), "{} names who has it", error.zh());
    let other_no =
        liuhen_core::recorder::IssueRequest { recorder_no: "ZFY-0008".to_owned(), ..request.clone() };
    let same_device = site.phone.issue_recorder(&other_no, "ding-yi").unwrap_err();
    assert_eq!(same_device.missing(), ["recorder_free"], "one device is not issued under two numbers");

    site.clock.pass(60_000);
    site.phone.return_recorder(&return_request()).unwrap();
    assert_eq!(site.phone.return_recorder(&return_request()).unwrap_err().missing(), ["recorder_issued"]);
    let too_early = liuhen_core::recorder::IssueRequest { from_ms: Some(first_ms), ..request.clone() };
    assert_eq!(site.phone.issue_recorder(&too_early, "ding-yi").unwrap_err().missing(), ["recorder_free"]);
    site.clock.pass(60_000);
    site.phone.issue_recorder(&request, "ding-yi").unwrap();
    let register = site.phone.recorder_register().unwrap();
    let officer_at = |ms: i64| register.at(NO, first_ms + ms).map(|b| b.issued.officer.clone());
    assert_eq!(officer_at(-1), None);
    assert_eq!(officer_at(59_999).as_deref(), Some("li-wen"));
    assert_eq!(officer_at(60_000), None, "between return and next issue nobody has it");
    assert_eq!(officer_at(120_000).as_deref(), Some("ding-yi"));
    let long = liuhen_core::recorder::IssueRequest { configured_officer_no: "2100012".to_owned(), ..request };
    assert!(
        site.phone
            .issue_recorder(&long, "li-wen")
            .unwrap_err()
            .missing()
            .contains(&"officer_no_fits".to_owned())
    );
}

#[tokio::test]
async fn a_recorder_that_was_let_go_is_not_called_connected() {
    let mut site = Site::open().await;
    site.issue();
    let mut recorder = site.recorder("SIM0001", |_| {});
    site.phone.pair_recorder(&mut recorder, NO).await.unwrap();
    let line = |site: &Site| site.phone.recorders_view().unwrap().recorders.remove(0);
    assert!(line(&site).paired && line(&site).sentence.zh.contains("已连接"));
    site.phone.release_recorder(NO).unwrap();
    let released = line(&site);
    assert!(!released.paired && !released.sentence.zh.contains("已连接"), "{released:?}");
}

#[tokio::test]
async fn an_unissued_and_a_faulty_recorder_cannot_be_paired_and_a_repaired_one_can() {
    let mut site = Site::open().await;
    let mut recorder = site.recorder("SIM0001", |_| {});
    let error = site.phone.pair_recorder(&mut recorder, NO).await.unwrap_err();
    assert_eq!(error.missing(), ["recorder_issued"]);
    site.issue();
    let paired = site.phone.pair_recorder(&mut recorder, NO).await.unwrap();
    assert_eq!((paired.bound_officer.as_str(), paired.issued_seq.is_some()), ("li-wen", true));
    let damaged = ReturnRequest { condition: Condition::Damaged, ..return_request() };
    site.phone.return_recorder(&damaged).unwrap();
    let error = site.phone.pair_recorder(&mut recorder, NO).await.unwrap_err();
    assert_eq!(error.missing(), ["device_in_order"], "what came back damaged is out of use");
    let request = site.issue_request();
    assert_eq!(site.phone.issue_recorder(&request, "li-wen").unwrap_err().missing(), ["device_in_order"]);
    site.phone
        .record_repair(&liuhen_record::kind::RepairRecorded {
            device_no: NO.to_owned(),
            step: liuhen_record::kind::RepairStep::Returned,
            repairer: "示例维修站".to_owned(),
            approved_by: "赵保管".to_owned(),
            approval_no: Some("修2026-1".to_owned()),
            cost_fen: Some(12_000),
            note: None,
        })
        .unwrap();
    site.issue();
    site.phone.pair_recorder(&mut recorder, NO).await.unwrap();
}

#[tokio::test]
async fn another_device_under_the_same_number_leaves_an_alarm_and_nothing_else() {
    let mut site = Site::open().await;
    site.issue();
    let mut right = site.recorder("SIM0001", |_| {});
    let mut wrong = site.recorder("SIM0002", |_| {});
    site.phone.pair_recorder(&mut right, NO).await.unwrap();
    let session = site.open_session();
    site.phone.start_recorder(&mut right, NO).await.unwrap();
    let before = site.last_seq();
    for _ in 0..2 {
        assert_eq!(site.phone.mark_recorder(&mut wrong, NO).await.unwrap_err().missing(), ["recorder_same"]);
    }
    assert!(site.phone.stop_recorder(&mut wrong, NO).await.is_err());
    assert!(site.phone.list_recorder(&mut wrong, NO).await.is_err());
    assert!(site.phone.watch_recorder(&mut wrong, NO).await.is_err());
    assert!(site.phone.pair_recorder(&mut wrong, NO).await.is_err());
    let after = site.kinds_after(before);
    assert_eq!(after.len(), 6);
    for kind in &after {
        let Kind::RecorderAlarm(alarm) = kind else { panic!("{kind:?} was written of another device") };
        assert_eq!((alarm.alarm, alarm.found.as_deref()), (Alarm::Swapped, Some("SIM0002")));
    }
    let view = site.phone.view(session).unwrap();
    assert_eq!(view.recorder_events.len(), 1, "the session knows the start of its own recorder only");
    assert!(wrong.list_files().await.unwrap().files().is_empty(), "the other device was told nothing");
}

#[tokio::test]
async fn a_device_that_copies_number_name_and_serial_but_not_the_key_leaves_an_alarm_and_nothing_else() {
    let mut site = Site::open().await;
    site.issue();
    let mut right = site.recorder("SIM0001", |_| {});
    let mut copy = site.recorder_with_key(8, "SIM0001", |_| {});
    let mut silent = site.recorder("SIM0001", |like| like.can_prove = false);
    let key = site.phone.pair_recorder(&mut right, NO).await.unwrap().key_sha256.unwrap();
    site.phone.pair_recorder(&mut right, NO).await.unwrap();
    let before = site.last_seq();
    for wrong in [&mut copy, &mut silent] {
        assert_eq!(site.phone.start_recorder(wrong, NO).await.unwrap_err().missing(), ["recorder_same"]);
        assert_eq!(site.phone.pair_recorder(wrong, NO).await.unwrap_err().missing(), ["recorder_same"]);
        assert!(wrong.state().await.unwrap().recording.is_none(), "it was told nothing");
        let state = site.phone.recorder_state(wrong, NO).await.unwrap();
        assert_eq!(state.issued_seq, None, "the pre-use check does not take it for the one issued");
    }
    let after = site.kinds_after(before);
    assert_eq!(after.len(), 4);
    for kind in &after {
        let Kind::RecorderAlarm(alarm) = kind else { panic!("{kind:?} was written of another device") };
        assert_eq!((alarm.alarm, alarm.expected.as_ref()), (Alarm::Swapped, Some(&key.to_string())));
        assert_ne!(alarm.found, alarm.expected);
    }
    // The next holder's phone trusts the key too: it belongs to the serial number, not to the binding.
    site.clock.pass(60_000);
    site.phone.return_recorder(&return_request()).unwrap();
    site.issue();
    assert!(site.phone.pair_recorder(&mut copy, NO).await.is_err());
    // After a repair that lawfully replaced the key, an issue at hand binds the new one.
    site.phone.return_recorder(&return_request()).unwrap();
    site.clock.pass(60_000);
    let request = site.issue_request();
    let issued = site.phone.issue_recorder_at_hand(&request, "li-wen", &mut copy).await.unwrap();
    let paired = site.phone.pair_recorder(&mut copy, NO).await.unwrap();
    assert_eq!((issued.key_sha256.is_some(), issued.key_sha256), (true, paired.key_sha256));
    assert_eq!(site.phone.stop_recorder(&mut right, NO).await.unwrap_err().missing(), ["recorder_same"]);
}

#[tokio::test]
async fn a_recorder_that_holds_no_key_is_known_by_its_serial_alone() {
    let mut site = Site::open().await;
    site.issue();
    let mut recorder = site.recorder("SIM0001", |like| like.can_prove = false);
    assert_eq!(site.phone.pair_recorder(&mut recorder, NO).await.unwrap().key_sha256, None);
    site.phone.start_recorder(&mut recorder, NO).await.unwrap();
    assert_eq!(alarms(&site), []);
}

#[tokio::test]
async fn a_check_compares_the_recorder_with_its_issue_and_counts_the_uncertainty_of_its_clock() {
    let mut site = Site::open().await;
    site.issue();
    let mut recorder = site.recorder("SIM0001", |like| like.clock_offset_ms = 1_900);
    let state = site.phone.recorder_state(&mut recorder, NO).await.unwrap();
    assert!(state.issued_seq.is_some() && state.state.clock_uncertainty_ms.is_some());
    let check = |recorder| CheckRequest {
        battery_percent: 90,
        planned_minutes: 1,
        recorder: Some(recorder),
        overrides: Vec::<Overridden>::new(),
    };
    let unsure = liuhen_record::kind::RecorderState {
        state: liuhen_record::kind::DeviceState {
            clock_offset_ms: Some(1_900),
            clock_uncertainty_ms: Some(101),
            ..state.state.clone()
        },
        ..state.clone()
    };
    assert_eq!(site.phone.check_equipment(check(unsure)).unwrap().failed, ["recorder_clock"]);
    let mut other = site.recorder("SIM0001", |like| like.identity.officer_no = "999999".to_owned());
    site.phone.pair_recorder(&mut other, NO).await.unwrap();
    assert_eq!(alarms(&site), [Alarm::OtherOfficer]);
    let state = site.phone.recorder_state(&mut other, NO).await.unwrap();
    assert_eq!(site.phone.check_equipment(check(state)).unwrap().failed, ["recorder_identity"]);
}

#[tokio::test]
async fn warnings_are_given_once_and_what_the_recorder_does_by_itself_is_on_the_line_of_time() {
    let mut site = Site::open().await;
    site.issue();
    let mut recorder = site.recorder("SIM0001", |like| {
        like.battery_percent = 19;
        like.free_bytes = 100_000;
    });
    site.phone.pair_recorder(&mut recorder, NO).await.unwrap();
    let session = site.open_session();
    site.phone.start_recorder(&mut recorder, NO).await.unwrap();
    let watched = site.phone.watch_recorder(&mut recorder, NO).await.unwrap();
    let told: Vec<Alarm> = watched.alarms.iter().map(|alarm| alarm.alarm).collect();
    assert_eq!(told, [Alarm::BatteryLow, Alarm::StorageLow]);
    assert!(site.phone.watch_recorder(&mut recorder, NO).await.unwrap().alarms.is_empty());

    recorder.set_in_reach(false);
    let lost = site.phone.watch_recorder(&mut recorder, NO).await.unwrap();
    assert_eq!((lost.state.is_none(), &lost.events[..]), (true, &[Event::LinkLost][..]));
    assert!(site.phone.watch_recorder(&mut recorder, NO).await.unwrap().events.is_empty());
    recorder.set_in_reach(true);
    site.clock.pass(200_000);
    let found = site.phone.watch_recorder(&mut recorder, NO).await.unwrap();
    assert_eq!(found.events, [Event::LinkFound, Event::Stopped]);
    assert_eq!(found.alarms[0].alarm, Alarm::StoppedByItself, "its card was full");
    let view = site.phone.view(session).unwrap();
    let events: Vec<_> = view.recorder_events.iter().map(|event| event.body.event).collect();
    assert_eq!(events, [Event::Started, Event::LinkLost, Event::LinkFound, Event::Stopped]);
}

#[tokio::test]
async fn a_recorder_whose_card_was_full_leaves_a_hole_from_then_and_not_from_when_somebody_looked() {
    let mut site = Site::open().await;
    site.issue();
    let mut recorder = site.recorder("SIM0001", |like| like.free_bytes = 100_000);
    site.phone.pair_recorder(&mut recorder, NO).await.unwrap();
    let session = site.open_session();
    let holes = |site: &Site| {
        let view = site.phone.view(session).unwrap();
        let now = &view.recorder_events.last().unwrap().time;
        view.all_holes(now, site.phone.rules()).iter().map(|hole| hole.len_ms()).collect::<Vec<_>>()
    };
    site.phone.start_recorder(&mut recorder, NO).await.unwrap();
    site.clock.pass(600_000);
    site.phone.watch_recorder(&mut recorder, NO).await.unwrap();
    assert!(holes(&site).is_empty(), "nobody knows yet");
    site.phone.list_recorder(&mut recorder, NO).await.unwrap();
    assert_eq!(holes(&site), [500_000]);
}

#[tokio::test]
async fn a_long_list_is_kept_in_pages_that_name_one_digest() {
    let mut site = Site::open().await;
    site.issue();
    let mut recorder = site.recorder("SIM0001", |_| {});
    site.phone.pair_recorder(&mut recorder, NO).await.unwrap();
    for _ in 0..1_001 {
        recorder.start().await.unwrap();
        site.clock.pass(1);
        recorder.stop().await.unwrap();
    }
    let list = site.phone.list_recorder(&mut recorder, NO).await.unwrap();
    assert_eq!(list.files.len(), 1_001);
    let records = site.records("recorder_listed");
    let pages: Vec<_> = records
        .iter()
        .filter_map(|r| {
            if let Kind::RecorderListed(b) = &r.kind {
                Some((b.page?, b.files.len(), b.list_sha256))
            } else {
                None
            }
        })
        .collect();
    assert_eq!(
        pages.iter().map(|(page, files, _)| (page.n, page.of, *files)).collect::<Vec<_>>(),
        [(1, 3, 500), (2, 3, 500), (3, 3, 1)]
    );
    assert!(pages.iter().all(|(page, _, sha256)| page.files == 1_001 && *sha256 == list.list_sha256));
}

#[tokio::test]
async fn a_recorder_can_be_stopped_and_given_back_although_the_clock_went_back_behind_its_issue() {
    let mut site = Site::open().await;
    site.issue();
    let mut recorder = site.recorder("SIM0001", |_| {});
    site.phone.pair_recorder(&mut recorder, NO).await.unwrap();
    site.phone.start_recorder(&mut recorder, NO).await.unwrap();
    site.clock.change(|now| {
        now.wall_ms -= 24 * 3_600_000;
        "second-boot".clone_into(&mut now.boot_id);
        now.mono_ms = 1_000;
    });
    let from_ms = site.phone.recorder_register().unwrap().held(NO).unwrap().issued.from_ms;
    assert!(site.phone.now_ms().unwrap() < from_ms, "the phone believes that it is yesterday");
    let state = site.phone.recorder_state(&mut recorder, NO).await.unwrap();
    assert!(state.issued_seq.is_some());
    site.phone.stop_recorder(&mut recorder, NO).await.unwrap();
    assert_eq!(site.phone.return_recorder(&return_request()).unwrap().to_ms, from_ms);
    assert!(site.phone.recorder_register().unwrap().held(NO).is_none());
}
