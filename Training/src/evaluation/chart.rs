//! Small pictures as SVG text.

use std::fmt::Write;

use super::tables::escaped;

/// Colours of lines and bars in order.
pub(super) const COLOURS: [&str; 6] = ["#1f5fa8", "#c2571a", "#2c7a4b", "#8a3f8f", "#7a6a1f", "#444444"];
const WIDTH: f64 = 1100.0;
const LEFT: f64 = 175.0;

/// A strip of curves over one time axis.
pub(super) struct Panel<'a> {
    pub(super) title: &'a str,
    /// Curves as (label, values); value k stands at `k * step_s`.
    pub(super) curves: Vec<(&'a str, Vec<f64>)>,
    /// Seconds between values.
    pub(super) step_s: f64,
    /// Bottom and top of the strip.
    pub(super) range: (f64, f64),
    /// A level worth a line, such as a threshold.
    pub(super) level: Option<f64>,
}

/// Marks along the time axis: (start, end, text, shaded).
pub(super) type Mark = (f64, f64, String, bool);

/// Panels under each other, with marks through all of them, from `start_s` to `end_s`.
pub(super) fn panels(title: &str, panels: &[Panel<'_>], marks: &[Mark], start_s: f64, end_s: f64) -> String {
    const HEIGHT: f64 = 110.0;
    const TOP: f64 = 60.0;
    let total = TOP + HEIGHT * panels.len() as f64 + 30.0;
    let x = |time_s: f64| LEFT + (time_s - start_s) / (end_s - start_s).max(1e-6) * (WIDTH - LEFT - 10.0);
    let mut out = head(title, total);
    for (from_s, to_s, text, shaded) in marks.iter().filter(|mark| mark.1 > start_s && mark.0 < end_s) {
        let (from, to) = (x(from_s.max(start_s)), x(to_s.min(end_s)));
        let fill = if *shaded { "#f3d9cc" } else { "none" };
        let height = total - TOP - 26.0;
        let _ = write!(
            out,
            "<rect x='{from:.1}' y='{TOP}' width='{:.1}' height='{height}' fill='{fill}' stroke='#ddd' stroke-width='0.5'/>\n\
             <text x='{:.1}' y='{}' text-anchor='middle' font-size='12'>{}</text>\n",
            to - from,
            (from + to) / 2.0,
            TOP - 6.0,
            escaped(text)
        );
    }
    for (index, panel) in panels.iter().enumerate() {
        let top = TOP + HEIGHT * index as f64 + 6.0;
        let bottom = top + HEIGHT - 12.0;
        let (low, high) = panel.range;
        let y =
            |value: f64| bottom - (value.clamp(low, high) - low) / (high - low).max(1e-9) * (bottom - top);
        let _ = write!(
            out,
            "<line x1='{LEFT}' y1='{bottom:.1}' x2='{WIDTH}' y2='{bottom:.1}' stroke='#999' stroke-width='0.5'/>\n\
             <text x='4' y='{:.1}' font-size='13' font-weight='bold'>{}</text>\n\
             <text x='{:.1}' y='{:.1}' font-size='10' text-anchor='end' fill='#666'>{high}</text>\n\
             <text x='{:.1}' y='{bottom:.1}' font-size='10' text-anchor='end' fill='#666'>{low}</text>\n",
            top + 14.0,
            escaped(panel.title),
            LEFT - 4.0,
            top + 9.0,
            LEFT - 4.0,
        );
        if let Some(level) = panel.level {
            let at = y(level);
            let _ = writeln!(
                out,
                "<line x1='{LEFT}' y1='{at:.1}' x2='{WIDTH}' y2='{at:.1}' stroke='#c00' stroke-width='0.7' stroke-dasharray='4 3'/>"
            );
        }
        for (which, (label, values)) in panel.curves.iter().enumerate() {
            let colour = COLOURS[which % COLOURS.len()];
            let first = ((start_s / panel.step_s).floor().max(0.0) as usize).min(values.len());
            let last = ((end_s / panel.step_s).ceil() as usize + 1).min(values.len());
            let mut points = String::new();
            for (k, value) in values[first..last.max(first)].iter().enumerate() {
                let _ = write!(points, "{:.1},{:.1} ", x((first + k) as f64 * panel.step_s), y(*value));
            }
            let _ = write!(
                out,
                "<polyline points='{}' fill='none' stroke='{colour}' stroke-width='1.3'/>\n\
                 <text x='4' y='{:.1}' font-size='11' fill='{colour}'>{}</text>\n",
                points.trim_end(),
                top + 30.0 + 13.0 * which as f64,
                escaped(label)
            );
        }
    }
    let second_step = if end_s - start_s > 10.0 { 1.0 } else { 0.2 };
    for tick in 0..=((end_s - start_s) / second_step) as usize {
        let time_s = start_s + tick as f64 * second_step;
        let _ = writeln!(
            out,
            "<text x='{:.1}' y='{}' text-anchor='middle' font-size='10' fill='#666'>{time_s:.1} s</text>",
            x(time_s),
            total - 8.0
        );
    }
    out + "</svg>\n"
}

/// Horizontal bars with intervals: (label, low, value, high), values from 0 to `top`.
pub(super) fn bars(title: &str, bars: &[(String, f64, f64, f64)], top: f64) -> String {
    const STEP: f64 = 22.0;
    const LABELS: f64 = 380.0;
    let total = 40.0 + STEP * bars.len() as f64;
    let x = |value: f64| LABELS + (value / top).clamp(0.0, 1.0) * (WIDTH - LABELS - 70.0);
    let mut out = head(title, total);
    for (index, (label, low, value, high)) in bars.iter().enumerate() {
        let y = 34.0 + STEP * index as f64;
        let middle = y + 7.0;
        let _ = write!(
            out,
            "<text x='{}' y='{:.1}' text-anchor='end' font-size='12'>{}</text>\n\
             <rect x='{LABELS}' y='{y:.1}' width='{:.1}' height='14' fill='{}'/>\n\
             <line x1='{:.1}' y1='{middle:.1}' x2='{:.1}' y2='{middle:.1}' stroke='#000'/>\n\
             <text x='{:.1}' y='{:.1}' font-size='12'>{value:.3}</text>\n",
            LABELS - 6.0,
            y + 11.0,
            escaped(label),
            x(*value) - LABELS,
            COLOURS[0],
            x(*low),
            x(*high),
            x(high.max(*value)) + 6.0,
            y + 11.0,
        );
    }
    out + "</svg>\n"
}

/// Lines over a few named places on the horizontal axis: (label, one value a place), values from 0 to the largest.
pub(super) fn lines(title: &str, places: &[String], series: &[(String, Vec<f64>)]) -> String {
    const HEIGHT: f64 = 260.0;
    const TOP: f64 = 40.0;
    const LEGEND: f64 = 220.0;
    let top = series.iter().flat_map(|(_, values)| values).copied().fold(1e-9, f64::max);
    let steps = places.len().saturating_sub(1).max(1) as f64;
    let x = |place: usize| 60.0 + place as f64 / steps * (WIDTH - LEGEND - 80.0);
    let y = |value: f64| TOP + HEIGHT * (1.0 - (value / top).clamp(0.0, 1.0));
    let mut out = head(title, TOP + HEIGHT.max(16.0 * series.len() as f64) + 40.0);
    for tick in 0..=4 {
        let value = top * f64::from(tick) / 4.0;
        let at = y(value);
        let _ = write!(
            out,
            "<line x1='60' y1='{at:.1}' x2='{:.1}' y2='{at:.1}' stroke='#ddd'/>\n\
             <text x='54' y='{:.1}' text-anchor='end' font-size='11' fill='#666'>{value:.3}</text>\n",
            WIDTH - LEGEND - 20.0,
            at + 4.0
        );
    }
    for (place, name) in places.iter().enumerate() {
        let _ = writeln!(
            out,
            "<text x='{:.1}' y='{:.1}' text-anchor='middle' font-size='11'>{}</text>",
            x(place),
            TOP + HEIGHT + 18.0,
            escaped(name)
        );
    }
    for (which, (label, values)) in series.iter().enumerate() {
        let colour = COLOURS[which % COLOURS.len()];
        let dash = if which < COLOURS.len() { "none" } else { "5 3" };
        let points: String =
            values.iter().enumerate().map(|(k, value)| format!("{:.1},{:.1} ", x(k), y(*value))).collect();
        let _ = write!(
            out,
            "<polyline points='{}' fill='none' stroke='{colour}' stroke-width='1.6' stroke-dasharray='{dash}'/>\n\
             <text x='{:.1}' y='{:.1}' font-size='12' fill='{colour}'>{}{}</text>\n",
            points.trim_end(),
            WIDTH - LEGEND,
            TOP + 8.0 + 16.0 * which as f64,
            escaped(label),
            if which < COLOURS.len() { "" } else { " (dashed)" }
        );
    }
    out + "</svg>\n"
}

/// Square matrices of values in -1..1 beside each other: (title, rows); blue is positive, red negative.
pub(super) fn matrices(title: &str, names: &[String], matrices: &[(String, &[Vec<f64>])]) -> String {
    const CELL: f64 = 22.0;
    const NAMES: f64 = 110.0;
    const TOP: f64 = 52.0;
    let side = CELL * names.len() as f64;
    let mut out = head(title, TOP + side + 20.0);
    for (which, (name, rows)) in matrices.iter().enumerate() {
        let left = NAMES + which as f64 * (side + 30.0);
        let _ = writeln!(out, "<text x='{left:.1}' y='44' font-size='12'>{}</text>", escaped(name));
        for (row, values) in rows.iter().enumerate() {
            let y = TOP + CELL * row as f64;
            if which == 0 {
                let _ = writeln!(
                    out,
                    "<text x='{:.1}' y='{:.1}' text-anchor='end' font-size='11'>{}</text>",
                    left - 6.0,
                    y + 15.0,
                    escaped(&names[row])
                );
            }
            for (column, value) in values.iter().enumerate() {
                let strength = value.abs().clamp(0.0, 1.0);
                let fade = (255.0 * (1.0 - strength)) as u8;
                let (red, blue) = if *value >= 0.0 { (fade, 255) } else { (255, fade) };
                let _ = writeln!(
                    out,
                    "<rect x='{:.1}' y='{y:.1}' width='{CELL}' height='{CELL}' fill='rgb({red},{fade},{blue})'>\
                     <title>{} and {}: {value:.2}</title></rect>",
                    left + CELL * column as f64,
                    escaped(&names[row]),
                    escaped(&names[column])
                );
            }
        }
    }
    out + "</svg>\n"
}

fn head(title: &str, height: f64) -> String {
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}' width='{WIDTH}' height='{height}' \
         font-family='sans-serif'>\n<rect width='{WIDTH}' height='{height}' fill='#fff'/>\n\
         <text x='4' y='20' font-size='15' font-weight='bold'>{}</text>\n",
        escaped(title)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_hold_what_they_are_given() {
        let panel = Panel {
            title: "jaw <open>",
            curves: vec![("a", vec![0.0, 1.0, 2.0, f64::from(3)])],
            step_s: 0.02,
            range: (0.0, 1.0),
            level: Some(0.5),
        };
        let svg = panels(
            "t",
            &[panel],
            &[(0.0, 0.04, "m".into(), true), (5.0, 6.0, "late".into(), false)],
            0.0,
            0.06,
        );
        assert!(svg.contains("jaw &lt;open&gt;") && svg.ends_with("</svg>\n"));
        assert!(svg.contains(">m<") && !svg.contains("late"), "marks outside the time are left out");
        assert_eq!(svg.matches("<polyline").count(), 1);
        let bars = bars("F1", &[("model".into(), 0.8, 0.9, 0.95)], 1.0);
        assert!(bars.contains("0.900"));
        let response = lines("sliders", &["0".into(), "1".into()], &[("happy".into(), vec![0.0, 2.0])]);
        assert!(response.contains("happy") && response.contains("60.0,300.0"), "{response}");
        let names = ["brow".to_owned(), "jaw".to_owned()];
        let coupled = [vec![1.0, -1.0], vec![-1.0, 1.0]];
        let map = matrices("regions", &names, &[("model".into(), &coupled)]);
        assert!(map.contains("rgb(0,0,255)") && map.contains("rgb(255,0,0)"));
    }
}
