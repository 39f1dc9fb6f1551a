//! A server that lies gets nothing freed: one row for each lie, with the reason that the officer is told.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use liuhen_core::ports::Reach;
use liuhen_core::sync::{CONFLICTS_KEY, Conflict, Distrust, SyncError, Waiting};
use liuhen_record::{ItemId, Kind, note::VerifierKey, tlog::Checkpoint};
use liuhen_tests::sync_support::{Lie, LyingBureau, TestPhone, bytes_of};

/// What a lie must come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Not trusted, with this code; uploading stops.
    Untrusted(&'static str),
    /// Not trusted, and both checkpoints are kept.
    Conflict(&'static str),
    /// The same, and no honest answer explains it afterwards: the bureau signed two logs.
    Fork(&'static str),
    /// Waits, with this code.
    Waits(&'static str),
}
use Verdict::{Conflict as Kept, Fork, Untrusted, Waits};

/// A phone whose first session is at the bureau, proved and freed, and whose second one is closed and still here.
async fn phone_with_work() -> (TestPhone, LyingBureau, Vec<ItemId>) {
    let bureau = LyingBureau::start().await;
    let mut phone = TestPhone::new();
    phone.enrol(bureau.url(), &bureau.code()).await.expect("enrolled");
    let first = phone.closed_session(1, &[&bytes_of(3_000, 1)]);
    let outcome = phone.sync().await.expect("an honest bureau is believed");
    assert_eq!((outcome.waiting, outcome.freed), (None, 1));
    assert!(phone.is_freed(first[0]) && !phone.has_whole(first[0]));
    let items = phone.closed_session(2, &[&bytes_of(100_000, 2), &bytes_of(70, 3)]);
    (phone, bureau, items)
}

/// Whether nothing was freed: neither counted as freed, nor written down as freed, nor gone.
fn nothing_freed(phone: &TestPhone, items: &[ItemId]) -> bool {
    items.iter().all(|item| phone.has_whole(*item) && !phone.is_freed(*item))
        && phone.count("media_freed") == 1
}

/// Whatever the bureau does, the officer can go on recording.
fn capturing_goes_on(phone: &mut TestPhone) {
    let session = phone.open_session(3);
    let item = phone.capture(session, &bytes_of(2_000, 9));
    assert!(phone.has_whole(item));
    phone.close_session(session);
}

/// Plays one lie to a phone, checks the verdict, and then lets the bureau be honest again.
async fn play(lie: Lie, verdict: Verdict) {
    let (mut phone, bureau, items) = phone_with_work().await;
    phone.options.idle_timeout_ms = 2_000;
    bureau.lie(lie);
    let ended = phone.sync().await;
    assert!(nothing_freed(&phone, &items), "{lie:?}: media was freed on a lie");
    let conflicts: Vec<Conflict> = phone.setting(CONFLICTS_KEY).unwrap_or_default();
    match (verdict, &ended) {
        (Untrusted(code) | Kept(code) | Fork(code), Err(SyncError::Untrusted { why })) => {
            assert_eq!(why.code(), code, "{lie:?}: {why}");
            // Another chain may also be the phone's own fault: it was put back to an older copy.
            let verdict = if code == "other_record" {
                "检查单位服务器"
            } else {
                "单位服务器身份未通过验证"
            };
            assert!(why.zh().contains(verdict), "{lie:?}: {}", why.zh());
            assert!(why.zh().contains("本机资料全部保留"), "{lie:?}: {}", why.zh());
            let told = phone.syncer().waiting(&phone.vault).expect("readable");
            let contradicts = matches!(why, Distrust::RolledBack { .. } | Distrust::Forked { .. });
            let wanted = if contradicts { Waiting::Contradicted } else { Waiting::Untrusted };
            assert_eq!(told, Some(wanted(why.clone())), "{lie:?}: the reason is kept");
        }
        (Waits(code), Ok(outcome)) => {
            let waiting = outcome.waiting.as_ref().expect("something is left");
            assert_eq!(waiting.code(), code, "{lie:?}: {}", waiting.en());
            assert!(!waiting.zh().is_empty() && !waiting.en().is_empty());
        }
        _ => panic!("{lie:?}: {ended:?} instead of {verdict:?}"),
    }
    let accused = matches!(&ended, Err(SyncError::Untrusted { why }) if why.accuses_log());
    assert_eq!(
        phone.count("fault_reported"),
        usize::from(accused),
        "{lie:?}: a fault of the log is written down"
    );
    if accused {
        assert!(!conflicts.is_empty(), "{lie:?}: what the log signed is kept");
        capturing_goes_on(&mut phone);
    }
    if matches!(verdict, Kept(_) | Fork(_)) {
        let conflict = conflicts.first().unwrap_or_else(|| panic!("{lie:?}: no evidence was kept"));
        assert_ne!(conflict.held, conflict.offered);
    }
    bureau.lie(Lie::None);
    let outcome = phone.sync().await.unwrap_or_else(|error| panic!("{lie:?}, then honest: {error}"));
    if matches!(verdict, Fork(_)) {
        assert_eq!(outcome.waiting.as_ref().map(Waiting::code), Some("contradicted"), "{lie:?}, then honest");
        assert!(outcome.items_stored > 0 && nothing_freed(&phone, &items), "{lie:?}: stored, and kept here");
        return;
    }
    assert_eq!(outcome.waiting, None, "{lie:?}, then honest");
    assert!(
        items.iter().all(|item| phone.is_freed(*item) && !phone.has_whole(*item)),
        "{lie:?}, then honest"
    );
    assert!(phone.vault.unsent_records(1).expect("readable").is_empty());
    assert!(phone.vault.check().expect("checked").is_whole());
}

macro_rules! lies {
    ($($name:ident: $lie:ident => $verdict:expr;)*) => {
        /// Every row of the table.
        const TABLE: &[(Lie, Verdict)] = &[$((Lie::$lie, $verdict)),*];

        $(#[tokio::test]
        async fn $name() {
            play(Lie::$lie, $verdict).await;
        })*
    };
}

lies! {
    another_server_with_its_own_key_is_not_the_bureau: Impostor => Untrusted("other_key");
    a_checkpoint_signed_by_another_key_of_the_same_name_is_refused: MeetingCheckpointForged => Untrusted("checkpoint_signature");
    a_checkpoint_of_another_log_is_refused: OtherOrigin => Untrusted("other_origin");
    a_log_that_shrank_is_refused: RolledBackAtMeeting => Fork("rolled_back");
    an_old_checkpoint_replayed_is_refused: OldCheckpointReplayed => Kept("rolled_back");
    a_log_that_admits_to_have_shrunk_is_refused: AheadAdmitted => Untrusted("rolled_back");
    another_tree_of_the_same_size_is_refused: ForkOfSameSize => Fork("forked");
    a_fork_under_many_signatures_is_refused: ForkPadded => Fork("forked");
    a_longer_log_with_another_past_is_refused: ForkGrown => Fork("forked");
    a_longer_log_without_a_proof_of_consistency_is_refused: ConsistencyLeftOut => Kept("forked");
    a_forged_proof_of_consistency_is_refused: ConsistencyForged => Kept("forked");
    proofs_under_a_forged_checkpoint_are_refused: ProofCheckpointForged => Kept("checkpoint_signature");
    records_taken_and_not_stored_are_missed: RecordsSwallowed => Untrusted("record_not_proved");
    records_taken_under_another_head_are_refused: OtherHeadTaken => Untrusted("other_record");
    another_head_is_a_fork_of_our_chain: OtherHead => Untrusted("other_record");
    a_history_of_ours_that_we_did_not_sign_is_no_proof: HistoryForged => Untrusted("other_record");
    a_head_before_all_numbers_is_no_answer: HeadAbsurd => Untrusted("answer");
    a_head_beyond_ours_is_a_fork_of_our_chain: HeadBeyond => Untrusted("other_record");
    records_once_proved_cannot_be_lost: RecordsLost => Untrusted("record_lost");
    a_record_without_proof_is_not_taken_as_stored: RecordProofLeftOut => Untrusted("record_not_proved");
    a_forged_proof_of_a_record_is_refused: RecordProofForged => Untrusted("record_proof");
    a_record_claimed_at_another_place_is_refused: RecordIndexWrong => Untrusted("record_proof");
    pieces_taken_and_thrown_away_are_missed: PiecesSwallowed => Untrusted("item_not_proved");
    pieces_taken_and_missed_again_wait_without_end_of_patience: PiecesForgotten => Waits("piece_back_off");
    a_statement_about_another_digest_is_refused: StatementDigest => Untrusted("item_statement");
    a_statement_about_another_length_is_refused: StatementLength => Untrusted("item_statement");
    a_statement_about_another_record_is_refused: StatementRecord => Untrusted("item_statement");
    a_statement_about_another_record_number_is_refused: StatementSeq => Untrusted("item_statement");
    a_statement_about_another_device_is_refused: StatementDevice => Untrusted("item_statement");
    a_statement_about_another_item_is_refused: StatementItem => Untrusted("item_statement");
    a_statement_of_another_form_is_refused: StatementForm => Untrusted("item_statement");
    a_statement_that_is_not_in_the_log_is_refused: StatementNotLogged => Untrusted("item_proof");
    a_forged_proof_of_an_item_is_refused: ItemProofForged => Untrusted("item_proof");
    an_item_once_proved_cannot_be_missed_again: StoredItemMissed => Untrusted("item_lost");
    an_item_once_proved_cannot_be_refused_afterwards: StoredItemRefused => Untrusted("item_lost");
    a_recipient_list_signed_by_another_key_is_refused: RecipientsForged => Untrusted("list");
    a_second_recipient_list_of_the_same_number_is_refused: RecipientsContradict => Untrusted("list");
    a_roster_signed_by_another_key_is_refused: RosterForged => Untrusted("list");
    a_redirect_is_not_followed: Redirect => Untrusted("redirect");
    an_answer_without_end_is_cut_off: HugeAnswer => Untrusted("answer");
    half_a_json_text_is_refused: GarbageJson => Untrusted("answer");
    json_of_another_shape_is_refused: OtherJson => Untrusted("answer");
    the_page_of_a_hotel_wifi_is_not_the_bureau: CaptivePortal => Waits("portal");
    a_checkpoint_of_an_absurd_size_is_refused: AbsurdSize => Untrusted("checkpoint_form");
    a_time_that_no_record_could_hold_is_refused: AbsurdTime => Untrusted("challenge");
    a_token_with_a_line_break_is_refused: TokenWithLineBreak => Untrusted("answer");
    a_refused_login_waits_for_the_administrator: LoginRefused => Waits("device_refused");
    an_upload_at_another_host_is_not_sent_there: UploadElsewhere => Waits("piece_back_off");
    a_stalled_answer_is_not_waited_for: Stall => Waits("connection_lost");
    a_failing_server_is_waited_for: ServerError => Waits("bureau_trouble");
    a_busy_server_is_waited_for: Busy => Waits("bureau_trouble");
    an_unanswered_challenge_is_refused: ChallengeUnanswered => Untrusted("challenge");
    an_answer_to_another_challenge_is_refused: ChallengeReplayed => Untrusted("challenge");
    a_challenge_answered_by_another_key_is_refused: ChallengeForged => Untrusted("challenge");
    a_network_that_redirects_to_its_login_is_named: PortalRedirects => Waits("portal");
    a_network_that_says_it_wants_a_login_is_named: PortalSays => Waits("portal");
}

#[test]
fn the_table_has_at_least_thirty_lies_that_are_called_lies() {
    let called = TABLE.iter().filter(|(_, verdict)| !matches!(verdict, Waits(_)));
    let mut lies: Vec<String> = called.map(|(lie, _)| format!("{lie:?}")).collect();
    lies.sort();
    lies.dedup();
    assert!(lies.len() >= 30, "{} lies: {lies:?}", lies.len());
}

#[tokio::test]
async fn an_impostor_is_told_nothing_about_the_phone() {
    let (mut phone, bureau, _) = phone_with_work().await;
    bureau.lie(Lie::Impostor);
    phone.sync().await.expect_err("not trusted");
    assert_eq!(bureau.requests(), ["GET /v1/identity"], "no login, no record, no byte of media");
}

#[tokio::test]
async fn the_code_of_another_bureau_is_not_shown_to_the_impostor() {
    let (bureau, other) = (LyingBureau::start().await, LyingBureau::start().await);
    let mut phone = TestPhone::new();
    let error = phone.enrol(bureau.url(), &other.code()).await.expect_err("not that bureau");
    assert!(matches!(error, SyncError::Untrusted { why: Distrust::OtherKey }), "{error}");
    assert_eq!(bureau.requests(), ["GET /v1/identity"], "the secret stayed on the phone");
    assert_eq!(phone.vault.device(), None);
}

#[tokio::test]
async fn two_contradicting_checkpoints_prove_the_fork_to_anybody() {
    let (mut phone, bureau, _) = phone_with_work().await;
    let enrolment: liuhen_core::sync::Enrolment = phone.setting("enrolment").expect("enrolled");
    bureau.lie(Lie::ForkOfSameSize);
    phone.sync().await.expect_err("not trusted");
    phone.sync().await.expect_err("not trusted this time either");
    let conflicts: Vec<Conflict> = phone.setting(CONFLICTS_KEY).expect("kept");
    assert_eq!(conflicts.len(), 1, "the same contradiction is kept once");
    assert_eq!(phone.count("fault_reported"), 1, "and reported once");
    let key = VerifierKey::parse(&enrolment.vkey).expect("a key");
    let held = Checkpoint::open(&conflicts[0].held, &key).expect("signed by the bureau");
    let offered = Checkpoint::open(&conflicts[0].offered, &key).expect("signed by the bureau");
    assert_eq!(held.size, offered.size);
    assert_ne!(held.root, offered.root);
    assert_eq!(phone.vault.checkpoint().expect("readable"), Some(conflicts[0].held.clone()));
    let fault = phone.vault.last_of_kind("fault_reported").expect("readable").expect("written");
    let Kind::FaultReported(fault) = fault.kind else { panic!("another record") };
    let recorded = fault.checkpoints.iter().map(|note| Checkpoint::open(note, &key).expect("signed"));
    assert_eq!(recorded.collect::<Vec<_>>(), [held, offered], "the ledger itself proves it");
}

/// Media that was proved to be stored before the bureau forked, and that nothing but freeing waits for.
#[tokio::test]
async fn after_a_fork_not_even_what_was_stored_before_is_freed_until_somebody_has_looked() {
    let (mut phone, bureau, _) = phone_with_work().await;
    let session = phone.open_session(5);
    let item = phone.capture(session, &bytes_of(2_000, 9));
    phone.sync().await.expect("honest");
    assert!(phone.vault.item_receipt(item).expect("readable").is_some() && phone.has_whole(item));
    bureau.lie(Lie::ForkOfSameSize);
    phone.sync().await.expect_err("not trusted");
    phone.close_session(session);
    bureau.lie(Lie::None);
    for _ in 0..2 {
        let outcome = phone.sync().await.expect("the bureau itself is met again");
        assert_eq!(outcome.waiting.as_ref().map(Waiting::code), Some("contradicted"));
        assert!(
            phone.vault.unsent_records(1).expect("readable").is_empty(),
            "what there is goes on to the bureau"
        );
        assert!(phone.has_whole(item) && !phone.is_freed(item));
    }
    phone.on_network(Reach::None, false, None);
    phone.sync().await.expect("no network");
    let told = phone.syncer().waiting(&phone.vault).expect("readable").expect("waits");
    assert!(told.zh().starts_with("单位日志前后矛盾") && told.zh().contains("不释放"), "{}", told.zh());
    phone.on_network(Reach::Wifi, false, None);
    let before = phone.count("fault_reported");
    assert_eq!(phone.syncer().settle_conflicts(&mut phone.vault, "服务器曾从备份恢复").expect("settled"), 1);
    assert_eq!(phone.count("fault_reported"), before + 1, "who settles it says why");
    assert_eq!(phone.sync().await.expect("honest").waiting, None);
    assert!(phone.is_freed(item));
}

/// Neither junk nor padding keeps a fork from being kept and reported.
#[tokio::test]
async fn a_fork_is_kept_and_reported_whatever_was_shown_before_it_and_however_long_it_is() {
    let (mut phone, bureau, items) = phone_with_work().await;
    let conflict = |n: usize, offered: String, why| Conflict {
        at_ms: n as i64,
        held: format!("held {n}"),
        offered,
        why,
        settled: false,
    };
    let junk: Vec<_> =
        (0..8).map(|n| conflict(n, format!("junk {n}"), Distrust::CheckpointSignature)).collect();
    phone.vault.put_setting(CONFLICTS_KEY, &junk).expect("kept");
    bureau.lie(Lie::ForkPadded);
    phone.sync().await.expect_err("not trusted");
    let kept: Vec<Conflict> = phone.setting(CONFLICTS_KEY).expect("kept");
    let fork = kept
        .iter()
        .find(|conflict| matches!(conflict.why, Distrust::Forked { .. }))
        .expect("the fork is kept");
    assert!(fork.offered.len() < 1_000, "without the signatures of others");
    assert_eq!(phone.count("fault_reported"), 1);
    assert!(nothing_freed(&phone, &items));
}

/// An item that was stored before the bureau forked, and of which nothing but the end of its activity is awaited.
async fn stored_and_open(phone: &mut TestPhone, number: u8) -> (ItemId, liuhen_record::SessionId) {
    let session = phone.open_session(number);
    let item = phone.capture(session, &bytes_of(2_000, number.into()));
    phone.sync().await.expect("honest");
    assert!(phone.vault.item_receipt(item).expect("readable").is_some() && phone.has_whole(item));
    (item, session)
}

#[tokio::test]
async fn a_fork_is_not_forgotten_because_eight_were_settled_before_it() {
    let (mut phone, bureau, _) = phone_with_work().await;
    for number in 0..8 {
        stored_and_open(&mut phone, 10 + number).await;
        bureau.lie(Lie::ForkOfSameSize);
        phone.sync().await.expect_err("not trusted");
        assert_eq!(phone.syncer().settle_conflicts(&mut phone.vault, "已核查").expect("settled"), 1);
        bureau.lie(Lie::None);
    }
    let (item, session) = stored_and_open(&mut phone, 30).await;
    bureau.lie(Lie::ForkOfSameSize);
    phone.sync().await.expect_err("not trusted");
    phone.close_session(session);
    bureau.lie(Lie::None);
    let outcome = phone.sync().await.expect("the bureau itself is met again");
    assert_eq!(outcome.waiting.as_ref().map(Waiting::code), Some("contradicted"));
    assert!(phone.has_whole(item) && !phone.is_freed(item));
}

#[tokio::test]
async fn a_fork_for_which_there_was_no_room_stands_when_the_eight_before_it_are_explained() {
    let (mut phone, bureau, _) = phone_with_work().await;
    let mut earlier = Vec::new();
    for number in 0..8 {
        stored_and_open(&mut phone, 10 + number).await;
        earlier.push(phone.vault.checkpoint().expect("readable").expect("kept"));
    }
    let (item, session) = stored_and_open(&mut phone, 30).await;
    let held = phone.vault.checkpoint().expect("readable").expect("kept");
    let replayed = |offered| Conflict {
        at_ms: 1,
        held: held.clone(),
        offered,
        why: Distrust::RolledBack { held: 9, offered: 8 },
        settled: false,
    };
    let standing: Vec<_> = earlier.into_iter().map(replayed).collect();
    phone.vault.put_setting(CONFLICTS_KEY, &standing).expect("kept");
    bureau.lie(Lie::ForkOfSameSize);
    phone.sync().await.expect_err("not trusted");
    phone.sync().await.expect_err("nor this time");
    assert_eq!(phone.count("fault_reported"), 1, "the ledger has it, once");
    phone.close_session(session);
    bureau.lie(Lie::None);
    let outcome = phone.sync().await.expect("the bureau itself is met again");
    let kept: Vec<Conflict> = phone.setting(CONFLICTS_KEY).expect("kept");
    assert!(kept.iter().all(|conflict| conflict.settled), "what was replayed is explained");
    assert_eq!(outcome.waiting.as_ref().map(Waiting::code), Some("contradicted"), "the fork is not");
    assert!(phone.has_whole(item) && !phone.is_freed(item));
    phone.syncer().settle_conflicts(&mut phone.vault, "已核查").expect("settled");
    assert_eq!(phone.sync().await.expect("honest").waiting, None);
    assert!(phone.is_freed(item));
}

/// What tells who holds the phone cannot be read when the bureau forks.
#[tokio::test]
async fn a_conflict_whose_record_could_not_be_written_is_kept_and_recorded_the_next_time() {
    let (mut phone, bureau, items) = phone_with_work().await;
    phone.vault.put_setting("current_officer", &5).expect("kept");
    bureau.lie(Lie::ForkOfSameSize);
    phone.sync().await.expect_err("neither");
    phone.vault.remove_setting("current_officer").expect("forgotten");
    phone.sync().await.expect_err("not trusted");
    let conflicts: Vec<Conflict> = phone.setting(CONFLICTS_KEY).expect("kept");
    assert_eq!((conflicts.len(), phone.count("fault_reported")), (1, 1));
    assert!(nothing_freed(&phone, &items));
}

#[tokio::test]
async fn a_server_whose_time_is_decades_ahead_changes_no_record() {
    let (mut phone, bureau, items) = phone_with_work().await;
    let before = phone.ledger();
    bureau.lie(Lie::TimeDecadesAhead);
    let outcome = phone.sync().await.expect("the time is only an anchor");
    assert_eq!(outcome.waiting, None);
    assert_eq!(&phone.ledger()[..before.len()], &before[..], "what was written stays as written");
    assert!(items.iter().all(|item| phone.is_freed(*item)));
    let last = phone.vault.last_of_kind("media_freed").expect("readable").expect("written");
    assert_eq!(last.time.wall_ms, phone.stamp().time.wall_ms, "the phone's own clock is not corrected");
    assert_eq!(last.time.grade, liuhen_record::time::TimeGrade::T0, "the contradiction is graded");
    assert!(phone.vault.check().expect("checked").is_whole());
}

#[tokio::test]
async fn a_server_that_takes_half_of_a_body_is_sent_the_other_half() {
    let (mut phone, bureau, items) = phone_with_work().await;
    bureau.lie(Lie::HalfTaken);
    let outcome = phone.sync().await.expect("that is its right");
    let rows = items.iter().map(|item| phone.vault.item(*item).expect("readable").expect("there"));
    let len_bytes: i64 = rows.map(|row| row.len_bytes).sum();
    assert_eq!((outcome.waiting, outcome.bytes_sent), (None, len_bytes as u64), "no byte was sent twice");
    assert!(items.iter().all(|item| phone.is_freed(*item)));
}

#[tokio::test]
async fn without_the_witness_named_at_enrolment_nothing_is_freed() {
    for lie in [Lie::WitnessAway, Lie::OtherWitness, Lie::NoWitness] {
        let bureau = LyingBureau::start().await;
        bureau.name_witness();
        let mut phone = TestPhone::new();
        phone.enrol(bureau.url(), &bureau.code()).await.expect("enrolled");
        let items = phone.closed_session(1, &[&bytes_of(3_000, 1)]);
        bureau.lie(lie);
        for _ in 0..2 {
            let outcome = phone.sync().await.expect("a witness may be out of reach");
            assert_eq!(outcome.waiting, Some(Waiting::Witnesses { found: 0, needed: 1 }), "{lie:?}");
            assert_eq!((outcome.items_stored, outcome.freed), (0, 0), "{lie:?}");
            assert!(
                phone.has_whole(items[0]) && phone.vault.item_receipt(items[0]).expect("readable").is_none()
            );
            assert!(phone.vault.record_receipt(1).expect("readable").is_some(), "records count");
        }
        bureau.lie(Lie::None);
        let outcome = phone.sync().await.expect("cosigned");
        assert_eq!((outcome.waiting, outcome.items_stored, outcome.freed), (None, 1, 1), "{lie:?}");
    }
}

#[tokio::test]
async fn a_cosignature_that_the_witness_did_not_make_is_a_lie() {
    let bureau = LyingBureau::start().await;
    bureau.name_witness();
    let mut phone = TestPhone::new();
    phone.enrol(bureau.url(), &bureau.code()).await.expect("enrolled");
    let items = phone.closed_session(1, &[&bytes_of(3_000, 1)]);
    bureau.lie(Lie::CosignatureForged);
    let error = phone.sync().await.expect_err("forged");
    assert!(matches!(error, SyncError::Untrusted { why: Distrust::Cosignature }), "{error}");
    assert!(phone.has_whole(items[0]));
}
