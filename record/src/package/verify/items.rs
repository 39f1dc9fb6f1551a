//! Every sealed item: read once, hashed as it passes, compared with the record that sealed it.

use super::bag::{BUFFER_BYTES, Bag, read_full};
use super::ledger::{Ledger, Sealed};
#[cfg(feature = "identity")]
use super::plaintext::Decrypting;
use super::{Broken, Entry, Fetch, Options, Report, Rule, parallel};
use crate::seal::{
    CHUNK_BYTES, Envelope, HeaderError, ItemHasher, MAX_HEADER_BYTES, NONCE_BYTES, SealedDigests, TAG_BYTES,
};
use crate::{Digest, ItemId};
use std::collections::BTreeMap;

/// The envelope fits into the first buffer, whatever it is.
const _: () = assert!(MAX_HEADER_BYTES + NONCE_BYTES <= BUFFER_BYTES);

struct ReadItem {
    item: ItemId,
    digest: Option<Digest>,
    sound: bool,
    decrypted: bool,
    broken: Vec<Broken>,
}

/// Checks every item file, and that every sealed item either has one or is left out by the bureau's own word
/// (which `contents` checks). Returns the digest of every item file.
pub fn verify<F: Fetch + ?Sized>(
    bag: &Bag<'_, F>,
    ledger: &Ledger,
    options: &Options<'_>,
    workers: usize,
    report: &mut Report,
) -> BTreeMap<ItemId, Digest> {
    let all: Vec<ItemId> = bag
        .entries()
        .filter_map(|entry| if let Entry::Item(item) = entry { Some(*item) } else { None })
        .collect();
    let mut digests = BTreeMap::new();
    for mut one in parallel::map(workers, &all, |item| ReadItem::read(bag, ledger, options, *item)) {
        report.add(one.broken.drain(..));
        report.counts.items += u64::from(one.sound);
        report.counts.decrypted += u64::from(one.decrypted);
        digests.extend(one.digest.map(|digest| (one.item, digest)));
    }
    digests
}

impl ReadItem {
    fn read<F: Fetch + ?Sized>(
        bag: &Bag<'_, F>,
        ledger: &Ledger,
        options: &Options<'_>,
        item: ItemId,
    ) -> Self {
        let entry = Entry::Item(item);
        let mut one = Self { item, digest: None, sound: false, decrypted: false, broken: Vec::new() };
        let sealed = ledger.sealed(item);
        if sealed.is_none() && ledger.is_complete() {
            one.broken.push(Broken::at(Rule::ItemUnknown, &entry));
        }
        let passed = match Pass::run(bag, &entry, options) {
            Ok(passed) => passed,
            Err(error) => {
                one.broken.push(Broken::at(Rule::Unreadable, &entry).because(error));
                return one;
            }
        };
        one.digest = Some(passed.digests.ct_sha256);
        bag.count(&entry, passed.digests.ct_sha256, passed.digests.len_bytes, &mut one.broken);
        if let Err(error) = &passed.envelope {
            one.broken.push(Broken::at(Rule::ItemHeader, &entry).because(error));
        }
        let Some(sealed) = sealed else { return one };
        let wrong = compare(&passed.digests, sealed, passed.envelope.as_ref().ok().copied());
        one.sound = wrong.is_empty() && passed.envelope.is_ok();
        one.broken.extend(wrong.into_iter().map(|rule| Broken::at(rule, &entry)));
        #[cfg(feature = "identity")]
        if let Some(plain) = passed.plain {
            match plain.finish(sealed) {
                Ok(()) => one.decrypted = true,
                Err((rule, detail)) => one.broken.push(Broken::at(rule, &entry).because(detail)),
            }
        }
        one
    }
}

/// The rules that the bytes break. What follows from other bytes altogether is not said again.
fn compare(found: &SealedDigests, sealed: &Sealed, header_len_bytes: Option<usize>) -> Vec<Rule> {
    if found.ct_sha256 != sealed.ct_sha256 {
        let cut = i64::try_from(found.len_bytes) != Ok(sealed.len_bytes);
        return if cut { vec![Rule::ItemDigest, Rule::ItemLength] } else { vec![Rule::ItemDigest] };
    }
    // The bytes are those sealed; what remains is whether the record tells the truth about them.
    let checks = [
        (i64::try_from(found.len_bytes) == Ok(sealed.len_bytes), Rule::ItemLength),
        (header_len_bytes.is_none_or(|header| fits(found.len_bytes, header, sealed)), Rule::ItemLength),
        (header_len_bytes.is_none() || found.payload_sha256 == sealed.payload_sha256, Rule::ItemPayload),
        (found.pieces == sealed.pieces, Rule::ItemPieces),
    ];
    checks.into_iter().filter(|(holds, _)| !holds).map(|(_, rule)| rule).collect()
}

/// Whether the sealed length is that of the plaintext length recorded: a nonce, and a tag for every chunk.
fn fits(len_bytes: u64, header_len_bytes: usize, sealed: &Sealed) -> bool {
    let Ok(plain) = u64::try_from(sealed.pt_len_bytes) else { return false };
    let chunks = plain.div_ceil(CHUNK_BYTES as u64).max(1);
    let around =
        chunks.saturating_mul(TAG_BYTES as u64).saturating_add((header_len_bytes + NONCE_BYTES) as u64);
    len_bytes == plain.saturating_add(around)
}

/// One pass over the bytes of an item.
struct Pass {
    digests: SealedDigests,
    /// Length of the header, bytes.
    envelope: Result<usize, HeaderError>,
    #[cfg(feature = "identity")]
    plain: Option<Decrypting>,
}

impl Pass {
    #[cfg_attr(not(feature = "identity"), expect(unused_variables, reason = "decrypting needs the identity"))]
    fn run<F: Fetch + ?Sized>(
        bag: &Bag<'_, F>,
        entry: &Entry,
        options: &Options<'_>,
    ) -> std::io::Result<Self> {
        let mut stream = bag.open_stream(entry)?;
        let mut buffer = vec![0; BUFFER_BYTES];
        let mut got = read_full(&mut *stream, &mut buffer)?;
        let envelope = Envelope::parse(&buffer[..got]);
        let header_len_bytes = envelope.as_ref().map_or(0, |envelope| envelope.header_bytes().len());
        let mut hasher = ItemHasher::from_start(header_len_bytes);
        #[cfg(feature = "identity")]
        let (mut plain, mut skip) = match (&envelope, options.identity) {
            (Ok(envelope), Some(identity)) => {
                (Some(Decrypting::start(envelope, identity)), envelope.bytes().len())
            }
            _ => (None, 0),
        };
        loop {
            hasher.ciphertext(&buffer[..got]);
            #[cfg(feature = "identity")]
            if let Some(plain) = &mut plain {
                plain.take(&buffer[skip..got]);
                skip = 0;
            }
            if got < buffer.len() {
                break;
            }
            got = read_full(&mut *stream, &mut buffer)?;
        }
        Ok(Self {
            digests: hasher.finish(),
            envelope: envelope.map(|_| header_len_bytes),
            #[cfg(feature = "identity")]
            plain,
        })
    }
}
