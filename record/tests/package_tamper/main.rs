//! Every rule of a package, broken by somebody: each attack is refused under the rule that it breaks, and what
//! it touched is named. Manifests are always written again to fit, so that nothing here leans on them.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod forgeries;
mod lies;
#[path = "../support/mod.rs"]
mod support;
mod vectors;

use forgeries::{Attack, FORGERIES};
use lies::{LIES, Lie};
use liuhen_record::Digest;
use liuhen_record::package::{Options, Rule, verify};
use liuhen_record::seal::Identity;
use liuhen_record::tlog::Checkpoint;
use std::collections::BTreeSet;
use support::{Bureau, IDENTITY, Memory, Patrol};

fn hit(patrol: &Patrol, package: &Memory) -> Vec<(Rule, String)> {
    let identity = Identity::parse(IDENTITY).unwrap();
    let options = Options {
        bureau_key: Some(patrol.bureau.signer.verifier_key()),
        identity: Some(&identity),
        ..Options::default()
    };
    let report = verify(package, &options).unwrap();
    assert!(report.broken.iter().all(|b| !b.reason_en.is_empty() && !b.reason_zh.is_ascii()));
    report.broken.iter().map(|b| (b.rule, b.subject())).collect()
}

#[test]
fn every_forgery_is_refused_and_named_though_the_manifests_fit() {
    let patrol = Patrol::walk();
    let sound = patrol.package();
    for Attack { name, rule, subject, run } in FORGERIES {
        let mut package = sound.clone();
        run(&patrol, &mut package);
        assert_ne!(package, sound, "{name}: nothing was done");
        package.rebag();
        let hit = hit(&patrol, &package);
        assert!(hit.iter().any(|(r, s)| r == rule && s.contains(subject)), "{name}: {hit:#?}");
    }
}

#[test]
fn every_lie_of_a_phone_is_found_though_everything_is_signed_logged_and_listed() {
    for Lie(name, rule, lie) in LIES {
        let mut patrol = Patrol::walk();
        lie(&mut patrol);
        let package = lied(&mut patrol);
        let hit = hit(&patrol, &package);
        assert!(hit.iter().any(|(r, _)| r == rule), "{name}: {hit:#?}");
        let others = [Rule::Chain, Rule::Signature, Rule::Proof, Rule::Changed, Rule::Contents];
        assert!(hit.iter().all(|(r, _)| !others.contains(r)), "{name} was found by its traces: {hit:#?}");
    }
}

/// The bureau logs the lies and exports them: only the rules of the ledger are left to find them.
fn lied(patrol: &mut Patrol) -> Memory {
    patrol.bureau = Bureau::new();
    patrol.stored.clear();
    patrol.take_in();
    // The writer refuses items that no record sealed so; this exporter does not look.
    patrol.package()
}

#[test]
fn a_log_that_showed_two_faces_is_named() {
    let patrol = Patrol::walk();
    let mut package = patrol.package();
    let size = patrol.bureau.size();
    let origin = patrol.bureau.signer.verifier_key().name().to_owned();
    let other = Checkpoint { origin, size, root: Digest::of(b"the other face") };
    let note = other.sign(&patrol.bureau.signer).unwrap();
    package.0.insert(format!("data/checkpoints/{size}.note"), note.into_bytes());
    package.rebag();
    assert_eq!(hit(&patrol, &package), [(Rule::LogFork, format!("data/checkpoints/{size}.note"))]);
}

#[test]
fn another_identity_opens_nothing_and_every_item_is_named() {
    let patrol = Patrol::walk();
    let other = Identity::make(&ring::rand::SystemRandom::new()).unwrap();
    let options = Options { identity: Some(&other), ..Options::default() };
    let report = verify(&patrol.package(), &options).unwrap();
    let locked: Vec<_> = report.broken.iter().filter_map(|b| b.item).collect();
    assert_eq!(locked, patrol.items.keys().copied().collect::<Vec<_>>());
    assert!(report.broken.iter().all(|b| b.rule == Rule::ItemLocked));
}

#[test]
fn yesterdays_records_under_todays_contents_are_refused() {
    let mut patrol = Patrol::walk();
    let yesterday = patrol.package();
    patrol.phone.write(None, patrol.phone.links.last().unwrap().record.kind.clone());
    patrol.bureau = Bureau::new();
    patrol.take_in();
    let mut package = patrol.package();
    let last = format!("{:010}", patrol.phone.links.len());
    package.0.retain(|path, _| !path.contains(&last));
    package.rebag();
    let named = hit(&patrol, &package);
    assert!(
        named.iter().any(|(rule, subject)| *rule == Rule::Contents && subject.contains(&last)),
        "{named:?}"
    );
    assert_eq!(hit(&patrol, &yesterday), [], "yesterday's own package stays what it was");
}

#[test]
fn tag_files_that_do_not_fit_are_named() {
    let patrol = Patrol::walk();
    let sound = patrol.package();
    let names = |path: &str, rule: Rule, edit: &dyn Fn(&str) -> Option<String>| {
        let mut package = sound.clone();
        match edit(&package.text(path)) {
            Some(text) => package.0.insert(path.to_owned(), text.into_bytes()),
            None => package.0.remove(path),
        };
        let hit = hit(&patrol, &package);
        assert!(hit.iter().any(|(r, s)| *r == rule && s == path), "{path}: {hit:?}");
    };
    for path in ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"] {
        names(path, Rule::Missing, &|_| None);
    }
    names("bagit.txt", Rule::TagFile, &|text| Some(text.replace("1.0", "0.97")));
    names("bag-info.txt", Rule::Changed, &|text| Some(text.replace("局", "院")));
    names("manifest-sha256.txt", Rule::Manifest, &|text| Some(text.to_owned() + "../../etc/passwd\n"));
    names("tagmanifest-sha256.txt", Rule::TagFile, &|text| Some(text.replace("bagit.txt", "../bagit.txt")));
    names("data/index.html", Rule::Missing, &|_| None);
    names("data/index.html", Rule::Changed, &|text| Some(text.to_owned() + " "));
    let mut package = sound.clone();
    package.0.insert("data/items/stray.txt".to_owned(), vec![]);
    package.0.insert("stray.txt".to_owned(), vec![]);
    let hit = hit(&patrol, &package);
    assert_eq!(hit, ["data/items/stray.txt", "stray.txt"].map(|path| (Rule::Extra, path.to_owned())));
}

#[test]
fn totals_that_do_not_fit_are_named_when_nothing_else_is_wrong() {
    let patrol = Patrol::walk();
    let mut package = patrol.package();
    let info = package.text("bag-info.txt").replace("Payload-Oxum: ", "Payload-Oxum: 1");
    package.0.insert("bag-info.txt".to_owned(), info.clone().into_bytes());
    let tags = package.text("tagmanifest-sha256.txt");
    let (_, rest) = tags.split_once('\n').unwrap();
    let tags = format!("{}  bag-info.txt\n{rest}", Digest::of(info.as_bytes()));
    package.0.insert("tagmanifest-sha256.txt".to_owned(), tags.into_bytes());
    assert_eq!(hit(&patrol, &package), [(Rule::TagFile, "bag-info.txt".to_owned())]);
}

#[test]
fn every_rule_is_broken_by_somebody_here() {
    let mut broken: BTreeSet<Rule> = FORGERIES.iter().map(|attack| attack.rule).collect();
    broken.extend(LIES.iter().map(|lie| lie.1));
    // By the tests of their own above.
    broken.extend([
        Rule::LogFork,
        Rule::ItemLocked,
        Rule::TagFile,
        Rule::Manifest,
        Rule::Changed,
        Rule::Extra,
    ]);
    let all: BTreeSet<Rule> = Rule::ALL.iter().copied().collect();
    assert_eq!(broken, all);
}

#[test]
fn a_hostile_manifest_ends_in_a_report_and_opens_nothing_outside() {
    let patrol = Patrol::walk();
    let digest = Digest::of(b"");
    for path in
        ["data/../../etc/passwd", "/etc/passwd", "data/\u{202e}gpj", "data/CON", &"data/a".repeat(5000)]
    {
        let mut package = patrol.package();
        package.0.insert((*path).to_owned(), vec![]);
        let manifest = package.text("manifest-sha256.txt") + &format!("{digest}  {path}\n");
        package.0.insert("manifest-sha256.txt".to_owned(), manifest.into_bytes());
        assert!(!hit(&patrol, &package).is_empty());
    }
    let mut package = patrol.package();
    let line = format!("{digest}  data/items/00000000000000000000000000000000.age\n");
    package.0.insert("manifest-sha256.txt".to_owned(), line.repeat(100_000).into_bytes());
    let report = verify(&package, &Options::default()).unwrap();
    assert!(report.broken.len() <= liuhen_record::package::MAX_BROKEN && report.broken_unnamed > 0);
    package.0.insert("manifest-sha256.txt".to_owned(), vec![0xff; 1000]);
    assert!(!verify(&package, &Options::default()).unwrap().is_sound());
}

#[test]
fn a_phones_own_export_is_accepted_only_when_asked_for() {
    let patrol = Patrol::walk();
    let package = patrol.package_signed_by(None);
    assert_eq!(hit(&patrol, &package), [(Rule::ContentsMissing, "data/contents.note".to_owned())]);
    let options = Options { unsigned_contents: true, ..Options::default() };
    assert!(verify(&package, &options).unwrap().is_sound());
}
