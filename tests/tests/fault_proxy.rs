//! Each fault of the proxy really happens, and nothing else does.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::{Request, body::Frame};
use liuhen_tests::{
    fault_proxy::{Body, Fault, FaultProxy, Passing, Storm, empty, exchange, full, serve_http},
    random::Random,
    sync_support::bytes_of,
};
use std::{
    collections::BTreeSet,
    io,
    sync::{Arc, Mutex},
};
use tokio::task::JoinHandle;

const ANSWER: &[u8] = b"an answer of thirty-one bytes..";
const OFFSET: u64 = 70;

/// What a server heard: one line a request, and whether its body came to its end.
type Heard = Arc<Mutex<Vec<(String, Vec<u8>, bool)>>>;

/// A server that writes down what it hears, behind a proxy.
struct Stage {
    proxy: FaultProxy,
    heard: Heard,
    server: JoinHandle<()>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Stage {
    async fn set() -> Self {
        let heard: Heard = Arc::default();
        let notes = heard.clone();
        let (address, server) = serve_http(move |request| {
            let notes = notes.clone();
            async move {
                let line = format!("{} {}", request.method(), request.uri());
                let mut body = request.into_body();
                let (mut bytes, mut whole) = (Vec::new(), true);
                while let Some(frame) = body.frame().await {
                    match frame {
                        Ok(frame) => bytes.extend_from_slice(&frame.into_data().unwrap()),
                        Err(_) => whole = false,
                    }
                }
                notes.lock().unwrap().push((line, bytes, whole));
                let answer = hyper::Response::builder().header("upload-offset", OFFSET);
                Ok(answer.body(full(ANSWER)).unwrap())
            }
        })
        .await;
        let proxy = FaultProxy::to(&format!("http://{address}")).await;
        Self { proxy, heard, server }
    }

    async fn send(&self, path: &str, body: Body) -> io::Result<(u16, Option<u64>, io::Result<Bytes>)> {
        let address = self.proxy.url().trim_start_matches("http://").parse().unwrap();
        let request =
            Request::builder().method("PATCH").uri(path).header("host", "bureau").body(body).unwrap();
        let answer = exchange(address, request).await?;
        let offset = answer.headers().get("upload-offset").map(|o| o.to_str().unwrap().parse().unwrap());
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.map(http_body_util::Collected::to_bytes);
        Ok((status, offset, body.map_err(io::Error::other)))
    }

    /// Sends `body` to `/a`; the answer must come whole.
    async fn answered(&self, body: &[u8]) -> (u16, Option<u64>, Bytes) {
        let (status, offset, answer) = self.send("/a", full(body.to_vec())).await.expect("an answer");
        (status, offset, answer.expect("whole"))
    }

    async fn lost(&self, body: &[u8]) {
        self.send("/a", full(body.to_vec())).await.expect_err("no answer");
    }

    fn heard(&self) -> Vec<(String, Vec<u8>, bool)> {
        self.heard.lock().unwrap().clone()
    }

    /// What was heard must be these whole bodies.
    fn heard_whole(&self, bodies: &[&[u8]]) {
        let heard = self.heard();
        assert!(heard.iter().all(|(_, _, whole)| *whole));
        assert_eq!(heard.iter().map(|(_, body, _)| body.as_slice()).collect::<Vec<_>>(), bodies);
    }

    /// After the first `after`, these whole bodies were heard, whichever came first.
    fn heard_whole_in_any_order(&self, after: usize, bodies: &[&[u8]]) {
        let heard = self.heard();
        assert!(heard.iter().all(|(_, _, whole)| *whole));
        let heard: BTreeSet<&[u8]> = heard[after..].iter().map(|(_, body, _)| body.as_slice()).collect();
        assert_eq!(heard, bodies.iter().copied().collect());
    }

    fn happened_once(&self, name: &str) {
        assert_eq!((self.proxy.seen().times(name), self.proxy.seen().faults()), (1, 1), "{name}");
    }
}

#[tokio::test]
async fn in_fine_weather_everything_passes_as_it_is() {
    let stage = Stage::set().await;
    let body = bytes_of(1_000_000, 1);
    assert_eq!(stage.answered(&body).await, (200, Some(OFFSET), ANSWER.into()));
    stage.heard_whole(&[&body]);
    let seen = stage.proxy.seen();
    assert_eq!((seen.requests, seen.sent_bytes, seen.upload_bytes, seen.faults()), (1, 1_000_000, 0, 0));
    stage.send("/v1/uploads/7", full(body)).await.unwrap().2.expect("whole");
    assert_eq!(stage.proxy.seen().upload_bytes, 1_000_000);
}

#[tokio::test]
async fn a_dropped_request_never_reaches_the_server() {
    let stage = Stage::set().await;
    stage.proxy.plan([Some(Fault::Drop)]);
    stage.lost(b"x").await;
    stage.heard_whole(&[]);
    stage.happened_once("drop");
    stage.answered(b"y").await;
}

#[tokio::test]
async fn a_delayed_request_arrives_later() {
    let stage = Stage::set().await;
    stage.proxy.plan([Some(Fault::Delay { ms: 30 })]);
    let before = std::time::Instant::now();
    stage.answered(b"x").await;
    assert!(before.elapsed().as_millis() >= 30, "not earlier: how much later is not our affair");
    stage.happened_once("delay");
}

#[tokio::test]
async fn a_truncated_request_reaches_the_server_up_to_the_byte() {
    for after_bytes in [0, 1, 70_000, 299_999] {
        let stage = Stage::set().await;
        let body = bytes_of(300_000, 1);
        stage.proxy.plan([Some(Fault::TruncateRequest { after_bytes })]);
        stage.lost(&body).await;
        stage.answered(b"next").await;
        let heard = stage.heard();
        let (_, arrived, whole) = &heard[0];
        assert_eq!((arrived.as_slice(), *whole), (&body[..after_bytes as usize], false));
        stage.happened_once("truncate_request");
    }
}

#[tokio::test]
async fn a_cut_behind_the_end_is_none() {
    let stage = Stage::set().await;
    stage.proxy.plan([Some(Fault::TruncateRequest { after_bytes: 5 })]);
    stage.answered(b"12345").await;
    stage.proxy.plan([Some(Fault::TruncateAnswer { after_bytes: ANSWER.len() as u64 })]);
    stage.answered(b"12345").await;
    assert_eq!(stage.proxy.seen().faults(), 0);
}

#[tokio::test]
async fn a_truncated_answer_reaches_the_phone_up_to_the_byte() {
    let stage = Stage::set().await;
    stage.proxy.plan([Some(Fault::TruncateAnswer { after_bytes: 9 })]);
    let (status, _, answer) = stage.send("/a", full("x")).await.expect("the head of an answer");
    assert_eq!(status, 200);
    answer.expect_err("cut");
    stage.heard_whole(&[b"x"]);
    stage.happened_once("truncate_answer");
}

#[tokio::test]
async fn an_answer_is_lost_after_the_server_did_it() {
    let stage = Stage::set().await;
    stage.proxy.plan([Some(Fault::LoseAnswer)]);
    stage.lost(b"x").await;
    stage.heard_whole(&[b"x"]);
    stage.happened_once("lose_answer");
}

#[tokio::test]
async fn a_duplicate_reaches_the_server_twice_and_whole() {
    let stage = Stage::set().await;
    let body = bytes_of(200_000, 1);
    stage.proxy.plan([Some(Fault::Duplicate)]);
    assert_eq!(stage.answered(&body).await.0, 200);
    stage.heard_whole(&[&body, &body]);
    stage.happened_once("duplicate");
    assert_eq!(stage.proxy.seen().sent_bytes, 200_000, "the phone sent it once");
}

#[tokio::test]
async fn a_replay_comes_after_so_many_later_requests() {
    let stage = Stage::set().await;
    stage.proxy.plan([Some(Fault::Replay { after: 2 })]);
    for body in [b"1", b"2", b"3"] {
        stage.answered(body).await;
    }
    stage.heard_whole(&[b"1", b"2", b"3"]);
    stage.answered(b"4").await;
    stage.proxy.deliver_late().await;
    stage.heard_whole_in_any_order(3, &[b"1", b"4"]);
    stage.happened_once("replay");
}

#[tokio::test]
async fn a_reordered_request_is_overtaken() {
    let stage = Stage::set().await;
    stage.proxy.plan([Some(Fault::Reorder { after: 1 })]);
    stage.lost(b"1").await;
    stage.answered(b"2").await;
    stage.heard_whole(&[b"2"]);
    stage.answered(b"3").await;
    stage.proxy.deliver_late().await;
    stage.heard_whole_in_any_order(1, &[b"1", b"3"]);
    stage.happened_once("reorder");
}

/// The server answers the late one only when the next one of the phone has come.
#[tokio::test]
async fn a_late_request_travels_beside_the_ones_that_follow() {
    let (next_came, next) = tokio::sync::oneshot::channel::<()>();
    let (next_came, next) = (Arc::new(Mutex::new(Some(next_came))), Arc::new(tokio::sync::Mutex::new(next)));
    let (address, server) = serve_http(move |request| {
        let (next_came, next) = (next_came.clone(), next.clone());
        async move {
            let body = request.into_body().collect().await.map_err(io::Error::other)?.to_bytes();
            match &body[..] {
                b"late" => (&mut *next.lock().await).await.map_err(io::Error::other)?,
                b"next" => {
                    let _the_late_one_waits = next_came.lock().unwrap().take().map(|came| came.send(()));
                }
                _ => {}
            }
            Ok(hyper::Response::new(full(ANSWER)))
        }
    })
    .await;
    let stage =
        Stage { proxy: FaultProxy::to(&format!("http://{address}")).await, heard: Heard::default(), server };
    stage.proxy.plan([Some(Fault::Reorder { after: 0 })]);
    stage.lost(b"late").await;
    stage.answered(b"next").await;
    stage.proxy.deliver_late().await;
    stage.happened_once("reorder");
}

#[tokio::test]
async fn a_request_that_outlasts_the_phones_patience_arrives_when_the_phone_has_gone() {
    let stage = Stage::set().await;
    stage.proxy.plan([Some(Fault::Outlast)]);
    let asked = stage.send("/a", full(&b"1"[..]));
    let held = async {
        while stage.proxy.late() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        answer = asked => panic!("{answer:?}"),
        () = held => {}
    }
    stage.heard_whole(&[]);
    stage.answered(b"2").await;
    stage.proxy.deliver_late().await;
    stage.heard_whole_in_any_order(0, &[b"1", b"2"]);
    stage.happened_once("outlast");
}

#[tokio::test]
async fn half_a_request_lingers_at_the_server_until_others_have_passed() {
    let stage = Stage::set().await;
    let body = bytes_of(100_000, 1);
    stage.proxy.plan([Some(Fault::Linger { at_bytes: 40_000, after: 1 })]);
    stage.lost(&body).await;
    stage.answered(b"2").await;
    stage.heard_whole(&[b"2"]);
    stage.answered(b"3").await;
    stage.proxy.deliver_late().await;
    stage.heard_whole_in_any_order(1, &[&body, b"3"]);
    stage.happened_once("linger");
}

#[tokio::test]
async fn a_suspended_phone_wakes_on_its_way_and_time_has_passed() {
    let stage = Stage::set().await;
    let passed_ms = Arc::new(Mutex::new(0));
    let clocks = passed_ms.clone();
    stage.proxy.clocks(move |ms| *clocks.lock().unwrap() += ms);
    stage.proxy.plan([Some(Fault::Suspend { ms: 180_000 })]);
    stage.answered(b"x").await;
    assert_eq!(*passed_ms.lock().unwrap(), 180_000);
    stage.happened_once("suspend");
}

#[tokio::test]
async fn what_is_still_late_can_be_delivered_at_once() {
    let stage = Stage::set().await;
    stage.proxy.plan([Some(Fault::Reorder { after: 100 })]);
    stage.lost(b"1").await;
    stage.heard_whole(&[]);
    stage.proxy.deliver_late().await;
    stage.heard_whole(&[b"1"]);
    stage.proxy.deliver_late().await;
    stage.heard_whole(&[b"1"]);
}

#[tokio::test]
async fn somebody_on_the_way_answers_with_and_without_a_time_to_wait() {
    for status in [408, 429, 500, 502, 503, 504] {
        for (retry_after_secs, name) in [(None, "answer"), (Some(7), "answer_retry_after")] {
            let stage = Stage::set().await;
            stage.proxy.plan([Some(Fault::Answer { status, retry_after_secs })]);
            let address = stage.proxy.url().trim_start_matches("http://").parse().unwrap();
            let request = Request::builder().uri("/a").header("host", "bureau").body(empty()).unwrap();
            let answer = exchange(address, request).await.unwrap();
            assert_eq!(answer.status().as_u16(), status);
            let said = answer.headers().get("retry-after").map(|secs| secs.to_str().unwrap().to_owned());
            assert_eq!(said, retry_after_secs.map(|secs| secs.to_string()));
            stage.heard_whole(&[]);
            stage.happened_once(name);
        }
    }
}

#[tokio::test]
async fn an_offset_can_be_stale() {
    let stage = Stage::set().await;
    stage.proxy.plan([
        Some(Fault::StaleOffset { behind_bytes: 30 }),
        Some(Fault::StaleOffset { behind_bytes: 999 }),
    ]);
    assert_eq!(stage.answered(b"x").await.1, Some(OFFSET - 30));
    assert_eq!(stage.answered(b"x").await.1, Some(0));
    assert_eq!(stage.answered(b"x").await.1, Some(OFFSET));
    assert_eq!(stage.proxy.seen().times("stale_offset"), 2);
}

fn differing(a: &[u8], b: &[u8]) -> Vec<usize> {
    assert_eq!(a.len(), b.len());
    (0..a.len()).filter(|at| a[*at] != b[*at]).collect()
}

#[tokio::test]
async fn one_byte_is_changed_on_the_way_up_and_on_the_way_down() {
    let stage = Stage::set().await;
    let body = bytes_of(300_000, 1);
    stage
        .proxy
        .plan([Some(Fault::FlipRequest { at_bytes: 123_456 }), Some(Fault::FlipAnswer { at_bytes: 5 })]);
    assert_eq!(stage.answered(&body).await.2, ANSWER);
    assert_eq!(differing(&stage.heard()[0].1, &body), [123_456]);
    let (_, _, answer) = stage.answered(&body).await;
    assert_eq!(differing(&answer, ANSWER), [5]);
    assert_eq!((stage.proxy.seen().times("flip_request"), stage.proxy.seen().times("flip_answer")), (1, 1));
    stage.proxy.plan([Some(Fault::FlipRequest { at_bytes: 300_000 })]);
    stage.answered(&body).await;
    assert_eq!(stage.heard()[2].1, body, "there is no such byte");
    assert_eq!(stage.proxy.seen().faults(), 2);
}

#[tokio::test]
async fn a_trip_is_made_when_so_many_bytes_have_moved_and_before_they_arrive() {
    let stage = Stage::set().await;
    let heard = stage.heard.clone();
    let at_trip: Arc<Mutex<Option<usize>>> = Arc::default();
    let note = at_trip.clone();
    stage.proxy.trip_after(150_000, move || *note.lock().unwrap() = Some(heard.lock().unwrap().len()));
    stage.answered(&bytes_of(100_000, 1)).await;
    assert_eq!(*at_trip.lock().unwrap(), None);
    stage.answered(&bytes_of(100_000, 1)).await;
    assert_eq!(*at_trip.lock().unwrap(), Some(1), "the second request had not arrived");
    assert!(!stage.proxy.no_trip(), "it is made once");
}

#[tokio::test]
async fn bodies_are_streamed_and_not_collected() {
    let stage = Stage::set().await;
    // What the second half would be is decided only after the first half was seen on the other side.
    let (release, wait) = tokio::sync::oneshot::channel::<()>();
    let first = stream::once(async { Ok(Frame::data(Bytes::from_static(b"first "))) });
    let second = stream::once(async {
        wait.await.unwrap();
        Ok(Frame::data(Bytes::from_static(b"second")))
    });
    let release = Mutex::new(Some(release));
    stage.proxy.trip_after(262, move || {
        let _receiver_is_there = release.lock().unwrap().take().map(|release| release.send(()));
    });
    let body = StreamBody::new(first.chain(second).map(|part: io::Result<_>| part)).boxed_unsync();
    stage.send("/a", body).await.unwrap().2.expect("whole");
    stage.heard_whole(&[b"first second"]);
}

fn passing(number: u64, path: &str, len_bytes: u64) -> Passing {
    Passing { number, method: "PATCH".into(), path: path.into(), len_bytes }
}

#[test]
fn the_same_seed_brings_the_same_storm_and_another_seed_another() {
    let faults = |seed| {
        let mut storm = Storm::new(seed, 50, 1_000);
        (0..300).map(|n| storm.throw(&passing(n, "/v1/uploads/a", n * 100))).collect::<Vec<_>>()
    };
    assert_eq!(faults(7), faults(7));
    assert_ne!(faults(7), faults(8));
}

#[test]
fn what_a_storm_does_to_a_request_does_not_hang_on_the_ones_before() {
    let mut storms = [Storm::new(7, 50, 1_000), Storm::new(7, 50, 1_000)];
    let [short, long] = &mut storms;
    let mut faults = 0;
    for n in 0..300 {
        // The ones in between have a body in one of the two, so that other faults apply to them.
        let len_bytes = if n % 2 == 0 { 500 } else { 0 };
        let other = long.throw(&passing(n, "/v1/uploads", 500));
        let fault = short.throw(&passing(n, "/v1/uploads", len_bytes));
        if n % 2 == 0 {
            assert_eq!(fault, other);
            faults += u32::from(fault.is_some());
        }
    }
    assert!(faults > 50, "{faults}");
}

#[test]
fn a_storm_brings_every_fault_and_ends() {
    let mut storm = Storm::new(3, 60, 400);
    let faults: Vec<Fault> =
        (0..2_000).filter_map(|n| storm.throw(&passing(n, "/v1/uploads/a", 5_000))).collect();
    assert_eq!((faults.len(), storm.left()), (400, 0));
    let names: BTreeSet<_> = faults.iter().map(Fault::name).collect();
    assert_eq!(names, Fault::NAMES.into());
    let mut storm = Storm::new(3, 100, 400).without_flipped_answers();
    let calm = (0..400).all(|n| !matches!(storm.throw(&passing(n, "/", 9)), Some(Fault::FlipAnswer { .. })));
    assert!(calm);
}

#[test]
fn dice_are_fair_enough() {
    let mut random = Random::new(1);
    let mut counts = [0_u32; 6];
    (0..6_000).for_each(|_| counts[random.below(6) as usize] += 1);
    assert!(counts.iter().all(|count| (850..1_150).contains(count)), "{counts:?}");
    assert_eq!(random.below(0), 0);
}
