//! Documents.

use crate::{
    core::Core,
    failure::CoreFailure,
    view::{
        paper::{DocumentView, DocumentsView, FormView, NoticeForm},
        word::DocumentId,
    },
};
use liuhen_core::say::choice::word;
use std::collections::HashMap;

#[uniffi::export]
impl Core {
    /// The documents of the activity that is open.
    pub async fn documents_screen(&self) -> Result<DocumentsView, CoreFailure> {
        self.with(|phone| phone.documents_view()).await
    }

    /// The form of a template.
    pub async fn form(&self, template: String) -> Result<FormView, CoreFailure> {
        self.with(move |phone| phone.form_view(&template)).await
    }

    /// The form that corrects a document.
    pub async fn correction_form(&self, document: DocumentId) -> Result<FormView, CoreFailure> {
        self.with(move |phone| phone.correction_form(document)).await
    }

    /// The notice of recording.
    pub async fn notice_form(&self) -> Result<NoticeForm, CoreFailure> {
        self.with(|phone| phone.notice_form()).await
    }

    /// Gives notice of the recording.
    pub async fn give_notice(
        &self,
        channel: String,
        response: String,
        fields: HashMap<String, String>,
    ) -> Result<DocumentView, CoreFailure> {
        self.with(move |phone| {
            let (channel, response) = (word(&channel)?, word(&response)?);
            let body = phone.give_notice(channel, response, &fields.into_iter().collect())?;
            phone.document_view(body.document)
        })
        .await
    }

    /// Fills a document.
    pub async fn fill_document(
        &self,
        template: String,
        fields: HashMap<String, String>,
    ) -> Result<DocumentView, CoreFailure> {
        self.with(move |phone| {
            let body = phone.fill_document(&template, &fields.into_iter().collect())?;
            phone.document_view(body.document)
        })
        .await
    }

    /// Corrects a document; the correction is marked in the text.
    pub async fn correct_document(
        &self,
        document: DocumentId,
        changes: HashMap<String, String>,
        by: String,
    ) -> Result<DocumentView, CoreFailure> {
        self.with(move |phone| {
            phone.correct_document(document, &changes.into_iter().collect(), &by)?;
            phone.document_view(document)
        })
        .await
    }

    /// A document.
    pub async fn document(&self, document: DocumentId) -> Result<DocumentView, CoreFailure> {
        self.with(move |phone| phone.document_view(document)).await
    }
}
