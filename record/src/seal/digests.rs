//! Every digest of a sealed item, taken in one pass (`spec/sealed-item.md` §4).

use ring::digest::{Context, SHA256};

use super::{Envelope, PIECE_BYTES};
use crate::digest::Digest;
use crate::kind::Piece;

/// What a record says about a sealed item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedDigests {
    /// Length of the whole sealed file.
    pub len_bytes: u64,
    /// Length of the plaintext.
    pub pt_len_bytes: u64,
    /// SHA-256 of the whole sealed file.
    pub ct_sha256: Digest,
    /// SHA-256 of everything after the header: payload nonce and chunks. It outlives a new header.
    pub payload_sha256: Digest,
    /// SHA-256 of the plaintext: what `sha256sum` says of the decrypted copy.
    pub pt_sha256: Digest,
    /// The pieces in order; concatenated they are the sealed file.
    pub pieces: Vec<Piece>,
}

/// Takes the digests of a sealed item from its bytes, in order and in slices of any length.
///
/// Ciphertext and plaintext are two independent streams: either may be ahead of the other.
#[derive(Clone)]
pub struct ItemHasher {
    whole: WholeHasher,
    inner: InnerHasher,
}

impl ItemHasher {
    /// For a writer that has written `envelope` and goes on with chunks: the envelope is counted already.
    pub fn new(envelope: &Envelope) -> Self {
        let mut hasher = Self::from_start(envelope.header_bytes().len());
        hasher.ciphertext(envelope.bytes());
        hasher
    }

    /// For bytes from the start of a sealed file whose header is `header_len_bytes` long
    /// ([`Envelope::header_bytes`]).
    pub fn from_start(header_len_bytes: usize) -> Self {
        Self { whole: WholeHasher::new(), inner: InnerHasher::new(header_len_bytes) }
    }

    /// Takes the next bytes of the sealed file.
    pub fn ciphertext(&mut self, bytes: &[u8]) {
        self.whole.update(bytes);
        self.inner.ciphertext(bytes);
    }

    /// Takes the next bytes of the plaintext.
    pub fn plaintext(&mut self, bytes: &[u8]) {
        self.inner.plaintext(bytes);
    }

    /// The digests of all bytes taken.
    pub fn finish(self) -> SealedDigests {
        let (ct_sha256, pieces, len_bytes) = self.whole.finish();
        SealedDigests {
            len_bytes,
            pt_len_bytes: self.inner.plain.len_bytes,
            ct_sha256,
            payload_sha256: self.inner.payload.finish(),
            pt_sha256: self.inner.plain.finish(),
            pieces,
        }
    }
}

/// What a [`Sealer`](super::Sealer) takes of the bytes that pass through it, in two parts of about the same
/// cost, which run on two threads when an item is long.
pub trait Digests {
    /// One part.
    type Outer: Part;
    /// The other part.
    type Inner: Part;
    /// The digests, when all bytes have passed.
    type Taken;

    /// Both parts, with the envelope counted already.
    fn start(envelope: &Envelope) -> (Self::Outer, Self::Inner);

    /// Ends both parts.
    fn finish(outer: Self::Outer, inner: Self::Inner) -> Self::Taken;
}

/// One part of some [`Digests`].
pub trait Part: Clone + Send + 'static {
    /// Whether it looks at the bytes at all; one that does not gets no thread.
    const LOOKS: bool = true;

    /// Takes the next sealed chunks and the plaintext they hold.
    fn update(&mut self, sealed: &[u8], plain: &[u8]);
}

/// All that a record says: the usual choice.
impl Digests for ItemHasher {
    type Outer = WholeHasher;
    type Inner = InnerHasher;
    type Taken = SealedDigests;

    fn start(envelope: &Envelope) -> (WholeHasher, InnerHasher) {
        let hasher = Self::new(envelope);
        (hasher.whole, hasher.inner)
    }

    fn finish(whole: WholeHasher, inner: InnerHasher) -> SealedDigests {
        Self { whole, inner }.finish()
    }
}

/// The digests of the file and of the plaintext, without those that only a record needs: for copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDigests {
    /// Length of the whole sealed file.
    pub len_bytes: u64,
    /// Length of the plaintext.
    pub pt_len_bytes: u64,
    /// SHA-256 of the whole sealed file.
    pub ct_sha256: Digest,
    /// SHA-256 of the plaintext.
    pub pt_sha256: Digest,
}

impl Digests for FileDigests {
    type Outer = SealedStream;
    type Inner = PlainStream;
    type Taken = Self;

    fn start(envelope: &Envelope) -> (SealedStream, PlainStream) {
        let mut sealed = Stream::new();
        sealed.update(envelope.bytes());
        (SealedStream(sealed), PlainStream(Stream::new()))
    }

    fn finish(SealedStream(sealed): SealedStream, PlainStream(plain): PlainStream) -> Self {
        Self {
            len_bytes: sealed.len_bytes,
            pt_len_bytes: plain.len_bytes,
            ct_sha256: sealed.finish(),
            pt_sha256: plain.finish(),
        }
    }
}

/// The sealed bytes alone.
#[derive(Clone)]
pub struct SealedStream(Stream);

impl Part for SealedStream {
    fn update(&mut self, sealed: &[u8], _plain: &[u8]) {
        self.0.update(sealed);
    }
}

/// The plaintext alone.
#[derive(Clone)]
pub struct PlainStream(Stream);

impl Part for PlainStream {
    fn update(&mut self, _sealed: &[u8], plain: &[u8]) {
        self.0.update(plain);
    }
}

/// No digest at all: the sealing alone.
impl Digests for () {
    type Outer = ();
    type Inner = ();
    type Taken = ();

    fn start(_envelope: &Envelope) -> ((), ()) {
        ((), ())
    }

    fn finish((): (), (): ()) {}
}

impl Part for () {
    const LOOKS: bool = false;

    fn update(&mut self, _sealed: &[u8], _plain: &[u8]) {}
}

/// One running SHA-256.
#[derive(Clone)]
struct Stream {
    context: Context,
    len_bytes: u64,
}

impl Stream {
    fn new() -> Self {
        Self { context: Context::new(&SHA256), len_bytes: 0 }
    }

    fn update(&mut self, bytes: &[u8]) {
        self.context.update(bytes);
        self.len_bytes += bytes.len() as u64;
    }

    fn finish(self) -> Digest {
        self.context.finish().into()
    }
}

/// The whole file and its pieces. The first piece is the start of the file, so that it is hashed once.
#[derive(Clone)]
pub struct WholeHasher {
    whole: Stream,
    /// The piece being filled, unless it is the first.
    piece: Option<Stream>,
    pieces: Vec<Piece>,
}

impl WholeHasher {
    fn new() -> Self {
        Self { whole: Stream::new(), piece: None, pieces: Vec::new() }
    }

    fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let filled = self.whole.len_bytes % PIECE_BYTES;
            if filled == 0 && self.whole.len_bytes > 0 {
                self.end_piece();
                self.piece = Some(Stream::new());
            }
            let room = usize::try_from(PIECE_BYTES - filled).unwrap_or(usize::MAX);
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.whole.update(now);
            if let Some(piece) = &mut self.piece {
                piece.update(now);
            }
            bytes = later;
        }
    }

    fn end_piece(&mut self) {
        let piece = self.piece.take().unwrap_or_else(|| self.whole.clone());
        let len_bytes = piece.len_bytes as i64;
        self.pieces.push(Piece { sha256: piece.finish(), len_bytes });
    }

    fn finish(mut self) -> (Digest, Vec<Piece>, u64) {
        let len_bytes = self.whole.len_bytes;
        if len_bytes > 0 {
            self.end_piece();
        }
        (self.whole.finish(), self.pieces, len_bytes)
    }
}

impl Part for WholeHasher {
    fn update(&mut self, sealed: &[u8], _plain: &[u8]) {
        Self::update(self, sealed);
    }
}

/// The payload and the plaintext.
#[derive(Clone)]
pub struct InnerHasher {
    /// Bytes of the header still to come, which are not payload.
    header_left: usize,
    payload: Stream,
    plain: Stream,
}

impl InnerHasher {
    fn new(header_len_bytes: usize) -> Self {
        Self { header_left: header_len_bytes, payload: Stream::new(), plain: Stream::new() }
    }

    fn ciphertext(&mut self, bytes: &[u8]) {
        let (header, payload) = bytes.split_at(self.header_left.min(bytes.len()));
        self.header_left -= header.len();
        self.payload.update(payload);
    }

    fn plaintext(&mut self, bytes: &[u8]) {
        self.plain.update(bytes);
    }
}

impl Part for InnerHasher {
    fn update(&mut self, sealed: &[u8], plain: &[u8]) {
        self.ciphertext(sealed);
        self.plaintext(plain);
    }
}

impl std::fmt::Debug for ItemHasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ItemHasher").field("len_bytes", &self.whole.whole.len_bytes).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(len: usize) -> Vec<u8> {
        (0..len).map(|i| (i % 251) as u8).collect()
    }

    fn digests(bytes: &[u8], step: usize) -> SealedDigests {
        let mut hasher = ItemHasher::from_start(10);
        bytes.chunks(step).for_each(|slice| hasher.ciphertext(slice));
        hasher.finish()
    }

    #[test]
    fn the_payload_digest_starts_after_the_header_however_the_bytes_are_cut() {
        let bytes = pattern(1000);
        for step in [1, 7, 10, 11, 1000] {
            let digests = digests(&bytes, step);
            assert_eq!(digests.ct_sha256, Digest::of(&bytes));
            assert_eq!(digests.payload_sha256, Digest::of(&bytes[10..]));
        }
    }

    #[test]
    fn pieces_are_cut_every_32_mib_and_the_last_is_never_empty() {
        let piece = PIECE_BYTES as usize;
        let bytes = pattern(2 * piece + 1);
        for len in [0, 1, piece - 1, piece, piece + 1, 2 * piece, 2 * piece + 1] {
            let digests = digests(&bytes[..len], 1 << 20);
            let expected: Vec<Piece> = bytes[..len]
                .chunks(piece)
                .map(|slice| Piece { sha256: Digest::of(slice), len_bytes: slice.len() as i64 })
                .collect();
            assert_eq!(digests.pieces, expected, "at {len} bytes");
            assert_eq!(digests.len_bytes, len as u64);
        }
    }

    #[test]
    fn a_file_of_one_piece_has_the_digest_of_its_piece() {
        let digests = digests(&pattern(5000), 64);
        assert_eq!(digests.pieces[0].sha256, digests.ct_sha256);
    }
}
