//! The only door to C++: the engine as opaque handles, slices and a status.
//!
//! C++ never sees this crate directly. The wrapper `Source/CSTalk/Private/CSTalkNative.h`, which hosts and the Unreal
//! plugin compile, calls the functions of the bridge and says what each does; this crate keeps the promises that the
//! wrapper makes:
//!
//! - every function that can fail returns a [`Status`](bridge::Status); nothing throws, since cxx's `Result` would be a
//!   C++ exception and Unreal compiles without those;
//! - a panic ends in `Code::Fault` and a dead handle, never in the host's stack;
//! - nothing borrowed crosses: results are copied into memory of the caller;
//! - nothing is printed: records of the log wait in a bounded queue until the host takes them.
//!
//! The library holds no C++ code of its own. Hosts compile the generated half of the bridge and cxx's runtime file with
//! their own compiler and standard library (`build.rs` writes these, `cmake/` and `cargo xtask package` install them).

mod bridge;
mod guard;
mod keys;
mod log_queue;
mod model;
mod preset;
mod rig;
mod session;
mod settings;
mod voice;

pub use bridge::{
    Clock, Code, LogRecord, ModelFacts, NamedValue, Preset, Pulled, Rate, RigFacts, Settings, Shown, Status,
    ValueKind, VoiceCounters, VoiceOptions,
};
pub use keys::key_rows;
pub use log_queue::{drain_log, set_log_level};
pub use model::{Model, load_model, model_facts};
pub use preset::{read_preset, write_preset};
pub use rig::rig_facts;
pub use session::{Session, open_file_session, open_session};
pub use voice::{
    AudioInput, Pool, Voice, list_microphones, no_audio_input, open_microphone_voice, open_voice, start_pool,
};

/// Version of the interface between wrapper and library: raised whenever `bridge.rs` changes.
pub const INTERFACE_VERSION: u32 = 2;

/// [`INTERFACE_VERSION`], and from here on the log is gathered.
pub fn interface_version() -> u32 {
    log_queue::install();
    INTERFACE_VERSION
}

/// Version of this library.
pub fn library_version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
