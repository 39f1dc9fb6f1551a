//! What a check of the bureau's folder found, in both languages.

use liuhen_record::{DeviceId, ItemId};
use std::fmt;

/// What was looked at, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// Records looked at.
    pub records: u64,
    /// Stored items looked at.
    pub items: u64,
    /// Pieces read.
    pub pieces: u64,
    /// Signed checkpoints looked at.
    pub checkpoints: u64,
    /// Witnesses' cosignatures looked at.
    pub cosignatures: u64,
    /// Time stamps (RFC 3161) looked at.
    pub stamps: u64,
    /// What is wrong; empty when all is well.
    pub broken: Vec<Broken>,
}

impl Findings {
    /// One thing wrong, and nothing else looked at.
    pub(super) fn of(subject: Subject, fault: Fault) -> Self {
        Self { broken: vec![Broken { subject, fault }], ..Self::default() }
    }

    pub(super) fn add(&mut self, subject: Subject, fault: Fault) {
        self.broken.push(Broken { subject, fault });
    }
}

/// One thing that is wrong. `Display` names it in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// What.
    pub subject: Subject,
    /// In which way.
    pub fault: Fault,
}

impl Broken {
    /// Subject and fault, in Chinese.
    pub fn zh(&self) -> String {
        format!("{}：{}", self.subject.zh(), self.fault.zh())
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.subject, self.fault.en())
    }
}

/// What something is wrong with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The folder, its keys or its lists.
    Folder,
    /// The database.
    Ledger,
    /// A device's chain.
    Device(DeviceId),
    /// A record: device and number.
    Record(DeviceId, i64),
    /// An item.
    Item(ItemId),
    /// The Merkle log.
    Log,
    /// What was signed about the log of this size.
    Checkpoint(u64),
}

impl Subject {
    fn zh(self) -> String {
        match self {
            Self::Folder => "数据文件夹".to_owned(),
            Self::Ledger => "数据库".to_owned(),
            Self::Device(device) => format!("设备 {device}"),
            Self::Record(device, seq) => format!("记录 {device}/{seq}"),
            Self::Item(item) => format!("资料 {item}"),
            Self::Log => "日志".to_owned(),
            Self::Checkpoint(size) => format!("检查点 {size}"),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder => f.write_str("folder"),
            Self::Ledger => f.write_str("ledger"),
            Self::Device(device) => write!(f, "device {device}"),
            Self::Record(device, seq) => write!(f, "record {device}/{seq}"),
            Self::Item(item) => write!(f, "item {item}"),
            Self::Log => f.write_str("log"),
            Self::Checkpoint(size) => write!(f, "checkpoint {size}"),
        }
    }
}

/// In which way it is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It cannot be opened or read: why.
    Unusable(String),
    /// The device's head is not the last record.
    Head,
    /// The bytes are no record: why.
    Record(String),
    /// It does not follow the record before: why.
    Chain(String),
    /// The digest stored beside the record is another.
    Digest,
    /// The signature is missing or does not verify.
    Signature,
    /// A stored item lacks a piece.
    PieceMissing {
        /// Its number.
        piece: i64,
    },
    /// A piece is not what its digest says.
    PieceDamaged {
        /// Its number.
        piece: i64,
    },
    /// A piece cannot be read.
    PieceUnreadable {
        /// Its number.
        piece: i64,
    },
    /// The pieces together are not the file that was sealed.
    SealedFile,
    /// Stored, but nothing was said of it in the log.
    NoStatement,
    /// The statement in the log is about something else.
    Statement,
    /// Two things claim one leaf.
    LeafTwice {
        /// Its index.
        leaf: u64,
    },
    /// Not as many leaves as the log's size says, or not at their places.
    Leaves {
        /// Size of the log.
        size: u64,
        /// Leaves accounted for.
        found: u64,
    },
    /// A hash of the tree does not follow from its leaves.
    Hash {
        /// The last leaf below it.
        leaf: u64,
        /// Its level, 0 for the leaves.
        level: u8,
    },
    /// The log is not the one whose checkpoint was signed: why.
    Checkpoint(String),
    /// A witness's cosignature does not verify.
    Cosignature {
        /// The witness's verifier key.
        witness: String,
    },
    /// The time stamp does not hold: why.
    Stamp(String),
}

impl Fault {
    /// A stable code for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unusable(_) => "unusable",
            Self::Head => "head",
            Self::Record(_) => "record",
            Self::Chain(_) => "chain",
            Self::Digest => "digest",
            Self::Signature => "signature",
            Self::PieceMissing { .. } => "piece_missing",
            Self::PieceDamaged { .. } => "piece_damaged",
            Self::PieceUnreadable { .. } => "piece_unreadable",
            Self::SealedFile => "sealed_file",
            Self::NoStatement => "no_statement",
            Self::Statement => "statement",
            Self::LeafTwice { .. } => "leaf_twice",
            Self::Leaves { .. } => "leaves",
            Self::Hash { .. } => "hash",
            Self::Checkpoint(_) => "checkpoint",
            Self::Cosignature { .. } => "cosignature",
            Self::Stamp(_) => "stamp",
        }
    }

    fn en(&self) -> String {
        match self {
            Self::Unusable(why) => format!("cannot be used: {why}"),
            Self::Head => "the head is not the end of the chain".to_owned(),
            Self::Record(why) | Self::Chain(why) | Self::Checkpoint(why) => why.clone(),
            Self::Digest => "the digest beside it is another".to_owned(),
            Self::Signature => "the signature does not verify".to_owned(),
            Self::PieceMissing { piece } => format!("stored without piece {piece}"),
            Self::PieceDamaged { piece } => format!("piece {piece} is damaged"),
            Self::PieceUnreadable { piece } => format!("piece {piece} is listed and cannot be read"),
            Self::SealedFile => "the pieces are not the sealed file".to_owned(),
            Self::NoStatement => "stored without a statement".to_owned(),
            Self::Statement => "the statement says something else".to_owned(),
            Self::LeafTwice { leaf } => format!("leaf {leaf} is claimed twice"),
            Self::Leaves { size, found } => format!("{size} leaves, {found} are accounted for"),
            Self::Cosignature { witness } => format!("the cosignature of {witness} does not verify"),
            Self::Stamp(why) => format!("the time stamp does not hold: {why}"),
            Self::Hash { leaf, level } => format!("another hash at level {level} above leaf {leaf}"),
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Unusable(why) => format!("无法使用（{why}）"),
            Self::Head => "链头不是最后一条记录".to_owned(),
            Self::Record(why) => format!("不是规定格式的记录（{why}）"),
            Self::Chain(why) => format!("没有接续上一条记录（{why}）"),
            Self::Digest => "所存摘要与记录不符".to_owned(),
            Self::Signature => "签名缺失或无效".to_owned(),
            Self::PieceMissing { piece } => format!("标为已入库，但缺第 {piece} 块"),
            Self::PieceDamaged { piece } => format!("第 {piece} 块已损坏"),
            Self::PieceUnreadable { piece } => format!("第 {piece} 块列有，但无法读取"),
            Self::SealedFile => "各块合起来不是封存的文件".to_owned(),
            Self::NoStatement => "已入库，但没有存证声明".to_owned(),
            Self::Statement => "存证声明与资料不符".to_owned(),
            Self::LeafTwice { leaf } => format!("日志第 {leaf} 条被重复引用"),
            Self::Leaves { size, found } => format!("日志应有 {size} 条，实有 {found} 条"),
            Self::Hash { leaf, level } => format!("第 {leaf} 条之上第 {level} 层的散列值不符"),
            Self::Checkpoint(why) => format!("与已签发的检查点不符（{why}）"),
            Self::Cosignature { witness } => format!("见证机构 {witness} 的联署无效"),
            Self::Stamp(why) => format!("时间戳无效（{why}）"),
        }
    }
}
