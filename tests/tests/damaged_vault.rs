//! A phone whose store is damaged goes on capturing in a new one, and the bureau learns of both.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]
#![expect(clippy::unwrap_used, reason = "a test says what failed by panicking")]

use liuhen_bureau::{Bureau, BureauConfig, admin};
use liuhen_core::{
    phone::{CaptureRequest, CheckRequest, Desk, OpenSession, Phone, Started},
    ports::{Network as _, NetworkState, Reach},
    sync::{Cancel, SyncOptions, Waiting},
    system::{self, SystemNetwork},
    vault::{Draft, ItemFilter, Opening, Stamp, Vault},
};
use liuhen_record::{
    DeviceId, Kind,
    kind::{Activity, Cause, ItemState, MediaSource, Party, PartyKind, SessionClosed},
    time::TimeClaim,
};
use liuhen_tests::{
    fault_proxy::{Fault, FaultProxy},
    program::PhoneProcess,
};
use std::{fs, path::Path, sync::Arc};

type Outcome = Result<(), Box<dyn std::error::Error>>;

const OFFICERS: &str = include_str!("../../spec/examples/officers.json");

fn start(dir: &Path) -> Started {
    Phone::start(dir, system::desktop_ports(dir).unwrap()).unwrap()
}

/// A bureau with its officers.
fn begin(runtime: &tokio::runtime::Runtime, office: &Path) -> Result<Bureau, Box<dyn std::error::Error>> {
    let bureau = runtime.block_on(Bureau::start(BureauConfig::new(office)))?;
    admin::import_officers(office, OFFICERS)?;
    Ok(bureau)
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
    capture(phone, bytes)
}

fn capture(phone: &mut Phone, bytes: &[u8]) -> Outcome {
    let request = CaptureRequest {
        source: MediaSource::Phone,
        source_no: None,
        media_type: "application/octet-stream".to_owned(),
        original_name: None,
        label: None,
    };
    phone.capture_bytes(bytes, &request)?;
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
    let bureau = begin(&runtime, office.path())?;
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

/// A bureau, and the folder of a phone that joined it through a proxy and whose store was damaged then.
struct Away {
    office: tempfile::TempDir,
    pocket: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
    bureau: Bureau,
    proxy: FaultProxy,
    /// The device that the phone was.
    first: DeviceId,
}

fn damaged_behind_a_proxy() -> Result<Away, Box<dyn std::error::Error>> {
    let (office, pocket) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let runtime = tokio::runtime::Runtime::new()?;
    let bureau = begin(&runtime, office.path())?;
    let proxy = runtime.block_on(FaultProxy::to(&bureau.url()));
    let mut phone = start(pocket.path()).phone;
    let first = runtime.block_on(phone.enrol(&proxy.url(), &bureau.enrol_code()?, "PHONE-09"))?.device;
    drop(phone);
    damage(pocket.path())?;
    Ok(Away { office, pocket, runtime, bureau, proxy, first })
}

/// What joined a bureau is told to nobody by a network that may carry nothing.
#[test]
fn on_a_mobile_network_nobody_is_asked_and_in_the_office_the_bureau_learns_of_the_succession() -> Outcome {
    let Away { office, pocket, runtime, bureau, proxy, first } = damaged_behind_a_proxy()?;
    let network = Arc::new(SystemNetwork::wired());
    let mut ports = system::desktop_ports(pocket.path()).unwrap();
    ports.network = network.clone();
    let mut phone = Phone::start(pocket.path(), ports).unwrap().phone;
    let office_network = network.state();
    let before = proxy.seen().requests;
    network.set(NetworkState { reach: Reach::Cellular, metered: true, ..office_network.clone() });
    let sync =
        |phone: &mut Phone| runtime.block_on(phone.sync(SyncOptions::default(), &mut |_| {}, &Cancel::new()));
    assert_eq!(sync(&mut phone)?.waiting, Some(Waiting::OfficeWifi));
    assert_eq!(proxy.seen().requests, before, "nobody was asked");
    let second = admin::devices(office.path())?;
    assert!(second.iter().all(|device| device.device == first), "{second:?}");

    network.set(office_network);
    // The connection breaks: what cannot be done now is waited for, and done later.
    proxy.plan([Some(Fault::Drop)]);
    let waiting = sync(&mut phone)?.waiting;
    assert!(waiting.is_some() && proxy.seen().times("drop") == 1, "{waiting:?}");
    assert_eq!(
        phone.sync_view(false)?.code.as_deref(),
        waiting.as_ref().map(Waiting::code),
        "the screen says why"
    );
    assert_eq!(sync(&mut phone)?.waiting, None);
    let devices = admin::devices(office.path())?;
    assert!(devices.iter().any(|device| device.predecessor == Some(first)), "{devices:?}");
    runtime.block_on(bureau.stop());
    Ok(())
}

#[test]
fn why_the_bureau_was_not_told_of_the_succession_is_on_the_screen() -> Outcome {
    let Away { office, pocket, runtime, bureau, proxy, first } = damaged_behind_a_proxy()?;
    let mut phone = start(pocket.path()).phone;
    let sync =
        |phone: &mut Phone| runtime.block_on(phone.sync(SyncOptions::default(), &mut |_| {}, &Cancel::new()));
    proxy.plan([Some(Fault::Drop)]);
    sync(&mut phone)?;
    assert_ne!(phone.sync_view(false)?.code.as_deref(), Some("device_refused"));
    admin::revoke_device(office.path(), first)?;
    assert!(sync(&mut phone).is_err(), "the bureau says no");
    assert_eq!(phone.sync_view(false)?.code.as_deref(), Some("device_refused"), "not what was before");
    runtime.block_on(bureau.stop());
    Ok(())
}

/// Changes one byte of one sealed column.
fn flip(dir: &Path, table: &str, which: &str) -> Outcome {
    let database = rusqlite::Connection::open(dir.join("vault.db"))?;
    let row = format!("FROM {table} ORDER BY {which} LIMIT 1");
    let (id, mut sealed): (i64, Vec<u8>) =
        database
            .query_row(&format!("SELECT rowid, sealed {row}"), [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let middle = sealed.len() / 2;
    sealed[middle] ^= 1;
    let update = format!("UPDATE {table} SET sealed = ?1 WHERE rowid = ?2");
    assert_eq!(database.execute(&update, rusqlite::params![sealed, id])?, 1);
    Ok(())
}

#[test]
fn a_phone_with_one_damaged_byte_far_back_sets_the_store_aside_and_goes_on() -> Outcome {
    let office = tempfile::tempdir()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let bureau = begin(&runtime, office.path())?;
    // The first item, and the first record of a capture in the activity that is open: opening looks at the last 64.
    for (table, which) in [("item", "id"), ("record", "kind <> 'capture_opened', seq")] {
        let pocket = tempfile::tempdir()?;
        let mut phone = start(pocket.path()).phone;
        runtime.block_on(phone.enrol(&bureau.url(), &bureau.enrol_code()?, "PHONE-09"))?;
        open_and_capture(&mut phone, b"first")?;
        (1..70).try_for_each(|n: u8| capture(&mut phone, &[n; 32]))?;
        let kept: Vec<_> = phone.vault().items(&ItemFilter::default())?.iter().map(|row| row.item).collect();
        drop(phone);
        flip(pocket.path(), table, which)?;

        let Started { mut phone, quarantined, .. } = start(pocket.path());
        let (folder, reason) = quarantined.expect("the damage is noticed");
        assert!(reason.contains("does not open"), "{reason}");
        assert!(
            pocket.path().join("quarantine").join(&folder).join("vault.db").is_file(),
            "nothing is removed"
        );
        let piece = |item| pocket.path().join(format!("items/{item}/0000.piece"));
        assert!(kept.iter().all(|item| piece(item).is_file()) && kept.len() == 70);
        let told = phone.vault().records_from(2, 1)?[0].parse()?.kind;
        assert!(
            matches!(told, Kind::StoreQuarantined(body) if body.folder == folder && body.reason == reason)
        );
        open_and_capture(&mut phone, b"after the damage")?;
        drop(phone);
        assert!(start(pocket.path()).quarantined.is_none(), "once is enough");
    }
    runtime.block_on(bureau.stop());
    Ok(())
}

/// Ends the activity that is open.
fn close(dir: &Path) -> Outcome {
    let ports = system::desktop_ports(dir)?;
    let mut vault = Vault::open(dir, &ports)?.into_vault();
    let session = vault.last_of_kind("session_opened")?.and_then(|record| record.session);
    let items: Vec<_> = vault.items(&ItemFilter::default())?.iter().map(|row| row.item).collect();
    let closed = SessionClosed::new(items.clone(), items, Vec::new());
    let now = ports.clock.read();
    let time = TimeClaim::make(now.wall_ms, now.zone_minutes, now.mono_ms, now.boot_id, None);
    let stamp = Stamp { officer: None, time, place: ports.location.place() };
    vault.append(Draft::new(session, Kind::SessionClosed(closed), stamp))?;
    Ok(())
}

/// A phone that has joined, with an activity that is closed and a recorder out of order and mended, and then so much that
/// opening looks at none of it.
fn with_a_long_past(runtime: &tokio::runtime::Runtime, bureau: &Bureau, dir: &Path) -> Outcome {
    let mut phone = start(dir).phone;
    runtime.block_on(phone.enrol(&bureau.url(), &bureau.enrol_code()?, "PHONE-09"))?;
    open_and_capture(&mut phone, b"long ago")?;
    drop(phone);
    close(dir)?;
    let mut phone = start(dir).phone;
    phone.report_fault(Some("ZFY-0007"), "不能开机", false)?;
    (0..70).try_for_each(|_| phone.end_day().map(drop))?;
    Ok(())
}

#[test]
fn a_phone_whose_past_is_damaged_sets_the_store_aside_before_a_screen_needs_it() -> Outcome {
    let office = tempfile::tempdir()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let bureau = begin(&runtime, office.path())?;
    for kind in ["capture_opened", "capture_sealed", "fault_reported"] {
        let pocket = tempfile::tempdir()?;
        with_a_long_past(&runtime, &bureau, pocket.path())?;
        flip(pocket.path(), "record", &format!("kind <> '{kind}', seq"))?;

        let Started { mut phone, quarantined, .. } = start(pocket.path());
        let (folder, _) = quarantined.unwrap_or_else(|| panic!("the damage to {kind} is noticed"));
        let kept = pocket.path().join("quarantine").join(&folder).join("vault.db");
        assert!(kept.is_file(), "nothing is removed");
        phone.today_view(false)?;
        phone.end_day()?;
        open_and_capture(&mut phone, b"after the damage")?;
        drop(phone);
        assert!(start(pocket.path()).quarantined.is_none(), "once is enough");
    }
    runtime.block_on(bureau.stop());
    Ok(())
}

/// What no start reads: the phone finds it when it is asked for, says so, and the next start looks at everything.
#[test]
fn damage_that_only_a_synchronisation_meets_is_told_and_the_next_start_sets_the_store_aside() -> Outcome {
    let office = tempfile::tempdir()?;
    let pocket = tempfile::tempdir()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let bureau = begin(&runtime, office.path())?;
    with_a_long_past(&runtime, &bureau, pocket.path())?;
    flip(pocket.path(), "record", "kind <> 'day_ended', seq")?;

    let Started { phone, quarantined, .. } = start(pocket.path());
    assert_eq!(quarantined, None, "no screen needs it");
    let desk = Desk::new(phone);
    let sync = || desk.sync(runtime.handle(), &SyncOptions::default(), &mut |_| {}, &Cancel::new());
    let refused = sync().expect_err("a record cannot be sent");
    assert_eq!(refused.code(), "vault_damaged");
    assert!(
        refused.zh().contains("重新打开本程序") && !refused.zh().contains("未受影响"),
        "{}",
        refused.zh()
    );
    drop(desk);

    let Started { mut phone, quarantined, .. } = start(pocket.path());
    let (folder, reason) = quarantined.expect("everything was looked at");
    assert!(reason.contains("does not open"), "{reason}");
    assert!(pocket.path().join("quarantine").join(&folder).join("vault.db").is_file(), "nothing is removed");
    open_and_capture(&mut phone, b"after the damage")?;
    let outcome = runtime.block_on(phone.sync(SyncOptions::default(), &mut |_| {}, &Cancel::new()))?;
    assert_eq!(outcome.waiting, None);
    drop(phone);
    assert!(start(pocket.path()).quarantined.is_none(), "once is enough");
    runtime.block_on(bureau.stop());
    Ok(())
}

/// Each command is a process of its own, and the next one is the next start.
#[test]
fn damage_that_one_command_meets_makes_the_next_one_set_the_store_aside() -> Outcome {
    let office = tempfile::tempdir()?;
    let pocket = tempfile::tempdir()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let bureau = begin(&runtime, office.path())?;
    with_a_long_past(&runtime, &bureau, pocket.path())?;
    flip(pocket.path(), "record", "kind <> 'day_ended', seq")?;
    let phone = PhoneProcess::new(pocket.path());
    assert_eq!(phone.says(&["sync"])["error"]["code"], "vault_damaged");
    phone.must(&["sync"]);
    assert_eq!(fs::read_dir(pocket.path().join("quarantine"))?.count(), 1);
    runtime.block_on(bureau.stop());
    Ok(())
}

/// A suspicion is looked into; a whole store is never set aside for it.
#[test]
fn a_whole_store_that_was_suspected_is_opened_as_ever() -> Outcome {
    let pocket = tempfile::tempdir()?;
    let ports = system::desktop_ports(pocket.path())?;
    let vault = Vault::open(pocket.path(), &ports)?.into_vault();
    vault.suspect("somebody thought so")?;
    drop(vault);
    for _ in 0..2 {
        assert!(matches!(Vault::open(pocket.path(), &ports)?, Opening::Ready(_)));
    }
    let left: Vec<_> = fs::read_dir(pocket.path())?
        .map(|entry| Ok(entry?.file_name()))
        .collect::<Result<_, std::io::Error>>()?;
    assert!(!left.iter().any(|name| name == "vault.suspect"), "it is answered: {left:?}");
    Ok(())
}

/// What is kept of the bureau beside the database.
fn kept_outside(dir: &Path) -> Result<serde_json::Value, Box<dyn std::error::Error>> {
    let sealed = fs::read(dir.join("enrolment.sealed"))?;
    Ok(serde_json::from_slice(&system::desktop_ports(dir)?.keystore.unwrap("enrolment", &sealed)?)?)
}

/// Puts what is kept of the first succession into the form in which it was kept when there could be one only.
fn as_an_earlier_version_kept_it(dir: &Path) -> Outcome {
    let ports = system::desktop_ports(dir)?;
    let mut outside = kept_outside(dir)?;
    let untold = outside.as_object_mut().and_then(|outside| outside.remove("untold")).expect("kept outside");
    fs::write(
        dir.join("enrolment.sealed"),
        ports.keystore.wrap("enrolment", &serde_json::to_vec(&outside)?)?,
    )?;
    let mut vault = Vault::open(dir, &ports)?.into_vault();
    for what in ["device", "signing_key"] {
        outside[what] = untold[0][what].clone();
    }
    vault.put_setting("succession_pending", &outside)?;
    Ok(())
}

/// Damages the store, starts, captures and damages again, and says which devices the phone was.
fn damaged_twice_offline(
    phone: Phone,
    dir: &Path,
    between: impl Fn(&Path) -> Outcome,
) -> Result<Vec<DeviceId>, Box<dyn std::error::Error>> {
    let mut devices: Vec<_> = phone.vault().device().into_iter().collect();
    drop(phone);
    for bytes in [&b"after the first damage"[..], b"after the second"] {
        damage(dir)?;
        let Started { mut phone, quarantined, .. } = start(dir);
        quarantined.expect("the damage is noticed");
        devices.extend(phone.vault().device());
        open_and_capture(&mut phone, bytes)?;
        drop(phone);
        if devices.len() == 2 {
            between(dir)?;
        }
    }
    Ok(devices)
}

#[test]
fn a_store_damaged_again_before_the_bureau_knew_of_the_first_succession_leaves_no_device_untold() -> Outcome {
    let runtime = tokio::runtime::Runtime::new()?;
    let by_an_earlier_version = |dir: &Path| {
        as_an_earlier_version_kept_it(dir)?;
        drop(start(dir));
        Ok(())
    };
    let as_it_is: &dyn Fn(&Path) -> Outcome = &|_| Ok(());
    for between in [as_it_is, &by_an_earlier_version] {
        let office = tempfile::tempdir()?;
        let pocket = tempfile::tempdir()?;
        let bureau = begin(&runtime, office.path())?;
        let mut phone = start(pocket.path()).phone;
        runtime.block_on(phone.enrol(&bureau.url(), &bureau.enrol_code()?, "PHONE-09"))?;
        open_and_capture(&mut phone, b"before the damage")?;
        let devices = damaged_twice_offline(phone, pocket.path(), between)?;

        let mut phone = start(pocket.path()).phone;
        let sync = |phone: &mut Phone| {
            runtime.block_on(phone.sync(SyncOptions::default(), &mut |_| {}, &Cancel::new()))
        };
        assert_eq!(sync(&mut phone)?.waiting, None);
        let rows = phone.vault().items(&ItemFilter::default())?;
        assert!(!rows.is_empty() && rows.iter().all(|row| row.state == ItemState::Stored));
        let known = admin::devices(office.path())?;
        let predecessor =
            |device| known.iter().find(|row| row.device == device).and_then(|row| row.predecessor);
        assert_eq!((predecessor(devices[2]), predecessor(devices[1])), (Some(devices[1]), Some(devices[0])));

        // What was told is told: after another damage only the third device is.
        assert_eq!(kept_outside(pocket.path())?.get("untold"), None);
        drop(phone);
        damage(pocket.path())?;
        let mut phone = start(pocket.path()).phone;
        assert_eq!(sync(&mut phone)?.waiting, None);
        assert_eq!(admin::devices(office.path())?.len(), 4);
        runtime.block_on(bureau.stop());
    }
    Ok(())
}
