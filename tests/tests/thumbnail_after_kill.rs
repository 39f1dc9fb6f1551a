//! A phone killed between the moment a photograph is safe and the making of its thumbnail.
#![expect(clippy::unwrap_used, reason = "a test says what failed by panicking")]

use liuhen_bureau::{Bureau, BureauConfig, admin};
use liuhen_core::{
    phone::{CaptureRequest, CheckRequest, OpenSession, Phone},
    system,
    vault::ItemFilter,
};
use liuhen_record::{
    ItemId,
    kind::{Activity, Cause, ItemState, MediaKind, MediaSource, Party, PartyKind},
};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

const OFFICERS: &str = include_str!("../../spec/examples/officers.json");
const PHOTO: &[u8] = include_bytes!("../../media/demo/photo-3-nokia-lumia-820.jpg");
const POCKET: &str = "LIUHEN_KILLED_POCKET";

fn start(pocket: &Path) -> Phone {
    Phone::start(pocket, system::desktop_ports(pocket).unwrap()).unwrap().phone
}

/// Not a test: the process that is killed once its photograph is safe.
#[test]
#[ignore = "run by the test below as the process to be killed"]
fn the_process_that_is_killed() {
    let Some(pocket) = std::env::var_os(POCKET) else { return };
    let request = CaptureRequest {
        source: MediaSource::Phone,
        source_no: None,
        media_type: "image/jpeg".to_owned(),
        original_name: None,
        label: None,
    };
    let sealed = start(Path::new(&pocket)).capture_bytes(PHOTO, &request).unwrap();
    println!("\nsafe {}", sealed.item);
    loop {
        std::thread::park();
    }
}

/// Takes a photograph in a process of its own, which is killed the moment it says that the photograph is safe.
fn photograph_and_be_killed(pocket: &Path) -> ItemId {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["the_process_that_is_killed", "--exact", "--ignored", "--nocapture"])
        .env(POCKET, pocket)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let item = lines.find_map(|line| line.unwrap().strip_prefix("safe ").map(|item| item.parse().unwrap()));
    child.kill().unwrap();
    child.wait().unwrap();
    item.unwrap()
}

#[test]
fn a_photograph_whose_thumbnail_a_kill_prevented_gets_exactly_one_when_the_phone_is_opened_again() {
    let (office, pocket) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let bureau = runtime.block_on(Bureau::start(BureauConfig::new(office.path()))).unwrap();
    admin::import_officers(office.path(), OFFICERS).unwrap();
    let mut phone = start(pocket.path());
    runtime.block_on(phone.enrol(&bureau.url(), &bureau.enrol_code().unwrap(), "PHONE-09")).unwrap();
    open_session(&mut phone);
    drop(phone);

    let photo = photograph_and_be_killed(pocket.path());

    let mut phone = start(pocket.path());
    let items = phone.vault().items(&ItemFilter::default()).unwrap();
    assert_eq!(items.len(), 1, "the photograph and nothing else");
    assert_eq!((items[0].item, items[0].state), (photo, ItemState::Sealed));
    let made = phone.make_missing_thumbnails().unwrap();
    let items = phone.vault().items(&ItemFilter::default()).unwrap();
    let thumbnails: Vec<_> = items.iter().filter(|item| item.media == MediaKind::Thumbnail).collect();
    assert_eq!(thumbnails.iter().map(|item| item.item).collect::<Vec<_>>(), made);
    assert_eq!(thumbnails.iter().map(|item| item.derived_from).collect::<Vec<_>>(), [Some(photo)]);
    assert!(phone.make_missing_thumbnails().unwrap().is_empty(), "one is enough");
}

fn open_session(phone: &mut Phone) {
    phone
        .check_equipment(CheckRequest {
            battery_percent: 90,
            planned_minutes: 1,
            recorder: None,
            overrides: vec![],
        })
        .unwrap();
    let party =
        Party { name: "示例公司".to_owned(), kind: PartyKind::Unit, uscc: None, representative: None };
    phone
        .open_session(OpenSession {
            activity: Activity::Patrol,
            officers: vec!["li-wen".to_owned(), "ding-yi".to_owned()],
            party,
            cause: Cause { code: "patrol".to_owned(), name: "日常巡查".to_owned() },
            place_text: "示例路1号".to_owned(),
            device_no: None,
        })
        .unwrap();
}
