//! The activity folded last, kept, so that a verb reads what was written since and not the whole activity again.

use super::{Phone, PhoneError};
use crate::session::SessionView;
use liuhen_record::SessionId;
use std::sync::Arc;

/// An activity and how far its records were taken into it.
pub(super) struct Folded {
    view: Arc<SessionView>,
    next_seq: i64,
}

impl Phone {
    /// The session as its records tell it. Records never change and are never taken back, so what was folded of them
    /// before holds.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn view(&self, session: SessionId) -> Result<Arc<SessionView>, PhoneError> {
        let end = self.vault.head().0;
        let mut kept = self.folded.borrow_mut();
        let folded = match kept.as_mut() {
            Some(folded) if folded.view.session == session => folded,
            _ => kept.insert(Folded { view: Arc::new(SessionView::fold(session, [])), next_seq: 1 }),
        };
        if folded.next_seq < end {
            let records = self.vault.session_records_from(session, folded.next_seq)?;
            if !records.is_empty() {
                // Copied only where somebody still looks at the former view.
                let view = Arc::make_mut(&mut folded.view);
                for record in &records {
                    view.apply(record);
                }
            }
            folded.next_seq = end;
        }
        Ok(Arc::clone(&folded.view))
    }

    /// The session that is open now.
    ///
    /// # Errors
    /// [`PhoneError::NoSession`] when none is.
    pub fn current(&self) -> Result<Arc<SessionView>, PhoneError> {
        self.view(self.current_id()?.ok_or(PhoneError::NoSession)?)
    }
}
