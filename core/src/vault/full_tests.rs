//! A database that may not grow: what does not fit is refused, everything else stays.

use super::{Draft, Opening, Stamp, Vault, VaultError};
use crate::{
    capture::{BeginCapture, Capture, CaptureError, Recovery, recover},
    ports::{Answer, Internet, Network, NetworkState, Ports, Reach, Request, Transport, TransportError},
    system::{DiskStorage, NoLocation, SoftwareKeystore, SystemClock, SystemRng},
};
use liuhen_record::{
    Kind, SessionId,
    kind::{CloseCause, DayEnded, MediaKind, MediaSource},
    place::PlaceClaim,
    sign::DeviceKey,
    time::TimeClaim,
};
use std::{path::Path, sync::Arc};

struct Nowhere;

impl Transport for Nowhere {
    fn send(&self, _request: Request) -> Answer<'_> {
        Box::pin(async { Err(TransportError::Connect) })
    }
}

impl Network for Nowhere {
    fn state(&self) -> NetworkState {
        NetworkState { reach: Reach::None, metered: false, internet: Internet::Unknown, ssid: None }
    }
}

fn ports(root: &Path) -> Ports {
    Ports {
        clock: Arc::new(SystemClock::new()),
        rng: Arc::new(SystemRng::new()),
        storage: Arc::new(DiskStorage::open(&root.join("vault")).unwrap()),
        keystore: Arc::new(SoftwareKeystore::open(&root.join("keys")).unwrap()),
        transport: Arc::new(Nowhere),
        network: Arc::new(Nowhere),
        location: Arc::new(NoLocation),
    }
}

fn stamp() -> Stamp {
    let time = TimeClaim::make(1_795_395_600_000, 480, 1000, "boot-1".to_owned(), None);
    Stamp { officer: None, time, place: PlaceClaim::Denied }
}

fn draft() -> Draft {
    let kind = Kind::DayEnded(DayEnded { day: "2026-11-23".to_owned(), items: Vec::new() });
    Draft::new(None, kind, stamp())
}

fn limit(vault: &Vault, more_pages: i64) {
    let pages: i64 = vault.conn.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    vault.conn.pragma_update_and_check(None, "max_page_count", pages + more_pages, |_| Ok(())).unwrap();
}

#[test]
fn a_full_database_refuses_and_keeps_everything_and_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let ports = ports(folder.path());
    let mut vault = Vault::open(&folder.path().join("vault"), &ports).unwrap().into_vault();
    let spki = ports.keystore.make_signing_key("device-1").unwrap();
    vault.set_device(DeviceKey::from_spki(&spki).unwrap().device(), "device-1").unwrap();
    vault.append(draft()).unwrap();
    let recipient = liuhen_record::seal::Recipient::parse(
        "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
    )
    .unwrap();
    let begin = BeginCapture {
        session: Some(SessionId([1; 16])),
        media: MediaKind::Audio,
        source: MediaSource::Phone,
        source_no: "YD-001",
        media_type: "audio/aac",
        original_name: None,
        label: None,
        derived_from: None,
        recipients: &[recipient],
        epoch: 1,
        stamp: stamp(),
    };
    let mut capture = Capture::begin(&mut vault, &ports, &begin).unwrap();
    capture.push(b"sound").unwrap();
    limit(&vault, 0);
    while vault.append(draft()).is_ok() {}
    let head = vault.head();
    assert!(matches!(vault.append(draft()), Err(VaultError::Full)));
    assert_eq!(vault.head(), head, "a refused record leaves the chain as it was");
    match capture.finish(&mut vault, stamp()) {
        Err(CaptureError::StillOpen { cause, acked_bytes, lost_bytes, .. }) => {
            assert_eq!((cause, acked_bytes, lost_bytes), (CloseCause::StorageFull, 5, 0));
        }
        other => panic!("{other:?}"),
    }
    limit(&vault, 1000);
    let recovered = recover(&mut vault, &ports, &stamp().time, &PlaceClaim::Denied).unwrap();
    assert!(matches!(recovered[0].outcome, Recovery::Sealed { kept_bytes: 5, .. }), "{recovered:?}");
    vault.append(draft()).unwrap();
    assert!(vault.check().unwrap().is_whole());
    drop(vault);
    assert!(matches!(Vault::open(&folder.path().join("vault"), &ports).unwrap(), Opening::Ready(_)));
}
