//! A package too large for its readers is refused before its first byte.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use liuhen_record::{
    DeviceId, Digest, ItemId,
    note::{MAX_NAME_BYTES, MAX_NOTE_BYTES, NoteSigner},
    package::{
        BagInfo, Contents, Entry, PackageError, PackageSink, PackageWriter, Planned, bagit::MAX_FILES,
    },
};
use std::io::{self, Read};

/// Counts what is put into it.
#[derive(Default)]
struct Counting(usize);

impl PackageSink for &mut Counting {
    fn put(&mut self, _path: &str, _content: &mut dyn Read) -> io::Result<()> {
        self.0 += 1;
        Ok(())
    }
}

fn refused(planned: Planned) -> bool {
    let mut sink = Counting::default();
    let info = BagInfo { organization: String::new(), date: String::new(), description: String::new() };
    let refused = match PackageWriter::planned(&mut sink, info, &planned) {
        Ok(_) => false,
        Err(PackageError::TooLarge { files, items }) => {
            assert_eq!((files, items), (planned.files(), planned.items));
            true
        }
        Err(other) => panic!("{other}"),
    };
    assert_eq!(sink.0, 0, "nothing was put");
    refused
}

#[test]
fn too_many_items_or_files_are_refused_before_anything_is_put() {
    let items = |items| Planned { devices: 3, items, ..Planned::default() };
    assert!(!refused(items(9_600)));
    assert!(refused(items(9_800)));
    assert!(refused(items(u64::MAX)));
    let records = |record_files| Planned { record_files, ..Planned::default() };
    let most = MAX_FILES as u64 - Planned::default().files();
    assert!(!refused(records(most)));
    assert!(refused(records(most + 1)));
}

#[test]
fn the_largest_contents_that_are_not_refused_can_be_signed() {
    let planned = |items| Planned { devices: 3, items, timestamps: 2, ..Planned::default() };
    let most = (9_000..20_000).take_while(|items| planned(*items).check().is_ok()).last().unwrap();
    let id = |n: u64| {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&n.to_be_bytes());
        id
    };
    let mut contents = Contents::default();
    contents.devices.extend((0..3).map(|n| (DeviceId(id(n)), (i64::MAX, Digest::ZERO))));
    contents.items.extend((0..most).map(|n| (ItemId(id(n)), Digest::ZERO)));
    contents.files.insert(Entry::IndexHtml, Digest::ZERO);
    for size in [u64::MAX, u64::MAX - 1] {
        contents.files.insert(Entry::TimestampToken(size), Digest::ZERO);
    }
    let (signer, _) =
        NoteSigner::make(&"n".repeat(MAX_NAME_BYTES), &ring::rand::SystemRandom::new()).unwrap();
    let note = signer.sign(&contents.to_string()).unwrap();
    assert!(note.len() as u64 <= planned(most).contents_bytes());
    assert!(MAX_NOTE_BYTES - note.len() < 1000, "and little is given away");
}
