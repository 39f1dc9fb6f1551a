//! Footage of recorders at the console: where it belongs by hand, what became of it, and that nothing is forgotten for much else.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{
    Office, body,
    browser::{found, signed_in},
    phone::Phone,
};
use liuhen_record::{
    Digest, ImportId, ItemId, Kind, SessionId,
    kind::{
        CaptureOpened, FaultReported, FileAssigned, FileImported, FootageMissing, ListMatch, MatchedBy,
        MediaSource, RecorderFile, Unassigned,
    },
};
use std::collections::BTreeSet;

/// Film of a recorder that belongs to no activity, at a phone with two of them: of 甲商行 and of 乙商行.
struct Film {
    phone: Phone,
    first: SessionId,
    second: SessionId,
    item: ItemId,
    sha256: Digest,
    imported_seq: i64,
}

impl Film {
    async fn imported(office: &Office) -> Self {
        let mut phone = office.phone().await;
        let (first, second) = (body::session_id(), body::session_id());
        for (session, party) in [(first, "甲商行"), (second, "乙商行")] {
            let mut opened = body::session_opened();
            party.clone_into(&mut opened.party.name);
            phone.write(Some(session), Kind::SessionOpened(opened));
        }
        let item = body::item_id();
        let opened = CaptureOpened {
            source: MediaSource::Recorder,
            source_no: "JL-01".to_owned(),
            ..body::capture_opened(item)
        };
        phone.write(None, Kind::CaptureOpened(opened));
        let sealed = phone.sealed(item, &[b"footage".to_vec()]);
        let (len_bytes, sha256) = (sealed.pt_len_bytes, sealed.pt_sha256);
        phone.write(None, Kind::CaptureSealed(sealed));
        let imported = body::file_imported(item, len_bytes, sha256);
        let imported_seq = phone.write(None, Kind::FileImported(imported));
        phone.send().await.ok();
        Self { phone, first, second, item, sha256, imported_seq }
    }

    /// Says where it belongs; the number of the record.
    async fn assign(&mut self, session: Option<SessionId>, reason: &str, supersedes: Option<i64>) -> i64 {
        let said = FileAssigned {
            recorder_no: "JL-01".to_owned(),
            item: self.item,
            sha256: self.sha256,
            imported_seq: self.imported_seq,
            officer: "A001".to_owned(),
            name: "周归属".to_owned(),
            cert_no: "辽B0203001".to_owned(),
            reason: reason.to_owned(),
            supersedes,
        };
        let seq = self.phone.write(session, Kind::FileAssigned(said));
        self.phone.send().await.ok();
        seq
    }
}

#[tokio::test]
async fn footage_assigned_by_hand_is_shown_at_the_item_at_its_session_and_at_the_recorders_with_who_and_why()
{
    let office = Office::open().await;
    let mut film = Film::imported(&office).await;
    let (first, second, item) = (film.first, film.second, film.item);
    let before = film.assign(Some(first), "录像中可见<门牌>", None).await;
    film.assign(Some(second), "门牌看错，应为隔壁", Some(before)).await;
    let browser = signed_in(&office).await;
    let page = browser.get(&format!("/console/item/{item}")).await.text;
    for words in ["人工归属记录仪文件", "录像中可见&lt;门牌&gt;", "门牌看错，应为隔壁", "周归属", "取代第"]
    {
        assert!(page.contains(words), "the custody chain keeps both: {words}");
    }
    let (keys, _) = page.split_once("保管链").unwrap();
    assert!(keys.contains(&format!("/console/session/{second}")) && !keys.contains(&first.to_string()));
    let of = |session| format!("/console/session/{session}");
    let section = |page: &str| page.split("<h2>全过程记录").next().unwrap().contains("MOVI0001.MP4");
    assert!(section(&browser.get(&of(second)).await.text), "the last word counts");
    assert!(!section(&browser.get(&of(first)).await.text));
    let recorders = browser.get("/console/recorders").await.text;
    let (unassigned, assigned) = recorders.split_once("人工归属的文件").unwrap();
    assert!(assigned.contains(&second.to_string()) && !unassigned.contains("MOVI0001.MP4"));
}

#[tokio::test]
async fn footage_assigned_by_hand_is_found_by_the_keys_of_its_activity_and_is_in_its_list() {
    let office = Office::open().await;
    let mut film = Film::imported(&office).await;
    let browser = signed_in(&office).await;
    // 乙商行 and 甲商行; 李敏, who did not import it; A001 and 王建国, who did.
    let (theirs, others, colleague) =
        ("party=%E4%B9%99%E5%95%86", "party=%E7%94%B2%E5%95%86", "officer=%E6%9D%8E%E6%95%8F");
    let importing = ["officer=A001", "officer=%E7%8E%8B%E5%BB%BA%E5%9B%BD"];
    let item = film.item.to_string();
    let finds = async |query: &str| {
        found(&browser.get(&format!("/console/search?{query}")).await.text).contains(&item)
    };
    let of = async |session| browser.get(&format!("/console/session/{session}")).await.text;
    for officer in importing {
        assert!(finds(officer).await, "whoever imported it finds it: {officer}");
    }
    assert!(!finds(theirs).await && !finds(colleague).await);
    let before = film.assign(Some(film.first), "录像中可见门牌", None).await;
    let last = film.assign(Some(film.second), "门牌看错，应为隔壁", Some(before)).await;
    for query in [theirs, "cause=LD-01", colleague, importing[0]] {
        assert!(finds(query).await, "it has the keys of its session: {query}");
    }
    assert!(!finds(others).await, "of the last one only");
    let none = "本次活动没有声像资料。";
    let page = of(film.second).await;
    assert!(!page.contains(none) && page.contains("声像资料（1 件）"), "{page}");
    assert!(of(film.first).await.contains(none));
    film.assign(None, "两处都不是", Some(last)).await;
    assert!(!finds(theirs).await && finds(importing[0]).await, "taken back");
    assert!(of(film.second).await.contains(none));
}

fn listed(name: &str, sha256: Option<Digest>) -> RecorderFile {
    RecorderFile {
        name: name.to_owned(),
        len_bytes: 9,
        sha256,
        started_ms: 1_000,
        ended_ms: 2_000,
        important: false,
    }
}

fn missing(files: Vec<RecorderFile>) -> Kind {
    let import = ImportId(body::random());
    Kind::FootageMissing(FootageMissing { import, recorder_no: "JL-01".to_owned(), files })
}

fn matched(path: &str, sha256: Digest) -> FileImported {
    FileImported {
        path: path.to_owned(),
        listed: ListMatch::Matched { by: MatchedBy::Digest, listed_name: None },
        unassigned: None,
        ..body::file_imported(body::item_id(), 9, sha256)
    }
}

#[tokio::test]
async fn however_much_footage_comes_after_none_that_came_is_called_missing_and_none_without_an_activity_is_forgotten()
 {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let (came, lost) = (Digest::of(b"on another card"), Digest::of(b"nowhere"));
    phone.write(None, missing(vec![listed("CAME.MP4", Some(came)), listed("NAMED.MP4", None)]));
    let homeless = body::file_imported(body::item_id(), 7, Digest::of(b"homeless"));
    phone.write(None, Kind::FileImported(homeless.clone()));
    phone.write(None, Kind::FileImported(matched("DCIM/CAME.MP4", came)));
    phone.write(None, Kind::FileImported(matched("DCIM/NAMED.MP4", Digest::of(b"named"))));
    for n in 0..5_001_u32 {
        let mut file = matched("DCIM/LATER.MP4", Digest::of(&n.to_be_bytes()));
        if n < 250 {
            (file.listed, file.unassigned) = (ListMatch::Unknown, Some(Unassigned::NoSession));
        }
        phone.write(None, Kind::FileImported(file));
    }
    phone.send_all().await;
    let browser = signed_in(&office).await;
    let page = browser.get("/console/recorders").await.text;
    assert!(!page.contains("缺失"), "what came is not missing");
    for words in ["相符 4753", "清单外 251", "共 <strong>251</strong> 个"] {
        assert!(page.contains(words), "{words}");
    }
    let pages = browser.pages("/console/recorders").await;
    let listed_items: BTreeSet<String> = pages.iter().flat_map(|page| found(page)).collect();
    assert_eq!(listed_items.len(), 251);
    assert!(listed_items.contains(&homeless.item.to_string()), "the oldest is listed as the newest is");
    // What is stored stays stored when it is missed on another card; what never came is missing, and counts once.
    for _ in 0..2 {
        let files = vec![listed("CAME.MP4", Some(came)), listed("LOST.MP4", Some(lost))];
        phone.write(None, missing(files));
    }
    phone.send().await.ok();
    assert!(browser.get("/console/recorders").await.text.contains("缺失 1<"));
}

#[tokio::test]
async fn a_fault_of_a_recorder_is_not_forgotten_for_those_of_others() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let fault = |no: &str| {
        Kind::FaultReported(FaultReported {
            device_no: no.to_owned(),
            symptom: "不能录像".to_owned(),
            data_on_device: false,
            last_good_item: None,
            checkpoints: Vec::new(),
        })
    };
    phone.write(None, Kind::FileImported(body::file_imported(body::item_id(), 7, Digest::of(b"film"))));
    phone.write(None, fault("JL-01"));
    for _ in 0..5_001 {
        phone.write(None, fault("XG-P-07"));
    }
    phone.send_all().await;
    let browser = signed_in(&office).await;
    let page = browser.get("/console/recorders").await.text;
    assert!(page.contains("故障待修") && !page.contains(">可用<"), "{page}");
}
