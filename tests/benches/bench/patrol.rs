//! Records as a phone writes them, with made-up contents, for rows that need many.

use crate::Outcome;
use liuhen_record::kind::{
    Activity, CaptureOpened, CaptureSealed, Cause, CloseCause, DeviceEnrolled, DeviceState, FaultReported,
    GapReason, GapRecorded, ItemViewed, MediaDescription, MediaKind, MediaSource, OfficerOfRecord,
    OfficerRole, Party, PartyKind, PreUseCheck, Readability, SessionClosed, SessionOpened, Trigger,
    TriggerMarked,
};
use liuhen_record::note::VerifierKey;
use liuhen_record::place::{PlaceClaim, Position};
use liuhen_record::roster::{Certificate, Officer};
use liuhen_record::seal::{SUITE, SealedDigests};
use liuhen_record::time::{Anchor, TimeClaim};
use liuhen_record::{ItemId, Kind};

/// When the made-up day begins, Unix milliseconds.
pub const START_MS: i64 = 1_795_000_000_000;
/// The officer signed in.
pub const OFFICER: &str = "o-1";

/// A plausible time claim for the `n`-th record.
pub fn time(n: i64) -> TimeClaim {
    let boot_id = "00000000-0000-4000-8000-000000000001".to_owned();
    let anchor = Anchor { bureau_ms: START_MS, mono_ms: 0, boot_id: boot_id.clone(), checkpoint_size: 1 };
    TimeClaim::make(START_MS + n * 100, 480, n * 100, boot_id, Some(anchor))
}

/// A plausible place for it.
pub fn place(n: i64) -> PlaceClaim {
    PlaceClaim::Fixed(Position {
        lat_e7: 282_280_000 + n % 10_000,
        lon_e7: 1_129_380_000 + n % 10_000,
        accuracy_cm: 800,
        fixed_at_ms: START_MS + n * 100,
    })
}

/// The first record of a chain.
pub fn enrolled(bureau: &VerifierKey) -> Kind {
    Kind::DeviceEnrolled(DeviceEnrolled {
        device_no: "ZF-0001".to_owned(),
        bureau: bureau.name().to_owned(),
        bureau_vkey: bureau.to_string(),
        app: "liuhen/0.1.0".to_owned(),
        key_store: "software".to_owned(),
        succeeds: None,
    })
}

/// The check before a session.
pub fn checked() -> Kind {
    let phone = DeviceState {
        battery_percent: 80,
        free_bytes: 1 << 34,
        clock_offset_ms: Some(12),
        clock_uncertainty_ms: None,
    };
    Kind::PreUseCheck(PreUseCheck {
        phone,
        recorder: None,
        planned_minutes: 60,
        failed: vec![],
        overridden: vec![],
    })
}

/// The start of a session that rests on check number `check_seq`.
pub fn opened(check_seq: i64) -> Kind {
    let officer = |officer: &str, name: &str, cert_no: &str, role| OfficerOfRecord {
        officer: officer.to_owned(),
        name: name.to_owned(),
        cert_no: cert_no.to_owned(),
        unit: "执法一科".to_owned(),
        role,
    };
    Kind::SessionOpened(SessionOpened {
        activity: Activity::Patrol,
        officers: vec![
            officer(OFFICER, "张三", "湘A-001", OfficerRole::Lead),
            officer("o-2", "赵六", "湘A-002", OfficerRole::Assisting),
        ],
        device_no: "ZF-0001".to_owned(),
        party: Party {
            name: "某某餐饮店".to_owned(),
            kind: PartyKind::Unit,
            uscc: None,
            representative: None,
        },
        cause: Cause { code: "001".to_owned(), name: "日常巡查".to_owned() },
        place_text: "某某路 1 号".to_owned(),
        rules: "liuhen-rules/1".to_owned(),
        check_seq,
    })
}

/// The officers of that session, as the office knows them.
pub fn officers() -> Vec<Officer> {
    let officer = |id: &str, name: &str, cert_no: &str| Officer {
        id: id.to_owned(),
        name: name.to_owned(),
        unit: "执法一科".to_owned(),
        title: "科员".to_owned(),
        in_post: true,
        exam_passed: true,
        certificates: vec![Certificate {
            cert_no: cert_no.to_owned(),
            valid_from_ms: 0,
            valid_to_ms: 4 * START_MS,
            suspended_from_ms: None,
        }],
    };
    vec![officer(OFFICER, "张三", "湘A-001"), officer("o-2", "赵六", "湘A-002")]
}

/// The end of a session.
pub fn closed(items: Vec<ItemId>) -> Kind {
    Kind::SessionClosed(SessionClosed::new(items.clone(), items, vec![]))
}

/// A photo begun.
pub fn capture_opened(item: ItemId) -> Kind {
    Kind::CaptureOpened(CaptureOpened {
        item,
        media: MediaKind::Photo,
        source: MediaSource::Phone,
        source_no: "ZF-0001".to_owned(),
        media_type: "image/jpeg".to_owned(),
        original_name: None,
        derived_from: None,
        label: None,
        suite: SUITE.to_owned(),
        header_epoch: 1,
    })
}

/// A photo complete.
pub fn capture_sealed(item: ItemId, digests: &SealedDigests) -> Kind {
    let exif = [("Make", "Example"), ("Model", "Example 1"), ("DateTimeOriginal", "2026-11-18 10:00:00")];
    Kind::CaptureSealed(CaptureSealed {
        item,
        suite: SUITE.to_owned(),
        len_bytes: digests.len_bytes as i64,
        pt_len_bytes: digests.pt_len_bytes as i64,
        ct_sha256: digests.ct_sha256,
        payload_sha256: digests.payload_sha256,
        pt_sha256: digests.pt_sha256,
        pieces: digests.pieces.clone(),
        started_mono_ms: 1,
        ended_mono_ms: 2,
        cause: CloseCause::Finished,
        description: MediaDescription {
            readability: Readability::Readable,
            format: "jpeg".to_owned(),
            width_px: Some(4000),
            height_px: Some(3000),
            duration_ms: None,
            sample_rate_hz: None,
            channels: None,
            exif: exif.map(|(tag, text)| (tag.to_owned(), text.to_owned())).into(),
        },
    })
}

/// One of the smaller things that happen in a session, in turn.
pub fn happening(n: i64, item: ItemId) -> Kind {
    match n % 4 {
        0 => Kind::ItemViewed(ItemViewed { item, purpose: "核对现场照片".to_owned() }),
        1 => Kind::TriggerMarked(TriggerMarked {
            trigger: Trigger::T1,
            note: format!("当事人提出异议，第 {n} 次"),
        }),
        2 => Kind::FaultReported(FaultReported {
            device_no: "ZF-0001".to_owned(),
            symptom: "屏幕无响应，已重启".to_owned(),
            last_good_item: Some(item),
            data_on_device: true,
            checkpoints: Vec::new(),
        }),
        _ => gap(n),
    }
}

/// A hole explained: an unsigned record of common size.
pub fn gap(n: i64) -> Kind {
    Kind::GapRecorded(GapRecorded {
        from_ms: START_MS + n * 100,
        to_ms: START_MS + n * 100 + 90_000,
        reason: GapReason::PlaceChange,
        explanation: "由前厅转至后厨，途中未记录".to_owned(),
        items: vec![],
        documents: vec![],
        reporter: OFFICER.to_owned(),
    })
}

/// Random-looking ids that are the same in every run.
pub fn id(n: u64) -> [u8; 16] {
    let mut noise = crate::setup::Noise::new(n + 1000);
    let mut id = [0; 16];
    noise.fill(&mut id);
    id
}

/// A photo sealed in memory for the office of `setup`: the sealed bytes and their digests.
pub fn seal(setup: &crate::setup::Setup, plain: &[u8]) -> Outcome<(Vec<u8>, SealedDigests)> {
    use liuhen_record::seal::{Envelope, FileKey, Sealer};
    let rng = ring::rand::SystemRandom::new();
    let file_key = FileKey::make(&rng)?;
    let envelope = Envelope::make(&file_key, &[setup.identity.to_recipient()], &rng)?;
    let mut bytes = Vec::with_capacity(plain.len() + 4096);
    let mut sealer = Sealer::new(&mut bytes, &envelope, &file_key)?;
    sealer.read_from(&mut &plain[..])?;
    let digests = sealer.finish()?;
    Ok((bytes, digests))
}
