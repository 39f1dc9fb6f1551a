//! Every vector of `tests/vectors/seal/`: each file states one rule of `spec/sealed-item.md`.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::path::PathBuf;

use liuhen_record::Digest;
use liuhen_record::seal::{
    Envelope, FileKey, HeaderError, Identity, ItemHasher, OpenError, Opener, Piece, SealedDigests,
    UnwrapError,
};
use ring::{aead, hkdf};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    rule: String,
    expect: String,
    reason: Option<String>,
    #[serde(rename = "note")]
    _note: String,
    identity: String,
    file_key: String,
    file: Vec<Part>,
    flip_lowest_bit_at: Option<usize>,
    file_sha256: Digest,
    sealed_with: Option<String>,
    len_bytes: Option<u64>,
    payload_sha256: Option<Digest>,
    pt_len_bytes: Option<u64>,
    pt_sha256: Option<Digest>,
    pieces: Option<Vec<Piece>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    Text(String),
    Hex(String),
    Chunk(Chunk),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chunk {
    index: u64,
    last: bool,
    plain_byte: String,
    plain_len_bytes: usize,
    count: Option<u64>,
    keep_bytes: Option<usize>,
}

impl Vector {
    fn file_key(&self) -> FileKey {
        FileKey::from_bytes(hex::decode(&self.file_key).unwrap().try_into().unwrap())
    }

    /// Builds the file; impossible chunks are wanted here, so the sealer under test is not used.
    fn file(&self) -> Vec<u8> {
        let mut file = Vec::new();
        let mut nonce = Vec::new();
        for part in &self.file {
            match part {
                Part::Text(text) => file.extend_from_slice(text.as_bytes()),
                Part::Hex(bytes) => {
                    let bytes = hex::decode(bytes).unwrap();
                    file.extend_from_slice(&bytes);
                    nonce = if nonce.is_empty() { bytes } else { nonce };
                }
                Part::Chunk(chunk) => {
                    let key = hex::decode(self.sealed_with.as_ref().unwrap_or(&self.file_key)).unwrap();
                    file.extend_from_slice(&chunk.sealed(&key, &nonce));
                }
            }
        }
        if let Some(offset) = self.flip_lowest_bit_at {
            file[offset] ^= 1;
        }
        assert_eq!(Digest::of(&file), self.file_sha256, "{}: the file is made as intended", self.rule);
        file
    }
}

impl Chunk {
    fn sealed(&self, file_key: &[u8], nonce: &[u8]) -> Vec<u8> {
        struct Key;
        impl hkdf::KeyType for Key {
            fn len(&self) -> usize {
                32
            }
        }
        let mut key = [0; 32];
        let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, nonce).extract(file_key);
        prk.expand(&[b"payload"], Key).unwrap().fill(&mut key).unwrap();
        let key = aead::LessSafeKey::new(aead::UnboundKey::new(&aead::CHACHA20_POLY1305, &key).unwrap());
        let plain = vec![hex::decode(&self.plain_byte).unwrap()[0]; self.plain_len_bytes];
        let mut out = Vec::new();
        for index in self.index..self.index + self.count.unwrap_or(1) {
            let mut nonce = [0; 12];
            nonce[3..11].copy_from_slice(&index.to_be_bytes());
            nonce[11] = u8::from(self.last);
            let mut sealed = plain.clone();
            let nonce = aead::Nonce::assume_unique_for_key(nonce);
            key.seal_in_place_append_tag(nonce, aead::Aad::empty(), &mut sealed).unwrap();
            out.extend_from_slice(&sealed);
        }
        out.truncate(self.keep_bytes.unwrap_or(out.len()));
        out
    }
}

fn open_all(file: &[u8], file_key: &FileKey) -> Result<Vec<u8>, OpenError> {
    let mut plain = Vec::new();
    let mut opener = Opener::open(file, file_key)?;
    opener.copy_to(&mut plain)?;
    assert_eq!(opener.plain_len_bytes(), plain.len() as u64);
    Ok(plain)
}

fn reason(error: &OpenError) -> &'static str {
    match error {
        OpenError::Header(HeaderError::Cut) => "cut",
        OpenError::Header(HeaderError::NonceCut) => "nonce_cut",
        OpenError::Header(HeaderError::Version) => "version",
        OpenError::Header(HeaderError::Line) => "line",
        OpenError::Header(HeaderError::Argument) => "argument",
        OpenError::Header(HeaderError::Body) => "body",
        OpenError::Header(HeaderError::Mac) => "mac",
        OpenError::Header(HeaderError::MixedPassphrase) => "mixed_passphrase",
        OpenError::Header(HeaderError::TooLarge) => "too_large",
        OpenError::HeaderMac => "header_mac",
        OpenError::Cut => "payload_cut",
        OpenError::EmptyLastChunk => "empty_last_chunk",
        OpenError::Chunk { .. } => "chunk",
        OpenError::Read(_) => "read",
    }
}

fn check_accepted(vector: &Vector) {
    let file = vector.file();
    let plain = open_all(&file, &vector.file_key()).unwrap();
    let envelope = Envelope::parse(&file).unwrap();
    let unwrapped = Identity::parse(&vector.identity).unwrap().unwrap(&envelope).unwrap();
    assert_eq!(unwrapped.as_bytes(), vector.file_key().as_bytes(), "{}", vector.rule);
    let mut hasher = ItemHasher::from_start(envelope.header_bytes().len());
    hasher.ciphertext(&file);
    hasher.plaintext(&plain);
    let expected = SealedDigests {
        len_bytes: vector.len_bytes.unwrap(),
        pt_len_bytes: vector.pt_len_bytes.unwrap(),
        ct_sha256: vector.file_sha256,
        payload_sha256: vector.payload_sha256.unwrap(),
        pt_sha256: vector.pt_sha256.unwrap(),
        pieces: vector.pieces.clone().unwrap(),
    };
    assert_eq!(hasher.finish(), expected, "{}", vector.rule);
}

fn check_refused(vector: &Vector) {
    let file = vector.file();
    let expected = vector.reason.as_deref().unwrap();
    let Err(error) = open_all(&file, &vector.file_key()) else { panic!("{} is accepted", vector.rule) };
    assert_eq!(reason(&error), expected, "{} is refused for its own reason", vector.rule);
    // The identity meets the header first and must refuse it too.
    let by_identity = Envelope::parse(&file)
        .map(|envelope| Identity::parse(&vector.identity).unwrap().unwrap(&envelope).map(|_| ()));
    match (by_identity, expected) {
        (Err(error), _) => assert_eq!(reason(&OpenError::Header(error)), expected, "{}", vector.rule),
        (Ok(Err(UnwrapError::HeaderMac)), "header_mac")
        | (Ok(Ok(())), "payload_cut" | "empty_last_chunk" | "chunk") => {}
        (Ok(Ok(())), _) if vector.sealed_with.is_some() => {}
        (Ok(other), _) => panic!("{}: the identity said {other:?}", vector.rule),
    }
}

#[test]
fn every_vector_is_accepted_or_refused_for_the_stated_reason() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/seal"));
    let (mut accepted, mut refused) = (0, 0);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let vector: Vector = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(path.file_stem().unwrap().to_str().unwrap(), vector.rule);
        match vector.expect.as_str() {
            "accept" => {
                check_accepted(&vector);
                accepted += 1;
            }
            "refuse" => {
                check_refused(&vector);
                refused += 1;
            }
            other => panic!("{}: unknown expectation {other}", vector.rule),
        }
    }
    assert!(
        accepted >= 12 && refused >= 40,
        "{accepted} accepted and {refused} refused: vectors are missing"
    );
}
