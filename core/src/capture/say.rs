//! The sentences for people about a capture that failed.

use super::CaptureError;
use liuhen_record::kind::CloseCause;

impl CaptureError {
    /// The sentence for people, Chinese.
    pub fn zh(&self) -> String {
        let why = match self.cause() {
            CloseCause::StorageFull => "存储空间不足",
            _ => "存储出现故障",
        };
        match self {
            Self::Storage(_) => format!("{why}，本次未能录入；此前的资料未受影响"),
            Self::Seal(_) | Self::Random => "无法加密封存，本次未能录入；此前的资料未受影响".to_owned(),
            Self::Vault(_) => "证据库写入失败，本次未能录入；此前的资料未受影响".to_owned(),
            Self::Interrupted { .. } => {
                format!("{why}，录制已中断，已录部分将予保存；请结束本段并登记中断原因")
            }
            Self::StillOpen { .. } => {
                format!("{why}，本段暂时无法封存；已录部分已保存，存储恢复后自动封存，请登记中断原因")
            }
        }
    }

    /// The sentence for people, English.
    pub fn en(&self) -> String {
        let why = match self.cause() {
            CloseCause::StorageFull => "No space is left",
            _ => "The storage failed",
        };
        match self {
            Self::Storage(_) => format!("{why}: nothing was captured. What was captured before is unharmed."),
            Self::Seal(_) | Self::Random => {
                "The capture could not be sealed. What was captured before is unharmed.".to_owned()
            }
            Self::Vault(_) => {
                "The vault could not write: nothing was captured. What was captured before is unharmed."
                    .to_owned()
            }
            Self::Interrupted { .. } => {
                format!(
                    "{why}: recording was interrupted. End this part and note the gap; what was recorded is kept."
                )
            }
            Self::StillOpen { .. } => format!(
                "{why}: this part cannot be sealed now. What was recorded is kept and will be sealed when the storage works again. Note the gap."
            ),
        }
    }
}
