//! Footage assigned by hand: an officer says to which session a file belongs that the rules could place in none
//! (`spec/recorder-import.md` §6.6). Nothing is moved, altered or removed; the last word counts.

use super::super::{Phone, PhoneError};
use crate::session::{Missing, Refused, fit, qualified_officer};
use liuhen_record::{ItemId, Kind, SessionId, assigned::Assigned, kind::FileAssigned};

/// What an officer fills in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignRequest {
    /// The sealed file.
    pub item: ItemId,
    /// The session to which it belongs; `None` takes the assignment in force back.
    pub session: Option<SessionId>,
    /// Id of the officer who decides.
    pub officer: String,
    /// Why it belongs there.
    pub reason: String,
}

impl Phone {
    /// Records to which session a file of a recorder belongs, when import could place it in none. A later word supersedes an
    /// earlier one; both stay.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] naming everything that is missing: the file is not one that belongs to no session, the
    /// session is not one of this phone, the officer holds no valid certificate, there is no reason, or nothing would
    /// change.
    pub fn assign_file(&mut self, request: &AssignRequest) -> Result<FileAssigned, PhoneError> {
        let now_ms = self.now_ms()?;
        let records = self.records_of(&["file_imported", "file_assigned"])?;
        let unplaced = records.iter().find_map(|record| match &record.kind {
            Kind::FileImported(body) if body.item == request.item && body.unassigned.is_some() => {
                Some((record.seq, body))
            }
            _ => None,
        });
        let assigned = Assigned::fold(&records);
        let before = assigned.last(request.item);
        let mut missing = Vec::new();
        if unplaced.is_none() {
            missing.push(Missing::FileUnassigned { item: request.item });
        }
        if let Some(session) = request.session
            && !self.has_session(session)?
        {
            missing.push(Missing::SessionKnown { session });
        }
        if before.map_or(request.session.is_none(), |before| before.session == request.session) {
            missing.push(Missing::AssignmentNew { item: request.item });
        }
        let reason = request.reason.trim();
        if reason.is_empty() {
            missing.push(Missing::AssignmentReason);
        }
        let roster = self.roster()?;
        let officer = qualified_officer(roster.officers(), &request.officer, now_ms);
        let ((imported_seq, file), (officer, certificate)) = match (unplaced, officer) {
            (Some(unplaced), Ok(officer)) if missing.is_empty() => (unplaced, officer),
            (_, officer) => {
                missing.extend(officer.err());
                return Err(Refused { missing }.into());
            }
        };
        fit("reason", reason)?;
        let body = FileAssigned {
            recorder_no: file.recorder_no.clone(),
            item: file.item,
            sha256: file.sha256,
            imported_seq,
            officer: officer.id.clone(),
            name: officer.name.clone(),
            cert_no: certificate.cert_no.clone(),
            reason: reason.to_owned(),
            supersedes: before.map(|before| before.seq),
        };
        self.write_in(request.session, Kind::FileAssigned(body.clone()))?;
        Ok(body)
    }

    fn has_session(&self, session: SessionId) -> Result<bool, PhoneError> {
        Ok(self.records_of(&["session_opened"])?.iter().any(|record| record.session == Some(session)))
    }
}
