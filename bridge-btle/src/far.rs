//! A recorder across processes: one JSON line asked, one answered, by whatever carries lines. It is a stand-in for a radio,
//! for trying and testing by hand; recorders speak the profile of `spec/recorder-profile.md`.

use crate::{
    Answer, Capabilities, CardState, ClockTold, FileList, IdentityProof, ListSupport, Moment, Recorder,
    RecorderError, RecorderIdentity, RecorderState, Recording, profile,
};
use serde::{Deserialize, Serialize};

/// Carries a line to the other process and brings its answer; `None` when it is out of reach.
pub type Exchange = Box<dyn Fn(&str) -> Option<String> + Send>;

/// Longest line, bytes: a list of files and its escapes.
pub const MAX_LINE_BYTES: u64 = 16 << 20;
/// What a recorder across processes speaks when it does not tell.
const SIMULATED: &str = "simulated";

/// What is asked.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Ask {
    /// What it speaks.
    Protocol,
    /// Who it is.
    Identity,
    /// How it is.
    State,
    /// A proof of its identity.
    Prove {
        /// Fresh and random.
        nonce: [u8; 32],
    },
    /// Its clock.
    Clock,
    /// Sets its clock.
    SetClock {
        /// Unix milliseconds.
        utc_ms: i64,
    },
    /// Starts.
    Start,
    /// Stops.
    Stop,
    /// Marks.
    Mark,
    /// Lists.
    List,
}

/// What is answered.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Told {
    /// The protocol by which it is reached in the end.
    Protocol {
        /// As [`Capabilities::protocol`].
        protocol: String,
    },
    /// Identity, in the order of the profile's fields.
    Identity {
        /// Fields.
        fields: [String; 8],
    },
    /// A proof of its identity, hexadecimal.
    Proof {
        /// Ed25519 public key.
        public_key: String,
        /// Signature.
        signature: String,
    },
    /// State.
    State {
        /// Battery, percent.
        battery_percent: u8,
        /// Free space, bytes.
        free_bytes: u64,
        /// Card: ready, full, absent or damaged.
        card: String,
        /// Whether it records.
        recording: bool,
        /// The file being recorded.
        file: Option<String>,
    },
    /// Clock.
    Clock {
        /// Unix milliseconds.
        utc_ms: i64,
        /// Resolution, milliseconds.
        resolution_ms: u32,
    },
    /// Done.
    Done,
    /// Something happened.
    Moment {
        /// By its clock, Unix milliseconds.
        recorder_ms: Option<i64>,
        /// The file.
        file: Option<String>,
    },
    /// The list, as it was transferred.
    List {
        /// Text.
        text: String,
    },
    /// It did not.
    Failed {
        /// Word.
        why: String,
    },
}

/// Errors that travel by name.
const FAILURES: [(&str, RecorderError); 5] = [
    ("out_of_reach", RecorderError::OutOfReach),
    ("already_recording", RecorderError::AlreadyRecording),
    ("not_recording", RecorderError::NotRecording),
    ("no_card", RecorderError::NoCard),
    ("battery_low", RecorderError::BatteryLow),
];
const CARDS: [(&str, CardState); 4] = [
    ("ready", CardState::Ready),
    ("full", CardState::Full),
    ("absent", CardState::Absent),
    ("damaged", CardState::Damaged),
];

impl Told {
    /// The answer of a recorder to a question.
    pub async fn by(recorder: &mut dyn Recorder, ask: Ask) -> Self {
        let told = match ask {
            Ask::Protocol => Ok(Self::Protocol { protocol: recorder.capabilities().protocol.to_owned() }),
            Ask::Identity => recorder.identity().await.map(|i| Self::Identity {
                fields: [
                    i.id_code,
                    i.serial,
                    i.officer_no,
                    i.officer_name,
                    i.unit_no,
                    i.unit_name,
                    i.model,
                    i.firmware,
                ],
            }),
            Ask::Prove { nonce } => recorder.prove(nonce).await.map(|proof| Self::Proof {
                public_key: hex::encode(proof.public_key),
                signature: hex::encode(proof.signature),
            }),
            Ask::State => recorder.state().await.map(|s| Self::State {
                battery_percent: s.battery_percent,
                free_bytes: s.free_bytes,
                card: CARDS.iter().find(|(_, card)| *card == s.card).map_or("damaged", |(w, _)| w).to_owned(),
                recording: s.recording.is_some(),
                file: s.recording.and_then(|r| r.file),
            }),
            Ask::Clock => recorder
                .clock()
                .await
                .map(|c| Self::Clock { utc_ms: c.utc_ms, resolution_ms: c.resolution_ms }),
            Ask::SetClock { utc_ms } => recorder.set_clock(utc_ms).await.map(|()| Self::Done),
            Ask::Start => recorder.start().await.map(Self::of_moment),
            Ask::Stop => recorder.stop().await.map(Self::of_moment),
            Ask::Mark => recorder.mark().await.map(Self::of_moment),
            Ask::List => recorder
                .list_files()
                .await
                .map(|list| Self::List { text: String::from_utf8_lossy(list.bytes()).into_owned() }),
        };
        told.unwrap_or_else(|error| {
            let named = FAILURES.iter().find(|(_, failure)| *failure == error);
            Self::Failed { why: named.map_or("malformed", |(why, _)| why).to_owned() }
        })
    }

    fn of_moment(moment: Moment) -> Self {
        Self::Moment { recorder_ms: moment.recorder_ms, file: moment.file }
    }
}

/// A recorder that another process has.
pub struct FarRecorder {
    exchange: Exchange,
    protocol: &'static str,
}

impl FarRecorder {
    /// The recorder at the other end; one that does not answer is found out by the first question.
    pub fn over(exchange: Exchange) -> Self {
        let mut far = Self { exchange, protocol: SIMULATED };
        if let Ok(Told::Protocol { protocol }) = far.ask(Ask::Protocol)
            && protocol == profile::PROTOCOL
        {
            far.protocol = profile::PROTOCOL;
        }
        far
    }

    fn ask(&self, ask: Ask) -> Result<Told, RecorderError> {
        let line = serde_json::to_string(&ask).map_err(|_| RecorderError::Malformed("question"))?;
        let told = (self.exchange)(&line).ok_or(RecorderError::OutOfReach)?;
        let told: Told = serde_json::from_str(&told).map_err(|_| RecorderError::Malformed("line"))?;
        let Told::Failed { why } = &told else { return Ok(told) };
        let named = FAILURES.iter().find(|(word, _)| word == why);
        Err(named.map_or(RecorderError::Malformed("failure"), |(_, error)| error.clone()))
    }

    fn moment(&self, ask: Ask) -> Result<Moment, RecorderError> {
        match self.ask(ask)? {
            Told::Moment { recorder_ms, file } => Ok(Moment { recorder_ms, file }),
            _ => Err(RecorderError::Malformed("moment")),
        }
    }
}

fn ready<'a, T: Send + 'a>(result: Result<T, RecorderError>) -> Answer<'a, T> {
    Box::pin(std::future::ready(result))
}

impl Recorder for FarRecorder {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            protocol: self.protocol,
            clock: true,
            control: true,
            mark: true,
            list: ListSupport::Digests,
            configured_officer: true,
            proof: true,
        }
    }

    fn identity(&mut self) -> Answer<'_, RecorderIdentity> {
        ready(match self.ask(Ask::Identity) {
            Ok(Told::Identity { fields }) => {
                let [id_code, serial, officer_no, officer_name, unit_no, unit_name, model, firmware] = fields;
                Ok(RecorderIdentity {
                    id_code,
                    serial,
                    officer_no,
                    officer_name,
                    unit_no,
                    unit_name,
                    model,
                    firmware,
                })
            }
            Ok(_) => Err(RecorderError::Malformed("identity")),
            Err(error) => Err(error),
        })
    }

    fn prove(&mut self, nonce: [u8; 32]) -> Answer<'_, IdentityProof> {
        let malformed = RecorderError::Malformed("proof");
        ready(match self.ask(Ask::Prove { nonce }) {
            Ok(Told::Proof { public_key, signature }) => {
                let mut proof = IdentityProof { public_key: [0; 32], signature: [0; 64] };
                hex::decode_to_slice(public_key, &mut proof.public_key)
                    .and_then(|()| hex::decode_to_slice(signature, &mut proof.signature))
                    .map_err(|_| malformed)
                    .map(|()| proof)
            }
            Ok(_) => Err(malformed),
            Err(error) => Err(error),
        })
    }

    fn state(&mut self) -> Answer<'_, RecorderState> {
        ready(match self.ask(Ask::State) {
            Ok(Told::State { battery_percent, free_bytes, card, recording, file }) => Ok(RecorderState {
                battery_percent,
                charging: None,
                free_bytes,
                remaining_secs: None,
                card: CARDS.iter().find(|(word, _)| *word == card).map_or(CardState::Damaged, |(_, c)| *c),
                recording: recording.then_some(Recording { file, elapsed_secs: None }),
                overheated: false,
            }),
            Ok(_) => Err(RecorderError::Malformed("state")),
            Err(error) => Err(error),
        })
    }

    fn clock(&mut self) -> Answer<'_, ClockTold> {
        ready(match self.ask(Ask::Clock) {
            Ok(Told::Clock { utc_ms, resolution_ms }) => Ok(ClockTold { utc_ms, resolution_ms }),
            Ok(_) => Err(RecorderError::Malformed("clock")),
            Err(error) => Err(error),
        })
    }

    fn set_clock(&mut self, utc_ms: i64) -> Answer<'_, ()> {
        ready(self.ask(Ask::SetClock { utc_ms }).map(|_| ()))
    }

    fn start(&mut self) -> Answer<'_, Moment> {
        ready(self.moment(Ask::Start))
    }

    fn stop(&mut self) -> Answer<'_, Moment> {
        ready(self.moment(Ask::Stop))
    }

    fn mark(&mut self) -> Answer<'_, Moment> {
        ready(self.moment(Ask::Mark))
    }

    fn list_files(&mut self) -> Answer<'_, FileList> {
        ready(match self.ask(Ask::List) {
            Ok(Told::List { text }) => {
                FileList::parse(text.as_bytes()).map_err(|_| RecorderError::Malformed("list"))
            }
            Ok(_) => Err(RecorderError::Malformed("list")),
            Err(error) => Err(error),
        })
    }
}
