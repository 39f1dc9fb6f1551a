//! A list of media (`spec/documents.md` §2): items one a line, and where they are too many for a paper, last the
//! number of all and the digest of their whole list, which anybody makes again from the records.

use super::{error::Problem, value::MAX_ENTRIES};
use crate::{review, session::SessionView};
use liuhen_record::{Digest, ItemId};

const BEFORE_COUNT: &str = "共";
const BEFORE_DIGEST: &str = "项，清单摘要";

/// What the session supplies: every item sealed so far, thumbnails excepted, in order of sealing.
pub(super) fn known(view: &SessionView) -> String {
    let all = sealed(view);
    let listed: Vec<String> = all.iter().take(MAX_ENTRIES).map(ItemId::to_string).collect();
    let rest = (all.len() > MAX_ENTRIES).then(|| whole(&all));
    listed.into_iter().chain(rest).collect::<Vec<_>>().join("\n")
}

/// The list as kept. Of the whole list only a true word is taken, and only at the end; it stays true when more is sealed.
pub(super) fn normal(text: &str, view: &SessionView) -> Result<String, Problem> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let (items, said) = match lines.split_last() {
        Some((last, items)) if read_whole(last).is_some() => (items, Some(*last)),
        _ => (&lines[..], None),
    };
    if items.len() > MAX_ENTRIES {
        return Err(Problem::TooManyEntries { max: MAX_ENTRIES });
    }
    let is_sealed = |item: ItemId| view.item(item).is_some_and(|i| i.sealed.is_some());
    let item = |(line, entry): (&&str, usize)| match line.parse::<ItemId>() {
        Ok(item) if is_sealed(item) => Ok(item.to_string()),
        _ => Err(Problem::NotAnItem { entry }),
    };
    let mut kept = items.iter().zip(1..).map(item).collect::<Result<Vec<_>, _>>()?;
    if let Some(said) = said {
        let all = sealed(view);
        let is_true = |count: usize| all.get(..count).is_some_and(|first| whole(first) == said);
        if !read_whole(said).is_some_and(|(count, _)| is_true(count)) {
            return Err(Problem::NotAnItem { entry: lines.len() });
        }
        kept.push(said.to_owned());
    }
    Ok(kept.join("\n"))
}

/// An entry that speaks of the whole list, as printed.
pub(super) fn printed_whole(entry: &str) -> Option<String> {
    let (count, digest) = read_whole(entry)?;
    Some(format!(
        "本次执法活动按封存先后的前{count}项声像资料，以上未逐项列出的，见本次执法活动的封存记录；该{count}项编号清单的摘要（SHA-256）：{digest}"
    ))
}

fn sealed(view: &SessionView) -> Vec<ItemId> {
    review::manifest(view).items.iter().map(|item| item.item).collect()
}

fn whole(items: &[ItemId]) -> String {
    let list: Vec<String> = items.iter().map(ItemId::to_string).collect();
    format!("{BEFORE_COUNT}{}{BEFORE_DIGEST}{}", items.len(), Digest::of(list.join("\n").as_bytes()))
}

fn read_whole(entry: &str) -> Option<(usize, &str)> {
    let (count, digest) = entry.strip_prefix(BEFORE_COUNT)?.split_once(BEFORE_DIGEST)?;
    Some((count.parse().ok()?, digest))
}
