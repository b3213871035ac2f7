//! Takes in the format `json`.

#![no_main]

use cstalk_rig::formats::Format;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cstalk_fuzz::read_take(bytes, Some(Format::Json), "json"));
