//! Takes whose format is found from the first bytes.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cstalk_fuzz::read_take(bytes, None, "txt"));
