//! The commands of the README: `cargo xtask demo`, `cargo xtask test`, and what else a day needs.
//!
//! Each first looks whether the machine has what it needs ([`setup`]) and installs what is missing, or says what to install.
//! This crate needs no system library, so that it can be built before they are there.

mod bench;
mod demo;
mod desktop;
mod package;
mod process;
mod run;
mod setup;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  setup                                   install what is missing, build nothing
  demo [--screenshot FILE] [--keep]       two accounts full of mail on servers of this machine, in a window
  test                                    every check there is
  run [ARGUMENTS]                         the program, for everyday use (release build)
  dev [ARGUMENTS]                         the program with hot reload of the window
  bench [--messages N]                    measure, and compare with what must be reached; writes target/bench.json
  package [ARGUMENTS]                     packages of this system, in target/dist/bundle
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("", [].as_slice()),
    };
    let done = match command {
        "setup" => setup::everything().map(|()| true),
        "demo" => demo::run(rest).map(|()| true),
        "test" => test::run(),
        "run" => run::run(rest).map(|()| true),
        "dev" => run::dev(rest).map(|()| true),
        "bench" => bench::run(rest),
        "package" => package::run(rest).map(|()| true),
        _ => {
            print!("{USAGE}");
            return if matches!(command, "" | "help" | "--help" | "-h") {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(2)
            };
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(words) => {
            eprintln!("\n{words}");
            ExitCode::FAILURE
        }
    }
}
