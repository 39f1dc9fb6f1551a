//! What is left when the demo is over: a table for people and `summary.json` for programs.

use super::{Failure, screen::Screen};
use serde::Serialize;
use std::path::Path;

/// The figures of a demo.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// Items captured, thumbnails included.
    pub items: u64,
    /// Records written by the phone.
    pub records: u64,
    /// Pieces of sealed items.
    pub pieces: u64,
    /// Bytes of sealed items.
    pub bytes: u64,
    /// Items with a verified storage receipt.
    pub receipts: u64,
    /// Processes killed.
    pub kills: u64,
    /// Connections cut.
    pub cuts: u64,
    /// Acknowledged bytes that could not be found again.
    pub lost_bytes: u64,
    /// Whether the package verified.
    pub verified: bool,
}

/// Prints the table and writes `summary.json`.
pub fn write(out: &Path, summary: &Summary, screen: &Screen) -> Result<(), Failure> {
    std::fs::write(out.join("summary.json"), serde_json::to_vec_pretty(summary)?)?;
    screen.part("小结", "In short");
    screen.row("资料", "items", &summary.items.to_string());
    screen.row("记录", "records", &summary.records.to_string());
    screen.row("分片 / 字节", "pieces / bytes", &format!("{} / {}", summary.pieces, summary.bytes));
    screen.row("入库回执", "storage receipts", &summary.receipts.to_string());
    screen.row("进程被杀 / 断网", "kills / cuts", &format!("{} / {}", summary.kills, summary.cuts));
    screen.row("已确认而丢失的字节", "acknowledged bytes lost", &summary.lost_bytes.to_string());
    let verdict = screen.lang().pick(
        if summary.verified { "通过" } else { "不通过" },
        if summary.verified { "holds" } else { "FAILED" },
    );
    screen.row("数据包核验", "package", verdict);
    screen.row("用时（秒）", "seconds", &format!("{:.1}", screen.elapsed_secs()));
    let folder = out.display();
    screen.note(
        &format!("数据包在 {folder}/package，先打开 data/index.html"),
        &format!("see {folder}/package/data/index.html"),
    );
    Ok(())
}
