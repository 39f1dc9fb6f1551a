//! To whom phones seal.

use clap::Args;
use liuhen_bureau::{Recipients, Recovery};
use liuhen_record::seal::Recipient;

/// The keys to which phones seal. Each stays as it is where it is not named.
#[derive(Debug, Args)]
pub struct RecipientArgs {
    /// 处室的 age 收件人；首次启动未给出时自动生成，以后给出即更换，不给出则不变 / age recipient of the section: without it the first start makes an identity, a later one leaves it as it is
    #[arg(long, value_name = "AGE")]
    recipient: Option<Recipient>,
    /// 离线恢复收件人；给出即设置或更换，不给出则不变 / age recipient of the offline recovery key; it stays until another one is named
    #[arg(long, value_name = "AGE")]
    recovery_recipient: Option<Recipient>,
    /// 去除离线恢复收件人 / take the recovery recipient away: what phones seal from then on opens with the section's key only
    #[arg(long, conflicts_with = "recovery_recipient")]
    no_recovery_recipient: bool,
}

impl From<RecipientArgs> for Recipients {
    fn from(arguments: RecipientArgs) -> Self {
        let recovery = match arguments.recovery_recipient {
            Some(recipient) => Recovery::Is(recipient),
            None if arguments.no_recovery_recipient => Recovery::Nobody,
            None => Recovery::AsBefore,
        };
        Self { section: arguments.recipient, recovery }
    }
}
