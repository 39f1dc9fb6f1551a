//! Any bytes as packets of a camera: no crash, and a message is never longer than its packets.
#![no_main]

use liuhen_btle::gopro::{
    message,
    packet::{Assembler, MAX_MESSAGE_BYTES, split},
};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut assembler = Assembler::default();
    let mut pushed = 0;
    for packet in bytes.chunks(20) {
        pushed += packet.len();
        if let Ok(Some(whole)) = assembler.push(packet) {
            assert!(whole.len() <= pushed && whole.len() <= MAX_MESSAGE_BYTES);
            pushed = 0;
            for id in [message::command::HARDWARE_INFO, message::GET_STATUS, message::command::GET_LOCAL_TIME]
            {
                if let Ok(payload) = message::answer(id, &whole) {
                    let _ = message::parse_identity(payload);
                    let _ = message::parse_state(payload);
                    let _ = message::parse_local_time(payload);
                }
            }
        }
    }
    if let Ok(packets) = split(bytes) {
        let mut assembler = Assembler::default();
        let last = packets.iter().map(|packet| assembler.push(packet)).last();
        if (1..=MAX_MESSAGE_BYTES).contains(&bytes.len()) {
            assert_eq!(last.expect("one packet at least").expect("in order").as_deref(), Some(bytes));
        }
    }
    let _ = message::parse_identity(bytes);
    let _ = message::parse_state(bytes);
    let _ = message::parse_local_time(bytes);
});
