//! What must not work: altered bytes, impossible chunks, careless keys.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::io::{self, Read, Write};

use liuhen_record::seal::{
    Envelope, FileKey, HeaderError, Identity, KeyTextError, MAX_STANZAS, OpenError, Opener, PayloadKey,
    ReadAt, Recipient, RecoverKey, SealError, Sealer, TailKey,
};
use ring::rand::SystemRandom;

struct Sealed {
    file: Vec<u8>,
    file_key: FileKey,
    envelope: Envelope,
    identity: Identity,
}

fn seal(plain: &[u8]) -> Sealed {
    let rng = SystemRandom::new();
    let identity = Identity::make(&rng).unwrap();
    let file_key = FileKey::make(&rng).unwrap();
    let envelope = Envelope::make(&file_key, &[identity.to_recipient()], &rng).unwrap();
    let mut file = Vec::new();
    let mut sealer = Sealer::new(&mut file, &envelope, &file_key).unwrap();
    sealer.write_all(plain).unwrap();
    sealer.finish().unwrap();
    Sealed { file, file_key, envelope, identity }
}

fn open_all(file: &[u8], file_key: &FileKey) -> Result<Vec<u8>, OpenError> {
    let mut plain = Vec::new();
    Opener::open(file, file_key)?.copy_to(&mut plain)?;
    Ok(plain)
}

#[test]
fn every_flip_of_any_bit_of_a_small_file_is_refused() {
    let sealed = seal(b"the quick brown fox");
    for at in 0..sealed.file.len() {
        for bit in 0..8 {
            let mut file = sealed.file.clone();
            file[at] ^= 1 << bit;
            assert!(open_all(&file, &sealed.file_key).is_err(), "bit {bit} of byte {at}");
        }
    }
    assert_eq!(open_all(&sealed.file, &sealed.file_key).unwrap(), b"the quick brown fox");
}

#[test]
fn every_flip_in_the_header_is_refused_by_the_identity_too() {
    let sealed = seal(b"x");
    for at in 0..sealed.envelope.header_bytes().len() {
        let mut file = sealed.file.clone();
        file[at] ^= 1;
        let opened = Envelope::parse(&file).map(|envelope| sealed.identity.unwrap(&envelope).map(|_| ()));
        assert!(!matches!(opened, Ok(Ok(()))), "byte {at}");
    }
}

#[test]
fn every_truncation_of_a_small_file_is_refused() {
    let sealed = seal(b"the quick brown fox");
    for len in 0..sealed.file.len() {
        assert!(open_all(&sealed.file[..len], &sealed.file_key).is_err(), "at {len} bytes");
    }
}

#[test]
fn an_envelope_is_read_from_any_start_of_the_file_that_holds_it() {
    let sealed = seal(&[7; 1000]);
    let whole = sealed.envelope.bytes().len();
    for len in 0..sealed.envelope.header_bytes().len() {
        assert_eq!(Envelope::parse(&sealed.file[..len]), Err(HeaderError::Cut), "at {len} bytes");
    }
    for len in sealed.envelope.header_bytes().len()..whole {
        assert_eq!(Envelope::parse(&sealed.file[..len]), Err(HeaderError::NonceCut), "at {len} bytes");
    }
    for len in whole..sealed.file.len() {
        assert_eq!(Envelope::parse(&sealed.file[..len]).as_ref(), Ok(&sealed.envelope));
    }
}

#[test]
fn random_access_reads_what_is_there_and_stops_at_the_end() {
    let plain: Vec<u8> = (0..200_000u32).map(|i| (i % 255) as u8).collect();
    let sealed = seal(&plain);
    let mut opener = Opener::open(&sealed.file, &sealed.file_key).unwrap();
    assert_eq!(opener.plain_len_bytes(), 200_000);
    for offset in [0usize, 1, 65_535, 65_536, 131_071, 199_999, 200_000, 200_001, 0, 131_072] {
        for len in [0usize, 1, 100, 65_536, 140_000] {
            let mut buf = vec![0; len];
            let got = opener.read_at(offset as u64, &mut buf).unwrap();
            let expected = plain.get(offset..).unwrap_or(&[]);
            assert_eq!(got, len.min(expected.len()), "{len} bytes at {offset}");
            assert!(buf[..got] == expected[..got], "{len} bytes at {offset}");
        }
    }
    assert_eq!(opener.read_at(u64::MAX, &mut [0; 4]).unwrap(), 0);
}

#[test]
fn a_chunk_altered_after_opening_is_refused_and_the_others_stay_readable() {
    let mut sealed = seal(&vec![9; 200_000]);
    sealed.file[sealed.envelope.bytes().len() + 65_552 + 5] ^= 1;
    let mut opener = Opener::open(&sealed.file, &sealed.file_key).unwrap();
    let mut buf = [0; 10];
    assert_eq!(opener.read_at(0, &mut buf).unwrap(), 10);
    assert!(matches!(opener.read_at(65_530, &mut buf), Err(OpenError::Chunk { index: 1 })));
    assert!(matches!(opener.read_at(65_536, &mut buf), Err(OpenError::Chunk { index: 1 })));
    for good in [0, 131_072] {
        let mut buf = [0; 10];
        assert_eq!(opener.read_at(good, &mut buf).unwrap(), 10);
        assert_eq!(buf, [9; 10]);
    }
}

#[test]
fn no_length_is_reported_before_the_end_of_the_file_is_authenticated() {
    let sealed = seal(&vec![4; 140_000]);
    let chunk_ends = sealed.envelope.bytes().len() + 2 * 65_552;
    let longer = [sealed.file.as_slice(), &[0; 16]].concat();
    for file in [&sealed.file[..chunk_ends], &sealed.file[..sealed.file.len() - 1], &longer] {
        assert!(matches!(Opener::open(file, &sealed.file_key), Err(OpenError::Chunk { .. })));
    }
}

/// Counts bytes read, and gives them out in small portions.
struct Counting<'a>(&'a [u8], std::cell::Cell<u64>);

impl ReadAt for Counting<'_> {
    fn len_bytes(&self) -> io::Result<u64> {
        self.0.len_bytes()
    }
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let portion = buf.len().min(1000);
        let got = self.0.read_at(offset, &mut buf[..portion])?;
        self.1.set(self.1.get() + got as u64);
        Ok(got)
    }
}

#[test]
fn opening_and_reading_touch_a_bounded_part_of_a_long_file() {
    let sealed = seal(&vec![3; 8 << 20]);
    let reader = Counting(&sealed.file, std::cell::Cell::new(0));
    let mut opener = Opener::open(&reader, &sealed.file_key).unwrap();
    assert!(reader.1.get() < 70_000, "opening read {} bytes", reader.1.get());
    let before = reader.1.get();
    opener.read_at(5_000_000, &mut vec![0; 32 << 10]).unwrap();
    assert!(reader.1.get() - before <= 2 * 65_552, "a read cost {} bytes", reader.1.get() - before);
    let before = reader.1.get();
    (0..65_536).step_by(4096).for_each(|at| assert_eq!(opener.read_at(at, &mut [0; 4096]).unwrap(), 4096));
    assert_eq!(reader.1.get() - before, 65_552, "a chunk read in slices is fetched once");
}

#[test]
fn chunks_that_the_format_does_not_have_are_not_sealed() {
    let sealed = seal(b"x");
    let key = PayloadKey::derive(&sealed.file_key, &sealed.envelope);
    for (index, last, len) in
        [(0, false, 0), (0, false, 65_535), (0, false, 65_537), (1, true, 0), (0, true, 65_537)]
    {
        let mut out = vec![1, 2, 3];
        let result = key.seal_chunk(index, last, &vec![0; len], &mut out);
        assert!(matches!(result, Err(SealError::ChunkLength { .. })), "{len} bytes as {index}, {last}");
        assert_eq!(out, [1, 2, 3]);
    }
}

#[test]
fn a_chunk_opens_only_at_its_place_and_in_its_role() {
    let sealed = seal(b"x");
    let key = PayloadKey::derive(&sealed.file_key, &sealed.envelope);
    let mut chunk = Vec::new();
    key.seal_chunk(4, false, &vec![5; 65_536], &mut chunk).unwrap();
    assert_eq!(key.open_chunk(4, false, &chunk).unwrap(), vec![5; 65_536]);
    assert!(key.open_chunk(4, true, &chunk).is_err());
    assert!(key.open_chunk(5, false, &chunk).is_err());
    assert!(key.open_chunk(4 + (1 << 32), false, &chunk).is_err());
    assert_eq!(key.open_chunk_in_place(4, false, &mut chunk).unwrap(), vec![5; 65_536]);
}

#[test]
fn the_side_keys_are_three_different_keys() {
    let sealed = seal(b"x");
    let payload = PayloadKey::derive(&sealed.file_key, &sealed.envelope);
    let tail = TailKey::derive(&sealed.file_key, &sealed.envelope);
    let recover = RecoverKey::derive(&sealed.file_key, &sealed.envelope);
    let chunk = vec![8; 65_536];
    let (mut media, mut journal, mut copy) = (Vec::new(), Vec::new(), Vec::new());
    payload.seal_chunk(0, false, &chunk, &mut media).unwrap();
    tail.seal(0, 0, &chunk, &mut journal);
    recover.seal(0, &chunk, &mut copy);
    assert_eq!(payload.open_chunk(0, false, &media).unwrap(), chunk);
    assert_eq!(tail.open(0, 0, &journal).unwrap(), chunk);
    assert_eq!(recover.open(0, &copy).unwrap(), chunk);
    // All three use the nonce of twelve zeros here: only the key tells them apart.
    for other in [&journal, &copy] {
        assert!(payload.open_chunk(0, false, other).is_err());
    }
    for other in [&media, &copy] {
        assert!(tail.open(0, 0, other).is_err());
    }
    for other in [&media, &journal] {
        assert!(recover.open(0, other).is_err());
    }
    assert!(tail.open(0, 1, &journal).is_err());
    assert!(tail.open(1, 0, &journal).is_err());
    assert!(recover.open(1, &copy).is_err());
}

#[test]
fn recipients_that_cannot_be_right_are_refused() {
    let rng = SystemRandom::new();
    let file_key = FileKey::make(&rng).unwrap();
    assert!(matches!(Envelope::make(&file_key, &[], &rng), Err(SealError::NoRecipient)));
    let good = Identity::make(&rng).unwrap().to_recipient();
    let many = vec![good; MAX_STANZAS + 1];
    assert!(matches!(Envelope::make(&file_key, &many, &rng), Err(SealError::TooManyRecipients)));
    let most = Envelope::make(&file_key, &many[1..], &rng).unwrap();
    assert_eq!(Envelope::parse(most.bytes()), Ok(most), "as many as are written can be read");
    let low_order = Recipient::from_bytes([0; 32]);
    assert!(matches!(Envelope::make(&file_key, &[good, low_order], &rng), Err(SealError::WeakRecipient)));
}

#[test]
fn a_sealer_does_not_start_with_the_key_of_another_item() {
    let sealed = seal(b"x");
    let mut out = Vec::new();
    let refused = Sealer::new(&mut out, &sealed.envelope, &FileKey::from_bytes([0; 16]));
    assert!(matches!(refused, Err(SealError::WrongFileKey)));
    assert!(out.is_empty());
}

#[test]
fn key_texts_have_one_spelling() {
    let identity = Identity::make(&SystemRandom::new()).unwrap();
    let (public, secret) = (identity.to_recipient().to_string(), identity.to_secret_text());
    assert_eq!(Recipient::parse(&public), Ok(identity.to_recipient()));
    let mut altered = public.clone();
    altered.replace_range(10..11, if &public[10..11] == "q" { "p" } else { "q" });
    for text in [public.to_uppercase(), altered, format!("{public} "), String::new(), secret.to_string()] {
        assert_eq!(Recipient::parse(&text), Err(KeyTextError::Bech32), "{} bytes", text.len());
    }
    for text in [secret.to_lowercase(), public.clone(), format!("{}\n", secret.as_str())] {
        assert!(Identity::parse(&text).is_err(), "{} bytes", text.len());
    }
    // Well-formed Bech32 of 31 and of 33 bytes, and of 32 bytes under another prefix.
    let short = "age1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc535lh4";
    let long = "age1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0jqtdny4t";
    let other = "age1pq1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0sq5eur9";
    assert_eq!(Recipient::parse(short), Err(KeyTextError::Length));
    assert_eq!(Recipient::parse(long), Err(KeyTextError::Length));
    assert_eq!(Recipient::parse(other), Err(KeyTextError::Bech32));
    assert_eq!(
        Recipient::parse("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj")
            .map(|r| r.to_string()),
        Ok("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj".to_owned()),
        "the recipient printed in the specification"
    );
}

#[test]
fn nothing_that_holds_a_key_prints_it() {
    let sealed = seal(b"plaintext marker");
    let (key, envelope) = (&sealed.file_key, &sealed.envelope);
    let mut opener = Opener::open(&sealed.file, key).unwrap();
    opener.read_at(0, &mut [0; 4]).unwrap();
    let writer = Sealer::new(Vec::new(), envelope, key).unwrap();
    let printed = [
        format!("{key:?}"),
        format!("{:?}", PayloadKey::derive(key, envelope)),
        format!("{:?}", TailKey::derive(key, envelope)),
        format!("{:?}", RecoverKey::derive(key, envelope)),
        format!("{:?}", sealed.identity),
        format!("{opener:?}"),
        format!("{writer:?}"),
    ];
    let expected = [
        "FileKey(..)",
        "PayloadKey(..)",
        "TailKey(..)",
        "RecoverKey(..)",
        "Identity(..)",
        "Opener { plain_len_bytes: 16, .. }",
        "Sealer { plain_len_bytes: 0, .. }",
    ];
    assert_eq!(printed, expected);
}

/// A disk that is full after some bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        if self.0 < buf.len() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.0 -= buf.len();
        Ok(buf.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn after_a_failed_write_nothing_can_be_finished() {
    let sealed = seal(b"x");
    for room in [1 << 20, 6 << 20] {
        let mut writer = Sealer::new(Full(room), &sealed.envelope, &sealed.file_key).unwrap();
        // More than the sealer keeps on its way beside the caller.
        let error = writer.write_all(&vec![0; 16 << 20]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert!(matches!(writer.finish(), Err(SealError::Broken)));
    }
}

/// Fails once in the middle, and is disturbed by signals.
struct Flaky<'a>(&'a [u8], u32);

impl Read for Flaky<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.1 += 1;
        match self.1 {
            2 => Err(io::ErrorKind::Interrupted.into()),
            3 => Err(io::ErrorKind::TimedOut.into()),
            _ => {
                let portion = buf.len().min(1000);
                self.0.read(&mut buf[..portion])
            }
        }
    }
}

#[test]
fn a_reader_that_fails_can_be_read_on() {
    let sealed = seal(b"x");
    let plain: Vec<u8> = (0..700_000u32).map(|i| i as u8).collect();
    let mut file = Vec::new();
    let mut writer = Sealer::new(&mut file, &sealed.envelope, &sealed.file_key).unwrap();
    let mut reader = Flaky(&plain, 0);
    assert!(matches!(writer.read_from(&mut reader), Err(SealError::Read(_))));
    writer.read_from(&mut reader).unwrap();
    writer.finish().unwrap();
    assert!(open_all(&file, &sealed.file_key).unwrap() == plain);
}
