//! Tries at a password: counted before anybody looks whether they are right, so that many at once are no more than one
//! after another, and looked at by few at a time, because each look takes 19 MiB.

use crate::{
    account,
    clock::CLOCK_STEP_MS,
    http::{ApiError, blocking},
    office::Office,
    store::{AccountRow, AuditRow, StoreError},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::Semaphore;

/// Failures are counted over this long, milliseconds.
const WINDOW_MS: i64 = 15 * 60_000;
/// So many failures of one name, and no further try is looked at for a while.
const MOST_BY_NAME: i64 = 5;
/// So many failures from one address.
const MOST_BY_SOURCE: i64 = 30;
/// So many passwords are hashed at once.
const HASHED_AT_ONCE: usize = 2;

/// From when to when failures count. What a clock that was ahead left in the future shuts nobody out; but what a clock that is
/// set right by a small step leaves there still counts, or the step would unlock guessing.
fn window(now_ms: i64) -> (i64, i64) {
    (now_ms - WINDOW_MS, now_ms + CLOCK_STEP_MS)
}

/// What the server remembers of tries.
pub struct Tries {
    hashing: Arc<Semaphore>,
    /// Who was told to wait, by name and source, or by source alone; and when that was last written down.
    noted: Mutex<HashMap<(String, String), i64>>,
}

impl Default for Tries {
    fn default() -> Self {
        Self { hashing: Arc::new(Semaphore::new(HASHED_AT_ONCE)), noted: Mutex::default() }
    }
}

/// Somebody tries a password.
#[derive(Debug, Clone)]
pub struct Try {
    /// The account's name, as given.
    pub name: String,
    /// The role, by word, of somebody who is signed in.
    pub role: String,
    /// From where.
    pub source: String,
    /// What is written down when the password is wrong.
    pub refused: &'static str,
    /// What is written down, once in a window, when there were too many.
    pub throttled: &'static str,
}

/// What became of it.
pub enum Tried {
    /// It is the account's password; earlier failures of the name are forgotten.
    Right(AccountRow),
    /// It is not, or there is no such account.
    Wrong,
    /// There were too many; nobody looked.
    TooOften,
}

/// A try before anybody looks.
enum Begun {
    TooOften,
    Counted(Option<AccountRow>),
}

impl Try {
    fn failures(&self, rows: &dyn crate::store::Ledger, now_ms: i64) -> Result<(bool, bool), StoreError> {
        let (by_name, by_source) = rows.failures(&self.name, &self.source, window(now_ms))?;
        Ok((by_name >= MOST_BY_NAME, by_source >= MOST_BY_SOURCE))
    }

    fn note(&self, action: &str, at_ms: i64) -> AuditRow {
        AuditRow {
            at_ms,
            name: self.name.clone(),
            role: self.role.clone(),
            source: self.source.clone(),
            action: action.to_owned(),
            target: String::new(),
        }
    }

    /// Counts the try as a failure, unless there were too many.
    fn begin(&self, office: &Office) -> Result<Begun, ApiError> {
        let now_ms = office.clock.now_ms();
        // A flood of tries is turned away without the writer's lock.
        let mut over = office.read(|rows| self.failures(rows, now_ms))?;
        if over == (false, false) {
            let begun = office.write(|rows| {
                over = self.failures(rows, now_ms)?;
                if over != (false, false) {
                    return Ok(Begun::TooOften);
                }
                rows.add_failure(&self.name, &self.source, now_ms)?;
                Ok::<_, StoreError>(Begun::Counted(rows.account(&self.name)?))
            })?;
            if matches!(begun, Begun::Counted(_)) {
                return Ok(begun);
            }
        }
        self.note_throttled(office, over.1, now_ms)?;
        Ok(Begun::TooOften)
    }

    /// Once a window for a name from a source; a source that has too many of all names could make up names for ever.
    fn note_throttled(&self, office: &Office, by_source: bool, now_ms: i64) -> Result<(), StoreError> {
        let name = if by_source { String::new() } else { self.name.clone() };
        let mut noted = office.tries.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let (from_ms, to_ms) = window(now_ms);
        noted.retain(|_, at_ms| from_ms < *at_ms && *at_ms <= to_ms);
        let who = (name, self.source.clone());
        if noted.contains_key(&who) {
            return Ok(());
        }
        office.write(|rows| rows.add_audit(&self.note(self.throttled, now_ms)))?;
        noted.insert(who, now_ms);
        Ok(())
    }

    fn end(&self, office: &Office, right: bool) -> Result<(), StoreError> {
        let now_ms = office.clock.now_ms();
        office.write(|rows| {
            if right {
                rows.forget_failures(&self.name, window(now_ms))
            } else {
                rows.add_audit(&self.note(self.refused, now_ms))
            }
        })
    }

    /// Looks whether the password is the account's.
    ///
    /// # Errors
    /// The store's; the try stays counted then.
    pub async fn look(self, office: &Arc<Office>, password: String) -> Result<Tried, ApiError> {
        let this = self.clone();
        let account = match blocking(office, move |office| this.begin(office)).await? {
            Begun::TooOften => return Ok(Tried::TooOften),
            Begun::Counted(account) => account,
        };
        let kept = account.as_ref().map(|account| account.password.clone());
        let right = hashing(office, move || account::verify(&password, kept.as_deref())).await?;
        blocking(office, move |office| self.end(office, right)).await?;
        Ok(account.filter(|_| right).map_or(Tried::Wrong, Tried::Right))
    }
}

/// Hashes passwords when it is their turn. Whoever goes away meanwhile gives the turn up only when the hash is done.
///
/// # Errors
/// An internal error if the work panicked.
pub async fn hashing<T: Send + 'static>(
    office: &Arc<Office>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    let turn = office.tries.hashing.clone().acquire_owned().await;
    let turn = turn.map_err(|error| ApiError::internal(&error))?;
    blocking(office, move |_| {
        let done = work();
        drop(turn);
        Ok::<_, ApiError>(done)
    })
    .await
}
