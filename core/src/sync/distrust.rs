//! Why the bureau's word is not taken. Whatever stands here, nothing is freed and nothing more is uploaded in that
//! round: the evidence stays on the phone until somebody who can prove to be the bureau proves to have it.

use liuhen_record::ItemId;
use serde::{Deserialize, Serialize};

/// What the other side did that the bureau would not do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Distrust {
    /// TLS: the server's certificate was refused.
    #[error("the server's certificate was refused")]
    Certificate,
    /// It uses another key than the one pinned at enrolment.
    #[error("the server uses another key than the one this phone enrolled with")]
    OtherKey,
    /// It did not sign our challenge: whoever answers has the bureau's public notes and not its key.
    #[error("the server did not prove that it holds the bureau's key: {rule}")]
    Challenge {
        /// The rule broken.
        rule: String,
    },
    /// It speaks for another log.
    #[error("the server speaks for another log")]
    OtherOrigin,
    /// It sends elsewhere.
    #[error("the server redirects; the bureau never does")]
    Redirect,
    /// What it answers is not what the bureau answers: not JSON, not of the shape, or far too long.
    #[error("the server's answer is not one of the bureau's: {what}")]
    Answer {
        /// What was wrong.
        what: String,
    },
    /// A checkpoint that the pinned key did not sign.
    #[error("the checkpoint is not signed by the bureau's key")]
    CheckpointSignature,
    /// A line in the name of a witness that the witness did not sign.
    #[error("a witness's cosignature on the checkpoint does not verify")]
    Cosignature,
    /// A checkpoint that is signed and makes no sense.
    #[error("the checkpoint is malformed")]
    CheckpointForm,
    /// The log became smaller: an older state was restored, or an old checkpoint replayed.
    #[error("the bureau's log shrank from {held} to {offered} entries")]
    RolledBack {
        /// Size seen before.
        held: u64,
        /// Size offered now.
        offered: u64,
    },
    /// The log is not a continuation of what was seen before.
    #[error("the bureau's log of {offered} entries does not continue the one of {held} entries seen before")]
    Forked {
        /// Size seen before.
        held: u64,
        /// Size offered now.
        offered: u64,
    },
    /// It has a record of ours otherwise than we wrote it.
    #[error("the bureau's copy of record {seq} is not the one this phone wrote")]
    OtherRecord {
        /// The record.
        seq: i64,
    },
    /// It shows a record that this phone's own key signed and that is not in this phone's vault: nothing is wrong with
    /// the bureau, the vault is an older copy that was put back.
    #[error(
        "this phone's store is an older copy: the bureau has record {seq}, signed by this phone, which it lacks"
    )]
    OlderCopy {
        /// That record.
        seq: i64,
    },
    /// It said that it stored a record and does not prove it.
    #[error("the bureau took record {seq} and does not prove that it is in its log")]
    RecordNotProved {
        /// The record.
        seq: i64,
    },
    /// The proof for a record does not hold.
    #[error("the bureau's proof for record {seq} does not hold")]
    RecordProof {
        /// The record.
        seq: i64,
    },
    /// Records that were proved to be there are no longer.
    #[error("the bureau no longer has record {seq}, which it had proved to have")]
    RecordLost {
        /// The first of them.
        seq: i64,
    },
    /// It no longer misses an item and does not prove that it is stored.
    #[error("the bureau says item {item} is complete and does not prove that it is stored")]
    ItemNotProved {
        /// The item.
        item: ItemId,
    },
    /// The statement about an item does not describe that item.
    #[error("the bureau's statement about item {item} is wrong: {field}")]
    ItemStatement {
        /// The item.
        item: ItemId,
        /// The member that differs.
        field: String,
    },
    /// The proof for an item does not hold.
    #[error("the bureau's proof for item {item} does not hold")]
    ItemProof {
        /// The item.
        item: ItemId,
    },
    /// An item that was proved to be stored is missing.
    #[error("the bureau no longer has item {item}, which it had proved to have")]
    ItemLost {
        /// The item.
        item: ItemId,
    },
    /// A recipient list or roster that is forged, older than the one held, or contradicts it.
    #[error("the bureau's {list} is not acceptable: {rule}")]
    List {
        /// `recipients` or `roster`.
        list: String,
        /// The rule broken.
        rule: String,
    },
}

impl Distrust {
    /// An answer that is not one of the bureau's.
    pub(super) fn answer(what: impl Into<String>) -> Self {
        Self::Answer { what: what.into() }
    }

    /// A challenge that was not answered as the bureau answers it.
    pub(super) fn challenge(rule: impl Into<String>) -> Self {
        Self::Challenge { rule: rule.into() }
    }

    /// Whether it accuses the bureau's log: of having lost, changed or denied what was, or should be, in it. Then the
    /// checkpoints are evidence, and somebody must be told beside the officer.
    pub fn accuses_log(&self) -> bool {
        match self {
            Self::RolledBack { .. }
            | Self::Forked { .. }
            | Self::RecordNotProved { .. }
            | Self::RecordProof { .. }
            | Self::RecordLost { .. }
            | Self::ItemNotProved { .. }
            | Self::ItemStatement { .. }
            | Self::ItemProof { .. }
            | Self::ItemLost { .. } => true,
            Self::Certificate
            | Self::OtherKey
            | Self::Challenge { .. }
            | Self::OtherOrigin
            | Self::Redirect
            | Self::Answer { .. }
            // An older copy of the phone's own vault that was put back may look the same.
            | Self::OtherRecord { .. }
            | Self::OlderCopy { .. }
            | Self::CheckpointSignature
            | Self::Cosignature
            | Self::CheckpointForm
            | Self::List { .. } => false,
        }
    }

    /// The variant's name as written in JSON: stable, for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::OtherKey => "other_key",
            Self::Challenge { .. } => "challenge",
            Self::OtherOrigin => "other_origin",
            Self::Redirect => "redirect",
            Self::Answer { .. } => "answer",
            Self::CheckpointSignature => "checkpoint_signature",
            Self::Cosignature => "cosignature",
            Self::CheckpointForm => "checkpoint_form",
            Self::RolledBack { .. } => "rolled_back",
            Self::Forked { .. } => "forked",
            Self::OtherRecord { .. } => "other_record",
            Self::OlderCopy { .. } => "older_copy",
            Self::RecordNotProved { .. } => "record_not_proved",
            Self::RecordProof { .. } => "record_proof",
            Self::RecordLost { .. } => "record_lost",
            Self::ItemNotProved { .. } => "item_not_proved",
            Self::ItemStatement { .. } => "item_statement",
            Self::ItemProof { .. } => "item_proof",
            Self::ItemLost { .. } => "item_lost",
            Self::List { .. } => "list",
        }
    }

    /// What was done, Chinese, as a part of a sentence.
    pub(super) fn what_zh(&self) -> String {
        match self {
            Self::Certificate => "服务器证书未通过验证".to_owned(),
            Self::OtherKey => "服务器使用的密钥与本机登记时不同".to_owned(),
            Self::Challenge { .. } => "服务器未能用单位密钥应答本机的随机询问".to_owned(),
            Self::OtherOrigin => "服务器出示的是另一份日志".to_owned(),
            Self::Redirect => "服务器要求转向别处，单位服务器不会这样做".to_owned(),
            Self::Answer { .. } => "服务器的应答不符合约定".to_owned(),
            Self::CheckpointSignature => "日志检查点没有单位密钥的有效签名".to_owned(),
            Self::Cosignature => "日志检查点上见证机构的联署不成立".to_owned(),
            Self::CheckpointForm => "日志检查点内容不合规范".to_owned(),
            Self::RolledBack { held, offered } => format!("单位日志由 {held} 条减少为 {offered} 条"),
            Self::Forked { held, .. } => format!("单位日志与本机先前核验过的 {held} 条不能衔接"),
            Self::OtherRecord { seq } => format!("单位保存的第 {seq} 号记录与本机所写不同"),
            Self::OlderCopy { seq } => {
                format!("单位已收到由本机签名的第 {seq} 号记录，而本机存储中没有这条记录")
            }
            Self::RecordNotProved { seq } => format!("单位收下了第 {seq} 号记录，却不能证明已记入日志"),
            Self::RecordProof { seq } => format!("第 {seq} 号记录的日志证明不成立"),
            Self::RecordLost { seq } => format!("单位曾证明持有第 {seq} 号记录，现在却没有了"),
            Self::ItemNotProved { item } => format!("单位称资料 {item} 已齐全，却不能证明已保存"),
            Self::ItemStatement { item, .. } => format!("单位对资料 {item} 的保存声明与实际不符"),
            Self::ItemProof { item } => format!("资料 {item} 的保存证明不成立"),
            Self::ItemLost { item } => format!("单位曾证明保存了资料 {item}，现在却没有了"),
            Self::List { list, .. } if list == "roster" => "单位下发的执法人员名册不可信".to_owned(),
            Self::List { list, .. } if list == "witnesses" => "单位下发的见证机构名单不可信".to_owned(),
            Self::List { .. } => "单位下发的加密接收方名单不可信".to_owned(),
        }
    }

    /// The sentence for people, Chinese.
    pub fn zh(&self) -> String {
        let what = self.what_zh();
        if let Self::OlderCopy { .. } = self {
            return format!(
                "本机存储像是从较早的备份恢复的：{what}。单位服务器没有问题。已停止上传，本机资料全部保留、未释放。\
                 请停止用本机采集；原手机还在的，改用原手机；并把本机交管理员，在控制台该设备的“异常记录”中核对后重新登记。"
            );
        }
        if let Self::OtherRecord { .. } = self {
            return format!(
                "{what}：多半是本机存储从较早的备份恢复过。已停止上传，本机资料全部保留、未释放。请停止用本机采集，\
                 并把本机交管理员，在控制台该设备的“异常记录”中核对；确未恢复过的，由管理员检查单位服务器。"
            );
        }
        format!("单位服务器身份未通过验证：{what}。已停止上传，本机资料全部保留。")
    }

    /// The sentence for people, English.
    pub fn en(&self) -> String {
        if let Self::OlderCopy { seq } = self {
            return format!(
                "This phone's store seems to have been restored from an older backup: the bureau has record {seq}, \
                 signed by this phone, and the store lacks it. Nothing is wrong with the bureau's server. Uploading \
                 stopped; everything stays on this phone, nothing was freed. Stop recording with it; go on with the \
                 original phone where there is one; and hand this one to the administrator, who compares both under \
                 the device's refused records and enrols it anew."
            );
        }
        if let Self::OtherRecord { .. } = self {
            return format!(
                "{self}: most likely this phone's store was restored from an older backup. Uploading stopped; everything \
                 stays on this phone, nothing was freed. Stop recording with it and hand it to the administrator, who \
                 compares both under the device's refused records; if it was never restored, the bureau's server is to \
                 be looked at."
            );
        }
        format!(
            "The bureau's server is not trusted: {self}. Uploading stopped; everything stays on this phone."
        )
    }
}
