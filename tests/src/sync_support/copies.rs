//! A phone that is started again, and phones that are copies of one.

use super::phone::TestPhone;
use std::{fs, io, path::Path};

impl TestPhone {
    /// The process ended and was started again.
    #[must_use]
    pub fn restarted(self) -> Self {
        let Self { vault, ports, clock, network: _, options, dir } = self;
        // The vault's lock must be free again.
        drop((vault, ports));
        let mut phone = Self::at(dir, clock);
        phone.options = options;
        phone
    }

    /// The phone, and another one on which a backup of it was put back: the same vault, the same keys.
    pub fn with_restored_backup(self) -> (Self, Self) {
        let Self { vault, ports, clock, network: _, options, dir } = self;
        drop((vault, ports));
        let copy = tempfile::tempdir().expect("a folder");
        copy_folder(dir.path(), copy.path()).expect("copied");
        let now = liuhen_core::ports::Clock::read(clock.as_ref());
        let other_clock = std::sync::Arc::new(super::phone::ManualClock::at(now));
        let (mut phone, mut other) = (Self::at(dir, clock), Self::at(copy, other_clock));
        (phone.options, other.options) = (options.clone(), options);
        (phone, other)
    }
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
