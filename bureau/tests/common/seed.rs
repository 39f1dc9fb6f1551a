//! Two phones and four activities: what the console is looked at with.

use super::{Office, body, phone::Phone};
use liuhen_record::{
    Digest, DocumentId, ItemId, Kind, SessionId,
    kind::{
        Activity, CaptureOpened, CaptureRecovered, Cause, CertificateShown, Correction, DocumentFilled,
        GapReason, GapRecorded, ItemReview, ManifestItem, MediaKind, NoticeChannel, NoticeGiven,
        NoticeResponse, OfficerRole, Page, Party, PartyKind, RecoveryRule, RefusalReason, ReviewConfirmed,
        ReviewManifest, ReviewOpened, SessionClosed, SessionOpened, SignatureBlock, SignatureRefused,
        SignatureState, SignerRole, Stroke, Trigger, TriggerMarked, Witness,
    },
};

/// A name that would be a script on a careless page.
pub const HOSTILE: &str = "<script>alert(1)</script>\"'&公司";
const DAY_MS: i64 = 24 * 3_600_000;

/// What was seeded, with the keys by which it must be found.
pub struct Seeded {
    pub phones: Vec<Phone>,
    pub sessions: Vec<SessionId>,
    pub items: Vec<SeededItem>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeededItem {
    pub item: ItemId,
    pub session: usize,
    pub device_no: &'static str,
    pub officers: [&'static str; 2],
    pub at_ms: i64,
    pub party: &'static str,
    pub cause: &'static str,
    pub stored: bool,
}

struct Plan {
    device_no: &'static str,
    lead: (&'static str, &'static str),
    assisting: (&'static str, &'static str),
    party: &'static str,
    cause: (&'static str, &'static str),
    activity: Activity,
    days_ago: i64,
    items: usize,
    stored: usize,
    confirmed: bool,
}

fn plans() -> [Plan; 4] {
    let wang = ("A001", "王建国");
    let li = ("A002", "李敏");
    let zhao = ("B101", "赵海燕");
    [
        Plan {
            device_no: "XG-P-01",
            lead: wang,
            assisting: li,
            party: "大连某某餐饮有限公司",
            cause: ("LD-01", "未依法签订劳动合同"),
            activity: Activity::EvidenceCollection,
            days_ago: 0,
            items: 3,
            stored: 3,
            confirmed: true,
        },
        Plan {
            device_no: "XG-P-02",
            lead: zhao,
            assisting: li,
            party: "大连某某建筑劳务有限公司",
            cause: ("LD-02", "拖欠劳动报酬"),
            activity: Activity::Inquiry,
            days_ago: 1,
            items: 2,
            stored: 1,
            confirmed: false,
        },
        Plan {
            device_no: "XG-P-02",
            lead: li,
            assisting: wang,
            party: HOSTILE,
            cause: ("LD-01", "未依法签订劳动合同"),
            activity: Activity::Patrol,
            days_ago: 3,
            items: 1,
            stored: 1,
            confirmed: true,
        },
        Plan {
            device_no: "XG-P-01",
            lead: wang,
            assisting: zhao,
            party: "张三",
            cause: ("LD-09", "日常巡查"),
            activity: Activity::Patrol,
            days_ago: 0,
            items: 2,
            stored: 0,
            confirmed: false,
        },
    ]
}

/// Seeds an office; chains stay valid because every phone writes its own days in order.
pub async fn seed(office: &Office) -> Seeded {
    let mut seeded = Seeded { phones: Vec::new(), sessions: Vec::new(), items: Vec::new() };
    for _ in 0..2 {
        seeded.phones.push(office.phone().await);
    }
    let now_ms = seeded.phones[0].now_ms;
    for (number, plan) in plans().iter().enumerate() {
        let phone = &mut seeded.phones[usize::from(plan.device_no == "XG-P-02")];
        phone.now_ms = now_ms - plan.days_ago * DAY_MS + number as i64 * 600_000;
        phone.officer = Some(plan.lead.0.to_owned());
        let session = body::session_id();
        seeded.sessions.push(session);
        let items = activity(phone, session, plan, number, &mut seeded.items);
        phone.send().await.ok();
        for (idx, (item, piece)) in items.iter().enumerate() {
            if idx < plan.stored {
                phone.upload(*item, 0, piece).await;
            }
        }
    }
    office.bureau().settled().await;
    seeded
}

fn activity(
    phone: &mut Phone,
    session: SessionId,
    plan: &Plan,
    number: usize,
    seeded: &mut Vec<SeededItem>,
) -> Vec<(ItemId, Vec<u8>)> {
    let at = Some(session);
    phone.write(at, Kind::SessionOpened(opened(plan)));
    phone.write(
        at,
        Kind::CertificateShown(CertificateShown {
            cert_nos: vec![format!("LN-{}", plan.lead.0)],
            confirmed_by_party: true,
            item: None,
        }),
    );
    let document = body::document_id();
    let filled = document_filled(document);
    let document_sha256 = filled.document_sha256;
    phone.write(at, Kind::DocumentFilled(filled.clone()));
    phone.write(
        at,
        Kind::NoticeGiven(NoticeGiven {
            document,
            document_sha256,
            channel: NoticeChannel::OnScreen,
            response: NoticeResponse::Acknowledged,
        }),
    );
    let mut items = Vec::new();
    for idx in 0..plan.items {
        let piece = body::random::<2000>().to_vec();
        let item = capture(phone, session, plan, idx, &piece);
        items.push((item, piece));
        seeded.push(SeededItem {
            item,
            session: number,
            device_no: plan.device_no,
            officers: [plan.lead.1, plan.assisting.1],
            at_ms: phone.now_ms,
            party: plan.party,
            cause: plan.cause.0,
            stored: idx < plan.stored,
        });
    }
    gap(phone, session, plan, items[0].0, document);
    if plan.activity == Activity::Inquiry {
        phone.write(
            at,
            Kind::TriggerMarked(TriggerMarked {
                trigger: Trigger::T2,
                note: "当事人言语辱骂执法人员。".to_owned(),
            }),
        );
    }
    review(phone, session, plan, document, document_sha256, &items);
    items
}

/// An activity of so many records: a document at its beginning, and at its end the last revision of it, the review, and the closing.
pub fn long_activity(phone: &mut Phone, records: usize) -> SessionId {
    let (session, document, plan) = (body::session_id(), body::document_id(), &plans()[0]);
    let at = Some(session);
    phone.write(at, Kind::SessionOpened(opened(plan)));
    let last = document_filled(document);
    let first = DocumentFilled { revision: 1, supersedes: None, corrections: Vec::new(), ..last.clone() };
    phone.write(at, Kind::DocumentFilled(first));
    for _ in 0..records - 6 {
        phone.write(at, Kind::CaptureOpened(body::capture_opened(body::item_id())));
    }
    let document_sha256 = last.document_sha256;
    phone.write(at, Kind::DocumentFilled(last));
    review(phone, session, plan, document, document_sha256, &[]);
    session
}

fn opened(plan: &Plan) -> SessionOpened {
    SessionOpened {
        activity: plan.activity,
        officers: vec![
            body::officer(plan.lead.0, plan.lead.1, OfficerRole::Lead),
            body::officer(plan.assisting.0, plan.assisting.1, OfficerRole::Assisting),
        ],
        device_no: plan.device_no.to_owned(),
        party: Party { name: plan.party.to_owned(), kind: PartyKind::Unit, uscc: None, representative: None },
        cause: Cause { code: plan.cause.0.to_owned(), name: plan.cause.1.to_owned() },
        place_text: "大连市西岗区某路 1 号".to_owned(),
        rules: "2025-1".to_owned(),
        check_seq: 1,
    }
}

fn capture(phone: &mut Phone, session: SessionId, plan: &Plan, idx: usize, piece: &[u8]) -> ItemId {
    let item = body::item_id();
    let (media, media_type) =
        if idx == 1 { (MediaKind::Audio, "audio/aac") } else { (MediaKind::Photo, "image/jpeg") };
    phone.write(
        Some(session),
        Kind::CaptureOpened(CaptureOpened {
            media,
            media_type: media_type.to_owned(),
            source_no: plan.device_no.to_owned(),
            ..body::capture_opened(item)
        }),
    );
    phone.now_ms += 4000;
    if idx == 1 {
        phone.write(
            Some(session),
            Kind::CaptureRecovered(CaptureRecovered {
                item,
                acked_bytes: 1900,
                kept_bytes: 1999,
                rule: RecoveryRule::FromJournal,
            }),
        );
    }
    let sealed = phone.sealed(item, &[piece.to_vec()]);
    phone.write(Some(session), Kind::CaptureSealed(sealed));
    item
}

fn document_filled(document: DocumentId) -> DocumentFilled {
    let text = "大连市西岗区人力资源和社会保障局\n\n现场检查笔录\n\n检查时间：2026年03月10日10时00分至10时40分\n检查地点：大连市西岗区某路1号\n被检查单位：大连某某餐饮有限公司\n检查人员：王建国（LN-A001）、李敏（LN-A002）\n\n我们是大连市西岗区人力资源和社会保障局的执法人员，现依法向你出示执法证件，请你确认。\n答：已看清，无异议。\n\n检查情况：经查，该单位现有从业人员12人，其中3人未签订书面劳动合同……";
    let pages = vec![
        Page { n: 1, text: text.to_owned() },
        Page {
            n: 2,
            text: "以上笔录我已看过，与我说的相符。\n\n被检查人（签字）：\n\n检查人员（签字）：".to_owned(),
        },
    ];
    DocumentFilled {
        document,
        template: "on_site_inspection_record".to_owned(),
        template_version: 1,
        title: "现场检查笔录".to_owned(),
        legal_basis: "《劳动保障监察条例》第十五条".to_owned(),
        revision: 2,
        supersedes: Some(Digest::of(b"first revision")),
        fields: [("place".to_owned(), "某路1号".to_owned())].into(),
        corrections: vec![Correction {
            field: "从业人员".to_owned(),
            before: "11人".to_owned(),
            after: "12人".to_owned(),
            by: "party".to_owned(),
        }],
        media: Vec::new(),
        document_sha256: DocumentFilled::digest_of(&pages),
        pages,
    }
}

fn signature(role: SignerRole, name: &str, phone: &Phone) -> SignatureBlock {
    let wave = |x0: i64, n: i64| {
        Stroke(
            (0..n)
                .map(|i| [x0 + i * 45, 1200 + ((i * i * 37) % 700) - 350, x0 + i * 12, 300 + (i * 53) % 600])
                .collect(),
        )
    };
    SignatureBlock {
        role,
        name: name.to_owned(),
        width: 6000,
        height: 2500,
        strokes: vec![wave(600, 24), wave(2300, 18), wave(3700, 30)],
        signed_at_ms: phone.now_ms,
    }
}

/// Opens a review of these items and writes how it ended.
pub fn review_part(phone: &mut Phone, session: SessionId, items: &[(ItemId, Vec<u8>)], ended: Ended<'_>) {
    let named = items.iter().map(|(item, piece)| ManifestItem {
        item: *item,
        media: MediaKind::Photo,
        ct_sha256: Digest::of(piece),
        pt_sha256: Digest::of(b"plain"),
        seq: 1,
    });
    let manifest = ReviewManifest { items: named.collect(), documents: Vec::new() };
    let manifest_sha256 = manifest.digest().unwrap();
    phone.write(Some(session), Kind::ReviewOpened(ReviewOpened { manifest, manifest_sha256 }));
    let officers = ended.officers.map(|name| signature(SignerRole::Officer, name, phone));
    let kind = match ended.signed {
        Some((party, document, document_sha256)) => {
            let reviewed = items.iter().enumerate().map(|(idx, (item, _))| match idx {
                2 => ItemReview::Waived { item: *item, reason: "与第一张相同".to_owned() },
                _ => ItemReview::Reviewed { item: *item },
            });
            let mut signatures = vec![signature(SignerRole::Party, party, phone)];
            signatures.extend(officers);
            Kind::ReviewConfirmed(ReviewConfirmed {
                manifest_sha256,
                document,
                document_sha256,
                items: reviewed.collect(),
                pages: Vec::new(),
                objection: String::new(),
                signatures,
            })
        }
        None => Kind::SignatureRefused(SignatureRefused {
            manifest_sha256,
            state: SignatureState::Refused,
            reason: RefusalReason::Uncooperative,
            note: "当事人阅后拒绝签字，未说明其他理由。".to_owned(),
            witness: Some(Witness {
                name: "孙某某".to_owned(),
                unit: "某某社区居民委员会".to_owned(),
                phone: "0411-00000000".to_owned(),
                signature: signature(SignerRole::Witness, "孙某某", phone),
            }),
            officers: officers.to_vec(),
        }),
    };
    phone.write(Some(session), kind);
}

/// How a review ended.
#[derive(Clone, Copy)]
pub struct Ended<'a> {
    /// Both officers' names.
    pub officers: [&'a str; 2],
    /// The party's name and the confirmation it signed; none when it refused.
    pub signed: Option<(&'a str, DocumentId, Digest)>,
}

fn review(
    phone: &mut Phone,
    session: SessionId,
    plan: &Plan,
    document: DocumentId,
    document_sha256: Digest,
    items: &[(ItemId, Vec<u8>)],
) {
    let ended = Ended {
        officers: [plan.lead.1, plan.assisting.1],
        signed: plan.confirmed.then_some((plan.party, document, document_sha256)),
    };
    review_part(phone, session, items, ended);
    phone.write(
        Some(session),
        Kind::SessionClosed(SessionClosed::new(
            items.iter().map(|(item, _)| *item).collect(),
            Vec::new(),
            Vec::new(),
        )),
    );
}

fn gap(phone: &mut Phone, session: SessionId, plan: &Plan, item: ItemId, document: DocumentId) {
    let kind = Kind::GapRecorded(GapRecorded {
        from_ms: phone.now_ms - 125_000,
        to_ms: phone.now_ms - 5000,
        reason: GapReason::PlaceChange,
        explanation: "由大堂转至后厨，途中停止录制。".to_owned(),
        items: vec![item],
        documents: vec![document],
        reporter: plan.lead.0.to_owned(),
    });
    phone.write(Some(session), kind);
}
