//! A phone keeps the activity that it folded last. What it keeps is what the records tell, at every moment.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use liuhen_core::{
    phone::{CaptureRequest, Phone},
    session::SessionView,
};
use liuhen_record::{
    SessionId,
    kind::{MediaSource, Trigger},
};
use liuhen_tests::recorder_site::{NO, Site};
use std::sync::Arc;

/// The activity as the phone has it, found to be what its records tell when they are all read anew.
fn told(phone: &Phone, session: SessionId) -> Arc<SessionView> {
    let kept = phone.view(session).unwrap();
    let records = phone.session_records(session).unwrap();
    assert_eq!(*kept, SessionView::fold(session, records.iter()));
    kept
}

fn photograph(site: &mut Site) {
    let request = CaptureRequest {
        media_type: "image/jpeg".to_owned(),
        original_name: None,
        label: None,
        source: MediaSource::Phone,
        source_no: None,
    };
    site.phone.capture_bytes(b"\xff\xd8\xff\xe0 a photograph", &request).unwrap();
}

#[tokio::test]
async fn the_activity_that_is_kept_is_the_one_that_its_records_tell() {
    let mut site = Site::open().await;
    site.issue();
    let mut recorder = site.recorder("SIM0001", |_| {});
    site.phone.pair_recorder(&mut recorder, NO).await.unwrap();
    let first = site.open_session();
    let opened = told(&site.phone, first);
    site.phone.show_certificate(true, None).unwrap();
    told(&site.phone, first);
    photograph(&mut site);
    told(&site.phone, first);
    site.phone.mark_trigger(Trigger::T1, "").unwrap();
    site.phone.start_recorder(&mut recorder, NO).await.unwrap();
    photograph(&mut site);
    let busy = told(&site.phone, first);
    assert_eq!((busy.items.len(), busy.triggers.len(), busy.recorder_events.len()), (2, 1, 1));
    assert!(opened.items.is_empty(), "who looked before still sees what was then");

    // A record that belongs to no activity is no part of it, and hides nothing that comes after.
    site.phone.end_day().unwrap();
    told(&site.phone, first);
    photograph(&mut site);
    assert_eq!(told(&site.phone, first).items.len(), 3);
}

#[tokio::test]
async fn an_activity_looked_at_between_two_looks_at_another_changes_neither() {
    let mut site = Site::open().await;
    let first = site.open_session();
    let checklist = site.phone.status().unwrap().checklist;
    let explained = checklist.iter().map(|line| (line.what.to_owned(), "误操作开启".to_owned())).collect();
    site.phone.close_session(&explained).unwrap();
    let closed = told(&site.phone, first);
    let second = site.open_session();
    photograph(&mut site);
    for _ in 0..2 {
        assert_eq!(*told(&site.phone, first), *closed);
        assert_eq!(told(&site.phone, second).items.len(), 1);
    }
    assert!(told(&site.phone, SessionId([9; 16])).opened.is_none(), "an activity that is not there");
    assert_eq!(told(&site.phone, second).items.len(), 1);
}
