//! The functions and plain structures that cross. What each does is said in `CSTalkNative.h`.
//!
//! Names come as `String`, which the wrapper makes from any bytes (what is not UTF-8 is replaced), numbers that stand
//! for a choice as the enumerations below or as a number that is checked here.
#![allow(
    unsafe_code,
    missing_docs,
    reason = "cxx writes the foreign functions; CSTalkNative.h documents them"
)]

use crate::keys::key_rows;
use crate::log_queue::{drain_log, set_log_level};
use crate::model::{Model, load_model, model_facts};
use crate::preset::{read_preset, write_preset};
use crate::rig::rig_facts;
use crate::session::{Session, open_file_session, open_session};
use crate::voice::{
    AudioInput, Pool, Voice, list_microphones, no_audio_input, open_microphone_voice, open_voice, start_pool,
};
use crate::{interface_version, library_version};

pub use ffi::*;

#[cxx::bridge(namespace = "cstalk::bridge")]
mod ffi {
    /// What came of a call; the numbers are those of `cstalk::Code`.
    #[repr(i32)]
    #[derive(Debug)]
    enum Code {
        Ok = 0,
        NeedMore = 1,
        Finished = 2,
        Cancelled = 3,
        BadInput = 10,
        BadModel = 11,
        InstallRuntime = 12,
        ChooseAnotherProvider = 13,
        Device = 14,
        NotBuilt = 15,
        Misuse = 16,
        WrongLibrary = 17,
        Fault = 18,
    }

    /// Which values are set.
    #[repr(u8)]
    #[derive(Debug)]
    enum ValueKind {
        Emotion = 0,
        EmotionStrength = 1,
        Style = 2,
        PartWeight = 3,
    }

    #[derive(Debug)]
    struct Status {
        code: Code,
        message: String,
    }

    #[derive(Debug)]
    struct Pulled {
        code: Code,
        row_count: usize,
    }

    #[derive(Debug)]
    struct LogRecord {
        level: u8,
        target: String,
        text: String,
    }

    #[derive(Debug)]
    struct NamedValue {
        name: String,
        value: f32,
    }

    #[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
    struct Rate {
        numerator: u32,
        denominator: u32,
    }

    #[derive(Debug)]
    struct RigFacts {
        name: String,
        columns: Vec<String>,
        parts: Vec<String>,
        control_count: usize,
        schema_version: u32,
    }

    #[derive(Debug)]
    struct ModelFacts {
        name: String,
        version: String,
        description: String,
        licence: String,
        non_commercial: bool,
        gives_curves: bool,
        run_by: String,
        rate: Rate,
        look_ahead_ms: f64,
        emotions: Vec<String>,
        styles: Vec<String>,
    }

    #[derive(Debug, Default)]
    struct Settings {
        rig: u8,
        rate: Rate,
        emotion: Vec<NamedValue>,
        emotion_curve_csv: String,
        hears_emotion: bool,
        heard_emotion_strength: f32,
        emotion_strength: Vec<NamedValue>,
        part_weights: Vec<NamedValue>,
        style: Vec<NamedValue>,
        head_motion: f32,
        blinks: f32,
        gaze: f32,
        seed: u64,
        smoothing_ms: f32,
    }

    #[derive(Debug, Default)]
    struct Preset {
        name: String,
        model: String,
        emotion_model: String,
        face: Settings,
    }

    /// On which clock a look's time is.
    #[repr(u8)]
    #[derive(Debug)]
    enum Clock {
        Host = 0,
        /// This moment; the time given plays no part.
        Now = 1,
        Voice = 2,
    }

    #[derive(Debug)]
    struct VoiceOptions {
        rate_hz: u32,
        channel_count: u32,
        capacity_ms: u32,
        delay_ms: f64,
        stale_after_ms: f64,
        fade_ms: f64,
        gate_dbfs: f32,
    }

    #[derive(Debug)]
    struct Shown {
        state: u8,
        time_s: f64,
    }

    #[derive(Debug, Default)]
    struct VoiceCounters {
        heard_s: f64,
        row_count: u64,
        sound_to_curve_p50_ms: f64,
        sound_to_curve_p95_ms: f64,
        sound_to_curve_p99_ms: f64,
        compute_p50_ms: f64,
        compute_p95_ms: f64,
        compute_p99_ms: f64,
        overrun_s: f64,
        missed_s: f64,
        skipped_s: f64,
        stale_count: u64,
        drift_ppm: f64,
        delay_ms: f64,
        look_count: u64,
        early_count: u64,
        peak: f32,
        rms: f32,
        has_ended: bool,
    }

    extern "Rust" {
        fn interface_version() -> u32;
        fn library_version() -> String;
        fn drain_log(records: &mut Vec<LogRecord>) -> u64;
        fn set_log_level(most: u8);
        fn rig_facts(rig: u8, status: &mut Status) -> RigFacts;

        type Model;
        fn load_model(path: &str, provider: u8, onnx_runtime_path: &str, status: &mut Status) -> Box<Model>;
        fn model_facts(model: &Model, status: &mut Status) -> ModelFacts;

        type Session;
        fn open_session(
            model: &Model,
            emotion_model: &Model,
            settings: &Settings,
            rate_hz: u32,
            channel_count: u32,
            status: &mut Status,
        ) -> Box<Session>;
        fn open_file_session(
            model: &Model,
            emotion_model: &Model,
            settings: &Settings,
            path: &str,
            status: &mut Status,
        ) -> Box<Session>;
        fn push(self: &mut Session, interleaved: &[f32]) -> Status;
        fn push_pcm16(self: &mut Session, interleaved: &[i16]) -> Status;
        fn finish(self: &mut Session) -> Status;
        fn advance(self: &mut Session) -> Status;
        fn pull(self: &mut Session, rows: &mut [f32]) -> Pulled;
        fn set_values(self: &mut Session, kind: ValueKind, values: &[NamedValue]) -> Status;
        fn file_done(self: &Session) -> f64;
        fn rate(self: &Session) -> Rate;

        fn read_preset(name: &str, text: &str, status: &mut Status) -> Preset;
        fn write_preset(preset: &Preset, text: &mut String) -> Status;

        fn key_rows(
            values: &[f32],
            column_count: usize,
            column: usize,
            tolerance: f32,
            rows: &mut Vec<u32>,
        ) -> Status;

        type Pool;
        fn start_pool(model: &Model, worker_count: u32, status: &mut Status) -> Box<Pool>;
        fn now_s(self: &Pool) -> f64;

        type AudioInput;
        fn no_audio_input() -> Box<AudioInput>;
        fn push(self: &mut AudioInput, interleaved: &[f32]) -> Code;
        fn lose(self: &mut AudioInput, sample_count: u64) -> Code;

        type Voice;
        fn open_voice(
            pool: &Pool,
            emotion_model: &Model,
            settings: &Settings,
            options: &VoiceOptions,
            input: &mut AudioInput,
            status: &mut Status,
        ) -> Box<Voice>;
        fn open_microphone_voice(
            pool: &Pool,
            emotion_model: &Model,
            settings: &Settings,
            options: &VoiceOptions,
            device: &str,
            status: &mut Status,
        ) -> Box<Voice>;
        fn list_microphones(names: &mut Vec<String>) -> Status;
        fn look(self: &Voice, clock: Clock, time_s: f64, values: &mut [f32], shown: &mut Shown) -> Code;
        fn newest_s(self: &Voice) -> f64;
        fn set_values(self: &Voice, kind: ValueKind, values: &[NamedValue]) -> Status;
        fn set_motion(self: &Voice, head: f32, blinks: f32, gaze: f32) -> Status;
        fn set_delay_ms(self: &Voice, delay_ms: f64) -> Status;
        fn counters(self: &Voice) -> VoiceCounters;
        fn failure(self: &Voice) -> Status;
    }
}
