//! A session told record by record, with clocks that can be moved: what the tests of session, document and review
//! are written in.
#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::expect_used, reason = "test support")]

use liuhen_core::{
    document::{Context, Template, fill, template_id},
    review::{self, Strokes},
    session::{self, Rules, SessionView, Substitute},
};
use liuhen_record::{
    DeviceId, Digest, DocumentId, ItemId, Kind, Record, SessionId,
    kind::*,
    place::PlaceClaim,
    roster::{Certificate, Officer},
    seal::SUITE,
    time::{Anchor, TimeClaim},
};
use std::collections::BTreeMap;

/// 2026-11-23 09:00:00 in Asia/Shanghai.
pub const MORNING_MS: i64 = 1_795_395_600_000;
pub const MINUTE_MS: i64 = 60_000;

pub fn session_id() -> SessionId {
    SessionId([0x5e; 16])
}

pub fn item_id(n: u8) -> ItemId {
    ItemId([n; 16])
}

pub fn document_id(n: u8) -> DocumentId {
    DocumentId([0xd0 | n; 16])
}

pub fn officer(id: &str, name: &str, cert_no: &str) -> Officer {
    Officer {
        id: id.into(),
        name: name.into(),
        unit: "劳动保障监察科".into(),
        title: "监察员".into(),
        in_post: true,
        exam_passed: true,
        certificates: vec![Certificate {
            cert_no: cert_no.into(),
            valid_from_ms: MORNING_MS - 365 * 24 * 60 * MINUTE_MS,
            valid_to_ms: MORNING_MS + 365 * 24 * 60 * MINUTE_MS,
            suspended_from_ms: None,
        }],
    }
}

pub fn roster() -> Vec<Officer> {
    vec![
        officer("o-1", "王建国", "辽B0203001"),
        officer("o-2", "李晓梅", "辽B0203002"),
        officer("o-3", "赵海", "辽B0203003"),
    ]
}

pub fn of_record(officer: &Officer, role: OfficerRole) -> OfficerOfRecord {
    OfficerOfRecord {
        officer: officer.id.clone(),
        name: officer.name.clone(),
        cert_no: officer.certificates[0].cert_no.clone(),
        unit: officer.unit.clone(),
        role,
    }
}

pub fn opened(activity: Activity) -> SessionOpened {
    let roster = roster();
    SessionOpened {
        activity,
        officers: vec![
            of_record(&roster[0], OfficerRole::Lead),
            of_record(&roster[1], OfficerRole::Assisting),
        ],
        device_no: "XG-M-01".into(),
        party: Party {
            name: "大连海风餐饮有限公司".into(),
            kind: PartyKind::Unit,
            uscc: Some("91210203MA0ABCDE1F".into()),
            representative: Some("孙丽".into()),
        },
        cause: Cause { code: "05".into(), name: "工作时间和休息休假".into() },
        place_text: "大连市西岗区长江路100号一层".into(),
        rules: Rules::default().version.into(),
        check_seq: 1,
    }
}

/// The clocks of the telling.
#[derive(Clone)]
pub struct Clocks {
    pub wall_ms: i64,
    pub mono_ms: i64,
    pub boot_id: String,
    pub anchor: Option<Anchor>,
}

/// A session being told.
pub struct Story {
    pub clocks: Clocks,
    pub records: Vec<Record>,
    pub session: Option<SessionId>,
    pub rules: Rules,
}

impl Default for Story {
    fn default() -> Self {
        let anchor = Anchor {
            bureau_ms: MORNING_MS,
            mono_ms: 1_000_000,
            boot_id: "boot-1".into(),
            checkpoint_size: 7,
        };
        let clocks = Clocks {
            wall_ms: MORNING_MS,
            mono_ms: 1_000_000,
            boot_id: "boot-1".into(),
            anchor: Some(anchor),
        };
        Self { clocks, records: Vec::new(), session: Some(session_id()), rules: Rules::default() }
    }
}

impl Story {
    /// A session opened at [`MORNING_MS`].
    pub fn opened(activity: Activity) -> Self {
        let mut story = Self::default();
        story.tell(Kind::SessionOpened(opened(activity)));
        story
    }

    pub fn now(&self) -> TimeClaim {
        let c = &self.clocks;
        TimeClaim::make(c.wall_ms, 480, c.mono_ms, c.boot_id.clone(), c.anchor.clone())
    }

    pub fn tell(&mut self, kind: Kind) -> i64 {
        let seq = self.records.len() as i64 + 2;
        self.records.push(Record {
            v: 1,
            device: DeviceId([1; 16]),
            seq,
            prev: Digest::ZERO,
            session: if kind.needs_session() == Some(false) { None } else { self.session },
            officer: Some("o-1".into()),
            kind,
            time: self.now(),
            place: PlaceClaim::Denied,
        });
        seq
    }

    pub fn wait(&mut self, ms: i64) -> &mut Self {
        self.clocks.wall_ms += ms;
        self.clocks.mono_ms += ms;
        self
    }

    /// The wall clock alone jumps.
    pub fn jump(&mut self, ms: i64) {
        self.clocks.wall_ms += ms;
    }

    /// The phone restarts: another boot, another monotonic clock.
    pub fn reboot(&mut self, boot_id: &str) {
        self.clocks.boot_id = boot_id.into();
        self.clocks.mono_ms = 5_000;
    }

    pub fn view(&self) -> SessionView {
        SessionView::fold(session_id(), &self.records)
    }

    pub fn begin(&mut self, n: u8, media: MediaKind) -> i64 {
        self.tell(Kind::CaptureOpened(CaptureOpened {
            item: item_id(n),
            media,
            source: MediaSource::Phone,
            source_no: "XG-M-01".into(),
            media_type: "audio/aac".into(),
            original_name: None,
            derived_from: None,
            label: None,
            suite: SUITE.into(),
            header_epoch: 1,
        }));
        self.clocks.mono_ms
    }

    pub fn end(&mut self, n: u8, started_mono_ms: i64) {
        self.tell(Kind::CaptureSealed(sealed(n, started_mono_ms, self.clocks.mono_ms)));
    }

    /// A capture of `ms`, from now.
    pub fn capture(&mut self, n: u8, media: MediaKind, ms: i64) {
        let started_mono_ms = self.begin(n, media);
        self.wait(ms);
        self.end(n, started_mono_ms);
    }

    pub fn photo(&mut self, n: u8) {
        self.capture(n, MediaKind::Photo, 200);
    }

    pub fn recorder(&mut self, event: RecorderEventKind, recorder_ms: Option<i64>) {
        let recorder_no = "XG-R-07".into();
        self.tell(Kind::RecorderEvent(RecorderEvent { recorder_no, event, recorder_ms, file: None }));
    }

    pub fn show_certificate(&mut self) {
        let body = session::certificate(&self.view(), &[], true, None).unwrap();
        self.tell(Kind::CertificateShown(body));
    }

    pub fn fill(&mut self, n: u8, template: &str, fields: &[(&str, &str)]) {
        let view = self.view();
        let context = Context { view: &view, now_ms: self.now().best_ms(), review: &[] };
        let body =
            fill(Template::by_id(template).unwrap(), document_id(n), &entered(fields), &context).unwrap();
        self.tell(Kind::DocumentFilled(body));
    }

    pub fn give_notice(&mut self, response: NoticeResponse) {
        self.fill(
            1,
            template_id::RECORDING_NOTICE,
            &[("authority_contact", "大连市西岗区（示例地址），电话（示例）")],
        );
        let body = session::notice(&self.view(), document_id(1), NoticeChannel::Spoken, response).unwrap();
        self.tell(Kind::NoticeGiven(body));
    }

    pub fn inspection(&mut self) {
        self.fill(2, template_id::ON_SITE_INSPECTION_RECORD, INSPECTION);
    }

    pub fn gap(&mut self, from_ms: i64, to_ms: i64, substitute: Substitute) {
        let request = session::GapRequest {
            from_ms,
            to_ms,
            reason: GapReason::PlaceChange,
            explanation: "由一层转到二层".into(),
            substitute,
            reporter: "o-1".into(),
        };
        let body = self.view().gap(&request, &self.now()).unwrap();
        self.tell(Kind::GapRecorded(body));
    }

    pub fn open_review(&mut self) {
        let body = review::open(&self.view()).unwrap();
        self.tell(Kind::ReviewOpened(body));
    }

    /// Every item under review, reviewed.
    pub fn reviewed(&self) -> Vec<ItemReview> {
        let view = self.view();
        let items = &view.current_review().unwrap().body.manifest.items;
        items.iter().map(|i| ItemReview::Reviewed { item: i.item }).collect()
    }

    pub fn confirmation(&mut self, n: u8, items: &[ItemReview], objection: &str) {
        let body = review::confirmation(
            &self.view(),
            document_id(n),
            items,
            objection,
            &BTreeMap::new(),
            self.now().best_ms(),
        );
        self.tell(Kind::DocumentFilled(body.unwrap()));
    }

    /// A request that is in order.
    pub fn confirm_request(&self, n: u8, items: Vec<ItemReview>, objection: &str) -> review::ConfirmRequest {
        let view = self.view();
        let pages = view.documents.iter().flat_map(|d| {
            let pages = d.last.body.pages.iter();
            pages.map(|p| PageView { document: d.document, page: p.n, shown_ms: 1_500 }).collect::<Vec<_>>()
        });
        let at_ms = self.now().best_ms();
        review::ConfirmRequest {
            items,
            pages: pages.collect(),
            objection: objection.into(),
            document: document_id(n),
            signatures: vec![
                strokes().signed(SignerRole::Party, "孙丽", at_ms),
                strokes().signed(SignerRole::Officer, "王建国", at_ms + 4_000),
                strokes().signed(SignerRole::Officer, "李晓梅", at_ms + 9_000),
            ],
        }
    }

    /// A whole review, signed.
    pub fn review_and_sign(&mut self, n: u8, objection: &str) {
        self.open_review();
        let items = self.reviewed();
        self.confirmation(n, &items, objection);
        let body = review::confirm(&self.view(), &self.confirm_request(n, items, objection)).unwrap();
        self.tell(Kind::ReviewConfirmed(body));
    }

    pub fn close(&self, explanations: &[(&str, &str)]) -> Result<SessionClosed, session::Refused> {
        self.view().close(&self.now(), &entered(explanations), &self.rules)
    }

    /// Codes of what stands in the way of closing.
    pub fn in_the_way(&self, explanations: &[(&str, &str)]) -> Vec<&'static str> {
        self.close(explanations).map_or_else(|r| codes(&r), |_| Vec::new())
    }
}

pub const INSPECTION: &[(&str, &str)] = &[
    ("inspection_reason", "投诉反映超时加班、未支付加班费"),
    ("party_confirms_certificate", "yes"),
    ("recusal_asked", "no"),
    ("site_contact", "周强"),
    (
        "findings",
        "一层后厨有员工6人正在工作\n出示的2026年10月考勤表显示，员工陈某10月出勤31天\n未能当场提供10月加班审批单",
    ),
];

pub fn codes(refused: &session::Refused) -> Vec<&'static str> {
    refused.missing.iter().map(session::Missing::code).collect()
}

pub fn entered(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub fn strokes() -> Strokes {
    Strokes::parse(br#"{"width":6000,"height":3000,"strokes":[[[500,900,0,300],[1800,1400,220,600]],[[2100,700,480,500],[2900,2100,760,400]]]}"#)
        .unwrap()
}

pub fn sealed(n: u8, started_mono_ms: i64, ended_mono_ms: i64) -> CaptureSealed {
    let len_bytes = 1_000 + i64::from(n);
    CaptureSealed {
        item: item_id(n),
        suite: SUITE.into(),
        len_bytes,
        pt_len_bytes: 700,
        ct_sha256: Digest::of(&[n, 1]),
        payload_sha256: Digest::of(&[n, 2]),
        pt_sha256: Digest::of(&[n, 3]),
        pieces: vec![Piece { sha256: Digest::of(&[n, 1]), len_bytes }],
        started_mono_ms,
        ended_mono_ms,
        cause: CloseCause::Finished,
        description: MediaDescription {
            readability: Readability::NotExamined,
            format: "unknown".into(),
            width_px: None,
            height_px: None,
            duration_ms: None,
            sample_rate_hz: None,
            channels: None,
            exif: BTreeMap::new(),
        },
    }
}

/// What a hearing record needs beyond what the session supplies.
pub const HEARING: &[(&str, &str)] = &[
    ("case_name", "大连海风餐饮有限公司未按规定支付加班费案"),
    ("mode", "public"),
    ("presider", "赵明（法规科）"),
    ("hearers", "孙静"),
    ("clerk", "吴晓"),
    ("investigators", "李文｜辽B-0001\n丁一｜辽B-0002"),
    ("identity_checked", "yes"),
    ("rights_told", "yes"),
    ("recusal_asked", "no"),
    (
        "investigation",
        "当事人2026年10月安排后厨3人在国庆期间加班而未支付加班费，有考勤表、工资表和询问笔录为证，建议责令支付并处罚款。",
    ),
    ("defence", "当事人对考勤表无异议，称加班费已于11月补发，提交银行回单一份。"),
    ("debate", "双方就补发的时间和数额是否符合规定发表了意见。"),
    ("last_statement", "当事人请求从轻处理。调查人员坚持原处理建议。"),
];
