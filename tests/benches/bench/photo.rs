//! A photograph from the shutter's bytes to acknowledged and durable, against copying, syncing and hashing the same
//! bytes.

use crate::desk::{Desk, begin};
use crate::finding::{Bar, Finding};
use crate::measure::{Samples, interleaved, ratio, timed};
use crate::setup::Setup;
use crate::{Outcome, jpeg};
use liuhen_core::capture::take_photo;
use liuhen_core::phone::{CaptureRequest, Phone};
use liuhen_record::kind::MediaSource;
use ring::digest::{SHA256, digest};
use serde_json::json;
use std::fs::{self, File};
use std::hint::black_box;
use std::path::Path;

/// Both in turn; and, unjudged, the verb that a shell calls.
pub fn acknowledged(setup: &Setup) -> Outcome<Finding> {
    let dir = setup.disk()?;
    let desk = Desk::below(&dir.path().join("core"));
    let ports = desk.ports()?;
    let recipients = [setup.identity.to_recipient()];
    let (mut vault, session) = desk.enrolled(&ports, recipients[0])?;
    let mut phone = phone(setup, &dir.path().join("phone"))?;
    let request = request();
    let photo = jpeg::of_12_mp()?;
    let source = dir.path().join("source.jpg");
    fs::write(&source, &photo)?;
    let runs = setup.runs.max(25);
    let (mut whole_verb, mut thumbnail, mut copies) = (Vec::new(), Vec::new(), 0);
    let (ours, peer) = interleaved(
        runs,
        || {
            touch_memory();
            let (time, sealed) = timed(|| Ok(phone.capture_bytes(&photo, &request)?))?;
            whole_verb.push(time);
            thumbnail.push(timed(|| Ok(black_box(phone.make_thumbnail(sealed.item)?)))?.0);
            let begin = begin(&ports, session, &recipients);
            touch_memory();
            Ok(timed(|| Ok(black_box(take_photo(&mut vault, &ports, &begin, &photo)?)))?.0)
        },
        || {
            // A new file each time, as ours: the memory of one just deleted would be written much faster.
            copies += 1;
            let copy = dir.path().join(format!("copy-{copies}.jpg"));
            touch_memory();
            Ok(timed(|| copy_sync_hash(&source, &copy))?.0)
        },
    )?;
    let (whole_verb, thumbnail) = (Samples::new(whole_verb), Samples::new(thumbnail));
    let value = ratio(ours.median(), peer.median());
    let mut finding = Finding::of(
        &ours,
        "copy, fsync, SHA-256, in one process",
        &peer,
        value,
        Bar::AtMost(1.5),
    )
    .note(format!("{runs} of each in turn, {:.2} MB", photo.len() as f64 / 1e6))
    .note(
        "capture::take_photo: described, sealed, three digests, file and folder synced, two records and a \
                 signature committed",
    )
    .note(
        "before each run of either side 64 MiB are touched and given back, so that both write to warm memory",
    )
    .note(format!(
        "Phone::capture_bytes, which also judges the session: {}; the thumbnail, made after that: {}",
        whole_verb.text(),
        thumbnail.text(),
    ));
    finding.samples["whole_verb_ms"] = json!(whole_verb.ms());
    finding.samples["thumbnail_ms"] = json!(thumbnail.ms());
    Ok(finding)
}

/// A virtual machine may have given free memory back to its host, and gets every page again only when it is touched:
/// five microseconds for four kilobytes, more than writing them takes. Which side meets such pages would be chance.
fn touch_memory() {
    let mut memory = vec![0_u8; 64 << 20];
    memory.iter_mut().step_by(4096).for_each(|byte| *byte = 1);
    black_box(&memory);
}

fn phone(setup: &Setup, dir: &Path) -> Outcome<Phone> {
    let desk = Desk::below(dir);
    drop(desk.enrolled(&desk.ports()?, setup.identity.to_recipient())?);
    Ok(Phone::start(&desk.vault, desk.ports()?)?.phone)
}

fn request() -> CaptureRequest {
    CaptureRequest {
        source: MediaSource::Phone,
        source_no: None,
        media_type: "image/jpeg".to_owned(),
        original_name: None,
        label: None,
    }
}

/// What `cp`, `sync FILE` and `sha256sum` do, without starting three processes.
fn copy_sync_hash(source: &Path, copy: &Path) -> Outcome<()> {
    fs::copy(source, copy)?;
    File::open(copy)?.sync_all()?;
    black_box(digest(&SHA256, &fs::read(copy)?));
    Ok(())
}
