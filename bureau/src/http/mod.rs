//! The HTTP edge: what phones, the console and the public see. Normative text: `spec/bureau-api.md`.

pub mod auth;
pub mod device_api;
pub mod error;
pub mod join_api;
pub mod json;
pub mod openapi;
pub mod patience;
pub mod public_api;
pub mod quiet;
pub mod router;
pub mod serve;
mod windows;

pub use error::ApiError;
pub use patience::Patience;
pub use serve::ConnectionLimits;

use crate::office::Office;
use std::sync::Arc;

/// Runs blocking work (the database, the disk) off the threads that serve connections.
///
/// # Errors
/// What the work returned, or an internal error if it panicked.
pub async fn blocking<T: Send + 'static, E: Into<ApiError> + Send + 'static>(
    office: &Arc<Office>,
    work: impl FnOnce(&Arc<Office>) -> Result<T, E> + Send + 'static,
) -> Result<T, ApiError> {
    let office = office.clone();
    match tokio::task::spawn_blocking(move || work(&office)).await {
        Ok(done) => done.map_err(Into::into),
        Err(error) => Err(ApiError::internal(&error)),
    }
}
