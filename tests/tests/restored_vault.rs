//! Yesterday's copy of a phone put back whole, database and head file together: the phone alone cannot tell, the bureau
//! does.
#![expect(clippy::unwrap_used, reason = "a test says what failed by panicking")]

use liuhen_bureau::{Bureau, BureauConfig, admin, store::IncidentKind};
use liuhen_core::{
    phone::{Phone, PhoneError, Started},
    sync::{Cancel, Distrust, SyncError, SyncOptions, SyncOutcome},
    system,
};
use std::{fs, path::Path};
use tokio::runtime::Runtime;

type Outcome = Result<(), Box<dyn std::error::Error>>;

const OFFICERS: &str = include_str!("../../spec/examples/officers.json");

fn start(dir: &Path) -> Started {
    Phone::start(dir, system::desktop_ports(dir).unwrap()).unwrap()
}

fn sync(runtime: &Runtime, phone: &mut Phone) -> Result<SyncOutcome, PhoneError> {
    runtime.block_on(phone.sync(SyncOptions::default(), &mut |_| {}, &Cancel::new()))
}

/// What a restore from a backup brings back: all files beside each other, and none that came later.
fn put_back(copy: &Path, dir: &Path) {
    for name in ["vault.db", "vault.db-wal", "vault.db-shm", "vault.head", "vault.key"] {
        drop(fs::remove_file(dir.join(name)));
        if copy.join(name).exists() {
            fs::copy(copy.join(name), dir.join(name)).unwrap();
        }
    }
}

fn refused_as_older_copy(error: &PhoneError) {
    let PhoneError::Sync(SyncError::Untrusted { why: why @ Distrust::OlderCopy { .. } }) = error else {
        panic!("{error:?}")
    };
    assert!(!why.accuses_log() && !why.zh().contains("单位服务器身份未通过验证"), "{}", why.zh());
    for said in ["本机存储像是从较早的备份恢复的", "单位服务器没有问题", "请停止用本机采集", "管理员"]
    {
        assert!(why.zh().contains(said), "{said}: {}", why.zh());
    }
    for said in ["restored from an older backup", "Nothing is wrong with the bureau", "Stop recording"] {
        assert!(why.en().contains(said), "{said}: {}", why.en());
    }
}

#[test]
fn a_phone_put_back_to_yesterday_with_its_head_file_is_found_by_the_bureau_and_says_so() -> Outcome {
    let (office, pocket, backup) = (tempfile::tempdir()?, tempfile::tempdir()?, tempfile::tempdir()?);
    let runtime = Runtime::new()?;
    let bureau = runtime.block_on(Bureau::start(BureauConfig::new(office.path())))?;
    admin::import_officers(office.path(), OFFICERS)?;
    let mut phone = start(pocket.path()).phone;
    let device = runtime.block_on(phone.enrol(&bureau.url(), &bureau.enrol_code()?, "PHONE-09"))?.device;
    report(&mut phone, "yesterday")?;
    assert_eq!(sync(&runtime, &mut phone)?.waiting, None);
    drop(phone);
    put_back(pocket.path(), backup.path());
    let mut phone = start(pocket.path()).phone;
    for day in ["today", "this afternoon"] {
        report(&mut phone, day)?;
    }
    phone.end_day()?;
    assert_eq!(sync(&runtime, &mut phone)?.waiting, None);
    drop(phone);
    put_back(backup.path(), pocket.path());

    let Started { mut phone, quarantined, .. } = start(pocket.path());
    assert_eq!(quarantined, None, "database and head fit: nothing on the phone can tell");
    let error = sync(&runtime, &mut phone).unwrap_err();
    refused_as_older_copy(&error);
    assert!(
        admin::incidents(office.path(), 10)?.is_empty(),
        "it has said nothing yet that contradicts itself"
    );

    // It goes on as if today had never been.
    for _ in 0..4 {
        report(&mut phone, "another today")?;
    }
    let records = phone.vault().head().0;
    let error = sync(&runtime, &mut phone).unwrap_err();
    refused_as_older_copy(&error);
    assert_eq!(phone.vault().head().0, records, "nothing is lost, nothing is rewritten");
    let incidents = admin::incidents(office.path(), 10)?;
    assert!(
        incidents.iter().any(|incident| incident.kind == IncidentKind::Fork && incident.device == device)
    );
    runtime.block_on(bureau.stop());
    Ok(())
}

/// A record of its own, different at each time.
fn report(phone: &mut Phone, symptom: &str) -> Result<(), PhoneError> {
    phone.report_fault(Some("ZFY-0007"), symptom, true)
}
