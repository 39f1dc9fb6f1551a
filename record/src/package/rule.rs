//! The rules a package keeps, each with its name and its sentence in both languages. Adding one here is adding
//! one to `spec/package.md` §6.

use serde::Serialize;

macro_rules! sentences {
    ($(#[$doc:meta])* $name:ident { $($(#[$rule_doc:meta])* $rule:ident: $english:literal, $chinese:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = $english] $(#[$rule_doc])* $rule,)*
        }

        impl $name {
            /// Every one, in order.
            pub const ALL: &[Self] = &[$(Self::$rule),*];

            /// The sentence in English.
            pub fn english(self) -> &'static str {
                match self { $(Self::$rule => $english),* }
            }

            /// The sentence in Chinese.
            pub fn chinese(self) -> &'static str {
                match self { $(Self::$rule => $chinese),* }
            }
        }
    };
}

sentences! {
    /// A rule that a package broke.
    Rule {
        Missing: "listed, but not in the package", "清单中列有，但包内没有此文件";
        Extra: "in the package, but not listed", "包内多出的文件，清单中没有";
        Changed: "the bytes are not those listed", "文件内容与清单中的摘要不符，已被改动";
        Unknown: "not a file of this package format", "不属于本格式规定的文件";
        Unreadable: "cannot be read", "文件无法读取";
        TagFile: "a tag file is not as it must be", "包的标签文件不符合规定";
        Manifest: "the manifest is not as it must be", "文件清单不符合规定";
        DeviceKey: "not the public key of that device", "不是该设备的公钥";
        RecordForm: "not a record in its exact form", "不是规定格式的记录";
        RecordPlace: "the record does not belong at this place", "记录的编号或设备与文件名不符";
        Chain: "the chain of records is broken", "记录链断裂";
        SignatureMissing: "a record that must be signed is not", "应当有设备签名的记录没有签名";
        Signature: "the device's signature does not hold", "设备签名无效";
        SessionKind: "a record of this kind cannot stand here", "此类记录不能出现在这里";
        SessionUnknown: "the session of the record was not opened before", "记录所属的执法活动此前并未开启";
        CaptureUnopened: "sealed without having been opened in this session", "封存的资料在本次执法活动中没有开始采集的记录";
        SealedTwice: "an item was sealed more than once", "同一资料被封存了不止一次";
        ItemMissing: "an item that was sealed is not in the package", "已封存的声像资料不在包内";
        ItemUnknown: "no record names this item", "没有任何记录提到此声像资料";
        ItemHeader: "not a sealed item", "不是封存格式的声像资料";
        ItemDigest: "the sealed bytes are not those recorded", "声像资料与封存时的摘要不符，已被改动";
        ItemLength: "the length is not that recorded", "声像资料的长度与记录不符";
        ItemPayload: "the payload is not that recorded", "声像资料的密文与记录的摘要不符";
        ItemPieces: "the pieces are not those recorded", "声像资料的分块与记录不符";
        ItemLocked: "the identity given does not open the item", "所给私钥不能打开此声像资料";
        ItemPlaintext: "what is inside is not what was recorded", "解密后的内容与记录不符";
        OpenedCopy: "not a copy of what is inside the item", "不是该声像资料的解密副本";
        DocumentUnknown: "the document named was not filled in this session", "所指文书在本次执法活动中并未填写，或内容不符";
        DocumentRevision: "a revision that does not follow the one before", "文书修改没有接续前一版本";
        ManifestItem: "the review's manifest names an item that was not sealed so in this session", "查阅清单中的资料与本次执法活动封存的不符";
        ManifestDocument: "the review's manifest names a document that was not filled so in this session", "查阅清单中的文书与本次执法活动填写的不符";
        ManifestUnknown: "the manifest is not that of a review opened in this session", "所签查阅清单不是本次执法活动中出示的清单";
        ReviewItems: "the review does not speak of exactly the items of its manifest", "查阅确认的资料与查阅清单不一致";
        FreedOther: "other bytes were freed than were sealed", "已释放的资料与封存的不是同一内容";
        AssignedOther: "footage was assigned by hand that is not there so, or not after the assignment before it", "人工归属所指的记录仪文件不存在、内容不符或已有归属，或未接续前一次归属";
        BureauKey: "not the verifier key of the bureau", "不是该局的验证公钥";
        BureauNote: "not signed by the bureau", "局方签名无效";
        ContentsMissing: "the bureau's signed list of contents is missing", "缺少局方签名的内容清单";
        Contents: "not what the bureau's signed list of contents says", "与局方签名的内容清单不符";
        Checkpoint: "not a checkpoint of the bureau's log", "不是该局日志的检查点";
        LogFork: "two checkpoints of one log contradict each other", "同一日志的两个检查点相互矛盾";
        Proof: "not proved to be in the bureau's log", "不能证明已载入局方日志";
        Timestamp: "the time-stamp token is not one over that checkpoint", "时间戳令牌无效，或不是对该检查点加盖的";
        Receipt: "the bureau's statement does not match the record", "局方存证声明与记录不符";
    }
}

sentences! {
    /// What a reader should know that is not an error.
    Remark {
        OwnKey: "the bureau's key was taken from the package itself; compare its fingerprint", "局方公钥取自本包，请另行核对指纹";
        Unreviewed: "not reviewed by the party", "未经当事人查阅";
        NoReview: "no review was confirmed or refused in this session", "本次执法活动没有查阅确认或拒签记录";
        NotClosed: "the session was not closed", "执法活动尚未结束";
        NoProof: "records without a proof of the bureau's log", "没有日志证明的记录数";
        NoReceipt: "items without a receipt of the bureau", "没有局方存证回执的资料数";
        NotIncluded: "a sealed item that the bureau did not include in this package", "已封存，但局方未将其放入本包";
        Freed: "freed from this phone; the bureau holds it and its receipt is valid", "本机已释放，单位服务器已存储，凭证有效";
        NoContents: "the bureau did not sign a list of contents; removed last records could not be seen, and nothing vouches for index.html", "没有局方签名的内容清单，不能发现末尾记录被删，index.html 页面的内容也无从核验";
        Timestamp: "a time-stamp token over this checkpoint; who signed it was not examined: name the authority, or use openssl ts -verify", "对该检查点的时间戳令牌；未核验签发方，请指定时间戳服务的证书，或用 openssl ts -verify";
        Stamped: "the time-stamping authority vouches that the checkpoint existed at this time", "时间戳服务证明该检查点在此时已存在";
    }
}
