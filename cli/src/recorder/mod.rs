//! `liuhen recorder`: body recorders from issue to release, over the real core. Each call opens the phone's vault, does
//! one thing, and ends.

pub mod args;
pub mod far;
mod import;
mod in_use;
mod keeping;
mod link;
#[cfg(feature = "bluetooth")]
mod radio;
mod simulate;

use crate::{
    lang::Lang,
    output::{Output, Refusal},
    patrol,
};
use args::{RecorderArgs, RecorderCommand};
use liuhen_core::phone::Phone;
use std::process::ExitCode;

/// Runs one command.
pub fn run(arguments: RecorderArgs, lang: Lang) -> ExitCode {
    let output = Output { json: arguments.json, lang };
    let vault = arguments.vault.clone();
    let done = act(arguments, output);
    #[cfg(feature = "bluetooth")]
    radio::let_go();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(refusal) => {
            if let Some(vault) = vault {
                patrol::note_damage(&vault, &refusal);
            }
            output.refuse(&refusal)
        }
    }
}

fn act(arguments: RecorderArgs, output: Output) -> Result<(), Refusal> {
    let RecorderArgs { vault, recorder_no, link, command, .. } = arguments;
    let link = link.as_deref();
    let open = || -> Result<Phone, Refusal> {
        let Some(vault) = &vault else {
            return Err(Refusal::new(
                "vault",
                "请用 --vault 指明手机存储文件夹",
                "name the phone's vault by --vault",
            ));
        };
        patrol::start(vault, output)
    };
    let number = || -> Result<&str, Refusal> {
        recorder_no.as_deref().map(str::trim).filter(|no| !no.is_empty()).ok_or_else(|| {
            Refusal::new("recorder", "请用 --recorder 指明记录仪编号", "name the recorder by --recorder")
        })
    };
    match command {
        RecorderCommand::Scan { secs } => in_use::scan(link, secs, output),
        RecorderCommand::Simulate(arguments) => simulate::run(&arguments, output),
        RecorderCommand::Issue(arguments) => {
            let at_hand = link.map(|link| link::open(Some(link))).transpose()?;
            keeping::issue(&mut open()?, number()?, arguments, at_hand, output)
        }
        RecorderCommand::Return(arguments) => keeping::give_back(&mut open()?, number()?, arguments, output),
        RecorderCommand::Repair(arguments) => keeping::repair(&mut open()?, number()?, arguments, output),
        RecorderCommand::Assign(arguments) => keeping::assign(&mut open()?, &arguments, output),
        RecorderCommand::Import(arguments) => import::run(&mut open()?, number()?, &arguments, output),
        RecorderCommand::Status => match link {
            Some(_) => in_use::watch(&mut open()?, number()?, &mut *link::open(link)?, output),
            None => keeping::status(&open()?, recorder_no.as_deref(), output),
        },
        RecorderCommand::Pair => in_use::pair(&mut open()?, number()?, &mut *link::open(link)?, output),
        RecorderCommand::Check { battery, planned_minutes, overrides } => {
            let request = in_use::Check { battery, planned_minutes, overrides };
            in_use::check(&mut open()?, number()?, &mut *link::open(link)?, request, output)
        }
        RecorderCommand::Start => {
            in_use::act(&mut open()?, number()?, &mut *link::open(link)?, in_use::Verb::Start, output)
        }
        RecorderCommand::Stop => {
            in_use::act(&mut open()?, number()?, &mut *link::open(link)?, in_use::Verb::Stop, output)
        }
        RecorderCommand::Mark => {
            in_use::act(&mut open()?, number()?, &mut *link::open(link)?, in_use::Verb::Mark, output)
        }
        RecorderCommand::Manifest => {
            in_use::manifest(&mut open()?, number()?, &mut *link::open(link)?, output)
        }
        RecorderCommand::Release => keeping::release(&mut open()?, number()?, output),
    }
}
