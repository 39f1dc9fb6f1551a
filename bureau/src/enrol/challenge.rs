//! Challenges, by which the bureau knows again what it gave out without having kept it: whoever asks for many in a phone's name
//! leaves nothing behind and pushes nothing out.
//!
//! 32 bytes: `issued_ms` (8, big-endian) ‖ random (8) ‖ tag (16). The tag is the first half of the HMAC-SHA-256 over
//! `liuhen-challenge/v1\n` ‖ device ‖ issued_ms ‖ random, by a secret that only the bureau has.

use crate::{
    clock::CLOCK_STEP_MS,
    random::{self, RandomError},
};
use liuhen_record::{DeviceId, Digest};
use ring::hmac;

/// A challenge is answered within this, milliseconds.
pub const CHALLENGE_TTL_MS: i64 = 120_000;
/// Bytes of the secret.
pub const SECRET_BYTES: usize = 32;

const CONTEXT: &[u8] = b"liuhen-challenge/v1\n";
const TAG_BYTES: usize = 16;

/// Makes challenges and knows them again.
pub struct Challenges {
    key: hmac::Key,
}

impl Challenges {
    /// With the bureau's secret.
    pub fn new(secret: &[u8; SECRET_BYTES]) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, secret) }
    }

    /// A new challenge for this device, and when it expires (Unix milliseconds).
    ///
    /// # Errors
    /// [`RandomError`].
    pub fn make(&self, device: DeviceId, now_ms: i64) -> Result<(Digest, i64), RandomError> {
        let (issued, random) = (now_ms.to_be_bytes(), random::bytes::<8>()?);
        let mut challenge = [0; 32];
        challenge[..8].copy_from_slice(&issued);
        challenge[8..16].copy_from_slice(&random);
        challenge[16..].copy_from_slice(&self.tag(device, issued, random));
        Ok((Digest(challenge), now_ms + CHALLENGE_TTL_MS))
    }

    /// When this challenge expires (Unix milliseconds); `None` when it was not made here for this device, is expired, or was made
    /// by a clock that was ahead. A step back of less than [`CLOCK_STEP_MS`] is borne.
    pub fn expires_ms(&self, device: DeviceId, challenge: &Digest, now_ms: i64) -> Option<i64> {
        let (issued, rest) = challenge.0.split_first_chunk::<8>()?;
        let (random, tag) = rest.split_first_chunk::<8>()?;
        // Compared by what the key makes of them: how long it takes tells nobody how much of a tag is right.
        let seen = |tag: &[u8]| hmac::sign(&self.key, tag);
        if seen(tag).as_ref() != seen(&self.tag(device, *issued, *random)).as_ref() {
            return None;
        }
        let issued_ms = i64::from_be_bytes(*issued);
        let expires_ms = issued_ms + CHALLENGE_TTL_MS;
        (issued_ms - now_ms <= CLOCK_STEP_MS && now_ms < expires_ms).then_some(expires_ms)
    }

    fn tag(&self, device: DeviceId, issued: [u8; 8], random: [u8; 8]) -> [u8; TAG_BYTES] {
        let message = [CONTEXT, &device.0, &issued, &random].concat();
        let whole = hmac::sign(&self.key, &message);
        let mut tag = [0; TAG_BYTES];
        tag.copy_from_slice(&whole.as_ref()[..TAG_BYTES]);
        tag
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_of_which_one_bit_is_another_was_never_made() {
        let (challenges, device) = (Challenges::new(&[1; SECRET_BYTES]), DeviceId([2; 16]));
        let (made, expires_ms) = challenges.make(device, 1_000).unwrap();
        assert_eq!(challenges.expires_ms(device, &made, 1_000), Some(expires_ms));
        for bit in 0..256 {
            let mut other = made;
            other.0[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(challenges.expires_ms(device, &other, 1_000), None, "bit {bit}");
        }
        assert_eq!(Challenges::new(&[3; SECRET_BYTES]).expires_ms(device, &made, 1_000), None);
        assert_eq!(challenges.expires_ms(DeviceId([4; 16]), &made, 1_000), None);
    }
}
