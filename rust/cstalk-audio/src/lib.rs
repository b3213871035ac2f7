//! Sample-clock types, decoding, resampling and log-mel features.
