//! A phone whose store is damaged goes on capturing in a new one, and the bureau learns of both.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]
#![expect(clippy::unwrap_used, reason = "a test says what failed by panicking")]

use liuhen_bureau::{Bureau, BureauConfig, admin};
use liuhen_core::{
    phone::{CaptureRequest, CheckRequest, OpenSession, Phone, Started},
    sync::{Cancel, SyncOptions},
    system,
    vault::ItemFilter,
};
use liuhen_record::{
    Kind,
    kind::{Activity, Cause, ItemState, MediaSource, Party, PartyKind},
};
use std::{fs, path::Path};

type Outcome = Result<(), Box<dyn std::error::Error>>;

const OFFICERS: &str = include_str!("../../spec/examples/officers.json");

fn start(dir: &Path) -> Started {
    Phone::start(dir, system::desktop_ports(dir).unwrap()).unwrap()
}

fn open_and_capture(phone: &mut Phone, bytes: &[u8]) -> Outcome {
    phone.check_equipment(CheckRequest {
        battery_percent: 90,
        planned_minutes: 1,
        recorder: None,
        overrides: vec![],
    })?;
    phone.open_session(OpenSession {
        activity: Activity::Patrol,
        officers: vec!["li-wen".to_owned(), "ding-yi".to_owned()],
        party: Party {
            name: "示例公司".to_owned(), kind: PartyKind::Unit, uscc: None, representative: None
        },
        cause: Cause { code: "patrol".to_owned(), name: "日常巡查".to_owned() },
        place_text: "示例路1号".to_owned(),
        device_no: None,
    })?;
    phone.capture_bytes(
        bytes,
        &CaptureRequest {
            source: MediaSource::Phone,
            source_no: None,
            media_type: "application/octet-stream".to_owned(),
            original_name: None,
            label: None,
        },
    )?;
    Ok(())
}

/// Overwrites the middle of the database, as failing flash does.
fn damage(dir: &Path) -> Outcome {
    let path = dir.join("vault.db");
    let mut bytes = fs::read(&path)?;
    let middle = bytes.len() / 3;
    bytes[middle..middle * 2].fill(0xa5);
    fs::write(path, bytes)?;
    for ending in ["-wal", "-shm"] {
        let _ = fs::remove_file(dir.join(format!("vault.db{ending}")));
    }
    Ok(())
}

#[test]
fn a_phone_with_a_damaged_vault_goes_on_capturing_offline_and_the_bureau_learns_of_the_succession() -> Outcome
{
    let office = tempfile::tempdir()?;
    let pocket = tempfile::tempdir()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let bureau = runtime.block_on(Bureau::start(BureauConfig::new(office.path())))?;
    admin::import_officers(office.path(), OFFICERS)?;
    let mut phone = start(pocket.path()).phone;
    let first = runtime.block_on(phone.enrol(&bureau.url(), &bureau.enrol_code()?, "PHONE-09"))?.device;
    open_and_capture(&mut phone, b"before the damage")?;
    let kept: Vec<_> = phone.vault().items(&ItemFilter::default())?.iter().map(|row| row.item).collect();
    drop(phone);
    damage(pocket.path())?;

    // Offline: nothing is asked of the bureau until the synchronisation below.
    let Started { mut phone, quarantined, .. } = start(pocket.path());
    let (folder, _) = quarantined.expect("the damage is noticed");
    assert!(
        pocket.path().join("quarantine").join(&folder).join("vault.db").is_file(),
        "the old store is kept"
    );
    assert!(pocket.path().join(format!("items/{}/0000.piece", kept[0])).is_file(), "so are its sealed items");
    let second = phone.vault().device().expect("a device again");
    assert_ne!(first, second);
    assert!(matches!(phone.vault().records_from(2, 1)?[0].parse()?.kind, Kind::StoreQuarantined(_)));
    open_and_capture(&mut phone, b"after the damage")?;

    let outcome = runtime.block_on(phone.sync(SyncOptions::default(), &mut |_| {}, &Cancel::new()))?;
    assert_eq!(outcome.waiting, None);
    let rows = phone.vault().items(&ItemFilter::default())?;
    assert!(!rows.is_empty() && rows.iter().all(|row| row.state == ItemState::Stored));
    let devices = admin::devices(office.path())?;
    let successor = devices.iter().find(|device| device.device == second).expect("the bureau knows it");
    assert_eq!(successor.predecessor, Some(first));
    runtime.block_on(bureau.stop());
    Ok(())
}
