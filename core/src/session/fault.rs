//! Equipment out of order (article 20): stopped, reported, repaired by professionals. On the phone a reported
//! device stays out of use until a repair by professionals is recorded as returned.

use super::{Missing, Refused, fit};
use liuhen_record::{
    Kind, Record,
    kind::{Condition, RepairRecorded, RepairStep},
    roster::Officer,
};
use std::collections::BTreeSet;

/// Numbers of the devices that are out of order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faulty(BTreeSet<String>);

impl Faulty {
    /// Folds reports and repairs out of `records`, which are in order of their numbers and of whatever session: a
    /// report puts a device out of use until its repair is recorded as returned.
    pub fn fold<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let (mut faulty, mut retired) = (BTreeSet::new(), BTreeSet::new());
        for record in records {
            match &record.kind {
                Kind::FaultReported(body) => {
                    faulty.insert(body.device_no.trim().to_owned());
                }
                Kind::RepairRecorded(body) => match body.step {
                    RepairStep::Returned if !retired.contains(body.device_no.trim()) => {
                        faulty.remove(body.device_no.trim());
                    }
                    RepairStep::Retired => {
                        retired.insert(body.device_no.trim().to_owned());
                    }
                    RepairStep::Sent | RepairStep::Returned => {}
                },
                // Damaged when it came back is out of order, too.
                Kind::RecorderReturned(body) if body.condition == Condition::Damaged => {
                    faulty.insert(body.recorder_no.trim().to_owned());
                }
                _ => {}
            }
        }
        Self(faulty)
    }

    /// Whether the device is out of order.
    pub fn holds(&self, device_no: &str) -> bool {
        self.0.contains(device_no.trim())
    }

    /// Whether a recorder may be paired for recording. Copying out what it still holds (drain) does not ask here.
    ///
    /// # Errors
    /// [`Missing::DeviceInOrder`].
    pub fn check_pairing(&self, recorder_no: &str) -> Result<(), Refused> {
        if self.holds(recorder_no) {
            return Err(Missing::DeviceInOrder { device_no: recorder_no.trim().to_owned() }.into());
        }
        Ok(())
    }

    /// The record of a step of a repair. `roster` names the officers, none of whom repairs anything.
    ///
    /// # Errors
    /// [`Refused`] when the device was not reported, words are missing, or an officer repairs.
    pub fn repair(&self, request: &RepairRecorded, roster: &[Officer]) -> Result<RepairRecorded, Refused> {
        let mut missing = Vec::new();
        if !self.holds(&request.device_no) {
            missing.push(Missing::FaultReport { device_no: request.device_no.trim().to_owned() });
        }
        let words = [("repairer", request.repairer.trim()), ("approved_by", request.approved_by.trim())];
        let empty = words.iter().filter(|(_, text)| text.is_empty());
        missing.extend(empty.map(|(field, _)| Missing::Filled { field: (*field).to_owned() }));
        if roster.iter().any(|officer| officer.name == request.repairer.trim()) {
            missing.push(Missing::ProfessionalRepair { name: request.repairer.trim().to_owned() });
        }
        Refused::unless_empty(missing)?;
        for (field, text) in words.into_iter().chain([
            ("approval_no", request.approval_no.as_deref().unwrap_or_default()),
            ("note", request.note.as_deref().unwrap_or_default()),
        ]) {
            fit(field, text)?;
        }
        let mut body = request.clone();
        request.device_no.trim().clone_into(&mut body.device_no);
        Ok(body)
    }
}
