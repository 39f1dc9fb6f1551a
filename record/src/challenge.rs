//! The bureau's signed answer to a phone's challenge: whoever holds the log key now read a number that this phone
//! made up a moment ago.
//!
//! A pinned key in an old answer proves nothing about who speaks now; this does. The normative text is
//! `spec/log.md` §12.

use std::fmt;

use crate::digest::Digest;
use crate::note::{self, NoteSignError, NoteSigner, OpenNoteError, VerifierKey};
use crate::tlog::parse_decimal;

/// First line of the answer.
pub const IDENTITY_FIRST_LINE: &str = "liuhen.identity/v1";
/// No record can hold a later instant, Unix milliseconds (2^53 - 1).
const MAX_TIME_MS: u64 = (1 << 53) - 1;

/// 32 random bytes that are used for one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nonce(pub [u8; 32]);

/// Text that is not 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a nonce is 64 lower-case hexadecimal digits")]
pub struct NonceError;

impl std::str::FromStr for Nonce {
    type Err = NonceError;

    fn from_str(text: &str) -> Result<Self, NonceError> {
        // The same spelling as that of a digest.
        text.parse::<Digest>().map(|bytes| Self(bytes.0)).map_err(|_| NonceError)
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// Why a text is not an answer to a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChallengeParseError {
    /// Another first line.
    #[error("answer is of another kind or version")]
    FirstLine,
    /// A line is missing, superfluous, or has no final newline.
    #[error("answer has the wrong lines")]
    Lines,
    /// The nonce is not 64 lower-case hexadecimal digits.
    #[error("answer has a malformed nonce")]
    Nonce,
    /// The time is not a canonical decimal below 2^53.
    #[error("answer has a malformed time")]
    Time,
}

/// Why a signed answer is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenChallengeError {
    /// Not a note signed by the bureau's key.
    #[error(transparent)]
    Note(#[from] OpenNoteError),
    /// The signed text is not such an answer.
    #[error(transparent)]
    Text(#[from] ChallengeParseError),
    /// It speaks for another log than the key that signed it.
    #[error("answer is of another log")]
    Origin,
    /// It answers another question, perhaps one of long ago.
    #[error("answer is to another challenge")]
    OtherNonce,
}

/// What the bureau signs when it is asked who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityChallenge {
    /// Identity of the log, which is the name of its key.
    pub origin: String,
    /// The number that the phone made up.
    pub nonce: Nonce,
    /// The bureau's clock, Unix milliseconds.
    pub time_ms: u64,
}

impl IdentityChallenge {
    /// Reads the text of an answer (a note's text, already verified).
    ///
    /// # Errors
    /// [`ChallengeParseError`].
    pub fn parse(text: &str) -> Result<Self, ChallengeParseError> {
        let (first, rest) = text.split_once('\n').ok_or(ChallengeParseError::FirstLine)?;
        if first != IDENTITY_FIRST_LINE {
            return Err(ChallengeParseError::FirstLine);
        }
        let rest = rest.strip_suffix('\n').ok_or(ChallengeParseError::Lines)?;
        let lines: Vec<&str> = rest.split('\n').collect();
        let [origin, nonce, time_ms] = lines[..] else { return Err(ChallengeParseError::Lines) };
        let nonce = nonce.strip_prefix("nonce ").ok_or(ChallengeParseError::Lines)?;
        let time_ms = time_ms.strip_prefix("time_ms ").ok_or(ChallengeParseError::Lines)?;
        if origin.is_empty() {
            return Err(ChallengeParseError::Lines);
        }
        let time_ms = parse_decimal(time_ms).filter(|ms| *ms <= MAX_TIME_MS);
        Ok(Self {
            origin: origin.to_owned(),
            nonce: nonce.parse().map_err(|_| ChallengeParseError::Nonce)?,
            time_ms: time_ms.ok_or(ChallengeParseError::Time)?,
        })
    }

    /// Reads a signed answer and checks that it answers `asked` in the name of `key`.
    ///
    /// # Errors
    /// [`OpenChallengeError`].
    pub fn open(note: &str, key: &VerifierKey, asked: &Nonce) -> Result<Self, OpenChallengeError> {
        let answer = Self::parse(&note::open(note, key)?)?;
        if answer.origin != key.name() {
            return Err(OpenChallengeError::Origin);
        }
        if answer.nonce != *asked {
            return Err(OpenChallengeError::OtherNonce);
        }
        Ok(answer)
    }

    /// Answers `nonce` in the name of the signer's key; returns the note. Refuses times that no record can hold.
    ///
    /// # Errors
    /// [`NoteSignError`].
    pub fn sign(nonce: Nonce, time_ms: u64, signer: &NoteSigner) -> Result<String, NoteSignError> {
        let origin = signer.verifier_key().name().to_owned();
        if time_ms > MAX_TIME_MS {
            return Err(NoteSignError::Text);
        }
        signer.sign(&Self { origin, nonce, time_ms }.to_string())
    }
}

impl fmt::Display for IdentityChallenge {
    /// Writes the note text, final newline included.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, nonce, time_ms } = self;
        writeln!(f, "{IDENTITY_FIRST_LINE}\n{origin}\nnonce {nonce}\ntime_ms {time_ms}")
    }
}
