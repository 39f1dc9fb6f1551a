//! `liuhen bureau package`: what the office hands out.

use crate::{folder::NewPackageFolder, lang::Lang, output::print_line};
use chrono::NaiveDate;
use clap::Args;
use liuhen_bureau::{
    StartError,
    export::{self, Damage, ExportError, LeftOut, Selection},
};
use liuhen_record::{DeviceId, package::PackageError};
use std::path::PathBuf;

/// `liuhen bureau package`
#[derive(Debug, Args)]
pub struct PackageArgs {
    /// 数据文件夹 / data folder
    #[arg(long)]
    data: PathBuf,
    /// 输出文件夹（须不存在）/ output folder, must not exist
    #[arg(long)]
    out: PathBuf,
    /// 只含此设备（可重复），缺省为全部 / only this device, repeatable; all by default
    #[arg(long = "device", value_name = "ID")]
    devices: Vec<DeviceId>,
    /// 只含此日（北京时间）起录制或开案的资料；记录链总是完整 / only items recorded, or of sessions opened, from this day on
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<NaiveDate>,
    /// 只含至此日（含）的资料 / only items up to this day, included
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<NaiveDate>,
}

/// Writes the package and names what had to stay behind.
pub fn run(arguments: PackageArgs, lang: Lang) -> Result<(), String> {
    let PackageArgs { data, out, devices, from, to } = arguments;
    let selection = Selection { devices, from, to };
    if out.symlink_metadata().is_ok() {
        return Err(format!("{}: {}", out.display(), lang.pick("已存在", "exists already")));
    }
    let exported = export::package_beside(&data, &selection, || NewPackageFolder::make(&out));
    let exported = exported.map_err(|error| refusal(&error, &out.display().to_string(), lang))?;
    for left_out in &exported.left_out {
        eprintln!("{}", left_behind(left_out, lang));
    }
    let written = exported.written;
    print_line(&format!(
        "{} {} ({})",
        lang.pick("已写出文件", "files written:"),
        written.files,
        written.bytes
    ));
    Ok(())
}

fn refusal(error: &ExportError, out: &str, lang: Lang) -> String {
    match error {
        ExportError::Package(PackageError::Sink(reason)) => format!("{out}: {reason}"),
        ExportError::Package(PackageError::TooLarge { files, items }) => lang
            .pick(
                &format!(
                    "一个数据包装不下 {files} 个文件、{items} 件资料（上限 50 万个文件、约 9600 件资料），未写出任何内容；\
                     请用 --device 选择设备，或用 --from、--to 选择日期，分次导出"
                ),
                &format!("{error} (--device, --from, --to); nothing was written"),
            )
            .to_owned(),
        ExportError::Open(StartError::Checkpoint(error)) => lang
            .pick(
                &format!("数据目录与最后签署的检查点不符（可能恢复了旧备份，或日志被改动），未签署任何内容：{error}"),
                &format!("{error}; nothing was signed"),
            )
            .to_owned(),
        ExportError::Device(device) => lang
            .pick(&format!("没有登记过设备 {device}"), &error.to_string())
            .to_owned(),
        ExportError::Days { from, to } => lang
            .pick(&format!("止日 {to} 早于起日 {from}"), &error.to_string())
            .to_owned(),
        other => other.to_string(),
    }
}

fn left_behind(left_out: &LeftOut, lang: Lang) -> String {
    let (zh, en) = match left_out.damage {
        Damage::Piece(piece) => {
            (format!("第 {piece} 片缺失或损坏"), format!("piece {piece} is missing or damaged"))
        }
        Damage::SealedFile => {
            ("各片合起来不是封存的文件".to_owned(), "its pieces are not the sealed file".to_owned())
        }
        Damage::Statement => ("入库声明损坏".to_owned(), "its statement is damaged".to_owned()),
    };
    let (item, device) = (left_out.item, left_out.device);
    lang.pick(
        &format!("未放入数据包：设备 {device} 的资料 {item}，{zh}；请运行 liuhen bureau fsck"),
        &format!("left out: item {item} of device {device}: {en}; run liuhen bureau fsck"),
    )
    .to_owned()
}
