//! `fsck` reads what was said about the log, too: checkpoints, cosignatures, time stamps. Each is broken once.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{Office, tsa};
use liuhen_bureau::{
    Bureau, admin,
    fsck::{Findings, Subject, fsck_beside},
    log::{stamps::Tsa, witnesses::WitnessAddress},
    witness::{Witness, WitnessConfig},
};
use liuhen_record::{Digest, note::NoteSigner, timestamp::TimestampAuthorities, tlog::Checkpoint};
use rusqlite::Connection;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

const KEY: &str = "ec -pkeyopt ec_paramgen_curve:P-256";

/// A folder with a cosigned, stamped checkpoint and a newer one that is cosigned only, and its bureau closed.
struct Proved {
    data: PathBuf,
    /// Size of the stamped one.
    stamped: u64,
    newest: u64,
    authorities: TimestampAuthorities,
    signer: NoteSigner,
    _office: Office,
    _witness_dir: TempDir,
}

impl Proved {
    async fn make() -> Self {
        let (mut office, tsa, witness_dir) =
            (Office::open().await, tsa::Tsa::start(KEY).await, TempDir::new().unwrap());
        let mut phone = office.phone().await;
        phone.capture(&[b"piece".to_vec()]);
        phone.send().await.ok();
        let log_key = office.bureau().office().notary.signer().verifier_key().clone();
        office.stop().await;
        let witness =
            Witness::start(WitnessConfig::new(witness_dir.path(), vec![log_key.clone()])).await.unwrap();
        let mut config = office.config();
        config.witnesses = vec![WitnessAddress { url: witness.url(), key: witness.key().clone() }];
        let bureau = Bureau::start(config).await.unwrap();
        bureau.cosigned_checkpoint().await.unwrap();
        let wanted = Tsa::new(&tsa.url, Some(&tsa.ca_pem())).unwrap();
        let (stamped, _) = admin::stamp(&office.data_dir(), &wanted).await.unwrap();
        phone.url = bureau.url();
        phone.capture(&[b"another".to_vec()]);
        phone.send().await.ok();
        bureau.cosigned_checkpoint().await.unwrap();
        let newest = bureau.office().read(|rows| rows.log_size()).unwrap();
        bureau.stop().await;
        witness.stop().await;
        let key = fs::read(office.data_dir().join("keys/log.pk8")).unwrap();
        Self {
            data: office.data_dir(),
            stamped,
            newest,
            authorities: TimestampAuthorities::from_pem(&tsa.ca_pem()).unwrap(),
            signer: NoteSigner::from_pkcs8(log_key.name(), &key).unwrap(),
            _office: office,
            _witness_dir: witness_dir,
        }
    }

    fn look(&self, data: &Path) -> Findings {
        fsck_beside(data, Some(&self.authorities)).unwrap()
    }

    /// What is found in a copy in which this was done.
    fn after(&self, sql: &str) -> Vec<(Subject, &'static str)> {
        let copy = TempDir::new().unwrap();
        let data = copy.path().join("data");
        assert!(Command::new("cp").arg("-a").arg(&self.data).arg(&data).status().unwrap().success());
        let changed = Connection::open(data.join("ledger.sqlite3")).unwrap().execute(sql, []).unwrap();
        assert!(changed > 0, "nothing was changed by {sql}");
        self.look(&data).broken.iter().map(|broken| (broken.subject, broken.fault.code())).collect()
    }

    /// A checkpoint of that size, rightly signed, over leaves that nobody has.
    fn fork(&self, size: u64) -> String {
        let origin = self.signer.verifier_key().name().to_owned();
        Checkpoint { origin, size, root: Digest::of(b"another past") }.sign(&self.signer).unwrap()
    }
}

#[tokio::test]
async fn every_checkpoint_cosignature_and_token_that_is_broken_is_named() {
    let proved = Proved::make().await;
    let sound = proved.look(&proved.data);
    assert_eq!(sound.broken, []);
    assert!(sound.checkpoints >= 2 && sound.cosignatures >= 2 && sound.stamps == 1, "{sound:?}");
    let (stamped, newest) = (proved.stamped, proved.newest);
    let (old, new) = (Subject::Checkpoint(stamped), Subject::Checkpoint(newest));
    let of = |size: u64, change: &str| format!("{change} WHERE size = {size}");
    let flip = "substr(line, 1, length(line) - 6) || 'AAAAA='";
    for (told, sql, wanted) in [
        ("a changed note", of(stamped, "UPDATE checkpoint SET note = replace(note, char(10), ' ')"), (old, "checkpoint")),
        ("a note of another size", of(stamped, &format!("UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = {newest})")), (old, "checkpoint")),
        ("a fork under our own key", of(newest, &format!("UPDATE checkpoint SET note = '{}'", proved.fork(newest))), (new, "checkpoint")),
        ("more leaves than there are", format!("INSERT INTO checkpoint VALUES ({0}, '{1}', 0)", newest + 9, proved.fork(newest + 9)), (Subject::Checkpoint(newest + 9), "checkpoint")),
        ("a lost checkpoint", of(newest, "DELETE FROM checkpoint"), (new, "checkpoint")),
        ("a changed cosignature", of(newest, &format!("UPDATE cosignature SET line = {flip}")), (new, "cosignature")),
        ("a cosignature at another time", of(stamped, "UPDATE cosignature SET time_secs = time_secs + 1"), (old, "cosignature")),
        ("a token that does not read", "UPDATE checkpoint_stamp SET reply = x'00'".to_owned(), (old, "stamp")),
        ("a token over another note", "UPDATE checkpoint_stamp SET note = (SELECT note FROM checkpoint WHERE checkpoint.size = checkpoint_stamp.size)".to_owned(), (old, "stamp")),
        ("a token of another time", "UPDATE checkpoint_stamp SET time_ms = time_ms + 1".to_owned(), (old, "stamp")),
        ("a token under another size", format!("UPDATE checkpoint_stamp SET size = {newest}"), (new, "stamp")),
    ] {
        let found = proved.after(&sql);
        assert!(found.contains(&wanted), "{told}: {found:?}");
    }
    let strangers = TimestampAuthorities::from_pem(&tsa::Tsa::start(KEY).await.ca_pem()).unwrap();
    let found = fsck_beside(&proved.data, Some(&strangers)).unwrap().broken;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].subject, found[0].fault.code()), (old, "stamp"));
    assert!(found[0].zh().contains("时间戳无效"), "{}", found[0].zh());
    assert_eq!(
        fsck_beside(&proved.data, None).unwrap().broken,
        [],
        "who may stamp is asked only when it is said"
    );
}
