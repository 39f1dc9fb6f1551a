//! What an answer to a whole piece means: a pure function, so that it is the same whoever carried the request.

use crate::{
    ports::{Response, TransportError},
    sync::{backoff::MOST_PATIENCE_MS, distrust::Distrust, waiting::Waiting},
};
use chrono::DateTime;

/// What becomes of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sync) enum Verdict {
    /// The bureau says that it has the piece. Only a receipt proves it.
    Stored,
    /// Not now; this piece only.
    Later(&'static str),
    /// Never without somebody looking.
    Park(&'static str),
    /// The bureau received other bytes than the record names.
    Mismatch,
    /// Nothing is wrong with this piece: it goes back, untried.
    Back,
    /// The token is not accepted: a session must fetch another; a piece that is refused with that, too, waits.
    Token,
    /// Whatever is sent now would fail in the same way.
    ServerWide {
        /// What is waited for.
        why: Waiting,
        /// How much patience the other side asked for, milliseconds.
        retry_after_ms: Option<i64>,
    },
}

/// Why the pieces of an item that the bureau refused are parked.
pub(in crate::sync) const ITEM_REFUSED: &str = "the pieces are not the sealed file";

/// Judges an answer to a request that carried a whole piece of `len_bytes`.
pub(in crate::sync) fn judge(answer: &Response, len_bytes: i64, now_ms: i64) -> Verdict {
    if is_web_page(answer) {
        return Verdict::ServerWide { why: Waiting::Portal, retry_after_ms: None };
    }
    match answer.status {
        200..=299 => match answer.header("upload-offset").and_then(|text| text.parse::<i64>().ok()) {
            Some(offset) if offset == len_bytes => Verdict::Stored,
            Some(_) => Verdict::Later("the server kept a part of it"),
            None => Verdict::Later("the answer does not say how much arrived"),
        },
        408 | 429 | 500..=599 => Verdict::ServerWide {
            why: Waiting::BureauTrouble { status: answer.status },
            retry_after_ms: retry_after_ms(answer, now_ms),
        },
        401 | 403 => Verdict::Token,
        404 | 410 => Verdict::Later("the server does not want this piece now"),
        409 if says(answer, "item_refused") => Verdict::Park(ITEM_REFUSED),
        409 => Verdict::Later("another upload of it is under way"),
        413 => Verdict::Park("the server finds it too long"),
        423 => Verdict::Later("the upload is locked"),
        460 => Verdict::Mismatch,
        _ => Verdict::Park("the server refuses it"),
    }
}

/// Judges that there was no answer.
pub(in crate::sync) fn judge_silence(error: &TransportError) -> Verdict {
    let why = match error {
        TransportError::Connect => Waiting::BureauUnreachable,
        TransportError::Lost => Waiting::ConnectionLost,
        TransportError::Identity => Waiting::Untrusted(Distrust::Certificate),
        TransportError::Answer("redirect") => Waiting::Portal,
        &TransportError::Answer(what) => Waiting::Untrusted(Distrust::answer(what)),
        TransportError::Address(_) => return Verdict::Park("the address may not be spoken to"),
        TransportError::File => return Verdict::Park("its file on this phone cannot be read"),
    };
    Verdict::ServerWide { why, retry_after_ms: None }
}

/// Whether an answer is a web page, a redirect to one, or says itself that the network wants a login (RFC 6585 §6,
/// RFC 8910): what captive portals answer in the place of whomever was asked. The bureau answers the phone with JSON
/// or nothing.
pub(in crate::sync) fn is_web_page(answer: &Response) -> bool {
    let html = answer.header("content-type").is_some_and(|kind| {
        let kind = kind.to_ascii_lowercase();
        kind.starts_with("text/html") || kind.starts_with("application/xhtml")
    });
    let tagged = answer.body.trim_ascii_start().first() == Some(&b'<');
    let said_ok = (200..300).contains(&answer.status);
    answer.status == 511 || (300..400).contains(&answer.status) || (said_ok && (html || tagged))
}

/// `Retry-After` (RFC 9110 §10.2.3), seconds or a date, as milliseconds from now, at most [`MOST_PATIENCE_MS`].
pub(in crate::sync) fn retry_after_ms(answer: &Response, now_ms: i64) -> Option<i64> {
    let text = answer.header("retry-after")?.trim();
    let wanted_ms = if let Ok(secs) = text.parse::<u32>() {
        i64::from(secs) * 1000
    } else {
        // A date by their clock, so it is compared with their clock where they say what it shows.
        let date = |text: &str| Some(DateTime::parse_from_rfc2822(text).ok()?.timestamp_millis());
        let theirs_ms = answer.header("date").and_then(date).unwrap_or(now_ms);
        date(text)?.saturating_sub(theirs_ms)
    };
    Some(wanted_ms.clamp(0, MOST_PATIENCE_MS))
}

fn says(answer: &Response, code: &str) -> bool {
    let said: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    said.pointer("/error/code").and_then(|value| value.as_str()) == Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Response { status, headers, body: body.as_bytes().to_vec() }
    }

    #[test]
    fn only_an_offset_at_the_end_of_the_piece_means_stored() {
        assert_eq!(judge(&answer(201, &[("upload-offset", "10")], ""), 10, 0), Verdict::Stored);
        for headers in [&[("upload-offset", "9")][..], &[("upload-offset", "x")], &[]] {
            assert!(matches!(judge(&answer(201, headers, ""), 10, 0), Verdict::Later(_)), "{headers:?}");
        }
        let page = answer(200, &[("content-type", "text/html"), ("upload-offset", "10")], "<html>");
        assert!(matches!(judge(&page, 10, 0), Verdict::ServerWide { why: Waiting::Portal, .. }));
    }

    #[test]
    fn pages_redirects_and_511_are_portals_and_the_bureaus_own_errors_are_not() {
        for (status, headers, body) in [
            (200, &[("content-type", "Text/HTML; charset=utf-8")][..], "x"),
            (200, &[], "  \n<!DOCTYPE html>"),
            (302, &[("location", "http://login.example/")], ""),
            (511, &[], "{}"),
        ] {
            assert!(is_web_page(&answer(status, headers, body)), "{status} {body}");
        }
        assert!(!is_web_page(&answer(200, &[("content-type", "application/json")], "{}")));
        assert!(!is_web_page(&answer(502, &[("content-type", "text/html")], "<html>Bad gateway</html>")));
        assert!(!is_web_page(&answer(204, &[], "")));
    }

    #[test]
    fn patience_is_asked_for_in_seconds_or_by_a_date_and_has_an_end() {
        let asked = |value: &str| retry_after_ms(&answer(503, &[("retry-after", value)], ""), 0);
        assert_eq!(asked("120"), Some(120_000));
        assert_eq!(asked("0"), Some(0));
        assert_eq!(asked("4000000000"), Some(MOST_PATIENCE_MS));
        assert_eq!(asked("soon"), None);
        assert_eq!(asked("-1"), None);
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        let dated = answer(503, &[("retry-after", date), ("date", "Sun, 06 Nov 1994 08:49:00 GMT")], "");
        assert_eq!(retry_after_ms(&dated, 0), Some(37_000));
        let past = answer(503, &[("retry-after", date)], "");
        assert_eq!(retry_after_ms(&past, i64::MAX), Some(0));
    }

    #[test]
    fn what_concerns_the_piece_is_told_from_what_concerns_the_bureau() {
        let verdict = |status, body: &str| judge(&answer(status, &[], body), 10, 0);
        let refused = r#"{"error":{"code":"item_refused"}}"#;
        assert!(matches!(verdict(409, refused), Verdict::Park(_)));
        assert!(matches!(verdict(409, "{}"), Verdict::Later(_)));
        assert_eq!(verdict(460, ""), Verdict::Mismatch);
        assert_eq!(verdict(401, ""), Verdict::Token);
        for status in [400, 412, 413, 415, 422] {
            assert!(matches!(verdict(status, ""), Verdict::Park(_)), "{status}");
        }
        for status in [408, 429, 500, 502, 503, 507] {
            assert!(matches!(verdict(status, ""), Verdict::ServerWide { .. }), "{status}");
        }
    }
}
