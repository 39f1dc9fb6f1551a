//! The bureau's side of the demo.

use super::{Failure, cast, cut::Cut, screen::Screen};
use crate::folder::{NewPackageFolder, PackageFolder};
use liuhen_bureau::{
    Bureau, BureauConfig,
    account::Role,
    admin, export,
    log::witnesses::WitnessAddress,
    witness::{Witness, WitnessConfig},
};
use liuhen_record::{
    note::{SignedNote, VerifierKey},
    package::{Options, Report, verify},
    seal::Identity,
};
use std::path::Path;
use tokio::runtime::Runtime;

/// Starts a witness of the bureau's log, and the bureau again with it.
async fn watched(bureau: Bureau, data: &Path, state: &Path) -> Result<(Bureau, Witness), Failure> {
    let key = bureau.office().notary.signer().verifier_key().clone();
    bureau.stop().await;
    let witness = Witness::start(WitnessConfig::new(state, vec![key])).await?;
    let mut config = BureauConfig::new(data);
    config.witnesses = vec![WitnessAddress { url: witness.url(), key: witness.key().clone() }];
    Ok((Bureau::start(config).await?, witness))
}

/// A running bureau behind a network that can be cut.
pub struct Office {
    /// Where its tasks run.
    pub runtime: Runtime,
    /// The network in front of it.
    pub cut: Cut,
    bureau: Option<Bureau>,
    witness: Witness,
    password: String,
}

impl Office {
    /// Starts the bureau with its officers and a console account.
    pub fn open(out: &Path, screen: &mut Screen) -> Result<Self, Failure> {
        screen.part("单位", "The office");
        let runtime = Runtime::new()?;
        let data = out.join("bureau");
        let bureau = runtime.block_on(Bureau::start(BureauConfig::new(&data)))?;
        admin::import_officers(&data, cast::OFFICERS)?;
        let password = admin::add_account(&data, "custodian", Role::Custodian)?;
        if let Some(identity) = bureau.new_identity() {
            std::fs::rename(identity, out.join("bureau-identity.txt"))?;
        }
        let (bureau, witness) = runtime.block_on(watched(bureau, &data, &out.join("witness")))?;
        let address = bureau.url().trim_start_matches("http://").parse()?;
        let cut = runtime.block_on(Cut::start(address))?;
        screen.done(
            "单位服务器已启动，执法人员名册已签发；解密私钥移出服务器（bureau-identity.txt）",
            "the bureau is up, its roster signed; the decryption key is kept off the server (bureau-identity.txt)",
        );
        screen.done(
            "另一机关的见证服务已启动：日志每前进一步，都由它核对后联署",
            "another office's witness is up: it cosigns every step of the log after checking it",
        );
        Ok(Self { runtime, cut, bureau: Some(bureau), witness, password })
    }

    /// A one-use code.
    pub fn enrol_code(&self) -> Result<String, Failure> {
        let bureau = self.bureau.as_ref().ok_or("the bureau is closed")?;
        Ok(bureau.enrol_code()?)
    }

    /// Writes the package and verifies it, decrypting every item, with the key known from enrolment.
    pub fn hand_out(&mut self, out: &Path, screen: &mut Screen) -> Result<Report, Failure> {
        screen.part("出证", "The package");
        let bureau = self.bureau.as_ref().ok_or("the bureau is closed")?;
        self.runtime.block_on(bureau.settled());
        if self.is_cosigned(bureau) {
            screen.done(
                "日志检查点已由独立见证方联署：本单位事后改写日志，任何人都能发现",
                "the log's checkpoint is cosigned by the witness: were the log rewritten later, anybody could tell",
            );
        }
        let folder = out.join("package");
        let written = export::package(bureau.office(), NewPackageFolder::make(&folder)?)?.written;
        screen.done(
            &format!("数据包已写出：{} 个文件，{} 字节", written.files, written.bytes),
            &format!("package written: {} files, {} bytes", written.files, written.bytes),
        );
        let identity =
            Identity::parse(&crate::verify::read_identity_text(&out.join("bureau-identity.txt"))?)?;
        let key: VerifierKey = bureau.office().notary.signer().verifier_key().clone();
        let options = Options { bureau_key: Some(&key), identity: Some(&identity), ..Options::default() };
        let report = verify(&PackageFolder::new(&folder), &options)?;
        let counts = &report.counts;
        if report.is_sound() {
            screen.done(
                &format!(
                    "离线核验通过：记录 {} 条、签名 {} 个、日志证明 {} 个、资料 {} 件全部解密核对",
                    counts.records, counts.signatures, counts.proofs, counts.decrypted
                ),
                &format!(
                    "verified offline: {} records, {} signatures, {} log proofs, {} items decrypted and compared",
                    counts.records, counts.signatures, counts.proofs, counts.decrypted
                ),
            );
        }
        for broken in &report.broken {
            screen.broke(
                &format!("{}：{}", broken.subject(), broken.reason_zh),
                &format!("{}: {}", broken.subject(), broken.reason_en),
            );
        }
        Ok(report)
    }

    /// Whether the witness cosigned the log as it is now.
    fn is_cosigned(&self, bureau: &Bureau) -> bool {
        let note = self.runtime.block_on(bureau.cosigned_checkpoint());
        let parsed = note.ok().and_then(|note| SignedNote::parse(&note).ok());
        parsed.is_some_and(|note| self.witness.key().cosigned(&note).is_ok_and(|time| time.is_some()))
    }

    /// Leaves the console running until an interrupt.
    pub fn stay_open(mut self, screen: &Screen) -> Result<(), Failure> {
        let bureau = self.bureau.take().ok_or("the bureau is closed")?;
        let (url, password) = (bureau.console_url(), &self.password);
        screen.part("控制台", "The console");
        screen.note(
            &format!("{url}  用户 custodian  密码 {password}"),
            &format!("{url}  user custodian  password {password}"),
        );
        screen.note("按 Ctrl-C 结束", "Ctrl-C ends it");
        self.runtime.block_on(tokio::signal::ctrl_c())?;
        self.runtime.block_on(bureau.stop());
        Ok(())
    }

    /// Ends the bureau.
    pub fn close(mut self) {
        if let Some(bureau) = self.bureau.take() {
            self.runtime.block_on(bureau.stop());
        }
    }
}
