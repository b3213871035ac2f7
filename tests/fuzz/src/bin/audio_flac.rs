//! Sound files, container flac.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cstalk_fuzz::read_sound(bytes, "flac"));
