//! Packages that are sound, and what they say.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use liuhen_record::package::{Options, Remark, VerifyError, verify};
use liuhen_record::seal::Identity;
use support::{Bureau, Folder, IDENTITY, Memory, Patrol};

#[test]
fn a_whole_patrol_is_sound_and_counted() {
    let patrol = Patrol::walk();
    let package = patrol.package();
    let identity = Identity::parse(IDENTITY).unwrap();
    let options = Options {
        bureau_key: Some(patrol.bureau.signer.verifier_key()),
        identity: Some(&identity),
        ..Options::default()
    };
    let report = verify(&package, &options).unwrap();
    assert_eq!(report.broken, []);
    let counts = &report.counts;
    let signed = patrol.phone.links.iter().filter(|link| link.signature.is_some()).count() as u64;
    assert_eq!((counts.devices, counts.sessions, counts.checkpoints), (1, 2, 2));
    assert_eq!((counts.records, counts.proofs), (patrol.phone.links.len() as u64, counts.records));
    assert_eq!(counts.signatures, signed);
    assert_eq!((counts.items, counts.receipts, counts.decrypted), (5, 5, 5));
    assert_eq!(counts.files + 4, package.0.len() as u64);
    let remarks: Vec<Remark> = report.notes.iter().map(|note| note.remark).collect();
    assert_eq!(remarks, [Remark::Unreviewed], "the photo taken after the refusal, and nothing else");
}

#[test]
fn an_activity_reviewed_in_parts_is_wholly_reviewed_and_may_close_with_a_list_that_is_cut() {
    for named in [3, 1] {
        let report = verify(&Patrol::in_parts(named).package(), &Options::default()).unwrap();
        assert_eq!(report.broken, []);
        assert!(report.notes.iter().all(|note| note.remark != Remark::Unreviewed), "{:?}", report.notes);
    }
}

#[test]
fn footage_assigned_by_hand_is_told_as_not_reviewed_in_the_session_of_its_last_assignment() {
    let mut patrol = Patrol::walk();
    let (first, second) = (patrol.first, patrol.second);
    let footage = patrol.footage(b"footage that nobody could place");
    let told_in = |patrol: &mut Patrol| {
        patrol.bureau = Bureau::new();
        patrol.stored.clear();
        patrol.take_in();
        let report = verify(&patrol.package(), &Options::default()).unwrap();
        assert_eq!(report.broken, []);
        let ours = report.notes.iter().filter(|note| note.item == Some(footage.0));
        ours.map(|note| (note.remark, note.session)).collect::<Vec<_>>()
    };
    assert_eq!(told_in(&mut patrol), [], "what belongs to no session lacks no review");
    let before = patrol.assign(Some(first), footage, None);
    assert_eq!(told_in(&mut patrol), [(Remark::Unreviewed, Some(first))]);
    let moved = patrol.assign(Some(second), footage, Some(before));
    assert_eq!(told_in(&mut patrol), [(Remark::Unreviewed, Some(second))]);
    patrol.assign(None, footage, Some(moved));
    assert_eq!(told_in(&mut patrol), []);
}

#[test]
fn without_a_key_from_elsewhere_the_report_says_whose_key_it_took() {
    let patrol = Patrol::walk();
    let report = verify(&patrol.package(), &Options::default()).unwrap();
    assert!(report.is_sound());
    let note = report.notes.iter().find(|note| note.remark == Remark::OwnKey).unwrap();
    assert!(note.text_zh.contains(&patrol.bureau.signer.verifier_key().fingerprint()));
}

#[test]
fn the_same_package_is_written_twice_with_the_same_bytes() {
    let patrol = Patrol::walk();
    assert_eq!(patrol.package(), patrol.package());
}

#[test]
fn a_folder_and_memory_hold_the_same_package() {
    let patrol = Patrol::walk();
    let place = std::env::temp_dir().join(format!("liuhen-package-{}", std::process::id()));
    let folder = patrol.write_to(Folder(place.clone()), Some(&patrol.bureau));
    let report = verify(&folder, &Options::default()).unwrap();
    assert_eq!(report, verify(&patrol.package(), &Options::default()).unwrap());
    std::fs::remove_dir_all(place).unwrap();
}

#[test]
fn what_is_not_a_package_is_not_called_broken() {
    let mut other = Memory::default();
    other.0.insert("holiday.jpg".to_owned(), vec![1, 2, 3]);
    assert!(matches!(verify(&other, &Options::default()), Err(VerifyError::NotAPackage)));
    assert!(matches!(verify(&Memory::default(), &Options::default()), Err(VerifyError::NotAPackage)));
}

/// For `tests/foreign/verify_package.sh` and the benches: writes a package and its identity to the folder in
/// `LIUHEN_SAMPLE`. With `LIUHEN_SAMPLE_ITEMS=N,BYTES` a large one: N items of that many bytes and 10 N records.
#[test]
#[ignore = "writes to the folder named by LIUHEN_SAMPLE"]
fn write_sample() {
    let out = std::path::PathBuf::from(std::env::var_os("LIUHEN_SAMPLE").unwrap());
    let patrol = match std::env::var("LIUHEN_SAMPLE_ITEMS")
        .ok()
        .as_deref()
        .map(|text| text.split_once(',').unwrap())
    {
        None => Patrol::walk(),
        Some((items, bytes)) => Patrol::long(items.parse().unwrap(), bytes.parse().unwrap()),
    };
    patrol.write_to(Folder(out.join("package")), Some(&patrol.bureau));
    std::fs::write(out.join("identity.txt"), format!("{IDENTITY}\n")).unwrap();
}

/// Verifies the package in the folder `LIUHEN_SAMPLE` and prints what it found.
#[test]
#[ignore = "reads the folder named by LIUHEN_SAMPLE"]
fn verify_sample() {
    let out = std::path::PathBuf::from(std::env::var_os("LIUHEN_SAMPLE").unwrap());
    let report = verify(&Folder(out.join("package")), &Options::default()).unwrap();
    println!("{:?}", report.counts);
    assert_eq!(report.broken, []);
}
