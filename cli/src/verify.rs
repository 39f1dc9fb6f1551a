//! `liuhen verify`: exit code 0 all good, 1 something is broken and named, 2 not a package or not readable.

use crate::{folder::PackageFolder, lang::Lang, output::print_line};
use clap::Args;
use liuhen_record::{
    note::VerifierKey,
    package::{self, Options, Report, Rule},
    seal::Identity,
    timestamp::TimestampAuthorities,
};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// `liuhen verify`
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// 数据包文件夹 / the package folder
    pub path: PathBuf,
    /// 输出 JSON / answer in JSON
    #[arg(long)]
    pub json: bool,
    /// age 私钥文件，用于解密核对 / age identity file: also decrypts every item and checks its digest
    #[arg(long)]
    pub identity: Option<PathBuf>,
    /// 单位公布的验证公钥 / the bureau's published verifier key (`name+hash+base64`)
    #[arg(long)]
    pub bureau_key: Option<String>,
    /// 时间戳服务的根证书（PEM）/ certificates of time-stamping authorities: also verifies who signed the tokens
    #[arg(long)]
    pub tsa_ca: Option<PathBuf>,
    /// 由手机自行导出、没有局方签名清单的数据包 / a phone's own export: accepts that the bureau signed no list of contents
    #[arg(long)]
    pub from_phone: bool,
}

/// Verifies a package and says what was found.
pub fn run(arguments: &VerifyArgs, lang: Lang) -> ExitCode {
    match verify(arguments) {
        Ok(report) => {
            if arguments.json {
                print_json(&report);
            } else {
                print_people(&report, lang);
            }
            ExitCode::from(u8::from(!report.is_sound()))
        }
        Err(refusal) => {
            if arguments.json {
                let error = serde_json::json!({ "code": refusal.code, "zh": refusal.zh, "en": refusal.en });
                print_line(&serde_json::json!({ "ok": false, "error": error }).to_string());
            } else {
                eprintln!("{}", lang.pick(&refusal.zh, &refusal.en));
            }
            ExitCode::from(2)
        }
    }
}

/// Why nothing could be verified.
struct NotVerified {
    code: &'static str,
    zh: String,
    en: String,
}

fn verify(arguments: &VerifyArgs) -> Result<Report, NotVerified> {
    let identity = arguments.identity.as_deref().map(read_identity).transpose()?;
    let bureau_key = arguments.bureau_key.as_deref().map(str::parse::<VerifierKey>).transpose();
    let bureau_key = bureau_key.map_err(|_| NotVerified {
        code: "bureau_key",
        zh: "单位验证公钥格式不正确".to_owned(),
        en: "the bureau's verifier key is malformed".to_owned(),
    })?;
    let authorities = arguments.tsa_ca.as_deref().map(read_authorities).transpose()?;
    let options = Options {
        bureau_key: bureau_key.as_ref(),
        timestamp_authorities: authorities.as_ref(),
        unsigned_contents: arguments.from_phone,
        identity: identity.as_ref(),
        ..Options::default()
    };
    package::verify(&PackageFolder::new(&arguments.path), &options).map_err(|error| NotVerified {
        code: "not_a_package",
        zh: "这里不是留痕数据包，或无法读取".to_owned(),
        en: format!("{error}"),
    })
}

/// Reads an age identity file: the first line that is neither empty nor a comment.
pub fn read_identity_text(path: &Path) -> std::io::Result<String> {
    let text = std::fs::read_to_string(path)?;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(line.unwrap_or_default().to_owned())
}

fn read_identity(path: &Path) -> Result<Identity, NotVerified> {
    let unusable = || NotVerified {
        code: "identity",
        zh: "无法读取 age 私钥文件".to_owned(),
        en: "the age identity file cannot be read".to_owned(),
    };
    Identity::parse(&read_identity_text(path).map_err(|_| unusable())?).map_err(|_| unusable())
}

fn read_authorities(path: &Path) -> Result<TimestampAuthorities, NotVerified> {
    let pem = std::fs::read_to_string(path).ok().and_then(|pem| TimestampAuthorities::from_pem(&pem).ok());
    pem.ok_or_else(|| NotVerified {
        code: "tsa_ca",
        zh: "无法读取时间戳服务的证书".to_owned(),
        en: "the certificates of the time-stamping authority cannot be read".to_owned(),
    })
}

fn print_json(report: &Report) {
    let value = serde_json::json!({
        "ok": report.is_sound(),
        "broken": report.broken,
        "broken_unnamed": report.broken_unnamed,
        "notes": report.notes,
        "counts": report.counts,
    });
    print_line(&value.to_string());
}

fn print_people(report: &Report, lang: Lang) {
    let counts = &report.counts;
    for broken in &report.broken {
        let reason = lang.pick(&broken.reason_zh, &broken.reason_en);
        print_line(&format!("✗ {}  {reason}", broken.subject()));
    }
    if report.broken_unnamed > 0 {
        let more = report.broken_unnamed;
        print_line(lang.pick(&format!("✗ 另有 {more} 处"), &format!("✗ and {more} more")));
    }
    if report.broken.iter().any(|broken| broken.rule == Rule::ContentsMissing) {
        let hint = lang.pick(
            "  手机自行导出的数据包没有局方签名的内容清单；确知其来自手机的，另加 --from-phone",
            "  a phone's own export holds no contents signed by the bureau; if you know that it is one, add --from-phone",
        );
        print_line(hint);
    }
    for note in &report.notes {
        let item = note.item.map(|item| format!(" {item}")).unwrap_or_default();
        print_line(&format!("· {}{item}", lang.pick(&note.text_zh, &note.text_en)));
    }
    let summary = lang.pick(
        &format!(
            "记录 {} 条（签名 {}，日志证明 {}），资料 {} 件（入库回执 {}，解密核对 {}），文件 {} 个，共 {} 字节",
            counts.records, counts.signatures, counts.proofs, counts.items, counts.receipts, counts.decrypted,
            counts.files, counts.bytes
        ),
        &format!(
            "{} records ({} signatures, {} log proofs), {} items ({} receipts, {} decrypted), {} files, {} bytes",
            counts.records, counts.signatures, counts.proofs, counts.items, counts.receipts, counts.decrypted,
            counts.files, counts.bytes
        ),
    )
    .to_owned();
    print_line(&summary);
    let verdict = if report.is_sound() {
        lang.pick("✓ 核验通过", "✓ everything holds")
    } else {
        lang.pick("✗ 核验不通过", "✗ verification failed")
    };
    print_line(verdict);
}
