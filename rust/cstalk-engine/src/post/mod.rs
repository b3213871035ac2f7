//! What happens to a row of the network before it leaves: rest in silence, light smoothing, ranges.
//!
//! One small module each. Lip contacts are sacred here: nothing in this folder delays or softens a control
//! that closes or opens the lips while there is sound.

mod contact;
mod ranges;
mod rest;
mod smoothing;

pub use contact::touches_lips;
pub use ranges::Ranges;
pub use rest::MouthRest;
pub use smoothing::Smoothing;
