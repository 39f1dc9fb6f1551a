//! The shape of the house, checked: who may import whom, how large a file may grow, what the phone may carry.
//!
//! Each rule is a function from what it looks at to the violations it finds, so that each is run twice: on the
//! repository, where it must find nothing, and on a planted breach, where it must find exactly that.
#![allow(clippy::expect_used, reason = "a test that cannot look has failed")]

mod arrows;
mod layout;
mod names;
mod purity;
mod size;
mod tree;

use std::{fs, path::PathBuf, process::Command};

/// A text file of the repository: path from the top, with `/`, and content.
struct Source {
    path: String,
    text: String,
}

impl Source {
    fn planted(path: &str, text: &str) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// What is compiled into the product: everything before the tests at the end of the file.
    fn product(&self) -> &str {
        self.text.split("#[cfg(test)]").next().unwrap_or_default()
    }

    /// [`Self::product`] without comments.
    fn code(&self) -> String {
        self.product()
            .lines()
            .map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n")
            .collect()
    }
}

/// Paths of every file that is or would be committed.
fn committed() -> Vec<String> {
    let out = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(liuhen_tests::root())
        .output()
        .expect("git lists the files");
    assert!(out.status.success(), "git ls-files: {}", String::from_utf8_lossy(&out.stderr));
    let paths = String::from_utf8(out.stdout).expect("file names are text");
    paths
        .split_terminator('\0')
        .filter(|path| liuhen_tests::root().join(path).is_file())
        .map(str::to_owned)
        .collect()
}

/// Every Rust file of the repository.
fn sources() -> Vec<Source> {
    of_language("rs")
}

/// Every file of the repository whose name ends so.
fn of_language(ending: &str) -> Vec<Source> {
    let is_one = |path: &String| PathBuf::from(path).extension().is_some_and(|ext| ext == ending);
    committed().into_iter().filter(is_one).map(read).collect()
}

fn read(path: String) -> Source {
    let bytes = fs::read(liuhen_tests::root().join(&path)).expect("a listed file can be read");
    Source { text: String::from_utf8_lossy(&bytes).into_owned(), path }
}

/// What cargo prints for `args` at the top of the repository.
fn cargo(args: &[&str]) -> String {
    let out = Command::new(env!("CARGO"))
        .args(args)
        .current_dir(liuhen_tests::root())
        .output()
        .expect("cargo runs");
    assert!(out.status.success(), "cargo {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).expect("cargo prints text")
}

fn assert_none(violations: &[String]) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}
