//! What a phone does that lies before the bureau logs, signs and lists everything.

use crate::support::{self, Bureau, Patrol};
use liuhen_record::kind::{CaptureSealed, ItemReview, MediaFreed, ReviewManifest};
use liuhen_record::package::Rule;
use liuhen_record::{Digest, Kind, Record};

/// Done by the phone itself, which lies before the bureau logs and signs everything.
pub const LIES: &[Lie] = &[
    Lie("an item is sealed in a session that did not open it", Rule::CaptureUnopened, |patrol| {
        let second = patrol.second;
        patrol.phone.write(Some(patrol.first), opened_again(patrol));
        let n = patrol.phone.links.len() - 1;
        patrol.phone.rewrite_with_key(n, |record| record.session = Some(second));
        let sealed = sealed_at(patrol, 0).1;
        patrol
            .phone
            .write(Some(patrol.first), Kind::CaptureSealed(CaptureSealed { item: unused(), ..sealed }));
    }),
    Lie("a sealed item is moved to another session before its review", Rule::ManifestItem, |patrol| {
        let second = patrol.second;
        let place = sealed_at(patrol, 0).0;
        patrol.phone.rewrite_with_key(place, |record| record.session = Some(second));
    }),
    Lie("an item is sealed twice", Rule::SealedTwice, |patrol| {
        let body = sealed_at(patrol, 0).1;
        patrol.phone.write(Some(patrol.first), Kind::CaptureSealed(body));
    }),
    Lie("a record speaks of a session that was not opened", Rule::SessionUnknown, |patrol| {
        let place = patrol.phone.links.len() - 2;
        patrol
            .phone
            .rewrite_with_key(place, |record| record.session = Some(liuhen_record::SessionId([9; 16])));
    }),
    Lie("a session is opened twice", Rule::SessionKind, |patrol| {
        let opened = patrol.phone.links[2].record.kind.clone();
        patrol.phone.write(Some(patrol.first), opened);
    }),
    Lie("a day ends inside a session", Rule::SessionKind, |patrol| {
        let (place, first) = (patrol.phone.links.len() - 1, patrol.first);
        patrol.phone.rewrite_with_key(place, |record| record.session = Some(first));
    }),
    Lie("a session's record stands outside", Rule::SessionKind, |patrol| {
        patrol.phone.rewrite_with_key(3, |record| record.session = None);
    }),
    Lie("a device is enrolled in the middle of its chain", Rule::SessionKind, |patrol| {
        let again = patrol.phone.links[0].record.kind.clone();
        patrol.phone.write(None, again);
    }),
    Lie("a device was enrolled under another bureau", Rule::BureauKey, |patrol| {
        patrol.phone.rewrite_with_key(0, |record| {
            let Kind::DeviceEnrolled(body) = &mut record.kind else { unreachable!() };
            body.bureau_vkey = Bureau::impostor().signer.verifier_key().to_string();
        });
    }),
    Lie("the review names another picture's digest", Rule::ManifestItem, |patrol| {
        change_manifest(patrol, |manifest| manifest.items[0].pt_sha256 = Digest::of(b"another"));
    }),
    Lie("the review names an item twice", Rule::ManifestItem, |patrol| {
        change_manifest(patrol, |manifest| manifest.items.push(manifest.items[0].clone()));
    }),
    Lie("the review names an older revision", Rule::ManifestDocument, |patrol| {
        change_manifest(patrol, |manifest| manifest.documents[1].revision = 1);
    }),
    Lie("the review names a document that was never filled", Rule::ManifestDocument, |patrol| {
        change_manifest(patrol, |manifest| {
            manifest.documents[0].document = liuhen_record::DocumentId([9; 16]);
        });
    }),
    Lie("the party signed a manifest that was not shown", Rule::ManifestUnknown, |patrol| {
        change(patrol, |record| {
            let Kind::ReviewConfirmed(body) = &mut record.kind else { return false };
            body.manifest_sha256 = Digest::of(b"another");
            true
        });
    }),
    Lie("the party refused a manifest of the other session", Rule::ManifestUnknown, |patrol| {
        let other = patrol.phone.links.iter().find_map(|link| match &link.record.kind {
            Kind::ReviewConfirmed(body) => Some(body.manifest_sha256),
            _ => None,
        });
        change(patrol, |record| {
            let Kind::SignatureRefused(body) = &mut record.kind else { return false };
            body.manifest_sha256 = other.unwrap();
            true
        });
    }),
    Lie("the confirmation leaves an item out", Rule::ReviewItems, |patrol| {
        change(patrol, |record| {
            let Kind::ReviewConfirmed(body) = &mut record.kind else { return false };
            body.items.pop();
            true
        });
    }),
    Lie("the confirmation speaks of an item twice", Rule::ReviewItems, |patrol| {
        change(patrol, |record| {
            let Kind::ReviewConfirmed(body) = &mut record.kind else { return false };
            body.items.push(ItemReview::Reviewed { item: body.items[0].item() });
            true
        });
    }),
    Lie("the confirmation signed has another text", Rule::DocumentUnknown, |patrol| {
        change(patrol, |record| {
            let Kind::ReviewConfirmed(body) = &mut record.kind else { return false };
            body.document_sha256 = Digest::of(b"another text");
            true
        });
    }),
    Lie("the notice given has another text", Rule::DocumentUnknown, |patrol| {
        change(patrol, |record| {
            let Kind::NoticeGiven(body) = &mut record.kind else { return false };
            body.document_sha256 = Digest::of(b"another text");
            true
        });
    }),
    Lie("a correction skips what stood before", Rule::DocumentRevision, |patrol| {
        change(patrol, |record| {
            let Kind::DocumentFilled(body) = &mut record.kind else { return false };
            let corrects = body.supersedes.is_some();
            if corrects {
                body.supersedes = Some(Digest::of(b"another"));
            }
            corrects
        });
    }),
    Lie("other bytes were freed than were sealed", Rule::FreedOther, |patrol| {
        let item = sealed_at(patrol, 0).1.item;
        let freed = MediaFreed { item, ct_sha256: Digest::of(b"another"), receipt_index: 1 };
        patrol.phone.write(None, Kind::MediaFreed(freed));
    }),
    Lie("footage is assigned by hand that was sealed in a session", Rule::AssignedOther, |patrol| {
        let (place, body) = sealed_at(patrol, 0);
        let second = patrol.second;
        patrol.assign(Some(second), (body.item, place as i64 + 2), None);
    }),
    Lie("an assignment by hand passes over the one before it", Rule::AssignedOther, |patrol| {
        let (first, second) = (patrol.first, patrol.second);
        let footage = patrol.footage(b"footage");
        patrol.assign(Some(first), footage, None);
        patrol.assign(Some(second), footage, None);
    }),
    Lie("an assignment by hand names other footage", Rule::AssignedOther, |patrol| {
        let (first, footage) = (patrol.first, patrol.footage(b"footage"));
        patrol.plain.insert(footage.0, b"other footage".to_vec());
        patrol.assign(Some(first), footage, None);
        patrol.plain.insert(footage.0, b"footage".to_vec());
    }),
    Lie("an assignment by hand stands before its import", Rule::AssignedOther, |patrol| {
        let (first, (item, seq)) = (patrol.first, patrol.footage(b"footage"));
        patrol.assign(Some(first), (item, seq + 1), None);
    }),
    Lie("the record names another payload", Rule::ItemPayload, |patrol| {
        change_sealed(patrol, |body| body.payload_sha256 = Digest::of(b"another"));
    }),
    Lie("the record names other pieces", Rule::ItemPieces, |patrol| {
        change_sealed(patrol, |body| body.pieces[0].sha256 = Digest::of(b"another"));
    }),
    Lie("the record names another length", Rule::ItemLength, |patrol| {
        change_sealed(patrol, |body| {
            body.len_bytes += 1;
            body.pieces[0].len_bytes += 1;
        });
    }),
    Lie("the record names another length of what is inside", Rule::ItemLength, |patrol| {
        change_sealed(patrol, |body| body.pt_len_bytes += 1);
    }),
    Lie("the record names another plaintext", Rule::ItemPlaintext, |patrol| {
        change_sealed(patrol, |body| body.pt_sha256 = Digest::of(b"another"));
    }),
];

/// A lie, the rule it breaks, and how it is told.
pub struct Lie(pub &'static str, pub Rule, pub fn(&mut Patrol));

fn unused() -> liuhen_record::ItemId {
    liuhen_record::ItemId([0xee; 16])
}

fn sealed_at(patrol: &Patrol, n: usize) -> (usize, CaptureSealed) {
    let sealed = patrol.phone.links.iter().enumerate();
    sealed.filter_map(|(n, l)| Some((n, support::as_sealed(&l.record.kind)?.clone()))).nth(n).unwrap()
}

fn opened_again(patrol: &Patrol) -> Kind {
    let mut kinds = patrol.phone.links.iter().map(|link| link.record.kind.clone());
    let Some(Kind::CaptureOpened(mut body)) = kinds.find(|kind| matches!(kind, Kind::CaptureOpened(_)))
    else {
        unreachable!()
    };
    body.item = unused();
    Kind::CaptureOpened(body)
}

/// Changes the first record that `change` accepts and writes the rest of the chain again, signed.
fn change(patrol: &mut Patrol, change: impl Fn(&mut Record) -> bool) {
    let place = patrol.phone.links.iter().position(|link| change(&mut link.record.clone())).unwrap();
    patrol.phone.rewrite_with_key(place, |record| assert!(change(record)));
}

fn change_sealed(patrol: &mut Patrol, edit: fn(&mut CaptureSealed)) {
    change(patrol, |record| {
        let Kind::CaptureSealed(body) = &mut record.kind else { return false };
        edit(body);
        true
    });
}

fn change_manifest(patrol: &mut Patrol, edit: fn(&mut ReviewManifest)) {
    change(patrol, |record| {
        let Kind::ReviewOpened(body) = &mut record.kind else { return false };
        edit(&mut body.manifest);
        body.manifest_sha256 = body.manifest.digest().unwrap();
        true
    });
}
