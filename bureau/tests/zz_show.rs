mod common;
use common::{Office, browser::Browser, seed};
use liuhen_bureau::{account::Role, admin};
#[tokio::test]
async fn show() {
    let office = Office::open().await;
    let seeded = seed::seed(&office).await;
    let p = &seeded.phones[0];
    // fork
    let mut forged = p.record(None, liuhen_record::Kind::DayEnded(liuhen_record::kind::DayEnded{day:"2026-03-10".into(),items:vec![]}));
    forged.seq = 2; forged.prev = liuhen_record::Digest::of(&p.records[0].bytes);
    println!("{:?}", p.post_records(&[p.written(&forged)]).await.json);
    let password = admin::add_account(&office.data_dir(), "张主任", Role::SectionHead).unwrap();
    let mut b = Browser::new(&office.url());
    b.enter("张主任", &password).await;
    std::fs::write("/tmp/show.txt", format!("{}\n{}\n{}\n{}\n{}\n", b.url, b.cookie, seeded.items[0].item, seeded.sessions[0], seeded.sessions[1])).unwrap();
    std::fs::write("/tmp/show_dev.txt", p.device().to_string()).unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(3600)).await;
}
