//! Bodies of records, filled plausibly.

use liuhen_record::{
    Digest, DocumentId, ImportId, ItemId, SessionId,
    kind::{
        Activity, CaptureOpened, CaptureSealed, Cause, CloseCause, FileImported, ListMatch, MediaDescription,
        MediaKind, MediaSource, OfficerOfRecord, OfficerRole, Party, PartyKind, Piece, Readability,
        SessionOpened, Unassigned,
    },
    seal::SUITE,
};
use ring::rand::{SecureRandom as _, SystemRandom};

pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).unwrap();
    bytes
}

pub fn session_id() -> SessionId {
    SessionId(random())
}
pub fn item_id() -> ItemId {
    ItemId(random())
}
pub fn document_id() -> DocumentId {
    DocumentId(random())
}

pub fn officer(id: &str, name: &str, role: OfficerRole) -> OfficerOfRecord {
    OfficerOfRecord {
        officer: id.to_owned(),
        name: name.to_owned(),
        cert_no: format!("LN-{id}"),
        unit: "劳动保障监察科".to_owned(),
        role,
    }
}

pub fn session_opened() -> SessionOpened {
    SessionOpened {
        activity: Activity::EvidenceCollection,
        officers: vec![
            officer("A001", "王建国", OfficerRole::Lead),
            officer("A002", "李敏", OfficerRole::Assisting),
        ],
        device_no: "XG-P-01".to_owned(),
        party: Party {
            name: "大连某某餐饮有限公司".to_owned(),
            kind: PartyKind::Unit,
            uscc: None,
            representative: None,
        },
        cause: Cause { code: "LD-01".to_owned(), name: "未依法签订劳动合同".to_owned() },
        place_text: "西岗区某路 1 号".to_owned(),
        rules: "2025-1".to_owned(),
        check_seq: 1,
    }
}

pub fn capture_opened(item: ItemId) -> CaptureOpened {
    CaptureOpened {
        item,
        media: MediaKind::Photo,
        source: MediaSource::Phone,
        source_no: "XG-P-01".to_owned(),
        media_type: "image/jpeg".to_owned(),
        original_name: Some("IMG_0001.JPG".to_owned()),
        derived_from: None,
        label: None,
        suite: SUITE.to_owned(),
        header_epoch: 1,
    }
}

/// Of these pieces; every one but the last must have 32 MiB.
pub fn capture_sealed(item: ItemId, pieces: &[Vec<u8>], mono_ms: i64) -> CaptureSealed {
    let whole = pieces.concat();
    CaptureSealed {
        item,
        suite: SUITE.to_owned(),
        len_bytes: whole.len() as i64,
        pt_len_bytes: whole.len() as i64 - 1,
        ct_sha256: Digest::of(&whole),
        payload_sha256: Digest::of(b"payload"),
        pt_sha256: Digest::of(b"plain"),
        pieces: pieces.iter().map(|p| Piece { sha256: Digest::of(p), len_bytes: p.len() as i64 }).collect(),
        started_mono_ms: mono_ms - 900,
        ended_mono_ms: mono_ms - 100,
        cause: CloseCause::Finished,
        description: MediaDescription {
            readability: Readability::Readable,
            format: "jpeg".to_owned(),
            width_px: Some(4000),
            height_px: Some(3000),
            duration_ms: None,
            sample_rate_hz: None,
            channels: None,
            exif: std::collections::BTreeMap::default(),
        },
    }
}

/// A file of a recorder that belongs to no session.
pub fn file_imported(item: ItemId, len_bytes: i64, sha256: Digest) -> FileImported {
    FileImported {
        import: ImportId(random()),
        recorder_no: "JL-01".to_owned(),
        item,
        path: "DCIM/100/MOVI0001.MP4".to_owned(),
        len_bytes,
        sha256,
        listed: ListMatch::Unknown,
        claimed_from_ms: None,
        claimed_to_ms: None,
        clock_offset_ms: None,
        claimed_officer_no: None,
        pattern: None,
        changed_while_read: false,
        issued_seq: None,
        unassigned: Some(Unassigned::NoTime),
    }
}
