//! The files that the demo captures.

use super::Failure;
use std::path::{Path, PathBuf};

/// Files to capture, by what becomes of them.
pub struct Media {
    /// Everything that is captured as a file.
    pub files: Vec<PathBuf>,
    /// The recording during which the phone is killed.
    pub killed: PathBuf,
}

/// Endings of files that accompany media and are not media.
const NOT_MEDIA: [&str; 4] = ["md", "txt", "sh", "json"];

/// The media of `folder`, or the set that comes with the program.
pub fn find(folder: Option<&Path>) -> Result<Media, Failure> {
    let own = Path::new("media/demo");
    let folder = folder.unwrap_or(own);
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let ending = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.is_file() && !hidden && !NOT_MEDIA.contains(&ending.as_str()) {
            files.push(path);
        }
    }
    files.sort();
    let killed = recording(&files).or_else(|| Some(own.join("notice-zh.aac")).filter(|path| path.is_file()));
    let killed = killed.ok_or_else(|| format!("{}: no media", folder.display()))?;
    Ok(Media { files, killed })
}

/// A sound recording, else the largest file.
fn recording(files: &[PathBuf]) -> Option<PathBuf> {
    let sound = files.iter().find(|path| path.extension().is_some_and(|e| e.eq_ignore_ascii_case("aac")));
    let len = |path: &&PathBuf| std::fs::metadata(path).map_or(0, |meta| meta.len());
    sound.or_else(|| files.iter().max_by_key(len)).cloned()
}
