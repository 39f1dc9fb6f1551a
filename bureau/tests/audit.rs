//! The audit trail: what administrators do and what people look at is written down, and those who supervise read it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{Office, browser::Browser, seed::seed, tsa};
use liuhen_bureau::{
    Bureau,
    account::Role,
    admin,
    export::{self, Selection},
    log::stamps::Tsa,
    store::AuditRow,
};
use liuhen_record::{package::PackageSink, seal::Identity};
use ring::rand::SystemRandom;
use std::io::{self, Read};

/// A package that nobody keeps.
struct Nowhere;

impl PackageSink for Nowhere {
    fn put(&mut self, _path: &str, content: &mut dyn Read) -> io::Result<()> {
        io::copy(content, &mut io::sink()).map(drop)
    }
}

fn trail(office: &Office) -> Vec<AuditRow> {
    office.bureau().office().read(|rows| rows.audit("", 0, 10_000)).unwrap()
}

/// Somebody of this role, signed in.
async fn somebody(office: &Office, name: &str, role: Role) -> Browser {
    let password = admin::add_account(&office.data_dir(), name, role).unwrap();
    let mut browser = Browser::new(&office.url());
    browser.enter(name, &password).await;
    browser
}

#[tokio::test]
async fn each_command_of_an_administrator_leaves_one_entry_with_who_gave_it() {
    let office = Office::open().await;
    let phone = office.phone().await;
    let tsa = tsa::Tsa::start("ec -pkeyopt ec_paramgen_curve:P-256").await;
    let authority = Tsa::new(&tsa.url, None).unwrap();
    let data = office.data_dir();
    let mut before = trail(&office).len();
    let mut left = |action: &str, target: &str| {
        let now = trail(&office);
        assert_eq!(now.len(), before + 1, "{action} leaves one entry");
        before += 1;
        let entry = &now[0];
        assert_eq!((entry.action.as_str(), entry.target.as_str()), (action, target));
        assert_eq!((entry.source.as_str(), entry.role.as_str()), ("command", ""));
        assert!(!entry.name.is_empty() && entry.at_ms > 0, "{entry:?}");
    };
    admin::make_enrol_code(&office.config()).unwrap();
    left("enrol_code_made", "");
    admin::import_officers(&data, "[]").unwrap();
    left("officers_imported", "roster:1");
    admin::add_account(&data, "王科长", Role::SectionHead).unwrap();
    left("account_added", "account:王科长/section_head");
    admin::stamp(&data, &authority).await.unwrap();
    left("stamp_asked", "log");
    let some = Selection { devices: vec![phone.device()], from: "2026-03-10".parse().ok(), to: None };
    export::package_beside(&data, &some, || Ok(Nowhere)).unwrap();
    left("package_written", &format!("package:device={}&from=2026-03-10", phone.device()));
    export::package(office.bureau().office(), Nowhere).unwrap();
    left("package_written", "package:all");
    admin::revoke_device(&data, phone.device()).unwrap();
    left("device_revoked", &format!("device:{}", phone.device()));
    office.bureau().enrol_code().unwrap();
    left("enrol_code_made", "");
    assert!(admin::add_account(&data, "王科长", Role::Custodian).is_err());
    assert_eq!(trail(&office).len(), before, "what was not done is not written down as done");
}

#[tokio::test]
async fn other_recipients_at_a_start_leave_an_entry_and_the_same_ones_leave_none() {
    let mut office = Office::open().await;
    office.stop().await;
    let mut config = office.config();
    let section = Identity::make(&SystemRandom::new()).unwrap().to_recipient();
    config.recipients.section = Some(section);
    for _ in 0..2 {
        Bureau::start(config.clone()).await.unwrap().stop().await;
    }
    office.start().await;
    let signed = trail(&office).iter().filter(|entry| entry.action == "recipients_signed").count();
    assert_eq!(signed, 2, "the first start made some, the second named others, the third the same");
}

#[tokio::test]
async fn each_look_at_the_console_leaves_an_entry_with_what_was_looked_at() {
    let office = Office::open().await;
    let seeded = seed(&office).await;
    let browser = somebody(&office, "张主任", Role::SectionHead).await;
    let device = seeded.phones[0].device();
    let page = browser.get(&format!("/console/session/{}", seeded.sessions[1])).await.text;
    let picture = page.split("<img src=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let tsa = tsa::Tsa::start("ec -pkeyopt ec_paramgen_curve:P-256").await;
    let authority = Tsa::new(&tsa.url, None).unwrap();
    let (size, _) = admin::stamp(&office.data_dir(), &authority).await.unwrap();
    let signed = picture.trim_start_matches("/console/record/").split("/signature/").next().unwrap();
    for (path, action, target) in [
        (picture.clone(), "view_signature", format!("record:{signed}")),
        ("/console".to_owned(), "view_home", String::new()),
        ("/console/devices".to_owned(), "view_devices", String::new()),
        (format!("/console/device/{device}"), "view_device", format!("device:{device}")),
        (format!("/console/device/{device}/device.pem"), "download", format!("device:{device}")),
        (format!("/console/record/{device}/1.json"), "download", format!("record:{device}/1")),
        (format!("/console/log/{size}.tsr"), "download", format!("log:{size}")),
        ("/console/recorders".to_owned(), "view_recorders", String::new()),
        ("/console/days?day=2026-03-09".to_owned(), "view_day", "day:2026-03-09".to_owned()),
        (
            "/console/search?party=%E5%BC%A0%E4%B8%89&cause=LD".to_owned(),
            "search",
            "search:party=张三&cause=LD".to_owned(),
        ),
    ] {
        let before = trail(&office).len();
        assert_eq!(browser.get(&path).await.status, 200, "{path}");
        let now = trail(&office);
        assert_eq!(now.len(), before + 1, "{path}");
        assert_eq!((now[0].action.as_str(), now[0].target.as_str()), (action, target.as_str()), "{path}");
        assert_eq!((now[0].name.as_str(), now[0].role.as_str()), ("张主任", "section_head"), "{path}");
    }
}

#[tokio::test]
async fn those_who_supervise_read_the_trail_and_others_are_refused_and_named_in_it() {
    let office = Office::open().await;
    Browser::new(&office.url()).sign_in("<script>某人", "a wrong password").await;
    let head = somebody(&office, "王科长", Role::SectionHead).await;
    let refused = head.get("/console/audit").await;
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("审计日志仅供综合科和专门人员查阅"), "{}", refused.text);
    assert!(!head.get("/console").await.text.contains("/console/audit"));
    for (name, role) in [("综合科", Role::GeneralSection), ("保管员", Role::Custodian)] {
        let browser = somebody(&office, name, role).await;
        assert!(browser.get("/console").await.text.contains("href=\"/console/audit\""));
        let page = browser.get("/console/audit").await;
        assert_eq!(page.status, 200);
        for words in
            ["登录被拒", "&lt;script&gt;某人", "修改密码", "查看审计日志被拒", "王科长", "新增账号", "命令行"]
        {
            assert!(page.text.contains(words), "{name}: {words}");
        }
        assert!(!page.text.contains("<script"));
    }
}

#[tokio::test]
async fn the_trail_is_paged_newest_first_and_filtered_by_what_was_looked_at() {
    let office = Office::open().await;
    let browser = somebody(&office, "综合科", Role::GeneralSection).await;
    let looks = (0..120).map(|n| AuditRow {
        at_ms: n,
        name: "王科长".to_owned(),
        role: "section_head".to_owned(),
        source: "127.0.0.1".to_owned(),
        action: "view_item".to_owned(),
        target: format!("item:{n:032x}"),
    });
    let looks: Vec<AuditRow> = looks.collect();
    office.bureau().office().write(|rows| looks.iter().try_for_each(|look| rows.add_audit(look))).unwrap();
    let of = async |path: &str| {
        let page = browser.get(path).await.text;
        (0..120).filter(|n| page.contains(&format!("item:{n:032x}</code>"))).collect::<Vec<_>>()
    };
    assert_eq!(of("/console/audit").await, (71..120).collect::<Vec<_>>(), "and the look itself");
    assert_eq!(of("/console/audit?page=2").await.len(), 50);
    let first = browser.get("/console/audit").await.text;
    assert!(first.contains("rel=\"next\"") && !first.contains("rel=\"prev\""));
    let last = browser.get("/console/audit?page=4").await.text;
    assert!(last.contains("rel=\"prev\"") && !last.contains("rel=\"next\""));
    let link = first.split("href=\"/console/audit?target=item").nth(1).unwrap().split('"').next().unwrap();
    let link = format!("/console/audit?target=item{}", link.replace("&amp;", "&"));
    assert_eq!(of(&link).await, [119], "a target leads to the entries about it");
    let none = browser.get("/console/audit?target=item:nothing&page=-7").await;
    assert_eq!((none.status, none.text.contains("没有相应的审计记录")), (200, true));
}
