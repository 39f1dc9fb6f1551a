//! What every request shares: the stores, the log key, the clock.

use crate::{
    clock::Clock,
    console::tries::Tries,
    enrol::challenge::Challenges,
    fault::Faults,
    http::Patience,
    index::DueHour,
    items::{finalise::Finaliser, running::RunningDigests},
    log::{checkpoint::Notary, stamps::Stamper, witnesses::Witnesses},
    store::{Ledger, LedgerStore, PieceStore, StoreError},
    tus::{crowd::Crowd, takeover::Takeovers},
};
use std::sync::Arc;

/// The bureau's insides. Everything in it may be used from many threads.
pub struct Office {
    /// Rows.
    pub ledger: Arc<dyn LedgerStore>,
    /// Bytes.
    pub pieces: Arc<dyn PieceStore>,
    /// Signs the log.
    pub notary: Arc<Notary>,
    /// Makes what phones sign to get in.
    pub(crate) challenges: Challenges,
    /// Cosign the log.
    pub(crate) witnesses: Arc<Witnesses>,
    /// Has the log time-stamped.
    pub(crate) stamper: Arc<Stamper>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Stops the world in tests.
    pub(crate) faults: Arc<dyn Faults>,
    /// Name of the office, as the console shows it.
    pub name: String,
    /// How long an enrolment code may be used, seconds.
    pub code_ttl_secs: u32,
    /// Whether a TLS proxy says from where a request came.
    pub behind_tls_proxy: bool,
    /// Whether people come by TLS, ours or a proxy's: cookies must not travel without.
    pub over_tls: bool,
    /// Finishes items whose last piece has come.
    pub(crate) finaliser: Finaliser,
    /// Digests of items that are still coming.
    pub(crate) running_digests: RunningDigests,
    /// Ends older requests for an upload that a newer one takes over.
    pub(crate) takeovers: Takeovers,
    /// When the media of a day must be stored.
    pub(crate) due: DueHour,
    /// How long a body may take.
    pub(crate) patience: Patience,
    /// Who is uploading.
    pub(crate) crowd: Crowd,
    /// Who is sending records.
    pub(crate) batches: Crowd,
    /// Who tries passwords at the console.
    pub(crate) tries: Tries,
    /// Whether uploads speak the IETF draft, too.
    pub(crate) resumable_draft: bool,
}

impl Office {
    /// The log's origin, which is the name of its key.
    pub fn origin(&self) -> &str {
        self.notary.signer().verifier_key().name()
    }

    /// [`crate::store::write`] on this ledger.
    ///
    /// # Errors
    /// The work's error; nothing was written then.
    pub fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnMut(&dyn Ledger) -> Result<T, E>,
    ) -> Result<T, E> {
        crate::store::write(self.ledger.as_ref(), work)
    }

    /// [`crate::store::read`] on this ledger.
    ///
    /// # Errors
    /// The work's error.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnMut(&dyn Ledger) -> Result<T, E>,
    ) -> Result<T, E> {
        crate::store::read(self.ledger.as_ref(), work)
    }

    /// Runs blocking work (the database, the disk) on a thread where that is allowed.
    ///
    /// # Errors
    /// The work's error; a panic of the work becomes a store error.
    pub(crate) async fn blocking<T: Send + 'static, E: From<StoreError> + Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let office = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&office)).await;
        done.unwrap_or_else(|error| Err(StoreError::File(std::io::Error::other(error)).into()))
    }
}
