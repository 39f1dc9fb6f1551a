//! What may happen next in a session, and the bodies of its simple steps.

use super::{Missing, Refused, SessionView};
use crate::{
    document::{template_id, text::fits_lines},
    review,
};
use liuhen_record::{
    DocumentId, ItemId,
    kind::{
        CertificateShown, FaultReported, MediaSource, NoticeChannel, NoticeGiven, NoticeResponse, Trigger,
        TriggerMarked,
    },
};

/// Something an officer is about to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action<'a> {
    /// Show the certificates.
    ShowCertificate,
    /// Give notice of recording.
    GiveNotice,
    /// Begin a capture, or bring in a file.
    Capture {
        /// What makes the media.
        source: MediaSource,
    },
    /// Fill a document.
    FillDocument {
        /// Id of its template.
        template: &'a str,
    },
    /// Correct a document.
    CorrectDocument {
        /// The document.
        document: DocumentId,
    },
    /// Explain a hole in the recording.
    RecordGap,
    /// Mark a circumstance of article 12; possible after closing, too.
    MarkTrigger,
    /// Report equipment out of order; possible after closing, too.
    ReportFault,
    /// Begin the party's review.
    OpenReview,
    /// Let the party sign.
    ConfirmReview,
    /// Note that the party does not sign.
    RefuseSignature,
    /// Close the session. Only whether it can be tried; [`SessionView::close`] judges.
    Close,
}

impl SessionView {
    /// Whether `action` may happen now.
    ///
    /// # Errors
    /// [`Refused`] with everything that is missing.
    pub fn check(&self, action: Action<'_>) -> Result<(), Refused> {
        if self.opened.is_none() {
            return Err(Missing::Opened.into());
        }
        if self.closed.is_some() && !goes_on_after_closing(action) {
            return Err(Missing::StillOpen.into());
        }
        let mut missing = Vec::new();
        match action {
            Action::GiveNotice => self.want_certificate(&mut missing),
            Action::FillDocument { template } => self.want_for_template(template, &mut missing),
            Action::CorrectDocument { document } => self.want_correctable(document, &mut missing),
            Action::OpenReview => {
                self.want_certificate(&mut missing);
                self.want_notice(self.activity_needs_notice(), &mut missing);
                let manifest = review::manifest(self);
                if manifest.items.is_empty() && manifest.documents.is_empty() {
                    missing.push(Missing::Recorded);
                }
            }
            Action::ConfirmReview | Action::RefuseSignature => self.want_review(&mut missing),
            Action::ShowCertificate
            | Action::Capture { .. }
            | Action::RecordGap
            | Action::MarkTrigger
            | Action::ReportFault
            | Action::Close => {}
        }
        Refused::unless_empty(missing)
    }

    pub(super) fn activity_needs_notice(&self) -> bool {
        self.opened.as_ref().is_some_and(|o| o.body.activity.needs_prior_notice())
    }

    /// Whether a document of this template belongs to the substantive stage and may not precede the notice: any
    /// record of inspection or inquiry in the three activities of article 18, and an inquiry anywhere, since it is
    /// 询问当事人 whatever the session is called.
    pub(super) fn template_needs_notice(&self, template: &str) -> bool {
        let substantive =
            matches!(template, template_id::ON_SITE_INSPECTION_RECORD | template_id::INQUIRY_RECORD);
        template == template_id::INQUIRY_RECORD || (substantive && self.activity_needs_notice())
    }

    fn want_for_template(&self, template: &str, missing: &mut Vec<Missing>) {
        match template {
            template_id::RECORDING_NOTICE => {}
            template_id::REVIEW_CONFIRMATION => self.want_review(missing),
            template_id::ON_SITE_INSPECTION_RECORD
            | template_id::INQUIRY_RECORD
            | template_id::HEARING_RECORD
            | template_id::SERVICE_RECEIPT => {
                self.want_certificate(missing);
                self.want_notice(self.template_needs_notice(template), missing);
            }
            _ => missing.push(Missing::Template { template: template.to_owned() }),
        }
    }

    fn want_certificate(&self, missing: &mut Vec<Missing>) {
        if self.certificate.is_none() {
            missing.push(Missing::CertificateShown);
        }
    }

    fn want_notice(&self, required: bool, missing: &mut Vec<Missing>) {
        if required && self.notice.is_none() {
            missing.push(Missing::Notice);
        }
    }

    /// The party signs the confirmation as it was shown: one that says something else is another paper.
    fn want_correctable(&self, document: DocumentId, missing: &mut Vec<Missing>) {
        match self.document(document).map(|d| d.last.body.template.as_str()) {
            None => missing.push(Missing::Document),
            Some(template_id::REVIEW_CONFIRMATION) => missing.push(Missing::ConfirmationMadeAgain),
            Some(_) => {}
        }
    }

    /// A review is open, and no document it names was corrected since: the party signs what is on the screen.
    fn want_review(&self, missing: &mut Vec<Missing>) {
        let Some(review) = self.current_review() else {
            missing.push(Missing::ReviewOpened);
            return;
        };
        for named in &review.body.manifest.documents {
            let last = self.document(named.document).map(|d| d.last.body.document_sha256);
            if last != Some(named.document_sha256) {
                missing.push(Missing::ReviewCurrent { title: named.title.clone() });
            }
        }
    }
}

/// Footage is often copied from a recorder or camera only at the end of the day, and a circumstance of article 12
/// or a fault may show later; everything else belongs inside the session.
fn goes_on_after_closing(action: Action<'_>) -> bool {
    match action {
        Action::MarkTrigger | Action::ReportFault => true,
        Action::Capture { source } => source != MediaSource::Phone,
        _ => false,
    }
}

/// The record of showing the certificates (article 17). `cert_nos` empty means those of all officers of record.
///
/// # Errors
/// [`Refused`] when the session is not open, an officer of record showed none, or the photograph is unknown.
pub fn certificate(
    view: &SessionView,
    cert_nos: &[String],
    confirmed_by_party: bool,
    item: Option<ItemId>,
) -> Result<CertificateShown, Refused> {
    view.check(Action::ShowCertificate)?;
    let mut missing = Vec::new();
    let of_record = view.officers().iter().map(|o| o.cert_no.clone());
    let shown: Vec<String> = if cert_nos.is_empty() { of_record.collect() } else { cert_nos.to_vec() };
    for officer in view.officers().iter().filter(|o| !shown.contains(&o.cert_no)) {
        missing.push(Missing::CertificateOf { name: officer.name.clone() });
    }
    missing.extend(unknown_item(view, item));
    Refused::unless_empty(missing)?;
    Ok(CertificateShown { cert_nos: shown, confirmed_by_party, item })
}

/// The record of notice (article 18) over a filled 录音录像告知书.
///
/// # Errors
/// [`Refused`] when the certificates were not shown or the document is not such a notice of this session.
pub fn notice(
    view: &SessionView,
    document: DocumentId,
    channel: NoticeChannel,
    response: NoticeResponse,
) -> Result<NoticeGiven, Refused> {
    view.check(Action::GiveNotice)?;
    let filled = view.document(document).map(|d| &d.last.body);
    let filled =
        filled.filter(|d| d.template == template_id::RECORDING_NOTICE).ok_or(Missing::NoticeDocument)?;
    Ok(NoticeGiven { document, document_sha256: filled.document_sha256, channel, response })
}

/// The record of a circumstance of article 12.
///
/// # Errors
/// [`Refused`] when T4 comes without words, or the words cannot be kept.
pub fn trigger(view: &SessionView, trigger: Trigger, note: &str) -> Result<TriggerMarked, Refused> {
    view.check(Action::MarkTrigger)?;
    if trigger == Trigger::T4 && note.trim().is_empty() {
        return Err(Missing::TriggerNote.into());
    }
    fit("note", note)?;
    Ok(TriggerMarked { trigger, note: note.trim().to_owned() })
}

/// The report of a fault (article 20). `view` is the session in which it happened, if one was open.
///
/// # Errors
/// [`Refused`] when device or symptom is missing, or the item is unknown.
pub fn fault_report(
    view: Option<&SessionView>,
    device_no: &str,
    symptom: &str,
    last_good_item: Option<ItemId>,
    data_on_device: bool,
) -> Result<FaultReported, Refused> {
    let mut missing = Vec::new();
    if device_no.trim().is_empty() {
        missing.push(Missing::DeviceNo);
    }
    if symptom.trim().is_empty() {
        missing.push(Missing::FaultSymptom);
    }
    missing.extend(view.and_then(|v| unknown_item(v, last_good_item)));
    Refused::unless_empty(missing)?;
    fit("device_no", device_no)?;
    fit("symptom", symptom)?;
    Ok(FaultReported {
        device_no: device_no.trim().to_owned(),
        symptom: symptom.trim().to_owned(),
        last_good_item,
        data_on_device,
        checkpoints: Vec::new(),
    })
}

fn unknown_item(view: &SessionView, item: Option<ItemId>) -> Option<Missing> {
    item.filter(|i| view.item(*i).is_none()).map(|item| Missing::Item { item })
}

/// Refuses words that are too long or cannot be shown.
pub(crate) fn fit(field: &str, text: &str) -> Result<(), Refused> {
    if fits_lines(text) { Ok(()) } else { Err(Missing::FitText { field: field.to_owned() }.into()) }
}
