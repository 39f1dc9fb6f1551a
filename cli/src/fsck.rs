//! `liuhen bureau fsck`: exit code 0 all is well, 1 something is broken and named, 2 not a bureau's folder.

use crate::{lang::Lang, output::print_line};
use liuhen_bureau::fsck::{Broken, Findings, NotABureau, fsck_beside};
use liuhen_record::timestamp::TimestampAuthorities;
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// `liuhen bureau fsck`
#[derive(Debug, clap::Args)]
pub struct FsckArgs {
    /// 数据文件夹 / data folder
    #[arg(long)]
    data: PathBuf,
    /// 时间戳服务的根证书（PEM）/ whose time stamps count
    #[arg(long)]
    tsa_ca: Option<PathBuf>,
    /// 输出 JSON / answer in JSON
    #[arg(long)]
    json: bool,
}

/// Checks the folder and says what was found.
pub fn run(arguments: &FsckArgs, lang: Lang) -> ExitCode {
    let authorities = match arguments.tsa_ca.as_deref().map(read_authorities).transpose() {
        Ok(authorities) => authorities,
        Err(reason) => {
            eprintln!("{}: {reason}", lang.pick("无法读取证书", "the certificates do not read"));
            return ExitCode::from(2);
        }
    };
    match fsck_beside(&arguments.data, authorities.as_ref()) {
        Ok(findings) => {
            if arguments.json {
                print_json(&findings);
            } else {
                print_people(&findings, lang);
            }
            ExitCode::from(u8::from(!findings.broken.is_empty()))
        }
        Err(refusal @ NotABureau) => {
            let (zh, en) = ("这里不是留痕单位服务器的数据文件夹", refusal.to_string());
            if arguments.json {
                let error = json!({ "code": "not_a_bureau", "zh": zh, "en": en });
                print_line(&json!({ "ok": false, "error": error }).to_string());
            } else {
                eprintln!("{}", lang.pick(zh, &en));
            }
            ExitCode::from(2)
        }
    }
}

fn read_authorities(file: &Path) -> Result<TimestampAuthorities, String> {
    let pem = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    TimestampAuthorities::from_pem(&pem).map_err(|error| error.to_string())
}

fn print_json(findings: &Findings) {
    let broken = |broken: &Broken| {
        json!({
            "subject": broken.subject.to_string(),
            "code": broken.fault.code(),
            "zh": broken.zh(),
            "en": broken.to_string(),
        })
    };
    let value = json!({
        "ok": findings.broken.is_empty(),
        "broken": findings.broken.iter().map(broken).collect::<Vec<Value>>(),
        "counts": { "records": findings.records, "items": findings.items, "pieces": findings.pieces,
                    "checkpoints": findings.checkpoints, "cosignatures": findings.cosignatures,
                    "stamps": findings.stamps },
    });
    print_line(&value.to_string());
}

fn print_people(findings: &Findings, lang: Lang) {
    for broken in &findings.broken {
        print_line(&format!("✗ {}", lang.pick(&broken.zh(), &broken.to_string())));
    }
    let Findings { records, items, pieces, checkpoints, cosignatures, stamps, .. } = findings;
    print_line(lang.pick(
        &format!(
            "检查记录 {records} 条，资料 {items} 件，分块 {pieces} 个，检查点 {checkpoints} 个，联署 {cosignatures} 个，时间戳 {stamps} 个"
        ),
        &format!(
            "checked {records} records, {items} items, {pieces} pieces, {checkpoints} checkpoints, {cosignatures} \
             cosignatures, {stamps} time stamps"
        ),
    ));
    let verdict = if findings.broken.is_empty() {
        lang.pick("✓ 完好", "✓ everything holds")
    } else {
        lang.pick("✗ 有损坏，见上", "✗ something is broken")
    };
    print_line(verdict);
}
