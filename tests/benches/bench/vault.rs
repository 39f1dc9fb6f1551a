//! From nothing to the first screen of a phone whose vault holds 100,000 records.

use crate::desk::{Desk, begin, draft};
use crate::finding::{Bar, Finding};
use crate::measure::{Samples, timed};
use crate::setup::Setup;
use crate::{Outcome, patrol};
use liuhen_core::capture::take_photo;
use liuhen_core::phone::Phone;
use liuhen_record::SessionId;
use liuhen_record::seal::Recipient;
use serde_json::json;
use std::hint::black_box;

/// Records of one made-up session.
const SESSION_RECORDS: i64 = 100;
/// Items among them, each with two records.
const SESSION_ITEMS: i64 = 10;

/// Starts the phone anew each time and asks what the first screen shows.
pub fn first_screen(setup: &Setup) -> Outcome<Finding> {
    let dir = setup.disk()?;
    let desk = Desk::below(dir.path());
    let records = fill(&desk, setup.identity.to_recipient(), if setup.quick { 10_000 } else { 100_000 })?;
    let mut times = Vec::new();
    for _ in 0..=setup.runs.max(15) {
        let (time, status) = timed(|| {
            let started = Phone::start(&desk.vault, desk.ports()?)?;
            if let Some((_, reason)) = started.quarantined {
                return Err(reason.into());
            }
            Ok(started.phone.status()?)
        })?;
        black_box(status);
        times.push(time);
    }
    // The first is the one that finds the log of the filling.
    let first = times.remove(0);
    let samples = Samples::new(times);
    Ok(Finding {
        ours: samples.text(),
        peer_name: "none".to_owned(),
        peer: "–".to_owned(),
        value: samples.median().as_secs_f64() * 1e3,
        unit: "ms",
        bar: Bar::AtMost(200.0),
        notes: vec![
            format!(
                "{records} records, {} items; clocks, keystore and HTTP set up, Phone::start, Phone::status, {} times",
                records / SESSION_RECORDS * SESSION_ITEMS,
                samples.ms().len(),
            ),
            format!("the very first time, after filling: {}", Samples::new(vec![first]).text()),
        ],
        samples: json!({ "ours_ms": samples.ms() }),
    })
}

/// Fills a vault with sessions of small records and small items.
fn fill(desk: &Desk, recipient: Recipient, wanted: i64) -> Outcome<i64> {
    let ports = desk.ports()?;
    let (mut vault, _) = desk.enrolled(&ports, recipient)?;
    for n in 1.. {
        let next = vault.head().0;
        if next > wanted {
            break;
        }
        let session = SessionId(patrol::id(n));
        vault.append_all(vec![
            draft(&ports, None, patrol::checked()),
            draft(&ports, Some(session), patrol::opened(next)),
        ])?;
        let mut items = Vec::new();
        for _ in 0..SESSION_ITEMS {
            items.push(take_photo(&mut vault, &ports, &begin(&ports, session, &[recipient]), b"small")?.item);
        }
        let left = SESSION_RECORDS - 2 - 2 * SESSION_ITEMS - 1;
        let mut drafts: Vec<_> =
            (0..left).map(|k| draft(&ports, Some(session), patrol::happening(next + k, items[0]))).collect();
        drafts.push(draft(&ports, Some(session), patrol::closed(items)));
        vault.append_all(drafts)?;
        // The first screen of a working day shows an open session.
        vault.put_setting("current_session", &session)?;
    }
    Ok(vault.head().0 - 1)
}
