//! What this program does as a process of its own, so that both sides of a comparison pay for a start.

use crate::{Outcome, memory, parts, rows, seal, shaped};
use std::path::Path;

/// First argument of a child.
pub const FLAG: &str = "--child";

/// Does the one thing named.
pub fn run(args: &[String]) -> Outcome<()> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["seal", source, out, recipient] => seal::print_seal(Path::new(source), Path::new(out), recipient),
        ["copy", source, out, recipient] => seal::copy_file(Path::new(source), Path::new(out), recipient),
        ["encrypt", source, out, recipient] => {
            seal::encrypt_file(Path::new(source), Path::new(out), recipient)
        }
        ["pass", source, out, recipient] => parts::print_pass(Path::new(source), Path::new(out), recipient),
        ["parts", source, out] => parts::print_parts(Path::new(source), Path::new(out)),
        [rows::CHILD, bureau, copy] => rows::child(Path::new(bureau), Path::new(copy)),
        [shaped::CHILD, ref rest @ ..] => shaped::child(rest),
        ["memory", ref rest @ ..] => memory::child(rest),
        _ => Err(format!("no such child: {args:?}").into()),
    }
}
