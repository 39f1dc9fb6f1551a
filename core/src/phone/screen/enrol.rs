//! Joining a bureau, signing in, settings.

use super::super::{Phone, PhoneError, SignedIn, Space};
use crate::{
    say::{self, Sentence},
    sync::{APP, EnrolCode, FreePolicy, Invitation, SyncError, SyncOptions, Wake},
};
use liuhen_record::DeviceId;
use serde::{Deserialize, Serialize};

/// Whether and where this phone has joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolmentView {
    /// Whether it has.
    pub enrolled: bool,
    /// The bureau's number for this phone.
    pub device_no: Option<String>,
    /// This phone.
    pub device: Option<DeviceId>,
    /// The bureau's name of itself.
    pub bureau: Option<String>,
    /// Where the bureau is.
    pub bureau_url: Option<String>,
    /// In a sentence.
    pub sentence: Sentence,
}

/// What a code that was scanned or typed says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationView {
    /// Where the bureau is, when the text says it.
    pub url: Option<String>,
    /// The code.
    pub code: String,
}

impl InvitationView {
    /// Reads `<address>#<code>`, or a code alone.
    ///
    /// # Errors
    /// [`SyncError::Code`] when it is neither.
    pub fn read(text: &str) -> Result<Self, PhoneError> {
        if let Ok(Invitation { address, code }) = text.parse() {
            return Ok(Self { url: Some(address.as_str().to_owned()), code: code.text() });
        }
        let code: EnrolCode = text.parse().map_err(SyncError::Code)?;
        Ok(Self { url: None, code: code.text() })
    }
}

/// Who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInView {
    /// Everybody on the roster.
    pub officers: Vec<SignedIn>,
    /// Who is signed in.
    pub signed_in: Option<SignedIn>,
    /// Seconds until another PIN may be tried; 0 when one may.
    pub pin_wait_secs: i64,
    /// What there is to say.
    pub sentence: Option<Sentence>,
}

/// How this phone synchronises, kept in the vault.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyView {
    /// Names of the office's Wi-Fi networks; empty when any will do.
    pub office_ssids: Vec<String>,
    /// Days for which stored items stay on the phone.
    pub keep_days: u32,
    /// Whether bytes may cost money.
    pub allow_metered: bool,
}

const POLICY: &str = "sync_policy";

/// Settings and what this phone is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsView {
    /// The bureau's number for this phone.
    pub device_no: Option<String>,
    /// This phone.
    pub device: Option<DeviceId>,
    /// The bureau's name of itself.
    pub bureau: Option<String>,
    /// Where the keys live.
    pub key_store: Sentence,
    /// When media is due.
    pub due_text: Sentence,
    /// How this phone synchronises.
    pub policy: PolicyView,
    /// Name and version of the program.
    pub version: String,
    /// The space on this phone.
    pub storage: Space,
}

impl Phone {
    /// Whether and where this phone has joined.
    ///
    /// # Errors
    /// [`PhoneError::Distrust`] when what is kept no longer verifies.
    pub fn enrolment_view(&self) -> Result<EnrolmentView, PhoneError> {
        if self.vault.device().is_none() {
            let error = PhoneError::NotEnrolled;
            return Ok(EnrolmentView {
                enrolled: false,
                device_no: None,
                device: None,
                bureau: None,
                bureau_url: None,
                sentence: say::sentence(error.zh(), error.en()),
            });
        }
        let known = self.enrolment()?.enrolment;
        Ok(EnrolmentView {
            enrolled: true,
            sentence: say::screen::enrolled(&known.origin, &known.device_no),
            device_no: Some(known.device_no),
            device: Some(known.device),
            bureau: Some(known.origin),
            bureau_url: Some(known.url.as_str().to_owned()),
        })
    }

    /// Who may sign in.
    ///
    /// # Errors
    /// [`PhoneError::NotEnrolled`].
    pub fn sign_in_view(&self) -> Result<SignInView, PhoneError> {
        let wait_ms = self.pin_wait_ms()?;
        let pin_wait_secs = (wait_ms + 999) / 1_000;
        let wait = super::super::SignInError::Wait { secs: pin_wait_secs };
        let sentence = (wait_ms > 0).then(|| say::sentence(wait.zh(), wait.to_string()));
        Ok(SignInView { officers: self.officers()?, signed_in: self.signed_in()?, pin_wait_secs, sentence })
    }

    /// Settings and what this phone is.
    ///
    /// # Errors
    /// As [`Phone::enrolment_view`].
    pub fn settings_view(&self) -> Result<SettingsView, PhoneError> {
        let known = self.enrolment_view()?;
        Ok(SettingsView {
            device_no: known.device_no,
            device: known.device,
            bureau: known.bureau,
            key_store: say::screen::key_store(self.ports.keystore.kind()),
            due_text: say::screen::due(self.rules.due_minutes, self.rules.grace_minutes),
            policy: self.sync_policy()?,
            version: APP.to_owned(),
            storage: self.space(),
        })
    }

    /// How this phone synchronises.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn sync_policy(&self) -> Result<PolicyView, PhoneError> {
        Ok(self.vault.get_setting(POLICY)?.unwrap_or_default())
    }

    /// Sets how this phone synchronises.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn set_sync_policy(&mut self, policy: &PolicyView) -> Result<(), PhoneError> {
        Ok(self.vault.put_setting(POLICY, policy)?)
    }

    /// The options of a synchronisation by the policy of this phone.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn sync_options(&self, wake: Wake) -> Result<SyncOptions, PhoneError> {
        let policy = self.sync_policy()?;
        Ok(SyncOptions {
            wake,
            allow_metered: policy.allow_metered,
            office_ssids: policy.office_ssids,
            free: FreePolicy { keep_days: policy.keep_days, ..FreePolicy::default() },
            ..SyncOptions::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::screen::Gate;

    /// A code of a bureau that speaks TLS with its own key, from which the last character is missing.
    fn nearly() -> String {
        format!("LH2-{}-{}-{}", "1".repeat(32), "2".repeat(16), "3".repeat(63))
    }

    #[test]
    fn a_code_that_is_not_typed_to_its_end_is_told_both_ways_in_which_codes_begin() {
        let missing = Gate::code(&nearly()).missing;
        let told = &missing[0].sentence.zh;
        assert!(told.contains("LH1-") && told.contains("LH2-"), "{told}");
        assert_eq!(Gate::code(&format!("{}3", nearly())).missing, []);
    }

    #[test]
    fn a_scanned_text_that_is_no_code_is_told_to_be_none() {
        for text in [nearly(), "https://example.com/menu".to_owned()] {
            let error = InvitationView::read(&text).unwrap_err();
            assert!(
                error.zh().contains("登记码") && error.en().contains("code"),
                "{} {}",
                error.zh(),
                error.en()
            );
            assert_eq!(error.code(), "sync");
        }
    }
}
