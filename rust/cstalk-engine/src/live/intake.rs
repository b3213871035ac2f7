//! From the ring to 16 kHz speech, with silence for what does not come and, if asked for, for what is too quiet.

use cstalk_audio::ring::RingReader;
use cstalk_audio::{Gate, GateSettings, SPEECH_RATE_HZ, SpeechResampler};

use super::host_clock::HostClock;
use crate::error::{EngineError, Result};

/// While nothing arrives, silence fills the time up to this long ago: room for the block with which sound comes back.
const MARGIN_S: f64 = 0.04;
/// Sound that comes back after a gap may be this much too late and is kept; the clock takes it back.
const LATE_TOLERANCE_S: f64 = 0.1;
/// Silence is never more than this behind; a longer gap (the machine slept) sets the clock anew.
const LONGEST_FILL_S: f64 = 2.0;
/// Values of silence pushed at once.
const SILENCE: [f32; 960] = [0.0; 960];

/// What became of the input, in sample times of the device.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct IntakeCounts {
    /// Sample times that came out of the ring, lost ones included.
    pub(super) arrived: u64,
    /// Silence put in where nothing arrived.
    pub(super) filled: u64,
    /// Sample times that came after silence had taken their place, and were left out.
    pub(super) late: u64,
    /// How often the input went stale.
    pub(super) stale: u64,
}

/// Reads a ring and keeps time.
///
/// As long as samples arrive within the time that counts as stale, they pass one by one, whatever their jitter: the
/// voice hears what the ring gave, no more and no less. If nothing comes for longer, silence takes the place, so the
/// face goes on living (it rests, blinks, sways). Sound that comes back is put where the clock says: a source that
/// had paused gets silence up to it, a source that was held up loses what was already replaced.
pub(super) struct Intake {
    reader: RingReader,
    resampler: SpeechResampler,
    gate: Option<Gate>,
    /// Samples that the gate still gives before its first one.
    gate_delay_left: usize,
    rate_hz: f64,
    clock: HostClock,
    block: Vec<f32>,
    /// 16 kHz speech, not yet taken from `taken` on.
    speech: Vec<f32>,
    taken: usize,
    /// Sample times of the device on the voice's time line.
    position: u64,
    stale_after_s: f64,
    is_stale: bool,
    has_ended: bool,
    counts: IntakeCounts,
    /// Sample times of the last block that arrived.
    last_block: u64,
}

impl Intake {
    pub(super) fn new(
        reader: RingReader,
        gate: Option<GateSettings>,
        stale_after_s: f64,
        now_s: f64,
    ) -> Result<Self> {
        let bad_input = |error: cstalk_audio::AudioError| EngineError::bad_input(error.to_string());
        let resampler = SpeechResampler::new(reader.rate_hz(), reader.channel_count()).map_err(bad_input)?;
        let gate = gate.map(|settings| Gate::new(SPEECH_RATE_HZ, settings)).transpose().map_err(bad_input)?;
        let rate_hz = f64::from(reader.rate_hz());
        // What lies in the ring now is taken to have arrived just now.
        let waiting_s = reader.waiting() as f64 / rate_hz;
        Ok(Self {
            clock: HostClock::new(now_s, waiting_s),
            gate_delay_left: gate.as_ref().map_or(0, Gate::delay_samples),
            gate,
            reader,
            resampler,
            rate_hz,
            block: Vec::new(),
            speech: Vec::new(),
            taken: 0,
            position: 0,
            stale_after_s,
            is_stale: false,
            has_ended: false,
            counts: IntakeCounts::default(),
            last_block: 0,
        })
    }

    /// Takes what has arrived, or silence if nothing has for too long; returns how many sample times arrived.
    pub(super) fn take(&mut self, now_s: f64) -> u64 {
        if self.has_ended {
            return 0;
        }
        self.speech.drain(..self.taken);
        self.taken = 0;
        if self.is_stale && self.reader.waiting() > 0 {
            self.come_back(now_s);
        }
        self.block.clear();
        let arrived = self.reader.read(&mut self.block) as u64;
        if arrived > 0 {
            let before = self.speech.len();
            self.resampler.push(&self.block, &mut self.speech);
            self.pass_gate(before);
            self.position += arrived;
            self.counts.arrived += arrived;
            self.last_block = arrived;
            self.clock.observe(now_s, self.position_s());
        } else if self.reader.is_abandoned() {
            let before = self.speech.len();
            self.resampler.finish(&mut self.speech);
            let held_back = self.gate.as_ref().map_or(0, Gate::delay_samples);
            self.speech.resize(self.speech.len() + held_back, 0.0);
            self.pass_gate(before);
            self.has_ended = true;
        } else {
            self.fill(now_s);
        }
        arrived
    }

    /// Bends the clock if it is time.
    pub(super) fn advance_clock(&mut self, now_s: f64) {
        self.clock.advance(now_s);
    }

    /// The next `sample_count` samples of speech, if there are as many.
    pub(super) fn next(&mut self, sample_count: usize) -> Option<&[f32]> {
        let start = self.taken;
        let samples = self.speech.get(start..start + sample_count)?;
        self.taken += sample_count;
        Some(samples)
    }

    /// Leaves out the next `sample_count` samples of speech, as far as there are any.
    pub(super) fn skip(&mut self, sample_count: usize) {
        self.taken = (self.taken + sample_count).min(self.speech.len());
    }

    /// Samples of speech that wait.
    pub(super) fn waiting(&self) -> usize {
        self.speech.len() - self.taken
    }

    /// The writer is gone and everything it wrote is in the speech that waits.
    pub(super) fn has_ended(&self) -> bool {
        self.has_ended
    }

    pub(super) fn is_stale(&self) -> bool {
        self.is_stale
    }

    pub(super) fn clock(&self) -> &HostClock {
        &self.clock
    }

    pub(super) fn counts(&self) -> IntakeCounts {
        self.counts
    }

    pub(super) fn reader(&self) -> &RingReader {
        &self.reader
    }

    /// Length of the last block that arrived, in seconds.
    pub(super) fn last_block_s(&self) -> f64 {
        self.last_block as f64 / self.rate_hz
    }

    /// Delay of the resampler at most, in ms.
    pub(super) fn resample_ms(&self) -> f64 {
        self.resampler.latency().0 as f64 * 1e3 / f64::from(SPEECH_RATE_HZ)
    }

    /// Delay of the gate, in ms.
    pub(super) fn gate_ms(&self) -> f64 {
        let samples = self.gate.as_ref().map_or(0, Gate::delay_samples);
        samples as f64 * 1e3 / f64::from(SPEECH_RATE_HZ)
    }

    /// Values that the buffers have room for: what the voice holds of sound.
    pub(super) fn buffered_values(&self) -> usize {
        self.block.capacity() + self.speech.capacity()
    }

    fn position_s(&self) -> f64 {
        self.position as f64 / self.rate_hz
    }

    /// Sample times that should have arrived by now and have not; below 0 if more have.
    fn missing(&self, now_s: f64) -> i64 {
        ((self.clock.line().voice_at(now_s) - self.position_s()) * self.rate_hz).round() as i64
    }

    fn fill(&mut self, now_s: f64) {
        let missing_s = self.missing(now_s) as f64 / self.rate_hz;
        if !self.is_stale {
            if missing_s < self.stale_after_s {
                return;
            }
            self.is_stale = true;
            self.counts.stale += 1;
        }
        if missing_s > LONGEST_FILL_S.max(2.0 * self.stale_after_s) {
            let voice_s = self.position_s() + MARGIN_S;
            self.clock.restart(now_s, voice_s);
            return;
        }
        self.push_silence(((missing_s - MARGIN_S) * self.rate_hz) as i64);
    }

    /// Puts what waits in the ring where it belongs on the time line.
    fn come_back(&mut self, now_s: f64) {
        self.is_stale = false;
        let excess = self.reader.waiting() as i64 - self.missing(now_s);
        if excess < 0 {
            self.push_silence(-excess);
        } else if excess as f64 > LATE_TOLERANCE_S * self.rate_hz {
            self.counts.late += self.reader.skip(excess.unsigned_abs());
        }
    }

    /// Sends the speech from place `before` on through the gate, whose delay is taken out.
    fn pass_gate(&mut self, before: usize) {
        if let Some(gate) = &mut self.gate {
            gate.process(&mut self.speech[before..]);
            let early = self.gate_delay_left.min(self.speech.len() - before);
            self.speech.drain(before..before + early);
            self.gate_delay_left -= early;
        }
    }

    fn push_silence(&mut self, sample_times: i64) {
        let Ok(sample_times) = u64::try_from(sample_times) else { return };
        let channel_count = self.reader.channel_count();
        let before = self.speech.len();
        let mut left = sample_times;
        while left > 0 {
            let part = left.min((SILENCE.len() / channel_count) as u64);
            self.resampler.push(&SILENCE[..part as usize * channel_count], &mut self.speech);
            left -= part;
        }
        self.pass_gate(before);
        self.position += sample_times;
        self.counts.filled += sample_times;
    }
}
