//! Every sentence that people read about sessions, documents and reviews: Chinese first, English second.
//!
//! Codes, errors and records are for programs; whatever reaches an officer or a party comes from here. Sentences
//! are short enough to be read outdoors and name the thing, not the rule's number.

pub mod choice;
pub mod fill;
pub mod label;
pub mod missing;
mod recorder;
pub mod screen;

/// A language for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// Simplified Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The language of a POSIX locale name such as `en_GB.UTF-8`; Chinese unless it is English.
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_ascii_lowercase().starts_with("en") { Self::En } else { Self::Zh }
    }

    /// One of two sentences.
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// A fixed phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phrase {
    /// In Chinese.
    pub zh: &'static str,
    /// In English.
    pub en: &'static str,
}

impl Phrase {
    /// The phrase in a language.
    pub fn text(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Zh => self.zh,
            Lang::En => self.en,
        }
    }
}

/// A number and what is counted, in English, where one thing is in the singular.
fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A sentence with something filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Sentence {
    /// The sentence in a language.
    pub fn text(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

impl From<Phrase> for Sentence {
    fn from(phrase: Phrase) -> Self {
        sentence(phrase.zh, phrase.en)
    }
}

pub(crate) fn sentence(zh: impl Into<String>, en: impl Into<String>) -> Sentence {
    Sentence { zh: zh.into(), en: en.into() }
}

pub(crate) const fn phrase(zh: &'static str, en: &'static str) -> Phrase {
    Phrase { zh, en }
}

/// The sentence of a refusal: one line for everything missing.
pub fn text(lang: Lang, missing: &crate::session::Missing) -> String {
    match lang {
        Lang::Zh => missing.zh(),
        Lang::En => missing.en(),
    }
}
