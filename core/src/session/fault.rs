//! Equipment out of order (article 20): stopped, reported, repaired by professionals. On the phone a reported
//! device stays out of use; only the bureau puts it back into service.

use super::{Missing, Refused};
use liuhen_record::{Kind, Record};
use std::collections::BTreeSet;

/// Numbers of the devices that were reported out of order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faulty(BTreeSet<String>);

impl Faulty {
    /// Collects the reports among `records`, of whatever session, without those the bureau has `returned` to
    /// service.
    pub fn fold<'a>(records: impl IntoIterator<Item = &'a Record>, returned: &BTreeSet<String>) -> Self {
        let reports = records.into_iter().filter_map(|record| match &record.kind {
            Kind::FaultReported(body) => Some(body.device_no.trim()),
            _ => None,
        });
        Self(reports.filter(|no| !returned.contains(*no)).map(str::to_owned).collect())
    }

    /// Whether the device is out of order.
    pub fn holds(&self, device_no: &str) -> bool {
        self.0.contains(device_no.trim())
    }

    /// Whether a recorder may be paired for recording. Copying out what it still holds (drain) is always allowed
    /// and does not ask here.
    ///
    /// # Errors
    /// [`Missing::DeviceInOrder`].
    pub fn check_pairing(&self, recorder_no: &str) -> Result<(), Refused> {
        if self.holds(recorder_no) {
            return Err(Missing::DeviceInOrder { device_no: recorder_no.trim().to_owned() }.into());
        }
        Ok(())
    }
}
