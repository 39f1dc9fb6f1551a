//! What the bureau signed: its key, its checkpoints, its proofs.

use super::{
    Bag, Broken, Entry, Fetch, MAX_NOTE_FILE_BYTES, Note, Options, Remark, Report, Rule, VerifierKey,
};
use crate::Digest;
use crate::note;
use crate::proof::{MAX_PROOF_BYTES, TlogProof};
use crate::recipients::RecipientList;
use crate::tlog::{Checkpoint, OpenCheckpointError, leaf_hash, verify_inclusion};
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

/// Most different checkpoints remembered: a package made in one go has one.
const MAX_REMEMBERED: usize = 1024;
/// Longest checkpoint remembered, bytes: an ordinary one has about 200.
const MAX_REMEMBERED_BYTES: usize = 4096;

/// The bureau's key and what it was found to have signed.
pub struct Trust {
    key: Option<VerifierKey>,
    opened: Mutex<HashMap<String, Result<Checkpoint, OpenCheckpointError>>>,
    seen: Mutex<BTreeMap<u64, (Digest, String)>>,
}

impl Trust {
    /// Reads the package's key and its list of recipients.
    pub fn open<F: Fetch + ?Sized>(bag: &Bag<'_, F>, options: &Options<'_>, report: &mut Report) -> Self {
        let mut broken = Vec::new();
        let own = if bag.has(&Entry::BureauKey) {
            bag.read_text(&Entry::BureauKey, MAX_NOTE_FILE_BYTES, Rule::BureauKey, &mut broken)
        } else {
            broken.push(Broken::at(Rule::Missing, &Entry::BureauKey));
            None
        };
        let text = own.as_deref();
        let own = text.and_then(|text| VerifierKey::parse(text.strip_suffix('\n')?).ok());
        if text.is_some() && own.is_none() {
            broken.push(Broken::at(Rule::BureauKey, &Entry::BureauKey));
        }
        let key = match (options.bureau_key, own) {
            (Some(trusted), own) => {
                if own.is_some_and(|own| own != *trusted) {
                    broken.push(
                        Broken::at(Rule::BureauKey, &Entry::BureauKey)
                            .because(format_args!("trusted {}", trusted.fingerprint())),
                    );
                }
                Some(trusted.clone())
            }
            (None, Some(own)) => {
                report.notes.push(Note::new(Remark::OwnKey).because(format_args!(
                    "{} {}",
                    own.name(),
                    own.fingerprint()
                )));
                Some(own)
            }
            (None, None) => None,
        };
        let trust = Self { key, opened: Mutex::default(), seen: Mutex::default() };
        trust.recipients(bag, &mut broken);
        report.add(broken);
        trust
    }

    /// The key by which everything is judged; `None` when the package has none, which is reported.
    pub fn key(&self) -> Option<&VerifierKey> {
        self.key.as_ref()
    }

    fn recipients<F: Fetch + ?Sized>(&self, bag: &Bag<'_, F>, broken: &mut Vec<Broken>) {
        if !bag.has(&Entry::Recipients) {
            return;
        }
        let text = bag.read_text(&Entry::Recipients, MAX_NOTE_FILE_BYTES, Rule::BureauNote, broken);
        if let (Some(text), Some(key)) = (text, &self.key)
            && let Err(error) = RecipientList::open(&text, key)
        {
            broken.push(Broken::at(Rule::BureauNote, &Entry::Recipients).because(error));
        }
    }

    /// The text of a note of the bureau. `None` when it is not one, which is then reported.
    pub fn note<F: Fetch + ?Sized>(
        &self,
        bag: &Bag<'_, F>,
        entry: &Entry,
        broken: &mut Vec<Broken>,
    ) -> Option<String> {
        let text = bag.read_text(entry, MAX_NOTE_FILE_BYTES, Rule::BureauNote, broken)?;
        match note::open(&text, self.key.as_ref()?) {
            Ok(text) => Some(text),
            Err(error) => {
                broken.push(Broken::at(Rule::BureauNote, entry).because(error));
                None
            }
        }
    }

    /// Checks the proof file `entry` for `leaf`; whether it holds.
    pub fn proof<F: Fetch + ?Sized>(
        &self,
        bag: &Bag<'_, F>,
        entry: &Entry,
        leaf: &[u8],
        broken: &mut Vec<Broken>,
    ) -> bool {
        let Some(text) = bag.read_text(entry, MAX_PROOF_BYTES as u64, Rule::Proof, broken) else {
            return false;
        };
        let Some(key) = &self.key else { return false };
        let held = TlogProof::parse(&text).map_err(|error| error.to_string()).and_then(|proof| {
            if proof.extra.is_some() {
                return Err("extra data that nothing authenticates".to_owned());
            }
            let checkpoint = self.open_checkpoint(&proof.checkpoint_note, key).map_err(|e| e.to_string())?;
            verify_inclusion(&leaf_hash(leaf), proof.index, &proof.hashes, &checkpoint)
                .map_err(|error| error.to_string())?;
            Ok(checkpoint)
        });
        match held {
            Ok(checkpoint) => {
                self.see(&checkpoint, entry, broken);
                true
            }
            Err(error) => {
                broken.push(Broken::at(Rule::Proof, entry).because(error));
                false
            }
        }
    }

    /// Checks the checkpoints that stand on their own.
    pub fn checkpoints<F: Fetch + ?Sized>(&self, bag: &Bag<'_, F>, report: &mut Report) {
        let mut broken = Vec::new();
        for entry in bag.entries() {
            let Entry::Checkpoint(size) = entry else { continue };
            let Some(text) = bag.read_text(entry, MAX_NOTE_FILE_BYTES, Rule::Checkpoint, &mut broken) else {
                continue;
            };
            let Some(key) = &self.key else { continue };
            match self.open_checkpoint(&text, key) {
                Ok(checkpoint) if checkpoint.size == *size => {
                    report.counts.checkpoints += 1;
                    self.see(&checkpoint, entry, &mut broken);
                }
                Ok(_) => broken.push(Broken::at(Rule::Checkpoint, entry).because("of another size")),
                Err(error) => broken.push(Broken::at(Rule::Checkpoint, entry).because(error)),
            }
        }
        report.add(broken);
    }

    /// Opens a checkpoint. All proofs of one export stand under the same one: its signature is verified once.
    fn open_checkpoint(&self, note: &str, key: &VerifierKey) -> Result<Checkpoint, OpenCheckpointError> {
        if let Ok(opened) = self.opened.lock()
            && let Some(known) = opened.get(note)
        {
            return known.clone();
        }
        let checkpoint = Checkpoint::open(note, key);
        if let Ok(mut opened) = self.opened.lock()
            && opened.len() < MAX_REMEMBERED
            && note.len() <= MAX_REMEMBERED_BYTES
        {
            opened.insert(note.to_owned(), checkpoint.clone());
        }
        checkpoint
    }

    /// One log has one root at each size; two signed ones prove that the bureau's log forked.
    fn see(&self, checkpoint: &Checkpoint, entry: &Entry, broken: &mut Vec<Broken>) {
        let Ok(mut seen) = self.seen.lock() else { return };
        let (root, first) =
            seen.entry(checkpoint.size).or_insert_with(|| (checkpoint.root, entry.to_string()));
        if *root != checkpoint.root {
            broken.push(Broken::at(Rule::LogFork, entry).because(&*first));
        }
    }
}
