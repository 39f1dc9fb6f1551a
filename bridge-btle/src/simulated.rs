//! A recorder that exists only here: for the demo and the tests.
//!
//! It behaves as the ones in use do where that matters to the phone: its battery drains faster while it records,
//! its card fills, its clock drifts and keeps whole seconds when it is set, its file names carry the time that its
//! clock claims, and the content of a file is fixed by the seed, so that a digest in its list can be checked.

use crate::{
    Answer, Capabilities, CardState, ClockTold, FileList, IdentityProof, ListSupport, Moment, Recorder,
    RecorderError, RecorderFile, RecorderIdentity, RecorderState, Recording,
};
use chrono::{DateTime, FixedOffset};
use ring::{
    digest::{Context, SHA256},
    signature::{Ed25519KeyPair, KeyPair},
};

/// Battery is counted in percent × milliseconds per hour: a drain of 11 percent per hour takes 11 of these a
/// millisecond, so that asking often drains exactly as much as asking once.
const UNITS_PER_PERCENT: u64 = 3_600_000;

/// What a simulated recorder is like when it is switched on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simulation {
    /// What it says of itself.
    pub identity: RecorderIdentity,
    /// Battery, percent.
    pub battery_percent: u8,
    /// Battery used in an hour of recording, percent: 2500 mAh last nine hours.
    pub drain_recording_percent_per_hour: u8,
    /// Battery used in an hour of waiting, percent.
    pub drain_idle_percent_per_hour: u8,
    /// Free space on the card, bytes.
    pub free_bytes: u64,
    /// What a second of recording takes, bytes: 6 Mbit/s, 1080p30.
    pub bytes_per_sec: u64,
    /// Its clock minus the true time when it is switched on, milliseconds.
    pub clock_offset_ms: i64,
    /// How much its clock gains, parts per million.
    pub clock_drift_ppm: i64,
    /// Whether it holds a key and proves its identity.
    pub can_prove: bool,
}

impl Default for Simulation {
    fn default() -> Self {
        Self {
            identity: RecorderIdentity {
                id_code: "LHSIM".into(),
                serial: "SIM0001".into(),
                officer_no: "210001".into(),
                officer_name: "张伟".into(),
                unit_no: "210300000000".into(),
                unit_name: "劳动保障监察科".into(),
                model: "留痕 模拟记录仪".into(),
                firmware: env!("CARGO_PKG_VERSION").into(),
            },
            battery_percent: 87,
            drain_recording_percent_per_hour: 11,
            drain_idle_percent_per_hour: 2,
            free_bytes: 51_539_607_552,
            bytes_per_sec: 750_000,
            clock_offset_ms: 4_730,
            clock_drift_ppm: 18,
            can_prove: true,
        }
    }
}

/// The true time, Unix milliseconds, by which the simulation advances. It may be the phone's clock.
pub type TrueTime = Box<dyn Fn() -> i64 + Send>;

/// A simulated recorder.
pub struct SimulatedRecorder {
    like: Simulation,
    seed: u64,
    true_ms: TrueTime,
    /// True time up to which battery and card were brought forward.
    settled_ms: i64,
    /// True time at which the clock was last right by `clock_offset_ms`.
    clock_set_ms: i64,
    clock_offset_ms: i64,
    battery_units: u64,
    free_bytes: u64,
    recording: Option<RecorderFile>,
    files: Vec<RecorderFile>,
    in_reach: bool,
}

impl SimulatedRecorder {
    /// Switches on a recorder of the default kind. `seed` fixes the content of its files and its key.
    pub fn new(seed: u64, true_ms: TrueTime) -> Self {
        Self::like(Simulation::default(), seed, true_ms)
    }

    /// Switches on a recorder that is as `like` says.
    pub fn like(like: Simulation, seed: u64, true_ms: TrueTime) -> Self {
        let now_ms = true_ms();
        Self {
            seed,
            settled_ms: now_ms,
            clock_set_ms: now_ms,
            clock_offset_ms: like.clock_offset_ms,
            battery_units: u64::from(like.battery_percent.min(100)) * UNITS_PER_PERCENT,
            free_bytes: like.free_bytes,
            recording: None,
            files: Vec::new(),
            in_reach: true,
            true_ms,
            like,
        }
    }

    /// Takes the recorder out of range or brings it back. It goes on with what it was doing.
    pub fn set_in_reach(&mut self, in_reach: bool) {
        self.in_reach = in_reach;
    }

    /// The content of a closed file: what a docking station would copy off the card. `None` for an unknown name.
    pub fn content(&self, name: &str) -> Option<Vec<u8>> {
        let index = self.files.iter().position(|file| file.name == name)?;
        let file = self.files.get(index)?;
        Some(Content::of(self.seed, index, file.len_bytes).flatten().collect())
    }

    fn clock_ms(&self, true_ms: i64) -> i64 {
        let gained_ms = (true_ms - self.clock_set_ms) * self.like.clock_drift_ppm / 1_000_000;
        true_ms + self.clock_offset_ms + gained_ms
    }

    /// Brings battery, card and the file being recorded forward to now; an empty battery or a full card closes
    /// the file where it was.
    fn settle(&mut self) -> i64 {
        let now_ms = (self.true_ms)().max(self.settled_ms);
        let elapsed_ms = now_ms.abs_diff(self.settled_ms);
        let drain_units_per_ms = u64::from(if self.recording.is_some() {
            self.like.drain_recording_percent_per_hour
        } else {
            self.like.drain_idle_percent_per_hour
        });
        let lasts_ms = self.battery_units.checked_div(drain_units_per_ms).unwrap_or(u64::MAX);
        let stops = self.record_for(elapsed_ms.min(lasts_ms)) || lasts_ms < elapsed_ms;
        self.battery_units = self.battery_units.saturating_sub(drain_units_per_ms.saturating_mul(elapsed_ms));
        self.settled_ms = now_ms;
        if stops {
            self.close_file();
        }
        now_ms
    }

    /// Writes `ms` of recording to the card; true when the card became full.
    fn record_for(&mut self, ms: u64) -> bool {
        let wanted_bytes = self.like.bytes_per_sec.saturating_mul(ms) / 1_000;
        let written_bytes = wanted_bytes.min(self.free_bytes);
        let fits_ms = written_bytes.saturating_mul(1_000).checked_div(self.like.bytes_per_sec);
        let lasted_ms = fits_ms.filter(|_| written_bytes < wanted_bytes).unwrap_or(ms);
        let end_ms = self.clock_ms(self.settled_ms.saturating_add_unsigned(lasted_ms));
        let Some(file) = &mut self.recording else { return false };
        file.len_bytes += written_bytes;
        file.ended_ms = end_ms;
        self.free_bytes -= written_bytes;
        written_bytes < wanted_bytes
    }

    fn close_file(&mut self) {
        if let Some(mut file) = self.recording.take() {
            file.sha256 = Some(Content::of(self.seed, self.files.len(), file.len_bytes).sha256());
            self.files.push(file);
        }
    }

    /// Settles and tells the true time, or that nobody answers.
    fn answer(&mut self) -> Result<i64, RecorderError> {
        let now_ms = self.settle();
        if self.in_reach && self.battery_units > 0 { Ok(now_ms) } else { Err(RecorderError::OutOfReach) }
    }

    /// The station's convention: underscore-separated, the third field is the shooting time in +08:00.
    fn file_name(&self, clock_ms: i64) -> String {
        let shot = FixedOffset::east_opt(8 * 3_600)
            .zip(DateTime::from_timestamp_millis(clock_ms))
            .map_or_else(String::new, |(zone, time)| {
                time.with_timezone(&zone).format("%Y%m%d%H%M%S").to_string()
            });
        let RecorderIdentity { id_code, serial, officer_no, .. } = &self.like.identity;
        format!("{id_code}{serial}_{officer_no}_{shot}_{:04}.MP4", self.files.len() + 1)
    }
}

impl SimulatedRecorder {
    fn tell_state(&mut self) -> Result<RecorderState, RecorderError> {
        self.answer()?;
        let elapsed_ms = self.recording.as_ref().map(|file| file.ended_ms.abs_diff(file.started_ms));
        Ok(RecorderState {
            // A gauge shows the percent that is begun, so that 0 means empty.
            battery_percent: self.battery_units.div_ceil(UNITS_PER_PERCENT) as u8,
            charging: Some(false),
            free_bytes: self.free_bytes,
            remaining_secs: self.free_bytes.checked_div(self.like.bytes_per_sec).map(saturated),
            card: if self.free_bytes == 0 { CardState::Full } else { CardState::Ready },
            recording: self.recording.as_ref().map(|file| Recording {
                file: Some(file.name.clone()),
                elapsed_secs: elapsed_ms.map(|ms| saturated(ms / 1_000)),
            }),
            overheated: false,
        })
    }

    fn keep_time(&mut self, utc_ms: i64) -> Result<(), RecorderError> {
        let now_ms = self.answer()?;
        self.clock_offset_ms = utc_ms - utc_ms.rem_euclid(1_000) - now_ms;
        self.clock_set_ms = now_ms;
        Ok(())
    }

    fn begin(&mut self) -> Result<Moment, RecorderError> {
        let clock_ms = self.answer().map(|now_ms| self.clock_ms(now_ms))?;
        if self.recording.is_some() {
            return Err(RecorderError::AlreadyRecording);
        }
        if self.free_bytes == 0 {
            return Err(RecorderError::NoCard);
        }
        let name = self.file_name(clock_ms);
        self.recording = Some(RecorderFile {
            name: name.clone(),
            len_bytes: 0,
            sha256: None,
            started_ms: clock_ms,
            ended_ms: clock_ms,
            important: false,
        });
        Ok(Moment { recorder_ms: Some(clock_ms), file: Some(name) })
    }

    fn end(&mut self) -> Result<Moment, RecorderError> {
        let clock_ms = self.answer().map(|now_ms| self.clock_ms(now_ms))?;
        let name =
            self.recording.as_ref().map(|file| file.name.clone()).ok_or(RecorderError::NotRecording)?;
        self.close_file();
        Ok(Moment { recorder_ms: Some(clock_ms), file: Some(name) })
    }

    fn mark_moment(&mut self) -> Result<Moment, RecorderError> {
        let clock_ms = self.answer().map(|now_ms| self.clock_ms(now_ms))?;
        let file = self.recording.as_mut().ok_or(RecorderError::NotRecording)?;
        file.important = true;
        Ok(Moment { recorder_ms: Some(clock_ms), file: Some(file.name.clone()) })
    }

    fn list(&mut self) -> Result<FileList, RecorderError> {
        self.answer()?;
        let text: String = self.files.iter().map(RecorderFile::to_line).collect();
        FileList::parse(text.as_bytes()).map_err(|_| RecorderError::Malformed("file list"))
    }

    /// Signs with a key made from the seed: a recorder keeps its key, whatever is configured in it.
    fn sign(&mut self, nonce: [u8; 32]) -> Result<IdentityProof, RecorderError> {
        self.answer()?;
        if !self.like.can_prove {
            return Err(RecorderError::Unsupported("a proof of its identity"));
        }
        let malformed = RecorderError::Malformed("identity");
        let seed = ring::digest::digest(&SHA256, &self.seed.to_be_bytes());
        let key = Ed25519KeyPair::from_seed_unchecked(seed.as_ref()).map_err(|_| malformed.clone())?;
        let identity = self.like.identity.to_bytes().map_err(|_| malformed.clone())?;
        let signature = key.sign(&IdentityProof::signed(&identity, &nonce));
        Ok(IdentityProof {
            public_key: key.public_key().as_ref().try_into().map_err(|_| malformed.clone())?,
            signature: signature.as_ref().try_into().map_err(|_| malformed)?,
        })
    }
}

fn saturated(secs: u64) -> u32 {
    u32::try_from(secs).unwrap_or(u32::MAX)
}

/// Every answer is ready at once.
fn ready<'a, T: Send + 'a>(answer: Result<T, RecorderError>) -> Answer<'a, T> {
    Box::pin(std::future::ready(answer))
}

impl Recorder for SimulatedRecorder {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            protocol: "simulated in process",
            clock: true,
            control: true,
            mark: true,
            list: ListSupport::Digests,
            configured_officer: true,
            proof: self.like.can_prove,
        }
    }

    fn identity(&mut self) -> Answer<'_, RecorderIdentity> {
        ready(self.answer().map(|_| self.like.identity.clone()))
    }

    fn prove(&mut self, nonce: [u8; 32]) -> Answer<'_, IdentityProof> {
        ready(self.sign(nonce))
    }

    fn state(&mut self) -> Answer<'_, RecorderState> {
        ready(self.tell_state())
    }

    fn clock(&mut self) -> Answer<'_, ClockTold> {
        ready(self.answer().map(|now_ms| ClockTold { utc_ms: self.clock_ms(now_ms), resolution_ms: 1 }))
    }

    fn set_clock(&mut self, utc_ms: i64) -> Answer<'_, ()> {
        ready(self.keep_time(utc_ms))
    }

    fn start(&mut self) -> Answer<'_, Moment> {
        ready(self.begin())
    }

    fn stop(&mut self) -> Answer<'_, Moment> {
        ready(self.end())
    }

    fn mark(&mut self) -> Answer<'_, Moment> {
        ready(self.mark_moment())
    }

    fn list_files(&mut self) -> Answer<'_, FileList> {
        ready(self.list())
    }
}

/// Bytes fixed by seed and index (SplitMix64, Steele, Lea and Flood 2014): content to be told apart, not footage.
struct Content {
    state: u64,
    left_bytes: u64,
}

impl Content {
    fn of(seed: u64, index: usize, len_bytes: u64) -> Self {
        Self { state: seed ^ (index as u64).wrapping_mul(0xd134_2543_de82_ef95), left_bytes: len_bytes }
    }

    fn sha256(self) -> [u8; 32] {
        let mut context = Context::new(&SHA256);
        self.for_each(|block| context.update(&block));
        let mut out = [0; 32];
        out.copy_from_slice(context.finish().as_ref());
        out
    }
}

/// Blocks of 64 KiB, so that an hour of footage is hashed without being held.
impl Iterator for Content {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let len_bytes = self.left_bytes.min(1 << 16) as usize;
        self.left_bytes -= len_bytes as u64;
        let words = std::iter::repeat_with(|| {
            self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = self.state;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (word ^ (word >> 31)).to_le_bytes()
        });
        let mut block: Vec<u8> = words.take(len_bytes.div_ceil(8)).flatten().collect();
        block.truncate(len_bytes);
        (len_bytes > 0).then_some(block)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use std::sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    };

    const START_MS: i64 = 1_764_000_000_000;

    fn recorder(like: Simulation) -> (SimulatedRecorder, Arc<AtomicI64>) {
        let true_ms = Arc::new(AtomicI64::new(START_MS));
        let clock = Arc::clone(&true_ms);
        (SimulatedRecorder::like(like, 42, Box::new(move || clock.load(SeqCst))), true_ms)
    }

    fn told(recorder: &mut SimulatedRecorder) -> i64 {
        recorder.clock().now_or_never().unwrap().unwrap().utc_ms
    }

    #[test]
    fn it_proves_its_identity_and_not_another_nonce_or_name() {
        let (mut recorder, _) = recorder(Simulation::default());
        let proof = recorder.sign([7; 32]).unwrap();
        let identity = recorder.like.identity.clone();
        assert!(proof.is_valid(&identity, &[7; 32]));
        assert!(!proof.is_valid(&identity, &[8; 32]));
        let renamed = RecorderIdentity { officer_no: "210002".into(), ..identity };
        assert!(!proof.is_valid(&renamed, &[7; 32]));
    }

    #[test]
    fn its_identity_fits_the_device_interface() {
        let (recorder, _) = recorder(Simulation::default());
        assert_eq!(recorder.like.identity.check(), Ok(()));
    }

    #[test]
    fn recording_drains_the_battery_faster_than_waiting_and_fills_the_card() {
        let (mut recorder, true_ms) = recorder(Simulation::default());
        true_ms.fetch_add(3_600_000, SeqCst);
        assert_eq!(recorder.tell_state().unwrap().battery_percent, 85);
        let free_bytes = recorder.tell_state().unwrap().free_bytes;
        recorder.begin().unwrap();
        true_ms.fetch_add(60_000, SeqCst);
        let state = recorder.tell_state().unwrap();
        assert_eq!(free_bytes - state.free_bytes, 45_000_000);
        assert!(state.recording.is_some());
        true_ms.fetch_add(3_540_000, SeqCst);
        assert_eq!(recorder.tell_state().unwrap().battery_percent, 74);
    }

    #[test]
    fn asking_often_drains_no_less_than_asking_once() {
        let (mut often, often_ms) = recorder(Simulation::default());
        let (mut once, once_ms) = recorder(Simulation::default());
        for _ in 0..3_600 {
            often_ms.fetch_add(1_000, SeqCst);
            often.tell_state().unwrap();
        }
        once_ms.fetch_add(3_600_000, SeqCst);
        assert_eq!(often.tell_state().unwrap().battery_percent, once.tell_state().unwrap().battery_percent);
    }

    #[test]
    fn its_clock_drifts_and_keeps_whole_seconds_when_set() {
        let (mut recorder, true_ms) = recorder(Simulation::default());
        assert_eq!(told(&mut recorder), START_MS + 4_730);
        recorder.keep_time(START_MS + 730).unwrap();
        assert_eq!(told(&mut recorder), START_MS);
        true_ms.fetch_add(1_000_000, SeqCst);
        assert_eq!(told(&mut recorder), START_MS + 1_000_018);
    }

    #[test]
    fn the_digest_in_the_list_is_the_digest_of_the_content() {
        let (mut recorder, true_ms) = recorder(Simulation::default());
        let name = recorder.begin().unwrap().file.unwrap();
        true_ms.fetch_add(1_234, SeqCst);
        recorder.mark_moment().unwrap();
        recorder.end().unwrap();
        let list = recorder.list().unwrap();
        let content = recorder.content(&name).unwrap();
        let file = &list.files()[0];
        assert_eq!((file.len_bytes, file.important), (925_500, true));
        assert_eq!(content.len() as u64, file.len_bytes);
        let sha256 = ring::digest::digest(&SHA256, &content);
        assert_eq!(file.sha256.as_ref().map(<[u8; 32]>::as_slice), Some(sha256.as_ref()));
    }

    #[test]
    fn the_same_seed_and_clock_give_the_same_list_and_another_seed_another() {
        let list = |seed| {
            let (_, true_ms) = recorder(Simulation::default());
            let clock = Arc::clone(&true_ms);
            let mut recorder = SimulatedRecorder::new(seed, Box::new(move || clock.load(SeqCst)));
            recorder.begin().unwrap();
            true_ms.fetch_add(500, SeqCst);
            recorder.end().unwrap();
            recorder.list().unwrap()
        };
        assert_eq!(list(1), list(1));
        assert_ne!(list(1).sha256(), list(2).sha256());
    }

    #[test]
    fn the_third_field_of_a_file_name_is_the_shooting_time_by_its_own_clock() {
        let (mut recorder, _) = recorder(Simulation { clock_offset_ms: 0, ..Simulation::default() });
        assert_eq!(recorder.begin().unwrap().file.unwrap(), "LHSIMSIM0001_210001_20251125000000_0001.MP4");
    }

    #[test]
    fn a_full_card_closes_the_file_and_refuses_the_next() {
        let (mut recorder, true_ms) = recorder(Simulation { free_bytes: 1_000_000, ..Simulation::default() });
        recorder.begin().unwrap();
        true_ms.fetch_add(10_000, SeqCst);
        assert_eq!(recorder.tell_state().unwrap().card, CardState::Full);
        assert_eq!(recorder.list().unwrap().files()[0].len_bytes, 1_000_000);
        assert_eq!(recorder.end(), Err(RecorderError::NotRecording));
        assert_eq!(recorder.begin(), Err(RecorderError::NoCard));
    }

    #[test]
    fn an_empty_battery_ends_the_file_where_it_ran_out_and_nobody_answers() {
        let like = Simulation { battery_percent: 1, ..Simulation::default() };
        let lasts_ms = 3_600_000 / u64::from(like.drain_recording_percent_per_hour);
        let (mut recorder, true_ms) = recorder(like);
        let name = recorder.begin().unwrap().file.unwrap();
        true_ms.fetch_add(3_600_000, SeqCst);
        assert_eq!(recorder.tell_state(), Err(RecorderError::OutOfReach));
        assert_eq!(recorder.content(&name).unwrap().len() as u64, lasts_ms * 750_000 / 1_000);
    }

    #[test]
    fn out_of_range_it_goes_on_recording() {
        let (mut recorder, true_ms) = recorder(Simulation::default());
        recorder.begin().unwrap();
        recorder.set_in_reach(false);
        true_ms.fetch_add(2_000, SeqCst);
        assert_eq!(recorder.end(), Err(RecorderError::OutOfReach));
        recorder.set_in_reach(true);
        recorder.end().unwrap();
        assert_eq!(recorder.list().unwrap().files()[0].len_bytes, 1_500_000);
    }

    #[test]
    fn it_refuses_to_start_twice_and_to_mark_or_stop_before_starting() {
        let (mut recorder, _) = recorder(Simulation::default());
        assert_eq!(recorder.mark_moment(), Err(RecorderError::NotRecording));
        assert_eq!(recorder.end(), Err(RecorderError::NotRecording));
        recorder.begin().unwrap();
        assert_eq!(recorder.begin(), Err(RecorderError::AlreadyRecording));
    }
}
