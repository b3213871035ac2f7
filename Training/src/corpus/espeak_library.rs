//! The one place that calls libespeak-ng, loaded at run time.
//!
//! The library keeps global state, so there is one instance behind a lock.
#![allow(unsafe_code)] // A C library without a maintained Rust binding; every call is wrapped here.

use std::ffi::{CStr, CString, c_char, c_int, c_short, c_uint, c_void};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use libloading::Library;

use super::CorpusError;

const LIBRARY_NAME: &str = "libespeak-ng.so.1";
const AUDIO_OUTPUT_SYNCHRONOUS: c_int = 2;
const INITIALIZE_PHONEME_EVENTS: c_int = 0x0001;
const INITIALIZE_PHONEME_IPA: c_int = 0x0002;
const INITIALIZE_DONT_EXIT: c_int = 0x8000;
const CHARS_UTF8: c_uint = 1;
const PARAMETER_RATE: c_int = 1;
const PARAMETER_PITCH: c_int = 3;
const PARAMETER_RANGE: c_int = 4;
const EVENT_LIST_TERMINATED: c_int = 0;
const EVENT_PHONEME: c_int = 7;
/// IPA with a tie (zero-width joiner) between the letters of one phoneme.
const PHONEME_MODE_TIED_IPA: c_int = 0x02 | 0x80 | (0x200d << 8);

/// `espeak_EVENT`.
#[repr(C)]
struct RawEvent {
    kind: c_int,
    unique_identifier: c_uint,
    text_position: c_int,
    length: c_int,
    audio_position: c_int,
    sample: c_int,
    user_data: *mut c_void,
    id: [u8; 8],
}

type SynthCallback = unsafe extern "C" fn(*mut c_short, c_int, *mut RawEvent) -> c_int;

/// What the callback gathers; guarded by the library's own lock as well, since calls are synchronous.
static GATHERED: Mutex<Gathered> = Mutex::new(Gathered { samples: Vec::new(), phonemes: Vec::new() });

struct Gathered {
    samples: Vec<i16>,
    phonemes: Vec<PhonemeEvent>,
}

/// A phoneme begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PhonemeEvent {
    /// Sample at which it begins, at the library's rate.
    pub(super) sample: usize,
    /// IPA of at most 8 bytes; empty for pauses.
    pub(super) ipa: String,
}

/// Synthesised speech at the library's own rate.
pub(super) struct EspeakSpeech {
    pub(super) rate_hz: u32,
    pub(super) samples: Vec<f32>,
    pub(super) phonemes: Vec<PhonemeEvent>,
}

/// How a text is to be spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Delivery {
    /// Voice and variant, such as `"de+f2"`.
    pub(super) voice: String,
    /// Words a minute, 80..=450.
    pub(super) rate_wpm: i32,
    /// Pitch, 0..=100.
    pub(super) pitch: i32,
    /// Pitch range, 0..=100.
    pub(super) pitch_range: i32,
}

/// The loaded library.
pub(super) struct EspeakLibrary {
    library: Library,
    rate_hz: u32,
}

/// The library, ready; loads it on the first call.
pub(super) fn lock() -> Result<MutexGuard<'static, EspeakLibrary>, CorpusError> {
    static LIBRARY: OnceLock<Result<Mutex<EspeakLibrary>, String>> = OnceLock::new();
    LIBRARY
        .get_or_init(|| EspeakLibrary::load().map(Mutex::new))
        .as_ref()
        .map(|library| library.lock().unwrap_or_else(PoisonError::into_inner))
        .map_err(|message| CorpusError::Synthesiser(message.clone()))
}

unsafe extern "C" fn gather(wave: *mut c_short, sample_count: c_int, events: *mut RawEvent) -> c_int {
    let mut gathered = GATHERED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Ok(count @ 1..) = usize::try_from(sample_count)
        && !wave.is_null()
    {
        // SAFETY: espeak hands over `sample_count` samples that stay valid during the callback.
        gathered.samples.extend_from_slice(unsafe { std::slice::from_raw_parts(wave, count) });
    }
    let mut event = events;
    while !event.is_null() {
        // SAFETY: the list is valid up to and including an event of kind LIST_TERMINATED.
        let current = unsafe { &*event };
        if current.kind == EVENT_LIST_TERMINATED {
            break;
        }
        if current.kind == EVENT_PHONEME {
            let length = current.id.iter().position(|&byte| byte == 0).unwrap_or(current.id.len());
            gathered.phonemes.push(PhonemeEvent {
                sample: usize::try_from(current.sample).unwrap_or(0),
                ipa: whole_letters(&current.id[..length]),
            });
        }
        // SAFETY: `current` was not the last of the list.
        event = unsafe { event.add(1) };
    }
    0
}

/// The text of the bytes without a letter cut off at the end.
fn whole_letters(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(error) => String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned(),
    }
}

impl EspeakLibrary {
    fn load() -> Result<EspeakLibrary, String> {
        // SAFETY: loading runs the library's initialisers, which espeak-ng does not use for anything unsound.
        let library = unsafe { Library::new(LIBRARY_NAME) }.map_err(|error| {
            format!("{LIBRARY_NAME} cannot be loaded ({error}); install the package espeak-ng")
        })?;
        // SAFETY: signatures as in espeak-ng's speak_lib.h of version 1.49 and later.
        let rate_hz = unsafe {
            let initialize = library
                .get::<unsafe extern "C" fn(c_int, c_int, *const c_char, c_int) -> c_int>(
                    b"espeak_Initialize\0",
                )
                .map_err(|error| error.to_string())?;
            let set_callback = library
                .get::<unsafe extern "C" fn(Option<SynthCallback>)>(b"espeak_SetSynthCallback\0")
                .map_err(|error| error.to_string())?;
            let options = INITIALIZE_PHONEME_EVENTS | INITIALIZE_PHONEME_IPA | INITIALIZE_DONT_EXIT;
            let rate_hz = initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, std::ptr::null(), options);
            set_callback(Some(gather));
            rate_hz
        };
        let rate_hz = u32::try_from(rate_hz).ok().filter(|&rate_hz| rate_hz > 0).ok_or_else(|| {
            format!("{LIBRARY_NAME} did not start (code {rate_hz}); is espeak-ng-data installed?")
        })?;
        Ok(EspeakLibrary { library, rate_hz })
    }

    fn function<T>(&self, name: &[u8]) -> Result<libloading::Symbol<'_, T>, CorpusError> {
        // SAFETY: every caller below gives the signature of speak_lib.h.
        unsafe { self.library.get::<T>(name) }.map_err(|error| CorpusError::Synthesiser(error.to_string()))
    }

    /// The library's version.
    pub(super) fn version(&self) -> Result<String, CorpusError> {
        let info =
            self.function::<unsafe extern "C" fn(*mut *const c_char) -> *const c_char>(b"espeak_Info\0")?;
        // SAFETY: espeak_Info takes NULL and returns a static string.
        Ok(unsafe { CStr::from_ptr(info(std::ptr::null_mut())) }.to_string_lossy().into_owned())
    }

    fn set_voice(&self, voice: &str) -> Result<(), CorpusError> {
        let set =
            self.function::<unsafe extern "C" fn(*const c_char) -> c_int>(b"espeak_SetVoiceByName\0")?;
        let name = text_for_c(voice)?;
        // SAFETY: `name` lives through the call.
        match unsafe { set(name.as_ptr()) } {
            0 => Ok(()),
            code => {
                Err(CorpusError::Synthesiser(format!("espeak-ng has no voice \"{voice}\" (code {code})")))
            }
        }
    }

    /// The pronunciation of `text` in IPA, words separated by spaces, phonemes tied.
    pub(super) fn ipa(&mut self, voice: &str, text: &str) -> Result<String, CorpusError> {
        self.set_voice(voice)?;
        let to_phonemes = self
            .function::<unsafe extern "C" fn(*mut *const c_void, c_int, c_int) -> *const c_char>(
                b"espeak_TextToPhonemes\0",
            )?;
        let text = text_for_c(text)?;
        let mut rest: *const c_void = text.as_ptr().cast();
        let mut ipa = String::new();
        while !rest.is_null() {
            // SAFETY: `rest` points into `text` and is advanced by espeak, to NULL at its end; the returned string
            // stays valid until the next call.
            let clause = unsafe { to_phonemes(&raw mut rest, CHARS_UTF8 as c_int, PHONEME_MODE_TIED_IPA) };
            if !clause.is_null() {
                // SAFETY: a NUL-terminated string, see above.
                ipa.push_str(&unsafe { CStr::from_ptr(clause) }.to_string_lossy());
                ipa.push(' ');
            }
        }
        Ok(ipa)
    }

    /// Speaks `text`; phonemes in order of time.
    pub(super) fn speak(&mut self, delivery: &Delivery, text: &str) -> Result<EspeakSpeech, CorpusError> {
        self.set_voice(&delivery.voice)?;
        let set =
            self.function::<unsafe extern "C" fn(c_int, c_int, c_int) -> c_int>(b"espeak_SetParameter\0")?;
        for (parameter, value) in [
            (PARAMETER_RATE, delivery.rate_wpm),
            (PARAMETER_PITCH, delivery.pitch),
            (PARAMETER_RANGE, delivery.pitch_range),
        ] {
            // SAFETY: plain integers; values out of range are clamped by espeak.
            unsafe { set(parameter, value, 0) };
        }
        let synth = self.function::<unsafe extern "C" fn(
            *const c_void,
            usize,
            c_uint,
            c_int,
            c_uint,
            c_uint,
            *mut c_uint,
            *mut c_void,
        ) -> c_int>(b"espeak_Synth\0")?;
        let text_bytes = text_for_c(text)?;
        clear_gathered();
        // SAFETY: the text lives through the call, which is synchronous; NULL is allowed for the last two.
        let code = unsafe {
            synth(
                text_bytes.as_ptr().cast(),
                text_bytes.as_bytes_with_nul().len(),
                0,
                0,
                0,
                CHARS_UTF8,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
            )
        };
        let (samples, mut phonemes) = clear_gathered();
        if code != 0 || samples.is_empty() {
            return Err(CorpusError::Synthesiser(format!(
                "espeak-ng did not speak \"{text}\" (code {code})"
            )));
        }
        sort_by_time(&mut phonemes);
        let samples = samples.into_iter().map(|sample| f32::from(sample) / 32768.0).collect();
        Ok(EspeakSpeech { rate_hz: self.rate_hz, samples, phonemes })
    }
}

fn clear_gathered() -> (Vec<i16>, Vec<PhonemeEvent>) {
    let mut gathered = GATHERED.lock().unwrap_or_else(PoisonError::into_inner);
    (std::mem::take(&mut gathered.samples), std::mem::take(&mut gathered.phonemes))
}

/// Puts events in order of time; events at the same sample keep their order.
fn sort_by_time(phonemes: &mut [PhonemeEvent]) {
    phonemes.sort_by_key(|event| event.sample);
}

fn text_for_c(text: &str) -> Result<CString, CorpusError> {
    CString::new(text)
        .map_err(|_| CorpusError::BadRequest(format!("a text to speak contains a zero byte: {text:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(sample: usize, ipa: &str) -> PhonemeEvent {
        PhonemeEvent { sample, ipa: ipa.into() }
    }

    #[test]
    fn events_are_sorted_and_ties_keep_their_order() {
        let mut events = vec![event(30, "c"), event(10, "a"), event(30, "d"), event(10, "b")];
        sort_by_time(&mut events);
        let order: String = events.iter().map(|e| e.ipa.as_str()).collect();
        assert_eq!(order, "abcd");
    }

    #[test]
    fn a_letter_cut_off_at_eight_bytes_is_dropped() {
        assert_eq!(whole_letters("ɔ̃ː".as_bytes()), "ɔ̃ː");
        assert_eq!(whole_letters(&"tʃɔ".as_bytes()[..4]), "tʃ");
    }
}
