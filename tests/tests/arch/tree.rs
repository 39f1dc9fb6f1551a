//! What is built: how many crates the command takes, and one crypto and one TLS library on the phone.

use std::collections::BTreeSet;

/// The command is built from fewer crates than this.
const CRATES: usize = 300;
/// Libraries that do cryptography; the phone may have `ring` and no other.
const CRYPTO: &[&str] = &[
    "ring",
    "openssl",
    "openssl-sys",
    "aws-lc-rs",
    "aws-lc-sys",
    "boring",
    "boring-sys",
    "libsodium-sys",
    "libsodium-sys-stable",
    "mbedtls",
    "graviola",
    "aes",
    "aes-gcm",
    "chacha20",
    "chacha20poly1305",
    "p256",
    "ecdsa",
    "ed25519-dalek",
    "x25519-dalek",
    "curve25519-dalek",
    "rsa",
    "sha1",
    "sha2",
    "hmac",
    "hkdf",
    "age",
];
/// Libraries that speak TLS; the phone may have `rustls` and no other.
const TLS: &[&str] = &["rustls", "native-tls", "openssl", "schannel", "boring", "s2n-tls", "mbedtls"];

/// Names and versions of the crates that are compiled into `package` or run to build it.
fn crates_of(package: &str) -> BTreeSet<String> {
    let tree = super::cargo(&[
        "tree",
        "--locked",
        "-p",
        package,
        "-e",
        "normal,build",
        "--target",
        "x86_64-unknown-linux-gnu",
        "--prefix",
        "none",
        "--no-dedupe",
    ]);
    parse_tree(&tree)
}

fn parse_tree(tree: &str) -> BTreeSet<String> {
    tree.lines().map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")).collect()
}

fn members<'a>(crates: &'a BTreeSet<String>, of: &[&str]) -> BTreeSet<&'a str> {
    crates.iter().filter_map(|name| name.split(' ').next()).filter(|name| of.contains(name)).collect()
}

#[test]
fn the_command_is_built_from_fewer_than_300_crates() {
    let crates = crates_of("liuhen");
    assert!(crates.len() > 50, "the tree was not read");
    assert!(crates.len() < CRATES, "{} crates", crates.len());
}

#[test]
fn the_phone_has_one_crypto_and_one_tls_library() {
    let crates = crates_of("liuhen-ffi");
    assert_eq!(members(&crates, CRYPTO), BTreeSet::from(["ring"]));
    assert_eq!(members(&crates, TLS), BTreeSet::from(["rustls"]));
}

#[test]
fn only_the_membrane_knows_uniffi_and_no_library_carries_its_generators() {
    let uniffi = ["uniffi", "uniffi_core", "uniffi_bindgen"];
    assert!(members(&crates_of("liuhen"), &uniffi).is_empty());
    assert!(members(&crates_of("liuhen-core"), &uniffi).is_empty());
    assert_eq!(members(&crates_of("liuhen-ffi"), &uniffi), BTreeSet::from(["uniffi", "uniffi_core"]));
}

#[test]
fn the_whole_command_has_no_second_tls_library() {
    let crates = crates_of("liuhen");
    assert_eq!(members(&crates, TLS), BTreeSet::from(["rustls"]));
    assert_eq!(
        members(&crates, &["ring", "openssl", "openssl-sys", "aws-lc-rs", "aws-lc-sys", "age"]),
        ["ring"].into()
    );
}

#[test]
fn a_second_library_in_a_tree_is_found_and_a_repeated_line_counts_once() {
    let planted =
        parse_tree("liuhen v0.1.0 (/x)\nring v0.17.0\nopenssl v0.10.1\nring v0.17.0 (*)\nringbuf v1.0.0\n");
    assert_eq!(planted.len(), 4);
    assert_eq!(members(&planted, CRYPTO), BTreeSet::from(["openssl", "ring"]));
}
