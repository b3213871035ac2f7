//! Taking rows from a stream, whole and in blocks.

use cstalk_engine::{Next, Stream};

/// Times in samples, and rows.
pub(crate) type Rows = Vec<(i64, Vec<f32>)>;

/// Takes all rows that are ready; returns whether the stream has ended.
pub(crate) fn take_rows(stream: &mut Stream, rows: &mut Rows) -> bool {
    loop {
        match stream.next().expect("the model runs") {
            Next::Row { time, values } => rows.push((time.0, values.to_vec())),
            Next::NeedMore => return false,
            Next::Finished => return true,
        }
    }
}

/// Rows of a clip that is pushed at once.
pub(crate) fn whole(stream: &mut Stream, samples: &[f32]) -> Rows {
    let mut rows = Rows::new();
    stream.push(samples).expect("the stream is open");
    stream.finish();
    assert!(take_rows(stream, &mut rows), "a finished stream ends");
    rows
}

/// Rows of a clip that is pushed in blocks of so many samples, over and over, with rows taken after those that say so.
pub(crate) fn chunked(stream: &mut Stream, samples: &[f32], blocks: &[(usize, bool)]) -> Rows {
    let mut rows = Rows::new();
    let mut rest = samples;
    for &(block_samples, take) in blocks.iter().cycle().take(10_000) {
        let (block, later) = rest.split_at(block_samples.min(rest.len()));
        stream.push(block).expect("the stream is open");
        if take {
            assert!(!take_rows(stream, &mut rows), "an open stream does not end");
        }
        rest = later;
    }
    stream.push(rest).expect("the stream is open");
    stream.finish();
    assert!(take_rows(stream, &mut rows), "a finished stream ends");
    rows
}
