//! `cargo xtask bench`: builds for speed, measures, prints each figure beside its limit, writes `target/bench.json`.

use crate::setup::{self, Need};
use crate::{process, run};
use testkit::Result;

/// True where every limit is kept.
///
/// # Errors
/// Something is missing or does not build.
pub fn run(arguments: &[String]) -> Result<bool> {
    setup::system(&[Need::Build, Need::Screen, Need::Servers])?;
    setup::modules()?;
    let program = run::build(run::Profile::Release)?;
    let mut bench =
        process::cargo(&["bench", "--package", "engine", "--bench", "figures", "--profile", "release", "--"]);
    bench.args(arguments);
    bench.env("RESTANTE_PROGRAM", program).env("RESTANTE_FIGURES", run::target().join("bench.json"));
    Ok(process::must(bench).is_ok())
}
