//! Any text: a proof read from it is written back as it was, and proves nothing under a key that did not sign it.
#![no_main]

use liuhen_record::{note::VerifierKey, proof::TlogProof};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(proof) = TlogProof::parse(text) else { return };
    assert_eq!(proof.to_string(), text);
    let stranger = VerifierKey::new("stranger.example/log", [7; 32]).expect("a name and 32 bytes are a key");
    assert!(proof.verify(b"leaf", &stranger).is_err());
});
