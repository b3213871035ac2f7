//! The report as one self-contained HTML page and as markdown.

use super::chart::{bars, lines, matrices};
use super::report::Report;
use super::tables::escaped;

const STYLE: &str = "body{font:15px/1.5 sans-serif;max-width:1240px;margin:2em auto;padding:0 1em;color:#222}\
table{border-collapse:collapse;font-size:13px;margin:1em 0 2em}th,td{border:1px solid #ccc;padding:3px 8px;text-align:left}\
th{background:#f2f2f2}tr:nth-child(even) td{background:#fafafa}p{max-width:75em}h2{margin-top:2em}";

/// The page.
pub(super) fn html(report: &Report) -> String {
    let model = &report.model;
    let mut body = format!(
        "<h1>CSTalk evaluation: {} {}</h1>\n<p>{} parameters, weights {}, run by {}. Nothing was tuned on these test sets.</p>\n",
        escaped(&model.name),
        escaped(&model.version),
        model.parameters,
        escaped(&model.weights_sha256),
        escaped(&model.provider)
    );
    let closures = report.contacts.iter().filter(|row| row.group == "all").filter_map(|row| {
        row.f1.map(|f1| (format!("{}: {}", row.set, row.subject), f1.low, f1.value, f1.high))
    });
    body += &bars("Closure F1 with 95 % intervals", &closures.collect::<Vec<_>>(), 1.0);
    let jaws = report.captured.iter().filter_map(|row| {
        row.jaw.map(|jaw| (format!("{}: {}", row.take, row.subject), jaw.best_r, jaw.best_r, jaw.best_r))
    });
    body += &bars("Jaw correlation with real captures (best r)", &jaws.collect::<Vec<_>>(), 1.0);
    for picture in &report.pictures {
        body += picture;
    }
    body += &emotion_pictures(report);
    let noise =
        report.noise.iter().filter(|row| row.subject == "model").filter_map(|row| {
            row.share.map(|share| (row.condition.clone(), share.low, share.value, share.high))
        });
    body += &bars("Mouth movement where nobody speaks, over that in speech", &noise.collect::<Vec<_>>(), 0.2);
    for table in report.tables() {
        body += &table.html();
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>CSTalk evaluation</title>\
         <style>{STYLE}</style></head>\n<body>\n{body}</body></html>\n"
    )
}

/// What the sliders do, and which regions move together under each emotion.
fn emotion_pictures(report: &Report) -> String {
    let sliders = ["0", "0.25", "0.5", "0.75", "1"].map(str::to_owned);
    let moves = report.emotion_responses.iter().skip(1).map(|row| {
        let lengths = std::iter::once(0.0).chain(row.move_lengths.iter().copied());
        (row.emotion.clone(), lengths.collect())
    });
    let moves: Vec<(String, Vec<f64>)> = moves.collect();
    if moves.is_empty() {
        return String::new();
    }
    let mut body = lines("Length of the mean move of all controls over the slider", &sliders, &moves);
    for row in &report.emotion_responses {
        let names: Vec<String> = row.regions.iter().map(|name| (*name).to_owned()).collect();
        let pair = [
            ("model".to_owned(), &row.correlations[..]),
            ("performer on true labels".to_owned(), &row.reference_correlations[..]),
        ];
        body += &matrices(&format!("Regions that move together: {}", row.emotion), &names, &pair);
    }
    body
}

/// The tables as markdown.
pub(super) fn markdown(report: &Report) -> String {
    let model = &report.model;
    let mut text = format!(
        "# Evaluation of `{}`\n\nWritten by `cargo xtask eval --docs`; do not edit. Version {} ({} parameters), run by {}.\n\n",
        model.name, model.version, model.parameters, model.provider
    );
    for table in report.tables() {
        text += &table.markdown();
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_report_is_still_a_page() {
        let mut report = Report::default();
        report.skip("everything", "no <data>");
        assert!(html(&report).contains("no &lt;data&gt;"));
        assert!(markdown(&report).ends_with("| everything | no <data> |\n"));
    }
}
