//! What a server that is not believed had to show, kept beside what was believed before: two signed checkpoints that
//! contradict one another prove to anybody that the log misbehaved. Whatever accuses the log is written into the
//! ledger too, with both checkpoints, as a fault of the bureau's equipment (article 20): it stays known when the phone is gone.
//!
//! Two signed checkpoints that the bureau has not since proved to be of one log are a **contradiction that stands**: nothing
//! is freed on the word of such a log, however honest its later answers look, and everybody is told.

use super::{ENROLMENT_KEY, Enrolment, Syncer, distrust::Distrust, fault::Fault, receipts, round::Round};
use crate::vault::{Draft, Stamp, Vault, VaultError};
use liuhen_record::{
    Kind,
    kind::FaultReported,
    note::{SignedNote, VerifierKey},
};
use serde::{Deserialize, Serialize};

/// The vault's setting that holds the [`Conflict`]s.
pub const CONFLICTS_KEY: &str = "checkpoint_conflict";
/// The vault's setting that holds why the first contradiction stands for which there was no room among the [`Conflict`]s.
const UNKEPT_KEY: &str = "checkpoint_conflict_unkept";
/// The first ones are kept, so many of each sort (signed by the bureau or not, standing or not): a server cannot push them
/// out, nor fill the places of what it signed with what it did not. Of settled ones the last are kept.
const MOST_CONFLICTS: usize = 8;
/// Longest note kept that the bureau did not sign, bytes.
const MAX_UNSIGNED_BYTES: usize = 16 * 1024;
/// Longest two notes that are written into a record, bytes.
const MAX_RECORDED_BYTES: usize = 64 * 1024;

/// Two checkpoints that cannot both be true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// When it was seen, Unix milliseconds by the best clock.
    pub at_ms: i64,
    /// The last checkpoint believed, verbatim.
    pub held: String,
    /// The one offered, verbatim but for the signatures of others where the bureau signed it.
    pub offered: String,
    /// Why it was not believed.
    pub why: Distrust,
    /// The bureau proved since that both are of one log, or a person looked into it.
    #[serde(default)]
    pub settled: bool,
}

impl Conflict {
    /// Whether the log itself contradicted itself, and it was not explained since.
    fn stands(&self) -> bool {
        !self.settled && matches!(self.why, Distrust::RolledBack { .. } | Distrust::Forked { .. })
    }
}

/// Without the signature lines of others, which could make it too long to be kept; `None` when `key` did not sign it.
fn signed_by(note: &str, key: &VerifierKey) -> Option<String> {
    let note = SignedNote::parse(note).ok()?;
    note.verify(key).ok()?;
    let own = note.signatures().iter().find(|line| line.is_of(key))?;
    Some(format!("{}\n{own}\n", note.unverified_text()))
}

/// What is kept of a conflict that is new.
enum New {
    /// It stands among these.
    Among(Vec<Conflict>),
    /// There is no room for its checkpoints. That it stands is kept: what the others come to does not settle it.
    Unkept(Distrust),
}

/// What is to be kept of a conflict; `None` when that is nothing new.
fn judge(
    vault: &Vault,
    mut conflict: Conflict,
    key: Option<&VerifierKey>,
) -> Result<Option<New>, VaultError> {
    let mut kept: Vec<Conflict> = vault.get_setting(CONFLICTS_KEY)?.unwrap_or_default();
    let is_signed = |note: &str| key.is_some_and(|key| signed_by(note, key).is_some());
    if conflict.held != conflict.offered
        && let Some(own) = key.and_then(|key| signed_by(&conflict.offered, key))
    {
        conflict.offered = own;
    }
    let same =
        |k: &Conflict| k.held == conflict.held && k.offered == conflict.offered && k.why == conflict.why;
    let explained = |k: &Conflict| k.held == conflict.held && k.why == conflict.why;
    if kept.iter().any(|k| same(k) || (explained(k) && conflict.held == conflict.offered)) {
        return Ok(None);
    }
    let signed = is_signed(&conflict.offered);
    let of_its_sort =
        |k: &&Conflict| !k.settled && k.stands() == conflict.stands() && is_signed(&k.offered) == signed;
    if kept.iter().filter(of_its_sort).count() >= MOST_CONFLICTS
        || !signed && conflict.offered.len() > MAX_UNSIGNED_BYTES
    {
        let is_first = vault.get_setting::<Distrust>(UNKEPT_KEY)?.is_none();
        return Ok((conflict.stands() && is_first).then_some(New::Unkept(conflict.why)));
    }
    let mut surplus = kept.iter().filter(|k| k.settled).count().saturating_sub(MOST_CONFLICTS);
    kept.retain(|k| {
        let goes = k.settled && surplus > 0;
        surplus -= usize::from(goes);
        !goes
    });
    kept.push(conflict);
    Ok(Some(New::Among(kept)))
}

/// What the bureau's log contradicted itself in, while that stands.
pub(super) fn contradiction(vault: &Vault) -> Result<Option<Distrust>, VaultError> {
    let kept: Vec<Conflict> = vault.get_setting(CONFLICTS_KEY)?.unwrap_or_default();
    let standing = kept.into_iter().find(Conflict::stands).map(|conflict| conflict.why);
    Ok(standing.or(vault.get_setting(UNKEPT_KEY)?))
}

impl Syncer {
    /// Keeps a conflict and, when it is new and accuses the log, with it a record of the fault. Capturing goes on.
    pub(super) fn accuse(&self, vault: &mut Vault, conflict: Conflict) -> Result<(), VaultError> {
        let Conflict { why, held, offered, .. } = conflict.clone();
        let enrolment = vault.get_setting::<Enrolment>(ENROLMENT_KEY)?;
        let key = enrolment.as_ref().and_then(|enrolment| VerifierKey::parse(&enrolment.vkey).ok());
        let Some(new) = judge(vault, conflict, key.as_ref())? else { return Ok(()) };
        let signed = |note: &str| key.as_ref().and_then(|key| signed_by(note, key));
        let checkpoints = match (signed(&held), signed(&offered)) {
            (Some(held), Some(offered))
                if held != offered && held.len() + offered.len() <= MAX_RECORDED_BYTES =>
            {
                vec![held, offered]
            }
            _ => Vec::new(),
        };
        let report = why.accuses_log().then(|| self.report(vault, why.zh(), checkpoints)).transpose()?;
        vault.write(|writing| {
            match &new {
                New::Among(kept) => writing.put_setting(CONFLICTS_KEY, kept)?,
                New::Unkept(why) => writing.put_setting(UNKEPT_KEY, why)?,
            }
            report.map_or(Ok(()), |report| writing.append(report).map(drop))
        })
    }

    /// A person looked into what the bureau's log contradicted itself in, and says why it is settled: written down, and
    /// media may be freed again. Returns how many contradictions stood.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn settle_conflicts(&self, vault: &mut Vault, reason: &str) -> Result<usize, VaultError> {
        let mut kept: Vec<Conflict> = vault.get_setting(CONFLICTS_KEY)?.unwrap_or_default();
        let unkept = vault.get_setting::<Distrust>(UNKEPT_KEY)?;
        let standing =
            kept.iter().filter(|conflict| conflict.stands()).count() + usize::from(unkept.is_some());
        if standing > 0 {
            let symptom = format!("单位日志前后矛盾 {standing} 处，已核查：{reason}");
            let report = self.report(vault, symptom, Vec::new())?;
            for conflict in &mut kept {
                conflict.settled = true;
            }
            vault.write(|writing| {
                writing.put_setting(CONFLICTS_KEY, &kept)?;
                writing.remove_setting(UNKEPT_KEY)?;
                writing.append(report).map(drop)
            })?;
        }
        Ok(standing)
    }

    /// The record of a fault of the bureau's log.
    fn report(&self, vault: &Vault, symptom: String, checkpoints: Vec<String>) -> Result<Draft, VaultError> {
        let origin = vault.get_setting::<Enrolment>(ENROLMENT_KEY)?.map(|enrolment| enrolment.origin);
        let kind = Kind::FaultReported(FaultReported {
            device_no: origin.unwrap_or_default(),
            symptom,
            last_good_item: None,
            data_on_device: true,
            checkpoints,
        });
        Ok(Draft::new(None, kind, self.stamp(vault)?))
    }

    /// Who, when and where, for records about the device.
    pub(super) fn stamp(&self, vault: &Vault) -> Result<Stamp, VaultError> {
        Ok(Stamp {
            officer: vault.get_setting("current_officer")?,
            time: self.now(vault)?,
            place: self.ports.location.place(),
        })
    }
}

impl Round<'_> {
    /// Lets the bureau prove, of each checkpoint that contradicted ours, that it is of the log that we hold by now: an older
    /// state replayed once, or a proof damaged on the way, is explained so; a fork never is. Returns what still stands.
    pub(super) async fn reconcile_conflicts(&mut self) -> Result<Option<Distrust>, Fault> {
        let mut kept: Vec<Conflict> = self.vault.get_setting(CONFLICTS_KEY)?.unwrap_or_default();
        let (mut standing, mut changed) = (None, false);
        for conflict in kept.iter_mut().filter(|conflict| conflict.stands()) {
            conflict.settled = self.is_of_our_log(&conflict.offered).await?;
            changed |= conflict.settled;
            if !conflict.settled {
                standing = standing.or(Some(conflict.why.clone()));
            }
        }
        if changed {
            self.vault.put_setting(CONFLICTS_KEY, &kept)?;
        }
        Ok(standing.or(self.vault.get_setting(UNKEPT_KEY)?))
    }

    async fn is_of_our_log(&mut self, note: &str) -> Result<bool, Fault> {
        // What the bureau did not sign contradicts nothing.
        let Ok(offered) = receipts::open_checkpoint(note, &self.key) else { return Ok(true) };
        if offered.size >= self.held.checkpoint.size {
            return Ok(offered == self.held.checkpoint);
        }
        let path = format!("/v1/receipts?since_size={}", offered.size);
        let answer = match self.client.get(&self.login, &path).await {
            Err(Fault::Refused { .. } | Fault::Distrust(_)) => return Ok(false),
            answer => answer?,
        };
        let proved = receipts::verify(&answer, &self.key, &offered, &[], &[]);
        // If the log grew meanwhile, the next synchronisation asks again.
        Ok(proved.is_ok_and(|proved| proved.checkpoint == self.held.checkpoint))
    }
}
