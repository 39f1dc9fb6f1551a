//! Unguessable values, from the machine's random source.

use ring::rand::{SecureRandom, SystemRandom};

/// The machine's random source gave nothing; nothing secret can be made then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the random source failed")]
pub struct RandomError;

/// `N` random bytes.
///
/// # Errors
/// [`RandomError`].
pub fn bytes<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| RandomError)?;
    Ok(bytes)
}
