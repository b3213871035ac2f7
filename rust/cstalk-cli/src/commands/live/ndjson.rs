//! Rows on standard output, one JSON object a line.

use std::fmt::Write;

use cstalk_rig::{Rig, RigId};

use crate::say;

/// Writes `{"time_s":0.02,"values":{"NAME":0.1,...}}` a row.
pub(super) struct RowPrinter {
    rig: RigId,
    /// The names as JSON, in the order of the columns.
    names: Vec<String>,
    line: String,
}

impl RowPrinter {
    pub(super) fn new(rig: RigId) -> Self {
        let name = |name: &str| serde_json::Value::from(name).to_string();
        let names = Rig::get(rig).columns().iter().map(|control| name(&control.name)).collect();
        Self { rig, names, line: String::new() }
    }

    /// The rig of the rows.
    pub(super) fn rig(&self) -> RigId {
        self.rig
    }

    /// Prints the row of the sound at `time_s`; false if nobody reads any more.
    pub(super) fn print(&mut self, time_s: f64, row: &[f32]) -> bool {
        self.line(time_s, row);
        say::text(&self.line);
        !say::is_pointless()
    }

    fn line(&mut self, time_s: f64, row: &[f32]) {
        self.line.clear();
        // Writing to a string cannot fail; the engine's values are finite, so all are JSON numbers.
        let _ = write!(self.line, "{{\"time_s\":{time_s:.6},\"values\":{{");
        for (index, (name, value)) in self.names.iter().zip(row).enumerate() {
            let comma = if index == 0 { "" } else { "," };
            // Minus zero is one of the engine's zeros.
            let _ = write!(self.line, "{comma}{name}:{}", value + 0.0);
        }
        self.line.push_str("}}\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_object_with_every_name() {
        for rig in RigId::ALL {
            let mut printer = RowPrinter::new(rig);
            let row: Vec<f32> = (0..rig.column_count()).map(|n| n as f32 * 0.01 - 0.3).collect();
            printer.line(1.25, &row);
            assert_eq!(printer.line.matches('\n').count(), 1);
            let object: serde_json::Value = serde_json::from_str(&printer.line).unwrap();
            assert_eq!(object["time_s"], 1.25);
            for (control, value) in Rig::get(rig).columns().iter().zip(&row) {
                assert_eq!(object["values"][&control.name].as_f64().unwrap() as f32, *value);
            }
        }
    }
}
