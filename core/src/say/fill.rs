//! What is wrong with a document's fields, in sentences.

use super::{Sentence, sentence};
use crate::document::{FieldProblem, FillError, Problem};

/// One field: its label, then what is wrong.
pub fn field(problem: &FieldProblem) -> Sentence {
    let what = what(&problem.problem);
    let (zh, en) = (&problem.label_zh, &problem.label_en);
    sentence(format!("“{zh}”{}", what.zh), format!("{en}: {}", what.en))
}

fn what(problem: &Problem) -> Sentence {
    match problem {
        Problem::Required => sentence("尚未填写", "is required"),
        Problem::Unknown => sentence("不是本文书的栏目", "the template has no such field"),
        Problem::Locked => sentence("由系统填写，不能改动", "is filled by the system and cannot be entered"),
        Problem::NotADate => {
            sentence("须写成“2026-11-23 09:30”这样的时间", "is a time such as 2026-11-23 09:30")
        }
        Problem::NotAChoice { allowed } => {
            sentence(format!("只能选：{}", allowed.join("、")), format!("is one of: {}", allowed.join(", ")))
        }
        Problem::NotYesNo => sentence("只能填“是”或“否”", "is yes or no"),
        Problem::NotOneLine => sentence("只能写一行", "is a single line"),
        Problem::TooLong { max_chars } => sentence(
            format!("太长，最多{max_chars}个字"),
            format!("is too long, at most {max_chars} characters"),
        ),
        Problem::TooManyEntries { max } => {
            sentence(format!("条目太多，最多{max}条"), format!("has too many entries, at most {max}"))
        }
        Problem::NotQuestionAndAnswer { entry } => sentence(
            format!("第{entry}条须以“问：”和“答：”开头，一问一答"),
            format!("entry {entry}: a question (问：) and an answer (答：) take turns"),
        ),
        Problem::NotARow { entry } => {
            sentence(format!("第{entry}条填写不完整"), format!("entry {entry} is not complete"))
        }
        Problem::NotAnItem { entry } => sentence(
            format!("第{entry}条不是本次执法活动已封存的声像资料"),
            format!("entry {entry} is no sealed item of this session"),
        ),
        Problem::NotText => sentence("填写的内容读不懂", "is neither text nor a list"),
    }
}

/// A whole error: one line for every field.
pub fn error(error: &FillError) -> Sentence {
    match error {
        FillError::Fields { problems } => sentence(
            problems.iter().map(FieldProblem::zh).collect::<Vec<_>>().join("\n"),
            problems.iter().map(FieldProblem::en).collect::<Vec<_>>().join("\n"),
        ),
        FillError::TooLong { pages } => sentence(
            format!("文书共{pages}页，太长，请分成几份"),
            format!("the document has {pages} pages: split it"),
        ),
        FillError::NoSession => sentence("执法活动尚未开始", "no session is open"),
        FillError::NothingChanged => sentence("没有改动任何内容", "the correction changes nothing"),
        FillError::UnknownTemplate => {
            sentence("没有这种文书，或者不是本程序认识的版本", "unknown template or template version")
        }
        FillError::UnknownCorrector => sentence(
            "更正人须是当事人或者本次执法活动的执法人员",
            "corrections are made by the party or an officer of the session",
        ),
        FillError::NotFields { line, column } => sentence(
            format!("填写内容的文件第{line}行第{column}列读不懂"),
            format!("the fields file cannot be read at line {line}, column {column}"),
        ),
    }
}
