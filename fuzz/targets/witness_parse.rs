//! Any text: a request to a witness is written back as it was read, and a witness that holds nothing signs none that a
//! stranger made; a list of witnesses likewise.
#![no_main]

use liuhen_record::{
    note::VerifierKey,
    witness::{AddCheckpoint, WitnessPolicy, judge},
};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let stranger = VerifierKey::new("stranger.example/log", [7; 32]).expect("a name and 32 bytes are a key");
    if let Ok(request) = AddCheckpoint::parse(text) {
        assert_eq!(request.to_string(), text);
        assert!(judge(&request, &stranger, None).is_err());
    }
    if let Ok(policy) = WitnessPolicy::parse(text) {
        assert_eq!(policy.to_string(), text);
        assert!(policy.check("a text\n\n— a AAAAAAA=\n").is_err());
    }
});
