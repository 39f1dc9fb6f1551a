//! Footage copied from a recorder's card by hand: nothing is refused for its name, nothing is lost, nothing on the
//! card is changed, and every file says how it stands to the recorder's own list.
#![expect(clippy::unwrap_used, reason = "a test says what failed by panicking")]

use liuhen_btle::{Recorder as _, SimulatedRecorder};
use liuhen_core::{
    capture::open_item,
    phone::{AssignRequest, ImportProgress, ImportRequest, PhoneError},
    ports::KeystoreError,
    recorder::NamePatterns,
    session::Missing,
    sync::{Cancel, SyncOptions},
    system::{self, FolderCard},
    vault::{ItemFilter, VaultError},
};
use liuhen_record::{
    Digest, ItemId, Kind, SessionId,
    kind::{
        FileImported, ImportOutcome, ListMatch, NotImported, RepairRecorded, RepairStep, Supervisor,
        SupervisorRole, Unassigned,
    },
};
use liuhen_tests::recorder_site::{FailingCard, NO, Site};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
    time::SystemTime,
};

fn imported(site: &Site) -> Vec<FileImported> {
    let records = site.records("file_imported");
    let bodies = records.into_iter().filter_map(|record| match record.kind {
        Kind::FileImported(body) => Some(body),
        _ => None,
    });
    bodies.collect()
}

/// Lets the recorder record `ms` and gives the file's name and content.
async fn record(site: &mut Site, recorder: &mut SimulatedRecorder, ms: i64) -> (String, Vec<u8>) {
    site.phone.start_recorder(recorder, NO).await.unwrap();
    site.clock.pass(ms);
    site.phone.stop_recorder(recorder, NO).await.unwrap();
    let name = recorder.list_files().await.unwrap().files().last().unwrap().name.clone();
    let content = recorder.content(&name).unwrap();
    (name, content)
}

/// An activity that has begun, with a recorder that is paired.
async fn with_a_recorder() -> (Site, SimulatedRecorder, SessionId) {
    let mut site = Site::open().await;
    let mut recorder = site.recorder("SIM0001", |_| {});
    site.issue();
    site.phone.pair_recorder(&mut recorder, NO).await.unwrap();
    let session = site.open_session();
    (site, recorder, session)
}

#[tokio::test]
async fn footage_is_sealed_once_matched_by_digest_and_assigned_to_the_session_of_its_time() {
    let (mut site, mut recorder, session) = with_a_recorder().await;
    let (name, content) = record(&mut site, &mut recorder, 61_000).await;
    site.phone.list_recorder(&mut recorder, NO).await.unwrap();
    site.put(&name, &content);
    fs::write(site.card().join("sn.txt"), "210001\r\n").unwrap();

    let done = site.import_all();
    assert_eq!((done.outcome, done.files, done.matched, done.missing), (ImportOutcome::Complete, 1, 1, 0));
    let told = imported(&site).remove(0);
    assert_eq!((told.path.as_str(), told.sha256), (&*format!("DCIM/100/{name}"), Digest::of(&content)));
    let item = site.phone.vault().item(told.item).unwrap().unwrap();
    assert_eq!(item.session, Some(session), "it lies in the session in which it was recorded");
    let ports = system::desktop_ports(&site.data.with_file_name("phone")).unwrap();
    let mut inside = Vec::new();
    open_item(site.phone.vault(), &ports, told.item).unwrap().copy_to(&mut inside).unwrap();
    assert_eq!(inside, content);

    let again = site.import_all();
    assert_eq!((again.files, again.already_here, again.matched), (0, 1, 1), "nothing is sealed twice");
    assert_eq!(site.phone.vault().items(&ItemFilter::default()).unwrap().len(), 1);

    let options = SyncOptions::default();
    let synced = site.phone.sync(options, &mut |_| {}, &Cancel::new()).await.unwrap();
    assert_eq!(synced.waiting, None);
    let left = site.phone.sync_view(false).unwrap().unsent_records;
    assert_eq!(left, 0, "what a synchronisation writes itself is at the bureau when it ends");
    let releasable = site.records("footage_releasable");
    let Kind::FootageReleasable(body) = &releasable[0].kind else { unreachable!() };
    assert_eq!((body.files.len(), body.files[0].sha256), (1, Digest::of(&content)));
    assert!(site.card().join("DCIM/100").join(&name).is_file(), "releasable is a word, not a deletion");
    site.phone.sync(SyncOptions::default(), &mut |_| {}, &Cancel::new()).await.unwrap();
    assert_eq!(site.records("footage_releasable").len(), 1, "it is told once");
}

/// Closes the activity that is open, with everything that it lacks explained.
fn close(site: &mut Site) {
    let checklist = site.phone.status().unwrap().checklist;
    let explained = checklist.iter().map(|line| (line.what.to_owned(), "误操作开启".to_owned())).collect();
    site.phone.close_session(&explained).unwrap();
}

async fn synchronise(site: &mut Site) {
    let synced = site.phone.sync(SyncOptions::default(), &mut |_| {}, &Cancel::new()).await.unwrap();
    assert_eq!(synced.waiting, None);
}

fn cannot_be_opened_here(site: &Site, item: ItemId) -> bool {
    matches!(site.phone.vault().file_key(item), Err(VaultError::Keystore(KeystoreError::Missing)))
}

/// Whatever is sealed, in whichever session and however late, is closed to this phone once the bureau has it.
#[tokio::test]
async fn footage_that_comes_after_its_session_was_closed_cannot_be_opened_here_once_it_is_stored() {
    let (mut site, mut recorder, session) = with_a_recorder().await;
    let (name, content) = record(&mut site, &mut recorder, 61_000).await;
    site.phone.list_recorder(&mut recorder, NO).await.unwrap();
    close(&mut site);
    synchronise(&mut site).await;

    site.put(&name, &content);
    site.put("MOVI0001.AVI", b"of no session");
    assert_eq!(site.import_all().files, 2);
    let told = imported(&site);
    let session_of = |item| site.phone.vault().item(item).unwrap().unwrap().session;
    let late = told.iter().find(|file| session_of(file.item) == Some(session)).unwrap().item;
    let of_none = told.iter().find(|file| session_of(file.item).is_none()).unwrap().item;
    assert!(site.phone.vault().file_key(late).is_ok() && site.phone.vault().file_key(of_none).is_ok());
    synchronise(&mut site).await;
    assert!(cannot_be_opened_here(&site, late), "footage of a session that was closed before");
    assert!(cannot_be_opened_here(&site, of_none), "footage of no session");

    // What is sealed next has a key of its own, for as long as it is not stored.
    site.put("MOVI0002.AVI", b"of no session either");
    site.import_all();
    let next = imported(&site).iter().find(|file| file.path.ends_with("MOVI0002.AVI")).unwrap().item;
    assert!(site.phone.vault().file_key(next).is_ok());
    synchronise(&mut site).await;
    assert!(cannot_be_opened_here(&site, next));
}

#[tokio::test]
async fn altered_missing_and_unknown_footage_is_told_apart_and_told_in_its_session() {
    let (mut site, mut recorder, session) = with_a_recorder().await;
    let (altered, mut content) = record(&mut site, &mut recorder, 3_000).await;
    let (missing, _) = record(&mut site, &mut recorder, 4_000).await;
    site.phone.list_recorder(&mut recorder, NO).await.unwrap();
    content[100] ^= 1;
    site.put(&altered, &content);
    site.put("MOVI0001.AVI", b"nobody listed this");

    let done = site.import_all();
    assert_eq!((done.altered, done.missing, done.unknown, done.matched), (1, 1, 1, 0));
    let of_session = site.phone.footage(Some(session)).unwrap();
    let of = of_session.recorder(NO).unwrap();
    assert!(matches!(of.altered[0].listed, ListMatch::Altered { listed_sha256: Some(_), .. }));
    assert_eq!(of.missing[0].name, missing);
    assert!(of.unknown.is_empty(), "a file without a time belongs to no session");
    let all = site.phone.footage(None).unwrap();
    assert_eq!(all.recorder(NO).unwrap().unassigned[0].unassigned, Some(Unassigned::NoTime));

    let late = recorder.content(&missing).unwrap();
    site.put(&missing, &late);
    assert_eq!(site.import_all().missing, 0, "what came later is missing no more");
    assert!(site.phone.footage(None).unwrap().recorder(NO).unwrap().missing.is_empty());
}

/// Says by hand where `item` belongs; the codes of what is missing otherwise.
fn assign(
    site: &mut Site,
    item: ItemId,
    session: Option<SessionId>,
    officer: &str,
    reason: &str,
) -> Vec<String> {
    let (officer, reason) = (officer.to_owned(), reason.to_owned());
    match site.phone.assign_file(&AssignRequest { item, session, officer, reason }) {
        Ok(_) => vec![],
        Err(PhoneError::Refused(refused)) => refused.missing.iter().map(|m| m.code().to_owned()).collect(),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn an_officer_says_with_a_reason_where_footage_belongs_and_every_word_stays() {
    let mut site = Site::open().await;
    site.issue();
    let session = site.open_session();
    site.put("MOVI0001.AVI", b"footage without a time");
    assert_eq!(site.import_all().unassigned, 1);
    let file = imported(&site).remove(0);
    let sealed = site.phone.vault().item(file.item).unwrap().unwrap();

    let nowhere = SessionId([7; 16]);
    assert_eq!(assign(&mut site, file.item, Some(session), "li-wen", "  "), ["assignment_reason"]);
    assert_eq!(assign(&mut site, file.item, Some(nowhere), "li-wen", "门牌"), ["session_known"]);
    assert_eq!(assign(&mut site, file.item, None, "li-wen", "门牌"), ["assignment_new"]);
    assert_eq!(
        assign(&mut site, ItemId([7; 16]), Some(session), "nobody", "门牌"),
        ["file_unassigned", "unknown_officer"]
    );
    assert!(site.records("file_assigned").is_empty(), "a refusal writes nothing");

    assert!(assign(&mut site, file.item, Some(session), "li-wen", "录像中可见该店门牌").is_empty());
    let of = |site: &Site, session| site.phone.footage(session).unwrap().recorder(NO).cloned();
    let told = of(&site, Some(session)).unwrap();
    assert_eq!((told.unknown.len(), told.unassigned.len(), told.by_hand.len()), (1, 0, 1));
    assert_eq!(told.by_hand[0].1.said.name, "李文");
    assert!(of(&site, None).unwrap().unassigned.is_empty());
    let timeline = site.phone.session_records(session).unwrap();
    assert!(timeline.iter().any(|record| matches!(&record.kind, Kind::FileAssigned(_))));
    assert_eq!(assign(&mut site, file.item, Some(session), "li-wen", "再说一次"), ["assignment_new"]);

    assert!(assign(&mut site, file.item, None, "ding-yi", "看错了门牌").is_empty());
    assert!(of(&site, Some(session)).is_none_or(|told| told.by_hand.is_empty() && told.unknown.is_empty()));
    assert_eq!(of(&site, None).unwrap().unassigned.len(), 1, "it belongs to no session again");
    assert!(assign(&mut site, file.item, Some(session), "li-wen", "门牌核对无误").is_empty());

    let words = site.records("file_assigned");
    let supersedes = words.iter().map(|record| match &record.kind {
        Kind::FileAssigned(body) => body.supersedes,
        _ => unreachable!(),
    });
    assert_eq!(supersedes.collect::<Vec<_>>(), [None, Some(words[0].seq), Some(words[1].seq)]);
    assert_eq!(site.phone.vault().item(file.item).unwrap().unwrap(), sealed, "the item is as it was sealed");
    assert_eq!(imported(&site), [file], "and so is what import said of it");
    let synced = site.phone.sync(SyncOptions::default(), &mut |_| {}, &Cancel::new()).await.unwrap();
    assert_eq!(synced.waiting, None, "the bureau takes it in");
}

#[tokio::test]
async fn footage_that_the_rules_placed_is_not_moved_by_hand() {
    let (mut site, mut recorder, session) = with_a_recorder().await;
    let (name, content) = record(&mut site, &mut recorder, 5_000).await;
    site.phone.list_recorder(&mut recorder, NO).await.unwrap();
    site.put(&name, &content);
    site.import_all();
    let item = imported(&site).remove(0).item;
    assert_eq!(assign(&mut site, item, Some(session), "li-wen", "门牌"), ["file_unassigned"]);
}

/// Path, length, time and content of everything in a folder.
fn snapshot(dir: &Path, into: &mut BTreeMap<PathBuf, (Vec<u8>, SystemTime)>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let meta = fs::symlink_metadata(&path).unwrap();
        if meta.is_dir() {
            snapshot(&path, into);
        } else {
            let content = if meta.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
            into.insert(path, (content, meta.modified().unwrap()));
        }
    }
}

/// Fills a card with everything that a copying program may stumble over; the socket lives as long as what is returned.
#[cfg(unix)]
fn hostile_tree(card: &Path) -> std::os::unix::net::UnixListener {
    use std::{
        ffi::OsStr,
        os::unix::{ffi::OsStrExt as _, fs::symlink},
    };
    let folder = card.join("DCIM/100");
    let long = "长".repeat(80) + ".MP4";
    let names: [&[u8]; 8] = [
        b"same.MP4",
        "倒\u{202e}4PM.exe".as_bytes(),
        b"line\nfeed.MP4",
        b"no\xfftext.MP4",
        b"--rm -rf.MP4",
        "=cmd|' C calc'!A0.jpg".as_bytes(),
        long.as_bytes(),
        b"empty.MP4",
    ];
    for (n, name) in names.iter().enumerate() {
        let content = if *name == b"empty.MP4" { Vec::new() } else { format!("content {n}").into_bytes() };
        fs::write(folder.join(OsStr::from_bytes(name)), content).unwrap();
    }
    fs::create_dir_all(card.join("DCIM/101")).unwrap();
    fs::write(card.join("DCIM/101/same.MP4"), "another one of that name").unwrap();
    symlink("/etc/passwd", folder.join("passwd.MP4")).unwrap();
    symlink("..", folder.join("loop")).unwrap();
    symlink(card, card.join("whole")).unwrap();
    // A socket stands for everything that is neither file nor folder.
    let socket = std::os::unix::net::UnixListener::bind(folder.join("socket.MP4")).unwrap();
    let deep = (0..40).fold(card.join("deep"), |path, n| path.join(n.to_string()));
    fs::create_dir_all(&deep).unwrap();
    socket
}

#[cfg(unix)]
#[tokio::test]
async fn a_hostile_tree_is_copied_whole_followed_nowhere_and_left_untouched() {
    let mut site = Site::open().await;
    let card = site.card();
    let _socket = hostile_tree(&card);
    let mut before = BTreeMap::new();
    snapshot(&card, &mut before);

    let done = site.import_all();
    assert_eq!(done.outcome, ImportOutcome::Complete);
    assert_eq!((done.files, done.unknown), (9, 9), "every file, whatever its name, and the empty one");
    let left_out = site.records("file_not_imported");
    let mut reasons: Vec<_> = left_out
        .iter()
        .filter_map(|r| if let Kind::FileNotImported(b) = &r.kind { Some(b.reason) } else { None })
        .collect();
    reasons.sort_by_key(|reason| format!("{reason:?}"));
    let links = [NotImported::SymbolicLink; 3];
    assert_eq!(reasons, [&[NotImported::SpecialFile][..], &links, &[NotImported::TooMany]].concat());
    let paths: Vec<String> = imported(&site).into_iter().map(|file| file.path).collect();
    for shown in [r"DCIM/100/倒\u{202e}4PM.exe", r"DCIM/100/line\u{a}feed.MP4", r"DCIM/100/no\x{ff}text.MP4"]
    {
        assert!(paths.contains(&shown.to_owned()), "{shown} in {paths:?}");
    }
    assert_eq!(paths.iter().filter(|path| path.ends_with("/same.MP4")).count(), 2);
    let mut after = BTreeMap::new();
    snapshot(&card, &mut after);
    assert_eq!(before, after, "the card is only read");
}

#[tokio::test]
async fn a_card_pulled_out_in_the_middle_loses_nothing_and_the_next_import_goes_on() {
    let mut site = Site::open().await;
    for (name, seed) in [("A_1_20261118100000.MP4", 1), ("A_1_20261118110000.MP4", 2)] {
        site.put(name, &liuhen_tests::sync_support::bytes_of(700_000 + seed as usize, seed));
    }
    let mut card = FailingCard::of(&site.card());
    card.breaks = Some(("A_1_20261118110000.MP4".to_owned(), 300_000));
    card.pulled = true;
    let done = site.import(&mut card, vec![]).unwrap();
    assert_eq!((done.outcome, done.files, done.not_imported), (ImportOutcome::CardLost, 1, 1));
    let left_out = site.records("file_not_imported");
    let Kind::FileNotImported(broken) = &left_out[0].kind else { unreachable!() };
    assert_eq!(broken.reason, NotImported::ReadError);
    let kept = site.phone.vault().item(broken.item.unwrap()).unwrap().unwrap();
    assert_eq!(kept.pt_len_bytes, 300_000, "what could be read is sealed");

    let done = site.import_all();
    assert_eq!((done.outcome, done.files, done.already_here), (ImportOutcome::Complete, 1, 1));
    let whole = imported(&site);
    assert_eq!(whole.len(), 2);
    assert!(whole.iter().all(|file| file.len_bytes > 700_000));
}

#[tokio::test]
async fn a_full_phone_says_so_keeps_what_it_has_and_goes_on_when_there_is_space() {
    let mut site = Site::open().await;
    for seed in 1..4 {
        site.put(
            &format!("A_1_2026111810000{seed}.MP4"),
            &liuhen_tests::sync_support::bytes_of(600_000, seed),
        );
    }
    let left_bytes = Arc::clone(&site.left_bytes);
    let mut card = FolderCard::open(&site.card()).unwrap();
    let request =
        ImportRequest { recorder_no: NO.to_owned(), supervisors: vec![], patterns: NamePatterns::built_in() };
    // The last byte goes while the second file is read.
    let mut fill = |progress: ImportProgress<'_>| {
        if progress.files_done == 1 && progress.bytes_done > 600_000 {
            left_bytes.store(0, Ordering::Relaxed);
        }
    };
    let done = site.phone.import_card(&mut card, &request, &mut fill, &Cancel::new()).unwrap();
    assert_eq!((done.outcome, done.files, done.not_imported), (ImportOutcome::StorageFull, 1, 1));
    site.left_bytes.store(u64::MAX, Ordering::Relaxed);
    let rest = site.import_all();
    assert_eq!((rest.outcome, rest.files + done.files), (ImportOutcome::Complete, 3), "{rest:?}");
    let mut digests: Vec<Digest> = imported(&site).into_iter().map(|file| file.sha256).collect();
    digests.sort_by_key(ToString::to_string);
    let mut wanted: Vec<Digest> =
        (1..4).map(|seed| Digest::of(&liuhen_tests::sync_support::bytes_of(600_000, seed))).collect();
    wanted.sort_by_key(ToString::to_string);
    assert_eq!(digests, wanted);
}

#[tokio::test]
async fn an_import_is_stopped_between_two_bytes_and_continued_without_a_duplicate() {
    let mut site = Site::open().await;
    site.put("A_1_20261118100000.MP4", &liuhen_tests::sync_support::bytes_of(900_000, 5));
    let cancel = Cancel::new();
    let switch = cancel.clone();
    let request =
        ImportRequest { recorder_no: NO.to_owned(), supervisors: vec![], patterns: NamePatterns::built_in() };
    let mut card = FolderCard::open(&site.card()).unwrap();
    let mut seen = 0;
    let done = site
        .phone
        .import_card(
            &mut card,
            &request,
            &mut |progress| {
                seen = progress.bytes_done;
                assert_eq!((progress.files_total, progress.bytes_total), (1, 900_000));
                if progress.bytes_done > 0 {
                    switch.cancel();
                }
            },
            &cancel,
        )
        .unwrap();
    assert_eq!((done.outcome, done.files), (ImportOutcome::Cancelled, 0));
    assert!(seen > 0 && seen < 900_000);
    assert_eq!(site.import_all().files, 1);
    assert_eq!(site.import_all().already_here, 1);
}

#[tokio::test]
async fn a_file_that_changes_while_it_is_read_is_kept_and_marked() {
    let mut site = Site::open().await;
    site.put("A_1_20261118100000.MP4", b"moving");
    let mut card = FailingCard::of(&site.card());
    card.changes = Some("A_1_20261118100000.MP4".to_owned());
    assert_eq!(site.import(&mut card, vec![]).unwrap().files, 1);
    assert!(imported(&site)[0].changed_while_read);
}

#[tokio::test]
async fn a_faulty_recorder_is_drained_only_before_two_officers_or_the_custodian() {
    let mut site = Site::open().await;
    site.issue();
    site.phone.report_fault(Some(NO), "镜头破裂", true).unwrap();
    site.put("MOVI0001.AVI", b"still on it");
    let mut card = FolderCard::open(&site.card()).unwrap();
    let officer = |name: &str| Supervisor { name: name.to_owned(), role: SupervisorRole::Officer };
    let custodian = Supervisor { name: "赵保管".to_owned(), role: SupervisorRole::Custodian };
    let roster = site.phone.roster().unwrap();
    let names: Vec<&str> = roster.officers().iter().map(|officer| officer.name.as_str()).collect();
    for refused in [vec![], vec![officer(names[0])], vec![officer(names[0]), officer(names[0])]] {
        let error = site.import(&mut card, refused).unwrap_err();
        assert_eq!(error.missing(), ["supervision"]);
    }
    let stranger = vec![officer(names[0]), officer("路人")];
    assert_eq!(site.import(&mut card, stranger).unwrap_err().missing(), ["unknown_officer"]);
    assert_eq!(site.import(&mut card, vec![officer(names[0]), officer(names[1])]).unwrap().files, 1);
    assert_eq!(site.import(&mut card, vec![custodian]).unwrap().already_here, 1);
    let Kind::ImportBegun(begun) = &site.records("import_begun")[0].kind else { unreachable!() };
    assert_eq!(begun.supervisors.len(), 2, "who supervised is on record");

    let repair = RepairRecorded {
        device_no: NO.to_owned(),
        step: RepairStep::Returned,
        repairer: names[0].to_owned(),
        approved_by: "赵保管".to_owned(),
        approval_no: None,
        cost_fen: None,
        note: None,
    };
    assert_eq!(site.phone.record_repair(&repair).unwrap_err().missing(), ["professional_repair"]);
    let repair = RepairRecorded { repairer: "示例维修站".to_owned(), ..repair };
    site.phone.record_repair(&repair).unwrap();
    assert!(!site.phone.is_faulty(NO).unwrap());
    assert!(site.import(&mut card, vec![]).is_ok(), "nobody needs to supervise any more");
    let twice = site.phone.record_repair(&repair).unwrap_err();
    assert_eq!(twice.missing(), [Missing::FaultReport { device_no: NO.to_owned() }.code()]);
}
