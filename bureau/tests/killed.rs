//! The server's process is really killed between two durable steps, by aborting itself at a point; a new process
//! must find everything that was acknowledged and list nothing that is missing.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{Office, clock::TestClock, phone::Phone};
use liuhen_bureau::{
    Bureau, BureauConfig,
    fault::{Faults, Point},
    fsck::fsck,
    store::ItemStage,
};
use std::{
    io::{self, BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
    sync::Arc,
};

const DIR: &str = "LIUHEN_KILLED_DIR";
const AT: &str = "LIUHEN_KILLED_AT";
const POINTS: [Point; 7] = [
    Point::RecordsCommitted,
    Point::PieceWritten,
    Point::PieceSynced,
    Point::PieceRenamed,
    Point::PieceInPlace,
    Point::PieceCommitted,
    Point::ItemCommitted,
];

/// From there on the piece has its final name, and the bytes acknowledged before are there only.
fn kept_under_its_name(point: Point) -> bool {
    !matches!(point, Point::RecordsCommitted | Point::PieceWritten | Point::PieceSynced)
}

struct Abort(Point);

impl Faults for Abort {
    fn hit(&self, point: Point) -> io::Result<()> {
        if point == self.0 { std::process::abort() } else { Ok(()) }
    }
}

/// Not a test: what runs in the child process when it is asked for.
#[tokio::test]
async fn child_process() {
    let (Ok(dir), Ok(at)) = (std::env::var(DIR), std::env::var(AT)) else { return };
    let mut config = BureauConfig::new(dir);
    config.clock = Arc::<TestClock>::default();
    config.faults = Arc::new(Abort(POINTS[at.parse::<usize>().unwrap()]));
    let bureau = Bureau::start(config).await.unwrap();
    println!("\nurl={}", bureau.url());
    io::stdout().flush().unwrap();
    std::future::pending::<()>().await;
}

fn child(office: &Office, at: usize) -> (Child, String) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_process", "--nocapture"])
        .env(DIR, office.data_dir())
        .env(AT, at.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let url = lines.map_while(Result::ok).find_map(|line| line.strip_prefix("url=").map(str::to_owned));
    (child, url.unwrap())
}

#[tokio::test]
async fn a_killed_server_keeps_what_it_acknowledged_and_lists_nothing_missing() {
    let piece = b"a piece that is on its way".as_slice();
    for (at, point) in POINTS.iter().enumerate() {
        let mut office = Office::open().await;
        let mut phone: Phone = office.phone().await;
        let (_, safe) = phone.capture(&[b"acknowledged".to_vec()]);
        let (_, item) = phone.capture(&[piece.to_vec()]);
        phone.send().await.ok();
        phone.upload(safe, 0, b"acknowledged").await;
        office.stop().await;

        let (mut server, url) = child(&office, at);
        phone.url = url;
        if *point == Point::RecordsCommitted {
            phone.capture(&[b"not sent before".to_vec()]);
            let body = Phone::batch(&phone.records);
            let request = phone.http.post(format!("{}/v1/records", phone.url)).bearer_auth(&phone.token);
            assert!(request.json(&body).send().await.is_err(), "killed before the answer");
        } else {
            let path = phone.create(item, 0, piece).await;
            let acknowledged = if kept_under_its_name(*point) { 5 } else { 0 };
            if acknowledged > 0 {
                assert_eq!(phone.patch(&path, 0, &piece[..acknowledged]).send().await.unwrap().status(), 204);
            }
            assert!(
                phone.patch(&path, acknowledged, &piece[acknowledged..]).send().await.is_err(),
                "killed before the answer"
            );
        }
        assert!(!server.wait().unwrap().success());

        office.start().await;
        phone.url = office.url();
        let stage = |item| office.bureau().office().read(|rows| rows.item(item)).unwrap().unwrap().stage;
        assert_eq!(fsck(office.bureau().office()).unwrap().broken, [], "{point:?}");
        assert_eq!(stage(safe), ItemStage::Stored, "{point:?}");
        if kept_under_its_name(*point) {
            assert_eq!(
                stage(item),
                ItemStage::Stored,
                "{point:?}: nothing that was acknowledged is asked for again"
            );
        }
        phone.post_records(&phone.records).await.ok();
        if stage(item) != ItemStage::Stored {
            phone.upload(item, 0, piece).await;
        }
        assert_eq!(stage(item), ItemStage::Stored, "{point:?}");
        assert_eq!(fsck(office.bureau().office()).unwrap().broken, [], "{point:?}");
    }
}
