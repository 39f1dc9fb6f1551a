//! The records of the party's review in a few Chinese lines.

use super::words;
use liuhen_record::{
    Kind,
    kind::{ItemReview, ReviewConfirmed, SignatureBlock, SignatureRefused},
};

/// The lines below the record's name.
pub fn lines(kind: &Kind) -> Vec<String> {
    match kind {
        Kind::ReviewOpened(b) => vec![
            format!("资料 {} 件、文书 {} 份", b.manifest.items.len(), b.manifest.documents.len()),
            format!("清单摘要 SHA-256 {}", words::short(&b.manifest_sha256)),
        ],
        Kind::ReviewConfirmed(b) => confirmed(b),
        Kind::SignatureRefused(b) => refused(b),
        Kind::SessionClosed(b) => {
            let mut lines =
                vec![format!("资料 {} 件，其中未经当事人查阅 {} 件", b.item_count(), b.unreviewed_count())];
            lines.extend(b.checklist.iter().filter(|entry| !entry.met).map(|entry| {
                format!("清单未满足：{}，说明：{}", entry.what, entry.explanation.as_deref().unwrap_or("无"))
            }));
            lines
        }
        _ => Vec::new(),
    }
}

fn confirmed(b: &ReviewConfirmed) -> Vec<String> {
    let waived = b.items.iter().filter_map(|item| match item {
        ItemReview::Waived { item, reason } => Some(format!("放弃查阅 {}：{reason}", words::short(item))),
        ItemReview::Reviewed { .. } => None,
    });
    let objection = if b.objection.trim().is_empty() {
        "无异议".to_owned()
    } else {
        format!("异议：{}", b.objection)
    };
    let reviewed = b.items.iter().filter(|item| matches!(item, ItemReview::Reviewed { .. })).count();
    let mut lines = vec![format!("查阅资料 {reviewed} 件；{objection}")];
    lines.extend(waived);
    lines
}

fn refused(b: &SignatureRefused) -> Vec<String> {
    let mut lines = vec![
        format!("{}；原因：{}", words::signature_state(b.state), words::refusal_reason(b.reason)),
        b.note.clone(),
    ];
    lines.push(
        b.witness
            .as_ref()
            .map_or_else(|| "无见证人".to_owned(), |w| format!("见证人：{}（{}）", w.name, w.unit)),
    );
    lines
}

/// The signatures of a record, in its order.
pub fn signatures(kind: &Kind) -> Vec<&SignatureBlock> {
    match kind {
        Kind::ReviewConfirmed(b) => b.signatures.iter().collect(),
        Kind::SignatureRefused(b) => b.witness.iter().map(|w| &w.signature).chain(&b.officers).collect(),
        _ => Vec::new(),
    }
}
