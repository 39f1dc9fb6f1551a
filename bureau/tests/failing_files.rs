//! One file or folder of the bureau that fails for good: nothing is listed that is not durable, and nobody else is kept from
//! working.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{
    Office,
    child::{FailAt, Process},
    phone::Phone,
    strace::{self, Injection, LOOKING, OPENING, REMOVING, SYNCING, WRITING_PAGES, end, permitted},
};
use liuhen_bureau::{Bureau, fault::Point};
use liuhen_record::{Digest, ItemId};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

const PIECE: &[u8] = b"a piece";

/// Not a test: the bureau, in the process that strace watches.
#[tokio::test]
async fn child_process() {
    strace::serve().await;
}

/// A bureau with the record of one piece, which was asked for, and where that piece will lie.
struct OnePiece {
    office: Office,
    phone: Phone,
    item: ItemId,
    /// Of its upload.
    path: String,
    data: PathBuf,
    pieces: PathBuf,
    folder: PathBuf,
    name: String,
}

impl OnePiece {
    async fn begin() -> Self {
        let office = Office::open().await;
        let mut phone = office.phone().await;
        let (_, item) = phone.capture(&[PIECE.to_vec()]);
        phone.send().await.ok();
        let path = phone.create(item, 0, PIECE).await;
        let (data, name) = (office.data_dir(), Digest::of(PIECE).to_string());
        let pieces = data.join("store/pieces");
        let folder = pieces.join(&name[..2]);
        Self { office, phone, item, path, data, pieces, folder, name }
    }

    /// The piece came as far as this; no bureau runs.
    async fn left_at(point: Point) -> Self {
        let mut one = Self::begin().await;
        one.office.stop().await;
        let mut config = one.office.config();
        config.faults = Arc::new(FailAt(vec![point]));
        one.office.bureau = Some(Bureau::start(config).await.unwrap());
        one.phone.url = one.office.url();
        assert_eq!(one.send().await, 500);
        one.office.stop().await;
        one
    }

    /// A bureau of which all these calls about `path` fail.
    async fn start_failing(&self, calls: &str, path: &Path) -> (Process, Option<String>) {
        let fault = "error=EIO";
        let injection = Injection { calls, fault, when: None, paths: &[path.to_owned()] };
        injection.start(&self.data, Path::new("/dev/null")).await
    }

    async fn send(&self) -> u16 {
        self.phone.patch_whole(&self.path, PIECE).send().await.unwrap().status().as_u16()
    }

    fn is_listed(&self) -> bool {
        let db = rusqlite::Connection::open(self.data.join("ledger.sqlite3")).unwrap();
        db.query_row("SELECT stored_ms IS NOT NULL FROM piece", [], |row| row.get(0)).unwrap()
    }
}

#[tokio::test]
async fn a_piece_that_a_killed_process_left_is_not_listed_before_its_bytes_and_its_name_are_durable() {
    if !permitted() {
        return;
    }
    let mut one = OnePiece::left_at(Point::PieceRenamed).await;
    for undurable in [one.folder.join(&one.name), one.folder.clone(), one.pieces.clone()] {
        let (process, url) = one.start_failing(SYNCING, &undurable).await;
        assert!(url.is_some(), "one piece keeps nobody from working");
        assert!(!one.is_listed(), "{undurable:?}");
        end(process).await;
        assert!(!one.is_listed(), "{undurable:?}");
    }
    one.office.start().await;
    assert!(one.is_listed(), "a sound disk keeps it, and it need not be sent again");
}

#[tokio::test]
async fn what_a_killed_process_left_and_nobody_can_look_at_or_remove_keeps_nobody_from_working() {
    if !permitted() {
        return;
    }
    let mut one = OnePiece::left_at(Point::PieceInPlace).await;
    let kept = one.folder.join(&one.name);
    let nobodys = one.data.join("store/staged").join("0123456789abcdef0123456789abcdef");
    for (calls, path) in [(LOOKING, &kept), (OPENING, &kept), (REMOVING, &nobodys)] {
        fs::write(&nobodys, b"of an upload that was never listed").unwrap();
        let listed_before = one.is_listed();
        let (process, url) = one.start_failing(calls, path).await;
        assert!(url.is_some(), "{calls}");
        end(process).await;
        assert_eq!(one.is_listed(), listed_before || *path == nobodys, "{calls}");
    }
    assert!(nobodys.exists(), "it could not be removed");
    one.office.start().await;
    assert!(one.is_listed() && !nobodys.exists(), "a sound disk keeps the one and lets go of the other");
}

#[tokio::test]
async fn a_piece_is_not_acknowledged_before_the_name_of_its_folder_is_durable() {
    if !permitted() {
        return;
    }
    let mut one = OnePiece::begin().await;
    one.office.stop().await;
    // Somebody made it, and nobody knows whether he lived to make that durable.
    fs::create_dir_all(&one.folder).unwrap();
    let (process, url) = one.start_failing(SYNCING, &one.pieces).await;
    one.phone.url = url.unwrap();
    assert_eq!(one.send().await, 500);
    end(process).await;
    assert!(!one.is_listed());
    one.office.start().await;
    one.phone.url = one.office.url();
    one.phone.upload(one.item, 0, PIECE).await;
    assert!(one.is_listed());
}

#[tokio::test]
async fn a_ledger_without_room_says_so_and_takes_the_same_records_when_there_is_room() {
    if !permitted() {
        return;
    }
    let mut office = Office::open().await;
    let mut phone = office.phone().await;
    phone.capture(&[PIECE.to_vec()]);
    let answer = phone.answer_to(&phone.challenge().await).await;
    let dir = tempfile::tempdir().unwrap();
    let ledger = office.data_dir().join("ledger.sqlite3");
    office.stop().await;
    let journal = PathBuf::from(format!("{}-wal", ledger.display()));
    let injection = Injection { calls: WRITING_PAGES, fault: "error=ENOSPC", when: None, paths: &[journal] };
    let (process, url) = injection.attach(&office.data_dir(), &dir.path().join("log")).await;
    phone.url = url.unwrap();
    for _ in 0..2 {
        phone.send().await.refused(507, "storage_full");
    }
    phone.post("/v1/token", answer.clone()).await.refused(507, "storage_full");
    end(process).await;
    office.start().await;
    phone.url = office.url();
    phone.post("/v1/token", answer).await.ok();
    phone.send().await.ok();
}
