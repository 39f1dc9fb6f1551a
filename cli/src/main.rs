//! # liuhen 留痕：the command
//!
//! * `liuhen demo`: a whole patrol against an embedded bureau, ending with a verified package;
//! * `liuhen bureau`: the office;
//! * `liuhen patrol`: a headless officer's phone over the real core;
//! * `liuhen recorder`: body recorders, from issue to release;
//! * `liuhen verify`: checks a package offline;
//! * `liuhen witness`: a second office watches the log.
//!
//! Every command speaks Chinese or English by locale (`LC_ALL`, `LC_MESSAGES`, `LANG`; Chinese when none is set).
#![forbid(unsafe_code)]

mod args;
mod bureau;
mod demo;
mod folder;
mod fsck;
mod lang;
mod log_args;
mod output;
mod package;
mod patrol;
mod recipient_args;
mod recorder;
mod serve_args;
mod verify;
mod witness;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = args::Arguments::parse();
    let lang = lang::of_environment();
    match arguments.command {
        args::Command::Bureau(command) => bureau::run(command, lang),
        args::Command::Patrol(command) => patrol::run(command, lang),
        args::Command::Recorder(command) => recorder::run(command, lang),
        args::Command::Demo(command) => demo::run(&command, lang),
        args::Command::Verify(command) => verify::run(&command, lang),
        args::Command::Witness(command) => witness::run(command, lang),
    }
}
