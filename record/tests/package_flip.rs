//! Every single byte of a small package, changed: refused, and the file is named. Once as bit rot, and once as
//! an attacker does it who writes fitting manifests afterwards.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use liuhen_record::note::VerifierKey;
use liuhen_record::package::{Options, Report, verify};
use std::num::NonZeroUsize;
use support::{Memory, Patrol};

fn judge(package: &Memory, key: &VerifierKey) -> Report {
    let options = Options { bureau_key: Some(key), workers: NonZeroUsize::new(1), ..Options::default() };
    verify(package, &options).unwrap()
}

/// Calls `judged` for every byte of every file with one bit of it changed, on all processors.
fn flip_every_byte(package: &Memory, judged: impl Fn(&str, usize, &mut Memory) + Sync) {
    let places: Vec<(&String, usize)> =
        package.0.iter().flat_map(|(path, bytes)| (0..bytes.len()).map(move |at| (path, at))).collect();
    let workers = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    std::thread::scope(|scope| {
        for places in places.chunks(places.len().div_ceil(workers)) {
            let judged = &judged;
            scope.spawn(move || {
                let mut package = package.clone();
                for (path, at) in places {
                    let original = package.0[*path].clone();
                    package.0.get_mut(*path).unwrap()[*at] ^= 1 << (at % 8);
                    judged(path, *at, &mut package);
                    package.0.insert((*path).clone(), original);
                }
            });
        }
    });
}

#[test]
fn every_byte_that_rots_is_refused_and_its_file_named() {
    let patrol = Patrol::short();
    let key = patrol.bureau.signer.verifier_key();
    let package = patrol.package();
    assert_eq!(judge(&package, key).broken, []);
    flip_every_byte(&package, |path, at, package| {
        let report = judge(package, key);
        let named =
            report.broken.iter().any(|b| b.path.as_deref() == Some(path) || b.reason_en.contains(path));
        assert!(named, "byte {at} of {path}: {:?}", report.broken);
    });
}

#[test]
fn every_byte_that_is_forged_under_fitting_manifests_is_refused_and_named() {
    let patrol = Patrol::short();
    let key = patrol.bureau.signer.verifier_key();
    let package = patrol.package();
    flip_every_byte(&package, |path, at, package| {
        // The four tag files are the attacker's to write; they say nothing that is evidence.
        if !path.starts_with("data/") {
            return;
        }
        let tags: Vec<(String, Vec<u8>)> = package
            .0
            .iter()
            .filter(|(p, _)| !p.starts_with("data/"))
            .map(|(p, b)| (p.clone(), b.clone()))
            .collect();
        package.rebag();
        let report = judge(package, key);
        package.0.extend(tags);
        // A record is also named by its signature and its proof.
        let stem = path.rsplit_once('.').unwrap().0.replace("data/records/", "data/proofs/");
        let named = report.broken.iter().any(|b| {
            b.path
                .as_ref()
                .is_some_and(|p| p == path || p.replace("data/records/", "data/proofs/").starts_with(&stem))
        });
        assert!(named, "byte {at} of {path}: {:?}", report.broken);
    });
}
