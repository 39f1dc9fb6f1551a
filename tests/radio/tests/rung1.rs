//! Rung 1: our driver over trouble-host, HCI and bumble's virtual radio against the recorder that was written from
//! the specification without our code. Two Bluetooth stacks that nobody here wrote, pairing and encryption included.

use liuhen_btle::{
    BleLink, LinkError, PeerId, Recorder, RecorderError, Uuid, clock,
    fault::{FaultLink, FaultPlan},
    inbox::Inbox,
    profile::{ProfileRecorder, frame},
};
use liuhen_radio::{
    bumble::{ADDRESS, Bumble},
    trouble::{RealClock, TroubleLink},
};
use std::sync::Arc;

fn now_ms() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

async fn open(link: Arc<dyn BleLink>) -> Result<ProfileRecorder, RecorderError> {
    let mut nonce = 0;
    let nonces = Box::new(move || {
        nonce += 1;
        [nonce; 32]
    });
    ProfileRecorder::open(link, RealClock::new(), PeerId("recorder".into()), nonces).await
}

#[tokio::test]
async fn a_shift_over_the_air_pairs_sets_the_clock_records_and_lists_and_a_swap_is_noticed() {
    let Some(mut bumble) = Bumble::start(&["--files", "20", "--clock-offset-ms", "61500"]) else { return };
    let link = TroubleLink::attach(bumble.hci_port, ADDRESS);
    let mut recorder = open(link).await.unwrap();
    let identity = recorder.identity().await.unwrap();
    assert_eq!((identity.id_code.as_str(), identity.serial.as_str()), ("LHSIM", "SIM0001"));
    assert_eq!(identity.unit_name, "劳动保障监察科");
    assert!(recorder.prove([3; 32]).await.unwrap().is_valid(&identity, &[3; 32]));
    let set = clock::set(&mut recorder, now_ms).await.unwrap();
    assert!((set.before.offset_ms - 61_500).abs() <= set.before.uncertainty_ms + 5, "{set:?}");
    // What was written is old by the time that the writing took.
    assert!(set.after.offset_ms.abs() < 2_000, "{set:?}");
    assert_eq!(recorder.state().await.unwrap().battery_percent, 87);
    assert_eq!(recorder.stop().await, Err(RecorderError::NotRecording));
    let started = recorder.start().await.unwrap();
    assert!(recorder.state().await.unwrap().recording.is_some());
    assert_eq!(recorder.set_clock(now_ms()).await, Err(RecorderError::AlreadyRecording));
    recorder.mark().await.unwrap();
    assert_eq!(recorder.stop().await.unwrap().file, started.file);
    let list = recorder.list_files().await.unwrap();
    assert_eq!(list.bytes(), bumble.list());
    let last = list.files().last().unwrap();
    assert_eq!((Some(&last.name), last.important), (started.file.as_ref(), true));
    // The battery is swapped; the bond holds and the next question connects again.
    assert_eq!(bumble.tell("reboot 0.2"), "done");
    assert_eq!(recorder.list_files().await.unwrap().files().len(), 21);
    assert_eq!(bumble.tell("serial SIM0002"), "done");
    assert_eq!(bumble.tell("disconnect"), "done");
    assert_eq!(recorder.state().await, Err(RecorderError::Replaced));
}

#[tokio::test]
async fn nothing_protected_is_given_before_pairing_and_the_open_services_are() {
    let Some(bumble) = Bumble::start(&[]) else { return };
    let link = TroubleLink::attach(bumble.hci_port, ADDRESS);
    link.listen(Arc::new(Inbox::default()));
    link.connect(PeerId(String::new())).await.unwrap();
    let table = link.discover().await.unwrap();
    assert_eq!(table.iter().filter(|found| found.service == frame::SERVICE).count(), 6);
    for protected in [frame::IDENTITY, frame::STATE, frame::CURRENT_TIME, Uuid::assigned(0x2A0F)] {
        assert_eq!(link.read(protected).await, Err(LinkError::NotPaired), "{protected}");
    }
    assert_eq!(link.write(frame::CONTROL, vec![1, 1], true).await, Err(LinkError::NotPaired));
    for protected in [frame::RESPONSE, frame::LIST] {
        assert_eq!(link.subscribe(protected).await, Err(LinkError::NotPaired), "{protected}");
    }
    // Written by bumble's authors, not by us.
    assert_eq!(link.read(Uuid::assigned(0x2A19)).await, Ok(vec![87]));
    assert_eq!(link.read(Uuid::assigned(0x2A25)).await, Ok(b"SIM0001".to_vec()));
    link.request_bond().await.unwrap();
    link.read(frame::STATE).await.unwrap();
    // A request without a subscription is refused, and said to be.
    assert_eq!(link.write(frame::CONTROL, vec![1, 1], true).await, Err(LinkError::Att(0xFD)));
}

#[tokio::test]
async fn a_recorder_that_is_not_in_pairing_mode_cannot_be_paired() {
    let Some(mut bumble) = Bumble::start(&["--pairing", "button"]) else { return };
    let link = TroubleLink::attach(bumble.hci_port, ADDRESS);
    let mut nonces = 0_u8;
    let refused = ProfileRecorder::open(
        link.clone(),
        RealClock::new(),
        PeerId(String::new()),
        Box::new(move || {
            nonces += 1;
            [nonces; 32]
        }),
    );
    assert_eq!(refused.await.err(), Some(RecorderError::NotPaired));
    bumble.tell("pairing 30");
}

#[tokio::test]
async fn a_thousand_files_arrive_over_the_air_though_one_notification_in_ten_is_lost_and_the_link_is_cut() {
    let Some(mut bumble) = Bumble::start(&["--files", "1000"]) else { return };
    let link = TroubleLink::attach(bumble.hci_port, ADDRESS);
    let plan = FaultPlan {
        seed: 11,
        drop_permille: 100,
        burst: 3,
        repeat_permille: 20,
        swap_permille: 20,
        truncate_permille: 10,
        cut_at_step: Some(120),
        cuts: 1,
        ..FaultPlan::default()
    };
    let mut recorder = open(Arc::new(FaultLink::new(link, RealClock::new(), plan))).await.unwrap();
    let list = recorder.list_files().await.unwrap();
    assert_eq!(list.files().len(), 1_000);
    assert!(list.bytes() == bumble.list(), "the list is not the recorder's");
}

#[tokio::test]
async fn a_recorder_that_lies_over_the_air_is_refused_and_answers_again_when_it_stops() {
    let Some(mut bumble) = Bumble::start(&["--files", "30"]) else { return };
    let link = TroubleLink::attach(bumble.hci_port, ADDRESS);
    let mut recorder = open(link).await.unwrap();
    for (fault, error) in [
        ("total 4000000000", RecorderError::Malformed("length of the list")),
        ("digest 1", RecorderError::ListChanged),
        ("change 6", RecorderError::ListChanged),
        ("busy 5", RecorderError::Busy),
    ] {
        bumble.tell(&format!("fault {fault}"));
        assert_eq!(recorder.list_files().await, Err(error), "{fault}");
        let name = fault.split(' ').next().unwrap();
        bumble.tell(&format!("fault {name} 0"));
    }
    assert_eq!(recorder.list_files().await.unwrap().files().len(), 30);
}
