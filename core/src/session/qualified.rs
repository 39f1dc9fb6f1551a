//! Who may act: an officer of the roster with a certificate that is valid at the time (article 7).

use super::Missing;
use liuhen_record::roster::{Certificate, Officer};

/// The officer of this id and the certificate that is valid at `at_ms` (Unix milliseconds).
///
/// # Errors
/// What is missing: the officer, or a valid certificate.
pub(crate) fn qualified_officer<'a>(
    roster: &'a [Officer],
    id: &str,
    at_ms: i64,
) -> Result<(&'a Officer, &'a Certificate), Missing> {
    let officer = roster.iter().find(|officer| officer.id == id);
    let officer = officer.ok_or_else(|| Missing::UnknownOfficer { officer: id.to_owned() })?;
    Ok((officer, certificate_at(officer, at_ms)?))
}

/// The officer's certificate that is valid at `at_ms` (Unix milliseconds).
///
/// # Errors
/// Why there is none.
pub(crate) fn certificate_at(officer: &Officer, at_ms: i64) -> Result<&Certificate, Missing> {
    officer.qualified_at(at_ms).map_err(|reason| {
        let (officer, name) = (officer.id.clone(), officer.name.clone());
        Missing::Qualification { officer, name, reason }
    })
}
