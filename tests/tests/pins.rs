//! Who may say that they are an officer: with the PIN, or before a colleague, and however the clocks are moved.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use liuhen_core::phone::Phone;
use liuhen_tests::recorder_site::Site;

const FIRST: &str = "li-wen";
const SECOND: &str = "ding-yi";
const PIN: &str = "270319";
const OTHER_PIN: &str = "481516";
const WRONG: &str = "999998";
const DAY_MS: i64 = 24 * 3_600_000;

/// Both officers of a patrol have a PIN; nobody is signed in.
async fn pair() -> Site {
    let mut site = Site::open().await;
    site.phone.set_pin(FIRST, None, PIN).unwrap();
    site.phone.sign_in(FIRST, PIN).unwrap();
    site.phone.set_pin(SECOND, None, OTHER_PIN).unwrap();
    site.phone.sign_out().unwrap();
    site
}

fn guess_five_times(phone: &mut Phone, officer: &str) {
    for _ in 0..5 {
        assert_eq!(phone.sign_in(officer, WRONG).unwrap_err().code(), "wrong_pin");
    }
}

fn refusal(phone: &mut Phone, officer: &str, pin: &str) -> Option<&'static str> {
    phone.sign_in(officer, pin).err().map(|error| error.code())
}

fn started_again(phone: Phone) -> Phone {
    let (dir, ports) = (phone.vault().dir().to_path_buf(), phone.ports());
    drop(phone);
    Phone::start(&dir, ports).unwrap().phone
}

#[tokio::test]
async fn the_first_pin_of_an_officer_is_set_before_a_colleague_who_is_signed_in() {
    let mut site = Site::open().await;
    site.phone.set_pin(FIRST, None, PIN).unwrap();
    let refused = site.phone.set_pin(SECOND, None, OTHER_PIN).unwrap_err();
    assert_eq!(refused.code(), "pin_unvouched");
    assert!(refused.zh().contains("须由已登录的同事在场") && refused.en().contains("colleague"));
    assert_eq!(refusal(&mut site.phone, SECOND, OTHER_PIN), Some("no_pin"), "nothing was set");

    site.phone.sign_in(FIRST, PIN).unwrap();
    site.phone.set_pin(SECOND, None, OTHER_PIN).unwrap();
    site.phone.sign_in(SECOND, OTHER_PIN).unwrap();
    site.phone.sign_out().unwrap();
    assert_eq!(site.phone.set_pin("zhao-gang", None, PIN).unwrap_err().code(), "pin_unvouched");
    site.phone.set_pin(FIRST, Some(PIN), OTHER_PIN).unwrap();
    site.phone.sign_in(FIRST, OTHER_PIN).unwrap();
}

#[tokio::test]
async fn whoever_is_guessed_at_waits_and_a_colleague_neither_waits_nor_ends_that_wait() {
    let mut site = pair().await;
    guess_five_times(&mut site.phone, FIRST);
    assert_eq!(refusal(&mut site.phone, FIRST, PIN), Some("pin_wait"));
    assert_eq!(refusal(&mut site.phone, SECOND, OTHER_PIN), None);
    assert_eq!(refusal(&mut site.phone, FIRST, PIN), Some("pin_wait"), "the colleague's success is not hers");
    site.clock.pass(30_000);
    assert_eq!(refusal(&mut site.phone, FIRST, PIN), None);
}

#[tokio::test]
async fn naming_a_lead_signs_nobody_in_where_officers_have_pins() {
    let mut site = pair().await;
    site.open_session();
    assert_eq!(site.phone.signed_in().unwrap(), None);
    assert_eq!(site.records("session_opened")[0].officer, None);

    let mut site = pair().await;
    site.phone.sign_in(SECOND, OTHER_PIN).unwrap();
    site.open_session();
    assert_eq!(site.phone.signed_in().unwrap().unwrap().officer, SECOND);
    assert_eq!(site.records("session_opened")[0].officer.as_deref(), Some(SECOND));

    let mut site = Site::open().await;
    site.open_session();
    assert_eq!(
        site.phone.signed_in().unwrap().unwrap().officer,
        FIRST,
        "a phone without PINs takes the lead's word"
    );
    assert_eq!(site.records("session_opened")[0].officer.as_deref(), Some(FIRST));
}

#[tokio::test]
async fn a_wait_for_a_pin_is_neither_ended_nor_kept_up_by_a_wall_clock_that_is_moved() {
    let mut site = pair().await;
    site.clock.change(|now| "a-boot-that-saw-no-bureau".clone_into(&mut now.boot_id));
    guess_five_times(&mut site.phone, FIRST);
    site.clock.change(|now| now.wall_ms += DAY_MS);
    assert_eq!(refusal(&mut site.phone, FIRST, PIN), Some("pin_wait"));
    site.clock.change(|now| now.wall_ms -= 3 * DAY_MS);
    assert_eq!(refusal(&mut site.phone, FIRST, PIN), Some("pin_wait"));
    site.clock.change(|now| now.mono_ms += 30_000);
    assert_eq!(refusal(&mut site.phone, FIRST, PIN), None);
}

#[tokio::test]
async fn a_wait_for_a_pin_begins_anew_once_when_the_phone_was_switched_off() {
    let mut site = Site::open().await;
    site.phone.set_pin(FIRST, None, PIN).unwrap();
    guess_five_times(&mut site.phone, FIRST);
    site.clock.pass(20_000);
    assert_eq!(site.phone.pin_wait_ms().unwrap(), 10_000);
    site.clock.change(|now| {
        now.wall_ms -= DAY_MS;
        "second-boot".clone_into(&mut now.boot_id);
        now.mono_ms = 1_000;
    });
    site.phone = started_again(site.phone);
    assert_eq!(site.phone.pin_wait_ms().unwrap(), 30_000);
    site.clock.pass(29_999);
    assert_eq!(refusal(&mut site.phone, FIRST, PIN), Some("pin_wait"));
    site.phone = started_again(site.phone);
    site.clock.pass(1);
    assert_eq!(
        refusal(&mut site.phone, FIRST, PIN),
        None,
        "a start of the program is no restart of the phone"
    );
}
