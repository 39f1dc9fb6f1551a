//! A recorder as a shell holds it: asked on threads that may wait, its answers shown, its card copied.

use super::super::{Desk, ImportProgress, ImportRequest, Phone, PhoneError, screen::RecorderView};
use crate::{
    ports::Card,
    recorder::{IssueRequest, NamePatterns},
    say::{self, Sentence},
    sync::Cancel,
    system::FolderCard,
};
use liuhen_btle::{Recorder, RecorderIdentity};
use liuhen_record::kind::{RecorderState, Supervisor};
use std::{
    io,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::runtime::Handle;

/// A recorder in reach, one question at a time.
pub struct HeldRecorder {
    recorder_no: String,
    runtime: Handle,
    recorder: Mutex<Box<dyn Recorder>>,
    last: Mutex<RecorderView>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl HeldRecorder {
    /// Holds a recorder that is issued under this number.
    pub fn new(recorder_no: String, recorder: Box<dyn Recorder>, runtime: Handle) -> Self {
        let last = Mutex::new(RecorderView::new(&recorder_no, &recorder.capabilities()));
        Self { recorder_no, runtime, recorder: Mutex::new(recorder), last }
    }

    /// The bureau's number.
    pub fn recorder_no(&self) -> &str {
        &self.recorder_no
    }

    /// What it says of itself, and the protocol that it speaks.
    ///
    /// # Errors
    /// [`PhoneError::Recorder`].
    pub fn identity(&self) -> Result<(RecorderIdentity, String), PhoneError> {
        let mut recorder = lock(&self.recorder);
        let protocol = recorder.capabilities().protocol.to_owned();
        Ok((self.runtime.block_on(recorder.identity())?, protocol))
    }

    /// What the check before use needs to know.
    ///
    /// # Errors
    /// As [`Phone::recorder_state`].
    pub fn state_for_check(&self, desk: &Desk) -> Result<RecorderState, PhoneError> {
        let mut recorder = lock(&self.recorder);
        desk.with(|phone| self.runtime.block_on(phone.recorder_state(recorder.as_mut(), &self.recorder_no)))
    }

    /// As [`Phone::issue_recorder_at_hand`]: the number is the one under which it is held.
    ///
    /// # Errors
    /// As [`Phone::issue_recorder_at_hand`].
    pub fn issue(&self, desk: &Desk, request: &IssueRequest, officer: &str) -> Result<(), PhoneError> {
        let request = IssueRequest { recorder_no: self.recorder_no.clone(), ..request.clone() };
        let mut recorder = lock(&self.recorder);
        desk.with(|phone| {
            let issuing = phone.issue_recorder_at_hand(&request, officer, recorder.as_mut());
            self.runtime.block_on(issuing).map(drop)
        })
    }

    /// As [`Phone::pair_recorder`], then a look at it.
    ///
    /// # Errors
    /// As [`Phone::pair_recorder`].
    pub fn pair(&self, desk: &Desk) -> Result<RecorderView, PhoneError> {
        self.ask(desk, |phone, recorder| {
            self.runtime.block_on(phone.pair_recorder(recorder, &self.recorder_no)).map(drop)
        })
    }

    /// As [`Phone::start_recorder`], then a look at it.
    ///
    /// # Errors
    /// As [`Phone::start_recorder`].
    pub fn start(&self, desk: &Desk) -> Result<RecorderView, PhoneError> {
        self.ask(desk, |phone, recorder| {
            self.runtime.block_on(phone.start_recorder(recorder, &self.recorder_no))
        })
    }

    /// As [`Phone::stop_recorder`], then a look at it.
    ///
    /// # Errors
    /// As [`Phone::stop_recorder`].
    pub fn stop(&self, desk: &Desk) -> Result<RecorderView, PhoneError> {
        self.ask(desk, |phone, recorder| {
            self.runtime.block_on(phone.stop_recorder(recorder, &self.recorder_no))
        })
    }

    /// As [`Phone::mark_recorder`], then a look at it.
    ///
    /// # Errors
    /// As [`Phone::mark_recorder`].
    pub fn mark(&self, desk: &Desk) -> Result<RecorderView, PhoneError> {
        self.ask(desk, |phone, recorder| {
            self.runtime.block_on(phone.mark_recorder(recorder, &self.recorder_no))
        })
    }

    /// As [`Phone::list_recorder`], then a look at it.
    ///
    /// # Errors
    /// As [`Phone::list_recorder`].
    pub fn list(&self, desk: &Desk) -> Result<RecorderView, PhoneError> {
        let mut files = None;
        let mut view = self.ask(desk, |phone, recorder| {
            let listed = self.runtime.block_on(phone.list_recorder(recorder, &self.recorder_no))?;
            files = Some(listed.files.len() as u32);
            Ok(())
        })?;
        view.files = files;
        Ok(view)
    }

    /// A look at it. An officer's verb goes first: the look is then dropped, and the last one shown again.
    ///
    /// # Errors
    /// As [`Phone::watch_recorder`].
    pub fn watch(&self, desk: &Desk) -> Result<RecorderView, PhoneError> {
        let mut recorder = lock(&self.recorder);
        let seen = desk.briefly(|phone, step| {
            let rate = phone.rules().recording_bytes_per_sec;
            let look = phone.watch_recorder(recorder.as_mut(), &self.recorder_no);
            match self.runtime.block_on(step.or(look)) {
                Ok(watched) => watched.map(|watched| Some((watched, rate))),
                Err(_) => Ok(None),
            }
        })?;
        let mut last = lock(&self.last);
        if let Some((watched, rate)) = seen {
            let fresh = RecorderView::new(&self.recorder_no, &recorder.capabilities());
            *last = fresh.watched(&watched, rate);
        }
        Ok(last.clone())
    }

    /// Lets it go.
    ///
    /// # Errors
    /// As [`Phone::release_recorder`].
    pub fn release(&self, desk: &Desk) -> Result<(), PhoneError> {
        desk.with(|phone| phone.release_recorder(&self.recorder_no))
    }

    fn ask(
        &self,
        desk: &Desk,
        act: impl FnOnce(&mut Phone, &mut dyn Recorder) -> Result<(), PhoneError>,
    ) -> Result<RecorderView, PhoneError> {
        let mut recorder = lock(&self.recorder);
        desk.with(|phone| act(phone, recorder.as_mut()))?;
        drop(recorder);
        self.watch(desk)
    }
}

/// Opens what is copied, on the thread that copies.
type OpenCard = Box<dyn Fn() -> io::Result<Box<dyn Card>> + Send + Sync>;

/// A card, or a folder that stands for one, being copied.
pub struct CardCopy {
    recorder_no: String,
    open: OpenCard,
    supervisors: Vec<Supervisor>,
    cancel: Cancel,
}

impl CardCopy {
    /// The folder at `path` is copied.
    pub fn of(recorder_no: String, path: PathBuf, supervisors: Vec<Supervisor>) -> Self {
        Self::from(recorder_no, Box::new(move || Ok(Box::new(FolderCard::open(&path)?))), supervisors)
    }

    /// What `open` gives is copied: a card that has no path.
    pub fn from(recorder_no: String, open: OpenCard, supervisors: Vec<Supervisor>) -> Self {
        Self { recorder_no, open, supervisors, cancel: Cancel::new() }
    }

    /// Stops it.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// Copies, and says what it came to.
    ///
    /// # Errors
    /// As [`Phone::import_card`].
    pub fn run(
        &self,
        phone: &mut Phone,
        progress: &mut dyn FnMut(ImportProgress<'_>),
    ) -> Result<Sentence, PhoneError> {
        let request = ImportRequest {
            recorder_no: self.recorder_no.clone(),
            supervisors: self.supervisors.clone(),
            patterns: NamePatterns::built_in(),
        };
        let mut card = (self.open)().map_err(PhoneError::Source)?;
        let done = phone.import_card(card.as_mut(), &request, progress, &self.cancel)?;
        Ok(say::screen::imported(&done))
    }
}
