//! Capturing files, and sound as if it came from a microphone.

use super::word;
use crate::output::{Output, Refusal, print_line};
use liuhen_core::{
    capture::Sealed,
    phone::{CaptureRequest, IN_MEMORY_BYTES, Phone, PhoneError, media_type_of},
};
use liuhen_record::kind::{MediaSource, Readability};
use serde_json::json;
use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    time::Duration,
};

/// How much a microphone delivers at once when nothing paces it, bytes.
const BURST_BYTES: usize = 4096;

/// `patrol capture`
pub fn files(
    phone: &mut Phone,
    files: &[PathBuf],
    label: Option<&str>,
    source: &str,
    source_no: Option<&str>,
    output: Output,
) -> Result<(), Refusal> {
    let source: MediaSource = word("来源", source)?;
    for file in files {
        let mut request = request_for(file, label)?;
        request.source = source;
        request.source_no = source_no.map(str::to_owned);
        let sealed = capture_file(phone, file, &request, &mut |_| {})?;
        say(&sealed, output);
        say_thumbnail(phone, &sealed, output);
    }
    Ok(())
}

/// Captures one file: in memory when it is small, as a stream when it is not.
pub fn capture_file(
    phone: &mut Phone,
    path: &Path,
    request: &CaptureRequest,
    progress: &mut dyn FnMut(u64),
) -> Result<Sealed, PhoneError> {
    let mut file = File::open(path).map_err(PhoneError::Source)?;
    let len_bytes = file.metadata().map_err(PhoneError::Source)?.len();
    if len_bytes > IN_MEMORY_BYTES {
        return phone.capture_stream(&mut file, request, progress);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(len_bytes).unwrap_or(0));
    file.take(IN_MEMORY_BYTES + 1).read_to_end(&mut bytes).map_err(PhoneError::Source)?;
    let sealed = phone.capture_bytes(&bytes, request)?;
    progress(bytes.len() as u64);
    Ok(sealed)
}

/// What is known of a file before it is captured.
pub fn request_for(path: &Path, label: Option<&str>) -> Result<CaptureRequest, Refusal> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let unreadable = |error: std::io::Error| Refusal::from(PhoneError::Source(error));
    let mut head = [0; 16];
    let mut file = File::open(path).map_err(unreadable)?;
    let read = file.read(&mut head).map_err(unreadable)?;
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    Ok(CaptureRequest {
        source: MediaSource::Phone,
        source_no: None,
        media_type: media_type_of(&name, &head[..read]).to_owned(),
        original_name: Some(name),
        label: label.map(str::to_owned),
    })
}

/// `patrol record-audio`: the file stands in for the microphone. With `--json`, a line after every acknowledged tick
/// says how many bytes survive whatever happens next.
pub fn record_audio(
    phone: &mut Phone,
    path: &Path,
    pace_bytes_per_sec: u64,
    label: Option<&str>,
    output: Output,
) -> Result<(), Refusal> {
    let request = request_for(path, label)?;
    let mut file = File::open(path).map_err(PhoneError::Source)?;
    let mut recording = phone.start_recording(&request)?;
    if output.json {
        print_line(&json!({ "recording": recording.item(), "acked_bytes": 0 }).to_string());
    }
    // A microphone delivers about every 20 ms.
    let paced = usize::try_from(pace_bytes_per_sec / 50).unwrap_or(BURST_BYTES).clamp(1, 1 << 20);
    let mut burst = vec![0; if pace_bytes_per_sec == 0 { BURST_BYTES } else { paced }];
    let mut told_bytes = 0;
    loop {
        let read = file.read(&mut burst).map_err(PhoneError::Source)?;
        if read == 0 || phone.record(&mut recording, &burst[..read]).is_err() {
            break;
        }
        if recording.acked_bytes() > told_bytes {
            told_bytes = recording.acked_bytes();
            if output.json {
                print_line(&json!({ "recording": recording.item(), "acked_bytes": told_bytes }).to_string());
            }
        }
        if pace_bytes_per_sec > 0 {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    let sealed = phone.finish_recording(recording)?;
    say(&sealed, output);
    Ok(())
}

/// The officer has heard that the photograph is safe; a script is told its thumbnail in a line of its own. One that
/// fails is made before the review.
fn say_thumbnail(phone: &mut Phone, photo: &Sealed, output: Output) {
    if let Ok(Some(thumbnail)) = phone.make_thumbnail(photo.item)
        && output.json
    {
        print_line(&json!({ "ok": true, "item": photo.item, "thumbnail": thumbnail }).to_string());
    }
}

fn say(sealed: &Sealed, output: Output) {
    let digests = &sealed.digests;
    let value = json!({
        "item": sealed.item,
        "seq": sealed.appended.seq,
        "cause": sealed.cause,
        "lost_bytes": sealed.lost_bytes,
        "pt_len_bytes": digests.pt_len_bytes,
        "pt_sha256": digests.pt_sha256,
        "ct_sha256": digests.ct_sha256,
        "pieces": digests.pieces.len(),
        "description": sealed.description,
    });
    let (zh, en) = match &sealed.description.readability {
        Readability::Unreadable { reason } => (
            format!("（内容无法识读：{reason}；原始字节已完整保存）"),
            format!(" (unreadable: {reason}; bytes kept)"),
        ),
        _ => (String::new(), String::new()),
    };
    output.answer(
        &value,
        &format!("已封存 {}，{} 字节{zh}", sealed.item, digests.pt_len_bytes),
        &format!("sealed {}, {} bytes{en}", sealed.item, digests.pt_len_bytes),
    );
}
