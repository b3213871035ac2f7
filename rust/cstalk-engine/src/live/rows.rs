//! Rows that one thread writes and any number of threads read without waiting.

use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU32, AtomicU64, fence};

/// The two ends of a ring of `capacity` rows with `width` words each.
pub(super) fn row_ring(capacity: usize, width: usize) -> (RowWriter, RowReader) {
    let slot =
        |_| Slot { version: AtomicU64::new(EMPTY), words: (0..width).map(|_| AtomicU32::new(0)).collect() };
    let shared =
        Arc::new(Shared { slots: (0..capacity.max(2)).map(slot).collect(), newest: AtomicU64::new(EMPTY) });
    (RowWriter { shared: Arc::clone(&shared) }, RowReader { shared })
}

/// Version of a slot that holds no whole row. Others are the row's index plus 1.
const EMPTY: u64 = 0;

struct Shared {
    slots: Box<[Slot]>,
    /// Index of the newest row plus 1.
    newest: AtomicU64,
}

struct Slot {
    version: AtomicU64,
    words: Box<[AtomicU32]>,
}

impl Shared {
    fn slot(&self, index: u64) -> &Slot {
        &self.slots[(index % self.slots.len() as u64) as usize]
    }
}

/// The end that writes. There is one.
pub(super) struct RowWriter {
    shared: Arc<Shared>,
}

impl RowWriter {
    /// Rows that the ring holds.
    pub(super) fn capacity(&self) -> u64 {
        self.shared.slots.len() as u64
    }

    /// Writes row `index`, later than all before it. Words that are missing stay as they were.
    ///
    /// **Real-time:** never waits and does not allocate.
    pub(super) fn publish(&mut self, index: u64, words: impl Iterator<Item = u32>) {
        let slot = self.shared.slot(index);
        // A reader that sees one of the new words also sees, behind its own fence, that the version has changed.
        slot.version.store(EMPTY, Relaxed);
        fence(Release);
        for (place, word) in slot.words.iter().zip(words) {
            place.store(word, Relaxed);
        }
        slot.version.store(index + 1, Release);
        self.shared.newest.store(index + 1, Release);
    }
}

/// An end that reads.
#[derive(Clone)]
pub(super) struct RowReader {
    shared: Arc<Shared>,
}

impl RowReader {
    /// Index of the newest row; `None` before the first.
    pub(super) fn newest(&self) -> Option<u64> {
        self.shared.newest.load(Acquire).checked_sub(1)
    }

    /// Index of the oldest row that the next one will not overwrite, while `newest` is the newest.
    pub(super) fn oldest(&self, newest: u64) -> u64 {
        newest.saturating_sub(self.shared.slots.len() as u64 - 2)
    }

    /// Hands the words of row `index` to `take`, with their places; false if the row is not there, or was overwritten
    /// meanwhile: what `take` got is then worthless.
    ///
    /// **Real-time:** never waits and does not allocate.
    pub(super) fn read(&self, index: u64, mut take: impl FnMut(usize, u32)) -> bool {
        let slot = self.shared.slot(index);
        if slot.version.load(Acquire) != index + 1 {
            return false;
        }
        for (place, word) in slot.words.iter().enumerate() {
            take(place, word.load(Relaxed));
        }
        fence(Acquire);
        slot.version.load(Relaxed) == index + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_rows_are_read_while_a_writer_overtakes_all_readers() {
        let (mut writer, reader) = row_ring(4, 64);
        assert_eq!(reader.newest(), None);
        assert!(!reader.read(0, |_, _| ()));
        let readers: Vec<_> = (0..2)
            .map(|_| {
                let reader = reader.clone();
                std::thread::spawn(move || {
                    let (mut whole, mut last) = (0u32, 0);
                    while last < 30_000 {
                        let Some(index) = reader.newest() else { continue };
                        assert!(index >= last, "newest went from {last} to {index}");
                        last = index;
                        let mut words = [0; 64];
                        if reader.read(index, |place, word| words[place] = word) {
                            assert!(words.iter().all(|&word| u64::from(word) == index), "{words:?}");
                            whole += 1;
                        }
                    }
                    whole
                })
            })
            .collect();
        for index in 0..=30_000u32 {
            writer.publish(u64::from(index), std::iter::repeat_n(index, 64));
        }
        for reader in readers {
            assert!(reader.join().unwrap() > 0);
        }
        assert!(!reader.read(100, |_, _| ()), "overwritten long ago");
        assert_eq!(reader.oldest(30_000), 29_998);
    }
}
