//! The driver of the recorder profile against a recorder in process, on a virtual clock: a whole shift, losses,
//! lies, reconnections.

mod support;

use liuhen_btle::{
    ListSupport, PeerId, Recorder, RecorderError, RecorderIdentity, SimulatedRecorder, Simulation, clock,
    fault::{FaultLink, FaultPlan},
    profile::{ProfileRecorder, frame},
};
use std::sync::Arc;
use support::{VirtualClock, list_text, peer::Peer, run};

const NOW_MS: i64 = 1_764_000_000_000;

fn simulated(seed: u64) -> SimulatedRecorder {
    SimulatedRecorder::new(seed, Box::new(|| NOW_MS))
}

fn peer(files: u64) -> Arc<Peer> {
    Peer::new(simulated(7), list_text(files))
}

/// Opens the driver through a link that fails as `plan` says.
fn open(
    clock: &Arc<VirtualClock>,
    peer: &Arc<Peer>,
    plan: FaultPlan,
) -> Result<ProfileRecorder, RecorderError> {
    let link = Arc::new(FaultLink::new(peer.clone(), clock.clone(), plan));
    let nonces = Box::new(|| [9; 32]);
    run(clock, ProfileRecorder::open(link, clock.clone(), PeerId("recorder".into()), nonces))
}

fn quiet() -> FaultPlan {
    FaultPlan::default()
}

#[test]
fn a_shift_pairs_proves_sets_the_clock_records_marks_and_lists() {
    let (time, peer) = (Arc::default(), peer(3));
    let mut recorder = open(&time, &peer, quiet()).unwrap();
    assert_eq!(recorder.capabilities().list, ListSupport::Digests);
    let identity = run(&time, recorder.identity()).unwrap();
    let proof = run(&time, recorder.prove([5; 32])).unwrap();
    assert!(proof.is_valid(&identity, &[5; 32]));
    let set = run(&time, clock::set(&mut recorder, || NOW_MS)).unwrap();
    assert!((set.before.offset_ms - 4_730).abs() <= set.before.uncertainty_ms, "{set:?}");
    assert!(set.after.offset_ms.abs() <= set.after.uncertainty_ms, "{set:?}");
    let started = run(&time, recorder.start()).unwrap();
    assert!(started.file.unwrap().starts_with("LHSIMSIM0001_210001_"));
    assert_eq!(run(&time, recorder.start()), Err(RecorderError::AlreadyRecording));
    run(&time, recorder.mark()).unwrap();
    assert!(run(&time, recorder.state()).unwrap().recording.is_some());
    run(&time, recorder.stop()).unwrap();
    assert_eq!(run(&time, recorder.mark()), Err(RecorderError::NotRecording));
    assert_eq!(run(&time, recorder.list_files()).unwrap().bytes(), list_text(3));
}

#[test]
fn a_thousand_files_arrive_byte_for_byte_whatever_is_lost_on_the_way() {
    for (drop_permille, burst) in [(0, 0), (100, 0), (500, 0), (20, 30), (5, 30)] {
        for seed in 0..4 {
            let (time, peer) = (Arc::default(), peer(1_000));
            let mut recorder = open(&time, &peer, quiet()).unwrap();
            run(&time, recorder.close());
            let plan = FaultPlan {
                seed,
                drop_permille,
                burst,
                repeat_permille: 20,
                swap_permille: 20,
                truncate_permille: 5,
                delay_ms: 30,
                ..quiet()
            };
            let mut recorder = open(&time, &peer, plan).unwrap();
            let list = run(&time, recorder.list_files());
            assert_eq!(
                list.map(|list| list.bytes() == list_text(1_000)),
                Ok(true),
                "{drop_permille} permille, bursts of {burst}, seed {seed}"
            );
            assert!(liuhen_btle::Clock::mono_ms(&*time) < 15 * 60 * 1_000, "took longer than any list may");
        }
    }
}

#[test]
fn bursts_of_two_hundred_end_in_the_list_or_in_an_error_that_says_how_much_came() {
    for seed in 0..8 {
        let (time, peer) = (Arc::default(), peer(1_000));
        let plan = FaultPlan { seed, drop_permille: 10, burst: 200, ..quiet() };
        let mut recorder = open(&time, &peer, plan).unwrap();
        match run(&time, recorder.list_files()) {
            Ok(list) => assert!(list.bytes() == list_text(1_000)),
            Err(RecorderError::ListIncomplete { got_bytes, total_bytes }) => assert!(got_bytes < total_bytes),
            Err(RecorderError::OutOfReach) => {}
            Err(error) => panic!("{error}"),
        }
        assert!(liuhen_btle::Clock::mono_ms(&*time) < 15 * 60 * 1_000);
    }
}

#[test]
fn a_list_of_which_nothing_gets_through_fails_in_bounded_time_and_says_how_much_came() {
    let (time, peer) = (Arc::default(), peer(100));
    let mut recorder = open(&time, &peer, quiet()).unwrap();
    peer.set(|inner| {
        inner.tamper = Some(Box::new(|uuid, bytes| if uuid == frame::LIST { vec![] } else { vec![bytes] }));
    });
    let total_bytes = list_text(100).len() as u32;
    assert_eq!(
        run(&time, recorder.list_files()),
        Err(RecorderError::ListIncomplete { got_bytes: 0, total_bytes })
    );
    assert!(liuhen_btle::Clock::mono_ms(&*time) < 60_000);
}

#[test]
fn the_connection_may_be_cut_at_any_step_of_a_list() {
    let (time, peer) = (Arc::<VirtualClock>::default(), peer(40));
    let link = Arc::new(FaultLink::new(peer.clone(), time.clone(), quiet()));
    let nonces = Box::new(|| [9; 32]);
    let opened = ProfileRecorder::open(link.clone(), time.clone(), PeerId("r".into()), nonces);
    let mut recorder = run(&time, opened).unwrap();
    run(&time, recorder.list_files()).unwrap();
    let steps = link.steps();
    assert!(steps > 30, "{steps}");
    for step in 1..=steps {
        let plan = FaultPlan { cut_at_step: Some(step), cuts: 1, ..quiet() };
        let mut recorder = open(&time, &peer, plan).unwrap_or_else(|error| panic!("step {step}: {error}"));
        let list = run(&time, recorder.list_files());
        assert_eq!(list.map(|list| list.bytes() == list_text(40)), Ok(true), "cut at step {step}");
    }
}

#[test]
fn a_list_cut_three_times_is_not_begun_anew_each_time() {
    let (time, peer) = (Arc::default(), peer(1_000));
    let plan = FaultPlan { cut_at_step: Some(400), cuts: 3, ..quiet() };
    let mut recorder = open(&time, &peer, plan).unwrap();
    let list = run(&time, recorder.list_files()).unwrap();
    assert_eq!(list.files().len(), 1_000);
    assert_eq!(peer.inner.lock().unwrap().connections, 3, "one and two more; the third cut was not reached");
}

#[test]
fn a_request_whose_response_is_lost_is_carried_out_once() {
    let (time, peer) = (Arc::default(), peer(0));
    let mut recorder = open(&time, &peer, quiet()).unwrap();
    let mut lost = 0;
    peer.set(|inner| {
        inner.tamper = Some(Box::new(move |_, bytes| {
            lost += 1;
            if lost <= 2 { vec![] } else { vec![bytes] }
        }));
    });
    run(&time, recorder.start()).unwrap();
    assert_eq!(peer.inner.lock().unwrap().acted, [0x01]);
}

#[test]
fn a_recorder_that_forgot_the_phone_is_paired_again_and_one_that_refuses_is_not_paired() {
    let (time, peer) = (Arc::default(), peer(1));
    let mut recorder = open(&time, &peer, quiet()).unwrap();
    peer.set(|inner| inner.bonded = false);
    run(&time, recorder.state()).unwrap();
    peer.set(|inner| (inner.bonded, inner.refuses) = (false, true));
    assert_eq!(run(&time, recorder.state()), Err(RecorderError::NotPaired));
    assert_eq!(open(&time, &peer, quiet()).err(), Some(RecorderError::NotPaired));
}

#[test]
fn after_a_battery_swap_the_next_question_connects_and_subscribes_again() {
    let (time, peer) = (Arc::default(), peer(5));
    let mut recorder = open(&time, &peer, quiet()).unwrap();
    peer.vanish();
    assert_eq!(run(&time, recorder.list_files()).unwrap().files().len(), 5);
    assert_eq!(peer.inner.lock().unwrap().connections, 2);
}

#[test]
fn another_recorder_under_the_same_name_is_noticed_by_its_serial_number_and_by_its_key() {
    let (time, peer) = (Arc::default(), peer(1));
    let mut recorder = open(&time, &peer, quiet()).unwrap();
    run(&time, recorder.prove([1; 32])).unwrap();
    // The same identity, another key.
    peer.set(|inner| inner.recorder = simulated(8));
    peer.vanish();
    assert_eq!(run(&time, recorder.state()), Err(RecorderError::Replaced));
    assert_eq!(run(&time, recorder.list_files()), Err(RecorderError::Replaced));
    // The right one again, then another serial number.
    peer.set(|inner| inner.recorder = simulated(7));
    run(&time, recorder.state()).unwrap();
    let identity = RecorderIdentity { serial: "SIM0002".into(), ..Simulation::default().identity };
    let like = Simulation { identity, ..Simulation::default() };
    peer.set(|inner| inner.recorder = SimulatedRecorder::like(like, 7, Box::new(|| NOW_MS)));
    assert_eq!(run(&time, recorder.identity()), Err(RecorderError::Replaced));
    peer.vanish();
    assert_eq!(run(&time, recorder.state()), Err(RecorderError::Replaced));
}

#[test]
fn a_proof_replayed_from_another_nonce_is_no_proof() {
    let (time, peer) = (Arc::default(), peer(1));
    let mut recorder = open(&time, &peer, quiet()).unwrap();
    let mut first: Option<Vec<u8>> = None;
    peer.set(|inner| {
        inner.tamper = Some(Box::new(move |_, bytes| {
            let mut replayed = first.get_or_insert(bytes.clone()).clone();
            replayed[1] = bytes[1];
            vec![replayed]
        }));
    });
    run(&time, recorder.prove([1; 32])).unwrap();
    assert_eq!(run(&time, recorder.prove([2; 32])), Err(RecorderError::Replaced));
}

#[test]
fn a_list_that_changes_while_it_is_read_is_read_again_and_one_that_never_rests_is_given_up() {
    let (time, peer) = (Arc::default(), peer(300));
    let mut recorder = open(&time, &peer, quiet()).unwrap();
    peer.set(|inner| inner.gone = 2);
    assert_eq!(run(&time, recorder.list_files()).unwrap().files().len(), 300);
    peer.set(|inner| inner.gone = u32::MAX);
    assert_eq!(run(&time, recorder.list_files()), Err(RecorderError::ListChanged));
}

/// Rewrites the payload of LIST_OPEN's response.
fn lie_about_the_list(peer: &Peer, rewrite: impl Fn(&mut Vec<u8>) + Send + 'static) {
    peer.set(|inner| {
        inner.tamper = Some(Box::new(move |uuid, mut bytes| {
            if uuid == frame::RESPONSE && bytes[0] == 0x90 {
                rewrite(&mut bytes);
            }
            vec![bytes]
        }));
    });
}

#[test]
fn a_list_said_to_be_longer_than_any_may_be_is_refused_before_memory_is_taken() {
    let (time, peer) = (Arc::default(), peer(3));
    let mut recorder = open(&time, &peer, quiet()).unwrap();
    lie_about_the_list(&peer, |bytes| bytes[7..11].copy_from_slice(&u32::MAX.to_le_bytes()));
    assert_eq!(run(&time, recorder.list_files()), Err(RecorderError::Malformed("length of the list")));
}

#[test]
fn a_list_with_another_digest_or_number_of_lines_is_not_believed() {
    let (time, peer) = (Arc::default(), peer(3));
    let mut recorder = open(&time, &peer, quiet()).unwrap();
    lie_about_the_list(&peer, |bytes| bytes[20] ^= 1);
    assert_eq!(run(&time, recorder.list_files()), Err(RecorderError::ListChanged));
    lie_about_the_list(&peer, |bytes| bytes[11] = 4);
    assert_eq!(run(&time, recorder.list_files()), Err(RecorderError::Malformed("number of lines")));
}

#[test]
fn chunks_with_false_offsets_false_lengths_or_without_end_do_no_harm() {
    type Lie = fn(Vec<u8>) -> Vec<Vec<u8>>;
    let tampers: [Lie; 4] = [
        |mut bytes| {
            bytes[1..5].copy_from_slice(&u32::MAX.to_le_bytes());
            vec![bytes]
        },
        |mut bytes| {
            bytes[1] ^= 1;
            vec![bytes]
        },
        |bytes| vec![[bytes.as_slice(), &[0; 300]].concat()],
        |bytes| vec![bytes[..3].to_vec(); 5_000],
    ];
    for tamper in tampers {
        let (time, peer) = (Arc::default(), peer(100));
        let mut recorder = open(&time, &peer, quiet()).unwrap();
        peer.set(|inner| {
            inner.tamper = Some(Box::new(
                move |uuid, bytes| {
                    if uuid == frame::LIST { tamper(bytes) } else { vec![bytes] }
                },
            ));
        });
        let listed = run(&time, recorder.list_files());
        assert!(matches!(listed, Err(RecorderError::ListIncomplete { got_bytes: 0, .. })), "{listed:?}");
    }
}

#[test]
fn a_recorder_that_never_answers_is_out_of_reach_and_one_that_is_always_busy_is_busy() {
    let (time, peer) = (Arc::default(), peer(1));
    let mut recorder = open(&time, &peer, quiet()).unwrap();
    peer.set(|inner| inner.tamper = Some(Box::new(|_, _| vec![])));
    assert_eq!(run(&time, recorder.start()), Err(RecorderError::OutOfReach));
    peer.set(|inner| {
        inner.tamper = Some(Box::new(|_, mut bytes| {
            bytes.truncate(3);
            bytes[2] = 6;
            vec![bytes]
        }));
    });
    assert_eq!(run(&time, recorder.stop()), Err(RecorderError::Busy));
    assert!(liuhen_btle::Clock::mono_ms(&*time) < 60_000);
}

#[test]
fn a_small_connection_carries_a_list_and_one_too_small_says_so() {
    let (time, peer) = (Arc::default(), peer(30));
    peer.set(|inner| inner.max_write_len = 60);
    let mut recorder = open(&time, &peer, quiet()).unwrap();
    assert_eq!(run(&time, recorder.list_files()).unwrap().files().len(), 30);
}

#[test]
fn what_the_recorder_cannot_do_is_said_and_not_tried() {
    let (time, peer) = (Arc::default(), peer(1));
    peer.set(|inner| inner.features = 0);
    let mut recorder = open(&time, &peer, quiet()).unwrap();
    assert_eq!(recorder.capabilities().list, ListSupport::None);
    assert!(matches!(run(&time, recorder.start()), Err(RecorderError::Unsupported(_))));
    assert!(matches!(run(&time, recorder.clock()), Err(RecorderError::Unsupported(_))));
    assert!(matches!(run(&time, recorder.list_files()), Err(RecorderError::Unsupported(_))));
    assert!(matches!(run(&time, recorder.prove([0; 32])), Err(RecorderError::Unsupported(_))));
    assert_eq!(peer.inner.lock().unwrap().acted, [] as [u8; 0]);
}
