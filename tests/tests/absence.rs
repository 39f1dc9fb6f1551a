//! Whoever was away from the phone signs in again; a recording is never kept from whoever must end it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use liuhen_core::phone::{CaptureRequest, Desk, LOCK_AFTER_MS, Phone, Recording};
use liuhen_record::kind::MediaSource;
use liuhen_tests::recorder_site::Site;

const PIN: &str = "270319";

/// A site whose first officer is signed in and looks at the screen.
async fn signed_in() -> Site {
    let mut site = Site::open().await;
    site.phone.set_pin("li-wen", None, PIN).unwrap();
    site.phone.sign_in("li-wen", PIN).unwrap();
    assert!(!site.phone.come_to_screen().unwrap(), "the first look signs nobody out");
    site
}

fn is_signed_in(phone: &Phone) -> bool {
    phone.signed_in().unwrap().is_some()
}

#[tokio::test]
async fn an_officer_who_was_away_for_five_minutes_signs_in_again_and_one_who_was_not_goes_on() {
    let mut site = signed_in().await;
    site.phone.leave_screen().unwrap();
    site.clock.pass(LOCK_AFTER_MS - 1);
    assert!(!site.phone.come_to_screen().unwrap());
    site.clock.pass(10 * LOCK_AFTER_MS);
    assert!(!site.phone.come_to_screen().unwrap(), "whoever looks at the screen is not away");
    assert!(is_signed_in(&site.phone));

    site.phone.leave_screen().unwrap();
    site.clock.pass(LOCK_AFTER_MS);
    assert!(site.phone.come_to_screen().unwrap());
    assert!(!is_signed_in(&site.phone));
    assert!(!site.phone.come_to_screen().unwrap(), "nobody is signed out twice");
    site.phone.sign_in("li-wen", PIN).unwrap();
    assert!(!site.phone.come_to_screen().unwrap());
}

#[tokio::test]
async fn a_wall_clock_that_is_moved_neither_locks_nor_keeps_open() {
    let mut site = signed_in().await;
    site.phone.leave_screen().unwrap();
    site.clock.change(|now| now.wall_ms += 24 * 3_600_000);
    assert!(!site.phone.come_to_screen().unwrap());
    site.phone.leave_screen().unwrap();
    site.clock.change(|now| {
        now.wall_ms -= 24 * 3_600_000;
        now.mono_ms += LOCK_AFTER_MS;
    });
    assert!(site.phone.come_to_screen().unwrap());
}

#[tokio::test]
async fn a_phone_that_was_switched_off_asks_for_the_pin_even_when_it_died_in_the_officers_hand() {
    let mut site = signed_in().await;
    site.clock.change(|now| {
        "second-boot".clone_into(&mut now.boot_id);
        now.mono_ms = 1_000;
    });
    assert!(site.phone.come_to_screen().unwrap());
}

fn started_again(phone: Phone) -> Phone {
    let (dir, ports) = (phone.vault().dir().to_path_buf(), phone.ports());
    drop(phone);
    Phone::start(&dir, ports).unwrap().phone
}

#[tokio::test]
async fn a_program_that_died_on_the_screen_asks_for_the_pin_and_one_that_was_left_just_now_does_not() {
    let mut site = signed_in().await;
    site.phone.leave_screen().unwrap();
    site.clock.pass(LOCK_AFTER_MS - 1);
    site.phone = started_again(site.phone);
    assert!(!site.phone.come_to_screen().unwrap(), "it told when it left");
    assert!(is_signed_in(&site.phone));

    site.phone = started_again(site.phone);
    assert!(site.phone.come_to_screen().unwrap(), "nobody knows for how long it lay about");
    assert!(!is_signed_in(&site.phone));
    site.phone.sign_in("li-wen", PIN).unwrap();
    assert!(!site.phone.come_to_screen().unwrap());
}

#[tokio::test]
async fn leaving_counts_from_the_moment_it_is_told_although_the_phone_cannot_write_it_then() {
    let site = signed_in().await;
    let desk = Desk::new(site.phone);
    desk.put_away().unwrap();
    assert_eq!(desk.leave_screen().unwrap_err().code(), "suspended");
    site.clock.pass(LOCK_AFTER_MS);
    desk.bring_back().unwrap().unwrap();
    assert!(desk.come_to_screen().unwrap());
    assert!(!desk.with(|phone| Ok(is_signed_in(phone))).unwrap());
}

fn record(phone: &mut Phone) -> Recording {
    let request = CaptureRequest {
        source: MediaSource::Phone,
        source_no: None,
        media_type: "audio/aac".to_owned(),
        original_name: None,
        label: None,
    };
    phone.start_recording(&request).unwrap()
}

#[tokio::test]
async fn a_recording_is_not_kept_from_whoever_must_end_it_and_says_nothing_more_in_the_absents_name() {
    let mut site = signed_in().await;
    site.open_session();
    let recording = record(&mut site.phone);
    site.phone.leave_screen().unwrap();
    site.clock.pass(6 * LOCK_AFTER_MS);
    assert!(!site.phone.come_to_screen().unwrap(), "half an hour in the pocket, recording");
    assert!(is_signed_in(&site.phone));
    site.phone.leave_screen().unwrap();
    assert!(!site.phone.come_to_screen().unwrap());
    site.phone.finish_recording(recording).unwrap();
    assert!(!is_signed_in(&site.phone), "whoever ended it signs in before anything else");
    assert!(site.phone.come_to_screen().unwrap(), "and the screen is told");
    assert!(!site.phone.come_to_screen().unwrap(), "once");
}

#[tokio::test]
async fn an_officer_who_stayed_with_a_recording_goes_on_after_it() {
    let mut site = signed_in().await;
    site.open_session();
    let recording = record(&mut site.phone);
    site.phone.leave_screen().unwrap();
    site.clock.pass(LOCK_AFTER_MS - 1);
    assert!(!site.phone.come_to_screen().unwrap());
    site.clock.pass(6 * LOCK_AFTER_MS);
    site.phone.finish_recording(recording).unwrap();
    assert!(is_signed_in(&site.phone));
}

#[tokio::test]
async fn an_item_that_nothing_records_any_more_keeps_no_screen_open() {
    let mut site = signed_in().await;
    site.open_session();
    drop(record(&mut site.phone));
    site.phone.leave_screen().unwrap();
    site.clock.pass(LOCK_AFTER_MS);
    assert!(site.phone.come_to_screen().unwrap());
    assert!(!is_signed_in(&site.phone));
}
