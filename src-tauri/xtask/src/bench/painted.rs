//! What the eye sees: from a key to the row that shows it, and the longest frame while much is done. Measured inside the page by the
//! journeys of `tests/e2e/pace.rs` and `scale.rs`, with the program that is built for speed.

use crate::process::{self, cargo};
use crate::run::BUILT_WINDOW;
use serde_json::{Value, json};
use std::path::Path;
use testkit::{Context, Result};

/// Name as the journeys have it, and the limit in its unit. What the machine itself costs is beside them, without one.
const LIMITS: [(&str, Option<f64>); 12] = [
    ("key to painted flag, median of 50", Some(50.0)),
    ("key to painted flag, 99 of 100", Some(100.0)),
    ("longest wait for the window while 10,000 are archived", Some(100.0)),
    ("longest frame while 10,000 are archived", Some(100.0)),
    ("longest frame when the window is drawn anew", None),
    ("longest frame at rest", None),
    ("scrolling: frames over 33 ms", Some(1.0)),
    ("scrolling: the longest frame", None),
    ("three accounts being fetched: a click, 99 of 100", Some(100.0)),
    ("answer open to caret", Some(300.0)),
    ("key to painted letter in a 200 KB answer, median of 200", Some(20.0)),
    ("key to painted letter in a 200 KB answer, 99 of 100", Some(50.0)),
];

/// Runs the journeys, prints each figure beside its limit, and adds them to those in `file`. True where every limit is kept.
///
/// # Errors
/// A journey does not build, or ends before it has measured.
pub fn measure(program: &Path, file: &Path, million: &Path) -> Result<bool> {
    let folder = tempfile::Builder::new().prefix("restante-painted-").tempdir().context("a folder for the bench")?;
    let told = folder.path().join("figures");
    let mut journeys = cargo(&["test", "--workspace", "--features", BUILT_WINDOW, "--test", "e2e", "--"]);
    // One after the other: they would measure each other.
    journeys.args(["pace::", "scale::", "--nocapture", "--test-threads=1"]);
    journeys.env("RESTANTE_PROGRAM", program).env("RESTANTE_PAINTED", &told);
    if million.join("mail.sqlite").exists() {
        journeys.env("RESTANTE_MILLION", million);
    }
    // A journey that fails may have measured before it did: its figures are shown, and the whole is not fine.
    let whole = process::must(journeys);
    let lines = std::fs::read_to_string(told).context("the figures of the journeys")?;
    let told: Vec<Value> = lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let mut figures = Vec::new();
    for (name, limit) in LIMITS {
        let figure = told.iter().find(|f| f["name"] == name).context(name)?;
        let (value, unit) = (figure["value"].as_f64().context(name)?, figure["unit"].as_str().context(name)?);
        let reached = limit.is_none_or(|limit| value <= limit);
        let verdict = if reached { "ok    " } else { "MISSED" };
        let shown = limit.map_or_else(|| "      none".to_owned(), |limit| format!("{limit:>10.2}"));
        println!("{verdict} {name:<44} {value:>10.2} {unit:<12} limit {shown}");
        figures.push(json!({
            "name": name, "value": value, "unit": unit, "limit": limit, "reached": reached, "note": "painted, in the window",
        }));
    }
    if let Err(e) = &whole {
        println!("MISSED a journey did not come to its end: {e}");
    }
    let fine = whole.is_ok() && figures.iter().all(|f| f["reached"] == true);
    let known = std::fs::read_to_string(file).ok().and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let mut all = known.unwrap_or_else(|| json!({ "figures": [] }));
    if let Some(list) = all.get_mut("figures").and_then(|f| f.as_array_mut()) {
        list.retain(|f| !LIMITS.iter().any(|(name, _)| f["name"] == *name));
        list.extend(figures);
    }
    let text = serde_json::to_string_pretty(&all).context("the figures")?;
    std::fs::write(file, text).context("writing the figures")?;
    Ok(fine)
}
