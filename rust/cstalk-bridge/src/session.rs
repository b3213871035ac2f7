//! One clip from sound to rows, pushed by the host or read from a file.

use std::sync::Arc;

use cstalk_audio::{SPEECH_RATE_HZ, SpeechReader, SpeechResampler};
use cstalk_engine::Stream;
use cstalk_engine::file::OutputRows;

use crate::bridge::{Code, NamedValue, Pulled, Rate, Settings, Status, ValueKind};
use crate::guard::{Handle, Refusal, Result, guard_into};
use crate::model::Model;
use crate::settings::{emotion_source, emotion_strength, output_settings, stream_settings};

/// Values of 16-bit sound that are converted at once.
const PCM_BLOCK: usize = 1_024;

/// A clip, or nothing.
pub struct Session {
    clip: Handle<Clip>,
    rate: Rate,
}

/// Opens for sound that the host pushes; the handle is empty unless `status` is ok.
pub fn open_session(
    model: &Model,
    emotion_model: &Model,
    settings: &Settings,
    rate_hz: u32,
    channel_count: u32,
    status: &mut Status,
) -> Box<Session> {
    open(model, emotion_model, settings, status, || {
        let channel_count = usize::try_from(channel_count).unwrap_or(usize::MAX);
        Ok(Source::Pushed(Box::new(SpeechResampler::new(rate_hz, channel_count)?)))
    })
}

/// Opens on a sound file; the handle is empty unless `status` is ok.
pub fn open_file_session(
    model: &Model,
    emotion_model: &Model,
    settings: &Settings,
    path: &str,
    status: &mut Status,
) -> Box<Session> {
    open(model, emotion_model, settings, status, || Ok(Source::File(Box::new(SpeechReader::open(path)?))))
}

fn open(
    model: &Model,
    emotion_model: &Model,
    settings: &Settings,
    status: &mut Status,
    source: impl FnOnce() -> Result<Source>,
) -> Box<Session> {
    let clip = guard_into(status, || {
        let stream = Stream::new(Arc::clone(model.get()?), stream_settings(settings, emotion_model)?)?;
        let output = output_settings(settings, &stream)?;
        let rate = Rate { numerator: output.rate.numerator(), denominator: output.rate.denominator() };
        let rows = OutputRows::new(&stream, &output)?;
        let ready = Ready { values: Vec::new(), taken: 0, row_values: output.rig.column_count() };
        Ok((Clip { source: source()?, stream, rows, speech: Vec::new(), ready, is_finished: false }, rate))
    });
    let (clip, rate) = clip.map_or((None, Rate { numerator: 0, denominator: 1 }), |(c, r)| (Some(c), r));
    Box::new(Session { clip: Handle::new(clip), rate })
}

impl Session {
    /// Hears the next interleaved values.
    pub fn push(&mut self, interleaved: &[f32]) -> Status {
        self.run(|clip| clip.push(interleaved))
    }

    /// Hears the next interleaved values of 16 bits.
    pub fn push_pcm16(&mut self, interleaved: &[i16]) -> Status {
        self.run(|clip| {
            let mut block = [0.0; PCM_BLOCK];
            interleaved.chunks(PCM_BLOCK).try_for_each(|values| {
                for (float, value) in block.iter_mut().zip(values) {
                    // The scale of decoded files, so that both ways give the same bits.
                    *float = f32::from(*value) / 32_768.0;
                }
                clip.push(&block[..values.len()])
            })
        })
    }

    /// Ends the clip.
    pub fn finish(&mut self) -> Status {
        self.run(Clip::finish)
    }

    /// Hears about one more second of the file; `Finished` at its end.
    pub fn advance(&mut self) -> Status {
        let is_finished = self.clip.run(Clip::advance);
        match is_finished {
            Ok(false) => Status::ok(),
            Ok(true) => Status { code: Code::Finished, message: String::new() },
            Err(refusal) => refusal.into(),
        }
    }

    /// Moves as many whole rows as fit into `rows`, axes `[row, column]`.
    pub fn pull(&mut self, rows: &mut [f32]) -> Pulled {
        self.clip
            .run(|clip| Ok(clip.pull(rows)))
            .unwrap_or_else(|refusal| Pulled { code: refusal.code, row_count: 0 })
    }

    /// Changes emotion or strength from the next row on; the style of a clip is that of its start.
    pub fn set_values(&mut self, kind: ValueKind, values: &[NamedValue]) -> Status {
        self.run(|clip| match kind {
            ValueKind::Emotion => Ok(clip.stream.set_emotion(emotion_source(values)?)?),
            ValueKind::EmotionStrength => Ok(clip.stream.set_emotion_strength(emotion_strength(values)?)?),
            _ => Err(Refusal::misuse("a session's style is set when it is opened")),
        })
    }

    /// Share of the file that was heard; negative if there is none or it does not tell its length.
    pub fn file_done(&self) -> f64 {
        self.clip.get().and_then(Clip::file_done).unwrap_or(-1.0)
    }

    /// Rows a second.
    pub fn rate(&self) -> Rate {
        self.rate
    }

    fn run(&mut self, body: impl FnOnce(&mut Clip) -> Result<()>) -> Status {
        self.clip.run(body).map_or_else(Status::from, |()| Status::ok())
    }
}

enum Source {
    Pushed(Box<SpeechResampler>),
    File(Box<SpeechReader>),
}

struct Clip {
    source: Source,
    stream: Stream,
    rows: OutputRows,
    /// Speech samples on their way to the stream.
    speech: Vec<f32>,
    ready: Ready,
    is_finished: bool,
}

/// Rows that wait for the host, axes `[row, column]`, from `taken` on.
struct Ready {
    values: Vec<f32>,
    taken: usize,
    row_values: usize,
}

impl Clip {
    fn push(&mut self, interleaved: &[f32]) -> Result<()> {
        let Source::Pushed(resampler) = &mut self.source else {
            return Err(Refusal::misuse("this session reads a file: advance it instead of pushing"));
        };
        if self.is_finished {
            return Err(Refusal::misuse("sound was pushed into a finished session: open a new one"));
        }
        resampler.push(interleaved, &mut self.speech);
        self.hear()
    }

    fn finish(&mut self) -> Result<()> {
        let Source::Pushed(resampler) = &mut self.source else {
            return Err(Refusal::misuse("this session reads a file: advance it to its end"));
        };
        if self.is_finished {
            return Ok(());
        }
        resampler.finish(&mut self.speech);
        self.end()
    }

    /// Whether the file is at its end.
    fn advance(&mut self) -> Result<bool> {
        let Source::File(reader) = &mut self.source else {
            return Err(Refusal::misuse("this session takes pushed sound: it has no file to advance in"));
        };
        if self.is_finished {
            return Ok(true);
        }
        while self.speech.len() < SPEECH_RATE_HZ as usize {
            if !reader.read(&mut self.speech)? {
                for warning in &reader.info().warnings {
                    log::warn!("{warning}");
                }
                self.end()?;
                return Ok(true);
            }
        }
        self.hear()?;
        Ok(false)
    }

    fn file_done(&self) -> Option<f64> {
        let Source::File(reader) = &self.source else { return None };
        let declared_s = reader.info().declared_duration_s().filter(|length_s| *length_s > 0.0)?;
        let heard_s = self.stream.heard_samples() as f64 / f64::from(SPEECH_RATE_HZ);
        Some((heard_s / declared_s).min(1.0))
    }

    fn hear(&mut self) -> Result<()> {
        self.ready.drop_taken();
        self.stream.push(&self.speech)?;
        self.speech.clear();
        self.gather()
    }

    fn end(&mut self) -> Result<()> {
        self.is_finished = true;
        self.hear()?;
        self.stream.finish();
        self.gather()?;
        let ready = &mut self.ready;
        self.rows.finish(self.stream.heard_samples(), SPEECH_RATE_HZ, &mut |row| ready.keep(row))?;
        Ok(())
    }

    fn gather(&mut self) -> Result<()> {
        let ready = &mut self.ready;
        self.stream.drain(|row| self.rows.push(row.values, &mut |row| ready.keep(row)))?;
        Ok(())
    }

    fn pull(&mut self, rows: &mut [f32]) -> Pulled {
        let row_count = self.ready.take(rows);
        let code = if row_count > 0 {
            Code::Ok
        } else if !self.ready.is_empty() {
            // Not even one row fits.
            Code::Misuse
        } else if self.is_finished {
            Code::Finished
        } else {
            Code::NeedMore
        };
        Pulled { code, row_count }
    }
}

impl Ready {
    fn keep(&mut self, row: &[f32]) -> std::result::Result<(), cstalk_rig::Error> {
        self.values.extend_from_slice(row);
        Ok(())
    }

    fn drop_taken(&mut self) {
        self.values.drain(..self.taken);
        self.taken = 0;
    }

    fn is_empty(&self) -> bool {
        self.taken == self.values.len()
    }

    /// Moves whole rows into `rows`; returns how many.
    fn take(&mut self, rows: &mut [f32]) -> usize {
        let waiting = &self.values[self.taken..];
        let row_count = (rows.len() / self.row_values).min(waiting.len() / self.row_values);
        let value_count = row_count * self.row_values;
        rows[..value_count].copy_from_slice(&waiting[..value_count]);
        self.taken += value_count;
        row_count
    }
}
