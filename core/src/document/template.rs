//! Templates: documents as data (`core/templates/*.json`, `spec/documents.md` §2). A new form is a new file; a
//! changed form is a new version, and documents filled under the old one stay as they are (article 1).

use crate::say::{Lang, Phrase};
use liuhen_record::kind::{Activity, SignerRole};
use serde::Deserialize;
use std::sync::OnceLock;

/// Ids of the templates that the session's gates speak of.
pub mod template_id {
    /// 录音录像告知书
    pub const RECORDING_NOTICE: &str = "recording_notice";
    /// 现场检查笔录
    pub const ON_SITE_INSPECTION_RECORD: &str = "on_site_inspection_record";
    /// 询问笔录
    pub const INQUIRY_RECORD: &str = "inquiry_record";
    /// 听证笔录
    pub const HEARING_RECORD: &str = "hearing_record";
    /// 送达回证
    pub const SERVICE_RECEIPT: &str = "service_receipt";
    /// 记录内容查阅确认书
    pub const REVIEW_CONFIRMATION: &str = "review_confirmation";
}

const SOURCES: [&str; 6] = [
    include_str!("../../templates/recording_notice.json"),
    include_str!("../../templates/on_site_inspection_record.json"),
    include_str!("../../templates/inquiry_record.json"),
    include_str!("../../templates/hearing_record.json"),
    include_str!("../../templates/service_receipt.json"),
    include_str!("../../templates/review_confirmation.json"),
];

/// A name in two languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Named {
    /// The name in a language.
    pub fn text(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

impl From<Phrase> for Named {
    fn from(phrase: Phrase) -> Self {
        Self { zh: phrase.zh.to_owned(), en: phrase.en.to_owned() }
    }
}

/// One legal basis.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// The law and its article, as printed.
    pub text: String,
    /// Day from which the text cited is in force, `YYYY-MM-DD`; absent when the rule itself names none.
    pub effective: Option<String>,
}

/// What sort of value a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One line.
    Text,
    /// Several lines.
    Multiline,
    /// Day, hour and minute, Asia/Shanghai.
    DateTime,
    /// One of the options.
    Choice,
    /// `yes` or `no`.
    YesNo,
    /// Entries, one a line.
    List,
    /// Entries of several cells, one entry a line, cells separated by `｜`.
    Rows,
    /// Questions and answers in turn, one a line, beginning with `问：` and `答：`.
    Qa,
    /// Item ids of the session's media, one a line.
    Media,
    /// Review of every item, one a line: `<item id> reviewed` or `<item id> waived <reason>`.
    Review,
}

/// Where a value comes from when nobody enters one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Auto {
    /// A provisional number out of device, day and document id.
    DocNo,
    /// The time of filling.
    Now,
    /// When the session was opened.
    OpenedAt,
    /// 执法活动
    Activity,
    /// Names of the officers with certificate number and part.
    Officers,
    /// Names of the officers alone.
    OfficerNames,
    /// Certificate numbers of the officers.
    CertNos,
    /// Name of the assisting officer.
    Scribe,
    /// Numbers of all recording devices in the session.
    DeviceNos,
    /// The place in words.
    Place,
    /// The party's name.
    PartyName,
    /// 统一社会信用代码
    PartyUscc,
    /// 法定代表人 or 现场负责人
    PartyRepresentative,
    /// Name of the cause.
    Cause,
    /// How the certificates were shown.
    Certificate,
    /// How notice was given.
    Notice,
    /// All sealed media of the session.
    Media,
    /// The session's id.
    Session,
    /// The digest of the manifest under review.
    Manifest,
    /// What the party did with every item under review.
    Review,
    /// Documents under review.
    ReviewDocuments,
    /// How much of the recordings is under review, when it is not all.
    ReviewPart,
}

/// One option of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What is kept.
    pub value: String,
    /// As printed.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// One cell of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name in a fields file.
    pub name: String,
    /// As printed.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// A field.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name in a fields file and in the record.
    pub name: String,
    /// Its label, as printed and as named in errors.
    pub zh: String,
    /// The label in English.
    pub en: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether it may not stay blank.
    #[serde(default)]
    pub required: bool,
    /// Its value when nobody enters one and nothing fills it.
    pub default: Option<String>,
    /// What to write, for the officer.
    pub hint: Option<String>,
    /// What fills it when nobody enters a value.
    pub auto: Option<Auto>,
    /// Whether what fills it stands and nobody may enter or correct it.
    #[serde(default)]
    pub locked: bool,
    /// The options of a choice.
    #[serde(default)]
    pub options: Vec<Choice>,
    /// The cells of an entry.
    #[serde(default)]
    pub columns: Vec<Column>,
}

/// When a block is printed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// A field.
    pub field: String,
    /// Its value; without one, any value that is not blank.
    pub is: Option<String>,
    /// The contrary of it.
    #[serde(default)]
    pub not: bool,
}

/// A block of the layout. `{name}` stands for a field's value as printed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "block", rename_all = "snake_case", deny_unknown_fields)]
pub enum Block {
    /// A paragraph, indented by two ideographs.
    Text {
        /// Literal text with placeholders.
        text: String,
        /// When it is printed.
        when: Option<When>,
    },
    /// A line without indent.
    Line {
        /// Literal text with placeholders.
        text: String,
        /// When it is printed.
        when: Option<When>,
    },
    /// A field with its label; entries each on their own line.
    Field {
        /// The field.
        field: String,
        /// When it is printed.
        when: Option<When>,
    },
    /// An empty line.
    Space,
    /// A rule across the page.
    Rule,
}

/// A place to sign.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignatureLine {
    /// Who signs.
    pub role: SignerRole,
    /// As printed.
    pub zh: String,
}

/// Size of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageSize {
    /// Columns; an ideograph takes two.
    pub columns: usize,
    /// Lines, header and footer included.
    pub lines: usize,
}

/// A template.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Its id.
    pub id: String,
    /// Its version, from 1.
    pub version: i64,
    /// Title (文书名称).
    pub title: Named,
    /// Legal basis.
    pub legal_basis: Vec<Basis>,
    /// Activities in which it is used.
    pub activities: Vec<Activity>,
    /// Size of a page.
    pub page: PageSize,
    /// A line at the foot of every page, such as the place for a signature page by page.
    pub page_footer: Option<String>,
    /// The fields.
    pub fields: Vec<Field>,
    /// The layout.
    pub body: Vec<Block>,
    /// Places to sign, in order.
    pub signatures: Vec<SignatureLine>,
}

impl Template {
    /// Every template that this program knows.
    #[expect(
        clippy::expect_used,
        reason = "the templates are compiled in and a test reads every one of them"
    )]
    pub fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Template>> = OnceLock::new();
        ALL.get_or_init(|| {
            let read =
                |source: &&str| serde_json::from_str(source).expect("a template compiled in is well-formed");
            SOURCES.iter().map(read).collect()
        })
    }

    /// The template with this id.
    pub fn by_id(id: &str) -> Option<&'static Self> {
        Self::all().iter().find(|t| t.id == id)
    }

    /// A field by name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// The legal basis as printed.
    pub fn legal_basis_text(&self) -> String {
        let printed = self.legal_basis.iter().map(|basis| match &basis.effective {
            Some(day) => format!("{}（{day}起施行）", basis.text),
            None => basis.text.clone(),
        });
        printed.collect::<Vec<_>>().join("；")
    }
}
