//! The log: one file in the profile that turns over at 2 MiB, three kept. `RESTANTE_LOG` takes filters such as
//! `engine=debug`. The engine never logs secrets or the text of mail; a line is cut at 2 KiB.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// A certificate that the person accepted is no error, though the system's verifier cries out at each connection.
const USUAL: &str = "info,rustls_platform_verifier=off";
const TURNS_AT: u64 = 2 << 20;
const KEPT: u32 = 3;
const LINE: usize = 2 << 10;

/// Starts logging into the profile, and to standard error where `RESTANTE_LOG` is set. Panics go into the log as well.
pub fn start(profile: &Path) -> io::Result<()> {
    use tracing_subscriber::prelude::*;
    let asked = std::env::var("RESTANTE_LOG").ok();
    let filter = || EnvFilter::new(asked.as_deref().unwrap_or(USUAL));
    let file = Rotating::open(&profile.join("log"))?;
    let to_file = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(file).with_filter(filter());
    let to_terminal =
        asked.is_some().then(|| tracing_subscriber::fmt::layer().with_writer(io::stderr).with_filter(filter()));
    // Fails only where a subscriber is set already, which then hears what is said.
    let _ = tracing_subscriber::registry().with(to_file).with(to_terminal).try_init();
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        tracing::error!(
            place = panic.location().map(tracing::field::display),
            words = panic.payload_as_str(),
            "a part of the program failed"
        );
        usual(panic);
    }));
    Ok(())
}

/// A file that is put aside when it has grown.
#[derive(Clone)]
struct Rotating(Arc<Mutex<Turning>>);

struct Turning {
    folder: PathBuf,
    file: File,
    size: u64,
}

impl Rotating {
    fn open(folder: &Path) -> io::Result<Self> {
        let folder = crate::profile::make(folder)?;
        let (file, size) = newest(&folder)?;
        Ok(Self(Arc::new(Mutex::new(Turning { folder, file, size }))))
    }
}

fn path(folder: &Path, age: u32) -> PathBuf {
    folder.join(if age == 0 { "restante.log".to_owned() } else { format!("restante.{age}.log") })
}

fn newest(folder: &Path) -> io::Result<(File, u64)> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path(folder, 0))?;
    let size = file.metadata()?.len();
    Ok((file, size))
}

impl Turning {
    fn turn(&mut self) -> io::Result<()> {
        for age in (0..KEPT).rev() {
            // A missing file is no reason to stop turning.
            let _ = std::fs::rename(path(&self.folder, age), path(&self.folder, age + 1));
        }
        (self.file, self.size) = newest(&self.folder)?;
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Rotating {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Write for Rotating {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut turning = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if turning.size >= TURNS_AT {
            turning.turn()?;
        }
        let cut = line.get(..LINE).unwrap_or(line);
        turning.file.write_all(cut)?;
        if cut.len() < line.len() {
            turning.file.write_all(" …\n".as_bytes())?;
        }
        turning.size += cut.len() as u64;
        Ok(line.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_log_turns_over_and_keeps_three_old_ones() {
        let profile = tempfile::tempdir().unwrap();
        let mut log = Rotating::open(profile.path()).unwrap();
        let line = [b'x'; LINE];
        for _ in 0..(TURNS_AT as usize / LINE + 1) * 5 {
            log.write_all(&line).unwrap();
        }
        log.write_all(&[b'y'; LINE + 1]).unwrap();
        for age in 0..=KEPT {
            assert!(path(profile.path(), age).exists(), "{age}");
        }
        assert!(!path(profile.path(), KEPT + 1).exists());
        let last = std::fs::read(path(profile.path(), 0)).unwrap();
        assert!(last.ends_with("y …\n".as_bytes()));
    }
}
