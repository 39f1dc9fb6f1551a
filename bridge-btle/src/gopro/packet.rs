//! Packets of Open GoPro's BLE interface (gopro.github.io/OpenGoPro, "Data Protocol"): a message is cut into packets
//! of at most 20 bytes; the first carries the length, the others a counter of four bits.

use crate::RecorderError;

/// The documented baseline, bytes.
pub const PACKET_BYTES: usize = 20;
/// Longest message that is put together. No answer that this driver asks for comes near.
pub const MAX_MESSAGE_BYTES: usize = 4_096;

/// Cuts a message into packets. The length is always written in 13 bits, as the documentation asks of senders.
///
/// # Errors
/// [`RecorderError::Malformed`] for messages longer than 8191 bytes.
pub fn split(message: &[u8]) -> Result<Vec<Vec<u8>>, RecorderError> {
    let len = u16::try_from(message.len()).ok().filter(|len| *len < 1 << 13);
    let [high, low] = len.ok_or(RecorderError::Malformed("message to send"))?.to_be_bytes();
    let first_bytes = message.len().min(PACKET_BYTES - 2);
    let (first, rest) = message.split_at(first_bytes);
    let mut packets = vec![[&[0b0010_0000 | high, low], first].concat()];
    for (counter, part) in rest.chunks(PACKET_BYTES - 1).enumerate() {
        packets.push([&[0b1000_0000 | (counter as u8 & 0x0f)], part].concat());
    }
    Ok(packets)
}

/// Puts one message together from packets of one characteristic.
#[derive(Debug, Default)]
pub struct Assembler {
    message: Vec<u8>,
    missing_bytes: usize,
    counter: u8,
}

impl Assembler {
    /// Takes a packet; gives the message once it is whole. A start forgets what was begun; after an error only a
    /// start is taken.
    ///
    /// # Errors
    /// [`RecorderError::Malformed`] for a packet that is lost, repeated, out of order, empty or too long.
    pub fn push(&mut self, packet: &[u8]) -> Result<Option<Vec<u8>>, RecorderError> {
        let taken = self.take(packet);
        if taken.is_err() {
            *self = Self::default();
        }
        taken
    }

    fn take(&mut self, packet: &[u8]) -> Result<Option<Vec<u8>>, RecorderError> {
        let broken = RecorderError::Malformed("packet");
        let (&first, rest) = packet.split_first().ok_or(broken.clone())?;
        let part = if first & 0b1000_0000 != 0 {
            if self.missing_bytes == 0 || first & 0x0f != self.counter {
                return Err(broken);
            }
            self.counter = (self.counter + 1) & 0x0f;
            rest
        } else {
            let (len_bytes, part) = match (first >> 5, rest) {
                (0b00, part) => (usize::from(first & 0x1f), part),
                (0b01, [low, part @ ..]) => (usize::from(first & 0x1f) << 8 | usize::from(*low), part),
                (0b10, [high, low, part @ ..]) => (usize::from(u16::from_be_bytes([*high, *low])), part),
                _ => return Err(broken),
            };
            if len_bytes == 0 || len_bytes > MAX_MESSAGE_BYTES {
                return Err(broken);
            }
            *self = Self { message: Vec::with_capacity(len_bytes), missing_bytes: len_bytes, counter: 0 };
            part
        };
        self.missing_bytes = self.missing_bytes.checked_sub(part.len()).ok_or(broken)?;
        self.message.extend_from_slice(part);
        Ok((self.missing_bytes == 0).then(|| std::mem::take(&mut self.message)))
    }
}
