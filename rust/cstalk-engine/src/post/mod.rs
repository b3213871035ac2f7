//! What happens to a row of the network before it leaves: closed lips, rest in silence, light smoothing, ranges.
//!
//! One small module each. Lip contacts are sacred here: nothing in this folder delays or softens a control
//! that closes or opens the lips while there is sound.

mod closure;
mod contact;
mod lip_gap;
mod ranges;
mod rest;
mod smoothing;

pub use closure::{ClosureGuard, SHUT_MM};
pub use contact::touches_lips;
pub use lip_gap::{GAP_MM_PER_SHAPE, LipGap, NEUTRAL_GAP_MM};
pub use ranges::Ranges;
pub use rest::MouthRest;
pub use smoothing::Smoothing;
