//! What survives: restarts, kills between any two durable steps, damage that must be noticed.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{Office, body, memory::Memory, phone::Phone};
use liuhen_bureau::{
    Bureau, StartError,
    admin::{self, AdminError},
    export::{ExportError, Selection, package_beside},
    fault::{Faults, Point},
    fsck::fsck,
    index::rebuild_index,
    log::{checkpoint::CheckpointError, stamps::Tsa},
    store::ItemStage,
};
use liuhen_record::{
    Digest, ImportId, ItemId, Kind,
    kind::{CaptureOpened, FileAssigned, FootageMissing, MediaSource, RecorderFile},
    seal::PIECE_BYTES,
};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

const PIECE: &[u8] = b"one small sealed piece";

fn stage(office: &Office, item: ItemId) -> ItemStage {
    office.bureau().office().read(|rows| rows.item(item)).unwrap().unwrap().stage
}

fn assert_sound(office: &Office) {
    let findings = fsck(office.bureau().office()).unwrap();
    assert!(findings.broken.is_empty(), "{:?}", findings.broken);
}

async fn again(office: &mut Office, phone: &mut Phone) {
    office.restart().await;
    phone.url = office.url();
}

#[tokio::test]
async fn a_restart_keeps_everything_and_serves_the_same_log() {
    let mut office = Office::open().await;
    let mut phone = office.phone().await;
    let (_, item) = phone.capture(&[PIECE.to_vec()]);
    phone.send().await.ok();
    let path = phone.create(item, 0, PIECE).await;
    phone.patch(&path, 0, &PIECE[..7]).send().await.unwrap();
    let before = phone.get("/v1/receipts?seqs=1-9").await.ok();
    again(&mut office, &mut phone).await;
    assert_eq!(phone.get("/v1/receipts?seqs=1-9").await.ok(), before);
    let head = phone.tus("HEAD", &path).send().await.unwrap();
    assert_eq!(head.headers()["upload-offset"], "7");
    assert_eq!(phone.patch(&path, 7, &PIECE[7..]).send().await.unwrap().status(), 204);
    assert_eq!(stage(&office, item), ItemStage::Stored);
    again(&mut office, &mut phone).await;
    assert_sound(&office);
}

#[tokio::test]
async fn an_item_of_several_pieces_is_finished_by_the_last_one_in_any_order() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let pieces = [vec![1; PIECE_BYTES as usize], vec![2; 1000]];
    let (_, item) = phone.capture(&pieces);
    phone.send().await.ok();
    phone.upload(item, 1, &pieces[1]).await;
    assert_eq!(stage(&office, item), ItemStage::Sealed);
    phone.upload(item, 0, &pieces[0]).await;
    assert_eq!(stage(&office, item), ItemStage::Stored);
    assert_sound(&office);
}

#[tokio::test]
async fn a_restart_between_the_pieces_of_an_item_changes_nothing() {
    let mut office = Office::open().await;
    let mut phone = office.phone().await;
    let pieces = [vec![1; PIECE_BYTES as usize], vec![2; 1000]];
    let items = [phone.capture(&pieces).1, phone.capture(&pieces).1];
    phone.send().await.ok();
    for (item, restarts) in items.into_iter().zip([false, true]) {
        phone.upload(item, 0, &pieces[0]).await;
        office.bureau().settled().await;
        if restarts {
            again(&mut office, &mut phone).await;
        }
        phone.upload(item, 1, &pieces[1]).await;
        assert_eq!(stage(&office, item), ItemStage::Stored);
    }
    assert_sound(&office);
}

/// Where the bureau keeps a piece.
fn place_of(office: &Office, piece: &[u8]) -> PathBuf {
    let name = Digest::of(piece).to_string();
    office.data_dir().join("store/pieces").join(&name[..2]).join(&name)
}

/// The indexes that a phone is asked for, of its first item that is not stored.
async fn missing(phone: &Phone) -> Vec<i64> {
    let missing = phone.get("/v1/items/missing").await.ok();
    missing["items"][0]["pieces"].as_array().unwrap().iter().map(|p| p["index"].as_i64().unwrap()).collect()
}

fn flip_a_byte(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    bytes[100] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn a_piece_that_the_disk_damaged_or_lost_is_asked_for_again_and_not_held_against_the_phone() {
    let damages: [fn(&Path); 2] = [flip_a_byte, |path| fs::remove_file(path).unwrap()];
    for (damage, aside) in damages.into_iter().zip([1, 0]) {
        let mut office = Office::open().await;
        let mut phone = office.phone().await;
        let pieces = [vec![1; PIECE_BYTES as usize], vec![2; 1000]];
        let (_, item) = phone.capture(&pieces);
        phone.send().await.ok();
        phone.upload(item, 0, &pieces[0]).await;
        office.stop().await;
        damage(&place_of(&office, &pieces[0]));
        office.start().await;
        phone.url = office.url();
        phone.upload(item, 1, &pieces[1]).await;
        assert_eq!((stage(&office, item), missing(&phone).await), (ItemStage::Sealed, vec![0]));
        let inside = office.bureau().office();
        assert_eq!(inside.read(|rows| rows.incidents(None, 9)).unwrap(), [], "the phone did nothing wrong");
        let quarantine = fs::read_dir(office.data_dir().join("store/quarantine")).unwrap();
        assert_eq!(quarantine.count(), aside, "what is left of it is kept");
        assert_sound(&office);
        phone.upload(item, 0, &pieces[0]).await;
        assert_eq!(stage(&office, item), ItemStage::Stored);
        assert_sound(&office);
    }
}

#[tokio::test]
async fn a_damaged_piece_that_two_items_share_is_asked_for_again_by_both_and_no_digest_of_it_stays_in_memory()
{
    let mut office = Office::open().await;
    let mut phone = office.phone().await;
    let long = |n| vec![n; PIECE_BYTES as usize];
    let pieces = [vec![long(1), long(2), vec![3; 1000]], vec![long(1), vec![4; 1000]]];
    let items = [phone.capture(&pieces[0]).1, phone.capture(&pieces[1]).1];
    phone.send().await.ok();
    for item in items {
        phone.upload(item, 0, &pieces[0][0]).await;
    }
    office.stop().await;
    flip_a_byte(&place_of(&office, &pieces[0][0]));
    office.start().await;
    phone.url = office.url();
    phone.upload(items[0], 2, &pieces[0][2]).await;
    // Read while the phone sends on: what was damaged is in the digest that the next piece goes on with.
    office.bureau().settled().await;
    phone.upload(items[0], 1, &pieces[0][1]).await;
    let asked = phone.get("/v1/items/missing").await.ok();
    let of = |n: usize| {
        let pieces = asked["items"][n]["pieces"].as_array().unwrap();
        pieces.iter().map(|piece| piece["index"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!((of(0), of(1)), (vec![0], vec![0, 1]));
    phone.upload(items[0], 0, &pieces[0][0]).await;
    for (idx, piece) in pieces[1].iter().enumerate() {
        phone.upload(items[1], idx, piece).await;
    }
    assert_eq!(items.map(|item| stage(&office, item)), [ItemStage::Stored; 2]);
    assert_sound(&office);
}

#[tokio::test]
async fn fsck_also_looks_at_the_pieces_of_refused_items() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let (_, item) = phone.capture(&[PIECE.to_vec()]);
    phone.send().await.ok();
    phone.upload(item, 0, PIECE).await;
    let db = rusqlite::Connection::open(office.data_dir().join("ledger.sqlite3")).unwrap();
    db.execute("UPDATE item SET stage = 'refused'", []).unwrap();
    fs::write(place_of(&office, PIECE), b"other bytes").unwrap();
    let broken = fsck(office.bureau().office()).unwrap().broken;
    assert!(broken.iter().any(|broken| broken.to_string().contains("piece 0 is damaged")), "{broken:?}");
}

#[tokio::test]
async fn a_claim_that_cannot_copy_what_was_received_leaves_nothing_behind() {
    let mut office = Office::open().await;
    let mut phone = office.phone().await;
    let (_, item) = phone.capture(&[PIECE.to_vec()]);
    phone.send().await.ok();
    let path = phone.create(item, 0, PIECE).await;
    assert_eq!(phone.patch(&path, 0, &PIECE[..7]).send().await.unwrap().status(), 204);
    office.stop().await;
    let mut config = office.config();
    config.faults = Arc::new(KillAt { at: Point::UploadClaimed, dead: AtomicBool::new(false) });
    office.bureau = Some(Bureau::start(config).await.unwrap());
    phone.url = office.url();
    let _claimed_and_died = phone.patch(&path, 7, &PIECE[7..]).send().await;
    again(&mut office, &mut phone).await;
    let staged = office.bureau().office().pieces.staged().unwrap();
    fs::write(office.data_dir().join("store/staged").join(staged[0].to_string()), b"less").unwrap();
    assert_eq!(phone.patch(&path, 7, &PIECE[7..]).send().await.unwrap().status(), 410);
    assert_eq!(office.bureau().office().pieces.staged().unwrap(), []);
}

#[tokio::test]
async fn pieces_that_are_not_the_file_of_the_record_are_refused_and_shown() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let (session, item) = (body::session_id(), body::item_id());
    phone.write(Some(session), Kind::SessionOpened(body::session_opened()));
    phone.write(Some(session), Kind::CaptureOpened(body::capture_opened(item)));
    let mut sealed = phone.sealed(item, &[PIECE.to_vec()]);
    sealed.ct_sha256 = Digest::of(b"another file");
    phone.write(Some(session), Kind::CaptureSealed(sealed));
    phone.send().await.ok();
    phone.upload(item, 0, PIECE).await;
    assert_eq!(stage(&office, item), ItemStage::Refused);
    let incidents = office.bureau().office().read(|rows| rows.incidents(None, 9)).unwrap();
    assert_eq!(incidents[0].kind.word(), "item_digest");
    assert_eq!(phone.get(&format!("/v1/receipts?items={item}")).await.ok()["items"], serde_json::json!([]));
}

/// Stops everything from one point on, as a killed process would.
struct KillAt {
    at: Point,
    dead: AtomicBool,
}

impl Faults for KillAt {
    fn hit(&self, point: Point) -> io::Result<()> {
        if point == self.at {
            self.dead.store(true, Ordering::SeqCst);
        }
        if self.dead.load(Ordering::SeqCst) { Err(io::Error::other("killed")) } else { Ok(()) }
    }
}

#[tokio::test]
async fn a_stop_between_any_two_steps_of_a_piece_loses_nothing_acknowledged_and_lists_nothing_missing() {
    use Point::{ItemCommitted, PieceCommitted, PieceInPlace, PieceRenamed, PieceSynced, PieceWritten};
    for at in [PieceWritten, PieceSynced, PieceRenamed, PieceInPlace, PieceCommitted, ItemCommitted] {
        let mut office = Office::open().await;
        let mut phone = office.phone().await;
        let (_, first) = phone.capture(&[b"acknowledged before".to_vec()]);
        let (_, item) = phone.capture(&[PIECE.to_vec()]);
        phone.send().await.ok();
        phone.upload(first, 0, b"acknowledged before").await;
        office.stop().await;

        let mut config = office.config();
        config.faults = Arc::new(KillAt { at, dead: AtomicBool::new(false) });
        office.bureau = Some(Bureau::start(config).await.unwrap());
        phone.url = office.url();
        let path = phone.create(item, 0, PIECE).await;
        let _answered_or_not = phone.patch(&path, 0, PIECE).send().await;
        office.stop().await;

        office.start().await;
        phone.url = office.url();
        assert_sound(&office);
        assert_eq!(stage(&office, first), ItemStage::Stored, "{at:?}");
        if stage(&office, item) != ItemStage::Stored {
            phone.upload(item, 0, PIECE).await;
        }
        assert_eq!(stage(&office, item), ItemStage::Stored, "{at:?}");
        assert_sound(&office);
    }
}

#[tokio::test]
async fn a_stop_after_records_or_a_checkpoint_were_committed_leaves_them_valid() {
    for at in [Point::RecordsCommitted, Point::CheckpointCommitted] {
        let mut office = Office::open().await;
        let mut phone = office.phone().await;
        office.stop().await;
        let mut config = office.config();
        config.faults = Arc::new(KillAt { at, dead: AtomicBool::new(false) });
        office.bureau = Some(Bureau::start(config).await.unwrap());
        phone.url = office.url();
        phone.capture(&[PIECE.to_vec()]);
        let sent = phone.send().await;
        let checkpoint = phone.get("/v1/receipts").await;
        assert!(sent.status == 500 || checkpoint.status == 500, "{at:?}");
        again(&mut office, &mut phone).await;
        phone.post_records(&phone.records).await.ok();
        assert_eq!(phone.get("/v1/receipts?seqs=1-9").await.ok()["records"].as_array().unwrap().len(), 4);
        assert_sound(&office);
    }
}

/// Somebody restores an older database.
fn put_back(ledger: &Path, older: &[u8]) {
    fs::write(ledger, older).unwrap();
    for rest in ["-wal", "-shm"] {
        let _absent = fs::remove_file(format!("{}{rest}", ledger.display()));
    }
}

#[tokio::test]
async fn a_database_older_than_a_checkpoint_is_refused_though_the_one_that_signed_it_was_killed() {
    let mut office = Office::open().await;
    let mut phone = office.phone().await;
    phone.get("/v1/receipts").await.ok();
    office.stop().await;
    let ledger = office.data_dir().join("ledger.sqlite3");
    let yesterday = fs::read(&ledger).unwrap();
    let mut config = office.config();
    config.faults = Arc::new(KillAt { at: Point::CheckpointCommitted, dead: AtomicBool::new(false) });
    office.bureau = Some(Bureau::start(config).await.unwrap());
    phone.url = office.url();
    phone.capture(&[PIECE.to_vec()]);
    phone.send().await.ok();
    assert_eq!(phone.get("/v1/receipts").await.status, 500, "killed before it was filed");
    again(&mut office, &mut phone).await;
    phone.get("/v1/receipts").await.ok();
    office.stop().await;
    put_back(&ledger, &yesterday);
    let refused = Bureau::start(office.config()).await.err();
    assert!(
        matches!(refused, Some(StartError::Checkpoint(CheckpointError::RolledBack { .. }))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn yesterdays_database_is_refused() {
    let mut office = Office::open().await;
    let mut phone = office.phone().await;
    phone.get("/v1/receipts").await.ok();
    office.stop().await;
    let ledger = office.data_dir().join("ledger.sqlite3");
    let yesterday = fs::read(&ledger).unwrap();
    office.start().await;
    phone.url = office.url();
    phone.capture(&[PIECE.to_vec()]);
    phone.send().await.ok();
    phone.get("/v1/receipts").await.ok();
    office.stop().await;
    put_back(&ledger, &yesterday);
    let refused = Bureau::start(office.config()).await.err();
    assert!(matches!(refused, Some(StartError::Checkpoint(CheckpointError::RolledBack { .. }))));
    let rolled_back =
        |error: &StartError| matches!(error, StartError::Checkpoint(CheckpointError::RolledBack { .. }));
    let packed = package_beside::<&mut Memory>(&office.data_dir(), &Selection::default(), || {
        Err(io::Error::other("nothing is to be written"))
    });
    assert!(matches!(packed, Err(ExportError::Open(error)) if rolled_back(&error)));
    let tsa = Tsa::new("http://127.0.0.1:9", None).unwrap();
    let stamped = admin::stamp(&office.data_dir(), &tsa).await;
    assert!(matches!(stamped, Err(AdminError::Open(error)) if rolled_back(&error)));
    let signed = admin::import_officers(&office.data_dir(), "[]");
    assert!(matches!(signed, Err(AdminError::Open(error)) if rolled_back(&error)));
}

#[tokio::test]
async fn a_log_that_was_changed_under_its_checkpoint_is_refused() {
    let mut office = Office::open().await;
    let phone = office.phone().await;
    phone.get("/v1/receipts").await.ok();
    office.stop().await;
    let db = rusqlite::Connection::open(office.data_dir().join("ledger.sqlite3")).unwrap();
    db.execute("UPDATE log_hash SET hash = zeroblob(32) WHERE level = 0 AND idx = 0", []).unwrap();
    drop(db);
    let refused = Bureau::start(office.config()).await.err();
    assert!(matches!(refused, Some(StartError::Checkpoint(CheckpointError::Forked { .. }))));
}

#[tokio::test]
async fn another_log_key_is_refused() {
    let mut office = Office::open().await;
    office.stop().await;
    let key = office.data_dir().join("keys").join("log.pk8");
    fs::remove_file(&key).unwrap();
    assert!(matches!(Bureau::start(office.config()).await.err(), Some(StartError::OtherKey)));
}

#[tokio::test]
async fn fsck_names_a_damaged_piece_a_missing_piece_and_a_changed_record() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let (_, item) = phone.capture(&[PIECE.to_vec()]);
    phone.send().await.ok();
    phone.upload(item, 0, PIECE).await;
    let name = Digest::of(PIECE).to_string();
    let piece = office.data_dir().join("store/pieces").join(&name[..2]).join(&name);
    let mut damaged = PIECE.to_vec();
    damaged[3] ^= 1;
    fs::write(&piece, damaged).unwrap();
    let findings = fsck(office.bureau().office()).unwrap();
    assert!(
        findings.broken.iter().any(|broken| broken.to_string().contains("piece 0 is damaged")),
        "{:?}",
        findings.broken
    );
    fs::remove_file(&piece).unwrap();
    let findings = fsck(office.bureau().office()).unwrap();
    assert!(
        findings.broken.iter().any(|broken| broken.to_string().contains("cannot be read")),
        "{:?}",
        findings.broken
    );
    fs::write(&piece, PIECE).unwrap();
    assert_sound(&office);
    let db = rusqlite::Connection::open(office.data_dir().join("ledger.sqlite3")).unwrap();
    db.execute("UPDATE record SET bytes = CAST(replace(CAST(bytes AS TEXT), 'XG-P-01', 'XG-P-99') AS BLOB) WHERE seq = 2", []).unwrap();
    let findings = fsck(office.bureau().office()).unwrap();
    assert!(
        findings
            .broken
            .iter()
            .any(|broken| broken.to_string().contains("/2: the digest beside it is another")),
        "{:?}",
        findings.broken
    );
}

#[tokio::test]
async fn two_bureaus_do_not_share_a_folder_and_nobody_listens_to_the_world_by_accident() {
    let office = Office::open().await;
    assert!(matches!(Bureau::start(office.config()).await.err(), Some(StartError::Locked)));
    let mut config = office.config();
    config.listen = "0.0.0.0:0".parse().unwrap();
    assert!(matches!(Bureau::start(config).await.err(), Some(StartError::Exposed(_))));
}

#[tokio::test]
async fn a_newer_database_is_refused() {
    let mut office = Office::open().await;
    office.stop().await;
    let db = rusqlite::Connection::open(office.data_dir().join("ledger.sqlite3")).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    assert!(matches!(Bureau::start(office.config()).await.err(), Some(StartError::Store(_))));
}

#[tokio::test]
async fn rebuilding_the_index_gives_what_was_built_record_by_record() {
    let office = Office::open().await;
    common::seed::seed(&office).await;
    let inside = office.bureau().office();
    let built = inside.read(|rows| rows.dump_index()).unwrap();
    inside.write(rebuild_index).unwrap();
    let rebuilt = inside.read(|rows| rows.dump_index()).unwrap();
    assert!(built.len() > 30);
    assert_eq!(built, rebuilt);
}

/// What a program left that knew nothing of footage in its index.
fn take_back_to_version_6(office: &Office) {
    let db = rusqlite::Connection::open(office.data_dir().join("ledger.sqlite3")).unwrap();
    let as_it_was = "DROP INDEX item_index_by_belonging; DROP INDEX session_officer_by_officer; \
        DROP INDEX record_by_kind_and_leaf; DROP INDEX session_index_by_device; DROP TABLE footage; \
        DROP TABLE footage_missing; CREATE INDEX record_by_kind ON record (kind, received_ms); ALTER TABLE item_index DROP COLUMN belongs_to; \
        ALTER TABLE item_index DROP COLUMN assigned_session; \
        DELETE FROM setting WHERE name = 'projections_filled'; PRAGMA user_version = 6";
    db.execute_batch(as_it_was).unwrap();
    drop(db);
}

#[tokio::test]
async fn a_ledger_of_an_older_program_is_told_what_became_of_footage_and_where_it_was_assigned_by_hand() {
    let mut office = Office::open().await;
    let (mut owner, mut other) = (office.phone().await, office.phone().await);
    let (session, _) = owner.capture(&[PIECE.to_vec()]);
    let (elsewhere, _) = other.capture(&[PIECE.to_vec()]);
    let film = body::item_id();
    let opened = CaptureOpened { source: MediaSource::Recorder, ..body::capture_opened(film) };
    owner.write(None, Kind::CaptureOpened(opened));
    let said = |supersedes| {
        Kind::FileAssigned(FileAssigned {
            recorder_no: "JL-01".to_owned(),
            item: film,
            sha256: Digest::of(PIECE),
            imported_seq: 1,
            officer: "A001".to_owned(),
            name: "周归属".to_owned(),
            cert_no: "辽B0203001".to_owned(),
            reason: "录像中可见门牌".to_owned(),
            supersedes,
        })
    };
    for file in [film, body::item_id()] {
        owner.write(None, Kind::FileImported(body::file_imported(file, 9, Digest::of(&file.0))));
        other.write(None, Kind::FileImported(body::file_imported(file, 9, Digest::of(&file.0))));
    }
    other.send().await.ok();
    for phone in [&mut owner, &mut other] {
        let lost = RecorderFile {
            name: "LOST.MP4".to_owned(),
            len_bytes: 9,
            sha256: None,
            started_ms: 1,
            ended_ms: 2,
            important: false,
        };
        let (import, recorder_no) = (ImportId(body::random()), "JL-01".to_owned());
        phone.write(None, Kind::FootageMissing(FootageMissing { import, recorder_no, files: vec![lost] }));
    }
    let first = owner.write(Some(session), said(None));
    let back = owner.write(None, said(Some(first)));
    owner.write(Some(session), said(Some(back)));
    other.write(Some(elsewhere), said(None));
    owner.send().await.ok();
    other.send().await.ok();
    let inside = office.bureau().office();
    let built = inside.read(|rows| rows.dump_index()).unwrap();
    inside.write(rebuild_index).unwrap();
    assert_eq!(inside.read(|rows| rows.dump_index()).unwrap(), built);
    office.stop().await;
    take_back_to_version_6(&office);
    office.start().await;
    let inside = office.bureau().office();
    assert_eq!(inside.read(|rows| rows.dump_index()).unwrap(), built);
    let indexed = inside.read(|rows| rows.indexed_item(film)).unwrap().unwrap();
    assert_eq!((indexed.session, indexed.belongs_to()), (None, Some(session)), "its own phone's last word");
    let counts = inside.read(|rows| rows.footage_counts()).unwrap();
    let said = counts.iter().map(|count| (count.recorder_no.as_str(), count.unknown, count.missing));
    assert_eq!(said.collect::<Vec<_>>(), [("JL-01", 3, 1)], "a file of another counts for its owner only");
}

#[tokio::test]
async fn a_phone_that_imports_the_item_of_another_changes_nothing_of_it() {
    let office = Office::open().await;
    let (mut owner, mut other) = (office.phone().await, office.phone().await);
    let (_, item) = owner.capture(&[PIECE.to_vec()]);
    owner.send().await.ok();
    let inside = office.bureau().office();
    let times = || {
        let indexed = inside.read(|rows| rows.indexed_item(item)).unwrap().unwrap();
        (indexed.used_from_ms, indexed.used_to_ms, indexed.day)
    };
    let before = times();
    let mut imported = body::file_imported(item, 9, Digest::of(PIECE));
    (imported.claimed_from_ms, imported.claimed_to_ms) = (Some(1_000), Some(2_000));
    other.now_ms += 24 * 3_600_000;
    other.write(None, Kind::FileImported(imported));
    other.send().await.ok();
    assert_eq!(times(), before);
    let spoken = inside.read(|rows| rows.item_records(item, 9)).unwrap();
    let devices: Vec<_> = spoken.iter().map(|row| row.device).collect();
    assert_eq!(devices, [owner.device(), owner.device(), other.device()], "its own records come first");
    let first = inside.read(|rows| rows.item_records(item, 2)).unwrap();
    assert!(first.iter().all(|row| row.device == owner.device()), "and are not crowded out");
    let live = inside.read(|rows| rows.dump_index()).unwrap();
    inside.write(rebuild_index).unwrap();
    assert_eq!(inside.read(|rows| rows.dump_index()).unwrap(), live);
    assert_eq!(times(), before);
}

#[cfg(unix)]
#[tokio::test]
async fn secrets_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let office = Office::open().await;
    let identity = office.bureau().new_identity().unwrap().to_owned();
    assert_eq!(identity.file_name().unwrap(), "data.bureau-identity.txt");
    assert!(fs::read_to_string(&identity).unwrap().contains("AGE-SECRET-KEY-1"));
    let key = |name| office.data_dir().join("keys").join(name);
    for path in [identity, key("log.pk8"), key("challenge.key")] {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
