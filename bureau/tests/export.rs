//! Packages of the office: what is damaged stays behind and is named, what is chosen goes, chains stay whole.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{Office, body, memory::Memory, phone::Phone};
use liuhen_bureau::export::{self, Damage, ExportError, LeftOut, Selection, package_beside};
use liuhen_record::{
    DeviceId, Digest, ItemId, Kind, SessionId,
    kind::{CaptureOpened, CaptureSealed, FileAssigned, MediaSource, Piece},
    package::{Options, Remark, Report, verify},
    seal::{Envelope, FileKey, Identity, Sealer},
};
use ring::rand::SystemRandom;
use std::{fs, path::PathBuf};

const DAY_MS: i64 = 24 * 3_600_000;

/// What these tests ask of a package.
trait Asked {
    fn has(&self, item: ItemId) -> bool;
    fn records(&self, device: DeviceId) -> usize;
    /// The verifier's report, with the bureau's key known.
    fn judged(&self, office: &Office) -> Report;
}

impl Asked for Memory {
    fn has(&self, item: ItemId) -> bool {
        self.0.contains_key(&format!("data/items/{item}.age"))
    }

    fn records(&self, device: DeviceId) -> usize {
        let of = |path: &&String| {
            path.starts_with(&format!("data/records/{device}/")) && path.strip_suffix(".json").is_some()
        };
        self.0.keys().filter(of).count()
    }

    fn judged(&self, office: &Office) -> Report {
        let key = office.bureau().office().notary.signer().verifier_key().clone();
        verify(self, &Options { bureau_key: Some(&key), ..Options::default() }).unwrap()
    }
}

/// A sealed item in a session of its own, stored by the bureau; returns its session, its id and its only piece.
async fn stored(phone: &mut Phone) -> (SessionId, ItemId, Vec<u8>) {
    let session = body::session_id();
    phone.write(Some(session), Kind::SessionOpened(body::session_opened()));
    let (item, bytes) = stored_in(phone, Some(session), MediaSource::Phone).await;
    (session, item, bytes)
}

/// The same in this session, or in none; its digest is that of its id.
async fn stored_in(phone: &mut Phone, session: Option<SessionId>, source: MediaSource) -> (ItemId, Vec<u8>) {
    let item = body::item_id();
    phone.write(session, Kind::CaptureOpened(CaptureOpened { source, ..body::capture_opened(item) }));
    let rng = SystemRandom::new();
    let file_key = FileKey::make(&rng).unwrap();
    let recipient = Identity::make(&rng).unwrap().to_recipient();
    let envelope = Envelope::make(&file_key, &[recipient], &rng).unwrap();
    let mut bytes = Vec::new();
    let mut sealer = Sealer::new(&mut bytes, &envelope, &file_key).unwrap();
    sealer.read_from(&mut &item.0[..]).unwrap();
    let digests = sealer.finish().unwrap();
    let body = CaptureSealed {
        pt_len_bytes: digests.pt_len_bytes as i64,
        payload_sha256: digests.payload_sha256,
        pt_sha256: digests.pt_sha256,
        pieces: vec![Piece { sha256: digests.ct_sha256, len_bytes: bytes.len() as i64 }],
        ..phone.sealed(item, std::slice::from_ref(&bytes))
    };
    phone.write(session, Kind::CaptureSealed(body));
    phone.send().await.ok();
    phone.upload(item, 0, &bytes).await;
    (item, bytes)
}

/// Where the bureau keeps a piece.
fn kept(office: &Office, piece: &[u8]) -> PathBuf {
    let name = liuhen_record::Digest::of(piece).to_string();
    office.data_dir().join("store/pieces").join(&name[..2]).join(&name)
}

#[tokio::test]
async fn one_damaged_or_missing_piece_keeps_its_item_back_by_name_and_nothing_else() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let (_, good, _) = stored(&mut phone).await;
    let (_, bad, piece) = stored(&mut phone).await;
    let mut whole = Memory::default();
    let exported = export::package(office.bureau().office(), &mut whole).unwrap();
    assert!(exported.left_out.is_empty() && whole.has(good) && whole.has(bad));
    let report = whole.judged(&office);
    assert!(report.is_sound(), "{:?}", report.broken);

    let path = kept(&office, &piece);
    let mut flipped = piece.clone();
    flipped[piece.len() - 1] ^= 1;
    let damages: [&dyn Fn(); 3] =
        [&|| fs::write(&path, &flipped).unwrap(), &|| fs::write(&path, &piece[..10]).unwrap(), &|| {
            fs::remove_file(&path).unwrap();
        }];
    for damage in damages {
        damage();
        let mut package = Memory::default();
        let exported = package_beside(&office.data_dir(), &Selection::default(), || Ok(&mut package));
        let left_out = LeftOut { item: bad, device: phone.device(), damage: Damage::Piece(0) };
        assert_eq!(exported.unwrap().left_out, [left_out]);
        assert!(package.has(good) && !package.has(bad));
        assert_eq!(package.records(phone.device()), phone.records.len(), "its records are there");
        let report = package.judged(&office);
        assert!(report.is_sound(), "{:?}", report.broken);
        let named = report.notes.iter().filter(|note| note.remark == Remark::NotIncluded);
        assert_eq!(named.count(), 1, "and the verifier says so");
    }
}

#[tokio::test]
async fn chosen_devices_and_days_are_packed_with_whole_chains() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let (_, first, _) = stored(&mut phone).await;
    phone.now_ms += DAY_MS;
    let (_, second, _) = stored(&mut phone).await;
    let mut other = office.phone().await;
    let (_, third, _) = stored(&mut other).await;
    let packed = |devices: &[DeviceId], from: &str, to: &str| {
        let selection = Selection { devices: devices.to_vec(), from: from.parse().ok(), to: to.parse().ok() };
        let mut package = Memory::default();
        package_beside(&office.data_dir(), &selection, || Ok(&mut package)).unwrap();
        let report = package.judged(&office);
        assert!(report.is_sound(), "{:?}", report.broken);
        let items = [first, second, third].map(|item| package.has(item));
        (items, package.records(phone.device()), package.records(other.device()))
    };
    let (all, others) = (phone.records.len(), other.records.len());
    assert_eq!(packed(&[], "", ""), ([true, true, true], all, others));
    assert_eq!(packed(&[], "2026-03-10", "2026-03-10"), ([true, false, true], all, others));
    assert_eq!(packed(&[], "2026-03-11", ""), ([false, true, false], all, others));
    assert_eq!(packed(&[], "", "2026-03-09"), ([false, false, false], all, others));
    assert_eq!(packed(&[phone.device()], "", ""), ([true, true, false], all, 0));
    assert_eq!(packed(&[other.device()], "2026-03-10", "2026-03-11"), ([false, false, true], 0, others));
}

#[tokio::test]
async fn film_without_a_time_goes_with_the_day_of_the_activity_to_which_it_is_assigned_by_hand() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let (session, first, _) = stored(&mut phone).await;
    phone.now_ms += DAY_MS;
    let (film, _) = stored_in(&mut phone, None, MediaSource::Recorder).await;
    let sha256 = Digest::of(&film.0);
    let imported_seq = phone.write(None, Kind::FileImported(body::file_imported(film, 16, sha256)));
    let said = |supersedes| {
        Kind::FileAssigned(FileAssigned {
            recorder_no: "JL-01".to_owned(),
            item: film,
            sha256,
            imported_seq,
            officer: "A001".to_owned(),
            name: "周归属".to_owned(),
            cert_no: "辽B0203001".to_owned(),
            reason: "录像中可见门牌".to_owned(),
            supersedes,
        })
    };
    let packed = |from: &str, to: &str| {
        let selection = Selection { devices: vec![], from: from.parse().ok(), to: to.parse().ok() };
        let mut package = Memory::default();
        package_beside(&office.data_dir(), &selection, || Ok(&mut package)).unwrap();
        let report = package.judged(&office);
        assert!(report.is_sound(), "{:?}", report.broken);
        [first, film].map(|item| package.has(item))
    };
    let days = [("2026-03-10", "2026-03-10"), ("2026-03-11", "2026-03-11")];
    phone.send().await.ok();
    assert_eq!(days.map(|(from, to)| packed(from, to)), [[true, false], [false, true]]);
    let seq = phone.write(Some(session), said(None));
    phone.send().await.ok();
    assert_eq!(days.map(|(from, to)| packed(from, to)), [[true, true], [false, true]]);
    phone.write(None, said(Some(seq)));
    phone.send().await.ok();
    assert_eq!(days.map(|(from, to)| packed(from, to)), [[true, false], [false, true]], "taken back");
}

#[tokio::test]
async fn an_unknown_device_and_days_in_the_wrong_order_are_refused_before_anything_is_made() {
    let office = Office::open().await;
    office.phone().await;
    let refused = |selection: &Selection| {
        let made: Result<_, ExportError> =
            package_beside::<&mut Memory>(&office.data_dir(), selection, || {
                panic!("nothing is to be written")
            });
        made.unwrap_err().to_string()
    };
    let stranger = Phone::new("").device();
    let unknown = refused(&Selection { devices: vec![stranger], ..Selection::default() });
    assert!(unknown.contains(&stranger.to_string()), "{unknown}");
    let days =
        Selection { from: "2026-03-11".parse().ok(), to: "2026-03-10".parse().ok(), ..Selection::default() };
    assert!(refused(&days).contains("2026-03-10"));
}
