//! The rules of the party's review (article 18): what was signed or refused is the manifest that was shown, in
//! the same session, and the manifest names exactly what was sealed and filled.

use super::Rule;
use super::ledger::{Session, Step};
use crate::kind::{
    ItemReview, ManifestDocument, ManifestItem, ReviewConfirmed, ReviewOpened, SignatureRefused,
};
use crate::{Digest, ItemId};
use std::collections::{BTreeMap, BTreeSet};

/// The reviews of one session.
#[derive(Debug, Default)]
pub struct Reviews {
    opened: BTreeMap<Digest, BTreeSet<ItemId>>,
    /// Items of manifests that were confirmed or refused.
    covered: BTreeSet<ItemId>,
    ended: bool,
}

impl Reviews {
    /// Whether no review was confirmed or refused.
    pub fn is_empty(&self) -> bool {
        !self.ended
    }

    /// Whether the item was in a manifest that was confirmed or refused.
    pub fn covers(&self, item: ItemId) -> bool {
        self.covered.contains(&item)
    }

    fn end(&mut self, manifest_sha256: Digest) -> Option<&BTreeSet<ItemId>> {
        self.ended = true;
        let items = self.opened.get(&manifest_sha256)?;
        self.covered.extend(items);
        Some(items)
    }
}

impl Step<'_> {
    pub(super) fn review_opened(&mut self, session: &mut Session, body: &ReviewOpened) {
        for item in &body.manifest.items {
            self.manifest_item(session, item);
        }
        for document in &body.manifest.documents {
            self.manifest_document(session, document);
        }
        let items = body.manifest.items.iter().map(|item| item.item).collect::<BTreeSet<_>>();
        if items.len() != body.manifest.items.len() {
            self.broken(Rule::ManifestItem, "an item is named twice");
        }
        session.reviews.opened.insert(body.manifest_sha256, items);
    }

    fn manifest_item(&mut self, session: &Session, named: &ManifestItem) {
        let here = self.items.get(&named.item).filter(|_| session.sealed.contains(&named.item));
        let Some(sealed) = here else {
            self.absent(Rule::ManifestItem, named.item);
            return;
        };
        let same = sealed.device == self.record.device
            && sealed.seq == named.seq
            && sealed.ct_sha256 == named.ct_sha256
            && sealed.pt_sha256 == named.pt_sha256
            && sealed.media.is_none_or(|media| media == named.media);
        if !same {
            self.broken(Rule::ManifestItem, named.item);
        }
    }

    fn manifest_document(&mut self, session: &Session, named: &ManifestDocument) {
        let last = session.documents.get(&named.document).and_then(|revisions| revisions.last());
        let Some(last) = last else {
            self.absent(Rule::ManifestDocument, named.document);
            return;
        };
        let same = last.seq == named.seq
            && last.revision == named.revision
            && last.title == named.title
            && last.sha256 == named.document_sha256;
        if !same {
            self.absent(Rule::ManifestDocument, named.document);
        }
    }

    pub(super) fn review_confirmed(&mut self, session: &mut Session, body: &ReviewConfirmed) {
        let Some(items) = session.reviews.end(body.manifest_sha256) else {
            self.absent(Rule::ManifestUnknown, body.manifest_sha256);
            return;
        };
        let spoken: BTreeSet<ItemId> = body.items.iter().map(ItemReview::item).collect();
        if spoken.len() != body.items.len() || spoken != *items {
            self.broken(Rule::ReviewItems, body.manifest_sha256);
        }
    }

    pub(super) fn signature_refused(&mut self, session: &mut Session, body: &SignatureRefused) {
        if session.reviews.end(body.manifest_sha256).is_none() {
            self.absent(Rule::ManifestUnknown, body.manifest_sha256);
        }
    }
}
