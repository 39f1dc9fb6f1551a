//! Witnesses: other houses that must have cosigned a checkpoint before anything is freed on its word
//! (`spec/log.md` §8.5, §13). Too few cosignatures are no lie; a forged one, or a weaker list, is not accepted.

use super::{distrust::Distrust, identity::check_list, receipts::Proved, round::Round, waiting::Waiting};
use liuhen_record::{
    note::VerifierKey,
    recipients::ReplaceListError,
    witness::{PolicyError, WitnessPolicy},
};

/// Takes `offered` in place of `held` where it is newer and demands no less; both are notes. A list that demands
/// less, or none, leaves the one held in force. Says whether it was taken.
pub(super) fn replace_witnesses(
    held: &mut Option<String>,
    offered: Option<&str>,
    key: &VerifierKey,
) -> Result<bool, Distrust> {
    let Some(offered) = offered else { return Ok(false) };
    let refuse = |error: &dyn std::error::Error| check_list("witnesses", error);
    let new = WitnessPolicy::open(offered, key).map_err(|error| refuse(&error))?;
    if let Some(held) = held {
        let old = WitnessPolicy::open(held, key).map_err(|error| refuse(&error))?;
        match new.check_replaces(&old) {
            Err(ReplaceListError::Weaker) => return Ok(false),
            Err(error) => return Err(refuse(&error)),
            Ok(()) if new.epoch() == old.epoch() => return Ok(false),
            Ok(()) => {}
        }
    }
    *held = Some(offered.to_owned());
    Ok(true)
}

impl Round<'_> {
    /// Keeps of what was proved only what may be relied on: without enough witnesses records and checkpoint count, and
    /// no item counts as stored.
    pub(super) fn demand_witnesses(&mut self, proved: &mut Proved) -> Result<(), Distrust> {
        self.unwitnessed = None;
        let Some(policy) = &self.witnesses else { return Ok(()) };
        match policy.check(&proved.checkpoint_note) {
            Ok(_) => Ok(()),
            Err(PolicyError::Quorum { found, needed }) => {
                self.unwitnessed = Some(Waiting::Witnesses { found, needed });
                proved.items.clear();
                Ok(())
            }
            Err(_) => Err(Distrust::Cosignature),
        }
    }
}
