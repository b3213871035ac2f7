//! A fixed number of threads that step many voices.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use cstalk_audio::ring::RingReader;
use cstalk_model::{Model, on_step_thread};

use super::core::{Turn, VoiceCore};
use super::settings::VoiceSettings;
use super::voice::Voice;
use crate::error::{EngineError, ErrorKind, Result};

/// Most threads of a pool.
pub const MAX_WORKER_COUNT: usize = 64;
/// A voice that had nothing to do looks for new sound this much later.
const POLL_S: f64 = 0.002;

/// Threads that step the voices of one model.
///
/// Voices wait in one queue and take turns of at most eight hops: whoever is first in it and due is stepped next, by
/// whichever worker is free, and goes to the end. So a voice is stepped by one worker at a time and none starves;
/// two workers keep more voices in time than two pools of one. Dropping the pool ends its voices.
pub struct LivePool {
    model: Arc<Model>,
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
}

struct Shared {
    epoch: Instant,
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    tasks: VecDeque<Task>,
    is_closed: bool,
}

struct Task {
    core: VoiceCore,
    due_s: f64,
}

impl LivePool {
    /// A pool of `worker_count` threads for voices of `model`.
    ///
    /// One core of a current machine steps some dozens of voices of `live`; one or two workers are enough for most games.
    ///
    /// # Errors
    /// `BadInput` for a count outside 1 to 64; `Misuse` if the system has no more threads.
    pub fn new(model: Arc<Model>, worker_count: usize) -> Result<Self> {
        if !(1..=MAX_WORKER_COUNT).contains(&worker_count) {
            let message = format!("live pool: wanted 1 to {MAX_WORKER_COUNT} workers, got {worker_count}");
            return Err(EngineError::bad_input(message));
        }
        let shared = Arc::new(Shared {
            epoch: Instant::now(),
            queue: Mutex::new(Queue::default()),
            changed: Condvar::new(),
        });
        let mut pool = Self { model, shared, workers: Vec::with_capacity(worker_count) };
        for index in 0..worker_count {
            let shared = Arc::clone(&pool.shared);
            let worker = std::thread::Builder::new()
                .name(format!("cstalk-live-{index}"))
                .spawn(move || on_step_thread(|| shared.work()))
                .map_err(|error| {
                    let message = format!("live pool: the system gives no thread: {error}");
                    EngineError::because(ErrorKind::Misuse, message, error)
                })?;
            pool.workers.push(worker);
        }
        Ok(pool)
    }

    /// A new voice that hears `reader` and is stepped from now on.
    ///
    /// # Errors
    /// As [`VoiceCore::new`].
    pub fn add_voice(&self, reader: RingReader, settings: VoiceSettings) -> Result<Voice> {
        let now_s = self.now_s();
        let (core, voice) = VoiceCore::new(Arc::clone(&self.model), reader, &settings, now_s)?;
        self.shared.queue().tasks.push_back(Task { core, due_s: now_s });
        self.shared.changed.notify_one();
        Ok(voice)
    }

    /// Time on the pool's clock, in seconds since the pool was made; the host time of its voices.
    pub fn now_s(&self) -> f64 {
        self.shared.now_s()
    }

    /// Threads of the pool.
    pub fn worker_count(&self) -> usize {
        self.workers.len()
    }

    /// The model of the pool's voices.
    pub fn model(&self) -> &Arc<Model> {
        &self.model
    }
}

impl Shared {
    fn now_s(&self) -> f64 {
        self.epoch.elapsed().as_secs_f64()
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The life of a worker.
    fn work(&self) {
        while let Some(mut task) = self.next_task() {
            let stepped = catch_unwind(AssertUnwindSafe(|| task.core.step(|| self.now_s())));
            let turn = stepped.unwrap_or_else(|_| {
                task.core.fail("a fault in the engine itself; the voice was stopped");
                Turn::Ended
            });
            if turn != Turn::Ended {
                task.due_s = if turn == Turn::More { self.now_s() } else { self.now_s() + POLL_S };
                self.queue().tasks.push_back(task);
            }
        }
    }

    /// The first voice in the queue that is due; waits for one. `None` when the pool closes.
    fn next_task(&self) -> Option<Task> {
        let mut queue = self.queue();
        loop {
            if queue.is_closed {
                return None;
            }
            let now_s = self.now_s();
            if let Some(first) = queue.tasks.iter().position(|task| task.due_s <= now_s) {
                return queue.tasks.remove(first);
            }
            let due_s = queue.tasks.iter().map(|task| task.due_s).fold(f64::INFINITY, f64::min);
            if due_s.is_finite() {
                // At most 2 ms. A sleep keeps that on every system; waits for a condition are coarse on some.
                drop(queue);
                std::thread::sleep(Duration::from_secs_f64((due_s - now_s).max(0.0)));
                queue = self.queue();
            } else {
                queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
}

impl Drop for LivePool {
    fn drop(&mut self) {
        self.shared.queue().is_closed = true;
        self.shared.changed.notify_all();
        for worker in self.workers.drain(..) {
            // A worker that panicked outside a step has nothing to hand over.
            let _ = worker.join();
        }
    }
}

impl std::fmt::Debug for LivePool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LivePool").field("worker_count", &self.worker_count()).finish_non_exhaustive()
    }
}
