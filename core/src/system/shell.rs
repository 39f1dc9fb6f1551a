//! The ports of a phone whose shell brings its own keystore, place, network and perhaps clock; files, randomness and
//! HTTP are the core's.

use super::{BUREAU_CA, DiskStorage, HttpTransport, SystemClock, SystemRng, Trust};
use crate::ports::{Clock, Keystore, Location, Network, Ports, Storage, Transport};
use std::{io, path::Path, sync::Arc};

/// What a shell brings.
pub struct ShellPorts {
    /// Time; the core's own when absent.
    pub clock: Option<Arc<dyn Clock>>,
    /// Keys.
    pub keystore: Arc<dyn Keystore>,
    /// Network.
    pub network: Arc<dyn Network>,
    /// Place.
    pub location: Arc<dyn Location>,
    /// The certificates that the system trusts, PEM, where the core cannot ask for them (Android).
    pub roots_pem: Option<String>,
}

/// The ports of a phone whose vault is in `dir`, which is made when it is not there.
///
/// # Errors
/// When the folder cannot be made or the TLS roots cannot be read.
pub fn shell_ports(dir: &Path, brought: ShellPorts) -> io::Result<Ports> {
    std::fs::create_dir_all(dir)?;
    let storage: Arc<dyn Storage> = Arc::new(DiskStorage::open(dir)?);
    Ok(Ports {
        clock: brought.clock.unwrap_or_else(|| Arc::new(SystemClock::new())),
        rng: Arc::new(SystemRng::new()),
        transport: transport(dir, Arc::clone(&storage), brought.roots_pem)?,
        storage,
        keystore: brought.keystore,
        network: brought.network,
        location: brought.location,
    })
}

fn transport(
    dir: &Path,
    storage: Arc<dyn Storage>,
    roots_pem: Option<String>,
) -> io::Result<Arc<dyn Transport>> {
    let trust = match (std::fs::read_to_string(dir.join(BUREAU_CA)), roots_pem) {
        (Err(error), _) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        (Ok(pem), _) | (Err(_), Some(pem)) => Trust::Only(pem),
        // What Android trusts cannot be asked without Java.
        (Err(_), None) if cfg!(target_os = "android") => Trust::Nobody,
        (Err(_), None) => Trust::System,
    };
    Ok(Arc::new(HttpTransport::new(storage, &trust).map_err(io::Error::other)?))
}

/// From now on TLS believes this certificate authority alone, for the vault in `dir`; returns the transport that does.
///
/// # Errors
/// When the text holds no certificate or cannot be kept; what was believed before still is.
pub fn believe_only(dir: &Path, storage: &Arc<dyn Storage>, pem: &str) -> io::Result<Arc<dyn Transport>> {
    let transport = HttpTransport::new(Arc::clone(storage), &Trust::Only(pem.to_owned()));
    let transport = transport.map_err(io::Error::other)?;
    let new = dir.join(format!("{BUREAU_CA}.new"));
    std::fs::write(&new, pem)?;
    std::fs::File::open(&new)?.sync_all()?;
    std::fs::rename(&new, dir.join(BUREAU_CA))?;
    Ok(Arc::new(transport))
}
