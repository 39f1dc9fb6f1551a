//! Meeting the bureau: who it says it is, and what it signs to that effect.

use super::{
    client::{Client, WEB_PAGE},
    distrust::Distrust,
    fault::Fault,
    protocol::Identity,
    receipts::open_checkpoint,
    waiting::Waiting,
};
use crate::{ports::ClockReading, vault::VaultError};
use liuhen_record::{
    challenge::{IdentityChallenge, Nonce},
    note::VerifierKey,
    recipients::{RecipientList, Roster},
    time::Anchor,
    tlog::Checkpoint,
};

/// A bureau that signed what it says with the key it names. Whether that is the right key, the caller knows.
pub(super) struct Bureau {
    pub key: VerifierKey,
    pub recipients_note: String,
    pub roster_note: String,
    pub witnesses_note: Option<String>,
    pub checkpoint_note: String,
    pub checkpoint: Checkpoint,
    time_ms: i64,
    /// Our clocks when it said so.
    heard: ClockReading,
}

impl Bureau {
    /// Asks the server at the client's address who it is, and to sign a number that was made up for this question:
    /// everything else it shows could have been copied from the bureau. A page for people in the place of an answer
    /// is a network that wants a login.
    pub(super) async fn meet(client: &Client<'_>) -> Result<Self, Fault> {
        let mut nonce = Nonce([0; 32]);
        client.ports.rng.fill(&mut nonce.0).map_err(|_| VaultError::Random)?;
        let said: Identity =
            client.get_public(&format!("/v1/identity?nonce={nonce}")).await.map_err(or_portal)?;
        let heard = client.ports.clock.read();
        let key = VerifierKey::parse(&said.vkey).map_err(|_| Distrust::answer("vkey"))?;
        if said.origin != key.name() {
            return Err(Distrust::OtherOrigin.into());
        }
        let answered = said.challenge.ok_or_else(|| Distrust::challenge("nothing is signed"))?;
        // Its time is one that every record can hold.
        let answered = IdentityChallenge::open(&answered, &key, &nonce)
            .map_err(|error| Distrust::challenge(error.to_string()))?;
        let checkpoint = open_checkpoint(&said.checkpoint, &key)?;
        let bureau = Self {
            key,
            recipients_note: said.recipients,
            roster_note: said.roster,
            witnesses_note: said.witnesses,
            checkpoint_note: said.checkpoint,
            checkpoint,
            time_ms: answered.time_ms as i64,
            heard,
        };
        bureau.check_lists(&bureau.recipients_note, &bureau.roster_note)?;
        Ok(bureau)
    }

    /// Whether both lists are signed by the bureau's key and readable.
    pub(super) fn check_lists(&self, recipients: &str, roster: &str) -> Result<(), Distrust> {
        RecipientList::open(recipients, &self.key).map_err(|error| check_list("recipients", &error))?;
        Roster::open(roster, &self.key).map_err(|error| check_list("roster", &error))?;
        Ok(())
    }

    /// The bureau's time, tied to our monotonic clock and to a checkpoint that was verified.
    pub(super) fn anchor(&self, checkpoint: &Checkpoint) -> Anchor {
        Anchor {
            bureau_ms: self.time_ms,
            mono_ms: self.heard.mono_ms,
            boot_id: self.heard.boot_id.clone(),
            // Bounded when the checkpoint was opened.
            checkpoint_size: checkpoint.size as i64,
        }
    }
}

/// Before the server proved anything, a page for people or a redirect says nothing about the bureau: it is what
/// captive portals answer.
fn or_portal(fault: Fault) -> Fault {
    match fault {
        Fault::Distrust(Distrust::Redirect) => Fault::Waiting(Waiting::Portal),
        Fault::Distrust(Distrust::Answer { what }) if what == WEB_PAGE => Fault::Waiting(Waiting::Portal),
        fault => fault,
    }
}

/// The verifier key that was pinned.
pub(super) fn pinned(vkey: &str) -> Result<VerifierKey, Distrust> {
    VerifierKey::parse(vkey).map_err(|_| Distrust::OtherKey)
}

/// A list that is not acceptable.
pub(super) fn check_list(list: &str, rule: &dyn std::error::Error) -> Distrust {
    Distrust::List { list: list.to_owned(), rule: rule.to_string() }
}

/// Takes `offered` in place of `held` where it is newer; both are notes. Says whether it was taken.
pub(super) fn replace_recipients(
    held: &mut String,
    offered: &str,
    key: &VerifierKey,
) -> Result<bool, Distrust> {
    let refuse = |error: &dyn std::error::Error| check_list("recipients", error);
    let new = RecipientList::open(offered, key).map_err(|error| refuse(&error))?;
    let old = RecipientList::open(held, key).map_err(|error| refuse(&error))?;
    new.check_replaces(&old).map_err(|error| refuse(&error))?;
    Ok(replace(held, offered, new.epoch > old.epoch))
}

/// The same for the roster.
pub(super) fn replace_roster(held: &mut String, offered: &str, key: &VerifierKey) -> Result<bool, Distrust> {
    let refuse = |error: &dyn std::error::Error| check_list("roster", error);
    let new = Roster::open(offered, key).map_err(|error| refuse(&error))?;
    let old = Roster::open(held, key).map_err(|error| refuse(&error))?;
    new.check_replaces(&old).map_err(|error| refuse(&error))?;
    Ok(replace(held, offered, new.epoch() > old.epoch()))
}

fn replace(held: &mut String, offered: &str, newer: bool) -> bool {
    if newer {
        offered.clone_into(held);
    }
    newer
}
