//! A bureau in a process of its own that is sent what it must not bear, and a phone that wants to bring it one piece.

use super::{
    Office,
    child::{Process, say},
    clock::TestClock,
    frames,
    phone::Phone,
};
use liuhen_bureau::{Bureau, BureauConfig, Patience, tls::TlsSource};
use liuhen_record::ItemId;
use std::{fs, sync::Arc, time::Duration};

const DIR: &str = "LIUHEN_HOSTILE_DIR";
const TLS: &str = "LIUHEN_HOSTILE_TLS";
pub const PIECE: &[u8] = b"a sealed piece of thirty-six bytes..";
/// What the whole program may have had in memory at its worst, bytes. It has some 30 MiB when nobody asks.
const MEMORY_BYTES: u64 = 128 << 20;
/// What a body may pause here; long enough for a busy machine to send what it has.
pub const IDLE: Duration = Duration::from_secs(2);

/// What runs in the child process when it is asked for.
pub async fn serve_if_asked() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let mut config = BureauConfig::new(dir);
    config.clock = Arc::<TestClock>::default();
    config.patience = Patience { idle: IDLE, bytes_per_sec: 1 << 20 };
    config.tls = std::env::var(TLS).ok().map(|_| TlsSource::Own { names: Vec::new() });
    let bureau = Bureau::start(config).await.unwrap();
    say("url", &bureau.url());
    std::future::pending::<()>().await;
}

/// A bureau in a process of its own, and a phone with one piece that is wanted.
pub struct Besieged {
    server: Process,
    pub office: Office,
    pub phone: Phone,
    pub item: ItemId,
    pub path: String,
}

impl Besieged {
    pub async fn begin() -> Self {
        Self::begin_with(Vec::new()).await
    }

    /// One that speaks TLS of its own.
    pub async fn begin_by_tls() -> Self {
        let mut siege = Self::begin_with(vec![(TLS, "own".to_owned())]).await;
        siege.phone.http = frames::client(&siege.office.data_dir());
        siege
    }

    async fn begin_with(mut variables: Vec<(&str, String)>) -> Self {
        let mut office = Office::open().await;
        let mut phone = office.phone().await;
        let (_, item) = phone.capture(&[PIECE.to_vec()]);
        phone.send().await.ok();
        let path = phone.create(item, 0, PIECE).await;
        office.stop().await;
        variables.push((DIR, office.data_dir().display().to_string()));
        let server = Process::start(&variables);
        phone.url = server.hear("url");
        Self { server, office, phone, item, path }
    }

    /// The most memory that the server had since it started, bytes.
    fn most_memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.server.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() * 1024
    }

    /// Files of uploads that are not whole.
    pub fn staged_files(&self) -> usize {
        fs::read_dir(self.office.data_dir().join("store/staged")).unwrap().count()
    }

    /// The server answers, has stored nothing of all this, and takes the piece when it comes as it should.
    pub async fn end(self) {
        assert!(self.most_memory() < MEMORY_BYTES, "{} MiB", self.most_memory() >> 20);
        let head = self.phone.tus("HEAD", &self.path).send().await.unwrap();
        assert_eq!((head.status().as_u16(), &head.headers()["upload-offset"]), (200, &"0".parse().unwrap()));
        let staged = fs::read_dir(self.office.data_dir().join("store/staged")).unwrap();
        let staged_bytes: u64 = staged.map(|entry| entry.unwrap().metadata().unwrap().len()).sum();
        assert_eq!(staged_bytes, 0);
        self.phone.upload(self.item, 0, PIECE).await;
        assert!(self.phone.get("/v1/items/missing").await.ok()["items"].as_array().unwrap().is_empty());
    }
}
