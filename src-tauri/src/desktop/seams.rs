//! Test runs answer in place of the system: no dialog is shown, nothing is opened.

use std::path::PathBuf;

/// What answers in place of the system in test runs; never set in a release build.
#[derive(Debug, Default)]
pub struct Seams {
    /// Every question where to save is answered with this folder.
    pub dialogs: Option<PathBuf>,
    /// Links and files are appended here, one per line, instead of being opened.
    opener: Option<PathBuf>,
}

impl Seams {
    /// As the environment has them.
    pub fn from_environment() -> Self {
        let of = |name| cfg!(debug_assertions).then(|| std::env::var_os(name).map(PathBuf::from)).flatten();
        Self { dialogs: of("RESTANTE_TEST_DIALOGS"), opener: of("RESTANTE_TEST_OPENER") }
    }

    /// Whether `what` was noted instead of being opened.
    pub fn note(&self, what: &str) -> bool {
        use std::io::Write as _;
        let Some(path) = &self.opener else { return false };
        let noted =
            std::fs::File::options().create(true).append(true).open(path).and_then(|mut f| writeln!(f, "{what}"));
        if let Err(error) = noted {
            tracing::error!(%error, "the test's file for opened things cannot be written");
        }
        true
    }
}
