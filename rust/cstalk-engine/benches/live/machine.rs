//! The machine: what it is, how busy it is, and how to keep it busy.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::thread::JoinHandle;

/// Processor and cores.
pub(crate) fn describe() -> String {
    let name = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        line.split_once(':').map(|(_, name)| name.trim().to_owned())
    });
    let name = name.unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let build = if cfg!(debug_assertions) { "debug" } else { "release" };
    format!("{name}, {} cores, {build} build", core_count())
}

pub(crate) fn core_count() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Processes that wanted a core over the last minute, where the system tells.
pub(crate) fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().unwrap_or("unknown").to_owned()
}

/// Processor time of this process so far, in seconds; only Linux tells.
pub(crate) fn processor_s() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let after_name = stat.rsplit_once(')')?.1;
    let fields: Vec<f64> = after_name.split_whitespace().map(|field| field.parse().unwrap_or(0.0)).collect();
    // User and system time, in hundredths of a second.
    Some((fields.get(11)? + fields.get(12)?) / 100.0)
}

/// Resident memory now, in MB; only Linux tells.
pub(crate) fn memory_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches("kB").trim().parse::<f64>().ok().map(|kilobytes| kilobytes * 1_024.0 / 1e6)
}

/// Other work on every core, at the priority that every program has, until dropped.
pub(crate) struct OtherWork {
    is_over: Arc<AtomicBool>,
    workers: Vec<JoinHandle<u64>>,
}

impl OtherWork {
    pub(crate) fn on_every_core() -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let workers = (0..core_count())
            .map(|seed| {
                let is_over = Arc::clone(&is_over);
                std::thread::spawn(move || {
                    let mut number = seed as u64 + 1;
                    while !is_over.load(Relaxed) {
                        for _ in 0..10_000 {
                            number ^= number << 13;
                            number ^= number >> 7;
                            number ^= number << 17;
                        }
                        std::hint::black_box(number);
                    }
                    number
                })
            })
            .collect();
        Self { is_over, workers }
    }
}

impl Drop for OtherWork {
    fn drop(&mut self) {
        self.is_over.store(true, Relaxed);
        for worker in self.workers.drain(..) {
            let _ = worker.join();
        }
    }
}
