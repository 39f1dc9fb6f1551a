//! The officers' day: two activities, a phone that dies, a network that breaks.

use super::{
    Failure, card, cast, cast::Hand, kill, media::Media, office::Office, recorder::DayRecorder,
    screen::Screen, summary::Summary,
};
use crate::patrol::{capture, paper, ports};
use liuhen_core::{
    capture::Recovery,
    document::template_id,
    phone::{CheckRequest, OpenSession, PartyReview, Phone, RefuseRequest, SignRequest, WitnessPresent},
    vault::ItemFilter,
};
use liuhen_record::{
    kind::{
        Activity, Cause, GapReason, ItemState, NoticeChannel, NoticeResponse, Party, PartyKind,
        RefusalReason, SignatureState, SignerRole, Trigger,
    },
    package::Report,
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

const RECORDER_NO: &str = "ZFY-0007";

/// A phone, a recorder, and what happened so far.
pub struct Day {
    pub(super) vault: PathBuf,
    pub(super) phone: Option<Phone>,
    recorder: DayRecorder,
    runtime: tokio::runtime::Handle,
    pub(super) media: Media,
    pub(super) kills: u64,
    pub(super) cuts: u64,
    pub(super) lost_bytes: u64,
}

impl Day {
    /// Enrols the phone.
    pub fn begin(
        out: &Path,
        office: &Office,
        media: Media,
        recorder: DayRecorder,
        screen: &mut Screen,
    ) -> Result<Self, Failure> {
        let vault = out.join("phone");
        std::fs::create_dir_all(&vault)?;
        let runtime = office.runtime.handle().clone();
        let mut day = Self { vault, phone: None, recorder, runtime, media, kills: 0, cuts: 0, lost_bytes: 0 };
        day.open_phone()?;
        let code = office.enrol_code()?;
        let phone = day.phone()?;
        let enrolment = office.runtime.block_on(phone.enrol(&office.cut.url(), &code, "PHONE-01"))?;
        screen.done(
            &format!("手机扫码登记：设备 {}，单位公钥已核对并固定", enrolment.device),
            &format!("phone enrolled: device {}, the bureau's key checked and pinned", enrolment.device),
        );
        Ok(day)
    }

    pub(super) fn open_phone(&mut self) -> Result<Vec<liuhen_core::capture::Recovered>, Failure> {
        let ports = ports(&self.vault).map_err(|refusal| refusal.en)?;
        let started = Phone::start(&self.vault, ports)?;
        self.phone = Some(started.phone);
        Ok(started.recovered)
    }

    pub(super) fn phone(&mut self) -> Result<&mut Phone, Failure> {
        self.phone.as_mut().ok_or_else(|| "the phone is off".into())
    }

    /// Check, pairing, opening, certificates and notice.
    fn arrive(
        &mut self,
        activity: Activity,
        cause: (&str, &str),
        screen: &mut Screen,
    ) -> Result<(), Failure> {
        let Self { phone, recorder, runtime, .. } = self;
        let phone = phone.as_mut().ok_or("the phone is off")?;
        let (says_zh, says_en) = recorder.says();
        let recorder = recorder.ask();
        card::issue(phone, recorder, runtime, RECORDER_NO, screen)?;
        let off_ms = runtime.block_on(phone.pair_recorder(recorder, RECORDER_NO))?.clock_offset_ms;
        screen.done(
            &format!("执法记录仪 {RECORDER_NO} 已配对（{says_zh}）：校时前偏差 {off_ms} 毫秒"),
            &format!("recorder {RECORDER_NO} paired ({says_en}): {off_ms} ms off before it was set"),
        );
        let state = runtime.block_on(phone.recorder_state(recorder, RECORDER_NO))?;
        let check = CheckRequest {
            battery_percent: 88,
            planned_minutes: 30,
            recorder: Some(state),
            overrides: vec![],
        };
        let check = phone.check_equipment(check)?;
        if !check.failed.is_empty() {
            return Err(format!("pre-use check: {}", check.failed.join(", ")).into());
        }
        screen.done("使用前检查合格：电量、空间、时钟", "pre-use check passed: battery, space, clock");
        let (session, _) = phone.open_session(OpenSession {
            activity,
            officers: vec!["li-wen".to_owned(), "ding-yi".to_owned()],
            party: Party {
                name: "大连示例餐饮有限公司".to_owned(),
                kind: PartyKind::Unit,
                uscc: Some("91210203MA0EXAMPLE".to_owned()),
                representative: Some("王平".to_owned()),
            },
            cause: Cause { code: cause.0.to_owned(), name: cause.1.to_owned() },
            place_text: "大连市西岗区示例路18号一楼".to_owned(),
            device_no: Some(RECORDER_NO.to_owned()),
        })?;
        screen.done(
            &format!("执法活动开始：{}，两名持证执法人员（{session}）", cause.1),
            &format!("activity opened: {}, two qualified officers ({session})", cause.1),
        );
        runtime.block_on(phone.start_recorder(recorder, RECORDER_NO))?;
        phone.show_certificate(true, None)?;
        screen.done(
            "记录仪开始录制；出示执法证件，当事人确认",
            "recorder started; certificates shown and confirmed",
        );
        let notice =
            phone.give_notice(NoticeChannel::Spoken, NoticeResponse::Acknowledged, &cast::notice())?;
        screen.done(
            &format!(
                "事先告知录音录像：当事人已知悉（告知书摘要 {:.16}…）",
                notice.document_sha256.to_string()
            ),
            &format!(
                "notice given and acknowledged (text digest {:.16}…)",
                notice.document_sha256.to_string()
            ),
        );
        Ok(())
    }

    /// A routine patrol: media, a crash, a document corrected, a review signed.
    pub fn first_session(&mut self, screen: &mut Screen) -> Result<(), Failure> {
        screen.part("第一次执法：日常巡查，当事人签字", "First activity: routine patrol, the party signs");
        self.arrive(Activity::Patrol, ("patrol", "日常巡查"), screen)?;
        self.capture_all(screen)?;
        self.die_while_recording(screen)?;
        let screen_file = self.vault.with_file_name("pages-shown.txt");
        let phone = self.phone()?;
        let record = phone.fill_document(template_id::ON_SITE_INSPECTION_RECORD, &cast::inspection())?;
        let corrected = phone.correct_document(record.document, &cast::inspection_correction(), "party")?;
        screen.done(
            &format!(
                "现场检查笔录 {} 页；当事人更正一处，更正留痕（第 {} 稿）",
                corrected.pages.len(),
                corrected.revision
            ),
            &format!(
                "inspection record, {} pages; one correction, marked (revision {})",
                corrected.pages.len(),
                corrected.revision
            ),
        );
        let review = phone.open_review()?;
        let (items, documents) = (review.manifest.items.len(), review.manifest.documents.len());
        screen.done(
            &format!("提交当事人查阅：资料 {items} 件、文书 {documents} 份"),
            &format!("handed to the party for review: {items} items, {documents} documents"),
        );
        let party = PartyReview { reviewer: "王平".to_owned(), ..PartyReview::default() };
        let confirmation = phone.prepare_confirmation(&party)?;
        // The demo's screen is a file: what the party is said to have seen can be read there.
        let pages = paper::show(phone, confirmation.document, &mut std::fs::File::create(screen_file)?)?;
        let request = SignRequest {
            role: SignerRole::SiteLeader,
            name: "王平".to_owned(),
            strokes: cast::strokes(Hand::Party)?,
            officers: vec![cast::strokes(Hand::FirstOfficer)?, cast::strokes(Hand::SecondOfficer)?],
            pages,
        };
        phone.confirm_review(confirmation.document, &party, request)?;
        screen.done(
            "当事人查阅后签字，两名执法人员随后签字",
            "the party signed after reviewing, then both officers",
        );
        self.leave(&BTreeMap::new(), screen)
    }

    fn capture_all(&mut self, screen: &mut Screen) -> Result<(), Failure> {
        for path in self.media.files.clone() {
            let request = capture::request_for(&path, None).map_err(|refusal| refusal.en)?;
            let sealed = capture::capture_file(self.phone()?, &path, &request, &mut |_| {})?;
            let name = request.original_name.unwrap_or_default();
            let bytes = sealed.digests.pt_len_bytes;
            screen.done(
                &format!("边录边封 {name}：{bytes} 字节，{}", sealed.description.format),
                &format!("sealed while captured {name}: {bytes} bytes, {}", sealed.description.format),
            );
        }
        Ok(())
    }

    /// A recording in another process, killed half-way; then what it had acknowledged is looked for.
    fn die_while_recording(&mut self, screen: &mut Screen) -> Result<(), Failure> {
        let half = std::fs::metadata(&self.media.killed)?.len() / 2;
        self.phone = None;
        let killed = kill::record_and_kill(&self.vault, &self.media.killed, half)?;
        self.kills += 1;
        screen.broke(
            &format!("录音进行中进程被杀（SIGKILL）：此前已确认 {} 字节", killed.acked_bytes),
            &format!("killed (SIGKILL) while recording: {} bytes were acknowledged", killed.acked_bytes),
        );
        let recovered = self.open_phone()?;
        let found =
            recovered.iter().find(|r| r.item.to_string() == killed.item).ok_or("the item is not there")?;
        let Recovery::Sealed { kept_bytes, .. } = found.outcome else {
            return Err("the item is still open".into());
        };
        let lost_bytes = killed.acked_bytes.saturating_sub(kept_bytes);
        self.lost_bytes += lost_bytes;
        let (zh, en) = (
            format!("重启后自动封存：保留 {kept_bytes} 字节，已确认而丢失 {lost_bytes} 字节"),
            format!("sealed on restart: {kept_bytes} bytes kept, {lost_bytes} acknowledged bytes lost"),
        );
        if lost_bytes == 0 {
            screen.done(&zh, &en);
        } else {
            screen.broke(&zh, &en);
        }
        let path = self.media.killed.clone();
        let request = capture::request_for(&path, Some("重录")).map_err(|refusal| refusal.en)?;
        capture::capture_file(self.phone()?, &path, &request, &mut |_| {})?;
        screen.done("说明中断后重新录音", "recorded again");
        Ok(())
    }

    /// An inquiry whose party refuses to sign, before a witness.
    pub fn second_session(&mut self, screen: &mut Screen) -> Result<(), Failure> {
        screen.part("第二次执法：询问，当事人拒签", "Second activity: inquiry, the party refuses to sign");
        self.arrive(Activity::Inquiry, ("contract", "订立劳动合同"), screen)?;
        let photo = self.media.files.first().cloned().ok_or("no media")?;
        let request = capture::request_for(&photo, Some("询问现场")).map_err(|refusal| refusal.en)?;
        capture::capture_file(self.phone()?, &photo, &request, &mut |_| {})?;
        let phone = self.phone()?;
        let inquiry = phone.fill_document(template_id::INQUIRY_RECORD, &cast::inquiry())?;
        screen.done(
            &format!("现场照片一张；询问笔录 {} 页", inquiry.pages.len()),
            &format!("one photograph; inquiry record of {} pages", inquiry.pages.len()),
        );
        phone.open_review()?;
        phone.refuse_signature(RefuseRequest {
            state: SignatureState::Refused,
            reason: RefusalReason::Uncooperative,
            note: "当事人称须请示总公司，不愿签字。".to_owned(),
            witness: Ok(WitnessPresent {
                name: "田玉".to_owned(),
                unit: "示例社区居民委员会".to_owned(),
                phone: "0411-00000001".to_owned(),
                strokes: cast::strokes(Hand::Witness)?,
            }),
            officers: vec![cast::strokes(Hand::FirstOfficer)?, cast::strokes(Hand::SecondOfficer)?],
        })?;
        phone.mark_trigger(Trigger::T2, "当事人拒绝在笔录上签字")?;
        screen.done(
            "当事人拒签：理由如实记录，见证人和两名执法人员签字；标记第十二条情形（长期保存）",
            "refused: reason recorded, witness and both officers signed; marked for long-term preservation",
        );
        self.leave(&BTreeMap::new(), screen)
    }

    fn leave(&mut self, explanations: &BTreeMap<String, String>, screen: &mut Screen) -> Result<(), Failure> {
        let Self { phone, recorder, runtime, .. } = self;
        let phone = phone.as_mut().ok_or("the phone is off")?;
        let recorder = recorder.ask();
        runtime.block_on(phone.stop_recorder(recorder, RECORDER_NO))?;
        let listed = runtime.block_on(phone.list_recorder(recorder, RECORDER_NO))?;
        for hole in phone.unexplained_holes()? {
            let gap = phone.gap_over(hole, GapReason::DeviceFault, "录制中断，已重新录制")?;
            phone.record_gap(&gap)?;
        }
        let closed = phone.close_session(explanations)?;
        screen.done(
            &format!(
                "执法活动结束：资料 {} 件；记录仪清单 {} 个文件已存证",
                closed.item_count(),
                listed.files.len()
            ),
            &format!(
                "activity closed: {} items; the recorder's list of {} files is recorded",
                closed.item_count(),
                listed.files.len()
            ),
        );
        Ok(())
    }

    /// Brings in what the recorder recorded.
    pub fn read_card(&mut self, out: &Path, screen: &mut Screen) -> Result<(), Failure> {
        let Self { phone, recorder, runtime, .. } = self;
        let phone = phone.as_mut().ok_or("the phone is off")?;
        let card = recorder.card(out, runtime)?;
        card::import(phone, &card, RECORDER_NO, screen)
    }

    /// The figures.
    pub fn tell(&self, report: &Report) -> Summary {
        let rows = self
            .phone
            .as_ref()
            .and_then(|p| p.vault().items(&ItemFilter::default()).ok())
            .unwrap_or_default();
        let vault = self.phone.as_ref().map(Phone::vault);
        let pieces = rows.iter().filter_map(|row| vault?.pieces(row.item).ok()).map(|p| p.len() as u64).sum();
        Summary {
            items: rows.len() as u64,
            records: vault.map_or(0, |v| v.head().0.saturating_sub(1) as u64),
            pieces,
            bytes: rows.iter().map(|row| row.len_bytes.max(0) as u64).sum(),
            receipts: rows.iter().filter(|row| row.state >= ItemState::Stored).count() as u64,
            kills: self.kills,
            cuts: self.cuts,
            lost_bytes: self.lost_bytes,
            verified: report.is_sound() && report.counts.items == rows.len() as u64,
        }
    }
}
