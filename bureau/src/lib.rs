//! # liuhen-bureau 留痕：the office
#![forbid(unsafe_code)]

pub mod account;
pub mod admin;
mod bureau;
pub mod clock;
pub mod config;
mod console;
mod durable;
pub mod enrol;
pub mod export;
#[doc(hidden)]
pub mod fault;
mod http;
pub mod index;
mod intake;
mod items;
pub mod keys;
pub mod lists;
pub mod log;
mod office;
mod open;
mod random;
pub mod store;
mod tus;

pub use bureau::Bureau;
pub use config::{BureauConfig, Recipients};
pub use office::Office;
pub use open::StartError;
