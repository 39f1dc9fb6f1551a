//! What became of a recorder's footage, for people: matched, missing, unknown, altered, and what lies nowhere.

use liuhen_record::{
    Digest, Kind, Record, SessionId,
    assigned::{Assigned, LastWord},
    kind::{FileImported, FileNotImported, ImportFinished, ListMatch, RecorderFile, ReleasableFile},
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The footage of one recorder.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RecorderFootage {
    /// Files that the recorder's lists name with this content.
    pub matched: Vec<FileImported>,
    /// Files listed with other content.
    pub altered: Vec<FileImported>,
    /// Files that no list names.
    pub unknown: Vec<FileImported>,
    /// Of all these, those in no session, neither by the rules nor by hand.
    pub unassigned: Vec<FileImported>,
    /// Of all these, those that an officer assigned to a session, with the last word on each.
    pub by_hand: Vec<(FileImported, LastWord)>,
    /// Listed, and not found on the card by the last complete import or since.
    pub missing: Vec<RecorderFile>,
    /// Not copied whole, by the last import.
    pub not_imported: Vec<FileNotImported>,
    /// The last import that ended.
    pub last_import: Option<ImportFinished>,
    /// Proved to be at the bureau.
    pub releasable: Vec<ReleasableFile>,
}

/// The footage of every recorder, by its number.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Footage(BTreeMap<String, RecorderFootage>);

impl Footage {
    /// Folds what `records`, in order of their numbers, say of footage; of one session, or of all.
    pub fn fold<'a>(records: impl IntoIterator<Item = &'a Record>, session: Option<SessionId>) -> Self {
        let records: Vec<&Record> = records.into_iter().collect();
        let assigned = Assigned::fold(records.iter().copied());
        let mut all = Self::default();
        for record in records {
            let by_hand = match &record.kind {
                Kind::FileImported(body) => assigned.last(body.item).filter(|word| word.session.is_some()),
                _ => None,
            };
            let place = by_hand.map_or(record.session, |word| word.session);
            if session.is_none() || session == place {
                all.take(&record.kind, by_hand);
            }
        }
        all
    }

    fn take(&mut self, kind: &Kind, by_hand: Option<&LastWord>) {
        match kind {
            Kind::ImportBegun(body) => {
                let of = self.of(&body.recorder_no);
                of.not_imported.clear();
                of.last_import = None;
            }
            Kind::FileImported(body) => self.of(&body.recorder_no).imported(body, by_hand),
            Kind::FileNotImported(body) => self.of(&body.recorder_no).not_imported.push(body.clone()),
            Kind::FootageMissing(body) => {
                let of = self.of(&body.recorder_no);
                for file in &body.files {
                    if !of.missing.contains(file) {
                        of.missing.push(file.clone());
                    }
                }
            }
            Kind::ImportFinished(body) => {
                self.of(&body.recorder_no).last_import = Some(body.clone());
            }
            Kind::FootageReleasable(body) => {
                self.of(&body.recorder_no).releasable.extend(body.files.iter().cloned());
            }
            _ => {}
        }
    }

    fn of(&mut self, recorder_no: &str) -> &mut RecorderFootage {
        self.0.entry(recorder_no.to_owned()).or_default()
    }

    /// One recorder's.
    pub fn recorder(&self, recorder_no: &str) -> Option<&RecorderFootage> {
        self.0.get(recorder_no)
    }

    /// Every recorder's.
    pub fn recorders(&self) -> impl Iterator<Item = (&str, &RecorderFootage)> {
        self.0.iter().map(|(no, footage)| (no.as_str(), footage))
    }
}

impl RecorderFootage {
    fn imported(&mut self, body: &FileImported, by_hand: Option<&LastWord>) {
        match &body.listed {
            ListMatch::Matched { .. } => self.matched.push(body.clone()),
            ListMatch::Altered { .. } => self.altered.push(body.clone()),
            ListMatch::Unknown => self.unknown.push(body.clone()),
        }
        match (by_hand, body.unassigned) {
            (Some(word), _) => self.by_hand.push((body.clone(), word.clone())),
            (None, Some(_)) => self.unassigned.push(body.clone()),
            (None, None) => {}
        }
        // What was missing and came later is missing no more.
        let name = body.path.rsplit('/').next().unwrap_or(&body.path);
        let came = |file: &RecorderFile| {
            file.sha256 == Some(body.sha256)
                || (file.sha256.is_none() && file.name == name && file.len_bytes == body.len_bytes)
        };
        self.missing.retain(|file| !came(file));
    }

    /// Digests of everything copied.
    pub fn digests(&self) -> BTreeSet<Digest> {
        self.matched.iter().chain(&self.altered).chain(&self.unknown).map(|f| f.sha256).collect()
    }
}
