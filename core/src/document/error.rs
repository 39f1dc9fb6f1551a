//! Why a document cannot be filled or corrected; the sentences are in [`crate::say::fill`].

use crate::say;
use serde::Serialize;
use std::fmt;

/// What is wrong with a field's value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Problem {
    /// Required and blank.
    Required,
    /// The template has no such field.
    Unknown,
    /// Filled by the system; nobody may enter it.
    Locked,
    /// Not a day and time.
    NotADate,
    /// Not one of the options.
    NotAChoice {
        /// The options.
        allowed: Vec<String>,
    },
    /// Neither `yes` nor `no`.
    NotYesNo,
    /// More than one line.
    NotOneLine,
    /// Too many characters.
    TooLong {
        /// The most allowed.
        max_chars: usize,
    },
    /// Too many entries.
    TooManyEntries {
        /// The most allowed.
        max: usize,
    },
    /// Questions and answers do not take turns.
    NotQuestionAndAnswer {
        /// The entry, from 1.
        entry: usize,
    },
    /// An entry without its first cell, or with too many cells.
    NotARow {
        /// The entry, from 1.
        entry: usize,
    },
    /// No sealed item of this session.
    NotAnItem {
        /// The entry, from 1.
        entry: usize,
    },
    /// Not text, a list or a table of text (in a fields file).
    NotText,
}

/// A field that cannot be filled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldProblem {
    /// Its name.
    pub field: String,
    /// Its label.
    pub label_zh: String,
    /// Its label in English.
    pub label_en: String,
    /// What is wrong.
    pub problem: Problem,
}

impl FieldProblem {
    /// The sentence for an officer.
    pub fn zh(&self) -> String {
        say::fill::field(self).zh
    }

    /// The same in English.
    pub fn en(&self) -> String {
        say::fill::field(self).en
    }
}

/// Why a document was not filled or corrected. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FillError {
    /// Fields that are missing or invalid: all of them.
    Fields {
        /// Which, in the template's order.
        problems: Vec<FieldProblem>,
    },
    /// The document would be too long.
    TooLong {
        /// Pages it would have.
        pages: usize,
    },
    /// The session is not open: nothing says who, where and about whom.
    NoSession,
    /// A correction that changes nothing.
    NothingChanged,
    /// The document was filled from a template, or a version of it, that this program does not know.
    UnknownTemplate,
    /// Corrected by somebody who is neither the party nor an officer of the session.
    UnknownCorrector,
    /// The fields file cannot be read.
    NotFields {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
}

impl FillError {
    /// The sentences for an officer, one a line.
    pub fn zh(&self) -> String {
        say::fill::error(self).zh
    }

    /// The same in English.
    pub fn en(&self) -> String {
        say::fill::error(self).en
    }
}

impl fmt::Display for FillError {
    /// Field names only: values are not for logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fields { problems } => {
                let names: Vec<_> = problems.iter().map(|p| p.field.as_str()).collect();
                write!(f, "document not filled, fields missing or invalid: {}", names.join(", "))
            }
            Self::TooLong { pages } => write!(f, "document of {pages} pages is too long"),
            Self::NoSession => f.write_str("no session is open"),
            Self::NothingChanged => f.write_str("the correction changes nothing"),
            Self::UnknownTemplate => f.write_str("unknown template or template version"),
            Self::UnknownCorrector => f.write_str("corrected by somebody outside the session"),
            Self::NotFields { line, column } => write!(f, "fields file is not JSON at {line}:{column}"),
        }
    }
}

impl std::error::Error for FillError {}
