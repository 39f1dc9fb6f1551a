//! A bureau on a temporary folder, and a phone that speaks to it by hand: what it sends is what the tests say.
#![allow(dead_code, reason = "every test file uses its own part of this")]

pub mod body;
pub mod browser;
pub mod child;
pub mod clock;
pub mod frames;
pub mod log;
pub mod memory;
pub mod phone;
pub mod schema;
pub mod seed;
pub mod siege;
pub mod strace;
pub mod tsa;

use clock::TestClock;
use liuhen_bureau::{Bureau, BureauConfig};
use std::{path::PathBuf, sync::Arc};
use tempfile::TempDir;

/// A bureau and its folder.
pub struct Office {
    pub bureau: Option<Bureau>,
    pub clock: Arc<TestClock>,
    tune: fn(&mut BureauConfig),
    dir: TempDir,
}

impl Office {
    pub async fn open() -> Self {
        Self::open_tuned(|_| ()).await
    }

    /// One that is configured otherwise.
    pub async fn open_tuned(tune: fn(&mut BureauConfig)) -> Self {
        let mut office = Self { bureau: None, clock: Arc::default(), tune, dir: TempDir::new().unwrap() };
        office.start().await;
        office
    }

    /// A second server on the same folder.
    pub async fn beside(&self) -> Bureau {
        let mut config = self.config();
        config.beside_another = true;
        Bureau::start(config).await.unwrap()
    }

    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub fn config(&self) -> BureauConfig {
        let mut config = BureauConfig::new(self.data_dir());
        config.clock = self.clock.clone();
        (self.tune)(&mut config);
        config
    }

    pub async fn start(&mut self) {
        self.bureau = Some(Bureau::start(self.config()).await.unwrap());
    }

    pub async fn stop(&mut self) {
        self.bureau.take().unwrap().stop().await;
    }

    pub async fn restart(&mut self) {
        self.stop().await;
        self.start().await;
    }

    pub fn bureau(&self) -> &Bureau {
        self.bureau.as_ref().unwrap()
    }

    pub fn url(&self) -> String {
        self.bureau().url()
    }

    pub fn code(&self) -> String {
        self.bureau().enrol_code().unwrap()
    }

    /// An enrolled, signed-in phone whose chain holds its first record.
    pub async fn phone(&self) -> phone::Phone {
        let mut phone = phone::Phone::new(&self.url());
        phone.enrol(&self.code()).await.ok();
        phone.sign_in().await;
        phone.write_enrolled();
        phone.send().await.ok();
        phone
    }
}

/// A client with the only TLS provider installed.
pub fn client() -> reqwest::Client {
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}
