//! bfloat16 matrix products on the CPU.
//!
//! tch's own `autocast` switches CUDA only, so the two functions of libtorch are looked up by their exported
//! names. On processors with bfloat16 instructions a training step takes less than half the time; parameters,
//! gradients and the losses stay in f32.

use super::error::{Result, TrainError};

const SET_ENABLED: &[u8] = b"_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb";
const CLEAR_CACHE: &[u8] = b"_ZN2at8autocast11clear_cacheEv";
const CPU: i8 = 0;

/// Runs forward passes with matrix products in bfloat16.
pub struct Autocast {
    set_enabled: unsafe extern "C" fn(i8, bool),
    clear_cache: unsafe extern "C" fn(),
}

impl Autocast {
    /// Finds the switch in the libtorch of this process.
    ///
    /// # Errors
    /// [`TrainError::Config`] where this libtorch does not have it.
    #[cfg(unix)]
    #[allow(unsafe_code)]
    pub fn find() -> Result<Self> {
        let process = libloading::os::unix::Library::this();
        // SAFETY: both are functions `void (c10::DeviceType, bool)` and `void ()` of the pinned libtorch 2.11,
        // where DeviceType is an int8_t, and libtorch stays loaded as long as the process runs.
        let symbols = unsafe {
            let set_enabled = process.get::<unsafe extern "C" fn(i8, bool)>(SET_ENABLED);
            let clear_cache = process.get::<unsafe extern "C" fn()>(CLEAR_CACHE);
            set_enabled.and_then(|set| clear_cache.map(|clear| (*set, *clear)))
        };
        let (set_enabled, clear_cache) = symbols
            .map_err(|error| TrainError::Config(format!("autocast is not in this libtorch: {error}")))?;
        Ok(Self { set_enabled, clear_cache })
    }

    /// Finds the switch in the libtorch of this process.
    ///
    /// # Errors
    /// Always [`TrainError::Config`] on this system, where the functions have other names.
    #[cfg(not(unix))]
    pub fn find() -> Result<Self> {
        Err(TrainError::Config("autocast is only available on Unix; set autocast = false".to_owned()))
    }

    /// Runs `forward` with autocast on.
    #[allow(unsafe_code)]
    pub fn run<T>(&self, forward: impl FnOnce() -> T) -> T {
        // SAFETY: see `find`. Without clearing the cache the bfloat16 copies of the weights would go stale.
        unsafe { (self.set_enabled)(CPU, true) };
        let result = forward();
        // SAFETY: as above.
        unsafe {
            (self.set_enabled)(CPU, false);
            (self.clear_cache)();
        }
        result
    }
}
