//! Any bytes as values of the recorder profile: no crash; what is read as an identity or a list is exactly what it
//! is written as, and a list collected from any chunks is the recorder's or none.
#![no_main]

use liuhen_btle::{
    FileList, RecorderIdentity,
    profile::{
        frame::{self, Chunk, Features, ListHead, Response},
        transfer::Transfer,
    },
};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(identity) = RecorderIdentity::parse(bytes) {
        assert_eq!(identity.to_bytes().expect("what was read can be written"), bytes);
    }
    if let Ok(list) = FileList::parse(bytes) {
        let written: String = list.files().iter().map(liuhen_btle::RecorderFile::to_line).collect();
        assert_eq!(written.as_bytes(), bytes);
    }
    let _ = Features::parse(bytes);
    let _ = frame::parse_state(bytes);
    let _ = frame::parse_moment(bytes);
    let _ = Response::parse(bytes);
    if let Ok(told) = frame::parse_time(bytes) {
        let _ = frame::time_bytes(told.utc_ms);
    }
    // The first 44 bytes are the head of a list, the rest are chunks of one length byte each.
    let Some((head, mut rest)) = bytes.split_at_checked(44) else { return };
    let Ok(head) = ListHead::parse(head) else { return };
    let total_bytes = head.total_bytes as usize;
    let Ok(mut transfer) = Transfer::new(head, 61) else { return };
    for _ in 0..64 {
        let Ok(Some(request)) = transfer.next_request() else { break };
        assert!(request.len() <= 61);
        while let Some((&len, after)) = rest.split_first() {
            let (chunk, after) = after.split_at(usize::from(len).min(after.len()));
            rest = after;
            if let Ok(chunk) = Chunk::parse(chunk) {
                transfer.take(&chunk);
            }
            if transfer.window_is_full() {
                break;
            }
        }
    }
    if let Ok(list) = transfer.finish() {
        assert_eq!(list.bytes().len(), total_bytes);
    }
});
