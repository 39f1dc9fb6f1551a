//! `liuhen patrol`: an officer's phone without a screen. Each call opens the vault, does one thing, says what it
//! did, and ends; what must survive survives in the vault.

pub mod capture;
pub mod conflicts;
pub mod day;
mod flow;
pub mod office;
pub mod paper;

pub use office::wait;

use crate::{
    args::{PatrolArgs, PatrolCommand},
    lang::Lang,
    output::{Output, Refusal},
};
use liuhen_core::{
    phone::{Phone, PhoneError, Started},
    ports::Ports,
    system,
    vault::Vault,
};
use office::EnrolArgs;
use std::{path::Path, process::ExitCode};

/// Runs one command of the officer's phone.
pub fn run(arguments: PatrolArgs, lang: Lang) -> ExitCode {
    let output = Output { json: arguments.json, lang };
    let PatrolArgs { vault, command, .. } = arguments;
    let phone = start(&vault, output).and_then(|phone| match &command {
        PatrolCommand::Enrol(EnrolArgs { ca: Some(ca), .. }) => with_authority(phone, &vault, ca, output),
        _ => Ok(phone),
    });
    match phone.and_then(|mut phone| act(&mut phone, command, output)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(refusal) => {
            note_damage(&vault, &refusal);
            output.refuse(&refusal)
        }
    }
}

/// Notes the damage to the vault in `dir` that a command met, so that the next one looks for it wherever it lies. The
/// vault is closed when this is called.
pub fn note_damage(dir: &Path, refusal: &Refusal) {
    if refusal.code != PhoneError::DAMAGED {
        return;
    }
    // A note that cannot be written now is written by the next command that meets the damage.
    if let Ok(opening) = ports(dir).and_then(|ports| Ok(Vault::open(dir, &ports).map_err(PhoneError::from)?))
    {
        drop(opening.into_vault().suspect(&refusal.en));
    }
}

impl From<PhoneError> for Refusal {
    fn from(error: PhoneError) -> Self {
        Self { code: error.code().to_owned(), zh: error.zh(), en: error.en(), missing: error.missing() }
    }
}

/// The ports of a phone whose vault is in `dir`.
pub fn ports(dir: &Path) -> Result<Ports, Refusal> {
    system::desktop_ports(dir).map_err(|error| {
        Refusal::new(
            "storage",
            format!("无法使用存储文件夹：{error}"),
            format!("the vault folder cannot be used: {error}"),
        )
    })
}

/// A phone that has not joined a bureau yet, and believes this certificate authority alone from now on.
fn with_authority(phone: Phone, dir: &Path, ca: &Path, output: Output) -> Result<Phone, Refusal> {
    if phone.vault().device().is_some() {
        return Err(PhoneError::AlreadyEnrolled.into());
    }
    drop(phone);
    std::fs::copy(ca, dir.join(system::BUREAU_CA)).map_err(|error| {
        Refusal::new(
            "ca",
            format!("无法读取证书文件：{error}"),
            format!("the certificate cannot be kept: {error}"),
        )
    })?;
    start(dir, output)
}

/// Opens the phone whose vault is in `dir`, saying what that found.
pub fn start(dir: &Path, output: Output) -> Result<Phone, Refusal> {
    let Started { phone, quarantined, recovered } = Phone::start(dir, ports(dir)?)?;
    if let Some((folder, reason)) = quarantined {
        eprintln!(
            "{}",
            output.lang.pick(
                &format!("原证据库已损坏并原样隔离在 {folder}（{reason}）；已启用新的证据库"),
                &format!("the damaged vault was set aside in {folder} ({reason}); a new one is in use"),
            )
        );
    }
    for item in recovered {
        eprintln!(
            "{}",
            output.lang.pick(
                &format!("上次中断的录制 {} 已封存", item.item),
                &format!("the interrupted capture {} was sealed", item.item),
            )
        );
    }
    Ok(phone)
}

fn act(phone: &mut Phone, command: PatrolCommand, output: Output) -> Result<(), Refusal> {
    match command {
        PatrolCommand::Enrol(arguments) => office::enrol(phone, &arguments, output),
        PatrolCommand::FindBureau(invitation) => office::find_bureau(phone, &invitation, output),
        PatrolCommand::Check { battery, planned_minutes, overrides } => {
            flow::check(phone, battery, planned_minutes, overrides, output)
        }
        PatrolCommand::Open(arguments) => flow::open(phone, arguments, output),
        PatrolCommand::ShowCertificate { not_confirmed } => {
            flow::show_certificate(phone, !not_confirmed, output)
        }
        PatrolCommand::Notice { channel, response, fields } => {
            paper::notice(phone, &channel, &response, fields.as_deref(), output)
        }
        PatrolCommand::Capture { files, label, source, source_no } => {
            capture::files(phone, &files, label.as_deref(), &source, source_no.as_deref(), output)
        }
        PatrolCommand::RecordAudio { file, pace, label } => {
            capture::record_audio(phone, &file, pace, label.as_deref(), output)
        }
        PatrolCommand::Document { template, fields, correct, by } => {
            paper::document(phone, &template, &fields, correct.as_deref(), &by, output)
        }
        PatrolCommand::Gap { reason, explain, from_ms, to_ms } => {
            flow::gap(phone, &reason, &explain, from_ms.zip(to_ms), output)
        }
        PatrolCommand::Trigger { code, note } => flow::trigger(phone, &code, &note, output),
        PatrolCommand::Fault { symptom, device_no, no_data_on_device } => {
            flow::fault(phone, device_no.as_deref(), &symptom, !no_data_on_device, output)
        }
        PatrolCommand::Review => paper::review(phone, output),
        PatrolCommand::Sign(arguments) => paper::sign(phone, arguments, output),
        PatrolCommand::Refuse(arguments) => paper::refuse(phone, arguments, output),
        PatrolCommand::Close { explanations } => flow::close(phone, explanations, output),
        PatrolCommand::EndDay(arguments) => day::end(phone, &arguments, output),
        PatrolCommand::Conflicts(arguments) => conflicts::run(phone, &arguments, output),
        PatrolCommand::Unpark { item } => office::unpark(phone, item.as_deref(), output),
        PatrolCommand::Sync => office::sync(phone, output),
        PatrolCommand::Status => office::status(phone, output),
        PatrolCommand::Export { out } => office::export(phone, &out, output),
    }
}

/// Reads a word of the vocabulary (`acknowledged`, `device_fault`, …).
pub fn word<T: serde::de::DeserializeOwned>(what: &str, text: &str) -> Result<T, Refusal> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).map_err(|_| {
        Refusal::new("word", format!("“{text}”不是有效的{what}"), format!("{text:?} is not a known {what}"))
    })
}
