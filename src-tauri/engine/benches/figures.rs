//! The figures that the engine must reach, each measured beside its limit in the same run. Run by `cargo xtask bench`, which
//! builds for speed and gives a keyring, a screen and the program; a single figure: `… -- --only delivery`.
//!
//! A profile of one search: `RESTANTE_MILLION=kept cargo xtask bench --only million` leaves the store in that folder, and
//! `RESTANTE_MILLION=kept perf record figures --typed "some words"` looks for them again and again.
//!
//! The large sync, and what is sent, run in processes of their own (`figures sync`, `figures send`), so that their memory is the
//! engine's alone.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that cannot be made ends the run")]

#[path = "figures/acting.rs"]
mod acting;
#[path = "figures/engine_run.rs"]
mod engine_run;
#[path = "figures/folders.rs"]
mod folders;
#[path = "figures/large.rs"]
mod large;
#[path = "figures/latency.rs"]
mod latency;
#[path = "figures/million.rs"]
mod million;
#[path = "figures/opening.rs"]
mod opening;
#[path = "figures/program.rs"]
mod program;
#[path = "figures/sending.rs"]
mod sending;

use serde_json::json;

/// One figure of the table.
pub struct Figure {
    name: &'static str,
    value: f64,
    unit: &'static str,
    limit: f64,
    /// How it came about, and what it is compared with.
    note: String,
}

impl Figure {
    fn new(name: &'static str, value: f64, unit: &'static str, limit: f64, note: impl Into<String>) -> Self {
        let figure = Self { name, value, unit, limit, note: note.into() };
        figure.print();
        figure
    }

    fn reached(&self) -> bool {
        self.value <= self.limit
    }

    fn print(&self) {
        let verdict = if self.reached() { "ok    " } else { "MISSED" };
        println!(
            "{verdict} {:<44} {:>10.2} {:<12} limit {:>8.2}   {}",
            self.name, self.value, self.unit, self.limit, self.note
        );
    }
}

/// The middle one; NaN where there is none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|a| a == name)?;
        arguments.get(at + 1).map(String::as_str)
    };
    match arguments.first().map(String::as_str) {
        Some("sync") => return large::child(value("--order").unwrap()),
        Some("send") => return sending::child(value("--order").unwrap()),
        _ => {}
    }
    if let Some(query) = value("--typed") {
        return million::typed(query);
    }
    let asked: Option<usize> = value("--messages").map(|n| n.parse().unwrap());
    let messages = asked.unwrap_or(100_000);
    let only = value("--only");
    let wanted = |name: &str| only.is_none_or(|only| only == name);
    let mut figures = Vec::new();
    if wanted("large") {
        figures.extend(large::measure(messages));
    }
    if wanted("million") {
        figures.extend(million::measure(asked));
    }
    if wanted("folders") {
        figures.extend(folders::measure());
    }
    if wanted("opening") {
        figures.extend(opening::measure());
    }
    if wanted("delivery") {
        figures.extend(latency::measure());
    }
    if wanted("acting") {
        figures.extend(acting::measure());
    }
    if wanted("sending") {
        figures.extend(sending::measure());
    }
    println!();
    figures.iter().for_each(Figure::print);
    if let Some(file) = std::env::var_os("RESTANTE_FIGURES") {
        let list: Vec<_> = figures
            .iter()
            .map(|f| {
                json!({
                    "name": f.name, "value": f.value, "unit": f.unit, "limit": f.limit,
                    "reached": f.reached(), "note": f.note,
                })
            })
            .collect();
        std::fs::write(file, serde_json::to_string_pretty(&json!({ "messages": messages, "figures": list })).unwrap())
            .unwrap();
    }
    let missed = figures.iter().filter(|f| !f.reached()).count();
    println!("{} reached, {missed} missed", figures.len() - missed);
    if missed > 0 {
        std::process::exit(1);
    }
}
