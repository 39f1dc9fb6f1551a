//! Rules that every signature keeps.

use crate::{
    document::text::fits_one_line,
    session::{Missing, Rules, SessionView},
};
use liuhen_record::kind::{SignatureBlock, SignerRole};

/// The largest signing area, 1/100 mm: a square metre.
const MAX_AREA: i64 = 100_000;
/// Handwriting reaches at least this far in one direction, 1/100 mm: a dot is no signature.
const MIN_EXTENT: i64 = 200;

/// What is wrong with a signature by itself.
pub fn unfit(block: &SignatureBlock) -> Option<Missing> {
    let sized = |side: i64| (1..=MAX_AREA).contains(&side);
    let named = !block.name.trim().is_empty() && fits_one_line(&block.name);
    let rule = if !named {
        Some("a signature has the signer's name")
    } else if !sized(block.width) || !sized(block.height) {
        Some("the signing area is between 0.01 mm and 1 m")
    } else if let Err(rule) = block.check() {
        Some(rule)
    } else if extent(block) < MIN_EXTENT {
        Some("a signature is more than a dot")
    } else {
        None
    };
    let name = if named {
        block.name.trim().to_owned()
    } else {
        crate::say::label::signer(block.role).zh.to_owned()
    };
    rule.map(|rule| Missing::FitSignature { name, rule: rule.to_owned() })
}

fn extent(block: &SignatureBlock) -> i64 {
    let reach = |axis: usize| {
        let values = block.strokes.iter().flat_map(|s| s.0.iter().map(move |point| point[axis]));
        let (least, most) = values.fold((i64::MAX, i64::MIN), |(a, b), v| (a.min(v), b.max(v)));
        most.saturating_sub(least)
    };
    reach(0).max(reach(1))
}

/// Whether somebody signs for the party in this role.
pub(super) fn speaks_for_party(role: SignerRole) -> bool {
    matches!(
        role,
        SignerRole::Party | SignerRole::AuthorisedAgent | SignerRole::SiteLeader | SignerRole::Guardian
    )
}

/// What is missing in the officers' signatures: each by an officer of record, none twice, enough of them. Two
/// officers may bear the same name, so names are counted, not collected.
pub(super) fn officers_missing(view: &SessionView, blocks: &[&SignatureBlock], missing: &mut Vec<Missing>) {
    let mut unsigned: Vec<&str> = view.officers().iter().map(|o| o.name.as_str()).collect();
    let mut found = 0;
    for block in blocks {
        let name = block.name.trim();
        match unsigned.iter().position(|n| *n == name) {
            Some(at) => {
                unsigned.swap_remove(at);
                found += 1;
            }
            None => missing.push(Missing::OfficerOfRecord { name: name.to_owned() }),
        }
    }
    let required = Rules::default().min_officers;
    if found < required {
        missing.push(Missing::OfficerSignatures { found, required });
    }
}
