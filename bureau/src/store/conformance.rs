//! What every implementation of the two store traits must do. A new implementation calls these from its own tests;
//! each function panics with what is wrong.

use super::{
    CheckpointRow, CosignatureRow, DeviceRow, LedgerStore, PieceStore, StagedId, StagedPiece, StampRow,
    StoreError, TokenRow, TokenScope, UploadId, UploadRow, read, write,
};
use liuhen_record::{DeviceId, Digest, ItemId, tlog::NewHash};
use std::io::Read as _;

const STAGED: StagedId = StagedId([7; 16]);

fn device() -> DeviceRow {
    DeviceRow {
        device: DeviceId([1; 16]),
        spki: vec![1, 2, 3],
        device_no: "XG-P-01".to_owned(),
        app: "conformance".to_owned(),
        enrolled_ms: 5,
        predecessor: None,
        successor: None,
        revoked_ms: None,
        next_seq: 1,
        head: Digest::ZERO,
    }
}

/// Runs every rule of [`LedgerStore`] on an empty store.
///
/// # Panics
/// When a rule is broken.
pub fn ledger(store: &dyn LedgerStore) {
    transactions_are_all_or_nothing(store);
    codes_are_used_once(store);
    challenges_are_used_once_and_tokens_expire(store);
    a_device_keeps_some_tokens_and_a_struck_off_one_keeps_none(store);
    an_older_epoch_changes_nothing(store);
    whoever_brings_a_piece_ends_its_upload(store);
    log_hashes_are_written_once(store);
    what_others_said_of_a_checkpoint_is_written_once(store);
    readers_see_one_snapshot(store);
}

fn transactions_are_all_or_nothing(store: &dyn LedgerStore) {
    let given_up = write(store, |rows| {
        rows.put_setting("kept", "no")?;
        rows.add_device(&device())?;
        Err::<(), _>(StoreError::Impossible("test"))
    });
    assert!(matches!(given_up, Err(StoreError::Impossible("test"))), "the work's error comes back");
    let found = read(store, |rows| Ok::<_, StoreError>((rows.setting("kept")?, rows.devices()?.len())));
    assert_eq!(found.ok(), Some((None, 0)), "nothing of a given-up transaction is there");
    let added = write(store, |rows| {
        rows.add_device(&device())?;
        rows.put_setting("kept", "yes")?;
        rows.put_setting("kept", "again")
    });
    assert!(added.is_ok(), "settings can be replaced");
    let found =
        read(store, |rows| Ok::<_, StoreError>((rows.setting("kept")?, rows.device(device().device)?)));
    assert_eq!(found.ok(), Some((Some("again".to_owned()), Some(device()))), "what was written is there");
    assert!(write(store, |rows| rows.add_device(&device())).is_err(), "a device is added once");
}

fn codes_are_used_once(store: &dyn LedgerStore) {
    let code = Digest::of(b"code");
    let used = write(store, |rows| {
        rows.add_code(&code, 1, 10)?;
        let first = rows.use_code(&code, device().device, 2)?;
        Ok::<_, StoreError>((first, rows.use_code(&code, DeviceId([9; 16]), 3)?, rows.code(&code)?))
    });
    let Ok((first, second, Some(row))) = used else { panic!("a code that was added is found") };
    assert!(first && !second, "a code is used by the first only");
    assert_eq!((row.expires_ms, row.device), (10, Some(device().device)), "and names its user");
}

fn challenges_are_used_once_and_tokens_expire(store: &dyn LedgerStore) {
    let (who, challenge) = (device().device, |n: u8| Digest::of(&[n]));
    let used = write(store, |rows| {
        for n in 0..4 {
            rows.use_challenge(&challenge(n), who, 100 + i64::from(n))?;
        }
        rows.use_challenge(&challenge(4), DeviceId([9; 16]), 100)?;
        rows.forget_challenges(who, 102, 1)?;
        let again = (0..5).map(|n| rows.use_challenge(&challenge(n), who, 103));
        again.collect::<Result<Vec<_>, _>>()
    });
    let told = "expired ones of the device are forgotten, each is used once";
    assert_eq!(used.ok(), Some(vec![true, true, true, false, false]), "{told}");
    let kept = write(store, |rows| {
        rows.forget_challenges(who, 1000, 2)?;
        let again = (0..4).map(|n| rows.use_challenge(&challenge(n), who, 103));
        again.collect::<Result<Vec<_>, _>>()
    });
    assert_eq!(kept.ok(), Some(vec![true, false, false, true]), "the last ones used are kept");
    let tokens = write(store, |rows| {
        rows.add_token(&token(7, TokenScope::Device, 100), 8)?;
        let found = (rows.token(&challenge(7), 99)?, rows.token(&challenge(7), 100)?);
        rows.forget_expired(100)?;
        Ok::<_, StoreError>(found)
    });
    let kept = token(7, TokenScope::Device, 100);
    assert_eq!(tokens.ok(), Some((Some(kept), None)), "a token ends at its instant");
}

fn token(n: u8, scope: TokenScope, expires_ms: i64) -> TokenRow {
    TokenRow { token_sha256: Digest::of(&[n]), device: device().device, scope, expires_ms }
}

fn a_device_keeps_some_tokens_and_a_struck_off_one_keeps_none(store: &dyn LedgerStore) {
    let left = |rows: &dyn crate::store::Ledger| {
        let found = (10..15).map(|n| rows.token(&Digest::of(&[n]), 0).map(|row| row.is_some()));
        found.collect::<Result<Vec<_>, _>>()
    };
    let seen = write(store, |rows| {
        rows.add_token(&token(10, TokenScope::Device, 50), 2)?;
        for n in 11..15 {
            rows.add_token(&token(n, TokenScope::Upload, 100 + i64::from(n)), 2)?;
        }
        let before = left(rows)?;
        rows.revoke(device().device, 7)?;
        rows.revoke(device().device, 8)?;
        Ok::<_, StoreError>((before, left(rows)?, rows.device(device().device)?.and_then(|d| d.revoked_ms)))
    });
    let Ok((before, after, revoked_ms)) = seen else { panic!("tokens can be kept and taken away") };
    assert_eq!(before, [true, false, false, true, true], "the oldest of a scope go first");
    assert_eq!(
        (after, revoked_ms),
        (vec![false; 5], Some(7)),
        "a struck-off device has none, and keeps its time"
    );
}

fn upload() -> UploadRow {
    UploadRow {
        upload: UploadId([7; 16]),
        device: device().device,
        item: ItemId([3; 16]),
        idx: 0,
        sha256: Digest::of(b"piece"),
        len_bytes: 5,
        metadata: String::new(),
        offset_bytes: 0,
        epoch: 0,
        done: false,
        expires_ms: 100,
        staged: STAGED,
        busy: false,
    }
}

fn an_older_epoch_changes_nothing(store: &dyn LedgerStore) {
    let (row, other) = (upload(), StagedId([8; 16]));
    let done = write(store, |rows| {
        rows.put_upload(&row)?;
        rows.set_upload_metadata(&row.upload, "a MQ==")?;
        let old = rows.claim_upload(&row, STAGED, 200)?.unwrap_or_default();
        assert_eq!(rows.claim_upload(&row, other, 300)?, None, "a claim is of the upload as it is");
        let seen = rows.upload(&row.upload)?.unwrap_or_else(upload);
        assert!(
            !rows.drop_expired(&row, 500)?,
            "an upload that was claimed since it was seen does not expire"
        );
        assert!(!rows.drop_expired(&seen, 199)?, "nor does one before its time");
        assert!(seen.busy && old > row.epoch && seen.metadata == "a MQ==", "{seen:?}");
        let new = rows.claim_upload(&seen, other, 300)?.unwrap_or_default();
        assert!(new > old, "a claim raises the epoch");
        assert!(rows.is_staged(&other)? && !rows.is_staged(&STAGED)?, "and says where is written");
        assert!(!rows.release_upload(&row.upload, old, 3)?, "an older epoch moves nothing");
        assert!(rows.release_upload(&row.upload, new, 3)?, "the newest epoch moves the offset");
        rows.fence_upload(&row.upload)?;
        let free = rows.upload(&row.upload)?.unwrap_or_else(upload);
        assert!(!free.busy && free.epoch == new, "an upload that nobody writes needs no fence");
        let last = rows.claim_upload(&free, other, 300)?.unwrap_or_default();
        assert!(!rows.finish_upload(&row.upload, new)?, "an older epoch finishes nothing");
        rows.fence_upload(&row.upload)?;
        assert!(!rows.finish_upload(&row.upload, last)?, "a fenced epoch finishes nothing");
        assert!(rows.finish_upload(&row.upload, last + 1)?, "the newest epoch finishes");
        assert!(!rows.release_upload(&row.upload, last + 1, 0)?, "a finished upload stays finished");
        assert!(rows.expired_uploads(i64::MAX)?.is_empty(), "a finished upload does not expire");
        let done = rows.upload(&row.upload)?.unwrap_or_else(upload);
        assert!(!rows.drop_expired(&done, i64::MAX)?, "by whatever way");
        assert!(!rows.is_staged(&other)?, "and has nothing staged");
        let found = rows.upload_of(row.item, row.idx)?;
        rows.drop_upload(&row.upload)?;
        Ok::<_, StoreError>((found, rows.upload(&row.upload)?))
    });
    let Ok((Some(found), None)) = done else { panic!("an upload is found until it is dropped") };
    assert!(found.done && !found.busy && found.offset_bytes == 5 && found.expires_ms == 300, "{found:?}");
}

fn whoever_brings_a_piece_ends_its_upload(store: &dyn LedgerStore) {
    let row = upload();
    let ended = write(store, |rows| {
        rows.put_upload(&row)?;
        let epoch = rows.claim_upload(&row, STAGED, 200)?.unwrap_or_default();
        rows.finish_uploads_of(row.item, row.idx + 1)?;
        assert!(rows.upload(&row.upload)?.is_some_and(|row| !row.done), "another piece is another's");
        rows.finish_uploads_of(row.item, row.idx)?;
        assert!(!rows.release_upload(&row.upload, epoch, 1)?, "whoever wrote it is fenced");
        let found = rows.upload(&row.upload)?;
        rows.drop_upload(&row.upload)?;
        rows.put_upload(&row)?;
        assert!(rows.drop_expired(&row, row.expires_ms)?, "one that nobody continued expires");
        Ok::<_, StoreError>(found)
    });
    assert!(ended.ok().flatten().is_some_and(|row| row.done && row.offset_bytes == 5), "the upload is done");
}

fn log_hashes_are_written_once(store: &dyn LedgerStore) {
    let hash = NewHash { level: 0, index: 0, hash: Digest::of(b"leaf") };
    let other = NewHash { hash: Digest::of(b"other"), ..hash };
    let next = NewHash { index: 1, ..hash };
    assert!(write(store, |rows| rows.put_log_hashes(&[hash])).is_ok(), "a new hash is kept");
    assert!(write(store, |rows| rows.put_log_hashes(&[next, other])).is_err(), "a hash is never replaced");
    assert!(read(store, |rows| rows.log_hash(0, 1)).is_err(), "nor is anything kept that came with it");
    let found = read(store, |rows| rows.log_hash(0, 0));
    assert_eq!(found.ok(), Some(hash.hash), "the first one stays");
    assert!(read(store, |rows| rows.log_hash(5, 5)).is_err(), "a hole is an error");
    let last = write(store, |rows| {
        for size in [1, 3, 2] {
            rows.put_checkpoint(&CheckpointRow { size, note: size.to_string(), signed_ms: 0 })?;
        }
        Ok::<_, StoreError>((rows.last_checkpoint()?, rows.checkpoint(2)?, rows.checkpoint(4)?))
    });
    let sizes = last.map(|(last, of, none)| [last, of, none].map(|row| row.map(|row| row.size)));
    assert_eq!(
        sizes.ok(),
        Some([Some(3), Some(2), None]),
        "the last checkpoint is the greatest, each has its size"
    );
}

fn what_others_said_of_a_checkpoint_is_written_once(store: &dyn LedgerStore) {
    let line = |size, witness: &str, line: &str| CosignatureRow {
        size,
        witness: witness.to_owned(),
        line: line.to_owned(),
        time_secs: size,
        received_ms: 7,
    };
    let said = write(store, |rows| {
        for row in [line(3, "w2", "c"), line(3, "w1", "a"), line(3, "w1", "b"), line(2, "w1", "d")] {
            rows.put_cosignature(&row)?;
        }
        Ok::<_, StoreError>((
            rows.cosignatures(3)?,
            rows.cosignatures_from(2)?.len(),
            rows.cosignatures_from(4)?.len(),
            rows.last_cosignature("w1")?,
            rows.last_cosignature("w3")?,
        ))
    });
    let expected = (vec![line(3, "w1", "a"), line(3, "w2", "c")], 3, 0, Some(line(3, "w1", "a")), None);
    assert_eq!(said.ok(), Some(expected), "the first cosignature stays, the greatest size is the last");
    let stamp = |size, note: &str| StampRow {
        size,
        note: note.to_owned(),
        reply: vec![1, 2],
        time_ms: 5,
        received_ms: 6,
    };
    let said = write(store, |rows| {
        for row in [stamp(9, "nine"), stamp(4, "four"), stamp(4, "again")] {
            rows.put_stamp(&row)?;
        }
        let newest = rows.stamps(1)?.first().map(|row| row.size);
        Ok::<_, StoreError>((rows.stamp(4)?, newest))
    });
    assert_eq!(
        said.ok(),
        Some((Some(stamp(4, "four")), Some(9))),
        "the first token stays, the greatest size is first"
    );
}

fn readers_see_one_snapshot(store: &dyn LedgerStore) {
    let seen = read(store, |rows| {
        let before = rows.setting("snapshot")?;
        write(store, |rows| rows.put_setting("snapshot", "new"))?;
        Ok::<_, StoreError>((before, rows.setting("snapshot")?))
    });
    assert_eq!(seen.ok(), Some((None, None)), "a reader does not see what is written beside it");
    assert_eq!(read(store, |rows| rows.setting("snapshot")).ok().flatten().as_deref(), Some("new"));
}

/// Runs every rule of [`PieceStore`] on an empty store.
///
/// # Panics
/// When a rule is broken.
pub fn pieces(store: &dyn PieceStore) {
    let sha256 = Digest::of(b"hello world");
    assert!(store.stage(&STAGED, 3).is_err(), "bytes that were never staged cannot be continued");
    stage(store, 0, b"hello, and what was never acknowledged");
    assert_eq!(store.staged().ok(), Some(vec![STAGED]), "what is staged is listed");
    assert_eq!(stage(store, 5, b" world"), b"hello world", "staging cuts at the offset");
    assert_eq!(store.kept_bytes(&sha256).ok(), Some(None), "staged is not kept");
    assert!(store.keep(&STAGED, &sha256).is_ok(), "a staged piece can be kept");
    assert_eq!(store.kept_bytes(&sha256).ok(), Some(Some(11)), "and has its length");
    assert_eq!(store.staged().ok(), Some(Vec::new()), "and is staged no more");
    stage(store, 0, b"hello world");
    assert!(store.keep(&STAGED, &sha256).is_ok(), "the same piece may be kept again");
    let mut bytes = Vec::new();
    let whole = store.open(&sha256).ok().and_then(|mut reader| reader.read_to_end(&mut bytes).ok());
    assert_eq!((whole, bytes.as_slice()), (Some(11), &b"hello world"[..]), "it reads as it was kept");
    assert!(store.open(&Digest::ZERO).is_err(), "an unknown piece cannot be opened");
    stage(store, 0, b"hello world");
    let copy = StagedId([8; 16]);
    assert!(store.copy_staged(&STAGED, &copy, 12).is_err(), "what is not there cannot be copied");
    assert!(store.copy_staged(&STAGED, &copy, 5).is_ok(), "the start of what is staged can be copied");
    stage(store, 0, b"written over");
    let copied = store.stage(&copy, 5).and_then(|staged| staged.reread()).ok().and_then(|mut reader| {
        let mut whole = String::new();
        reader.read_to_string(&mut whole).ok().map(|_| whole)
    });
    assert_eq!(copied.as_deref(), Some("hello"), "and is apart from then on");
    assert!(store.discard(&copy).is_ok());
    // Longer than what is asked to be written at a time; cut and gone on with at an odd place.
    let long: Vec<u8> = (0..5_000_123_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    assert!(stage(store, 0, &long) == long, "a long piece reads as it was appended");
    assert!(stage(store, 1_234_567, &long[1_234_567..]) == long, "also after a cut");
    let Ok(whole) = store.stage_whole(&STAGED, long.len() as u64) else {
        panic!("a piece can be staged whole")
    };
    assert!(append(whole, &long) == long, "a long piece that comes whole reads as it was appended");
    let Ok(whole) = store.stage_whole(&copy, 3) else { panic!("a short piece can be staged whole") };
    assert_eq!(append(whole, b"abc"), b"abc", "a short one, too");
    assert!(store.discard(&copy).is_ok());
    let broken_off =
        store.stage_whole(&copy, long.len() as u64).map(|mut whole| whole.append(&long[..3_000_000]));
    assert!(
        matches!(broken_off, Ok(Ok(()))) && store.discard(&copy).is_ok(),
        "one that breaks off can be discarded"
    );
    assert!(store.settle(&sha256).is_ok(), "a piece that is there can be made durable");
    assert_eq!(store.set_aside(&sha256).ok(), Some(false), "a right piece is put back");
    assert_eq!(store.kept_bytes(&sha256).ok(), Some(Some(11)));
    let wrong = Digest::of(b"what the disk had");
    stage(store, 0, b"what the disk has");
    assert!(store.keep(&STAGED, &wrong).is_ok() && store.set_aside(&wrong).is_ok_and(|aside| aside));
    assert_eq!(store.kept_bytes(&wrong).ok(), Some(None), "a damaged piece is out of the way");
    assert!(store.settle(&wrong).is_err() && store.set_aside(&wrong).is_ok_and(|aside| aside), "and stays");
    stage(store, 0, b"given up");
    assert!(store.discard(&STAGED).is_ok() && store.discard(&STAGED).is_ok(), "discarding is idempotent");
    assert_eq!(store.staged().ok(), Some(Vec::new()), "what was discarded is gone");
}

fn stage(store: &dyn PieceStore, offset_bytes: u64, bytes: &[u8]) -> Vec<u8> {
    let Ok(staged) = store.stage(&STAGED, offset_bytes) else { panic!("a piece can be staged") };
    append(staged, bytes)
}

fn append(mut staged: Box<dyn StagedPiece>, bytes: &[u8]) -> Vec<u8> {
    let appended = bytes.chunks(70_000).all(|part| staged.append(part).is_ok());
    assert!(appended && staged.sync().is_ok(), "bytes can be appended and synced");
    let mut whole = Vec::new();
    let read = staged.reread().ok().and_then(|mut reader| reader.read_to_end(&mut whole).ok());
    assert!(read.is_some(), "staged bytes can be read");
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fault::NoFaults,
        store::{FilePieces, SqliteLedger},
    };
    use std::sync::Arc;

    #[test]
    fn the_sqlite_ledger_conforms() {
        let dir = tempfile::tempdir().unwrap();
        ledger(&SqliteLedger::open(&dir.path().join("ledger.sqlite3")).unwrap());
    }

    #[test]
    fn the_file_pieces_conform() {
        let dir = tempfile::tempdir().unwrap();
        pieces(&FilePieces::open(dir.path(), Arc::new(NoFaults)).unwrap());
    }
}
