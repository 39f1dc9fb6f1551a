//! Mirrors of what the core says for a screen: see the types of the same names in `liuhen_core::phone`.

use super::{
    capture::StorageForecast,
    word::{DeviceId, Text},
};

/// Whether and where this phone has joined.
pub type EnrolmentView = liuhen_core::phone::screen::EnrolmentView;

/// Whether and where this phone has joined.
#[uniffi::remote(Record)]
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
    pub sentence: Text,
}

/// Who may sign in.
pub type SignInView = liuhen_core::phone::screen::SignInView;

/// Who may sign in.
#[uniffi::remote(Record)]
pub struct SignInView {
    /// Everybody on the roster.
    pub officers: Vec<OfficerLine>,
    /// Who is signed in.
    pub signed_in: Option<OfficerLine>,
    /// Seconds until another PIN may be tried; 0 when one may.
    pub pin_wait_secs: i64,
    /// What there is to say.
    pub sentence: Option<Text>,
}

/// How this phone synchronises, kept in the vault.
pub type SyncPolicy = liuhen_core::phone::screen::PolicyView;

/// How this phone synchronises, kept in the vault.
#[uniffi::remote(Record)]
pub struct SyncPolicy {
    /// Names of the office's Wi-Fi networks; empty when any will do.
    pub office_ssids: Vec<String>,
    /// Days for which stored items stay on the phone.
    pub keep_days: u32,
    /// Whether bytes may cost money.
    pub allow_metered: bool,
}

/// Settings and what this phone is.
pub type SettingsView = liuhen_core::phone::screen::SettingsView;

/// Settings and what this phone is.
#[uniffi::remote(Record)]
pub struct SettingsView {
    /// The bureau's number for this phone.
    pub device_no: Option<String>,
    /// This phone.
    pub device: Option<DeviceId>,
    /// The bureau's name of itself.
    pub bureau: Option<String>,
    /// Where the keys live.
    pub key_store: Text,
    /// When media is due.
    pub due_text: Text,
    /// How this phone synchronises.
    pub policy: SyncPolicy,
    /// Name and version of the program.
    pub version: String,
    /// The space on this phone.
    pub storage: StorageForecast,
}

/// An officer as the sign-in screen and the lists show them.
pub type OfficerLine = liuhen_core::phone::SignedIn;

/// An officer as the sign-in screen and the lists show them.
#[uniffi::remote(Record)]
pub struct OfficerLine {
    /// The bureau's id.
    pub officer: String,
    /// Name.
    pub name: String,
    /// Section.
    pub unit: String,
    /// Certificate number, valid now.
    pub cert_no: Option<String>,
    /// Whether this officer may be an officer of record now (article 7).
    pub qualified: bool,
    /// Why not.
    pub why_not: Option<Text>,
    /// Whether a PIN is set.
    pub has_pin: bool,
}

/// What a code that was scanned or typed says.
pub type InvitationView = liuhen_core::phone::screen::InvitationView;

/// What a code that was scanned or typed says.
#[uniffi::remote(Record)]
pub struct InvitationView {
    /// Where the bureau is, when the text says it.
    pub url: Option<String>,
    /// The code.
    pub code: String,
}
