//! Verifying a package: completeness of the bag, every record and signature, every item, every proof, the rules
//! of the ledger, and what the bureau signed. Nothing stops at the first error: all that is broken is named.

mod bag;
mod contents;
mod items;
mod ledger;
mod parallel;
mod receipts;
mod records;
mod review;
mod stamps;
mod trust;

#[cfg(feature = "identity")]
mod plaintext;

use super::layout::Entry;
use super::report::{Broken, Note, Report};
use super::rule::{Remark, Rule};
use super::{Fetch, bagit};
use crate::note::VerifierKey;
use crate::timestamp::TimestampAuthorities;
use bag::Bag;
use contents::Found;
use ledger::Ledger;
use std::io;
use std::num::NonZeroUsize;
use trust::Trust;

/// Longest of the small payload files (keys, notes) that is read whole, bytes.
const MAX_NOTE_FILE_BYTES: u64 = 2 << 20;

/// How to verify.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// The bureau's verifier key, known from elsewhere. Without it the package's own key is taken and a note says
    /// so: then the package is consistent, but anybody could have made it.
    pub bureau_key: Option<&'a VerifierKey>,
    /// Time-stamping authorities: tokens must lead to one of them. Without, only what was stamped is checked, and a
    /// note says so.
    pub timestamp_authorities: Option<&'a TimestampAuthorities>,
    /// Accepts a package without the bureau's signed contents, as a phone exports it; a note says what that costs.
    pub unsigned_contents: bool,
    /// Threads to use; `None` for as many as the machine has.
    pub workers: Option<NonZeroUsize>,
    /// An age identity with which every item is decrypted and compared with its record.
    #[cfg(feature = "identity")]
    pub identity: Option<&'a crate::seal::Identity>,
}

impl std::fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options").field("bureau_key", &self.bureau_key).finish_non_exhaustive()
    }
}

/// Why there is nothing to report on.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// Neither a bag declaration nor a manifest is there.
    #[error("not a package")]
    NotAPackage,
    /// The files could not be listed.
    #[error("package could not be listed")]
    List(#[source] io::Error),
}

/// Verifies the package behind `fetch`. Bounded memory: items are streamed, records are read a few at a time.
///
/// # Errors
/// [`VerifyError`] only when there is no package; everything wrong with one is in the [`Report`].
pub fn verify<F: Fetch + ?Sized>(fetch: &F, options: &Options<'_>) -> Result<Report, VerifyError> {
    let mut report = Report::default();
    let Some(bag) = Bag::open(fetch, &mut report)? else {
        report.sort();
        return Ok(report);
    };
    let workers = parallel::workers(options.workers);
    let trust = Trust::open(&bag, options, &mut report);
    let keys = records::device_keys(&bag, &mut report);
    let mut ledger = Ledger::new(&bag, trust.key());
    records::verify(&bag, &keys, &trust, workers, &mut ledger, &mut report);
    let items = items::verify(&bag, &ledger, options, workers, &mut report);
    let held = receipts::verify(&bag, &ledger, &trust, workers, &mut report);
    trust.checkpoints(&bag, &mut report);
    stamps::verify(&bag, options, &mut report);
    let found = Found { items, held };
    contents::verify(&bag, &ledger, &found, &trust, options, &mut report);
    ledger.remarks(&mut report);
    bag.check_totals(&mut report);
    report.sort();
    Ok(report)
}
