//! The driver for Open GoPro against a camera in process, on a virtual clock.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use liuhen_btle::{CardState, ListSupport, PeerId, Recorder, RecorderError, clock, gopro::GoProRecorder};
use std::{sync::Arc, time::Duration};
use support::{VirtualClock, camera::Camera, run};

/// 2026-11-25 03:00:00 UTC, which the camera shows as 11:00 in its zone.
const NOW_MS: i64 = 1_795_575_600_000;

fn open(time: &Arc<VirtualClock>, camera: &Arc<Camera>) -> GoProRecorder {
    let peer = PeerId("camera".into());
    run(time, GoProRecorder::open(camera.clone(), time.clone(), peer, "liuhen", 480)).unwrap()
}

#[test]
fn a_camera_is_paired_asked_set_started_marked_and_stopped() {
    let time = Arc::default();
    let camera = Camera::new(&time);
    let mut recorder = open(&time, &camera);
    let identity = run(&time, recorder.identity()).unwrap();
    assert_eq!((identity.serial.as_str(), identity.officer_no.as_str()), ("C3471325208456", ""));
    assert_eq!(identity.model, "GoPro HERO11 Black");
    let set = run(&time, clock::set(&mut recorder, || NOW_MS + 90_000)).unwrap();
    assert!((set.before.offset_ms + 90_000).abs() <= set.before.uncertainty_ms, "{set:?}");
    assert!(set.after.offset_ms.abs() <= set.after.uncertainty_ms, "{set:?}");
    assert_eq!(run(&time, recorder.stop()), Err(RecorderError::NotRecording));
    run(&time, recorder.start()).unwrap();
    assert_eq!(run(&time, recorder.start()), Err(RecorderError::AlreadyRecording));
    run(&time, recorder.mark()).unwrap();
    let state = run(&time, recorder.state()).unwrap();
    assert_eq!((state.battery_percent, state.card), (53, CardState::Ready));
    assert_eq!(state.recording.unwrap().elapsed_secs, Some(12));
    run(&time, recorder.stop()).unwrap();
    assert!(!camera.inner.lock().unwrap().recording);
}

#[test]
fn what_the_interface_cannot_do_over_bluetooth_is_said() {
    let time = Arc::default();
    let camera = Camera::new(&time);
    let mut recorder = open(&time, &camera);
    let can = recorder.capabilities();
    assert_eq!((can.list, can.proof, can.configured_officer), (ListSupport::None, false, false));
    assert!(matches!(run(&time, recorder.list_files()), Err(RecorderError::Unsupported(_))));
    assert!(matches!(run(&time, recorder.prove([0; 32])), Err(RecorderError::Unsupported(_))));
}

#[test]
fn a_busy_camera_is_waited_for_and_one_that_stays_busy_is_busy() {
    let time = Arc::default();
    let camera = Camera::new(&time);
    let mut recorder = open(&time, &camera);
    camera.set(|inner| inner.busy = 3);
    run(&time, recorder.start()).unwrap();
    run(&time, recorder.stop()).unwrap();
    camera.set(|inner| inner.busy = u32::MAX);
    assert_eq!(run(&time, recorder.start()), Err(RecorderError::Busy));
}

#[test]
fn without_a_card_recording_does_not_begin() {
    let time = Arc::default();
    let camera = Camera::new(&time);
    let mut recorder = open(&time, &camera);
    for (card, state) in [(1, CardState::Full), (2, CardState::Absent), (3, CardState::Damaged)] {
        camera.set(|inner| inner.card = card);
        assert_eq!(run(&time, recorder.start()), Err(RecorderError::NoCard));
        assert_eq!(run(&time, recorder.state()).unwrap().card, state);
    }
}

#[test]
fn when_the_answer_to_the_shutter_is_lost_the_camera_is_asked_and_not_told_again() {
    let time = Arc::default();
    let camera = Camera::new(&time);
    let mut recorder = open(&time, &camera);
    run(&time, recorder.start()).unwrap();
    // The answer to the question whether it records is three packets; then comes the shutter's.
    camera.set(|inner| {
        inner.done.clear();
        inner.loses_after = Some(3);
    });
    run(&time, recorder.stop()).unwrap();
    let inner = camera.inner.lock().unwrap();
    let told: Vec<u8> = inner.done.iter().copied().filter(|id| *id == 1).collect();
    assert_eq!(told, [1]);
    assert_eq!(inner.connections, 2, "a camera that does not answer is connected anew");
}

#[test]
fn a_camera_that_is_kept_awake_answers_and_one_that_fell_asleep_is_connected_again() {
    let time: Arc<VirtualClock> = Arc::default();
    let camera = Camera::new(&time);
    let mut recorder = open(&time, &camera);
    for _ in 0..20 {
        run(&time, liuhen_btle::Clock::sleep(&*time, Duration::from_secs(3)));
        run(&time, recorder.keep_alive()).unwrap();
    }
    run(&time, recorder.state()).unwrap();
    assert_eq!(camera.inner.lock().unwrap().connections, 1);
    run(&time, liuhen_btle::Clock::sleep(&*time, Duration::from_mins(1)));
    assert_eq!(run(&time, recorder.state()), Err(RecorderError::OutOfReach));
    run(&time, recorder.state()).unwrap();
    assert_eq!(camera.inner.lock().unwrap().connections, 2);
}

#[test]
fn another_camera_in_its_place_is_noticed() {
    let time = Arc::default();
    let camera = Camera::new(&time);
    let mut recorder = open(&time, &camera);
    camera.set(|inner| inner.serial = "C3471325299999");
    assert_eq!(run(&time, recorder.identity()), Err(RecorderError::Replaced));
    run(&time, recorder.close());
    assert_eq!(run(&time, recorder.state()), Err(RecorderError::Replaced));
}
