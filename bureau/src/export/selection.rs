//! Which part of what the bureau holds goes into a package. Chains of records stay whole (`spec/package.md` §3.1): what
//! is chosen are devices, and of them the items of some days.

use super::ExportError;
use crate::{
    index::{DAY_MS, day_start_ms},
    store::{DeviceRow, Ledger, StoreError},
};
use chrono::NaiveDate;
use liuhen_record::{DeviceId, ItemId};
use std::fmt::Write as _;

/// Devices and days. The default is everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Devices whose chains are packed; all when empty.
    pub devices: Vec<DeviceId>,
    /// First day, Asia/Shanghai, whose items are packed.
    pub from: Option<NaiveDate>,
    /// Last day, Asia/Shanghai, whose items are packed.
    pub to: Option<NaiveDate>,
}

impl Selection {
    /// The chosen ones of all devices, in their order.
    ///
    /// # Errors
    /// [`ExportError::Device`] for a chosen one that is not enrolled, [`ExportError::Days`] when the last day is before the
    /// first.
    pub(super) fn devices(&self, all: Vec<DeviceRow>) -> Result<Vec<DeviceRow>, ExportError> {
        if let (Some(from), Some(to)) = (self.from, self.to)
            && to < from
        {
            return Err(ExportError::Days { from, to });
        }
        if let Some(unknown) = self.devices.iter().find(|id| all.iter().all(|row| row.device != **id)) {
            return Err(ExportError::Device(*unknown));
        }
        let chosen = |row: &DeviceRow| self.devices.is_empty() || self.devices.contains(&row.device);
        Ok(all.into_iter().filter(chosen).collect())
    }

    /// Whether an item is of the chosen days: it was recorded, or the session to which it belongs, by hand too, was opened, on
    /// one of them. What the index does not know is taken.
    pub(super) fn takes(&self, rows: &dyn Ledger, item: ItemId) -> Result<bool, StoreError> {
        if self.from.is_none() && self.to.is_none() {
            return Ok(true);
        }
        let Some(indexed) = rows.indexed_item(item)? else { return Ok(true) };
        let session = indexed.belongs_to().map(|session| rows.session(session)).transpose()?.flatten();
        let opened = session.is_some_and(|session| self.meets(session.opened_ms, session.opened_ms));
        Ok(opened || self.meets(indexed.used_from_ms, indexed.used_to_ms))
    }

    fn meets(&self, from_ms: i64, to_ms: i64) -> bool {
        self.from.is_none_or(|day| to_ms >= day_start_ms(day))
            && self.to.is_none_or(|day| from_ms < day_start_ms(day) + DAY_MS)
    }

    /// In few words, for the audit trail: `all`, or what was chosen.
    pub(super) fn word(&self) -> String {
        let day = |name: &str, day: Option<NaiveDate>| day.map(|day| format!("{name}={day}"));
        let devices = self.devices.iter().map(|device| format!("device={device}"));
        let words: Vec<String> = devices.chain(day("from", self.from)).chain(day("to", self.to)).collect();
        if words.is_empty() { "all".to_owned() } else { words.join("&") }
    }

    /// For the label of the package, in Chinese.
    pub(super) fn label(&self) -> String {
        let mut label = "行政执法全过程记录数据包".to_owned();
        if !self.devices.is_empty() {
            let _never_fails = write!(label, "；所选设备 {} 台", self.devices.len());
        }
        let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
        if self.from.is_some() || self.to.is_some() {
            let _never_fails = write!(label, "；资料限于 {} 至 {}", day(self.from), day(self.to));
        }
        label
    }
}
