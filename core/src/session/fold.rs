//! Folding records into a view. Records are taken as they are: what may not happen is judged by the gates before
//! it is written and shown by the checklist afterwards, never dropped here.

use super::{
    timeline::Timeline,
    view::{DocumentView, ItemView, Outcome, SealedView, SessionView, Stamped},
};
use liuhen_record::{
    Kind, Record, SessionId,
    kind::{CaptureOpened, CaptureSealed, CloseCause, DocumentFilled},
};

impl SessionView {
    /// The view of `session` that `records`, in order of their numbers, amount to; records of other sessions and
    /// of the device are passed over.
    pub fn fold<'a>(session: SessionId, records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut view = Self {
            session,
            opened: None,
            certificate: None,
            notice: None,
            items: Vec::new(),
            documents: Vec::new(),
            gaps: Vec::new(),
            triggers: Vec::new(),
            faults: Vec::new(),
            paired: Vec::new(),
            recorder_events: Vec::new(),
            recorder_alarms: Vec::new(),
            recorder_lists: Vec::new(),
            reviews: Vec::new(),
            outcomes: Vec::new(),
            closed: None,
            timeline: Timeline::default(),
        };
        for record in records {
            view.apply(record);
        }
        view
    }

    /// Takes one more record.
    pub fn apply(&mut self, record: &Record) {
        if record.session != Some(self.session) {
            return;
        }
        let at_ms = self.timeline.see(&record.time);
        let stamp = Stamper { record, at_ms };
        match &record.kind {
            Kind::SessionOpened(body) => first(&mut self.opened, stamp.on(body)),
            Kind::CertificateShown(body) => first(&mut self.certificate, stamp.on(body)),
            Kind::NoticeGiven(body) => first(&mut self.notice, stamp.on(body)),
            Kind::SessionClosed(body) => first(&mut self.closed, stamp.on(body)),
            Kind::CaptureOpened(body) => self.capture_opened(stamp.on(body)),
            Kind::CaptureRecovered(body) => {
                if let Some(item) = self.items.iter_mut().rfind(|i| i.item == body.item) {
                    item.recovered = Some(body.clone());
                }
            }
            Kind::CaptureSealed(body) => self.capture_sealed(stamp.on(body)),
            Kind::DocumentFilled(body) => self.document_filled(stamp.on(body)),
            Kind::GapRecorded(body) => self.gaps.push(stamp.on(body)),
            Kind::TriggerMarked(body) => self.triggers.push(stamp.on(body)),
            Kind::FaultReported(body) => self.faults.push(stamp.on(body)),
            Kind::RecorderPaired(body) => self.paired.push(stamp.on(body)),
            Kind::RecorderEvent(body) => self.recorder_events.push(stamp.on(body)),
            Kind::RecorderAlarm(body) => self.recorder_alarms.push(stamp.on(body)),
            Kind::RecorderListed(body) => self.recorder_lists.push(stamp.on(body)),
            Kind::ReviewOpened(body) => self.reviews.push(stamp.on(body)),
            Kind::ReviewConfirmed(body) => self.outcomes.push(stamp.on(&Outcome::Confirmed(body.clone()))),
            Kind::SignatureRefused(body) => self.outcomes.push(stamp.on(&Outcome::Refused(body.clone()))),
            Kind::DeviceEnrolled(_)
            | Kind::StoreQuarantined(_)
            | Kind::PreUseCheck(_)
            | Kind::ItemViewed(_)
            | Kind::DayEnded(_)
            | Kind::ReceiptVerified(_)
            | Kind::MediaFreed(_)
            | Kind::RecorderIssued(_)
            | Kind::RecorderReturned(_)
            | Kind::RepairRecorded(_)
            | Kind::ImportBegun(_)
            | Kind::FileImported(_)
            | Kind::FileAssigned(_)
            | Kind::FileNotImported(_)
            | Kind::FootageMissing(_)
            | Kind::ImportFinished(_)
            | Kind::FootageReleasable(_) => {}
        }
    }

    fn capture_opened(&mut self, opened: Stamped<CaptureOpened>) {
        if self.item(opened.body.item).is_none() {
            let item = opened.body.item;
            self.items.push(ItemView { item, opened, recovered: None, sealed: None });
        }
    }

    fn capture_sealed(&mut self, record: Stamped<CaptureSealed>) {
        let timeline = &self.timeline;
        let Some(item) = self.items.iter_mut().find(|i| i.item == record.body.item && i.sealed.is_none())
        else {
            return;
        };
        // A capture cannot outlive its boot: when recovery sealed it in a later one, its clock readings are
        // still those of the boot in which it began.
        let boot_id = &item.opened.time.boot_id;
        let on_line = |mono_ms: i64| timeline.at(boot_id, mono_ms).unwrap_or(record.at_ms);
        let started_ms = on_line(record.body.started_mono_ms).min(record.at_ms);
        let mut ended_ms = on_line(record.body.ended_mono_ms);
        if record.body.cause == CloseCause::Recovered {
            // The record says where what plays ends (spec/tail-journal.md §4.5); one that says more is not believed.
            let lasted_ms = record.body.description.duration_ms.unwrap_or(0).max(0);
            let broke_off_ms = started_ms.saturating_add(lasted_ms);
            let same_boot = *boot_id == record.time.boot_id;
            ended_ms = if same_boot { ended_ms.min(broke_off_ms) } else { broke_off_ms };
        }
        let ended_ms = ended_ms.clamp(started_ms, record.at_ms);
        item.sealed = Some(SealedView { record, started_ms, ended_ms });
    }

    fn document_filled(&mut self, filled: Stamped<DocumentFilled>) {
        match self.documents.iter_mut().find(|d| d.document == filled.body.document) {
            Some(view) => view.last = filled,
            None => self.documents.push(DocumentView {
                document: filled.body.document,
                first: filled.clone(),
                last: filled,
            }),
        }
    }
}

struct Stamper<'a> {
    record: &'a Record,
    at_ms: i64,
}

impl Stamper<'_> {
    fn on<T: Clone>(&self, body: &T) -> Stamped<T> {
        Stamped {
            seq: self.record.seq,
            at_ms: self.at_ms,
            time: self.record.time.clone(),
            body: body.clone(),
        }
    }
}

fn first<T>(slot: &mut Option<T>, value: T) {
    if slot.is_none() {
        *slot = Some(value);
    }
}
