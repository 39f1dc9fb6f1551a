use super::{Bureau, IDENTITY, Memory, Phone};
use liuhen_record::kind::*;
use liuhen_record::package::{BagInfo, PackageSink, PackageWriter};
use liuhen_record::receipt::{ITEM_STORED, ItemStored};
use liuhen_record::recipients::RecipientList;
use liuhen_record::seal::{Envelope, FileKey, Identity, SealedDigests, Sealer};
use liuhen_record::{Digest, DocumentId, ImportId, ItemId, Kind, SessionId};
use ring::rand::SystemRandom;
use std::collections::BTreeMap;

/// A receipt: the statement and its index in the log.
pub struct Stored {
    pub statement: Vec<u8>,
    pub index: u64,
}

/// A patrol of one phone: what it wrote, what it sealed, and the bureau.
pub struct Patrol {
    pub phone: Phone,
    pub bureau: Bureau,
    pub items: BTreeMap<ItemId, Vec<u8>>,
    pub plain: BTreeMap<ItemId, Vec<u8>>,
    pub stored: BTreeMap<ItemId, Stored>,
    pub first: SessionId,
    pub second: SessionId,
    /// Index of every record in the log.
    pub leaves: Vec<u64>,
    next_id: u32,
    manifest: ReviewManifest,
}

impl Patrol {
    /// Two sessions: the first reviewed and signed, the second refused before a witness, with a photo taken
    /// after the refusal.
    pub fn walk() -> Self {
        let mut patrol = Self::enrolled();
        patrol.first_session();
        patrol.second_session();
        patrol.end();
        patrol
    }

    /// One photo in one session, not reviewed.
    pub fn short() -> Self {
        let mut patrol = Self::enrolled();
        let id = patrol.first;
        patrol.open(id, "某某餐饮店", Activity::Patrol);
        patrol.capture(id, MediaKind::Photo, "image/jpeg", None, b"a photograph");
        patrol.fill(id, "现场检查笔录", &["第一页"]);
        patrol.close(id);
        patrol.take_in();
        patrol
    }

    /// Three photos in one session, reviewed two and one; `named` of them are listed where it closes.
    pub fn in_parts(named: usize) -> Self {
        let mut patrol = Self::enrolled();
        let id = patrol.first;
        patrol.open(id, "某某餐饮店", Activity::Patrol);
        let photos: [&[u8]; 3] = [b"one", b"two", b"three"];
        let items =
            photos.map(|plain| patrol.capture(id, MediaKind::Photo, "image/jpeg", None, plain)).to_vec();
        let whole = patrol.manifest.items.clone();
        for part in whole.chunks(2) {
            patrol.manifest = ReviewManifest { items: part.to_vec(), documents: Vec::new() };
            let manifest_sha256 = patrol.review(id);
            let refused = SignatureRefused {
                manifest_sha256,
                state: SignatureState::Refused,
                reason: RefusalReason::NotStated,
                note: "当事人拒绝签字，未说明理由".to_owned(),
                witness: None,
                officers: vec![signature(SignerRole::Officer, "张三")],
            };
            patrol.write(id, Kind::SignatureRefused(refused));
        }
        let mut closed = SessionClosed::new(items.clone(), vec![], vec![]);
        closed.items.truncate(named);
        let (items_sha256, unreviewed_sha256) = (Digest::of(b"whole"), Digest::of(b""));
        let lists = WholeLists { items: 3, items_sha256, unreviewed: 0, unreviewed_sha256 };
        closed.whole = (named < items.len()).then_some(lists);
        patrol.write(id, Kind::SessionClosed(closed));
        patrol.take_in();
        patrol
    }

    /// `items` photos of `bytes` each, ten records for each of them, all in one session.
    pub fn long(items: usize, bytes: usize) -> Self {
        let mut patrol = Self::enrolled();
        let id = patrol.first;
        patrol.open(id, "某某餐饮店", Activity::Patrol);
        let plain: Vec<u8> = (0..bytes).map(|n| (n % 251) as u8).collect();
        for _ in 0..items {
            let item = patrol.capture(id, MediaKind::Photo, "image/jpeg", None, &plain);
            for n in 0..8 {
                let viewed = ItemViewed {
                    item,
                    purpose: format!("当场核对拍摄内容是否清晰完整（第 {n} 次）"),
                };
                patrol.write(id, Kind::ItemViewed(viewed));
            }
        }
        patrol.close(id);
        patrol.take_in();
        patrol
    }

    /// A phone that was enrolled and nothing more.
    pub fn enrolled() -> Self {
        let bureau = Bureau::new();
        let mut phone = Phone::new(0);
        let enrolled = DeviceEnrolled {
            device_no: "ZF-0001".to_owned(),
            bureau: bureau.signer.verifier_key().name().to_owned(),
            bureau_vkey: bureau.signer.verifier_key().to_string(),
            app: "liuhen/0.1.0".to_owned(),
            key_store: "software".to_owned(),
            succeeds: None,
        };
        phone.write(None, Kind::DeviceEnrolled(enrolled));
        Self {
            phone,
            bureau,
            items: BTreeMap::new(),
            plain: BTreeMap::new(),
            stored: BTreeMap::new(),
            first: SessionId([0xa1; 16]),
            second: SessionId([0xa2; 16]),
            leaves: Vec::new(),
            next_id: 0,
            manifest: ReviewManifest { items: Vec::new(), documents: Vec::new() },
        }
    }

    fn first_session(&mut self) {
        let id = self.first;
        self.open(id, "某某餐饮店", Activity::Inquiry);
        self.write(
            id,
            Kind::CertificateShown(CertificateShown {
                cert_nos: vec!["湘A-001".to_owned(), "湘A-002".to_owned()],
                confirmed_by_party: true,
                item: None,
            }),
        );
        let (document, document_sha256) =
            self.fill(id, "录音录像告知书", &["现告知您，本次执法全程录音录像。"]);
        self.write(
            id,
            Kind::NoticeGiven(NoticeGiven {
                document,
                document_sha256,
                channel: NoticeChannel::OnScreen,
                response: NoticeResponse::Acknowledged,
            }),
        );
        let photo =
            self.capture(id, MediaKind::Photo, "image/jpeg", None, b"a photograph, as far as it matters");
        self.capture(id, MediaKind::Thumbnail, "image/jpeg", Some(photo), b"small");
        self.capture(id, MediaKind::Audio, "audio/aac", None, &[7; 1500]);
        let (inspection, _) = self.fill(id, "现场检查笔录", &["第一页：<后厨>", "第二页"]);
        self.correct(id, inspection);
        let manifest_sha256 = self.review(id);
        let (document, document_sha256) = self.fill(id, "记录内容查阅确认书", &["本人已查阅。"]);
        let items = self.reviewed_items();
        self.write(
            id,
            Kind::ReviewConfirmed(ReviewConfirmed {
                manifest_sha256,
                document,
                document_sha256,
                items,
                pages: vec![PageView { document, page: 1, shown_ms: 4200 }],
                objection: String::new(),
                signatures: vec![
                    signature(SignerRole::Party, "王某"),
                    signature(SignerRole::Officer, "张三"),
                ],
            }),
        );
        self.close(id);
    }

    fn second_session(&mut self) {
        let id = self.second;
        self.manifest = ReviewManifest { items: Vec::new(), documents: Vec::new() };
        self.open(id, "某某市场", Activity::Patrol);
        self.capture(id, MediaKind::Photo, "image/jpeg", None, b"");
        let manifest_sha256 = self.review(id);
        self.write(
            id,
            Kind::SignatureRefused(SignatureRefused {
                manifest_sha256,
                state: SignatureState::Refused,
                reason: RefusalReason::NotStated,
                note: "当事人拒绝签字，未说明理由".to_owned(),
                witness: Some(Witness {
                    name: "李四".to_owned(),
                    unit: "某某社区".to_owned(),
                    phone: "000".to_owned(),
                    signature: signature(SignerRole::Witness, "李四"),
                }),
                officers: vec![signature(SignerRole::Officer, "张三")],
            }),
        );
        self.capture(id, MediaKind::Photo, "image/jpeg", None, b"taken after the refusal");
        self.close(id);
    }

    /// The bureau takes everything in; then the day ends.
    fn end(&mut self) {
        let items =
            self.items.keys().map(|item| DayItem { item: *item, state: ItemState::Pending }).collect();
        self.phone.write(None, Kind::DayEnded(DayEnded { day: "2026-11-18".to_owned(), items }));
        self.take_in();
    }

    /// Logs every record, and a statement for every item.
    pub fn take_in(&mut self) {
        self.leaves = self.phone.links.iter().map(|link| self.bureau.append(&link.bytes)).collect();
        let sealed: Vec<_> =
            self.phone.links.iter().filter_map(|link| Some((link, as_sealed(&link.record.kind)?))).collect();
        for (link, body) in sealed {
            let stored = ItemStored {
                v: 1,
                statement: ITEM_STORED.to_owned(),
                item: body.item,
                device: link.record.device,
                seq: link.record.seq,
                record_sha256: Digest::of(&link.bytes),
                ct_sha256: body.ct_sha256,
                len_bytes: body.len_bytes,
                stored_at_ms: 1_795_000_100_000,
            };
            let statement = stored.bytes().unwrap();
            let index = self.bureau.append(&statement);
            self.stored.insert(body.item, Stored { statement, index });
        }
    }

    pub fn write(&mut self, session: SessionId, kind: Kind) -> i64 {
        self.phone.write(Some(session), kind)
    }

    pub fn open(&mut self, session: SessionId, party: &str, activity: Activity) {
        let state = DeviceState {
            battery_percent: 80,
            free_bytes: 1 << 34,
            clock_offset_ms: Some(12),
            clock_uncertainty_ms: None,
        };
        let check = PreUseCheck {
            phone: state,
            recorder: None,
            planned_minutes: 60,
            failed: vec![],
            overridden: vec![],
        };
        let check_seq = self.phone.write(None, Kind::PreUseCheck(check));
        let officer = |id: &str, name: &str, cert_no: &str, role| OfficerOfRecord {
            officer: id.to_owned(),
            name: name.to_owned(),
            cert_no: cert_no.to_owned(),
            unit: "执法一科".to_owned(),
            role,
        };
        self.write(
            session,
            Kind::SessionOpened(SessionOpened {
                activity,
                officers: vec![
                    officer("o-1", "张三", "湘A-001", OfficerRole::Lead),
                    officer("o-2", "赵六", "湘A-002", OfficerRole::Assisting),
                ],
                device_no: "ZF-0001".to_owned(),
                party: Party {
                    name: party.to_owned(),
                    kind: PartyKind::Unit,
                    uscc: None,
                    representative: None,
                },
                cause: Cause { code: "001".to_owned(), name: "日常巡查".to_owned() },
                place_text: "某某路 1 号".to_owned(),
                rules: "2026-1".to_owned(),
                check_seq,
            }),
        );
    }

    pub fn close(&mut self, session: SessionId) {
        let items = self.items.keys().copied().collect();
        self.write(session, Kind::SessionClosed(SessionClosed::new(items, vec![], vec![])));
    }

    fn id(&mut self) -> [u8; 16] {
        self.next_id += 1;
        let mut id = [0x10; 16];
        id[..4].copy_from_slice(&self.next_id.to_be_bytes());
        id
    }

    /// Opens and seals an item.
    pub fn capture(
        &mut self,
        session: SessionId,
        media: MediaKind,
        media_type: &str,
        derived_from: Option<ItemId>,
        plain: &[u8],
    ) -> ItemId {
        let item = ItemId(self.id());
        let opened = CaptureOpened {
            item,
            media,
            source: MediaSource::Phone,
            source_no: "ZF-0001".to_owned(),
            media_type: media_type.to_owned(),
            original_name: None,
            derived_from,
            label: None,
            suite: liuhen_record::seal::SUITE.to_owned(),
            header_epoch: 1,
        };
        self.write(session, Kind::CaptureOpened(opened));
        let (bytes, digests) = seal(plain);
        let body = sealed_body(item, &digests);
        let (ct_sha256, pt_sha256) = (digests.ct_sha256, digests.pt_sha256);
        let seq = self.write(session, Kind::CaptureSealed(body));
        if media != MediaKind::Thumbnail {
            self.manifest.items.push(ManifestItem { item, media, ct_sha256, pt_sha256, seq });
        }
        self.items.insert(item, bytes);
        self.plain.insert(item, plain.to_vec());
        item
    }

    /// Copies and seals a recorder's file that belongs to no session; gives the item and the number of `file_imported`.
    pub fn footage(&mut self, plain: &[u8]) -> (ItemId, i64) {
        let (item, import) = (ItemId(self.id()), ImportId(self.id()));
        let recorder_no = "JL-01".to_owned();
        let opened = CaptureOpened {
            item,
            media: MediaKind::Video,
            source: MediaSource::Recorder,
            source_no: recorder_no.clone(),
            media_type: "video/mp4".to_owned(),
            original_name: Some("MOVI0001.MP4".to_owned()),
            derived_from: None,
            label: None,
            suite: liuhen_record::seal::SUITE.to_owned(),
            header_epoch: 1,
        };
        self.phone.write(None, Kind::CaptureOpened(opened));
        let (bytes, digests) = seal(plain);
        let body = sealed_body(item, &digests);
        let (len_bytes, sha256) = (body.pt_len_bytes, body.pt_sha256);
        self.phone.write(None, Kind::CaptureSealed(body));
        self.items.insert(item, bytes);
        self.plain.insert(item, plain.to_vec());
        let imported = FileImported {
            import,
            recorder_no,
            item,
            path: "DCIM/100/MOVI0001.MP4".to_owned(),
            len_bytes,
            sha256,
            listed: ListMatch::Unknown,
            claimed_from_ms: None,
            claimed_to_ms: None,
            clock_offset_ms: None,
            claimed_officer_no: None,
            pattern: None,
            changed_while_read: false,
            issued_seq: None,
            unassigned: Some(Unassigned::NoTime),
        };
        (item, self.phone.write(None, Kind::FileImported(imported)))
    }

    /// An officer says where an item belongs; gives the number of the record.
    pub fn assign(
        &mut self,
        session: Option<SessionId>,
        (item, imported_seq): (ItemId, i64),
        supersedes: Option<i64>,
    ) -> i64 {
        let assigned = FileAssigned {
            recorder_no: "JL-01".to_owned(),
            item,
            sha256: Digest::of(&self.plain[&item]),
            imported_seq,
            officer: "o-1".to_owned(),
            name: "张三".to_owned(),
            cert_no: "湘A-001".to_owned(),
            reason: "录像中可见该店门牌".to_owned(),
            supersedes,
        };
        self.phone.write(session, Kind::FileAssigned(assigned))
    }

    pub fn fill(&mut self, session: SessionId, title: &str, pages: &[&str]) -> (DocumentId, Digest) {
        let document = DocumentId(self.id());
        let pages: Vec<Page> =
            pages.iter().zip(1..).map(|(text, n)| Page { n, text: (*text).to_owned() }).collect();
        let document_sha256 = DocumentFilled::digest_of(&pages);
        let filled = DocumentFilled {
            document,
            template: "t".to_owned(),
            template_version: 1,
            title: title.to_owned(),
            legal_basis: "《执法记录办法》第十八条".to_owned(),
            revision: 1,
            supersedes: None,
            fields: BTreeMap::from([("place".to_owned(), "后厨".to_owned())]),
            corrections: vec![],
            media: vec![],
            pages,
            document_sha256,
        };
        let seq = self.write(session, Kind::DocumentFilled(filled));
        self.name_document(ManifestDocument {
            document,
            title: title.to_owned(),
            revision: 1,
            document_sha256,
            seq,
        });
        (document, document_sha256)
    }

    fn name_document(&mut self, named: ManifestDocument) {
        self.manifest.documents.retain(|known| known.document != named.document);
        self.manifest.documents.push(named);
    }

    fn correct(&mut self, session: SessionId, document: DocumentId) {
        let before = self.manifest.documents.iter().find(|d| d.document == document).unwrap().clone();
        let pages = vec![Page { n: 1, text: "第一页：<后厨>，修改处：二层".to_owned() }];
        let document_sha256 = DocumentFilled::digest_of(&pages);
        let filled = DocumentFilled {
            document,
            template: "t".to_owned(),
            template_version: 1,
            title: before.title.clone(),
            legal_basis: "《执法记录办法》第十八条".to_owned(),
            revision: 2,
            supersedes: Some(before.document_sha256),
            fields: BTreeMap::new(),
            corrections: vec![Correction {
                field: "place".to_owned(),
                before: "一层".to_owned(),
                after: "二层".to_owned(),
                by: "party".to_owned(),
            }],
            media: vec![],
            pages,
            document_sha256,
        };
        let seq = self.write(session, Kind::DocumentFilled(filled));
        self.name_document(ManifestDocument { revision: 2, document_sha256, seq, ..before });
    }

    fn review(&mut self, session: SessionId) -> Digest {
        let manifest = self.manifest.clone();
        let manifest_sha256 = manifest.digest().unwrap();
        self.write(session, Kind::ReviewOpened(ReviewOpened { manifest, manifest_sha256 }));
        manifest_sha256
    }

    fn reviewed_items(&self) -> Vec<ItemReview> {
        let items = self.manifest.items.iter().map(|named| named.item);
        let mut items: Vec<ItemReview> = items.map(|item| ItemReview::Reviewed { item }).collect();
        if let Some(last) = items.last_mut() {
            *last = ItemReview::Waived { item: last.item(), reason: "时间太长".to_owned() };
        }
        items
    }

    /// The whole as a package in memory.
    pub fn package(&self) -> Memory {
        self.package_signed_by(Some(&self.bureau))
    }

    pub fn package_signed_by(&self, bureau: Option<&Bureau>) -> Memory {
        self.write_to(Memory::default(), bureau)
    }

    pub fn write_to<S: PackageSink>(&self, sink: S, bureau: Option<&Bureau>) -> S {
        let info = BagInfo {
            organization: "某某市市场监督管理局".to_owned(),
            date: "2026-11-18".to_owned(),
            description: "测试资料包".to_owned(),
        };
        let mut writer = PackageWriter::new(sink, info);
        let size = self.bureau.size();
        let checkpoint = self.bureau.checkpoint(size);
        writer.bureau(self.bureau.signer.verifier_key()).unwrap();
        let identity = Identity::parse(IDENTITY).unwrap();
        let recipients = RecipientList { epoch: 1, section: identity.to_recipient(), recovery: None };
        writer.recipients(&recipients.sign(&self.bureau.signer).unwrap()).unwrap();
        writer.device(&self.phone.key).unwrap();
        for (link, n) in self.phone.links.iter().zip(0..) {
            let leaf = self.leaves.get(n);
            let proof = leaf.map(|leaf| self.bureau.proof_under(*leaf, size, &checkpoint));
            writer.record(&link.bytes, link.signature.as_deref(), proof.as_ref()).unwrap();
        }
        for (item, bytes) in &self.items {
            writer.item(*item, &mut bytes.as_slice()).unwrap();
        }
        for stored in self.stored.values() {
            writer
                .receipt(&stored.statement, &self.bureau.proof_under(stored.index, size, &checkpoint))
                .unwrap();
        }
        writer.checkpoint(&checkpoint).unwrap();
        if size > 2 {
            writer.checkpoint(&self.bureau.checkpoint(2)).unwrap();
        }
        let (item, plain) = self.plain.iter().next().unwrap();
        writer.opened(*item, "jpg", &mut plain.as_slice()).unwrap();
        writer.finish(bureau.map(|bureau| &bureau.signer)).unwrap().0
    }
}

pub fn as_sealed(kind: &Kind) -> Option<&CaptureSealed> {
    if let Kind::CaptureSealed(body) = kind { Some(body) } else { None }
}

fn seal(plain: &[u8]) -> (Vec<u8>, SealedDigests) {
    let rng = SystemRandom::new();
    let file_key = FileKey::make(&rng).unwrap();
    let recipient = Identity::parse(IDENTITY).unwrap().to_recipient();
    let envelope = Envelope::make(&file_key, &[recipient], &rng).unwrap();
    let mut bytes = Vec::new();
    let mut sealer = Sealer::new(&mut bytes, &envelope, &file_key).unwrap();
    sealer.read_from(&mut &plain[..]).unwrap();
    let digests = sealer.finish().unwrap();
    (bytes, digests)
}

fn sealed_body(item: ItemId, digests: &SealedDigests) -> CaptureSealed {
    CaptureSealed {
        item,
        suite: liuhen_record::seal::SUITE.to_owned(),
        len_bytes: digests.len_bytes as i64,
        pt_len_bytes: digests.pt_len_bytes as i64,
        ct_sha256: digests.ct_sha256,
        payload_sha256: digests.payload_sha256,
        pt_sha256: digests.pt_sha256,
        pieces: digests.pieces.clone(),
        started_mono_ms: 1,
        ended_mono_ms: 2,
        cause: CloseCause::Finished,
        description: MediaDescription {
            readability: Readability::NotExamined,
            format: "unknown".to_owned(),
            width_px: None,
            height_px: None,
            duration_ms: None,
            sample_rate_hz: None,
            channels: None,
            exif: BTreeMap::new(),
        },
    }
}

pub fn signature(role: SignerRole, name: &str) -> SignatureBlock {
    SignatureBlock {
        role,
        name: name.to_owned(),
        width: 8000,
        height: 3000,
        strokes: vec![
            Stroke(vec![[100, 100, 0, 500], [4000, 2000, 120, 700]]),
            Stroke(vec![[200, 900, 300, 600]]),
        ],
        signed_at_ms: 1_795_000_050_000,
    }
}
