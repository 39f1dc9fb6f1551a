//! Why something is not at the bureau yet. There is always an answer, in a sentence a person understands.

use super::distrust::Distrust;
use serde::{Deserialize, Serialize};

/// What a synchronisation waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum Waiting {
    /// This phone has not joined a bureau.
    Enrolment,
    /// There is no network.
    Network,
    /// The network costs money.
    OfficeWifi,
    /// The Wi-Fi is not the one the bureau named.
    OtherWifi,
    /// The network wants a login in a web page first.
    Portal,
    /// The bureau does not answer on this network.
    BureauUnreachable,
    /// The connection broke.
    ConnectionLost,
    /// The bureau answers with errors of its own.
    BureauTrouble {
        /// HTTP status.
        status: u16,
    },
    /// The bureau failed a moment ago; it is asked again later.
    BackOff {
        /// Milliseconds left.
        left_ms: i64,
    },
    /// Pieces that failed are tried again later.
    PieceBackOff {
        /// How many.
        pieces: u32,
        /// Milliseconds until the first of them is due.
        left_ms: i64,
    },
    /// The system is sending pieces by itself, without this program.
    InBackground {
        /// How many.
        pieces: u32,
    },
    /// The token for uploading ran out; the officer must open the program once.
    Login,
    /// Another program, or another copy of this one, is synchronising the same vault.
    OtherCore,
    /// Everything was sent; the bureau is still checking.
    BureauChecking {
        /// Items under way.
        items: u32,
    },
    /// Everything is there; too few of the witnesses have cosigned the bureau's log yet.
    Witnesses {
        /// How many have.
        found: u32,
        /// How many must have.
        needed: u32,
    },
    /// The bureau refused a record for good; somebody must look.
    RecordRefused {
        /// The record.
        seq: i64,
        /// The bureau's reason.
        reason: String,
    },
    /// Pieces that cannot be sent and will not become so by waiting; somebody must look.
    Parked {
        /// How many.
        pieces: u32,
    },
    /// The bureau does not accept this device.
    DeviceRefused,
    /// The phone's clock is so wrong that certificates cannot be judged.
    Clock,
    /// The address of the bureau may not be spoken to.
    Address,
    /// The phone's own key cannot be used now.
    Keystore,
    /// The phone's vault or upload queue failed.
    Store,
    /// The officer or the system stopped it.
    Stopped,
    /// The server did not prove to be the bureau.
    Untrusted(Distrust),
    /// The bureau's log contradicted itself once and has not explained it: nothing is freed.
    Contradicted(Distrust),
}

impl Waiting {
    /// Stable name, for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Enrolment => "enrolment",
            Self::Network => "network",
            Self::OfficeWifi => "office_wifi",
            Self::OtherWifi => "other_wifi",
            Self::Portal => "portal",
            Self::BureauUnreachable => "bureau_unreachable",
            Self::ConnectionLost => "connection_lost",
            Self::BureauTrouble { .. } => "bureau_trouble",
            Self::BackOff { .. } => "back_off",
            Self::PieceBackOff { .. } => "piece_back_off",
            Self::InBackground { .. } => "in_background",
            Self::Login => "login",
            Self::OtherCore => "other_core",
            Self::BureauChecking { .. } => "bureau_checking",
            Self::Witnesses { .. } => "witnesses",
            Self::RecordRefused { .. } => "record_refused",
            Self::Parked { .. } => "parked",
            Self::DeviceRefused => "device_refused",
            Self::Clock => "clock",
            Self::Address => "address",
            Self::Keystore => "keystore",
            Self::Store => "store",
            Self::Stopped => "stopped",
            Self::Untrusted(_) => "untrusted",
            Self::Contradicted(_) => "contradicted",
        }
    }

    /// What is left of it when so many milliseconds have passed: nothing of a wait for another attempt that is due.
    pub(super) fn after(self, passed_ms: i64) -> Option<Self> {
        let left = |left_ms: i64| Some(left_ms.saturating_sub(passed_ms)).filter(|left_ms| *left_ms > 0);
        match self {
            Self::BackOff { left_ms } => left(left_ms).map(|left_ms| Self::BackOff { left_ms }),
            Self::PieceBackOff { pieces, left_ms } => {
                left(left_ms).map(|left_ms| Self::PieceBackOff { pieces, left_ms })
            }
            other => Some(other),
        }
    }

    /// The sentence for people, Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Enrolment => "本机尚未登记到单位，请先扫描登记码".into(),
            Self::Network => "等待网络连接".into(),
            Self::OfficeWifi => "等待办公室 Wi-Fi：移动网络或计费网络下不上传".into(),
            Self::OtherWifi => "等待办公室 Wi-Fi：当前连接的不是单位指定的网络".into(),
            Self::Portal => "该网络需要先登录认证（网页认证），认证后自动继续上传".into(),
            Self::BureauUnreachable => "等待办公室 Wi-Fi：当前网络上找不到单位服务器".into(),
            Self::ConnectionLost => "与单位服务器的连接中断，稍后自动继续".into(),
            Self::BureauTrouble { status } => {
                format!("单位服务器暂时不能接收（代码 {status}），稍后自动继续")
            }
            Self::BackOff { left_ms } => format!("单位服务器刚才出错，{} 后自动重试", span_zh(*left_ms)),
            Self::PieceBackOff { pieces, left_ms } => {
                format!("有 {pieces} 个分片上传失败，{} 后自动重试", span_zh(*left_ms))
            }
            Self::InBackground { pieces } => format!("系统正在后台上传 {pieces} 个分片，无需操作"),
            Self::Login => "上传凭证已过期，请打开本程序重新连接单位服务器".into(),
            Self::OtherCore => "本机另一个程序正在同步同一证据库，请勿重复打开".into(),
            Self::BureauChecking { items } => format!("已全部送达，单位服务器正在核验 {items} 份资料"),
            Self::Witnesses { found, needed } => {
                format!("已全部送达，等待见证机构联署单位日志（{found}/{needed}）；联署前本机资料保留")
            }
            Self::RecordRefused { seq, .. } => format!("单位服务器拒收第 {seq} 号记录，请联系管理员处理"),
            Self::Parked { pieces } => format!("有 {pieces} 个分片无法上传，请联系管理员处理；本机资料保留"),
            Self::DeviceRefused => "单位服务器不接受本机，请联系管理员确认本机是否已停用".into(),
            Self::Clock => "手机时钟与单位时间相差过大，无法核验服务器证书，请校准手机时间".into(),
            Self::Address => "服务器地址不可用：必须以 https:// 开头".into(),
            Self::Keystore => "本机密钥暂不可用，请解锁手机后重试".into(),
            Self::Store => "本机证据库或上传队列出错，请重试；仍不行请联系管理员".into(),
            Self::Stopped => "上传已停止，随时可以继续".into(),
            Self::Untrusted(why) => why.zh(),
            Self::Contradicted(why) => format!(
                "单位日志前后矛盾：{}。上传照常进行，本机资料一律保留、不释放；矛盾的检查点已留存。请立即报告管理员",
                why.what_zh()
            ),
        }
    }

    /// The sentence for people, English.
    pub fn en(&self) -> String {
        match self {
            Self::Enrolment => "This phone has not joined a bureau; scan an enrolment code first".into(),
            Self::Network => "Waiting for a network".into(),
            Self::OfficeWifi => {
                "Waiting for the office Wi-Fi: nothing is uploaded over a metered network".into()
            }
            Self::OtherWifi => {
                "Waiting for the office Wi-Fi: this is not the network the bureau named".into()
            }
            Self::Portal => {
                "This network wants a login in a web page first; uploading goes on by itself afterwards"
                    .into()
            }
            Self::BureauUnreachable => {
                "Waiting for the office Wi-Fi: the bureau's server is not on this network".into()
            }
            Self::ConnectionLost => "The connection to the bureau broke; it goes on by itself later".into(),
            Self::BureauTrouble { status } => {
                format!("The bureau cannot take anything now (status {status}); it goes on by itself later")
            }
            Self::BackOff { left_ms } => {
                format!("The bureau failed a moment ago; next attempt in {}", span_en(*left_ms))
            }
            Self::PieceBackOff { pieces, left_ms } => {
                format!("{pieces} pieces failed to upload; next attempt in {}", span_en(*left_ms))
            }
            Self::InBackground { pieces } => {
                format!("The system is uploading {pieces} pieces in the background; nothing needs to be done")
            }
            Self::Login => "The token for uploading ran out; open this program once to log in again".into(),
            Self::OtherCore => "Another program on this phone is synchronising the same vault".into(),
            Self::BureauChecking { items } => {
                format!("Everything was sent; the bureau is checking {items} items")
            }
            Self::Witnesses { found, needed } => format!(
                "Everything was sent; waiting for witnesses to cosign the bureau's log ({found} of {needed}); everything stays here"
            ),
            Self::RecordRefused { seq, reason } => {
                format!("The bureau refuses record {seq} ({reason}); an administrator must look")
            }
            Self::Parked { pieces } => {
                format!(
                    "{pieces} pieces cannot be uploaded; an administrator must look; everything stays here"
                )
            }
            Self::DeviceRefused => {
                "The bureau does not accept this device; ask the administrator whether it was disabled".into()
            }
            Self::Clock => "The phone's clock is too wrong to judge certificates; set it right".into(),
            Self::Address => "The bureau's address cannot be used".into(),
            Self::Keystore => "This phone's key cannot be used now; unlock the phone and try again".into(),
            Self::Store => "This phone's vault or upload queue failed; try again or ask for help".into(),
            Self::Stopped => "Stopped; it can go on at any time".into(),
            Self::Untrusted(why) => why.en(),
            Self::Contradicted(why) => format!(
                "The bureau's log contradicted itself: {why}. Uploading goes on, nothing is freed on this phone, both \
                 checkpoints are kept; tell the administrator at once"
            ),
        }
    }
}

fn span_zh(ms: i64) -> String {
    match whole_seconds(ms) {
        secs @ 0..60 => format!("{secs} 秒"),
        secs => format!("{} 分钟", (secs + 59) / 60),
    }
}

fn span_en(ms: i64) -> String {
    match whole_seconds(ms) {
        secs @ 0..60 => format!("{secs} s"),
        secs => format!("{} min", (secs + 59) / 60),
    }
}

fn whole_seconds(ms: i64) -> i64 {
    ms.max(0).saturating_add(999) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_in_seconds_and_then_in_minutes() {
        assert_eq!(Waiting::BackOff { left_ms: 1 }.zh(), "单位服务器刚才出错，1 秒 后自动重试");
        assert!(Waiting::BackOff { left_ms: 61_000 }.en().ends_with("2 min"));
        assert!(Waiting::BackOff { left_ms: i64::MIN }.en().ends_with("0 s"));
        assert!(Waiting::BackOff { left_ms: i64::MAX }.en().ends_with("min"));
    }

    #[test]
    fn a_reason_survives_being_kept() {
        let reason = Waiting::Untrusted(Distrust::RolledBack { held: 9, offered: 3 });
        let text = serde_json::to_string(&reason).unwrap();
        assert_eq!(serde_json::from_str::<Waiting>(&text).unwrap(), reason, "{text}");
        let reason = Waiting::Untrusted(Distrust::answer("x"));
        let text = serde_json::to_string(&reason).unwrap();
        assert_eq!(serde_json::from_str::<Waiting>(&text).unwrap(), reason, "{text}");
    }
}
