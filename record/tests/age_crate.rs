//! Both directions against the `age` crate, which shares no code with this one.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::io::Write;

use liuhen_record::Digest;
use liuhen_record::seal::{
    Envelope, FileDigests, FileKey, Identity, ItemHasher, Opener, Recipient, SealedDigests, Sealer, regrant,
};
use ring::rand::SystemRandom;

/// Around every boundary: chunk, batch of the sealer, threads, piece.
const SIZES: [usize; 13] = [
    0,
    1,
    65_535,
    65_536,
    65_537,
    131_072,
    (512 << 10) - 1,
    512 << 10,
    (512 << 10) + 1,
    4 << 20,
    (4 << 20) + 1,
    (9 << 20) + 12_345,
    (33 << 20) + 1,
];

fn plain(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i ^ (i >> 8) ^ (i >> 16)) as u8).collect()
}

fn identity_of_the_crate() -> (age::x25519::Identity, Recipient) {
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public().to_string().parse().unwrap();
    (identity, recipient)
}

fn seal(plain: &[u8], recipients: &[Recipient], step: usize) -> (Vec<u8>, FileKey, SealedDigests) {
    let rng = SystemRandom::new();
    let file_key = FileKey::make(&rng).unwrap();
    let envelope = Envelope::make(&file_key, recipients, &rng).unwrap();
    let mut file = Vec::new();
    let mut sealer = Sealer::new(&mut file, &envelope, &file_key).unwrap();
    plain.chunks(step).for_each(|slice| sealer.write_all(slice).unwrap());
    let digests = sealer.finish().unwrap();
    (file, file_key, digests)
}

#[test]
fn the_age_crate_opens_what_is_sealed_here() {
    for size in SIZES {
        let (identity, recipient) = identity_of_the_crate();
        let plain = plain(size);
        let (sealed, _, _) = seal(&plain, &[recipient], 100_000);
        assert!(age::decrypt(&identity, &sealed).unwrap() == plain, "at {size} bytes");
    }
}

#[test]
fn what_the_age_crate_seals_is_opened_here() {
    for size in SIZES {
        let identity = Identity::make(&SystemRandom::new()).unwrap();
        let recipient: age::x25519::Recipient = identity.to_recipient().to_string().parse().unwrap();
        let plain = plain(size);
        let sealed = age::encrypt(&recipient, &plain).unwrap();
        let file_key = identity.unwrap(&Envelope::parse(&sealed).unwrap()).unwrap();
        let mut opened = Vec::new();
        Opener::open(&sealed, &file_key).unwrap().copy_to(&mut opened).unwrap();
        assert!(opened == plain, "at {size} bytes");
    }
}

#[test]
fn the_digests_of_one_pass_are_those_of_the_finished_file() {
    for size in SIZES {
        let (_, recipient) = identity_of_the_crate();
        let plain = plain(size);
        let (sealed, _, digests) = seal(&plain, &[recipient], 70_000);
        let header_len = Envelope::parse(&sealed).unwrap().header_bytes().len();
        assert_eq!(digests.ct_sha256, Digest::of(&sealed), "at {size} bytes");
        assert_eq!(digests.payload_sha256, Digest::of(&sealed[header_len..]), "at {size} bytes");
        assert_eq!(digests.pt_sha256, Digest::of(&plain), "at {size} bytes");
        assert_eq!((digests.len_bytes, digests.pt_len_bytes), (sealed.len() as u64, size as u64));
        let pieces: Vec<_> =
            sealed.chunks(32 << 20).map(|piece| (Digest::of(piece), piece.len() as i64)).collect();
        let taken: Vec<_> = digests.pieces.iter().map(|piece| (piece.sha256, piece.len_bytes)).collect();
        assert_eq!(taken, pieces, "at {size} bytes");
    }
}

#[test]
fn reading_from_a_reader_seals_the_same_as_writing() {
    for size in SIZES {
        let rng = SystemRandom::new();
        let (_, recipient) = identity_of_the_crate();
        let (plain, file_key) = (plain(size), FileKey::make(&rng).unwrap());
        let envelope = Envelope::make(&file_key, &[recipient], &rng).unwrap();
        let (mut written, mut read) = (Vec::new(), Vec::new());
        let mut sealer = Sealer::new(&mut written, &envelope, &file_key).unwrap();
        sealer.write_all(&plain).unwrap();
        let by_write = sealer.finish().unwrap();
        let mut sealer = Sealer::new(&mut read, &envelope, &file_key).unwrap();
        assert_eq!(sealer.read_from(&mut plain.as_slice()).unwrap(), size as u64);
        let by_read = sealer.finish().unwrap();
        assert!(written == read, "at {size} bytes");
        assert_eq!(by_write, by_read, "at {size} bytes");
    }
}

#[test]
fn copies_that_need_fewer_digests_are_sealed_the_same() {
    for size in [0, 70_000, (9 << 20) + 12_345] {
        let rng = SystemRandom::new();
        let (_, recipient) = identity_of_the_crate();
        let (plain, file_key) = (plain(size), FileKey::make(&rng).unwrap());
        let envelope = Envelope::make(&file_key, &[recipient], &rng).unwrap();
        let (mut all, mut two, mut none) = (Vec::new(), Vec::new(), Vec::new());
        let mut sealer = Sealer::new(&mut all, &envelope, &file_key).unwrap();
        sealer.write_all(&plain).unwrap();
        let digests = sealer.finish().unwrap();
        let mut sealer = Sealer::<_, FileDigests>::taking(&mut two, &envelope, &file_key).unwrap();
        sealer.write_all(&plain).unwrap();
        let fewer = sealer.finish().unwrap();
        let mut sealer = Sealer::<_, ()>::taking(&mut none, &envelope, &file_key).unwrap();
        sealer.write_all(&plain).unwrap();
        sealer.finish().unwrap();
        assert!(all == two && all == none, "at {size} bytes");
        assert_eq!((fewer.ct_sha256, fewer.pt_sha256), (digests.ct_sha256, digests.pt_sha256));
        assert_eq!((fewer.len_bytes, fewer.pt_len_bytes), (digests.len_bytes, digests.pt_len_bytes));
    }
}

#[test]
fn a_writer_of_its_own_chunks_gets_the_digests_of_the_sealer() {
    let (_, recipient) = identity_of_the_crate();
    let plain = plain(200_000);
    let (sealed, file_key, digests) = seal(&plain, &[recipient], 1000);
    let envelope = Envelope::parse(&sealed).unwrap();
    let key = liuhen_record::seal::PayloadKey::derive(&file_key, &envelope);
    let mut hasher = ItemHasher::new(&envelope);
    let mut file = envelope.bytes().to_vec();
    for (index, chunk) in plain.chunks(65_536).enumerate() {
        let start = file.len();
        key.seal_chunk(index as u64, index == 3, chunk, &mut file).unwrap();
        hasher.ciphertext(&file[start..]);
        hasher.plaintext(chunk);
    }
    assert!(file == sealed);
    assert_eq!(hasher.finish(), digests);
}

#[test]
fn a_new_header_opens_the_same_payload_for_the_new_reader_only() {
    let (old_reader, old_recipient) = identity_of_the_crate();
    let (new_reader, new_recipient) = identity_of_the_crate();
    let plain = plain(100_000);
    let (sealed, file_key, digests) = seal(&plain, &[old_recipient], 1000);
    let old = Envelope::parse(&sealed).unwrap();
    let mut copy = regrant(&old, &file_key, &[new_recipient], &SystemRandom::new()).unwrap();
    assert_eq!(copy.len(), 168, "one reader costs a header of 168 bytes");
    let payload = &sealed[old.header_bytes().len()..];
    assert_eq!(Digest::of(payload), digests.payload_sha256);
    copy.extend_from_slice(payload);
    assert!(age::decrypt(&new_reader, &copy).unwrap() == plain);
    assert!(age::decrypt(&old_reader, &copy).is_err());
    let other_key = FileKey::from_bytes([1; 16]);
    assert!(regrant(&old, &other_key, &[new_recipient], &SystemRandom::new()).is_err());
}

#[test]
fn every_recipient_opens_the_item_and_a_stranger_does_not() {
    let readers: Vec<_> = (0..3).map(|_| identity_of_the_crate()).collect();
    let recipients: Vec<Recipient> = readers.iter().map(|(_, recipient)| *recipient).collect();
    let (sealed, _, _) = seal(b"hello", &recipients, 1000);
    for (identity, _) in &readers {
        assert_eq!(age::decrypt(identity, &sealed).unwrap(), b"hello");
    }
    assert!(age::decrypt(&identity_of_the_crate().0, &sealed).is_err());
}

#[test]
fn keys_are_written_and_read_as_the_age_crate_does() {
    use age::secrecy::ExposeSecret;
    let theirs = age::x25519::Identity::generate();
    let text = theirs.to_string();
    let ours = Identity::parse(text.expose_secret()).unwrap();
    assert_eq!(ours.to_secret_text().as_str(), text.expose_secret());
    assert_eq!(ours.to_recipient().to_string(), theirs.to_public().to_string());
}
