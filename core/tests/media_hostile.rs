//! Media that lie, are cut, or want to do harm: kept byte for byte, described honestly, in bounded memory.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod vault_support;

use liuhen_core::capture::{
    Capture, MediaBytes, describe, describe_bytes, escape_name, take_photo, thumbnail,
};
use liuhen_record::{
    Kind,
    kind::{MediaDescription, MediaKind, Readability},
};
use std::{fs, io, path::PathBuf};
use vault_support::{Phone, noise};

fn vectors() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/media"))
}

fn media_of(media_type: &str) -> MediaKind {
    match media_type.split('/').next() {
        Some("image") => MediaKind::Photo,
        Some("audio") => MediaKind::Audio,
        _ => MediaKind::Video,
    }
}

fn is_readable(description: &MediaDescription) -> bool {
    description.readability == Readability::Readable
}

#[test]
fn every_vector_is_described_as_it_says() {
    let text = fs::read_to_string(vectors().join("describe.json")).unwrap();
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    for case in file["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let mut bytes = fs::read(vectors().join(case["file"].as_str().unwrap())).unwrap();
        if let Some(cut) = case["cut_at"].as_u64() {
            bytes.truncate(cut as usize);
        }
        let media_type = case["media_type"].as_str().unwrap();
        let found = describe_bytes(media_of(media_type), media_type, &bytes);
        let expect = &case["expect"];
        assert_eq!(is_readable(&found), expect["readable"].as_bool().unwrap(), "{name}: {found:?}");
        assert_eq!(found.format, expect["format"].as_str().unwrap(), "{name}");
        for (field, value) in [
            ("width_px", found.width_px),
            ("height_px", found.height_px),
            ("duration_ms", found.duration_ms),
            ("sample_rate_hz", found.sample_rate_hz),
            ("channels", found.channels),
        ] {
            if let Some(expected) = expect[field].as_i64() {
                assert_eq!(value, Some(expected), "{name}: {field} of {found:?}");
            }
        }
    }
}

#[test]
fn every_cut_and_every_flipped_byte_of_every_medium_is_described_without_harm() {
    for entry in fs::read_dir(vectors()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            continue;
        }
        let whole = fs::read(&path).unwrap();
        let step = whole.len() / 400 + 1;
        for at in (0..whole.len()).step_by(step) {
            let mut flipped = whole.clone();
            flipped[at] ^= 0xff;
            for bytes in [&whole[..at], &flipped[..]] {
                describe_bytes(MediaKind::Other, "application/octet-stream", bytes);
            }
        }
    }
}

#[test]
fn hostile_bytes_are_kept_as_they_came_and_a_photograph_is_never_refused() {
    let phone = Phone::new();
    let mut vault = phone.enrolled();
    let hostile: [Vec<u8>; 5] = [
        Vec::new(),
        b"\xff\xd8\xff".to_vec(),
        huge_png(),
        noise(1000, 1),
        b"\0\0\0\x08ftyp\0\0\0\x01moov\xff\xff\xff\xff\xff\xff\xff\xff".to_vec(),
    ];
    for bytes in hostile {
        let sealed = take_photo(&mut vault, &phone.ports, &phone.begin(MediaKind::Photo), &bytes).unwrap();
        assert!(
            matches!(sealed.description.readability, Readability::Unreadable { .. }),
            "{:?}",
            sealed.description
        );
        assert_eq!(phone.open_as_bureau(sealed.item), bytes);
        assert_eq!(thumbnail(&bytes), None);
    }
    assert!(vault.check().unwrap().is_whole());
}

/// A PNG of 100,000 × 100,000 pixels in 57 bytes.
fn huge_png() -> Vec<u8> {
    fs::read(vectors().join("picture.png"))
        .map(|png| [&png[..16], &[0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0], &png[24..]].concat())
        .map(fix_header_crc)
        .unwrap()
}

fn fix_header_crc(mut png: Vec<u8>) -> Vec<u8> {
    let crc = png[12..29].iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
        )
    });
    png[29..33].copy_from_slice(&(!crc).to_be_bytes());
    png
}

#[test]
fn a_picture_of_ten_thousand_megapixels_is_not_measured() {
    let found = describe_bytes(MediaKind::Photo, "image/png", &huge_png());
    assert!(
        matches!(&found.readability, Readability::Unreadable { reason } if reason.contains("larger")),
        "{found:?}"
    );
}

#[test]
fn exif_is_read_as_text_chinese_included() {
    let description = described(
        &[(0x010f, "相机厂".as_bytes()), (0x0110, b"Model X"), (0x010e, "笔录\u{202e}现场".as_bytes())],
        0,
    );
    assert_eq!(description.exif["Make"], "相机厂");
    assert_eq!(description.exif["Model"], "Model X");
    assert_eq!(
        description.exif["ImageDescription"], "笔录\\u{202e}现场",
        "what could mislead is written out"
    );
    assert!(is_readable(&description));
}

#[test]
fn exif_that_points_at_itself_ends() {
    let description = described(&[(0x010f, b"Maker")], 8);
    assert_eq!(description.exif["Make"], "Maker");
    assert!(is_readable(&description));
}

#[test]
fn exif_values_are_bounded() {
    let long = vec![b'x'; 60_000];
    let description = described(&[(0x010f, &long)], 0);
    assert!(description.exif["Make"].len() <= 600);
}

/// The sample photograph with an EXIF block of these ASCII fields, whose next directory is at `next`.
fn described(fields: &[(u16, &[u8])], next: u32) -> MediaDescription {
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    tiff.extend((fields.len() as u16).to_le_bytes());
    let mut values_at = tiff.len() + fields.len() * 12 + 4;
    let mut values = Vec::new();
    for (tag, value) in fields {
        tiff.extend(tag.to_le_bytes());
        tiff.extend(2_u16.to_le_bytes());
        tiff.extend((value.len() as u32 + 1).to_le_bytes());
        if value.len() < 4 {
            let mut inline = value.to_vec();
            inline.resize(4, 0);
            tiff.extend(inline);
        } else {
            tiff.extend((values_at as u32).to_le_bytes());
            values.extend_from_slice(value);
            values.push(0);
            values_at += value.len() + 1;
        }
    }
    tiff.extend(next.to_le_bytes());
    tiff.extend(values);
    let photo = fs::read(vectors().join("picture.jpg")).unwrap();
    let len = (tiff.len() as u16 + 8).to_be_bytes();
    let bytes = [&photo[..2], &[0xff, 0xe1], &len, b"Exif\0\0", &tiff, &photo[2..]].concat();
    describe_bytes(MediaKind::Photo, "image/jpeg", &bytes)
}

/// A film of any length that is zeros but for its start, and counts what is read of it.
struct Endless {
    start: Vec<u8>,
    len_bytes: u64,
    read_bytes: u64,
}

impl MediaBytes for Endless {
    fn len_bytes(&self) -> u64 {
        self.len_bytes
    }

    fn read_at(&mut self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let len = (buf.len() as u64).min(self.len_bytes.saturating_sub(offset)) as usize;
        for (at, byte) in (offset..).zip(&mut buf[..len]) {
            *byte = usize::try_from(at).ok().and_then(|at| self.start.get(at)).copied().unwrap_or(0);
        }
        self.read_bytes += len as u64;
        Ok(len)
    }
}

#[test]
fn of_eight_gibibytes_only_a_bounded_part_is_read() {
    for name in ["picture.jpg", "picture.png", "film-fragmented.mp4", "film-plain.mp4"] {
        let start = fs::read(vectors().join(name)).unwrap();
        let mut endless = Endless { start, len_bytes: 8 << 30, read_bytes: 0 };
        describe(MediaKind::Other, "application/octet-stream", &mut endless);
        assert!(endless.read_bytes <= 32 << 20, "{name}: {} bytes read", endless.read_bytes);
    }
}

#[test]
fn hostile_names_are_written_down_and_never_become_paths() {
    let phone = Phone::new();
    let mut vault = phone.enrolled();
    let long = "长".repeat(300);
    let names = [
        "../../../etc/passwd",
        "a\0b.jpg",
        &long,
        "photo\u{202e}gpj.exe",
        "CON",
        "=cmd|' /C calc'!A0",
        "",
        "a/b\\c",
    ];
    let before = folders(&phone);
    for name in names {
        let mut begin = phone.begin(MediaKind::Other);
        begin.original_name = Some(name);
        let sealed = take_photo(&mut vault, &phone.ports, &begin, b"x").unwrap();
        let Kind::CaptureOpened(opened) =
            vault.record(sealed.opened_seq).unwrap().unwrap().parse().unwrap().kind
        else {
            panic!("not a capture_opened record")
        };
        assert_eq!(opened.original_name.as_deref(), Some(escape_name(name).as_str()));
        let bad = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!opened.original_name.unwrap().contains(bad));
    }
    let after = folders(&phone);
    assert_eq!(after.len(), before.len() + names.len(), "one folder an item, named by its id");
    assert!(after.iter().all(|name| name.len() == 32 && name.bytes().all(|b| b.is_ascii_hexdigit())));
}

fn folders(phone: &Phone) -> Vec<String> {
    phone.ports.storage.list("items").unwrap()
}

#[test]
fn a_stream_that_is_no_sound_at_all_is_captured_all_the_same() {
    let phone = Phone::new();
    let mut vault = phone.enrolled();
    let mut capture = Capture::begin(&mut vault, &phone.ports, &phone.begin(MediaKind::Audio)).unwrap();
    let bytes = noise(90_000, 5);
    capture.push(&bytes).unwrap();
    let sealed = capture.finish(&mut vault, phone.stamp()).unwrap();
    assert!(matches!(sealed.description.readability, Readability::Unreadable { .. }));
    assert_eq!(phone.open_as_bureau(sealed.item), bytes);
}
