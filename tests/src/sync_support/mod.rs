//! A phone and the servers it may meet: the real bureau, one that lies in a chosen way, and a wire that is cut.

mod background;
mod copies;
mod device;
mod lies;
mod lying;
mod lying_log;
mod office;
mod phone;
mod portal;
mod tls_tap;
mod wire;

pub use background::{BackgroundSession, Dice};
pub use device::SealedPiece;
pub use lies::Lie;
pub use lying::LyingBureau;
pub use office::Office;
pub use phone::{ManualClock, TestPhone, bytes_of};
pub use portal::{Portal, PortalStyle};
pub use tls_tap::{Face, Tapped, TlsTap, chosen_alpn};
pub use wire::CutWire;
