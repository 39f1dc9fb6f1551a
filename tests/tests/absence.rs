//! Whoever was away from the phone signs in again; a recording is never kept from whoever must end it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use liuhen_core::phone::{CaptureRequest, LOCK_AFTER_MS, Phone};
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

#[tokio::test]
async fn a_recording_is_not_kept_from_whoever_must_end_it() {
    let mut site = signed_in().await;
    site.open_session();
    let request = CaptureRequest {
        source: MediaSource::Phone,
        source_no: None,
        media_type: "audio/aac".to_owned(),
        original_name: None,
        label: None,
    };
    let recording = site.phone.start_recording(&request).unwrap();
    site.phone.leave_screen().unwrap();
    site.clock.pass(6 * LOCK_AFTER_MS);
    assert!(!site.phone.come_to_screen().unwrap(), "an hour in the pocket, recording");
    assert!(is_signed_in(&site.phone));
    site.phone.finish_recording(recording).unwrap();
    site.phone.leave_screen().unwrap();
    site.clock.pass(LOCK_AFTER_MS);
    assert!(site.phone.come_to_screen().unwrap());
}
