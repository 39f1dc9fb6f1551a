//! The recorder's card at the end of the day: read, sealed, matched against the recorder's own list.

use super::{Failure, cast, screen::Screen};
use liuhen_btle::Recorder;
use liuhen_core::{
    phone::{ImportRequest, Phone},
    recorder::NamePatterns,
    sync::Cancel,
    system::FolderCard,
};
use std::path::Path;
use tokio::runtime::Handle;

/// Hands the recorder out, once; it proves its key on this occasion.
pub fn issue(
    phone: &mut Phone,
    recorder: &mut dyn Recorder,
    runtime: &Handle,
    recorder_no: &str,
    screen: &mut Screen,
) -> Result<(), Failure> {
    if phone.recorder_register()?.held(recorder_no).is_none() {
        let request = cast::issue(recorder_no);
        let issued = runtime.block_on(phone.issue_recorder_at_hand(&request, "li-wen", recorder))?;
        if issued.key_sha256.is_none() {
            return Err("the recorder proved no key".into());
        }
        screen.done(
            &format!(
                "执法记录仪 {recorder_no} 领用登记：{}，证号 {}，设备密钥已核验并绑定",
                issued.name, issued.cert_no
            ),
            &format!(
                "recorder {recorder_no} issued to {}, certificate {}; its key was proved and is bound",
                issued.name, issued.cert_no
            ),
        );
    }
    Ok(())
}

/// Imports what lies on the recorder's card.
pub fn import(phone: &mut Phone, card: &Path, recorder_no: &str, screen: &mut Screen) -> Result<(), Failure> {
    let request = ImportRequest {
        recorder_no: recorder_no.to_owned(),
        supervisors: Vec::new(),
        patterns: NamePatterns::built_in(),
    };
    let mut card = FolderCard::open(card)?;
    let done = phone.import_card(&mut card, &request, &mut |_| {}, &Cancel::new())?;
    screen.done(
        &format!(
            "记录仪存储卡只读导入：封存 {} 件，与清单相符 {}，缺失 {}，清单外 {}，不一致 {}，未归属 {}",
            done.files, done.matched, done.missing, done.unknown, done.altered, done.unassigned
        ),
        &format!(
            "recorder's card read in: {} files sealed, matched {}, missing {}, unknown {}, altered {}, unassigned {}",
            done.files, done.matched, done.missing, done.unknown, done.altered, done.unassigned
        ),
    );
    Ok(())
}
