//! Where one run keeps its data, and what the command line asks for.
//!
//! A profile is one folder: the store, the log, the window's size, the webview's data, the lock. `--profile` or the
//! environment's `RESTANTE_PROFILE` names it; otherwise the platform's own place for data of programs is taken.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The profile's folder.
    pub profile: PathBuf,
    /// Files with an account form in JSON, to be added at start and removed once read.
    pub add_accounts: Vec<PathBuf>,
    /// A file to write once the first rows are on the screen.
    pub ready_file: Option<PathBuf>,
    /// A `mailto:` address that the system gives to the mail program; as it came, so hostile.
    pub mailto: Option<String>,
}

/// What to do with a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invocation {
    /// Run the program.
    Run(Options),
    /// Print this and end.
    Say(String),
    /// Print this and end with failure.
    Wrong(String),
}

const USAGE: &str = "\
Usage: restante [OPTIONS] [mailto:ADDRESS]

  --profile DIR        keep all data in DIR (also: RESTANTE_PROFILE)
  --add-account FILE   add the account described in FILE (JSON), then remove FILE
  --ready-file FILE    write FILE once the first rows are on the screen
  --version            print the version
  --help               print this text
";

impl Invocation {
    /// Reads arguments (without the program's name). Of several `mailto:` addresses the first counts.
    pub fn parse(args: impl IntoIterator<Item = OsString>, environment: Option<OsString>) -> Self {
        let mut profile = environment.filter(|p| !p.is_empty()).map(PathBuf::from);
        let mut add_accounts = Vec::new();
        let mut ready_file = None;
        let mut mailto = None;
        let mut args = args.into_iter();
        while let Some(arg) = args.next() {
            let text = arg.to_string_lossy().into_owned();
            let (name, inline) = match text.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name.to_owned(), Some(OsString::from(value))),
                _ => (text, None),
            };
            let mut value = || inline.clone().or_else(|| args.next()).map(PathBuf::from);
            match name.as_str() {
                "--version" | "-V" => return Self::Say(format!("restante {}\n", env!("CARGO_PKG_VERSION"))),
                "--help" | "-h" => return Self::Say(USAGE.to_owned()),
                "--profile" => match value() {
                    Some(path) => profile = Some(path),
                    None => return Self::Wrong(format!("--profile needs a folder\n\n{USAGE}")),
                },
                "--add-account" => match value() {
                    Some(path) => add_accounts.push(path),
                    None => return Self::Wrong(format!("--add-account needs a file\n\n{USAGE}")),
                },
                "--ready-file" => match value() {
                    Some(path) => ready_file = Some(path),
                    None => return Self::Wrong(format!("--ready-file needs a file\n\n{USAGE}")),
                },
                address if address.get(..7).is_some_and(|s| s.eq_ignore_ascii_case("mailto:")) => {
                    mailto.get_or_insert_with(|| address.to_owned());
                }
                other => return Self::Wrong(format!("unknown argument {other:?}\n\n{USAGE}")),
            }
        }
        match profile.or_else(usual) {
            Some(profile) => Self::Run(Options { profile, add_accounts, ready_file, mailto }),
            None => Self::Wrong("no folder for data is known on this system: use --profile DIR\n".to_owned()),
        }
    }
}

/// The platform's place: `~/.local/share/restante`, `%LOCALAPPDATA%\Restante`, `~/Library/Application Support/Restante`.
fn usual() -> Option<PathBuf> {
    let name = if cfg!(any(windows, target_os = "macos")) { "Restante" } else { "restante" };
    dirs::data_local_dir().map(|place| place.join(name))
}

/// Makes the profile's folder, readable by its owner alone, and gives its absolute path.
pub fn make(profile: &Path) -> io::Result<PathBuf> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(profile)?;
    std::path::absolute(profile)
}

/// Writes a file that only its owner can read, in place of any that was there.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(bytes)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::panic, reason = "tests")]
    use super::*;

    fn parse(args: &[&str], environment: Option<&str>) -> Invocation {
        Invocation::parse(args.iter().map(OsString::from), environment.map(OsString::from))
    }

    #[test]
    fn the_profile_comes_from_argument_then_environment_then_platform() {
        let profile = |args: &[&str], environment| match parse(args, environment) {
            Invocation::Run(options) => options.profile,
            other => panic!("{other:?}"),
        };
        assert_eq!(profile(&["--profile", "/a"], Some("/b")), Path::new("/a"));
        assert_eq!(profile(&["--profile=/a"], None), Path::new("/a"));
        assert_eq!(profile(&[], Some("/b")), Path::new("/b"));
        assert!(profile(&["mailto:a@b.example?attach=/etc/passwd"], Some("")).ends_with("restante"));
    }

    #[test]
    fn arguments_are_taken_or_refused_by_name() {
        let Invocation::Run(options) =
            parse(&["--add-account", "a", "--add-account=b", "--ready-file", "r", "--profile", "p"], None)
        else {
            panic!("not run")
        };
        assert_eq!(options.add_accounts, [Path::new("a"), Path::new("b")]);
        assert_eq!(options.ready_file.as_deref(), Some(Path::new("r")));
        assert_eq!(options.mailto, None);
        let Invocation::Run(options) = parse(&["MAILTO:a@b.example?subject=a=b", "mailto:c@d.example"], Some("p"))
        else {
            panic!("not run")
        };
        assert_eq!(options.mailto.as_deref(), Some("MAILTO:a@b.example?subject=a=b"));
        for wrong in [&["--profile"][..], &["--nonsense"], &["file.eml"], &["--add-account"]] {
            assert!(matches!(parse(wrong, Some("p")), Invocation::Wrong(_)), "{wrong:?}");
        }
        assert!(matches!(parse(&["--version"], None), Invocation::Say(_)));
    }
}
