//! A report as plain tables: the one form from which the page and the markdown are written.

use super::statistics::Estimate;

/// A heading, what it means, and rows of text.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) title: String,
    /// How the figures are computed, one paragraph.
    pub(super) text: String,
    pub(super) columns: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(title: &str, text: &str, columns: &[&'static str]) -> Self {
        Self { title: title.to_owned(), text: text.to_owned(), columns: columns.to_vec(), rows: Vec::new() }
    }

    pub(super) fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let heads: Vec<String> = self.columns.iter().map(|name| (*name).to_owned()).collect();
        let rows: String = self.rows.iter().map(|row| line(row)).collect();
        let rule = vec!["---".to_owned(); heads.len()];
        format!("## {}\n\n{}\n\n{}{}{rows}\n", self.title, self.text, line(&heads), line(&rule))
    }

    pub(super) fn html(&self) -> String {
        let cells = |tag: &str, row: &mut dyn Iterator<Item = &str>| -> String {
            row.map(|cell| format!("<{tag}>{}</{tag}>", escaped(cell))).collect()
        };
        let head = cells("th", &mut self.columns.iter().copied());
        let body: String = self
            .rows
            .iter()
            .map(|row| format!("<tr>{}</tr>\n", cells("td", &mut row.iter().map(String::as_str))))
            .collect();
        format!(
            "<h2>{}</h2>\n<p>{}</p>\n<table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>\n",
            escaped(&self.title),
            escaped(&self.text)
        )
    }
}

/// Text that HTML shows as it is.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A number with `digits` decimals, or a dash where there is none.
pub(crate) fn number(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"))
}

/// A share as percent.
pub(super) fn percent(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{:.digits$} %", value * 100.0))
}

/// A figure with its interval.
pub(super) fn interval(estimate: Option<Estimate>, digits: usize) -> String {
    estimate.map_or_else(
        || "-".to_owned(),
        |e| format!("{:.digits$} [{:.digits$}, {:.digits$}]", e.value, e.low, e.high),
    )
}

/// A share with its interval, as percent.
pub(super) fn interval_percent(estimate: Option<Estimate>, digits: usize) -> String {
    estimate.map_or_else(
        || "-".to_owned(),
        |e| {
            format!(
                "{:.digits$} % [{:.digits$}, {:.digits$}]",
                e.value * 100.0,
                e.low * 100.0,
                e.high * 100.0
            )
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_written_and_escaped() {
        let mut table = Table::new("A < B", "text", &["name", "value"]);
        table.rows.push(vec!["energy -> jaw".into(), number(Some(0.5), 2)]);
        assert!(table.html().contains("A &lt; B") && table.html().contains("energy -&gt; jaw"));
        assert!(table.markdown().contains("| energy -> jaw | 0.50 |"));
        assert_eq!(percent(None, 1), "-");
        assert_eq!(
            interval_percent(Some(Estimate { value: 0.9, low: 0.85, high: 0.95 }), 1),
            "90.0 % [85.0, 95.0]"
        );
    }
}
