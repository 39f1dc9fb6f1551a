//! How an enforcement activity (执法活动) ended.

use crate::{Digest, ItemId};
use serde::{Deserialize, Serialize};

/// One line of the record checklist (音像记录清单).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChecklistEntry {
    /// What is required, e.g. `certificate_shown`.
    pub what: String,
    /// Whether it was met.
    pub met: bool,
    /// Why not, when it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
}

/// The whole lists of an activity that closed, of which its record holds the beginnings only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WholeLists {
    /// How many items the session has.
    pub items: i64,
    /// SHA-256 of their ids, joined by one line feed (U+000A).
    pub items_sha256: Digest,
    /// How many of them the party did not review.
    pub unreviewed: i64,
    /// SHA-256 of their ids, joined likewise.
    pub unreviewed_sha256: Digest,
}

/// The activity ended. Always signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionClosed {
    /// Every item of the session, in order of its beginning.
    pub items: Vec<ItemId>,
    /// Items that the party did not review (未经当事人查阅), in the same order.
    pub unreviewed: Vec<ItemId>,
    /// The whole lists, when both are cut because they do not fit into one record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole: Option<WholeLists>,
    /// The record checklist as it stood.
    pub checklist: Vec<ChecklistEntry>,
}

/// The most entries of each list that is cut: with every line explained at length their record stays below 1 MiB.
const CUT_ENTRIES: usize = 8_000;

impl SessionClosed {
    /// The closing of a session of these items; of lists that do not fit into one record it holds the beginnings.
    pub fn new(mut items: Vec<ItemId>, mut unreviewed: Vec<ItemId>, checklist: Vec<ChecklistEntry>) -> Self {
        let whole = (items.len() + unreviewed.len() > 2 * CUT_ENTRIES).then(|| WholeLists {
            items: items.len() as i64,
            items_sha256: digest_of(&items),
            unreviewed: unreviewed.len() as i64,
            unreviewed_sha256: digest_of(&unreviewed),
        });
        if whole.is_some() {
            items.truncate(CUT_ENTRIES);
            unreviewed.truncate(CUT_ENTRIES);
        }
        Self { items, unreviewed, whole, checklist }
    }

    /// How many items the session has.
    pub fn item_count(&self) -> u64 {
        let whole = self.whole.as_ref().and_then(|whole| u64::try_from(whole.items).ok());
        whole.unwrap_or(self.items.len() as u64)
    }

    /// How many of them the party did not review.
    pub fn unreviewed_count(&self) -> u64 {
        let whole = self.whole.as_ref().and_then(|whole| u64::try_from(whole.unreviewed).ok());
        whole.unwrap_or(self.unreviewed.len() as u64)
    }

    pub(super) fn check(&self) -> Result<(), &'static str> {
        let Some(whole) = &self.whole else { return Ok(()) };
        let (items, unreviewed) = (self.items.len() as i64, self.unreviewed.len() as i64);
        let is_cut = whole.items > items || whole.unreviewed > unreviewed;
        if is_cut && whole.items >= items && whole.unreviewed >= unreviewed {
            Ok(())
        } else {
            Err("lists that are cut count more than they hold")
        }
    }
}

fn digest_of(items: &[ItemId]) -> Digest {
    let list: Vec<String> = items.iter().map(ItemId::to_string).collect();
    Digest::of(list.join("\n").as_bytes())
}
