//! The numbers by which a session is judged, under a version name that every session records (article 24).

/// A rule set. A session keeps the name of the one it was opened under; later rule sets never touch it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Name written into `session_opened`.
    pub version: &'static str,
    /// Least number of qualified officers (行政处罚法 art. 42; 劳动保障监察条例 art. 16).
    pub min_officers: usize,
    /// A pre-use check older than this does not count, milliseconds (article 19).
    pub check_max_age_ms: i64,
    /// Least battery of the phone, percent (article 19).
    pub phone_battery_percent: i64,
    /// Least battery of a recorder, percent (article 19).
    pub recorder_battery_percent: i64,
    /// Greatest distance of a clock from the bureau's, milliseconds (article 19).
    pub clock_offset_ms: i64,
    /// Bytes that one second of recording is expected to take: 6 Mbit/s (article 19).
    pub recording_bytes_per_sec: i64,
    /// Free space must be planned use times this, percent (article 19).
    pub space_factor_percent: i64,
    /// A hole in the recording longer than this is explained, milliseconds (article 17).
    pub gap_ms: i64,
    /// A break no longer than this is a split of one recording, not a hole, milliseconds (article 17).
    pub split_ms: i64,
    /// Captured media is due at the bureau when the working day ends, minutes after its 00:00 Asia/Shanghai
    /// (article 10).
    pub due_minutes: i64,
    /// After that, so many minutes in which it is late but can still be explained (until 12:00 of the next day).
    pub grace_minutes: i64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            version: "liuhen-rules/1",
            min_officers: 2,
            check_max_age_ms: 30 * 60_000,
            phone_battery_percent: 30,
            recorder_battery_percent: 50,
            clock_offset_ms: 2_000,
            recording_bytes_per_sec: 750_000,
            space_factor_percent: 120,
            gap_ms: 60_000,
            split_ms: 1_000,
            due_minutes: 24 * 60,
            grace_minutes: 12 * 60,
        }
    }
}

impl Rules {
    /// Free space needed for `planned_minutes` of recording, bytes.
    pub fn space_needed_bytes(&self, planned_minutes: i64) -> i64 {
        let bytes = planned_minutes.max(0).saturating_mul(60).saturating_mul(self.recording_bytes_per_sec);
        bytes.saturating_mul(self.space_factor_percent) / 100
    }
}
