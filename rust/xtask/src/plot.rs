//! Draws curves over the sound they came from, as an SVG picture.

use anyhow::{Context, Result, ensure};
use std::fmt::Write;
use std::path::Path;

const WIDTH: f64 = 1000.0;
const LEFT: f64 = 150.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 40.0;
const WAVE_HEIGHT: f64 = 90.0;
const PANEL_HEIGHT: f64 = 80.0;
const GAP: f64 = 14.0;
const FOOT: f64 = 40.0;
const COLOURS: [&str; 5] = ["#c0392b", "#2471a3", "#1e8449", "#b7950b", "#7d3c98"];

/// What is heard: mono samples in -1..1.
pub(crate) struct Waveform {
    pub(crate) samples: Vec<f32>,
    pub(crate) rate_hz: u32,
}

impl Waveform {
    /// Reads a mono 16-bit WAV file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let mut reader =
            hound::WavReader::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        let spec = reader.spec();
        ensure!(
            spec.channels == 1 && spec.bits_per_sample == 16,
            "{}: wanted mono with 16 bits, found {} channels with {} bits",
            path.display(),
            spec.channels,
            spec.bits_per_sample
        );
        let samples = reader.samples::<i16>().map(|sample| sample.map(|value| f32::from(value) / 32768.0));
        Ok(Self { samples: samples.collect::<Result<_, _>>()?, rate_hz: spec.sample_rate })
    }

    fn seconds(&self) -> f64 {
        self.samples.len() as f64 / f64::from(self.rate_hz.max(1))
    }
}

/// A table of curves: times in seconds and one column a control.
pub(crate) struct CurveTable {
    names: Vec<String>,
    times_s: Vec<f64>,
    rows: Vec<Vec<f64>>,
}

impl CurveTable {
    /// Reads a CSV file whose first column is `time_s`.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let mut reader =
            csv::Reader::from_path(path).with_context(|| format!("cannot read {}", path.display()))?;
        let headers = reader.headers()?.clone();
        ensure!(headers.get(0) == Some("time_s"), "{}: the first column is not time_s", path.display());
        let mut table = Self {
            names: headers.iter().skip(1).map(str::to_owned).collect(),
            times_s: Vec::new(),
            rows: Vec::new(),
        };
        for record in reader.records() {
            let record = record?;
            let values: Vec<f64> = record.iter().map(str::parse).collect::<Result<_, _>>()?;
            ensure!(
                values.iter().all(|value| value.is_finite()),
                "{}: a value is not finite",
                path.display()
            );
            table.times_s.push(values[0]);
            table.rows.push(values[1..].to_vec());
        }
        ensure!(!table.rows.is_empty(), "{}: no rows", path.display());
        Ok(table)
    }

    /// Number of rows.
    pub(crate) fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// The mean of the columns that `prefixes` mean, row by row: the column of exactly that name if there is one,
    /// else all that start so.
    pub(crate) fn mean_of(&self, prefixes: &[&str]) -> Result<Vec<f64>> {
        let exact = |prefix: &str| self.names.iter().any(|name| name == prefix);
        let wanted = |name: &String| {
            prefixes
                .iter()
                .any(|prefix| if exact(prefix) { name == prefix } else { name.starts_with(prefix) })
        };
        let columns: Vec<usize> =
            self.names.iter().enumerate().filter(|(_, name)| wanted(name)).map(|(index, _)| index).collect();
        ensure!(!columns.is_empty(), "no column starts with {}", prefixes.join(" or "));
        let mean =
            |row: &Vec<f64>| columns.iter().map(|&column| row[column]).sum::<f64>() / columns.len() as f64;
        Ok(self.rows.iter().map(mean).collect())
    }

    /// Times of the rows in seconds.
    pub(crate) fn times_s(&self) -> &[f64] {
        &self.times_s
    }
}

/// One named line of the picture.
pub(crate) struct Line {
    pub(crate) label: &'static str,
    pub(crate) values: Vec<f64>,
}

/// The picture: the waveform on top, one panel a line below it, one time axis for all.
pub(crate) fn svg(title: &str, wave: &Waveform, times_s: &[f64], lines: &[Line]) -> String {
    let seconds = wave.seconds().max(times_s.last().copied().unwrap_or(0.0)).max(0.1);
    let x = |time_s: f64| LEFT + (WIDTH - LEFT - RIGHT) * time_s / seconds;
    let bottom = TOP + WAVE_HEIGHT + lines.len() as f64 * (PANEL_HEIGHT + GAP);
    let height = bottom + FOOT;
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\">\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
         <text x=\"{LEFT}\" y=\"24\" font-size=\"16\" fill=\"#222222\">{}</text>",
        escaped(title)
    );
    for second in 0..=seconds.floor() as u32 {
        let at = x(f64::from(second));
        let _ = writeln!(
            out,
            "<line x1=\"{at:.1}\" y1=\"{TOP}\" x2=\"{at:.1}\" y2=\"{bottom}\" stroke=\"#e5e5e5\"/>\
             <text x=\"{at:.1}\" y=\"{:.1}\" font-size=\"12\" fill=\"#555555\" text-anchor=\"middle\">{second} s</text>",
            bottom + 18.0
        );
    }
    label(&mut out, "sound", TOP + WAVE_HEIGHT / 2.0, "#444444");
    let _ = writeln!(out, "<path d=\"{}\" fill=\"#8a8a8a\"/>", wave_outline(wave, x));
    for (index, line) in lines.iter().enumerate() {
        let colour = COLOURS[index % COLOURS.len()];
        let floor = TOP + WAVE_HEIGHT + (index + 1) as f64 * (PANEL_HEIGHT + GAP);
        let top_value = line.values.iter().copied().fold(0.1, f64::max);
        label(&mut out, line.label, floor - PANEL_HEIGHT / 2.0, colour);
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"11\" fill=\"#888888\" text-anchor=\"end\">{top_value:.2}</text>\
             <text x=\"{:.1}\" y=\"{floor:.1}\" font-size=\"11\" fill=\"#888888\" text-anchor=\"end\">0</text>\
             <line x1=\"{LEFT}\" y1=\"{floor:.1}\" x2=\"{:.1}\" y2=\"{floor:.1}\" stroke=\"#bbbbbb\"/>",
            LEFT - 6.0,
            floor - PANEL_HEIGHT + 10.0,
            LEFT - 6.0,
            WIDTH - RIGHT
        );
        let points: Vec<String> = times_s
            .iter()
            .zip(&line.values)
            .map(|(&time_s, value)| {
                format!("{:.1},{:.1}", x(time_s), floor - PANEL_HEIGHT * value.max(0.0) / top_value)
            })
            .collect();
        let _ = writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.6\"/>",
            points.join(" ")
        );
    }
    out += "</svg>\n";
    out
}

fn label(out: &mut String, text: &str, y: f64, colour: &str) {
    let _ = writeln!(
        out,
        "<text x=\"14\" y=\"{:.1}\" font-size=\"14\" fill=\"{colour}\">{}</text>",
        y + 5.0,
        escaped(text)
    );
}

/// The outline of the loudest and softest sample in each pixel column.
fn wave_outline(wave: &Waveform, x: impl Fn(f64) -> f64) -> String {
    let columns = (WIDTH - LEFT - RIGHT) as usize;
    let per_column = wave.samples.len().div_ceil(columns).max(1);
    let peak = wave.samples.iter().fold(0.01_f32, |peak, sample| peak.max(sample.abs()));
    let y = |value: f32| TOP + WAVE_HEIGHT / 2.0 - f64::from(value / peak) * WAVE_HEIGHT / 2.0;
    let mut upper = Vec::new();
    let mut lower = Vec::new();
    for (index, part) in wave.samples.chunks(per_column).enumerate() {
        let at = x((index * per_column) as f64 / f64::from(wave.rate_hz.max(1)));
        upper.push(format!("{at:.1},{:.1}", y(part.iter().copied().fold(0.0, f32::max))));
        lower.push(format!("{at:.1},{:.1}", y(part.iter().copied().fold(0.0, f32::min))));
    }
    lower.reverse();
    if upper.is_empty() {
        return String::new();
    }
    format!("M{} L{} Z", upper.join(" L"), lower.join(" L"))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::{CurveTable, Line, Waveform, svg};

    fn table(text: &str) -> anyhow::Result<CurveTable> {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("curves.csv");
        std::fs::write(&path, text).expect("written");
        CurveTable::read(&path)
    }

    #[test]
    fn columns_are_averaged_by_prefix() {
        let table =
            table("time_s,lipL,lipR,jaw,jawWide\n0.000000,0,1,5,0\n0.020000,1,1,6,0\n").expect("reads");
        assert_eq!(table.mean_of(&["jaw"]).expect("there"), [5.0, 6.0]);
        assert_eq!(table.mean_of(&["lip"]).expect("there"), [0.5, 1.0]);
        assert_eq!(table.mean_of(&["jaw", "lip"]).expect("there"), [2.0, 8.0 / 3.0]);
        assert!(table.mean_of(&["brow"]).is_err());
        assert_eq!(table.row_count(), 2);
    }

    #[test]
    fn tables_that_make_no_picture_are_refused() {
        for text in ["time_s,a\n", "frame,a\n0,1\n", "time_s,a\n0,NaN\n", "time_s,a\n0,x\n"] {
            assert!(table(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn picture_has_one_point_a_row_and_escapes_its_title() {
        let wave = Waveform { samples: vec![0.0, 0.5, -0.5, 0.0], rate_hz: 2 };
        let line = Line { label: "jaw", values: vec![0.0, 1.0, 0.5] };
        let picture = svg("a < b", &wave, &[0.0, 1.0, 2.0], &[line]);
        assert!(picture.contains("a &lt; b"));
        let points =
            picture.split("points=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a line");
        assert_eq!(points.split(' ').count(), 3);
        assert!(!picture.contains("NaN") && !picture.contains("inf"));
    }
}
