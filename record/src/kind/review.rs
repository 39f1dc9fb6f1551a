//! Records about the party's review and signature (article 18).

use crate::{Digest, DocumentId, ItemId, canonical};
use serde::{Deserialize, Serialize};

use super::MediaKind;

/// An item as named in the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestItem {
    /// The item.
    pub item: ItemId,
    /// What sort of media.
    pub media: MediaKind,
    /// SHA-256 of the sealed file.
    pub ct_sha256: Digest,
    /// SHA-256 of what is inside.
    pub pt_sha256: Digest,
    /// Number of its `capture_sealed` record.
    pub seq: i64,
}

/// A document as named in the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestDocument {
    /// The document.
    pub document: DocumentId,
    /// Title, as shown.
    pub title: String,
    /// Its last revision.
    pub revision: i64,
    /// Digest of that revision's text.
    pub document_sha256: Digest,
    /// Number of its `document_filled` record.
    pub seq: i64,
}

/// Everything recorded in a session so far: what the party reviews and what the signature binds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewManifest {
    /// Items, in order of their records. Thumbnails are not listed: they are seen with what they derive from.
    pub items: Vec<ManifestItem>,
    /// Documents, last revisions, in order of their records.
    pub documents: Vec<ManifestDocument>,
}

impl ReviewManifest {
    /// SHA-256 of the manifest's RFC 8785 bytes.
    ///
    /// # Errors
    /// [`canonical::CanonicalError::Number`] when a number is out of range.
    pub fn digest(&self) -> Result<Digest, canonical::CanonicalError> {
        Ok(Digest::of(&canonical::bytes(self)?))
    }
}

/// The party's review began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewOpened {
    /// What is reviewed.
    pub manifest: ReviewManifest,
    /// Its digest.
    pub manifest_sha256: Digest,
}

impl ReviewOpened {
    pub(super) fn check(&self) -> Result<(), &'static str> {
        match self.manifest.digest() {
            Ok(digest) if digest == self.manifest_sha256 => Ok(()),
            _ => Err("manifest_sha256 is not the digest of the manifest"),
        }
    }
}

/// What the party did with one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ItemReview {
    /// 已查阅
    Reviewed {
        /// The item.
        item: ItemId,
    },
    /// 放弃查阅
    Waived {
        /// The item.
        item: ItemId,
        /// Why.
        reason: String,
    },
}

impl ItemReview {
    /// The item spoken of.
    pub fn item(&self) -> ItemId {
        match self {
            Self::Reviewed { item } | Self::Waived { item, .. } => *item,
        }
    }
}

/// How long a page was on the screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageView {
    /// The document.
    pub document: DocumentId,
    /// Page number from 1.
    pub page: i64,
    /// Milliseconds on the screen.
    pub shown_ms: i64,
}

/// Who signs (domain: signature block types).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignerRole {
    /// 当事人
    Party,
    /// 委托代理人
    AuthorisedAgent,
    /// 现场负责人
    SiteLeader,
    /// 执法人员
    Officer,
    /// 记录人
    Scribe,
    /// 见证人
    Witness,
    /// 翻译人员
    Interpreter,
    /// 监护人
    Guardian,
}

/// One stroke: points `[x, y, t_ms, pressure]`. x and y in 1/100 mm from the top left of the signing area, t in
/// milliseconds since the first point of the signature, pressure 0 to 1000.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stroke(pub Vec<[i64; 4]>);

/// A handwritten signature on the screen: grade G1 (strokes and a local digest), never called a 可靠的电子签名.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureBlock {
    /// Who signs.
    pub role: SignerRole,
    /// Name as written or told.
    pub name: String,
    /// Width of the signing area, 1/100 mm.
    pub width: i64,
    /// Height of the signing area, 1/100 mm.
    pub height: i64,
    /// The strokes.
    pub strokes: Vec<Stroke>,
    /// When the last stroke ended, Unix milliseconds, on the session's line of time (`spec/session.md` §3).
    pub signed_at_ms: i64,
}

/// The most points one signature may have; a signature of several minutes fits.
pub const MAX_POINTS: usize = 20_000;

impl SignatureBlock {
    /// Checks that there is something written and that it is inside the signing area, in time order.
    ///
    /// # Errors
    /// The rule broken, in words.
    pub fn check(&self) -> Result<(), &'static str> {
        let points: Vec<&[i64; 4]> = self.strokes.iter().flat_map(|s| &s.0).collect();
        if points.len() < 2 || points.len() > MAX_POINTS {
            return Err("a signature has between 2 and 20000 points");
        }
        if points.windows(2).any(|w| w[1][2] < w[0][2]) || points[0][2] < 0 {
            return Err("the points of a signature are in time order");
        }
        let inside = |p: &&[i64; 4]| {
            (0..=self.width).contains(&p[0])
                && (0..=self.height).contains(&p[1])
                && (0..=1000).contains(&p[3])
        };
        if points.iter().all(inside) { Ok(()) } else { Err("a point lies outside the signing area") }
    }
}

/// The party reviewed and signed. Always signed by the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewConfirmed {
    /// Digest of the manifest reviewed.
    pub manifest_sha256: Digest,
    /// The filled confirmation (记录内容查阅确认书).
    pub document: DocumentId,
    /// Digest of its text: exactly what was shown.
    pub document_sha256: Digest,
    /// Every item of the manifest: reviewed, or waived with a reason.
    pub items: Vec<ItemReview>,
    /// Pages shown.
    pub pages: Vec<PageView>,
    /// Objections (异议内容); empty when none.
    pub objection: String,
    /// The party's signature, then the officers'.
    pub signatures: Vec<SignatureBlock>,
}

impl ReviewConfirmed {
    pub(super) fn check(&self) -> Result<(), &'static str> {
        if self
            .items
            .iter()
            .any(|i| matches!(i, ItemReview::Waived { reason, .. } if reason.trim().is_empty()))
        {
            return Err("a waived item has a reason");
        }
        let speaks = |role| {
            matches!(
                role,
                SignerRole::Party
                    | SignerRole::AuthorisedAgent
                    | SignerRole::SiteLeader
                    | SignerRole::Guardian
            )
        };
        if !self.signatures.iter().any(|s| speaks(s.role)) {
            return Err("the party or somebody for the party signs");
        }
        self.signatures.iter().try_for_each(SignatureBlock::check)
    }
}

/// Why there is no signature (domain §2.4, §3.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureState {
    /// 拒绝签字
    Refused,
    /// 不能签字
    Unable,
    /// 不在场
    Absent,
}

/// The reason given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// 认为记录不实
    Untrue,
    /// 不配合
    Uncooperative,
    /// 未说明
    NotStated,
    /// 其他
    Other,
}

/// Somebody without interest in the case who saw it (见证人). Never an officer of the bureau.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    /// Name.
    pub name: String,
    /// Unit or address.
    pub unit: String,
    /// Telephone.
    pub phone: String,
    /// The witness's signature.
    pub signature: SignatureBlock,
}

/// The party refused, could not sign, or was absent. Always signed by the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureRefused {
    /// Digest of the manifest that was offered for review.
    pub manifest_sha256: Digest,
    /// Refused, unable or absent.
    pub state: SignatureState,
    /// The reason, by code.
    pub reason: RefusalReason,
    /// The reason in words, as the documents must hold it.
    pub note: String,
    /// The witness; required when the party is absent, and where anybody was there to be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<Witness>,
    /// The officers' signatures.
    pub officers: Vec<SignatureBlock>,
}

impl SignatureRefused {
    pub(super) fn check(&self) -> Result<(), &'static str> {
        if self.note.trim().is_empty() {
            return Err("the reason is noted in words");
        }
        if self.state == SignatureState::Absent && self.witness.is_none() {
            return Err("an absent party needs a witness");
        }
        if self.officers.is_empty() {
            return Err("the officers sign a refusal");
        }
        let witness = self.witness.iter().map(|w| &w.signature);
        witness.chain(&self.officers).try_for_each(SignatureBlock::check)
    }
}
