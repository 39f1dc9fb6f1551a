//! What the capture screen says of what was captured last.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use liuhen_core::phone::CaptureRequest;
use liuhen_record::kind::{MediaKind, MediaSource};
use liuhen_tests::{recorder_site::Site, root};

#[tokio::test]
async fn the_capture_screen_shows_what_was_begun_last_and_no_small_picture_in_its_place() {
    let mut site = Site::open().await;
    site.open_session();
    assert!(site.phone.capture_view().unwrap().last.is_none());
    let photograph = std::fs::read(root().join("media/demo/photo-1-casio-qv-r51.jpg")).unwrap();
    let request = |media_type: &str| CaptureRequest {
        source: MediaSource::Phone,
        source_no: None,
        media_type: media_type.to_owned(),
        original_name: None,
        label: None,
    };
    let photo = site.phone.capture_bytes(&photograph, &request("image/jpeg")).unwrap().item;
    site.phone.make_thumbnail(photo).unwrap();
    let marks = site.phone.vault().item_marks().unwrap();
    assert_eq!(marks.last().unwrap().media, MediaKind::Thumbnail, "the small picture came last");
    let last = site.phone.capture_view().unwrap().last.unwrap();
    assert_eq!((last.item, last.thumbnail), (photo, Some(marks.last().unwrap().item)));

    let recording = site.phone.start_recording(&request("audio/aac")).unwrap();
    let last = site.phone.capture_view().unwrap().last.unwrap();
    assert_eq!((last.item, last.media), (recording.item(), MediaKind::Audio), "while it runs, too");
}
