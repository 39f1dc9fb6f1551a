//! # liuhen-core 留痕：the phone
//!
//! Everything an officer's phone decides, without a screen: sealing while capturing, the vault, the session with
//! its legal gates, review and signature, the outbox and synchronisation. Shells (Android, iOS, the `liuhen
//! patrol` command) draw what this crate says and own the hardware behind [`ports`].
//!
//! Where to look:
//! * the one door for a shell: [`phone::Phone`];
//! * what a phone must provide: [`ports`]; how a desktop provides it: [`system`];
//! * where evidence rests: [`vault`]; how it gets there: [`capture`];
//! * who has which body recorder, and whose its footage is: [`recorder`];
//! * what the law asks of one activity: [`session`], [`document`], [`review`];
//! * how it reaches the bureau and when it may leave the phone: [`sync`];
//! * the sentences people read: [`say`].
#![forbid(unsafe_code)]

pub mod capture;
pub mod document;
mod lock;
pub mod phone;
pub mod ports;
pub mod recorder;
pub mod review;
pub mod say;
pub mod session;
pub mod sync;
pub mod system;
pub mod vault;
