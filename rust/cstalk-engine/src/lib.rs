//! The streaming state machine from speech samples to face curves, for file and live.
