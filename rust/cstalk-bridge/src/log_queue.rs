//! The log of the library, kept until the host takes it.
//!
//! Records come from the crates `log` and `tracing` (ONNX Runtime speaks through the latter) and from the panic hook.
//! The newest [`CAPACITY`] are held; how many older ones fell out is counted and told.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use tracing_core::field::{Field, Visit};
use tracing_core::{Event, Interest, LevelFilter, Metadata, Subscriber, span};

use crate::bridge::LogRecord;

const CAPACITY: usize = 512;
const ERROR: u8 = 0;
const WARNING: u8 = 1;
const INFO: u8 = 2;
const DEBUG: u8 = 3;

static MOST: AtomicU8 = AtomicU8::new(INFO);
static LOST: AtomicU64 = AtomicU64::new(0);
static RECORDS: Mutex<VecDeque<LogRecord>> = Mutex::new(VecDeque::new());

/// Moves all records to the end of `records`; returns how many were lost since the last call.
pub fn drain_log(records: &mut Vec<LogRecord>) -> u64 {
    install();
    records.extend(queue().drain(..));
    LOST.swap(0, Ordering::Relaxed)
}

/// Records above this level (0 error, 1 warning, 2 information, 3 for people who look for a fault) are not made.
pub fn set_log_level(most: u8) {
    install();
    let most = most.min(DEBUG);
    MOST.store(most, Ordering::Relaxed);
    log::set_max_level(match most {
        ERROR => log::LevelFilter::Error,
        WARNING => log::LevelFilter::Warn,
        INFO => log::LevelFilter::Info,
        _ => log::LevelFilter::Debug,
    });
}

/// Begins to gather; further calls do nothing. Where a Rust host has set a log of its own, that one stays.
pub(crate) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        if log::set_logger(&Queue).is_ok() {
            log::set_max_level(log::LevelFilter::Info);
        }
        // An error means that a Rust host gathers tracing events already, and keeps doing so.
        let _ = tracing_core::dispatcher::set_global_default(tracing_core::Dispatch::new(Queue));
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            put(ERROR, "panic", info.to_string());
            if cfg!(test) {
                previous(info);
            }
        }));
    });
}

fn queue() -> MutexGuard<'static, VecDeque<LogRecord>> {
    RECORDS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_wanted(level: u8) -> bool {
    level <= MOST.load(Ordering::Relaxed)
}

fn put(level: u8, target: &str, text: String) {
    let mut records = queue();
    if records.len() == CAPACITY {
        records.pop_front();
        LOST.fetch_add(1, Ordering::Relaxed);
    }
    records.push_back(LogRecord { level, target: target.to_owned(), text });
}

struct Queue;

impl log::Log for Queue {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        is_wanted(log_level(metadata.level()))
    }

    fn log(&self, record: &log::Record<'_>) {
        if log::Log::enabled(self, record.metadata()) {
            put(log_level(record.level()), record.target(), record.args().to_string());
        }
    }

    fn flush(&self) {}
}

fn log_level(level: log::Level) -> u8 {
    match level {
        log::Level::Error => ERROR,
        log::Level::Warn => WARNING,
        log::Level::Info => INFO,
        log::Level::Debug | log::Level::Trace => DEBUG,
    }
}

impl Subscriber for Queue {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        // The level may change, so each event asks.
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && is_wanted(event_level(metadata))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::DEBUG)
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut text = EventText(String::new());
        event.record(&mut text);
        put(event_level(event.metadata()), event.metadata().target(), text.0);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

fn event_level(metadata: &Metadata<'_>) -> u8 {
    match *metadata.level() {
        tracing_core::Level::ERROR => ERROR,
        tracing_core::Level::WARN => WARNING,
        tracing_core::Level::INFO => INFO,
        _ => DEBUG,
    }
}

/// The message of an event, then its fields as `name=value`.
struct EventText(String);

impl Visit for EventText {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if !self.0.is_empty() {
            self.0.push(' ');
        }
        self.0 += &if field.name() == "message" {
            format!("{value:?}")
        } else {
            format!("{}={value:?}", field.name())
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // One test, as the queue is the process's.
    #[test]
    fn the_newest_records_are_kept_and_losses_told() {
        set_log_level(INFO);
        drain_log(&mut Vec::new());
        log::debug!(target: "test", "not wanted");
        for number in 0..CAPACITY + 5 {
            log::info!(target: "test", "number {number}");
        }
        let mut records = Vec::new();
        let lost = drain_log(&mut records);
        records.retain(|record| record.target == "test");
        assert!(lost >= 5, "{lost}");
        assert!(records.len() > CAPACITY - 50 && records.iter().all(|record| record.level == INFO));
        let last = records.last().unwrap();
        assert_eq!(last.text, format!("number {}", CAPACITY + 4));
        set_log_level(DEBUG);
        log::debug!(target: "test", "wanted");
        set_log_level(200);
        records.clear();
        drain_log(&mut records);
        assert!(records.iter().any(|record| record.text == "wanted" && record.level == DEBUG));
        set_log_level(INFO);
        assert!(std::panic::catch_unwind(|| panic!("deliberate, for the log")).is_err());
        drain_log(&mut records);
        let told = records.iter().find(|record| record.text.contains("deliberate, for the log"));
        assert!(told.is_some_and(|record| record.level == ERROR && record.text.contains("log_queue.rs")));
    }
}
