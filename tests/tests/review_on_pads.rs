//! What is signed on the pads is the paper that was shown, whatever happened in between.
#![expect(clippy::unwrap_used, reason = "a test says what failed by panicking")]

use liuhen_bureau::{Bureau, BureauConfig, admin};
use liuhen_core::{
    phone::{CaptureRequest, CheckRequest, OpenSession, Pad, Phone, PhoneError, Refusal},
    system,
    vault::{Draft, Stamp, Vault},
};
use liuhen_record::{
    Kind,
    kind::{
        Activity, Cause, Correction, DocumentFilled, MediaSource, Party, PartyKind, RefusalReason,
        SignatureState, SignerRole, Stroke,
    },
};
use liuhen_tests::sync_support::ManualClock;
use serde_json::Value;
use std::{collections::BTreeMap, path::Path, sync::Arc};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const OFFICERS: &str = include_str!("../../spec/examples/officers.json");
const SIGNER: &str = "王平";

/// A phone in whose session something is under review; the bureau it joined is gone again.
struct Reviewing {
    pocket: TempDir,
    phone: Option<Phone>,
}

fn start(pocket: &Path) -> Phone {
    Phone::start(pocket, system::desktop_ports(pocket).unwrap()).unwrap().phone
}

impl Reviewing {
    fn begin() -> Self {
        let (office, pocket) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let runtime = Runtime::new().unwrap();
        let bureau = runtime.block_on(Bureau::start(BureauConfig::new(office.path()))).unwrap();
        admin::import_officers(office.path(), OFFICERS).unwrap();
        let mut phone = start(pocket.path());
        runtime.block_on(phone.enrol(&bureau.url(), &bureau.enrol_code().unwrap(), "PHONE-09")).unwrap();
        runtime.block_on(bureau.stop());
        open_session(&mut phone);
        phone.show_certificate(true, None).unwrap();
        let request = CaptureRequest {
            source: MediaSource::Phone,
            source_no: None,
            media_type: "application/octet-stream".to_owned(),
            original_name: None,
            label: None,
        };
        phone.capture_bytes(b"what the party looks at", &request).unwrap();
        phone.open_review().unwrap();
        Self { pocket, phone: Some(phone) }
    }

    fn phone(&mut self) -> &mut Phone {
        self.phone.as_mut().unwrap()
    }

    /// The program ends, `change` is made to what it left, and it is started again.
    fn restart<T>(&mut self, change: impl FnOnce(&mut Vault) -> T) -> T {
        drop(self.phone.take());
        let ports = system::desktop_ports(self.pocket.path()).unwrap();
        let mut vault = Vault::open(self.pocket.path(), &ports).unwrap().into_vault();
        let changed = change(&mut vault);
        drop(vault);
        self.phone = Some(start(self.pocket.path()));
        changed
    }

    /// The phone was switched off and on: another boot, whose clocks the test moves.
    fn switch_on(&mut self, boot: &str) -> Arc<ManualClock> {
        drop(self.phone.take());
        let mut ports = system::desktop_ports(self.pocket.path()).unwrap();
        let clock = Arc::new(ManualClock::new());
        let wall_ms = ports.clock.read().wall_ms;
        clock.change(|now| {
            now.wall_ms = wall_ms + 60_000;
            boot.clone_into(&mut now.boot_id);
        });
        ports.clock = clock.clone();
        self.phone = Some(Phone::start(self.pocket.path(), ports).unwrap().phone);
        clock
    }

    /// The party looks at everything and gets the paper, of which it sees every page.
    fn paper(&mut self) -> DocumentFilled {
        let phone = self.phone();
        let items = phone.current().unwrap().current_review().unwrap().body.manifest.items.clone();
        for item in items {
            phone.item_seen(item.item).unwrap();
        }
        phone.set_review_words(SIGNER, "").unwrap();
        let paper = phone.make_confirmation().unwrap();
        for (document, page) in phone.pages_to_show(paper.document).unwrap() {
            phone.page_shown(document, page, 1_500).unwrap();
        }
        paper
    }

    fn write(&mut self, pads: impl IntoIterator<Item = Pad>) {
        for pad in pads {
            let stroke = Stroke(vec![[100, 100, 0, 500], [900, 600, 200, 500]]);
            self.phone().add_stroke(pad, (6_000, 3_000), stroke).unwrap();
        }
    }

    /// What keeps the paper from being signed with what is on the pads.
    fn in_the_way(&mut self) -> Vec<String> {
        self.phone().confirm_on_pads(SignerRole::SiteLeader, SIGNER).unwrap_err().missing()
    }
}

fn officers() -> [Pad; 2] {
    ["li-wen", "ding-yi"].map(|officer| Pad::Officer { officer: officer.to_owned() })
}

fn everybody() -> impl Iterator<Item = Pad> {
    [Pad::Party].into_iter().chain(officers())
}

fn open_session(phone: &mut Phone) {
    let check = CheckRequest { battery_percent: 90, planned_minutes: 1, recorder: None, overrides: vec![] };
    phone.check_equipment(check).unwrap();
    let party =
        Party { name: "示例公司".to_owned(), kind: PartyKind::Unit, uscc: None, representative: None };
    let request = OpenSession {
        activity: Activity::Patrol,
        officers: vec!["li-wen".to_owned(), "ding-yi".to_owned()],
        party,
        cause: Cause { code: "patrol".to_owned(), name: "日常巡查".to_owned() },
        place_text: "示例路1号".to_owned(),
        device_no: None,
    };
    phone.open_session(request).unwrap();
}

/// Strokes and looks as they lie in the vault.
fn kept(vault: &mut Vault) -> [Option<Value>; 2] {
    ["pads", "review_progress"].map(|key| vault.get_setting(key).unwrap())
}

#[test]
fn the_paper_that_the_party_signed_is_not_corrected_under_its_signature() {
    let mut review = Reviewing::begin();
    let paper = review.paper();
    review.write(everybody());
    let changes = BTreeMap::from([("reviewer".to_owned(), "别人".to_owned())]);
    let refused = review.phone().correct_document(paper.document, &changes, "li-wen").unwrap_err();
    assert_eq!(refused.missing(), ["confirmation_made_again"]);
    assert!(
        review.phone().document_view(paper.document).unwrap().correctors.is_empty(),
        "nobody is offered it"
    );
    assert!(!review.phone().correction_form(paper.document).unwrap().gate.allowed);
    // The refusal lost nothing, and neither does a restart.
    review.restart(|_| ());
    let signed = review.phone().confirm_on_pads(SignerRole::SiteLeader, SIGNER).unwrap();
    assert_eq!(signed.document_sha256, paper.document_sha256);
    assert_eq!(signed.signatures.len(), 3);
    assert!(review.phone().pads().unwrap().is_empty());
}

#[test]
fn handwriting_and_looks_count_only_for_the_text_on_which_they_were_made() {
    let mut review = Reviewing::begin();
    let paper = review.paper();
    review.write(everybody());
    // A second revision, as programs before this one could write it.
    let mut second = paper.clone();
    second.pages[0].text.push_str("\n（另有一行）");
    second.revision = 2;
    second.supersedes = Some(paper.document_sha256);
    second.document_sha256 = DocumentFilled::digest_of(&second.pages);
    let after = "别人".to_owned();
    second.corrections = vec![Correction {
        field: "reviewer".to_owned(),
        before: SIGNER.to_owned(),
        after,
        by: "party".to_owned(),
    }];
    review.restart(|vault| {
        let last = vault.records_from(vault.head().0 - 1, 1).unwrap()[0].parse().unwrap();
        let stamp = Stamp { officer: last.officer, time: last.time, place: last.place };
        vault.append(Draft::new(last.session, Kind::DocumentFilled(second), stamp)).unwrap();
    });
    assert!(review.phone().pads().unwrap().is_empty());
    let unshown = vec!["page_shown".to_owned(); paper.pages.len()];
    let expected = [vec!["confirmation_document".to_owned()], unshown, vec!["party_signature".to_owned()]];
    assert_eq!(review.in_the_way(), expected.concat());
}

#[test]
fn handwriting_on_one_paper_is_no_signature_on_the_next_though_the_program_died_between_them() {
    let mut review = Reviewing::begin();
    review.paper();
    review.write(everybody());
    let [pads, _] = review.restart(kept);
    assert_eq!(review.phone().pads().unwrap().len(), 3, "a killed program asks nobody to sign twice");
    review.paper();
    review.restart(|vault| vault.put_setting("pads", &pads).unwrap());
    assert!(review.phone().pads().unwrap().is_empty());
    assert_eq!(review.in_the_way(), ["party_signature"]);
    review.write([Pad::Party]);
    assert_eq!(review.phone().pads().unwrap().len(), 1, "nothing old comes back with the first new stroke");
}

#[test]
fn handwriting_and_looks_of_one_review_say_nothing_in_the_next_though_the_program_died_between_them() {
    let mut review = Reviewing::begin();
    review.paper();
    review.write(officers().into_iter().chain([Pad::Witness]));
    let left = review.restart(kept);
    // Over the very same things.
    review.phone().open_review().unwrap();
    review.restart(|vault| {
        for (key, value) in ["pads", "review_progress"].into_iter().zip(&left) {
            vault.put_setting(key, value).unwrap();
        }
    });
    assert!(review.phone().pads().unwrap().is_empty());
    let progress = review.phone().review_progress().unwrap();
    assert!(progress.seen.is_empty() && progress.shown.is_empty() && progress.confirmation.is_none());
    let refused = review.phone().refuse_on_pads(Refusal {
        state: SignatureState::Refused,
        reason: RefusalReason::Untrue,
        note: "认为不属实".to_owned(),
        witness: Ok(("郑阿姨".to_owned(), "示例社区".to_owned(), "（示例）".to_owned())),
    });
    assert!(matches!(&refused, Err(PhoneError::Refused(_))), "{refused:?}");
    assert_eq!(refused.unwrap_err().missing(), ["witness_signature"]);
}

#[test]
fn a_clock_set_back_while_they_sign_makes_no_officer_sign_before_the_party() {
    let mut review = Reviewing::begin();
    // Since it was switched on this phone has not heard what time it is.
    let clock = review.switch_on("second-boot");
    review.paper();
    review.write([Pad::Party]);
    clock.change(|now| now.wall_ms -= 3_600_000);
    for officer in officers() {
        clock.pass(20_000);
        review.write([officer]);
    }
    let signed = review.phone().confirm_on_pads(SignerRole::SiteLeader, SIGNER).unwrap();
    let at_ms: Vec<i64> = signed.signatures.iter().map(|block| block.signed_at_ms).collect();
    assert_eq!(
        at_ms,
        [at_ms[0], at_ms[0] + 20_000, at_ms[0] + 40_000],
        "what a clock measures that cannot jump"
    );
}

#[test]
fn a_phone_switched_off_while_they_sign_keeps_the_order_in_which_they_signed() {
    let mut review = Reviewing::begin();
    let clock = review.switch_on("second-boot");
    review.paper();
    clock.pass(20_000);
    review.write([Pad::Party]);
    // Nothing of this boot is in the ledger yet, and its clock came back behind.
    review.switch_on("third-boot").change(|now| now.wall_ms -= 3_600_000);
    review.write(officers());
    let signed = review.phone().confirm_on_pads(SignerRole::SiteLeader, SIGNER).unwrap();
    assert!(signed.signatures.is_sorted_by(|a, b| a.signed_at_ms < b.signed_at_ms));

    let mut review = Reviewing::begin();
    let clock = review.switch_on("second-boot");
    review.paper();
    clock.pass(20_000);
    review.write(officers());
    review.switch_on("third-boot").change(|now| now.wall_ms -= 3_600_000);
    review.write([Pad::Party]);
    assert_eq!(review.in_the_way(), ["party_first"; 2]);
}
