//! `liuhen demo`: a whole patrol, from enrolment to a verified package, with the phone killed in the middle of a
//! recording and the network cut in the middle of the upload. Nothing is pretended: the phone is the real core, the
//! bureau is the real bureau, the kill is a SIGKILL of a real process, the cut closes real connections.

mod back;
mod card;
mod cast;
mod cut;
mod kill;
mod media;
mod office;
mod patrol;
mod recorder;
mod screen;
mod summary;

use crate::{args::DemoArgs, lang::Lang};
use std::{path::Path, process::ExitCode};

/// What the demo can fail with.
type Failure = Box<dyn std::error::Error>;

/// Runs the demo.
pub fn run(arguments: &DemoArgs, lang: Lang) -> ExitCode {
    match play(arguments, lang) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{}: {error}", lang.pick("演示未能完成", "the demo could not be finished"));
            ExitCode::FAILURE
        }
    }
}

fn play(arguments: &DemoArgs, lang: Lang) -> Result<bool, Failure> {
    let files = media::find(arguments.media.as_deref())?;
    let out = fresh(&arguments.out)?;
    let mut screen = screen::Screen::new(lang);
    let mut office = office::Office::open(&out, &mut screen)?;
    let recorder =
        recorder::DayRecorder::open(arguments.recorder.as_deref(), arguments.recorder_card.as_deref())?;
    let mut day = patrol::Day::begin(&out, &office, files, recorder, &mut screen)?;
    day.first_session(&mut screen)?;
    day.second_session(&mut screen)?;
    day.read_card(&out, &mut screen)?;
    day.back_at_the_office(&office, &mut screen)?;
    let report = office.hand_out(&out, &mut screen)?;
    let told = day.tell(&report);
    drop(day);
    summary::write(&out, &told, &screen)?;
    if arguments.open {
        office.stay_open(&screen)?;
    } else {
        office.close();
    }
    Ok(told.verified && told.lost_bytes == 0)
}

/// The output folder, new: an earlier run is moved aside, never deleted.
fn fresh(out: &Path) -> Result<std::path::PathBuf, Failure> {
    let mut earlier = 1;
    if out.exists() && std::fs::read_dir(out)?.next().is_some() {
        let aside = loop {
            let mut name = out.as_os_str().to_owned();
            name.push(format!(".{earlier}"));
            let aside = std::path::PathBuf::from(name);
            if !aside.exists() {
                break aside;
            }
            earlier += 1;
        };
        std::fs::rename(out, aside)?;
    }
    std::fs::create_dir_all(out)?;
    Ok(out.canonicalize()?)
}
