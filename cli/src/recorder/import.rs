//! `liuhen recorder import`: what lies on a card, sealed, matched and assigned. The card is only read.

use super::{args::ImportArgs, keeping::lines};
use crate::output::{Output, Refusal};
use liuhen_core::{
    phone::{ImportProgress, ImportRequest, Phone, PhoneError},
    recorder::NamePatterns,
    sync::Cancel,
    system::FolderCard,
};
use liuhen_record::kind::{ImportOutcome, Supervisor, SupervisorRole};
use std::io::{IsTerminal as _, Write as _};

/// Imports a folder.
pub fn run(
    phone: &mut Phone,
    recorder_no: &str,
    arguments: &ImportArgs,
    output: Output,
) -> Result<(), Refusal> {
    let patterns = match &arguments.patterns {
        None => NamePatterns::built_in(),
        Some(path) => {
            let bytes = std::fs::read(path).map_err(PhoneError::Source)?;
            NamePatterns::parse(&bytes).map_err(|error| {
                Refusal::new("patterns", format!("文件名规则不能使用：{error}"), error.to_string())
            })?
        }
    };
    let person = |name: &String, role| Supervisor { name: name.clone(), role };
    let mut supervisors: Vec<Supervisor> =
        arguments.supervisors.iter().map(|name| person(name, SupervisorRole::Officer)).collect();
    supervisors.extend(arguments.custodian.iter().map(|name| person(name, SupervisorRole::Custodian)));
    let request = ImportRequest { recorder_no: recorder_no.to_owned(), supervisors, patterns };
    let mut card = FolderCard::open(&arguments.dir).map_err(PhoneError::Source)?;
    let cancel = stop_on_interrupt();
    let mut screen = Screen { shown: std::io::stderr().is_terminal() && !output.json, percent: 101 };
    let done = phone.import_card(&mut card, &request, &mut |progress| screen.show(progress), &cancel)?;
    screen.clear();
    let (zh, en) = match done.outcome {
        ImportOutcome::Complete => ("导入完成", "imported"),
        ImportOutcome::Cancelled => ("导入已中止，再次导入即可继续", "stopped; import again to go on"),
        ImportOutcome::CardLost => (
            "存储卡中途断开：已封存的完好，请重新插卡后再次导入",
            "the card is gone: what was sealed is safe; put it back and import again",
        ),
        ImportOutcome::StorageFull => (
            "本机空间不足：已封存的完好，请先同步腾出空间，再次导入即可继续",
            "no space is left here: what was sealed is safe; synchronise, then import again to go on",
        ),
    };
    let footage = phone.footage(None)?;
    let of = footage.recorder(recorder_no);
    let mut said_zh = vec![format!(
        "{zh}：封存 {} 件（{} 字节），此前已有 {} 件；存储卡未作任何改动",
        done.files, done.bytes, done.already_here
    )];
    let mut said_en = vec![format!(
        "{en}: {} files sealed ({} bytes), {} here before; the card was not changed",
        done.files, done.bytes, done.already_here
    )];
    said_zh.extend(of.into_iter().flat_map(|of| lines(of, true)));
    said_en.extend(of.into_iter().flat_map(|of| lines(of, false)));
    if done.outcome == ImportOutcome::Complete {
        output.answer(&done, &said_zh.join("\n"), &said_en.join("\n"));
        return Ok(());
    }
    if output.json {
        output.answer(&done, "", "");
    }
    let code = match done.outcome {
        ImportOutcome::Cancelled => "cancelled",
        ImportOutcome::CardLost => "card_lost",
        _ => "storage_full",
    };
    Err(Refusal::new(code, said_zh.join("\n"), said_en.join("\n")))
}

/// A switch that Ctrl-C throws: the file being read is ended properly.
fn stop_on_interrupt() -> Cancel {
    let cancel = Cancel::new();
    let switch = cancel.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        if let Ok(runtime) = runtime
            && runtime.block_on(tokio::signal::ctrl_c()).is_ok()
        {
            switch.cancel();
        }
    });
    cancel
}

/// How far it has come, on one line.
struct Screen {
    shown: bool,
    percent: u64,
}

impl Screen {
    fn show(&mut self, progress: ImportProgress<'_>) {
        let percent = progress.bytes_done.saturating_mul(100) / progress.bytes_total.max(1);
        if self.shown && percent != self.percent {
            self.percent = percent;
            let (done, total) = (progress.files_done + 1, progress.files_total);
            let _ = write!(std::io::stderr(), "\r\x1b[K{percent:>3} %  {done}/{total}  {}", progress.path);
        }
    }

    fn clear(&self) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}
