//! From the model's rows to the rows that were asked for: another rate, then another rig.

use cstalk_rig::RigMap;

use super::{OutputSettings, RateConverter};
use crate::error::{EngineError, ErrorKind, Result};
use crate::stream::Stream;

/// Turns the rows of a [`Stream`] into rows of another rig at another rate, one at a time.
///
/// Row `j` that comes out stands at `j / rate` seconds; rows between two of the model's are interpolated linearly.
pub struct OutputRows {
    converter: RateConverter,
    target: Target,
}

struct Target {
    /// `None` where the rig stays.
    map: Option<&'static RigMap>,
    mapped: Vec<f32>,
}

impl OutputRows {
    /// Rows for what `stream` gives.
    ///
    /// # Errors
    /// `BadModel` if the card's hop makes a rate that no curve can have, `Output` if the rig cannot be reached.
    pub fn new(stream: &Stream, output: &OutputSettings) -> Result<Self> {
        let from = stream.rig();
        let map = RigMap::between(from.id(), output.rig).map_err(bad_output)?;
        Ok(Self {
            converter: RateConverter::new(stream.rate()?, output.rate, from.columns().len()),
            target: Target {
                map: (from.id() != output.rig).then_some(map),
                mapped: vec![0.0; output.rig.column_count()],
            },
        })
    }

    /// Takes the stream's next row and hands on the rows that are now known.
    ///
    /// # Errors
    /// `Output` with the sink's error.
    pub fn push(
        &mut self,
        row: &[f32],
        sink: &mut impl FnMut(&[f32]) -> std::result::Result<(), cstalk_rig::Error>,
    ) -> Result<()> {
        self.converter.push(row, |values| self.target.send(values, sink))
    }

    /// Hands on the rows that still lie before the end of a sound of `sample_count`; returns how many came in all.
    ///
    /// # Errors
    /// `Output` with the sink's error.
    pub fn finish(
        &mut self,
        sample_count: u64,
        sample_rate_hz: u32,
        sink: &mut impl FnMut(&[f32]) -> std::result::Result<(), cstalk_rig::Error>,
    ) -> Result<u64> {
        self.converter.finish(sample_count, sample_rate_hz, |values| self.target.send(values, sink))
    }
}

impl Target {
    fn send(
        &mut self,
        row: &[f32],
        sink: &mut impl FnMut(&[f32]) -> std::result::Result<(), cstalk_rig::Error>,
    ) -> Result<()> {
        let row = match self.map {
            Some(map) => {
                map.apply(row, &mut self.mapped).map_err(bad_output)?;
                &self.mapped
            }
            None => row,
        };
        sink(row).map_err(bad_output)
    }
}

fn bad_output(error: cstalk_rig::Error) -> EngineError {
    EngineError::because(ErrorKind::Output, error.to_string(), error)
}
