//! First byte even: the rest is a file from a stranger. Odd: the rest is damage done to a file of ours; whatever
//! can still be read of it is what was sealed.
#![no_main]

use liuhen_record::seal::{CHUNK_BYTES, Envelope, FileKey, Identity, Opener, PayloadKey};
use std::sync::LazyLock;

const PLAIN_BYTES: usize = CHUNK_BYTES + 1_000;

struct Sealed {
    key: FileKey,
    identity: Identity,
    plain: Vec<u8>,
    file: Vec<u8>,
}

static SEALED: LazyLock<Sealed> = LazyLock::new(|| {
    let rng = ring::rand::SystemRandom::new();
    let identity = Identity::make(&rng).expect("an identity");
    let key = FileKey::from_bytes([7; 16]);
    let envelope = Envelope::make(&key, &[identity.to_recipient()], &rng).expect("an envelope");
    let plain: Vec<u8> = (0..PLAIN_BYTES).map(|n| (n % 251) as u8).collect();
    let payload_key = PayloadKey::derive(&key, &envelope);
    let mut file = envelope.bytes().to_vec();
    payload_key.seal_chunk(0, false, &plain[..CHUNK_BYTES], &mut file).expect("a chunk");
    payload_key.seal_chunk(1, true, &plain[CHUNK_BYTES..], &mut file).expect("a chunk");
    Sealed { key, identity, plain, file }
});

/// Damage: four bytes of place and one to exclusive-or, again and again; a place beyond the end cuts there.
fn damage(file: &mut Vec<u8>, orders: &[u8]) {
    for order in orders.chunks_exact(5).take(8) {
        let place = u32::from_le_bytes([order[0], order[1], order[2], order[3]]) as usize % 70_000;
        match file.get_mut(place) {
            Some(byte) => *byte ^= order[4],
            None => file.truncate(place % (file.len() + 1)),
        }
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    if choice % 2 == 0 {
        if let Ok(envelope) = Envelope::parse(rest) {
            assert!(rest.starts_with(envelope.bytes()));
            let _ = SEALED.identity.unwrap(&envelope);
        }
        let _ = Opener::open(rest, &SEALED.key);
        return;
    }
    let mut file = SEALED.file.clone();
    damage(&mut file, rest);
    let intact = file == SEALED.file;
    let Ok(mut opener) = Opener::open(file.as_slice(), &SEALED.key) else {
        assert!(!intact, "an undamaged file opens");
        return;
    };
    assert_eq!(opener.plain_len_bytes(), PLAIN_BYTES as u64, "no other length is ever reported");
    let mut read = vec![0; PLAIN_BYTES];
    match opener.read_at(0, &mut read) {
        Ok(len) => assert_eq!(read[..len], SEALED.plain[..len]),
        Err(_) => assert!(!intact, "an undamaged file is read"),
    }
});
