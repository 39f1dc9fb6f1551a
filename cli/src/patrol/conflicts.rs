//! Two checkpoints of the bureau's log that contradict one another: what they are, for anybody who wants to check them.

use crate::output::{Output, Refusal};
use clap::Args;
use liuhen_core::phone::Phone;
use serde_json::json;
use std::{fs, io, path::PathBuf};

/// What to do with them.
#[derive(Debug, Args)]
pub struct ConflictsArgs {
    /// 把检查点原文写入该文件夹 / write the signed notes into this folder
    #[arg(long)]
    out: Option<PathBuf>,
    /// 已核查，写明缘由；此后可重新释放本机资料 / looked into, and why it is settled; media may be freed again
    #[arg(long)]
    settle: Option<String>,
}

/// `patrol conflicts`
pub fn run(phone: &mut Phone, arguments: &ConflictsArgs, output: Output) -> Result<(), Refusal> {
    let kept = phone.conflicts()?;
    if let Some(out) = &arguments.out {
        let written = fs::create_dir_all(out).and_then(|()| {
            kept.iter().enumerate().try_for_each(|(n, conflict)| {
                fs::write(out.join(format!("{n}-held.note")), &conflict.held)?;
                fs::write(out.join(format!("{n}-offered.note")), &conflict.offered)
            })
        });
        written.map_err(|error: io::Error| {
            Refusal::new("folder", format!("无法写入：{error}"), format!("cannot be written: {error}"))
        })?;
    }
    let settled = arguments.settle.as_ref().map(|reason| phone.settle_conflicts(reason)).transpose()?;
    let shown: Vec<_> = kept
        .iter()
        .map(|conflict| {
            json!({ "at_ms": conflict.at_ms, "why": conflict.why, "held": conflict.held, "offered": conflict.offered,
                    "settled": conflict.settled || settled.is_some() })
        })
        .collect();
    let settled_zh = settled.map_or_else(String::new, |count| format!("；已解除 {count} 处"));
    let settled_en = settled.map_or_else(String::new, |count| format!("; {count} settled"));
    output.answer(
        &json!({ "conflicts": shown, "settled": settled }),
        &format!("留存的检查点矛盾 {} 处{settled_zh}", kept.len()),
        &format!("{} contradictions kept{settled_en}", kept.len()),
    );
    Ok(())
}
