//! All ports of a desktop at once.

use super::{
    DiskStorage, HttpTransport, NoLocation, SoftwareKeystore, SystemClock, SystemNetwork, SystemRng, Trust,
};
use crate::ports::{Ports, Storage};
use std::{io, path::Path, sync::Arc};

/// The file, beside the vault, that holds the bureau's own certificate authority, PEM.
pub const BUREAU_CA: &str = "bureau-ca.pem";

/// The ports of a desktop phone whose vault is in `dir`: files there, keys in `dir/keystore`, a wired network, no
/// location. Where [`BUREAU_CA`] is there, TLS believes nobody else.
///
/// # Errors
/// When the folders cannot be made or the TLS roots cannot be set up.
pub fn desktop_ports(dir: &Path) -> io::Result<Ports> {
    let storage: Arc<dyn Storage> = Arc::new(DiskStorage::open(dir)?);
    let trust = match std::fs::read_to_string(dir.join(BUREAU_CA)) {
        Ok(pem) => Trust::Only(pem),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Trust::System,
        Err(error) => return Err(error),
    };
    let transport = HttpTransport::new(Arc::clone(&storage), &trust).map_err(io::Error::other)?;
    Ok(Ports {
        clock: Arc::new(SystemClock::new()),
        rng: Arc::new(SystemRng::new()),
        storage,
        keystore: Arc::new(SoftwareKeystore::open(&dir.join("keystore"))?),
        transport: Arc::new(transport),
        network: Arc::new(SystemNetwork::wired()),
        location: Arc::new(NoLocation),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_holds_no_certificate_opens_nothing() {
        let dir = tempfile::tempdir().unwrap();
        assert!(desktop_ports(dir.path()).is_ok());
        std::fs::write(dir.path().join(BUREAU_CA), "not a certificate").unwrap();
        assert!(desktop_ports(dir.path()).is_err(), "never a fallback to what the system trusts");
    }
}
