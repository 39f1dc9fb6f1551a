//! The circuit: after a failure that concerns everything, nothing is sent until its time has come. The wait doubles
//! with jitter, honours `Retry-After`, and survives restarts.

use super::{QueueError, store};
use crate::{
    ports::Rng,
    sync::{backoff, waiting::Waiting},
};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use std::path::Path;

const CIRCUIT: &str = "circuit";

/// What is known of the way to the bureau.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Circuit {
    /// Times in a row that everything failed.
    pub failures: u32,
    /// Nothing is sent before this moment, milliseconds by the best clock.
    pub not_before_ms: i64,
    /// What failed last.
    pub why: Option<Waiting>,
}

impl Circuit {
    /// Whether sending may be tried at `now_ms`.
    pub fn is_closed(&self, now_ms: i64) -> bool {
        backoff::is_due(self.not_before_ms, now_ms)
    }
}

/// The circuit of the queue in `dir`, for showing; it needs no turn.
pub(in crate::sync) fn peek(dir: &Path) -> Circuit {
    store::peek(dir, load).unwrap_or_default()
}

pub(super) fn load(conn: &Connection) -> rusqlite::Result<Circuit> {
    Ok(store::note(conn, CIRCUIT)?.unwrap_or_default())
}

/// Something succeeded.
pub(super) fn close(conn: &Connection) -> rusqlite::Result<()> {
    store::put_note(conn, CIRCUIT, &Circuit::default())
}

/// Something that concerns everything failed. Requests that were under way together fail together: they count once.
pub(super) fn trip(
    conn: &Connection,
    why: Waiting,
    retry_after_ms: Option<i64>,
    now_ms: i64,
    rng: &dyn Rng,
) -> rusqlite::Result<()> {
    let mut circuit = load(conn)?;
    if circuit.failures == 0 || circuit.is_closed(now_ms) {
        circuit.failures = circuit.failures.saturating_add(1);
        circuit.not_before_ms = now_ms.saturating_add(backoff::delay_ms(circuit.failures, rng));
    }
    let asked_ms = now_ms.saturating_add(retry_after_ms.unwrap_or(0));
    circuit.not_before_ms = circuit.not_before_ms.max(asked_ms);
    circuit.why = Some(why);
    store::put_note(conn, CIRCUIT, &circuit)
}

impl super::Queue {
    /// What is known of the way to the bureau.
    ///
    /// # Errors
    /// [`QueueError`].
    pub fn circuit(&self) -> Result<Circuit, QueueError> {
        Ok(load(self.store.conn())?)
    }

    /// A session came to its end.
    pub(in crate::sync) fn close_circuit(&mut self) -> Result<(), QueueError> {
        self.store.write(|tx| Ok(close(tx)?))
    }

    /// A session was ended by something that concerns everything.
    pub(in crate::sync) fn trip_circuit(
        &mut self,
        why: Waiting,
        retry_after_ms: Option<i64>,
    ) -> Result<(), QueueError> {
        let (now_ms, rng) = (self.now_ms()?, std::sync::Arc::clone(&self.rng));
        self.store.write(|tx| Ok(trip(tx, why, retry_after_ms, now_ms, &*rng)?))
    }
}
