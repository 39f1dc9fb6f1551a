//! What the bureau tells its phones to trust, as signed notes: to whom items are sealed ([`RecipientList`]) and
//! who may be an officer of record ([`Roster`]). The third such list is [`crate::witness::WitnessPolicy`].
//!
//! All are numbered by an epoch, so that an older list can never replace a newer one. All are signed by the
//! bureau's log key; their first lines cannot be read as a checkpoint, nor a checkpoint as one of them.
//!
//! The normative text is `spec/log.md`.

use std::fmt;

use crate::canonical::{self, CanonicalError};
use crate::note::{self, NoteSignError, NoteSigner, OpenNoteError, VerifierKey};
use crate::roster::Officer;
use crate::seal::Recipient;
use crate::tlog::parse_decimal;

/// First line of a recipient list.
pub const RECIPIENTS_FIRST_LINE: &str = "liuhen.recipients/v1";
/// First line of a roster.
pub const ROSTER_FIRST_LINE: &str = "liuhen.roster/v1";

/// Why a text is not a recipient list or not a roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ListParseError {
    /// Another first line.
    #[error("list is of another kind or version")]
    FirstLine,
    /// A line is missing, superfluous, or has no final newline.
    #[error("list has the wrong lines")]
    Lines,
    /// The epoch is not a canonical decimal from 1 to 2^32 - 1.
    #[error("list has a malformed epoch")]
    Epoch,
    /// A recipient is not in the canonical text form of age (`age1...`).
    #[error("list has a malformed recipient")]
    Recipient,
    /// Section and recovery recipient are the same.
    #[error("list names one recipient twice")]
    RecipientTwice,
    /// An officer line is not the canonical JSON of an officer.
    #[error("list has a malformed officer")]
    Officer,
    /// Officers do not stand in ascending order of their ids, or an id occurs twice.
    #[error("officers are not in order")]
    OfficerOrder,
    /// The quorum is not a canonical decimal from 1 to the number of witnesses, or there are too many of these.
    #[error("list has a malformed quorum")]
    Quorum,
    /// A witness line is not the canonical verifier key of a witness.
    #[error("list has a malformed witness")]
    Witness,
    /// A name or a public key occurs twice.
    #[error("list names one witness twice")]
    WitnessTwice,
    /// Witnesses do not stand in ascending order.
    #[error("witnesses are not in order")]
    WitnessOrder,
}

/// Why a signed list is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenListError {
    /// Not a note signed by the bureau's key.
    #[error(transparent)]
    Note(#[from] OpenNoteError),
    /// The signed text is not such a list.
    #[error(transparent)]
    Text(#[from] ListParseError),
}

/// Why a list was not made or not signed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignListError {
    /// The list would be refused by those who read it.
    #[error(transparent)]
    List(#[from] ListParseError),
    /// An officer cannot be written as canonical JSON.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// The note could not be signed.
    #[error(transparent)]
    Note(#[from] NoteSignError),
}

/// Why a believed list may not replace the one held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplaceListError {
    /// Its epoch is lower than that of the list held.
    #[error("list of epoch {offered} is older than epoch {held}")]
    Older {
        /// Epoch of the list held.
        held: u32,
        /// Epoch of the list offered.
        offered: u32,
    },
    /// It has the epoch of the list held and another content.
    #[error("two different lists of epoch {0}")]
    Contradiction(u32),
    /// A list of witnesses by which a checkpoint would pass that the list held refuses.
    #[error("the list demands less than the one held")]
    Weaker,
}

/// To whom every item is sealed from this epoch on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientList {
    /// Number of the list, from 1, higher for every change.
    pub epoch: u32,
    /// Current key of the owning section.
    pub section: Recipient,
    /// Recovery key, kept offline.
    pub recovery: Option<Recipient>,
}

impl RecipientList {
    /// Reads the text of a list (a note's text, already verified).
    pub fn parse(text: &str) -> Result<Self, ListParseError> {
        let (epoch, body) = parse_head(text, RECIPIENTS_FIRST_LINE)?;
        let mut lines = body.split_terminator('\n');
        let section = parse_recipient(lines.next().ok_or(ListParseError::Lines)?, "section ")?;
        let recovery = lines.next().map(|line| parse_recipient(line, "recovery ")).transpose()?;
        if lines.next().is_some() {
            return Err(ListParseError::Lines);
        }
        let list = Self { epoch, section, recovery };
        list.check()?;
        Ok(list)
    }

    /// Reads a signed list.
    pub fn open(note: &str, key: &VerifierKey) -> Result<Self, OpenListError> {
        Ok(Self::parse(&note::open(note, key)?)?)
    }

    /// Signs the list; returns the note.
    pub fn sign(&self, signer: &NoteSigner) -> Result<String, SignListError> {
        self.check()?;
        Ok(signer.sign(&self.to_string())?)
    }

    /// The recipients of an item, in the order of its header: section, then recovery.
    pub fn recipients(&self) -> Vec<Recipient> {
        std::iter::once(&self.section).chain(&self.recovery).copied().collect()
    }

    /// Checks that this list may replace the one `held`.
    pub fn check_replaces(&self, held: &Self) -> Result<(), ReplaceListError> {
        check_replaces(held.epoch, self.epoch, self == held)
    }

    fn check(&self) -> Result<(), ListParseError> {
        if self.epoch == 0 {
            return Err(ListParseError::Epoch);
        }
        if self.recovery.as_ref() == Some(&self.section) {
            return Err(ListParseError::RecipientTwice);
        }
        Ok(())
    }
}

impl fmt::Display for RecipientList {
    /// Writes the note text, final newline included.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{RECIPIENTS_FIRST_LINE}\nepoch {}\nsection {}", self.epoch, self.section)?;
        self.recovery.as_ref().map_or(Ok(()), |recovery| writeln!(f, "recovery {recovery}"))
    }
}

/// The officers the bureau knows, with their effective-dated certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roster {
    epoch: u32,
    officers: Vec<Officer>,
}

impl Roster {
    /// A roster of these officers, put into the order of their ids. Refuses epoch 0 and an id that occurs twice.
    pub fn new(epoch: u32, mut officers: Vec<Officer>) -> Result<Self, ListParseError> {
        officers.sort_by(|a, b| a.id.cmp(&b.id));
        Self::ordered(epoch, officers)
    }

    /// Reads the text of a roster (a note's text, already verified): first line, epoch, and one line of RFC 8785
    /// JSON for each officer, in ascending order of the ids' UTF-8 bytes.
    pub fn parse(text: &str) -> Result<Self, ListParseError> {
        let (epoch, body) = parse_head(text, ROSTER_FIRST_LINE)?;
        let officers = body
            .split_terminator('\n')
            .map(|line| canonical::read(line.as_bytes()).map_err(|_| ListParseError::Officer))
            .collect::<Result<Vec<Officer>, _>>()?;
        Self::ordered(epoch, officers)
    }

    /// Reads a signed roster.
    pub fn open(note: &str, key: &VerifierKey) -> Result<Self, OpenListError> {
        Ok(Self::parse(&note::open(note, key)?)?)
    }

    /// Signs the roster; returns the note.
    pub fn sign(&self, signer: &NoteSigner) -> Result<String, SignListError> {
        Ok(signer.sign(&self.to_text()?)?)
    }

    /// The note text, final newline included.
    pub fn to_text(&self) -> Result<String, CanonicalError> {
        let mut text = format!("{ROSTER_FIRST_LINE}\nepoch {}\n", self.epoch);
        for officer in &self.officers {
            let line = canonical::bytes(officer)?;
            text.push_str(&String::from_utf8_lossy(&line));
            text.push('\n');
        }
        Ok(text)
    }

    /// Number of the roster, from 1, higher for every change.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// All officers, in ascending order of their ids.
    pub fn officers(&self) -> &[Officer] {
        &self.officers
    }

    /// The officer with this id.
    pub fn officer(&self, id: &str) -> Option<&Officer> {
        let place = self.officers.binary_search_by(|officer| officer.id.as_str().cmp(id)).ok()?;
        self.officers.get(place)
    }

    /// Checks that this roster may replace the one `held`.
    pub fn check_replaces(&self, held: &Self) -> Result<(), ReplaceListError> {
        check_replaces(held.epoch, self.epoch, self == held)
    }

    fn ordered(epoch: u32, officers: Vec<Officer>) -> Result<Self, ListParseError> {
        if epoch == 0 {
            return Err(ListParseError::Epoch);
        }
        if !officers.is_sorted_by(|a, b| a.id < b.id) {
            return Err(ListParseError::OfficerOrder);
        }
        Ok(Self { epoch, officers })
    }
}

/// Reads the first line and the epoch; returns the epoch and the text after it.
pub(crate) fn parse_head<'a>(text: &'a str, first_line: &str) -> Result<(u32, &'a str), ListParseError> {
    let (first, rest) = text.split_once('\n').ok_or(ListParseError::FirstLine)?;
    if first != first_line {
        return Err(ListParseError::FirstLine);
    }
    let (epoch, body) = rest.split_once('\n').ok_or(ListParseError::Lines)?;
    let epoch = epoch.strip_prefix("epoch ").ok_or(ListParseError::Lines)?;
    let epoch = parse_decimal(epoch).and_then(|n| u32::try_from(n).ok()).ok_or(ListParseError::Epoch)?;
    if !body.is_empty() && !body.ends_with('\n') {
        return Err(ListParseError::Lines);
    }
    Ok((epoch, body))
}

/// Reads `<prefix><age1...>`. [`Recipient::parse`] takes only the one canonical spelling.
fn parse_recipient(line: &str, prefix: &str) -> Result<Recipient, ListParseError> {
    let text = line.strip_prefix(prefix).ok_or(ListParseError::Lines)?;
    Recipient::parse(text).map_err(|_| ListParseError::Recipient)
}

pub(crate) fn check_replaces(held: u32, offered: u32, same: bool) -> Result<(), ReplaceListError> {
    if offered < held {
        return Err(ReplaceListError::Older { held, offered });
    }
    if offered == held && !same {
        return Err(ReplaceListError::Contradiction(held));
    }
    Ok(())
}
