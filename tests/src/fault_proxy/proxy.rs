//! The proxy itself.

use super::{
    body::{Kept, Parts, Told, body_of, counted, cut, flip, parts_of},
    fault::{Fault, Passing, Storm},
    late::Late,
    seen::Seen,
    server::{Answer, Body, broken, empty, exchange, serve_http},
};
use http_body_util::BodyExt as _;
use hyper::{
    Request, Response,
    body::Incoming,
    header::{self, HeaderName, HeaderValue},
    http::request,
};
use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::oneshot, task::JoinHandle};

const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");

/// What a request weighs beside its body when a trip is measured, bytes.
const REQUEST_BYTES: u64 = 256;

/// Something done when so many bytes have moved.
struct Trip {
    at_bytes: u64,
    act: Box<dyn FnOnce() + Send>,
}

/// Lets time pass, milliseconds.
type Clocks = Arc<dyn Fn(u64) + Send + Sync>;

struct Inside {
    target: SocketAddr,
    planned: VecDeque<Option<Fault>>,
    /// What happens to the next requests with a longer body.
    for_long_bodies: VecDeque<(u64, Fault)>,
    storm: Option<Storm>,
    seen: Seen,
    late: Late,
    clocks: Option<Clocks>,
    trip: Option<Trip>,
}

#[derive(Clone)]
struct Shared(Arc<Mutex<Inside>>);

/// The proxy. Its address stays the same when the server moves.
pub struct FaultProxy {
    address: SocketAddr,
    shared: Shared,
    task: JoinHandle<()>,
}

impl FaultProxy {
    /// A proxy before the server at `url` (`http://address:port`), in fine weather.
    pub async fn to(url: &str) -> Self {
        let shared = Shared(Arc::new(Mutex::new(Inside {
            target: address_of(url),
            planned: VecDeque::new(),
            for_long_bodies: VecDeque::new(),
            storm: None,
            seen: Seen::default(),
            late: Late::default(),
            clocks: None,
            trip: None,
        })));
        let inner = shared.clone();
        let (address, task) = serve_http(move |request| {
            let shared = inner.clone();
            async move { shared.handle(request).await }
        })
        .await;
        Self { address, shared, task }
    }

    /// Where a phone finds it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The server moved (it was restarted).
    pub fn lead_to(&self, url: &str) {
        self.shared.inside().target = address_of(url);
    }

    /// What happens to the next requests, one after the other; `None` lets one pass.
    pub fn plan(&self, faults: impl IntoIterator<Item = Option<Fault>>) {
        self.shared.inside().planned.extend(faults);
    }

    /// What happens to the next request whose body is announced longer than so many bytes; may be said several times.
    pub fn plan_for_bodies_over(&self, bytes: u64, fault: Fault) {
        self.shared.inside().for_long_bodies.push_back((bytes, fault));
    }

    /// From now on dice are thrown.
    pub fn storm(&self, storm: Storm) {
        self.shared.inside().storm = Some(storm);
    }

    /// How [`Fault::Suspend`] lets time pass, milliseconds: on the clocks of both ends.
    pub fn clocks(&self, pass: impl Fn(u64) + Send + Sync + 'static) {
        self.shared.inside().clocks = Some(Arc::new(pass));
    }

    /// Faults that the dice may still bring.
    pub fn storm_left(&self) -> u32 {
        self.shared.inside().storm.as_ref().map_or(0, Storm::left)
    }

    /// No more faults; requests that are late still arrive.
    pub fn calm(&self) {
        let mut inside = self.shared.inside();
        inside.storm = None;
        inside.for_long_bodies.clear();
        inside.planned.clear();
    }

    /// What passed so far.
    pub fn seen(&self) -> Seen {
        self.shared.inside().seen.clone()
    }

    /// Does something as soon as so many more bytes have moved, headers weighed roughly; before they reach the other
    /// side.
    pub fn trip_after(&self, bytes: u64, act: impl FnOnce() + Send + 'static) {
        let mut inside = self.shared.inside();
        let at_bytes = inside.seen.moved_bytes + bytes;
        inside.trip = Some(Trip { at_bytes, act: Box::new(act) });
    }

    /// Takes back what [`Self::trip_after`] announced; whether it was still to come.
    pub fn no_trip(&self) -> bool {
        self.shared.inside().trip.take().is_some()
    }

    /// Requests that are held or on their way while nobody waits for them.
    pub fn late(&self) -> usize {
        self.shared.inside().late.len()
    }

    /// Lets every late request reach the server now, and waits until it has answered each.
    pub async fn deliver_late(&self) {
        let under_way = self.shared.inside().late.release_all();
        under_way.join_all().await;
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.task.abort();
        self.shared.inside().late.abort();
    }
}

fn address_of(url: &str) -> SocketAddr {
    url.trim_start_matches("http://").parse().expect("an address and a port")
}

impl Shared {
    /// A test that panics elsewhere must not hide its own words behind a poisoned lock.
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn happened(&self, name: &'static str) {
        *self.inside().seen.happened.entry(name).or_default() += 1;
    }

    fn telling(&self, name: &'static str) -> Told {
        let shared = self.clone();
        Box::new(move || shared.happened(name))
    }

    /// Counts bytes that moved; trips when it is time.
    fn moved(&self, bytes: u64) {
        let mut inside = self.inside();
        inside.seen.moved_bytes += bytes;
        let moved = inside.seen.moved_bytes;
        let due = inside.trip.as_ref().is_some_and(|trip| trip.at_bytes <= moved);
        let trip = if due { inside.trip.take() } else { None };
        drop(inside);
        if let Some(trip) = trip {
            (trip.act)();
        }
    }

    async fn handle(&self, request: Request<Incoming>) -> Answer {
        let (parts, body) = request.into_parts();
        let (passing, fault) = self.meet(&parts);
        self.moved(REQUEST_BYTES);
        self.inside().late.release_before(passing.number);
        let shared = self.clone();
        let is_upload = passing.path.starts_with("/v1/uploads");
        let body = counted(parts_of(body), move |bytes| {
            {
                let mut inside = shared.inside();
                inside.seen.sent_bytes += bytes;
                inside.seen.upload_bytes += if is_upload { bytes } else { 0 };
            }
            shared.moved(bytes);
        });
        self.play(passing.number, parts, body, fault).await
    }

    fn meet(&self, parts: &request::Parts) -> (Passing, Option<Fault>) {
        let mut inside = self.inside();
        inside.seen.requests += 1;
        let len = parts.headers.get(header::CONTENT_LENGTH).and_then(|len| len.to_str().ok());
        let passing = Passing {
            number: inside.seen.requests,
            method: parts.method.to_string(),
            path: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            len_bytes: len.and_then(|len| len.parse().ok()).unwrap_or(0),
        };
        let is_long = |(bytes, _): &mut (u64, Fault)| passing.len_bytes > *bytes;
        let fault = match (inside.for_long_bodies.pop_front_if(is_long), inside.planned.pop_front()) {
            (Some((_, fault)), _) => Some(fault),
            (None, Some(planned)) => planned,
            (None, None) => inside.storm.as_mut().and_then(|storm| storm.throw(&passing)),
        };
        (passing, fault)
    }

    async fn play(&self, number: u64, parts: request::Parts, body: Parts, fault: Option<Fault>) -> Answer {
        let Some(fault) = fault else { return self.pass(parts, body).await };
        let name = fault.name();
        match fault {
            Fault::Drop => {
                self.happened(name);
                Err(broken())
            }
            Fault::Delay { ms } => {
                self.happened(name);
                tokio::time::sleep(Duration::from_millis(ms)).await;
                self.pass(parts, body).await
            }
            Fault::Suspend { ms } => {
                let clocks = self.inside().clocks.clone();
                if let Some(pass) = clocks {
                    pass(ms);
                    self.happened(name);
                }
                self.pass(parts, body).await
            }
            Fault::TruncateRequest { after_bytes } => {
                self.pass(parts, cut(body, after_bytes, self.telling(name))).await
            }
            Fault::FlipRequest { at_bytes } => {
                self.pass(parts, flip(body, at_bytes, self.telling(name))).await
            }
            Fault::LoseAnswer => {
                self.whole_answer(Request::from_parts(parts, body_of(body))).await?;
                self.happened(name);
                Err(broken())
            }
            Fault::Answer { status, retry_after_secs } => {
                self.happened(name);
                answer_instead(status, retry_after_secs)
            }
            Fault::StaleOffset { behind_bytes } => {
                let mut answer = self.pass(parts, body).await?;
                self.set_back(name, &mut answer, behind_bytes);
                Ok(answer)
            }
            Fault::TruncateAnswer { after_bytes } => {
                let answer = self.forward(Request::from_parts(parts, body_of(body))).await?;
                Ok(self.give(answer, |parts| cut(parts, after_bytes, self.telling(name))))
            }
            Fault::FlipAnswer { at_bytes } => {
                let answer = self.forward(Request::from_parts(parts, body_of(body))).await?;
                Ok(self.give(answer, |parts| flip(parts, at_bytes, self.telling(name))))
            }
            Fault::Duplicate
            | Fault::Replay { .. }
            | Fault::Reorder { .. }
            | Fault::Outlast
            | Fault::Linger { .. } => {
                let kept = Kept::read(parts, body).await?;
                self.again(number, kept, &fault).await
            }
        }
    }

    /// The faults that need the whole request more than once, or later.
    async fn again(&self, number: u64, kept: Kept, fault: &Fault) -> Answer {
        let name = fault.name();
        let before = |after: u32| number + u64::from(after) + 1;
        match *fault {
            Fault::Replay { after } => {
                self.send_later(name, &kept, self.released(before(after)));
                Ok(self.give(self.forward(kept.request()).await?, |parts| parts))
            }
            Fault::Reorder { after } => {
                self.send_later(name, &kept, self.released(before(after)));
                Err(broken())
            }
            Fault::Outlast => {
                // Whoever waits for an answer holds this; it is gone with the phone's connection.
                let (_held, given_up) = oneshot::channel::<()>();
                self.send_later(name, &kept, given_up);
                std::future::pending().await
            }
            Fault::Linger { at_bytes, after } => {
                let (shared, released) = (self.clone(), self.released(before(after)));
                let halting = kept.request_halting(at_bytes, async move {
                    shared.happened(name);
                    let _whoever_released_it = released.await;
                });
                let shared = self.clone();
                self.inside().late.spawn(async move {
                    let _whatever_is_answered = shared.whole_answer(halting).await;
                });
                Err(broken())
            }
            _ => {
                self.whole_answer(kept.request()).await?;
                self.happened(name);
                Ok(self.give(self.forward(kept.request()).await?, |parts| parts))
            }
        }
    }

    fn released(&self, before: u64) -> oneshot::Receiver<()> {
        self.inside().late.held_until(before)
    }

    /// Sends a request when it is released, whatever goes on then, and forgets the answer.
    fn send_later(&self, name: &'static str, kept: &Kept, released: oneshot::Receiver<()>) {
        let (shared, kept) = (self.clone(), kept.clone());
        self.inside().late.spawn(async move {
            let _whoever_released_it = released.await;
            if shared.whole_answer(kept.request()).await.is_ok() {
                shared.happened(name);
            }
        });
    }

    /// The server has done what was asked when its whole answer is there.
    async fn whole_answer(&self, request: Request<Body>) -> io::Result<()> {
        let answer = self.forward(request).await?;
        answer.into_body().collect().await.map_err(io::Error::other)?;
        Ok(())
    }

    async fn forward(&self, request: Request<Body>) -> Result<Response<Incoming>, io::Error> {
        let target = self.inside().target;
        exchange(target, request).await
    }

    async fn pass(&self, parts: request::Parts, body: Parts) -> Answer {
        let answer = self.forward(Request::from_parts(parts, body_of(body))).await?;
        Ok(self.give(answer, |parts| parts))
    }

    /// The server's answer, for the phone.
    fn give(&self, answer: Response<Incoming>, change: impl FnOnce(Parts) -> Parts) -> Response<Body> {
        let (mut head, body) = answer.into_parts();
        for of_the_other_connection in [header::CONNECTION, header::TRANSFER_ENCODING] {
            head.headers.remove(of_the_other_connection);
        }
        let shared = self.clone();
        let parts = counted(change(parts_of(body)), move |bytes| shared.moved(bytes));
        Response::from_parts(head, body_of(parts))
    }

    fn set_back(&self, name: &'static str, answer: &mut Response<Body>, behind_bytes: u64) {
        let said =
            answer.headers().get(UPLOAD_OFFSET).and_then(|offset| offset.to_str().ok()?.parse::<u64>().ok());
        let Some(said) = said.filter(|offset| *offset > 0) else { return };
        answer.headers_mut().insert(UPLOAD_OFFSET, HeaderValue::from(said.saturating_sub(behind_bytes)));
        self.happened(name);
    }
}

fn answer_instead(status: u16, retry_after_secs: Option<u32>) -> Answer {
    let mut answer = Response::builder().status(status);
    if let Some(secs) = retry_after_secs {
        answer = answer.header(header::RETRY_AFTER, secs);
    }
    answer.body(empty()).map_err(io::Error::other)
}
