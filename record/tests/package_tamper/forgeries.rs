//! What somebody without keys does to a finished package.

use crate::support::{Bureau, Memory, Patrol, Phone};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use liuhen_record::package::Rule;

/// An attack, the rule it breaks, and what must be named.
pub struct Attack {
    pub name: &'static str,
    pub rule: Rule,
    /// A part of the name that the report must give.
    pub subject: &'static str,
    pub run: fn(&Patrol, &mut Memory),
}

const fn attack(
    name: &'static str,
    rule: Rule,
    subject: &'static str,
    run: fn(&Patrol, &mut Memory),
) -> Attack {
    Attack { name, rule, subject, run }
}

/// Done to a finished package by somebody who holds no key.
pub const FORGERIES: &[Attack] = &[
    attack("two items change places", Rule::ItemDigest, "items/00000002", |_, p| {
        p.swap(&p.path("items/00000002"), &p.path("items/00000003"));
    }),
    attack("an item is cut short", Rule::ItemLength, "items/00000004", |_, p| {
        p.0.get_mut(&p.path("items/00000004")).unwrap().truncate(300);
    }),
    attack("an item is cut inside its header", Rule::ItemHeader, "items/00000004", |_, p| {
        p.0.get_mut(&p.path("items/00000004")).unwrap().truncate(30);
    }),
    attack("an item is removed", Rule::ItemMissing, "items/00000002", |_, p| {
        p.0.remove(&p.path("items/00000002"));
    }),
    attack("an item that nobody captured is added", Rule::ItemUnknown, "items/ff", |_, p| {
        let copy = p.0[&p.path("items/00000002")].clone();
        p.0.insert(format!("data/items/{}.age", "ff".repeat(16)), copy);
    }),
    attack("a file is added", Rule::Unknown, "data/more.txt", |_, p| {
        p.0.insert("data/more.txt".to_owned(), b"more".to_vec());
    }),
    attack("the last record is removed with all that is its", Rule::Contents, "records", |patrol, p| {
        let last = format!("{:010}", patrol.phone.links.len());
        p.0.retain(|path, _| !path.contains(&last));
    }),
    attack("a record in the middle is removed", Rule::Chain, "0000000005.json", |_, p| {
        p.0.retain(|path, _| !path.contains("0000000005"));
    }),
    attack("two records change places", Rule::RecordPlace, "0000000003.json", |_, p| {
        p.swap(&p.path("0000000003.json"), &p.path("0000000004.json"));
    }),
    attack("a record is written with a space", Rule::RecordForm, "0000000004.json", |_, p| {
        let path = p.path("0000000004.json");
        let text = p.text(&path).replacen(':', ": ", 1);
        p.0.insert(path, text.into_bytes());
    }),
    attack("a word of a record is changed", Rule::Chain, "0000000004.json", |_, p| {
        let path = p.path("0000000003.json");
        let text = p.text(&path).replace("某某餐饮店", "另一餐饮店");
        p.0.insert(path, text.into_bytes());
    }),
    attack("a word of the last record is changed", Rule::Signature, "sig", |patrol, p| {
        let path = p.path(&format!("{:010}.json", patrol.phone.links.len()));
        let text = p.text(&path).replace("2026-11-18", "2026-11-19");
        p.0.insert(path, text.into_bytes());
    }),
    attack("a word of a record is changed under its proof", Rule::Proof, "0000000003.tlog-proof", |_, p| {
        let path = p.path("0000000003.json");
        let text = p.text(&path).replace("某某餐饮店", "另一餐饮店");
        p.0.insert(path, text.into_bytes());
    }),
    attack("a signature is taken away", Rule::SignatureMissing, "0000000001.json", |_, p| {
        p.0.remove(&p.path("0000000001.sig"));
    }),
    attack("a signature of another record is put there", Rule::Signature, "0000000001.sig", |_, p| {
        let other = p.0.iter().rfind(|(path, _)| path.contains(".sig")).unwrap().1.clone();
        p.0.insert(p.path("0000000001.sig"), other);
    }),
    attack("the device's key is another's", Rule::DeviceKey, "devices/", |_, p| {
        p.0.insert(p.path("devices/"), Phone::new(1).key.pem().into_bytes());
    }),
    attack("the device's key is removed", Rule::Missing, "devices/", |_, p| {
        p.0.remove(&p.path("devices/"));
    }),
    attack("the bureau's key is another's", Rule::BureauKey, "bureau.vkey", |_, p| {
        let key = Bureau::impostor().signer.verifier_key().to_string();
        p.0.insert("data/bureau.vkey".to_owned(), format!("{key}\n").into_bytes());
    }),
    attack("another signs the contents", Rule::BureauNote, "contents.note", |_, p| {
        let text = p.text("data/contents.note");
        let text = text.split_once("\n\n").unwrap().0.to_owned() + "\n";
        p.0.insert(
            "data/contents.note".to_owned(),
            Bureau::impostor().signer.sign(&text).unwrap().into_bytes(),
        );
    }),
    attack("the contents are removed", Rule::ContentsMissing, "contents.note", |_, p| {
        p.0.remove("data/contents.note");
    }),
    attack("the readable page says something else", Rule::Contents, "index.html", |_, p| {
        let text = p.text("data/index.html").replace("拒绝签字", "同意签字");
        p.0.insert("data/index.html".to_owned(), text.into_bytes());
    }),
    attack("another's checkpoint is put there", Rule::Checkpoint, "checkpoints/2.note", |_, p| {
        let mut bureau = Bureau::impostor();
        bureau.append(b"a");
        bureau.append(b"b");
        p.0.insert("data/checkpoints/2.note".to_owned(), bureau.checkpoint(2).into_bytes());
    }),
    attack("a checkpoint is named for another size", Rule::Checkpoint, "checkpoints/3.note", |_, p| {
        let note = p.0.remove("data/checkpoints/2.note").unwrap();
        p.0.insert("data/checkpoints/3.note".to_owned(), note);
    }),
    attack("a time-stamp token is over something else", Rule::Timestamp, "checkpoints/2.tsr", |_, p| {
        p.0.insert("data/checkpoints/2.tsr".to_owned(), token_over_another_checkpoint());
    }),
    attack("two receipts change places", Rule::Receipt, "receipts/00000002", |_, p| {
        p.swap(&p.path("receipts/00000002"), &p.path("receipts/00000003"));
    }),
    attack("a receipt names another length", Rule::Receipt, "receipts/00000002", |_, p| {
        let path = p.path("receipts/00000002");
        let text = p.text(&path).replace("\"len_bytes\":", "\"len_bytes\":1");
        p.0.insert(path, text.into_bytes());
    }),
    attack(
        "a proof carries data that nothing authenticates",
        Rule::Proof,
        "0000000002.tlog-proof",
        |_, p| {
            let path = p.path("0000000002.tlog-proof");
            let text = p.text(&path).replace("index ", "extra AAAA\nindex ");
            p.0.insert(path, text.into_bytes());
        },
    ),
    attack("a proof is for another record", Rule::Proof, "0000000002.tlog-proof", |_, p| {
        let other = p.0[&p.path("0000000003.tlog-proof")].clone();
        p.0.insert(p.path("0000000002.tlog-proof"), other);
    }),
    attack("a decrypted copy is another picture", Rule::OpenedCopy, "opened/00000002", |_, p| {
        p.0.insert(p.path("opened/00000002"), b"another picture".to_vec());
    }),
    attack("a signature stands without its record", Rule::RecordPlace, "0000009999.sig", |_, p| {
        let path = p.path("0000000001.sig").replace("0000000001", "0000009999");
        let copy = p.0[&p.path("0000000001.sig")].clone();
        p.0.insert(path, copy);
    }),
    attack("a signature is longer than any may be", Rule::Unreadable, "0000000001.sig", |_, p| {
        p.0.insert(p.path("0000000001.sig"), vec![0x30; 300]);
    }),
    attack("a word is changed and the chain written again", Rule::Signature, "sig", |patrol, p| {
        *p = forged(patrol, |patrol| patrol.phone.rewrite_without_key(2, |record| record.officer = None));
    }),
    attack("a record is moved to the other session", Rule::Signature, "sig", |patrol, p| {
        let second = patrol.second;
        *p = forged(patrol, |patrol| patrol.phone.rewrite_without_key(5, |r| r.session = Some(second)));
    }),
];

/// A package that somebody without keys made of the patrol: their records, the bureau's old proofs and contents.
fn forged(patrol: &Patrol, edit: impl FnOnce(&mut Patrol)) -> Memory {
    let sound = patrol.package();
    let mut other = Patrol::walk();
    other.phone.links.clone_from(&patrol.phone.links);
    edit(&mut other);
    let mut package = sound;
    for link in &other.phone.links {
        let path = package.path(&format!("{:010}.json", link.record.seq));
        package.0.insert(path, link.bytes.clone());
    }
    package
}

/// A reply that `openssl ts` made.
fn token_over_another_checkpoint() -> Vec<u8> {
    let vector = include_str!("../../../tests/vectors/timestamp/good_p256.json");
    let vector: serde_json::Value = serde_json::from_str(vector).unwrap();
    STANDARD.decode(vector["reply"].as_str().unwrap()).unwrap()
}
