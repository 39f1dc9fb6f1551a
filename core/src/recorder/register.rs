//! Issue and return (领用、归还): which officer, with which certificate, a recorder belonged to at any instant.

use crate::session::{Missing, Refused, certificate_at, fit};
use liuhen_record::{
    Kind, Record,
    kind::{Condition, RecorderIssued, RecorderReturned},
    roster::Officer,
};

/// A clock may be a minute ahead of the one that judges it.
const AHEAD_MS: i64 = 60_000;

/// A recorder in the hands of one officer for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Number of the `recorder_issued` record.
    pub seq: i64,
    /// What it says.
    pub issued: RecorderIssued,
    /// First instant after the binding, Unix milliseconds; `None` while it lasts.
    pub to_ms: Option<i64>,
}

impl Binding {
    /// Whether it is valid at this instant (Unix milliseconds).
    pub fn holds_at(&self, at_ms: i64) -> bool {
        self.issued.from_ms <= at_ms && self.to_ms.is_none_or(|to_ms| at_ms < to_ms)
    }
}

/// What the custodian fills in when a recorder is handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueRequest {
    /// The bureau's number for it.
    pub recorder_no: String,
    /// Maker's serial number.
    pub serial: String,
    /// Officer number configured in it, at most six characters; may be empty.
    pub configured_officer_no: String,
    /// From when on, Unix milliseconds; now when absent.
    pub from_ms: Option<i64>,
    /// The custodian's name.
    pub issued_by: String,
    /// Its condition.
    pub condition: Condition,
    /// Anything else.
    pub note: Option<String>,
}

/// What the custodian fills in when a recorder comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnRequest {
    /// The recorder.
    pub recorder_no: String,
    /// When, Unix milliseconds; when absent now, or when it was issued if the clock went back behind that.
    pub to_ms: Option<i64>,
    /// The custodian's name.
    pub received_by: String,
    /// Its condition.
    pub condition: Condition,
    /// Whether media is still on it.
    pub data_on_device: bool,
    /// Anything else.
    pub note: Option<String>,
}

/// All bindings, in order of their records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Register(Vec<Binding>);

impl Register {
    /// Folds issues and returns out of `records`, which are in order of their numbers.
    pub fn fold<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut bindings: Vec<Binding> = Vec::new();
        for record in records {
            match &record.kind {
                Kind::RecorderIssued(body) => {
                    bindings.push(Binding { seq: record.seq, issued: body.clone(), to_ms: None });
                }
                Kind::RecorderReturned(body) => {
                    let open =
                        |b: &&mut Binding| b.issued.recorder_no == body.recorder_no && b.to_ms.is_none();
                    if let Some(binding) = bindings.iter_mut().rev().find(open) {
                        binding.to_ms = Some(body.to_ms);
                    }
                }
                _ => {}
            }
        }
        Self(bindings)
    }

    /// Every binding.
    pub fn bindings(&self) -> &[Binding] {
        &self.0
    }

    /// To whom a recorder belonged at an instant (Unix milliseconds).
    pub fn at(&self, recorder_no: &str, at_ms: i64) -> Option<&Binding> {
        self.0.iter().rev().find(|b| b.issued.recorder_no == recorder_no && b.holds_at(at_ms))
    }

    /// Every binding, in order of their records.
    pub fn all(&self) -> &[Binding] {
        &self.0
    }

    /// The binding that lasts.
    pub fn held(&self, recorder_no: &str) -> Option<&Binding> {
        self.0.iter().rev().find(|b| b.issued.recorder_no == recorder_no && b.to_ms.is_none())
    }

    /// The record that issues a recorder to `officer`.
    ///
    /// # Errors
    /// [`Refused`]: somebody else has it ([`Missing::RecorderFree`] says who), the same device is issued under
    /// another number, the officer holds no valid certificate then, it is damaged, or words are missing.
    pub fn issue(
        &self,
        request: &IssueRequest,
        officer: &Officer,
        now_ms: i64,
    ) -> Result<RecorderIssued, Refused> {
        let from_ms = request.from_ms.unwrap_or(now_ms);
        let mut missing = Vec::new();
        let (recorder_no, serial) = (request.recorder_no.trim(), request.serial.trim());
        for (field, text) in
            [("recorder_no", recorder_no), ("serial", serial), ("issued_by", request.issued_by.trim())]
        {
            if text.is_empty() {
                missing.push(Missing::Filled { field: field.to_owned() });
            }
        }
        if request.configured_officer_no.trim().chars().count() > 6 {
            missing.push(Missing::OfficerNoFits);
        }
        if from_ms > now_ms.saturating_add(AHEAD_MS) {
            missing.push(Missing::BindingTimes);
        }
        if request.condition == Condition::Damaged {
            missing.push(Missing::DeviceInOrder { device_no: recorder_no.to_owned() });
        }
        missing.extend(self.in_the_way(recorder_no, serial, from_ms));
        let cert_no = match certificate_at(officer, from_ms) {
            Ok(certificate) => certificate.cert_no.clone(),
            Err(lacking) => {
                missing.push(lacking);
                String::new()
            }
        };
        Refused::unless_empty(missing)?;
        for (field, text) in [
            ("recorder_no", recorder_no),
            ("serial", serial),
            ("configured_officer_no", &request.configured_officer_no),
            ("issued_by", &request.issued_by),
            ("note", request.note.as_deref().unwrap_or_default()),
        ] {
            fit(field, text)?;
        }
        Ok(RecorderIssued {
            recorder_no: recorder_no.to_owned(),
            serial: serial.to_owned(),
            configured_officer_no: request.configured_officer_no.trim().to_owned(),
            officer: officer.id.clone(),
            name: officer.name.clone(),
            cert_no,
            unit: officer.unit.clone(),
            from_ms,
            issued_by: request.issued_by.trim().to_owned(),
            condition: request.condition,
            note: request.note.clone().filter(|note| !note.trim().is_empty()),
            key_sha256: None,
        })
    }

    /// A new binding has no end yet: it must begin after every other of this number, or of this device, ended.
    fn in_the_way(&self, recorder_no: &str, serial: &str, from_ms: i64) -> Option<Missing> {
        let same = |b: &&Binding| b.issued.recorder_no == recorder_no || b.issued.serial == serial;
        let lasts = |b: &&Binding| b.to_ms.is_none_or(|to_ms| to_ms > from_ms);
        let held = self.0.iter().rev().filter(same).find(lasts)?;
        Some(Missing::RecorderFree {
            recorder_no: held.issued.recorder_no.clone(),
            holder: held.issued.name.clone(),
            officer: held.issued.officer.clone(),
        })
    }

    /// The record that ends a binding.
    ///
    /// # Errors
    /// [`Refused`]: nobody has the recorder, the end lies before the beginning or in the future, or nobody received it.
    pub fn give_back(&self, request: &ReturnRequest, now_ms: i64) -> Result<RecorderReturned, Refused> {
        let recorder_no = request.recorder_no.trim();
        let Some(held) = self.held(recorder_no) else {
            return Err(Missing::RecorderIssued { recorder_no: recorder_no.to_owned() }.into());
        };
        let now_ms = now_ms.max(held.issued.from_ms);
        let to_ms = request.to_ms.unwrap_or(now_ms);
        let mut missing = Vec::new();
        if to_ms < held.issued.from_ms || to_ms > now_ms.saturating_add(AHEAD_MS) {
            missing.push(Missing::BindingTimes);
        }
        if request.received_by.trim().is_empty() {
            missing.push(Missing::Filled { field: "received_by".to_owned() });
        }
        Refused::unless_empty(missing)?;
        fit("received_by", &request.received_by)?;
        fit("note", request.note.as_deref().unwrap_or_default())?;
        Ok(RecorderReturned {
            recorder_no: recorder_no.to_owned(),
            officer: held.issued.officer.clone(),
            to_ms,
            received_by: request.received_by.trim().to_owned(),
            condition: request.condition,
            data_on_device: request.data_on_device,
            note: request.note.clone().filter(|note| !note.trim().is_empty()),
        })
    }
}
