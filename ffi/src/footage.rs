//! Footage that import could place in no session: listed, and placed by hand.

use crate::{
    core::Core,
    failure::CoreFailure,
    view::{
        footage::FootageView,
        word::{ItemId, SessionId},
    },
};
use liuhen_core::phone::AssignRequest;

/// What an officer fills in who says where a file belongs.
#[derive(Debug, Clone, uniffi::Record)]
pub struct AssignGiven {
    /// The sealed file.
    pub item: ItemId,
    /// The session to which it belongs; nothing takes the word in force back.
    pub session: Option<SessionId>,
    /// Id of the officer who decides.
    pub officer: String,
    /// Why it belongs there.
    pub reason: String,
}

#[uniffi::export]
impl Core {
    /// Footage that belongs to no session, and what is needed to place it by hand.
    pub async fn footage_screen(&self) -> Result<FootageView, CoreFailure> {
        self.with(|phone| phone.footage_view()).await
    }

    /// Says by hand to which session a file belongs. Every word stays; the last one counts.
    pub async fn assign_footage(&self, request: AssignGiven) -> Result<FootageView, CoreFailure> {
        self.with(move |phone| {
            let AssignGiven { item, session, officer, reason } = request;
            phone.assign_file(&AssignRequest { item, session, officer, reason })?;
            phone.footage_view()
        })
        .await
    }
}
