//! Where everything stands in a package: the one place that knows path strings.
//!
//! Normative text: `spec/package.md` §2. Paths are ASCII, relative, with `/`; there is one spelling for each
//! entry and [`Entry::parse`] accepts no other, so that nothing outside a package can be named.

use crate::{DeviceId, ItemId, tlog::parse_decimal};
use std::fmt;

/// The bag declaration (RFC 8493 §2.1.1).
pub const BAGIT: &str = "bagit.txt";
/// What the bag says about itself (RFC 8493 §2.2.2).
pub const BAG_INFO: &str = "bag-info.txt";
/// Digests of every payload file (RFC 8493 §2.1.3).
pub const MANIFEST: &str = "manifest-sha256.txt";
/// Digests of the three tag files above (RFC 8493 §2.2.1).
pub const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
/// The folder that holds the payload.
pub const DATA: &str = "data/";
/// Longest path of any entry, bytes.
pub const MAX_PATH_BYTES: usize = 160;

const INDEX_HTML: &str = "data/index.html";
const INDEX_PDF: &str = "data/index.pdf";
const BUREAU_KEY: &str = "data/bureau.vkey";
const RECIPIENTS: &str = "data/recipients.note";
const CONTENTS: &str = "data/contents.note";
const DEVICES: &str = "data/devices/";
const RECORDS: &str = "data/records/";
const PROOFS: &str = "data/proofs/";
const ITEMS: &str = "data/items/";
const OPENED: &str = "data/opened/";
const RECEIPTS: &str = "data/receipts/";
const CHECKPOINTS: &str = "data/checkpoints/";
const MAX_EXTENSION_BYTES: usize = 16;

/// A payload file of a package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entry {
    /// `data/index.html`: readable, Chinese, without network.
    IndexHtml,
    /// `data/index.pdf`: the same, typeset.
    IndexPdf,
    /// `data/bureau.vkey`: the bureau's verifier key and a line feed.
    BureauKey,
    /// `data/recipients.note`: to whom the items are sealed.
    Recipients,
    /// `data/contents.note`: what the bureau says this package holds.
    Contents,
    /// `data/devices/<device>.pem`: a device's public key.
    Device(DeviceId),
    /// `data/records/<device>/<seq>.json`: the exact bytes of a record.
    Record(DeviceId, i64),
    /// `data/records/<device>/<seq>.sig`: its detached DER signature.
    Signature(DeviceId, i64),
    /// `data/proofs/<device>/<seq>.tlog-proof`: that the bureau's log holds it.
    Proof(DeviceId, i64),
    /// `data/items/<item>.age`: a sealed item, whole.
    Item(ItemId),
    /// `data/opened/<item>.<extension>`: a decrypted copy of it.
    Opened(ItemId, String),
    /// `data/receipts/<item>.json`: the bureau's statement that it holds the item.
    Receipt(ItemId),
    /// `data/receipts/<item>.tlog-proof`: that the bureau's log holds that statement.
    ReceiptProof(ItemId),
    /// `data/checkpoints/<size>.note`: a signed checkpoint of the bureau's log.
    Checkpoint(u64),
    /// `data/checkpoints/<size>.tsr`: an RFC 3161 token over that file.
    TimestampToken(u64),
}

impl Entry {
    /// Reads a path. `None` for everything that is not exactly the path of an entry.
    pub fn parse(path: &str) -> Option<Self> {
        if path.len() > MAX_PATH_BYTES {
            return None;
        }
        let fixed = [Self::IndexHtml, Self::IndexPdf, Self::BureauKey, Self::Recipients, Self::Contents];
        let names = [INDEX_HTML, INDEX_PDF, BUREAU_KEY, RECIPIENTS, CONTENTS];
        if let Some(n) = names.iter().position(|name| *name == path) {
            return fixed.into_iter().nth(n);
        }
        let (stem, extension) = path.rsplit_once('.')?;
        if let Some(rest) = stem.strip_prefix(RECORDS) {
            let (device, seq) = numbered(rest)?;
            return match extension {
                "json" => Some(Self::Record(device, seq)),
                "sig" => Some(Self::Signature(device, seq)),
                _ => None,
            };
        }
        if let Some(rest) = stem.strip_prefix(PROOFS) {
            let (device, seq) = numbered(rest)?;
            return (extension == "tlog-proof").then_some(Self::Proof(device, seq));
        }
        if let Some(rest) = stem.strip_prefix(ITEMS) {
            return (extension == "age").then_some(Self::Item(rest.parse().ok()?));
        }
        if let Some(rest) = stem.strip_prefix(OPENED) {
            let item = rest.parse().ok()?;
            return is_extension(extension).then(|| Self::Opened(item, extension.to_owned()));
        }
        if let Some(rest) = stem.strip_prefix(RECEIPTS) {
            let item = rest.parse().ok()?;
            return match extension {
                "json" => Some(Self::Receipt(item)),
                "tlog-proof" => Some(Self::ReceiptProof(item)),
                _ => None,
            };
        }
        if let Some(rest) = stem.strip_prefix(DEVICES) {
            return (extension == "pem").then_some(Self::Device(rest.parse().ok()?));
        }
        let size = parse_decimal(stem.strip_prefix(CHECKPOINTS)?)?;
        match extension {
            "note" => Some(Self::Checkpoint(size)),
            "tsr" => Some(Self::TimestampToken(size)),
            _ => None,
        }
    }

    /// The item that this file is about, if it is about one.
    pub fn item(&self) -> Option<ItemId> {
        match self {
            Self::Item(item) | Self::Opened(item, _) | Self::Receipt(item) | Self::ReceiptProof(item) => {
                Some(*item)
            }
            _ => None,
        }
    }

    /// The record that this file is about, if it is about one.
    pub fn record(&self) -> Option<(DeviceId, i64)> {
        match self {
            Self::Record(device, seq) | Self::Signature(device, seq) | Self::Proof(device, seq) => {
                Some((*device, *seq))
            }
            _ => None,
        }
    }

    /// Whether nothing else in a package vouches for the bytes of this file, so that the bureau's signed
    /// contents must name their digest.
    pub fn needs_contents_line(&self) -> bool {
        matches!(self, Self::IndexHtml | Self::IndexPdf | Self::Opened(..) | Self::TimestampToken(_))
    }
}

/// Whether `text` may be the extension of a decrypted copy: 1 to 16 of `a-z0-9`.
pub fn is_extension(text: &str) -> bool {
    (1..=MAX_EXTENSION_BYTES).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

/// `<device>/<seq>`, the number with at least ten digits and no more leading zeroes than that takes.
fn numbered(text: &str) -> Option<(DeviceId, i64)> {
    const SEQ_DIGITS: usize = 10;
    let (device, seq) = text.split_once('/')?;
    let digits = seq.bytes().all(|b| b.is_ascii_digit());
    let spelled = seq.len() == SEQ_DIGITS || (seq.len() > SEQ_DIGITS && !seq.starts_with('0'));
    let seq = seq.parse().ok().filter(|seq| *seq >= 1 && digits && spelled)?;
    Some((device.parse().ok()?, seq))
}

impl fmt::Display for Entry {
    /// Writes the path.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::IndexHtml => f.write_str(INDEX_HTML),
            Self::IndexPdf => f.write_str(INDEX_PDF),
            Self::BureauKey => f.write_str(BUREAU_KEY),
            Self::Recipients => f.write_str(RECIPIENTS),
            Self::Contents => f.write_str(CONTENTS),
            Self::Device(device) => write!(f, "{DEVICES}{device}.pem"),
            Self::Record(device, seq) => write!(f, "{RECORDS}{device}/{seq:010}.json"),
            Self::Signature(device, seq) => write!(f, "{RECORDS}{device}/{seq:010}.sig"),
            Self::Proof(device, seq) => write!(f, "{PROOFS}{device}/{seq:010}.tlog-proof"),
            Self::Item(item) => write!(f, "{ITEMS}{item}.age"),
            Self::Opened(item, extension) => write!(f, "{OPENED}{item}.{extension}"),
            Self::Receipt(item) => write!(f, "{RECEIPTS}{item}.json"),
            Self::ReceiptProof(item) => write!(f, "{RECEIPTS}{item}.tlog-proof"),
            Self::Checkpoint(size) => write!(f, "{CHECKPOINTS}{size}.note"),
            Self::TimestampToken(size) => write!(f, "{CHECKPOINTS}{size}.tsr"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn every_entry_is_read_back_from_its_path() {
        let device: DeviceId = ID.parse().unwrap();
        let item: ItemId = ID.parse().unwrap();
        for entry in [
            Entry::IndexHtml,
            Entry::IndexPdf,
            Entry::BureauKey,
            Entry::Recipients,
            Entry::Contents,
            Entry::Device(device),
            Entry::Record(device, 1),
            Entry::Record(device, 12_345_678_901),
            Entry::Signature(device, 7),
            Entry::Proof(device, 7),
            Entry::Item(item),
            Entry::Opened(item, "jpg".to_owned()),
            Entry::Receipt(item),
            Entry::ReceiptProof(item),
            Entry::Checkpoint(0),
            Entry::Checkpoint(42),
            Entry::TimestampToken(42),
        ] {
            assert_eq!(Entry::parse(&entry.to_string()), Some(entry));
        }
    }

    #[test]
    fn no_other_spelling_is_an_entry() {
        for path in [
            "",
            "data/",
            "bagit.txt",
            "data/../data/index.html",
            "data//index.html",
            "/data/index.html",
            "data\\index.html",
            "data/index.html\0",
            "data/records/0123456789abcdef0123456789abcdef/1.json",
            "data/records/0123456789abcdef0123456789abcdef/00000000001.json",
            "data/records/0123456789abcdef0123456789abcdef/+000000001.json",
            "data/records/0123456789abcdef0123456789abcdef/0000000000.json",
            "data/records/0123456789ABCDEF0123456789abcdef/0000000001.json",
            "data/records/../0000000001.json",
            "data/items/../../etc/passwd.age",
            "data/items/0123456789abcdef0123456789abcdef.age/x",
            "data/opened/0123456789abcdef0123456789abcdef.",
            "data/opened/0123456789abcdef0123456789abcdef.J",
            "data/checkpoints/042.note",
            "data/checkpoints/-1.note",
        ] {
            assert_eq!(Entry::parse(path), None, "{path:?}");
        }
        assert_eq!(Entry::parse(&format!("data/items/{}", "a".repeat(1 << 20))), None);
    }
}
