//! Issue, return, repair, and what may be released: a recorder in the bureau's keeping.

use super::super::{Phone, PhoneError};
use crate::{
    recorder::{Footage, IssueRequest, Register, ReturnRequest},
    session::{Missing, Refused},
};
use liuhen_btle::Recorder;
use liuhen_record::{
    ItemId, Kind, SessionId,
    kind::{FootageReleasable, ItemState, RecorderIssued, RecorderReturned, ReleasableFile, RepairRecorded},
};
use std::collections::BTreeMap;

/// Files of one `footage_releasable` record at most.
const PAGE_FILES: usize = 500;
/// Kinds that tell of footage.
const FOOTAGE: [&str; 7] = [
    "import_begun",
    "file_imported",
    "file_not_imported",
    "footage_missing",
    "import_finished",
    "footage_releasable",
    "file_assigned",
];

impl Phone {
    /// Every binding that this phone's ledger knows.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn recorder_register(&self) -> Result<Register, PhoneError> {
        Ok(Register::fold(&self.records_of(&["recorder_issued", "recorder_returned"])?))
    }

    /// Records that a recorder was issued to the officer with this id (领用).
    ///
    /// # Errors
    /// [`PhoneError::Refused`] naming who has it, or everything else that is missing.
    pub fn issue_recorder(
        &mut self,
        request: &IssueRequest,
        officer: &str,
    ) -> Result<RecorderIssued, PhoneError> {
        let body = self.bind(request, officer)?;
        self.write_in(None, Kind::RecorderIssued(body.clone()))?;
        Ok(body)
    }

    fn bind(&self, request: &IssueRequest, officer: &str) -> Result<RecorderIssued, PhoneError> {
        let roster = self.roster()?;
        let Some(officer) = roster.officers().iter().find(|o| o.id == officer) else {
            return Err(Refused::from(Missing::UnknownOfficer { officer: officer.to_owned() }).into());
        };
        self.faulty()?.check_pairing(&request.recorder_no)?;
        Ok(self.recorder_register()?.issue(request, officer, self.now_ms()?)?)
    }

    /// As [`Phone::issue_recorder`], with the recorder at hand: the serial is the one that it tells, and the key that it proves
    /// to hold becomes part of the binding.
    ///
    /// # Errors
    /// As [`Phone::issue_recorder`]; [`PhoneError::Refused`] when it tells another serial than the request;
    /// [`PhoneError::Recorder`] when it does not answer or its proof is wrong.
    pub async fn issue_recorder_at_hand(
        &mut self,
        request: &IssueRequest,
        officer: &str,
        recorder: &mut dyn Recorder,
    ) -> Result<RecorderIssued, PhoneError> {
        let identity = recorder.identity().await?;
        if identity.serial != request.serial.trim() {
            let (expected, found) = (request.serial.clone(), crate::capture::escape_name(&identity.serial));
            let recorder_no = request.recorder_no.clone();
            return Err(Refused::from(Missing::RecorderSame { recorder_no, expected, found }).into());
        }
        let key_sha256 = self.first_proof(recorder, &identity).await?;
        let body = RecorderIssued { key_sha256, ..self.bind(request, officer)? };
        self.write_in(None, Kind::RecorderIssued(body.clone()))?;
        Ok(body)
    }

    /// Records that a recorder came back (归还). One that came back damaged is out of order from then on.
    ///
    /// # Errors
    /// [`PhoneError::Refused`].
    pub fn return_recorder(&mut self, request: &ReturnRequest) -> Result<RecorderReturned, PhoneError> {
        let body = self.recorder_register()?.give_back(request, self.now_ms()?)?;
        self.write_in(None, Kind::RecorderReturned(body.clone()))?;
        Ok(body)
    }

    /// Records a step of a repair of a recorder or of this phone (article 20). Once it is returned the device may
    /// record again.
    ///
    /// # Errors
    /// [`PhoneError::Refused`].
    pub fn record_repair(&mut self, request: &RepairRecorded) -> Result<RepairRecorded, PhoneError> {
        let body = self.faulty()?.repair(request, self.roster()?.officers())?;
        self.write_in(None, Kind::RepairRecorded(body.clone()))?;
        Ok(body)
    }

    /// What became of the footage of recorders: of one session, or of all.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn footage(&self, session: Option<SessionId>) -> Result<Footage, PhoneError> {
        Ok(Footage::fold(&self.records_of(&FOOTAGE)?, session))
    }

    /// Records which files on recorders are proved to be at the bureau by now. Nothing is deleted anywhere.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn note_releasable(&mut self) -> Result<usize, PhoneError> {
        let footage = self.footage(None)?;
        let mut proved: BTreeMap<String, Vec<ReleasableFile>> = BTreeMap::new();
        for (recorder_no, of) in footage.recorders() {
            let told: Vec<ItemId> = of.releasable.iter().map(|file| file.item).collect();
            let imported = of.matched.iter().chain(&of.altered).chain(&of.unknown);
            for file in imported.filter(|file| !told.contains(&file.item)) {
                let Some(row) = self.vault.item(file.item)? else { continue };
                if let Some(receipt_index) = row.receipt_index.filter(|_| row.state >= ItemState::Stored) {
                    proved.entry(recorder_no.to_owned()).or_default().push(ReleasableFile {
                        path: file.path.clone(),
                        item: file.item,
                        sha256: file.sha256,
                        receipt_index,
                    });
                }
            }
        }
        let mut count = 0;
        for (recorder_no, files) in proved {
            count += files.len();
            for page in files.chunks(PAGE_FILES) {
                let (recorder_no, files) = (recorder_no.clone(), page.to_vec());
                self.write_in(None, Kind::FootageReleasable(FootageReleasable { recorder_no, files }))?;
            }
        }
        Ok(count)
    }
}
