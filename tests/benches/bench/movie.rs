//! A film of any length: the fragments of a short one, again and again.

use crate::Outcome;

/// A fragmented MP4 without end.
pub struct Movie {
    bytes: Vec<u8>,
    /// Where the first fragment begins: `ftyp` and `moov` come before it.
    fragments: usize,
    started: bool,
}

impl Movie {
    /// Reads the short film of the demonstration.
    pub fn open() -> Outcome<Self> {
        let mut bytes = std::fs::read(liuhen_tests::root().join("media/demo/scene.mp4"))?;
        let boxes = boxes(&bytes)?;
        let fragments = boxes.iter().find(|(_, name)| name == b"moof").ok_or("not a fragmented film")?.0;
        // An index at the end would speak of the first round only.
        if let Some((index, _)) = boxes.iter().find(|(_, name)| name == b"mfra") {
            bytes.truncate(*index);
        }
        Ok(Self { bytes, fragments, started: false })
    }

    /// What comes next: first the beginning with all fragments, then all fragments again.
    pub fn next_part(&mut self) -> &[u8] {
        let from = if std::mem::replace(&mut self.started, true) { self.fragments } else { 0 };
        &self.bytes[from..]
    }
}

/// Where each box at the top begins, and its name (ISO/IEC 14496-12 §4.2).
fn boxes(bytes: &[u8]) -> Outcome<Vec<(usize, [u8; 4])>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(header) = bytes.get(at..at + 8) {
        let len = u32::from_be_bytes(*header.first_chunk().ok_or("a box is cut")?) as usize;
        found.push((at, *header.last_chunk().ok_or("a box is cut")?));
        if len < 8 {
            return Err("a box of a length that is not used here".into());
        }
        at += len;
    }
    Ok(found)
}
