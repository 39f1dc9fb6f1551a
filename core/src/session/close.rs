//! Closing a session: the record checklist (音像记录清单) and what still stands in the way.

use super::{Action, Missing, Outcome, Refused, Rules, SessionView, gates::fit};
use crate::{document::template_id, review, say};
use liuhen_record::{
    DocumentId, ItemId,
    kind::{Activity, ChecklistEntry, SessionClosed, SignatureState},
    time::TimeClaim,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Names of the checklist's lines, as written in `session_closed`.
pub mod what {
    /// The certificates were shown (article 17).
    pub const CERTIFICATE_SHOWN: &str = "certificate_shown";
    /// Notice was given (article 18; PIPL art. 17).
    pub const NOTICE_GIVEN: &str = "notice_given";
    /// The substantive stage came after the notice (article 18).
    pub const NOTICE_FIRST: &str = "notice_before_substance";
    /// Every capture has ended.
    pub const CAPTURES_ENDED: &str = "captures_ended";
    /// The recording is continuous, or its holes are explained (article 17).
    pub const RECORDING_CONTINUOUS: &str = "recording_continuous";
    /// Every gap has something standing in for it (article 17).
    pub const GAP_SUBSTITUTES: &str = "gap_substitutes";
    /// Nothing is unknown about a recorder that went out of reach.
    pub const RECORDERS_CONFIRMED: &str = "recorders_confirmed";
    /// The written record of the activity (articles 5, 6).
    pub const TEXT_RECORD: &str = "text_record";
    /// The party's review was confirmed or refused (article 18).
    pub const REVIEW_SETTLED: &str = "review_settled";
    /// Nothing came after the review (未经当事人查阅).
    pub const ALL_REVIEWED: &str = "all_reviewed";
}

/// One line of the checklist as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Requirement {
    /// Its name, one of [`what`].
    pub what: &'static str,
    /// What is missing; empty when it is met.
    pub missing: Vec<Missing>,
    /// Whether an explanation can stand in for it.
    pub explainable: bool,
    /// The explanation that the records themselves hold.
    pub explanation: Option<String>,
}

impl Requirement {
    fn of(what: &'static str, missing: Vec<Missing>, explainable: bool) -> Self {
        Self { what, missing, explainable, explanation: None }
    }

    /// Whether it is met as it should be; one met only by explanation is not.
    pub fn is_met(&self) -> bool {
        self.missing.is_empty() && self.explanation.is_none()
    }

    /// The line's name for an officer.
    pub fn zh(&self) -> &'static str {
        say::label::requirement(self.what).zh
    }

    /// The line's name in English.
    pub fn en(&self) -> &'static str {
        say::label::requirement(self.what).en
    }
}

impl SessionView {
    /// The record checklist as it stands at `now`.
    pub fn checklist(&self, now: &TimeClaim, rules: &Rules) -> Vec<Requirement> {
        // A session in which nothing was recorded, opened by mistake, can be closed by explaining everything.
        let empty = self.is_empty();
        let must_notify = self.activity_needs_notice();
        let certificate = self.certificate.is_none().then_some(Missing::CertificateShown);
        let notice = self.notice.is_none().then_some(Missing::Notice);
        let running = self.running().map(|i| Missing::CaptureEnded { item: i.item });
        let lost = self.unconfirmed_recorders().into_iter();
        let lost = lost.map(|no| Missing::RecorderFound { recorder_no: no.to_owned() });
        let unknown = self.unknown_stops().into_iter();
        let lost = lost.chain(unknown.map(|no| Missing::RecorderStop { recorder_no: no.to_owned() }));
        let settled = self.outcomes.is_empty().then_some(Missing::ReviewSettled);
        vec![
            Requirement::of(what::CERTIFICATE_SHOWN, certificate.into_iter().collect(), empty),
            Requirement::of(what::NOTICE_GIVEN, notice.into_iter().collect(), empty || !must_notify),
            Requirement::of(what::NOTICE_FIRST, self.before_notice(), false),
            Requirement::of(what::CAPTURES_ENDED, running.collect(), false),
            self.continuity(now, rules),
            self.substitutes(),
            Requirement::of(what::RECORDERS_CONFIRMED, lost.collect(), true),
            Requirement::of(what::TEXT_RECORD, self.text_record().into_iter().collect(), true),
            Requirement::of(what::REVIEW_SETTLED, settled.into_iter().collect(), empty),
            Requirement::of(what::ALL_REVIEWED, self.later_than_review(), true),
        ]
    }

    /// The record that closes the session. `explanations` holds, by checklist name, why a line is not met.
    ///
    /// # Errors
    /// [`Refused`] with everything that is neither met nor explained.
    pub fn close(
        &self,
        now: &TimeClaim,
        explanations: &BTreeMap<String, String>,
        rules: &Rules,
    ) -> Result<SessionClosed, Refused> {
        self.check(Action::Close)?;
        let mut missing = Vec::new();
        let mut checklist = Vec::new();
        for requirement in self.checklist(now, rules) {
            let met = requirement.is_met();
            let given = explanations.get(requirement.what).map(|e| e.trim()).filter(|e| !e.is_empty());
            let explained = requirement.explainable && given.is_some();
            if !requirement.missing.is_empty() && !explained {
                missing.extend(requirement.missing);
                continue;
            }
            if let Some(given) = given {
                fit(requirement.what, given)?;
            }
            let explanation = given.map(str::to_owned).or(requirement.explanation).filter(|_| !met);
            checklist.push(ChecklistEntry { what: requirement.what.to_owned(), met, explanation });
        }
        Refused::unless_empty(missing)?;
        let items = self.items.iter().map(|i| i.item).collect();
        Ok(SessionClosed::new(items, self.unreviewed(), checklist))
    }

    /// Items that the party did not review (未经当事人查阅): outside the manifest of every review that was
    /// confirmed or refused, or of a review from which the party was absent. Thumbnails are not counted.
    pub fn unreviewed(&self) -> Vec<ItemId> {
        let (items, _) = self.covered(false);
        let all = self.items.iter().filter(|i| !i.is_thumbnail()).map(|i| i.item);
        all.filter(|i| !items.contains(i)).collect()
    }

    /// Items and document revisions that settled reviews were about, with or without those of an absent party.
    pub(crate) fn covered(&self, with_absent: bool) -> (BTreeSet<ItemId>, BTreeSet<(DocumentId, i64)>) {
        let settled = self.outcomes.iter().filter(|o| {
            with_absent || !matches!(&o.body, Outcome::Refused(r) if r.state == SignatureState::Absent)
        });
        let manifests = settled.filter_map(|outcome| {
            let digest = outcome.body.manifest_sha256();
            self.reviews.iter().find(|r| r.body.manifest_sha256 == digest).map(|r| &r.body.manifest)
        });
        let (mut items, mut documents) = (BTreeSet::new(), BTreeSet::new());
        for manifest in manifests {
            items.extend(manifest.items.iter().map(|i| i.item));
            documents.extend(manifest.documents.iter().map(|d| (d.document, d.revision)));
        }
        (items, documents)
    }

    /// What came after the last settled review; an absent party's manifest counts, its absence being explained
    /// already. Nothing, while no review is settled: that is missing by itself.
    fn later_than_review(&self) -> Vec<Missing> {
        if self.outcomes.is_empty() {
            return Vec::new();
        }
        let (items, documents) = self.covered(true);
        let manifest = review::manifest(self);
        let later = manifest.items.iter().filter(|i| !items.contains(&i.item)).count();
        let changed =
            manifest.documents.iter().filter(|d| !documents.contains(&(d.document, d.revision))).count();
        let count = later + changed;
        if count == 0 { Vec::new() } else { vec![Missing::ReviewOfLater { count }] }
    }

    /// Steps of the substantive stage whose records precede the notice, where it must come first (article 18).
    fn before_notice(&self) -> Vec<Missing> {
        let notice_seq = self.notice.as_ref().map_or(i64::MAX, |n| n.seq);
        let documents = self
            .documents
            .iter()
            .filter(|d| d.first.seq < notice_seq && self.template_needs_notice(&d.first.body.template));
        let mut early: Vec<Missing> =
            documents.map(|d| Missing::NoticeFirst { title: d.first.body.title.clone() }).collect();
        if self.activity_needs_notice() && self.reviews.iter().any(|r| r.seq < notice_seq) {
            early.push(Missing::NoticeFirst { title: say::label::REVIEW.zh.to_owned() });
        }
        early
    }

    fn continuity(&self, now: &TimeClaim, rules: &Rules) -> Requirement {
        let open = self.holes(now, rules).into_iter();
        let open = open.map(|h| Missing::HoleExplained { from_ms: h.from_ms, to_ms: h.to_ms });
        let mut requirement = Requirement::of(what::RECORDING_CONTINUOUS, open.collect(), false);
        if !self.all_holes(now, rules).is_empty() {
            requirement.explanation = Some(say::label::gaps_explained(self.gaps.len()));
        }
        requirement
    }

    /// A gap without a substitute says why in its explanation; the checklist shows it as deficient (article 17).
    fn substitutes(&self) -> Requirement {
        let bare =
            self.gaps.iter().filter(|g| g.body.items.is_empty() && g.body.documents.is_empty()).count();
        let mut requirement = Requirement::of(what::GAP_SUBSTITUTES, Vec::new(), true);
        if bare > 0 {
            requirement.explanation = Some(say::label::gaps_without_substitute(bare));
        }
        requirement
    }

    fn text_record(&self) -> Option<Missing> {
        let activity = self.opened.as_ref()?.body.activity;
        let accepted: &[&str] = match activity {
            Activity::Inquiry => &[template_id::INQUIRY_RECORD],
            Activity::Service => &[template_id::SERVICE_RECEIPT],
            Activity::EvidenceCollection | Activity::Penalty => {
                &[template_id::ON_SITE_INSPECTION_RECORD, template_id::INQUIRY_RECORD]
            }
            Activity::Patrol | Activity::Coercion => &[template_id::ON_SITE_INSPECTION_RECORD],
            Activity::Hearing => &[template_id::HEARING_RECORD],
        };
        let filled = accepted.iter().any(|t| self.documents_of(t).next().is_some());
        (!filled).then(|| Missing::TextRecord { title: say::label::text_record(activity).zh.to_owned() })
    }
}
