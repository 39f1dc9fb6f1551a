//! The C2SP age test vectors (`tests/vectors/age-cctv/README.md`): header, X25519 and payload.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::collections::HashMap;
use std::io::Read;
use std::path::PathBuf;

use liuhen_record::Digest;
use liuhen_record::seal::{
    CHUNK_BYTES, Envelope, FileKey, Identity, OpenError, Opener, PayloadKey, TAG_BYTES, UnwrapError,
};

struct Vector {
    name: String,
    expect: String,
    payload: Option<String>,
    identities: Vec<Identity>,
    file: Vec<u8>,
}

fn read_vector(name: &str, bytes: &[u8]) -> Vector {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut identities = Vec::new();
    let mut fields = HashMap::new();
    for (key, value) in head.lines().map(|line| line.split_once(": ").unwrap()) {
        match key {
            "identity" => identities.push(Identity::parse(value).unwrap()),
            "expect" | "payload" | "compressed" | "file key" | "comment" => {
                fields.insert(key, value.to_owned());
            }
            other => panic!("{name}: unknown key {other}"),
        }
    }
    let mut file = bytes[end + 2..].to_vec();
    if fields.contains_key("compressed") {
        let packed = std::mem::take(&mut file);
        flate2::read::ZlibDecoder::new(packed.as_slice()).read_to_end(&mut file).unwrap();
    }
    let (expect, payload) = (fields.remove("expect").unwrap(), fields.remove("payload"));
    Vector { name: name.to_owned(), expect, payload, identities, file }
}

/// What an opener that streams would have given out, and whether it reached a good end.
fn stream(file: &[u8], envelope: &Envelope, file_key: &FileKey) -> (Vec<u8>, bool) {
    let key = PayloadKey::derive(file_key, envelope);
    let mut plain = Vec::new();
    let mut rest = &file[envelope.bytes().len()..];
    for index in 0.. {
        let (chunk, after) = rest.split_at(rest.len().min(CHUNK_BYTES + TAG_BYTES));
        if let Ok(opened) = key.open_chunk(index, false, chunk) {
            plain.extend_from_slice(&opened);
            rest = after;
            continue;
        }
        return match key.open_chunk(index, true, chunk) {
            Ok(opened) => {
                plain.extend_from_slice(&opened);
                (plain, after.is_empty())
            }
            Err(_) => (plain, false),
        };
    }
    unreachable!("a chunk number never runs out")
}

/// The outcome in the words of the vectors, and the plaintext given out.
fn outcome(vector: &Vector) -> (&'static str, Option<Vec<u8>>) {
    let Ok(envelope) = Envelope::parse(&vector.file) else { return ("header failure", None) };
    let mut unwrapped = Err(UnwrapError::NoMatch);
    for identity in &vector.identities {
        if !matches!(unwrapped, Err(UnwrapError::NoMatch)) {
            break;
        }
        unwrapped = identity.unwrap(&envelope);
    }
    let file_key = match unwrapped {
        Ok(file_key) => file_key,
        Err(UnwrapError::Stanza) => return ("header failure", None),
        Err(UnwrapError::NoMatch) => return ("no match", None),
        Err(UnwrapError::HeaderMac) => return ("HMAC failure", None),
    };
    let (streamed, whole) = stream(&vector.file, &envelope, &file_key);
    let mut plain = Vec::new();
    let opened = Opener::open(&vector.file, &file_key).and_then(|mut opener| opener.copy_to(&mut plain));
    assert_eq!(opened.is_ok(), whole, "{}: random access and streaming agree", vector.name);
    assert!(streamed.starts_with(&plain), "{}: random access gave out something else", vector.name);
    match opened {
        Ok(_) => ("success", Some(plain)),
        Err(OpenError::Cut | OpenError::EmptyLastChunk | OpenError::Chunk { .. }) => {
            ("payload failure", Some(streamed))
        }
        Err(error) => panic!("{}: {error}", vector.name),
    }
}

#[test]
fn every_c2sp_vector_ends_as_it_says() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/age-cctv"));
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name == "README.md" || name.starts_with('.') {
            continue;
        }
        let vector = read_vector(&name, &std::fs::read(&path).unwrap());
        let (outcome, plain) = outcome(&vector);
        assert_eq!(outcome, vector.expect, "{name}");
        let digest = plain.map(|plain| Digest::of(&plain).to_string());
        if vector.expect == "success" || vector.expect == "payload failure" {
            assert_eq!(digest, vector.payload, "{name}: what is given out before the end is authentic");
        }
        seen += 1;
    }
    assert!(seen >= 67, "only {seen} vectors found");
}
