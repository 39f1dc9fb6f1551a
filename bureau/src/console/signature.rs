//! A signature drawn from its strokes.

use super::{describe_review::signatures, nothing, page::PageError, signed_in::SignedIn};
use crate::{http::blocking, office::Office};
use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use liuhen_record::{DeviceId, Record, kind::SignatureBlock};
use std::{fmt::Write as _, sync::Arc};

/// Thinnest and thickest ink, 1/100 mm.
const INK: (i64, i64) = (25, 75);

/// `GET /console/record/{device}/{seq}/signature/{n}`
pub async fn svg(
    State(office): State<Arc<Office>>,
    user: SignedIn,
    Path((device, seq, n)): Path<(String, i64, String)>,
) -> Result<Response, PageError> {
    let device = device.parse::<DeviceId>().map_err(|_| PageError(nothing()))?;
    let n =
        n.strip_suffix(".svg").and_then(|n| n.parse::<usize>().ok()).ok_or_else(|| PageError(nothing()))?;
    let row = blocking(&office, move |office| office.read(|rows| rows.record(device, seq))).await?;
    let record = row.and_then(|row| Record::parse(&row.bytes).ok()).ok_or_else(|| PageError(nothing()))?;
    let blocks = signatures(&record.kind);
    let block = blocks.get(n).ok_or_else(|| PageError(nothing()))?;
    let picture = draw(block);
    blocking(&office, move |office| {
        let now_ms = office.clock.now_ms();
        office.write(|rows| user.note(rows, now_ms, "view_signature", format!("record:{device}/{seq}")))
    })
    .await?;
    // Not kept by the browser: a look at a kept copy could not be written down.
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, picture).into_response())
}

/// Only numbers go into the picture, so nothing needs escaping.
fn draw(block: &SignatureBlock) -> String {
    let (width, height) = (block.width.clamp(1, 1_000_000), block.height.clamp(1, 1_000_000));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" fill=\"none\" \
         stroke=\"#10243e\" stroke-linecap=\"round\" stroke-linejoin=\"round\">"
    );
    for stroke in &block.strokes {
        let Some(first) = stroke.0.first() else { continue };
        let pressure: i64 = stroke.0.iter().map(|p| p[3]).sum::<i64>() / stroke.0.len() as i64;
        let ink = INK.0 + (INK.1 - INK.0) * pressure / 1000;
        let _never_fails = write!(svg, "<path stroke-width=\"{ink}\" d=\"M{} {}", first[0], first[1]);
        for point in stroke.0.iter().skip(1).chain((stroke.0.len() == 1).then_some(first)) {
            let _never_fails = write!(svg, "L{} {}", point[0], point[1]);
        }
        svg.push_str("\"/>");
    }
    svg.push_str("</svg>");
    svg
}
