//! Any bytes: a time-stamp reply read from them is believed about nothing that it was not made over, and by no authority
//! that did not sign it.
#![no_main]

use liuhen_record::timestamp::{TimestampAuthorities, TimestampToken};
use std::sync::LazyLock;

/// A root that signed nothing.
static STRANGER: LazyLock<TimestampAuthorities> =
    LazyLock::new(|| TimestampAuthorities::from_pem(include_str!("stranger.pem")).expect("a certificate"));

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(token) = TimestampToken::parse_reply(bytes) else { return };
    assert!(token.check(b"what nobody stamped", None).is_err());
    assert!(token.verify(&STRANGER).is_err());
});
