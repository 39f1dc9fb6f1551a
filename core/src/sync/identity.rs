//! Meeting the bureau: who it says it is, and what it signs to that effect.

use super::{
    client::Client, distrust::Distrust, fault::Fault, protocol::Identity, receipts::open_checkpoint,
};
use crate::ports::ClockReading;
use liuhen_record::{
    canonical::MAX_INTEGER,
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
    pub checkpoint_note: String,
    pub checkpoint: Checkpoint,
    time_ms: i64,
    /// Our clocks when it said so.
    heard: ClockReading,
}

impl Bureau {
    /// Asks the server at the client's address who it is.
    pub(super) async fn meet(client: &Client<'_>) -> Result<Self, Fault> {
        let said: Identity = client.get_public("/v1/identity").await?;
        let heard = client.ports.clock.read();
        let key = VerifierKey::parse(&said.vkey).map_err(|_| Distrust::answer("vkey"))?;
        if said.origin != key.name() {
            return Err(Distrust::OtherOrigin.into());
        }
        // A time that no record could hold would make every later record unwritable.
        if !(0..=MAX_INTEGER).contains(&said.time_ms) {
            return Err(Distrust::answer("time").into());
        }
        let checkpoint = open_checkpoint(&said.checkpoint, &key)?;
        let bureau = Self {
            key,
            recipients_note: said.recipients,
            roster_note: said.roster,
            checkpoint_note: said.checkpoint,
            checkpoint,
            time_ms: said.time_ms,
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
