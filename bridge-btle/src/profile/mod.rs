//! The driver for recorders that speak the Liuhen Recorder Profile (spec/recorder-profile.md).

pub mod frame;
pub mod transfer;

use crate::{
    Answer, BleLink, Capabilities, Clock, ClockTold, FileList, IdentityProof, ListSupport, Moment, PeerId,
    Recorder, RecorderError, RecorderIdentity, RecorderState,
    session::{Needs, Session},
};
use frame::{Chunk, Features, ListHead, Operation, Response};
use std::{sync::Arc, time::Duration};
use transfer::Transfer;

/// What this driver speaks, as its capabilities name it.
pub const PROTOCOL: &str = "Liuhen Recorder Profile 1";
/// The same request is written again after this time without a response (§5.1, §5.4).
const RESPONSE_MS: u64 = 2_500;
/// How often a request is written at most.
const WRITES: u32 = 4;
/// A window is over when nothing came for this long,
const SILENCE_MS: u64 = 2_000;
/// or for this long after a chunk.
const GAP_MS: u64 = 500;
/// A list that takes longer is given up.
const LIST_MS: u64 = 15 * 60 * 1_000;
/// How often a list is opened at most, because it changed or the connection was lost.
const OPENINGS: u32 = 6;
/// How often a question is asked again after the connection was lost.
const RECONNECTIONS: u32 = 2;
/// BUSY is asked again after this time (§5.4).
const BUSY: Duration = Duration::from_secs(1);
const BUSY_TIMES: u32 = 5;

/// Fresh random nonces, from the phone's source of randomness.
pub type Nonces = Box<dyn FnMut() -> [u8; 32] + Send>;

/// A recorder that speaks the profile.
pub struct ProfileRecorder {
    session: Session,
    nonces: Nonces,
    features: Features,
    last_id: u8,
    /// Who it was when it was first asked.
    known: Option<RecorderIdentity>,
    /// The key that it proved to hold.
    known_key: Option<[u8; 32]>,
}

impl ProfileRecorder {
    /// Connects, pairs when needed, and learns who it is and what it can do.
    ///
    /// # Errors
    /// [`RecorderError`], as [`Recorder::identity`].
    pub async fn open(
        link: Arc<dyn BleLink>,
        clock: Arc<dyn Clock>,
        peer: PeerId,
        nonces: Nonces,
    ) -> Result<Self, RecorderError> {
        let needs = Needs {
            present: vec![
                frame::FEATURES,
                frame::IDENTITY,
                frame::STATE,
                frame::CONTROL,
                frame::RESPONSE,
                frame::LIST,
            ],
            subscribed: vec![frame::RESPONSE, frame::LIST],
            bonded: true,
        };
        let mut recorder = Self {
            session: Session::new(link, clock, peer, needs),
            nonces,
            features: Features::default(),
            last_id: 0,
            known: None,
            known_key: None,
        };
        recorder.again(|recorder| Box::pin(recorder.ready())).await?;
        Ok(recorder)
    }

    /// Lets the recorder go. The next question connects again.
    pub async fn close(&mut self) {
        self.session.drop_connection().await;
    }

    /// Asks, and asks again on a new connection when the present one is lost. Only for questions that change nothing.
    async fn again<T>(
        &mut self,
        question: impl for<'a> Fn(&'a mut Self) -> Answer<'a, T> + Send,
    ) -> Result<T, RecorderError> {
        let mut reconnections = 0;
        loop {
            match question(self).await {
                Err(RecorderError::OutOfReach) if reconnections < RECONNECTIONS => reconnections += 1,
                answer => return answer,
            }
        }
    }

    /// A connection on which it is known that the same recorder answers.
    async fn ready(&mut self) -> Result<(), RecorderError> {
        if !self.session.ready().await? {
            return Ok(());
        }
        self.last_id = 0;
        let greeted = self.greet().await;
        if greeted.is_err() {
            // A connection that was not greeted must not be used by the next question.
            self.session.drop_connection().await;
        }
        greeted
    }

    async fn greet(&mut self) -> Result<(), RecorderError> {
        self.features = Features::parse(&self.session.read(frame::FEATURES).await?)?;
        let identity = self.read_identity().await?;
        if let Some(key) = self.known_key {
            let nonce = (self.nonces)();
            let proof = self.request_proof(nonce).await?;
            if proof.public_key != key || !proof.is_valid(&identity, &nonce) {
                return Err(RecorderError::Replaced);
            }
        }
        self.known.get_or_insert(identity);
        Ok(())
    }

    async fn read_identity(&mut self) -> Result<RecorderIdentity, RecorderError> {
        let bytes = self.session.read(frame::IDENTITY).await?;
        let identity = RecorderIdentity::parse(&bytes).map_err(|_| RecorderError::Malformed("identity"))?;
        match &self.known {
            Some(known) if (&known.id_code, &known.serial) != (&identity.id_code, &identity.serial) => {
                Err(RecorderError::Replaced)
            }
            _ => Ok(identity),
        }
    }

    async fn request_proof(&mut self, nonce: [u8; 32]) -> Result<IdentityProof, RecorderError> {
        let payload = self.request(Operation::Prove, &nonce).await?;
        match payload.split_first_chunk() {
            Some((public_key, signature)) => Ok(IdentityProof {
                public_key: *public_key,
                signature: signature.try_into().map_err(|_| RecorderError::Malformed("proof"))?,
            }),
            None => Err(RecorderError::Malformed("proof")),
        }
    }

    async fn prove_identity(&mut self, nonce: [u8; 32]) -> Result<IdentityProof, RecorderError> {
        self.ready().await?;
        self.need(Features::PROOF, "a proof of its identity")?;
        let identity = self.read_identity().await?;
        let proof = self.request_proof(nonce).await?;
        if !proof.is_valid(&identity, &nonce) || self.known_key.is_some_and(|key| key != proof.public_key) {
            return Err(RecorderError::Replaced);
        }
        self.known_key = Some(proof.public_key);
        Ok(proof)
    }

    fn need(&self, bits: u16, what: &'static str) -> Result<(), RecorderError> {
        if self.features.has(bits) { Ok(()) } else { Err(RecorderError::Unsupported(what)) }
    }

    fn next_id(&mut self) -> u8 {
        self.last_id = self.last_id.checked_add(1).unwrap_or(1);
        self.last_id
    }

    /// One request and its response, on the present connection (§5).
    async fn request(&mut self, operation: Operation, parameters: &[u8]) -> Result<Vec<u8>, RecorderError> {
        for _ in 0..BUSY_TIMES {
            let id = self.next_id();
            let response = self.exchange(&frame::request(operation, id, parameters)).await?;
            match response.status {
                0x00 => return Ok(response.payload),
                0x06 => self.session.pause(BUSY).await,
                status => return Err(frame::status_error(status)),
            }
        }
        Err(RecorderError::Busy)
    }

    /// Writes the very same bytes again while no response comes: the recorder acts once (§5.2).
    async fn exchange(&mut self, request: &[u8]) -> Result<Response, RecorderError> {
        for _ in 0..WRITES {
            self.session.write(frame::CONTROL, request).await?;
            let until_ms = self.session.now_ms() + RESPONSE_MS;
            while let Some((uuid, bytes)) = self.session.next_value(until_ms).await? {
                if let Some(response) = answer_to(request, uuid, &bytes) {
                    return Ok(response);
                }
            }
        }
        self.session.drop_connection().await;
        Err(RecorderError::OutOfReach)
    }

    /// START, STOP, MARK: never asked again on another connection, because it is not known whether it was done.
    async fn act(&mut self, operation: Operation, bit: u16) -> Result<Moment, RecorderError> {
        self.again(|recorder| Box::pin(recorder.ready())).await?;
        self.need(bit, "this operation")?;
        frame::parse_moment(&self.request(operation, &[]).await?)
    }

    async fn set_time(&mut self, utc_ms: i64) -> Result<(), RecorderError> {
        self.ready().await?;
        self.need(Features::CLOCK, "a clock")?;
        match self.session.write(frame::CURRENT_TIME, &frame::time_bytes(utc_ms)?).await {
            // Data Field Ignored: it has no fractions of a second (§4.5).
            Err(RecorderError::Refused(0x80)) => Ok(()),
            Err(RecorderError::Refused(0x81)) => Err(RecorderError::AlreadyRecording),
            answer => answer,
        }
    }

    async fn collect(&mut self) -> Result<FileList, RecorderError> {
        let give_up_ms = self.session.now_ms() + LIST_MS;
        let mut transfer: Option<Transfer> = None;
        let mut last = RecorderError::OutOfReach;
        for _ in 0..OPENINGS {
            match self.collect_once(&mut transfer, give_up_ms).await {
                Ok(()) => {}
                Err(error @ (RecorderError::OutOfReach | RecorderError::ListChanged)) => {
                    last = error;
                    continue;
                }
                Err(error) => return Err(error),
            }
            match transfer.take().map(Transfer::finish) {
                Some(Err(RecorderError::ListChanged)) | None => last = RecorderError::ListChanged,
                Some(answer) => return answer,
            }
        }
        Err(last)
    }

    /// Opens the list and collects it on the present connection; what came stays in `transfer`.
    async fn collect_once(
        &mut self,
        transfer: &mut Option<Transfer>,
        give_up_ms: u64,
    ) -> Result<(), RecorderError> {
        self.ready().await?;
        if !self.features.has(Features::DIGESTS) && !self.features.has(Features::NAMES) {
            return Err(RecorderError::Unsupported("a list of files"));
        }
        let head = ListHead::parse(&self.request(Operation::ListOpen, &[]).await?)?;
        let max_bytes = self.session.max_write_len();
        let collected = match transfer.take() {
            Some(begun) => begun.reopened(head, max_bytes)?,
            None => Transfer::new(head, max_bytes)?,
        };
        let collected = transfer.insert(collected);
        while let Some(parameters) = collected.next_request()? {
            if self.session.now_ms() >= give_up_ms {
                return Err(collected.incomplete());
            }
            self.window(collected, &parameters).await?;
        }
        Ok(())
    }

    /// One LIST_READ: until its response, or everything asked for came, or nothing comes any more.
    async fn window(&mut self, transfer: &mut Transfer, parameters: &[u8]) -> Result<(), RecorderError> {
        let id = self.next_id();
        let request = frame::request(Operation::ListRead, id, parameters);
        self.session.write(frame::CONTROL, &request).await?;
        // A window has an end even when the recorder sends for ever.
        let end_ms = self.session.now_ms() + 10 * SILENCE_MS;
        let mut until_ms = self.session.now_ms() + SILENCE_MS;
        while let Some((uuid, bytes)) = self.session.next_value(until_ms.min(end_ms)).await? {
            if uuid == frame::LIST {
                let Ok(chunk) = Chunk::parse(&bytes) else { continue };
                if chunk.id == id {
                    transfer.take(&chunk);
                    until_ms = self.session.now_ms() + GAP_MS;
                }
                if transfer.window_is_full() {
                    return Ok(());
                }
            } else if let Some(response) = answer_to(&request, uuid, &bytes) {
                return match response.status {
                    0x00 => Ok(()),
                    0x06 => {
                        self.session.pause(BUSY).await;
                        Ok(())
                    }
                    status => Err(frame::status_error(status)),
                };
            }
        }
        Ok(())
    }
}

/// The response to `request`, if that is what was notified.
fn answer_to(request: &[u8], uuid: crate::Uuid, bytes: &[u8]) -> Option<Response> {
    if uuid != frame::RESPONSE {
        return None;
    }
    let response = Response::parse(bytes).ok()?;
    let [operation, id, ..] = request else { return None };
    (response.operation == *operation && response.id == *id).then_some(response)
}

impl Recorder for ProfileRecorder {
    fn capabilities(&self) -> Capabilities {
        let has = |bits| self.features.has(bits);
        Capabilities {
            protocol: PROTOCOL,
            clock: has(Features::CLOCK),
            control: has(Features::CONTROL),
            mark: has(Features::MARK),
            list: match (has(Features::DIGESTS), has(Features::NAMES)) {
                (true, _) => ListSupport::Digests,
                (false, true) => ListSupport::Names,
                (false, false) => ListSupport::None,
            },
            configured_officer: has(Features::OFFICER),
            proof: has(Features::PROOF),
        }
    }

    fn identity(&mut self) -> Answer<'_, RecorderIdentity> {
        Box::pin(self.again(|recorder| {
            Box::pin(async {
                recorder.ready().await?;
                recorder.read_identity().await
            })
        }))
    }

    fn prove(&mut self, nonce: [u8; 32]) -> Answer<'_, IdentityProof> {
        Box::pin(self.again(move |recorder| Box::pin(recorder.prove_identity(nonce))))
    }

    fn state(&mut self) -> Answer<'_, RecorderState> {
        Box::pin(self.again(|recorder| {
            Box::pin(async {
                recorder.ready().await?;
                frame::parse_state(&recorder.session.read(frame::STATE).await?)
            })
        }))
    }

    fn clock(&mut self) -> Answer<'_, ClockTold> {
        Box::pin(self.again(|recorder| {
            Box::pin(async {
                recorder.ready().await?;
                recorder.need(Features::CLOCK, "a clock")?;
                frame::parse_time(&recorder.session.read(frame::CURRENT_TIME).await?)
            })
        }))
    }

    fn set_clock(&mut self, utc_ms: i64) -> Answer<'_, ()> {
        Box::pin(self.set_time(utc_ms))
    }

    fn start(&mut self) -> Answer<'_, Moment> {
        Box::pin(self.act(Operation::Start, Features::CONTROL))
    }

    fn stop(&mut self) -> Answer<'_, Moment> {
        Box::pin(self.act(Operation::Stop, Features::CONTROL))
    }

    fn mark(&mut self) -> Answer<'_, Moment> {
        Box::pin(self.act(Operation::Mark, Features::MARK))
    }

    fn list_files(&mut self) -> Answer<'_, FileList> {
        Box::pin(self.collect())
    }
}
