//! Other programs: where the repository is, how they are called, what they said.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use testkit::{Context, Error, Result};

/// The top of the repository.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).map_or(here.clone(), PathBuf::from)
}

/// A program, called at the top of the repository.
pub fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    command
}

/// The cargo that called us.
pub fn cargo(arguments: &[&str]) -> Command {
    command(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()), arguments)
}

/// npm in `ui`. (On Windows npm is a script, which only its full name starts.)
pub fn npm(arguments: &[&str]) -> Command {
    let mut npm = command(if cfg!(windows) { "npm.cmd" } else { "npm" }, arguments);
    npm.current_dir(root().join("ui"));
    npm
}

/// A command as one would type it.
pub fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// Runs to the end; its output is ours.
///
/// # Errors
/// It does not start, or ends with a failure.
pub fn must(mut command: Command) -> Result<()> {
    println!("$ {}", shown(&command));
    let status = command.status().context(format!("starting {}", shown(&command)))?;
    if status.success() { Ok(()) } else { Err(Error::new(format!("{}: {status}", shown(&command)))) }
}

/// What a program prints; none where it does not exist or fails.
pub fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a program can be found.
pub fn exists(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Servers live where only root looks.
    let more = ["/usr/sbin", "/usr/local/sbin", "/sbin"].map(PathBuf::from);
    std::env::split_paths(&path).chain(more).any(|folder| folder.join(program).is_file())
}

/// Runs to the end, passing its output on as it comes, and keeps it.
///
/// # Errors
/// It does not start.
pub fn watched(command: &mut Command) -> Result<(ExitStatus, String)> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().context(format!("starting {}", shown(command)))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let text = std::thread::scope(|scope| {
        let err = scope.spawn(|| err.map(|pipe| pass_on(pipe, true)).unwrap_or_default());
        let out = out.map(|pipe| pass_on(pipe, false)).unwrap_or_default();
        out + &err.join().unwrap_or_default()
    });
    Ok((child.wait().context("waiting")?, text))
}

fn pass_on(pipe: impl Read, is_error: bool) -> String {
    let mut all = String::new();
    for line in BufReader::new(pipe).split(b'\n').map_while(std::result::Result::ok) {
        let line = String::from_utf8_lossy(&line).into_owned();
        // A terminal that is gone is no reason to stop.
        let _ = if is_error { writeln!(std::io::stderr(), "{line}") } else { writeln!(std::io::stdout(), "{line}") };
        all.push_str(&line);
        all.push('\n');
    }
    all
}
