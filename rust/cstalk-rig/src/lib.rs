//! Names, ranges and regions of face controls, maps between rigs, curves and takes, and their file formats.
//!
//! ```
//! use cstalk_rig::{CurveRate, Rig, RigId, Take};
//!
//! let board = Rig::get(RigId::Board185);
//! let mut row = vec![0.0; board.column_count()];
//! row[board.index_of("CTRL_C_jaw.ty").unwrap()] = 0.5;
//! let mut take = Take::new(RigId::Board185, CurveRate::MODEL);
//! take.push_row(&row)?;
//! let arkit = take.to_rig(RigId::Arkit52)?;
//! let jaw = Rig::get(RigId::Arkit52).index_of("jawOpen").unwrap();
//! assert_eq!(arkit.row(0).unwrap()[jaw], 0.5);
//! # Ok::<(), cstalk_rig::Error>(())
//! ```

mod build;
mod error;
mod facts;
pub mod formats;
pub mod livelink;
pub mod map;
mod names;
mod rate;
mod region;
mod rig;
mod take;

pub use error::{Error, ErrorKind, Result};
pub use map::RigMap;
pub use rate::{CurveRate, MAX_RATE_HZ, MIN_RATE_HZ};
pub use region::Region;
pub use rig::{Certainty, Control, Rig, RigId, Side, Unit};
pub use take::{MAX_TAKE_VALUES, Take};
