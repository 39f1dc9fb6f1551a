//! Whether the device that answers holds the key of the one that was bound (`spec/recorder-import.md` §2): a serial number can
//! be copied, a key that never leaves its recorder cannot.

use super::super::{Phone, PhoneError};
use crate::recorder::Binding;
use liuhen_btle::{IdentityProof, Recorder, RecorderError, RecorderIdentity};
use liuhen_record::{Digest, Kind};

/// What a recorder proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proved {
    /// Nothing: it holds no key, and none is known of it.
    Nothing,
    /// It holds this key (SHA-256 of it), the one that is known, or the first that is seen of it.
    Key(Digest),
    /// It does not hold the key that is known of this serial number.
    OtherKey {
        /// The key that is known.
        expected: Digest,
        /// The key that it showed; `None` when it showed none, or signed wrongly.
        found: Option<Digest>,
    },
}

impl Phone {
    /// The key of the device bound: that of its issue, else the first that was seen under its serial number.
    fn known_key(&self, binding: &Binding) -> Result<Option<Digest>, PhoneError> {
        if binding.issued.key_sha256.is_some() {
            return Ok(binding.issued.key_sha256);
        }
        let records = self.records_of(&["recorder_issued", "recorder_paired"])?;
        let serial = &binding.issued.serial;
        Ok(records.iter().find_map(|record| match &record.kind {
            Kind::RecorderIssued(body) if body.serial == *serial => body.key_sha256,
            Kind::RecorderPaired(body) if body.serial == *serial => body.key_sha256,
            _ => None,
        }))
    }

    /// Has the recorder sign a fresh random number together with `identity`, and compares its key with the known one. A
    /// recorder that once proved its identity must go on doing so.
    ///
    /// # Errors
    /// [`PhoneError::Recorder`] when it does not answer; [`PhoneError::Randomness`].
    pub(super) async fn prove(
        &self,
        recorder: &mut dyn Recorder,
        identity: &RecorderIdentity,
        binding: &Binding,
    ) -> Result<Proved, PhoneError> {
        let known = self.known_key(binding)?;
        let other = |found| known.map(|expected| Proved::OtherKey { expected, found });
        if !recorder.capabilities().proof {
            return Ok(other(None).unwrap_or(Proved::Nothing));
        }
        let (nonce, answer) = self.ask_for_proof(recorder).await?;
        let proof = match answer {
            // The driver itself found the signature wrong, or another key than on this connection before.
            Err(RecorderError::Replaced) if known.is_some() => {
                return Ok(other(None).unwrap_or(Proved::Nothing));
            }
            answer => answer?,
        };
        if !proof.is_valid(identity, &nonce) {
            return other(None).ok_or_else(|| RecorderError::Malformed("proof").into());
        }
        let found = Digest::of(&proof.public_key);
        Ok(match other(Some(found)) {
            Some(swapped) if known != Some(found) => swapped,
            _ => Proved::Key(found),
        })
    }

    /// The key (its SHA-256) that a recorder proves to hold while it is handed out; none is known of it yet.
    pub(super) async fn first_proof(
        &self,
        recorder: &mut dyn Recorder,
        identity: &RecorderIdentity,
    ) -> Result<Option<Digest>, PhoneError> {
        if !recorder.capabilities().proof {
            return Ok(None);
        }
        let (nonce, answer) = self.ask_for_proof(recorder).await?;
        let proof = answer?;
        if proof.is_valid(identity, &nonce) {
            return Ok(Some(Digest::of(&proof.public_key)));
        }
        Err(RecorderError::Malformed("proof").into())
    }

    /// A fresh random number, and what the recorder made of it.
    async fn ask_for_proof(
        &self,
        recorder: &mut dyn Recorder,
    ) -> Result<([u8; 32], Result<IdentityProof, RecorderError>), PhoneError> {
        let mut nonce = [0; 32];
        self.ports.rng.fill(&mut nonce).map_err(|_| PhoneError::Randomness)?;
        Ok((nonce, recorder.prove(nonce).await))
    }
}
