//! Any text: keys, notes, checkpoints, recipients, rosters and answers to challenges read from it are written back as they were.
#![no_main]

use liuhen_record::{
    challenge::IdentityChallenge,
    note::{SignedNote, VerifierKey},
    recipients::{RecipientList, Roster},
    tlog::Checkpoint,
};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(key) = VerifierKey::parse(text) {
        assert_eq!(key.to_string(), text);
    }
    let note = SignedNote::parse(text);
    let text = note.as_ref().map_or(text, SignedNote::unverified_text);
    if let Ok(checkpoint) = Checkpoint::parse(text) {
        // Extension lines are read over, so only the three lines that are understood come back.
        assert!(text.starts_with(&checkpoint.to_string()));
    }
    if let Ok(recipients) = RecipientList::parse(text) {
        assert_eq!(recipients.to_string(), text);
    }
    if let Ok(answer) = IdentityChallenge::parse(text) {
        assert_eq!(answer.to_string(), text);
    }
    if let Ok(roster) = Roster::parse(text) {
        assert_eq!(roster.to_text().expect("what was read can be written"), text);
    }
});
