//! What recorders said they recorded, over all lists collected, and how a copied file stands to it.

use liuhen_record::{
    Digest, Kind, Record,
    kind::{ListMatch, MatchedBy, RecorderFile},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Everything that one recorder ever listed. A file is told from another by name and start: counters of recorders
/// begin again.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    files: Vec<RecorderFile>,
    by_key: BTreeMap<(String, i64), usize>,
    by_name: HashMap<String, Vec<usize>>,
    by_digest: HashMap<Digest, usize>,
    lists: Vec<Digest>,
}

/// A file of which a later list says something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// As stated before.
    pub before: RecorderFile,
    /// As stated now.
    pub now: RecorderFile,
}

/// Cards are FAT: names that differ in the case of ASCII letters are the same.
fn folded(name: &str) -> String {
    name.to_ascii_lowercase()
}

fn last_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

impl Listing {
    /// Folds the lists of `recorder_no` out of `records`, which are in order of their numbers.
    pub fn fold<'a>(recorder_no: &str, records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut listing = Self::default();
        for record in records {
            match &record.kind {
                Kind::RecorderListed(body) if body.recorder_no == recorder_no => {
                    if listing.lists.last() != Some(&body.list_sha256) {
                        listing.lists.push(body.list_sha256);
                    }
                    listing.take(&body.files);
                }
                _ => {}
            }
        }
        listing
    }

    /// Takes one more list, or a page of one. The digest stated first counts for ever; a length may grow until then.
    pub fn take(&mut self, files: &[RecorderFile]) {
        for file in files {
            let next = self.files.len();
            let index = *self.by_key.entry((file.name.clone(), file.started_ms)).or_insert(next);
            if index == next {
                self.files.push(file.clone());
                self.by_name.entry(folded(last_name(&file.name))).or_default().push(index);
            } else if let Some(known) = self.files.get_mut(index)
                && known.sha256.is_none()
            {
                *known = file.clone();
            }
            if let Some(sha256) = self.files.get(index).and_then(|f| f.sha256) {
                self.by_digest.entry(sha256).or_insert(index);
            }
        }
    }

    /// Files of which `files` says something else than was said before.
    pub fn changed(&self, files: &[RecorderFile]) -> Vec<Changed> {
        let other = |now: &RecorderFile| {
            let before = self.files.get(*self.by_key.get(&(now.name.clone(), now.started_ms))?)?;
            let stated = before.sha256?;
            (now.sha256 != Some(stated) || now.len_bytes != before.len_bytes)
                .then(|| Changed { before: before.clone(), now: now.clone() })
        };
        files.iter().filter_map(other).collect()
    }

    /// The files listed.
    pub fn files(&self) -> &[RecorderFile] {
        &self.files
    }

    /// Digests of the lists, oldest first.
    pub fn lists(&self) -> &[Digest] {
        &self.lists
    }

    /// How a file stands to the lists, and which entry is accounted for by it.
    pub fn match_file(&self, path: &str, len_bytes: i64, sha256: Digest) -> (ListMatch, Option<usize>) {
        if let Some(index) = self.by_digest.get(&sha256) {
            let listed = self.files.get(*index).map(|f| f.name.as_str());
            let other = listed.filter(|listed| last_name(listed) != last_name(path)).map(str::to_owned);
            return (ListMatch::Matched { by: MatchedBy::Digest, listed_name: other }, Some(*index));
        }
        let named = self.named(path);
        let undigested = named.iter().find(|(_, f)| f.sha256.is_none() && f.len_bytes == len_bytes);
        if let Some((index, _)) = undigested {
            let matched = ListMatch::Matched { by: MatchedBy::NameAndLength, listed_name: None };
            return (matched, Some(*index));
        }
        match named.last() {
            Some((index, f)) => {
                let altered = ListMatch::Altered { listed_sha256: f.sha256, listed_len_bytes: f.len_bytes };
                (altered, Some(*index))
            }
            None => (ListMatch::Unknown, None),
        }
    }

    /// The entry whose times are those of a file of this name, when there is only one such.
    pub fn only_named(&self, path: &str) -> Option<&RecorderFile> {
        match self.named(path)[..] {
            [(_, file)] => Some(file),
            _ => None,
        }
    }

    /// The entry at an index that [`Listing::match_file`] gave.
    pub fn file(&self, index: usize) -> Option<&RecorderFile> {
        self.files.get(index)
    }

    fn named(&self, path: &str) -> Vec<(usize, &RecorderFile)> {
        let indices = self.by_name.get(&folded(last_name(path))).into_iter().flatten();
        let entries = indices.filter_map(|index| self.files.get(*index).map(|file| (*index, file)));
        // A listed name with folders is compared whole.
        let whole = folded(path);
        let fits = |listed: &str| {
            !listed.contains('/')
                || whole == folded(listed)
                || whole.ends_with(&format!("/{}", folded(listed)))
        };
        entries.filter(|(_, file)| fits(&file.name)).collect()
    }

    /// Entries that nothing accounts for. An entry that is still being recorded (no digest, no length) is none.
    pub fn missing(&self, accounted: &BTreeSet<usize>) -> Vec<&RecorderFile> {
        let open = |file: &RecorderFile| file.sha256.is_none() && file.len_bytes == 0;
        let entries = self.files.iter().enumerate();
        entries.filter(|(n, file)| !accounted.contains(n) && !open(file)).map(|(_, file)| file).collect()
    }
}
