//! All ports of a desktop at once.

use super::{
    DiskStorage, HttpTransport, NoLocation, SoftwareKeystore, SystemClock, SystemNetwork, SystemRng, Trust,
};
use crate::ports::{Ports, Storage};
use std::{io, path::Path, sync::Arc};

/// The ports of a desktop phone whose vault is in `dir`: files there, keys in `dir/keystore`, a wired network, no
/// location.
///
/// # Errors
/// When the folders cannot be made or the TLS roots cannot be set up.
pub fn desktop_ports(dir: &Path) -> io::Result<Ports> {
    let storage: Arc<dyn Storage> = Arc::new(DiskStorage::open(dir)?);
    let transport = HttpTransport::new(Arc::clone(&storage), &Trust::System).map_err(io::Error::other)?;
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
