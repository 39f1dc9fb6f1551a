//! Talking to the bureau: requests with a bound on everything, answers sorted into what they mean.

use super::{
    SyncOptions,
    address::Address,
    cancel::Cancel,
    distrust::Distrust,
    fault::Fault,
    office_network,
    protocol::{Challenge, ChallengeRequest, ErrorAnswer, Token, TokenRequest},
    queue::{is_web_page, retry_after_ms},
    waiting::Waiting,
};
use crate::ports::{Body, Method, Ports, Request, Response, TransportError};
use base64::{Engine, engine::general_purpose::STANDARD};
use liuhen_record::{DeviceId, Digest};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::atomic::{AtomicU64, Ordering};

/// Answers longer than this are not read, bytes. The longest legitimate one (500 proofs) has a tenth of it.
const MAX_ANSWER_BYTES: u64 = 8 << 20;
const MAX_TOKEN_BYTES: usize = 4096;
/// What [`Distrust::Answer`] says of a page for people.
pub(super) const WEB_PAGE: &str = "a web page";

/// Who logs in.
#[derive(Debug, Clone)]
pub(super) struct Login {
    pub device: DeviceId,
    /// Origin of the bureau's log: a login made for one bureau is worthless at another.
    pub origin: String,
    /// Name of the device key in the keystore.
    pub signing_key: String,
}

/// A line to one bureau.
pub(super) struct Client<'a> {
    pub ports: &'a Ports,
    pub cancel: &'a Cancel,
    pub address: Address,
    /// The key that the server must prove in TLS.
    pub tls_pin: Option<Digest>,
    pub idle_timeout_ms: u64,
    /// What a network must be that carries evidence; `None` where any will do.
    way: Option<&'a SyncOptions>,
    bearer: Option<String>,
    requests: AtomicU64,
}

impl<'a> Client<'a> {
    /// A line to `address`, to whoever proves `tls_pin` there.
    pub(super) fn new(
        ports: &'a Ports,
        cancel: &'a Cancel,
        address: Address,
        tls_pin: Option<Digest>,
        idle_timeout_ms: u64,
    ) -> Self {
        let requests = AtomicU64::new(0);
        Self { ports, cancel, address, tls_pin, idle_timeout_ms, way: None, bearer: None, requests }
    }

    /// Looks at the network before every request: a phone may leave the office's Wi-Fi in the middle, and what it has not
    /// sent by then waits.
    pub(super) fn only_by(self, options: &'a SyncOptions) -> Self {
        Self { way: Some(options), ..self }
    }

    /// Requests made so far.
    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// A request without body and token.
    pub(super) fn request(&self, method: Method, url: String) -> Request {
        Request {
            method,
            url,
            tls_pin: self.tls_pin,
            headers: vec![("accept".into(), "application/json".into())],
            body: Body::Empty,
            idle_timeout_ms: self.idle_timeout_ms,
            max_answer_bytes: MAX_ANSWER_BYTES,
        }
    }

    /// Sends a request as it is and reads its JSON answer.
    pub(super) async fn fetch<T: DeserializeOwned>(&self, request: Request) -> Result<T, Fault> {
        read(&self.exchange(request).await?)
    }

    /// `GET path`, without login.
    pub(super) async fn get_public<T: DeserializeOwned>(&self, path: &str) -> Result<T, Fault> {
        read(&self.exchange(self.request(Method::Get, self.address.join(path))).await?)
    }

    /// `POST path` with JSON, without login.
    pub(super) async fn post_public<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Fault> {
        read(&self.exchange(self.json_request(path, body)).await?)
    }

    /// `GET path`, logged in.
    pub(super) async fn get<T: DeserializeOwned>(&mut self, login: &Login, path: &str) -> Result<T, Fault> {
        let request = self.request(Method::Get, self.address.join(path));
        read(&self.authorised(login, request).await?)
    }

    /// `POST path` with JSON, logged in.
    pub(super) async fn post<T: DeserializeOwned>(
        &mut self,
        login: &Login,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Fault> {
        let request = self.json_request(path, body);
        read(&self.authorised(login, request).await?)
    }

    fn json_request(&self, path: &str, body: &impl Serialize) -> Request {
        let mut request = self.request(Method::Post, self.address.join(path));
        request.headers.push(("content-type".into(), "application/json".into()));
        // Our own types: strings, numbers and ids only.
        request.body = Body::Bytes(serde_json::to_vec(body).unwrap_or_default());
        request
    }

    /// Sends a request under a token. An expired one is replaced once; a second refusal is final. Answers of 4xx
    /// are returned, everything worse is a [`Fault`].
    pub(super) async fn authorised(&mut self, login: &Login, request: Request) -> Result<Response, Fault> {
        let mut fresh = false;
        loop {
            let bearer = if let Some(bearer) = &self.bearer {
                bearer.clone()
            } else {
                fresh = true;
                self.log_in(login).await?
            };
            let mut attempt = request.clone();
            attempt.headers.push(("authorization".into(), format!("Bearer {bearer}")));
            let answer = self.exchange(attempt).await?;
            if answer.status != 401 || fresh {
                return Ok(answer);
            }
            self.bearer = None;
        }
    }

    /// Logs in by signing the bureau's challenge; the token is kept in memory only.
    async fn log_in(&mut self, login: &Login) -> Result<String, Fault> {
        let device = login.device;
        let Challenge { challenge } = self.post_public("/v1/challenge", &ChallengeRequest { device }).await?;
        let text = format!("liuhen-login/v1\n{}\n{device}\n{challenge}\n", login.origin);
        let signature = STANDARD.encode(self.ports.keystore.sign(&login.signing_key, text.as_bytes())?);
        let request = TokenRequest { device, challenge, signature };
        let Token { bearer } = self.post_public("/v1/token", &request).await?;
        check_token(&bearer)?;
        self.bearer = Some(bearer.clone());
        Ok(bearer)
    }

    /// Sends a request; sorts out what is no answer, and answers that concern everything.
    async fn exchange(&self, request: Request) -> Result<Response, Fault> {
        let network = self.way.and_then(|way| office_network::obstacle(&self.ports.network.state(), way));
        if let Some(why) = network {
            return Err(Fault::Network(why));
        }
        let sent = self.cancel.or(self.ports.transport.send(request)).await.map_err(|_| Fault::Cancelled)?;
        self.requests.fetch_add(1, Ordering::Relaxed);
        let answer = sent.map_err(|error| unanswered(&error))?;
        if is_web_page(&answer) {
            return Err(Distrust::answer(WEB_PAGE).into());
        }
        match answer.status {
            408 | 429 | 500..=599 => {
                let retry_after_ms = retry_after_ms(&answer, self.ports.clock.read().wall_ms);
                Err(Fault::Trouble { status: answer.status, retry_after_ms })
            }
            200..=299 | 400..=499 => Ok(answer),
            status => Err(Distrust::answer(format!("status {status}")).into()),
        }
    }
}

/// A token becomes part of a header.
pub(super) fn check_token(token: &str) -> Result<(), Distrust> {
    let sound = !token.is_empty() && token.len() <= MAX_TOKEN_BYTES;
    if sound && token.bytes().all(|b| b.is_ascii_graphic()) { Ok(()) } else { Err(Distrust::answer("token")) }
}

fn unanswered(error: &TransportError) -> Fault {
    match error {
        TransportError::Connect => Fault::Waiting(Waiting::BureauUnreachable),
        TransportError::Lost => Fault::Waiting(Waiting::ConnectionLost),
        TransportError::Identity => Distrust::Certificate.into(),
        TransportError::Answer("redirect") => Distrust::Redirect.into(),
        &TransportError::Answer(what) => Distrust::answer(what).into(),
        &TransportError::Address(what) => Fault::Address(what),
        TransportError::File => Fault::File,
    }
}

/// Reads a JSON answer.
fn read<T: DeserializeOwned>(answer: &Response) -> Result<T, Fault> {
    if answer.status >= 400 {
        return Err(refusal(answer));
    }
    serde_json::from_slice(&answer.body).map_err(|_| Distrust::answer("not the JSON agreed upon").into())
}

/// What a 4xx answer says; whoever says nothing readable is quoted by status alone.
pub(super) fn refusal(answer: &Response) -> Fault {
    let said: ErrorAnswer = serde_json::from_slice(&answer.body).unwrap_or_default();
    Fault::Refused { status: answer.status, error: Box::new(said.error) }
}
