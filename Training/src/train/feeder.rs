//! Makes batches in background threads, in an order that does not depend on how many there are.

use super::error::{Result, TrainError};
use super::window::{Batch, Window};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{self, JoinHandle};

/// Where windows come from.
pub trait WindowSource: Send + Sync + 'static {
    /// The window of this number: the same window for the same number, whoever asks and when.
    ///
    /// # Errors
    /// [`TrainError`] when its speech cannot be read.
    fn window(&self, number: u64) -> Result<Window>;

    /// Hops of every window.
    fn hop_count(&self) -> usize;

    /// Hops that the network which learns from them looks ahead.
    fn look_ahead_hops(&self) -> i64;
}

/// Batches that wait per thread.
const QUEUE_BATCHES: usize = 3;

/// Worker threads with one bounded queue each, read in turn.
///
/// Dropping the feeder closes the queues and waits for the threads, which end after the batch they are at: none may still
/// make tensors while the process ends and libtorch is taken down.
pub struct Feeder {
    queues: Vec<Receiver<Result<Batch>>>,
    threads: Vec<JoinHandle<()>>,
    delivered: u64,
}

impl Feeder {
    /// Starts `thread_count` threads that make batches of `batch_size` windows from batch `first_batch` on.
    ///
    /// # Errors
    /// [`TrainError::Io`] when a thread cannot be started.
    pub fn start(
        source: &Arc<dyn WindowSource>,
        batch_size: usize,
        thread_count: usize,
        first_batch: u64,
    ) -> Result<Self> {
        let thread_count = thread_count.max(1) as u64;
        let (mut queues, mut threads) = (Vec::new(), Vec::new());
        for offset in 0..thread_count {
            let (sender, queue) = sync_channel(QUEUE_BATCHES);
            let source = Arc::clone(source);
            let first = first_batch + offset;
            let thread = thread::Builder::new()
                .name(format!("feeder-{offset}"))
                .spawn(move || {
                    let mut number = first;
                    while sender.send(make_batch(source.as_ref(), number, batch_size)).is_ok() {
                        number += thread_count;
                    }
                })
                .map_err(TrainError::io("feeder thread"))?;
            queues.push(queue);
            threads.push(thread);
        }
        Ok(Self { queues, threads, delivered: 0 })
    }

    /// The next batch, waiting for it.
    ///
    /// # Errors
    /// Those of [`WindowSource::window`]; [`TrainError::FeederGone`] when a thread has died.
    pub fn next_batch(&mut self) -> Result<Batch> {
        let queue = &self.queues[(self.delivered % self.queues.len() as u64) as usize];
        self.delivered += 1;
        queue.recv().map_err(|_| TrainError::FeederGone)?
    }
}

impl Drop for Feeder {
    fn drop(&mut self) {
        self.queues.clear();
        for thread in self.threads.drain(..) {
            // A thread that has panicked has said so already.
            let _ = thread.join();
        }
    }
}

/// Batch `number` of `source`.
///
/// # Errors
/// Those of [`WindowSource::window`].
pub fn make_batch(source: &dyn WindowSource, number: u64, batch_size: usize) -> Result<Batch> {
    let first = number * batch_size as u64;
    let windows: Vec<Window> =
        (first..first + batch_size as u64).map(|window| source.window(window)).collect::<Result<_>>()?;
    Ok(Batch::stack(&windows, source.hop_count(), source.look_ahead_hops()))
}
