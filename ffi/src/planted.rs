//! A panic on purpose: shells' tests plant it to see what their screens make of one.

use crate::{Core, CoreFailure};
use liuhen_btle::RecorderError;
use liuhen_core::phone::PhoneError;

/// Where the core panics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum PlantedPanic {
    /// On a thread of the core, which has the phone at that moment.
    InVerb,
    /// In the call itself, before a thread of the core has anything to do with it.
    InCall,
}

#[uniffi::export]
impl Core {
    /// Panics, where recorders that exist only in the program are allowed (`CoreConfig.allow_simulated_recorder`: both apps forbid
    /// them); refused elsewhere.
    pub async fn plant_panic(&self, place: PlantedPanic) -> Result<(), CoreFailure> {
        if !self.config.allow_simulated_recorder {
            return Err(PhoneError::from(RecorderError::Unsupported("planted")).into());
        }
        match place {
            PlantedPanic::InVerb => {
                self.with(|_| -> Result<(), PhoneError> { panic!("planted in a verb") }).await
            }
            PlantedPanic::InCall => panic!("planted in a call"),
        }
    }
}
