//! The recorder's card at the end of the day: read, sealed, matched against the recorder's own list.

use super::{Failure, cast, screen::Screen};
use liuhen_btle::{Recorder as _, SimulatedRecorder};
use liuhen_core::{
    phone::{ImportRequest, Phone},
    recorder::NamePatterns,
    sync::Cancel,
    system::FolderCard,
};
use std::{fs, path::Path};
use tokio::runtime::Handle;

/// Hands the recorder out, once.
pub fn issue(phone: &mut Phone, recorder_no: &str, screen: &mut Screen) -> Result<(), Failure> {
    if phone.recorder_register()?.held(recorder_no).is_none() {
        let issued = phone.issue_recorder(&cast::issue(recorder_no), "li-wen")?;
        screen.done(
            &format!("执法记录仪 {recorder_no} 领用登记：{}，证号 {}", issued.name, issued.cert_no),
            &format!("recorder {recorder_no} issued to {}, certificate {}", issued.name, issued.cert_no),
        );
    }
    Ok(())
}

/// Writes what the simulated recorder recorded as its card would hold it, and imports that.
pub fn import(
    phone: &mut Phone,
    recorder: &mut SimulatedRecorder,
    runtime: &Handle,
    out: &Path,
    recorder_no: &str,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let card = out.join("recorder-card");
    let folder = card.join("DCIM").join("100LIUHEN");
    fs::create_dir_all(&folder)?;
    fs::write(card.join("sn.txt"), runtime.block_on(recorder.identity())?.officer_no)?;
    let list = runtime.block_on(recorder.list_files())?;
    for file in list.files() {
        let content = recorder.content(&file.name).ok_or("a listed file is not there")?;
        fs::write(folder.join(&file.name), content)?;
    }
    let request = ImportRequest {
        recorder_no: recorder_no.to_owned(),
        supervisors: Vec::new(),
        patterns: NamePatterns::built_in(),
    };
    let mut card = FolderCard::open(&card)?;
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
