//! Whose `mailto:` addresses are. Each system keeps that choice in a way of its own, and each lets a program ask for it: Linux
//! by `xdg-mime`, macOS by Launch Services, Windows only by opening its settings at the right page. What they are asked with are
//! tools of the system, so that nothing here needs to be trusted with its memory.
//!
//! All three are compiled everywhere, so that their words are tested everywhere.

use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};

/// The name of the program in its desktop file, in the registry, in Launch Services.
const IDENTIFIER: &str = "org.restante.Restante";
const SCHEME: &str = "x-scheme-handler/mailto";
/// The class of our addresses in Windows' registry.
const CLASS: &str = "Restante.Url.mailto";

/// How it stands with `mailto:` addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// They come to this program.
    Ours,
    /// They go to another, or to none.
    Others,
    /// The system cannot be asked.
    Unknown,
}

/// The choice of one system.
pub trait MailProgram {
    /// How it stands.
    fn standing(&self) -> Standing;
    /// Asks for it.
    ///
    /// # Errors
    /// The system refuses, or has no such tool.
    fn become_it(&self) -> io::Result<()>;
}

/// Runs a tool of the system and gives what it says.
pub trait Tools {
    /// # Errors
    /// There is none, or it fails.
    fn run(&self, tool: &str, arguments: &[&str]) -> io::Result<String>;
}

/// How it stands on this system.
pub fn standing() -> Standing {
    here().standing()
}

/// Asks this system for it, and tells how it stands then.
///
/// # Errors
/// The system refuses, or has no such tool.
pub fn become_it() -> io::Result<Standing> {
    let here = here();
    here.become_it()?;
    Ok(here.standing())
}

fn here() -> Box<dyn MailProgram> {
    let program = program();
    if cfg!(target_os = "macos") {
        Box::new(Mac(Real))
    } else if cfg!(windows) {
        Box::new(Windows { tools: Real, program })
    } else {
        let home = dirs::data_dir().unwrap_or_default();
        Box::new(Linux { tools: Real, program, home, system: places() })
    }
}

/// This program, as it can be started again: an AppImage runs from a place that is gone afterwards.
fn program() -> PathBuf {
    let image = std::env::var_os("APPIMAGE").map(PathBuf::from);
    image.or_else(|| std::env::current_exe().ok()).unwrap_or_default()
}

/// Where programs of all users tell what they are.
fn places() -> Vec<PathBuf> {
    let given = std::env::var_os("XDG_DATA_DIRS").filter(|given| !given.is_empty());
    std::env::split_paths(&given.unwrap_or_else(|| "/usr/local/share:/usr/share".into())).collect()
}

/// The system's own tools.
pub struct Real;

impl Tools for Real {
    fn run(&self, tool: &str, arguments: &[&str]) -> io::Result<String> {
        let done = std::process::Command::new(tool).args(arguments).output()?;
        if done.status.success() {
            Ok(String::from_utf8_lossy(&done.stdout).into_owned())
        } else {
            Err(io::Error::other(format!("{tool}: {}", String::from_utf8_lossy(&done.stderr).trim())))
        }
    }
}

/// Desktops after the standards of freedesktop.org.
pub struct Linux<T> {
    /// What is asked.
    pub tools: T,
    /// This program.
    pub program: PathBuf,
    /// Where the person's own programs tell what they are.
    pub home: PathBuf,
    /// Where those of all users do.
    pub system: Vec<PathBuf>,
}

impl<T> Linux<T> {
    /// Names that our desktop file has: as packages install it, and as it is written here.
    const NAMES: [&'static str; 3] = ["Restante.desktop", "restante.desktop", "org.restante.Restante.desktop"];

    fn installed(&self) -> Option<&'static str> {
        let is_there = |name: &&str| {
            std::iter::once(&self.home).chain(&self.system).any(|place| place.join("applications").join(name).exists())
        };
        Self::NAMES.into_iter().find(is_there)
    }

    /// Tells what this program is, where no package has.
    fn introduce(&self) -> io::Result<String> {
        let name = format!("{IDENTIFIER}.desktop");
        let folder = self.home.join("applications");
        std::fs::create_dir_all(&folder)?;
        let entry = format!(
            "[Desktop Entry]\nType=Application\nName=Restante\nExec={} %u\nTerminal=false\nNoDisplay=true\nMimeType={SCHEME};\n",
            quoted(&self.program)?
        );
        std::fs::write(folder.join(&name), entry)?;
        Ok(name)
    }
}

/// A path as `Exec=` wants it (Desktop Entry Specification, "The Exec key").
fn quoted(path: &Path) -> io::Result<String> {
    let text = path.to_str().filter(|text| !text.chars().any(char::is_control)).ok_or(io::ErrorKind::InvalidInput)?;
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            // Once for the quotes, once for the value of a key.
            '"' | '`' | '$' => quoted.extend(["\\\\", &letter.to_string()]),
            '\\' => quoted.push_str("\\\\\\\\"),
            '%' => quoted.push_str("%%"),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    Ok(quoted)
}

impl<T: Tools> MailProgram for Linux<T> {
    fn standing(&self) -> Standing {
        match self.tools.run("xdg-mime", &["query", "default", SCHEME]) {
            Ok(name) if Self::NAMES.contains(&name.trim()) => Standing::Ours,
            Ok(_) => Standing::Others,
            Err(_) => Standing::Unknown,
        }
    }

    fn become_it(&self) -> io::Result<()> {
        let name = self.installed().map_or_else(|| self.introduce(), |name| Ok(name.to_owned()))?;
        self.tools.run("xdg-mime", &["default", &name, SCHEME]).map(drop)
    }
}

/// macOS.
pub struct Mac<T>(pub T);

impl<T: Tools> Mac<T> {
    fn script(&self, script: &str) -> io::Result<String> {
        self.0.run("/usr/bin/osascript", &["-l", "JavaScript", "-e", script])
    }
}

impl<T: Tools> MailProgram for Mac<T> {
    fn standing(&self) -> Standing {
        const ASK: &str = "ObjC.import('AppKit'); \
            const url = $.NSWorkspace.sharedWorkspace.URLForApplicationToOpenURL($.NSURL.URLWithString('mailto:')); \
            ObjC.unwrap($.NSBundle.bundleWithURL(url).bundleIdentifier)";
        match self.script(ASK) {
            Ok(name) if name.trim().eq_ignore_ascii_case(IDENTIFIER) => Standing::Ours,
            Ok(_) => Standing::Others,
            Err(_) => Standing::Unknown,
        }
    }

    fn become_it(&self) -> io::Result<()> {
        let script =
            format!("ObjC.import('CoreServices'); $.LSSetDefaultHandlerForURLScheme($('mailto'), $('{IDENTIFIER}'))");
        match self.script(&script)?.trim() {
            "0" => Ok(()),
            status => Err(io::Error::other(format!("Launch Services: {status}"))),
        }
    }
}

/// Windows, where only the person can choose: the program registers what it can do, and opens the settings there.
pub struct Windows<T> {
    /// What is asked.
    pub tools: T,
    /// This program.
    pub program: PathBuf,
}

impl<T: Tools> MailProgram for Windows<T> {
    fn standing(&self) -> Standing {
        const CHOICE: &str = r"HKCU\Software\Microsoft\Windows\Shell\Associations\UrlAssociations\mailto\UserChoice";
        match self.tools.run("reg", &["query", CHOICE, "/v", "ProgId"]) {
            Ok(said) if said.split_whitespace().any(|word| word == CLASS) => Standing::Ours,
            // The key is missing where nothing was ever chosen.
            Ok(_) | Err(_) => Standing::Others,
        }
    }

    fn become_it(&self) -> io::Result<()> {
        let program = self.program.to_str().filter(|text| !text.contains('"')).ok_or(io::ErrorKind::InvalidInput)?;
        let command = format!("\"{program}\" \"%1\"");
        let class = format!(r"HKCU\Software\Classes\{CLASS}");
        let capabilities = r"HKCU\Software\Restante\Capabilities";
        for (key, name, value) in [
            (class.clone(), "", "Restante"),
            (class.clone(), "URL Protocol", ""),
            (format!(r"{class}\shell\open\command"), "", command.as_str()),
            (capabilities.to_owned(), "ApplicationName", "Restante"),
            (capabilities.to_owned(), "ApplicationDescription", "Restante"),
            (format!(r"{capabilities}\URLAssociations"), "mailto", CLASS),
            (r"HKCU\Software\RegisteredApplications".to_owned(), "Restante", r"Software\Restante\Capabilities"),
        ] {
            let value_name: &[&str] = if name.is_empty() { &["/ve"] } else { &["/v", name] };
            let arguments = [&["add", key.as_str()], value_name, &["/t", "REG_SZ", "/d", value, "/f"]].concat();
            self.tools.run("reg", &arguments)?;
        }
        // It answers with failure also where it has opened them.
        let _ = self.tools.run("explorer", &["ms-settings:defaultapps?registeredAppUser=Restante"]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use std::sync::Mutex;

    /// Says the same to whoever asks, and remembers what was asked.
    #[derive(Default)]
    struct Told {
        answer: Option<&'static str>,
        asked: Mutex<Vec<String>>,
    }
    impl Tools for Told {
        fn run(&self, tool: &str, arguments: &[&str]) -> io::Result<String> {
            self.asked.lock().unwrap().push(format!("{tool} {}", arguments.join(" ")));
            self.answer.map(str::to_owned).ok_or_else(|| io::ErrorKind::NotFound.into())
        }
    }
    fn says(answer: &'static str) -> Told {
        Told { answer: Some(answer), ..Told::default() }
    }
    fn linux(tools: Told, home: &Path, system: &Path) -> Linux<Told> {
        Linux { tools, program: "/opt/a b/rest$ante".into(), home: home.into(), system: vec![system.into()] }
    }

    #[test]
    fn each_system_says_whose_they_are() {
        let place = Path::new("/nowhere");
        for (answer, standing) in [
            ("Restante.desktop\n", Standing::Ours),
            ("org.restante.Restante.desktop\n", Standing::Ours),
            ("thunderbird.desktop\n", Standing::Others),
            ("", Standing::Others),
        ] {
            assert_eq!(linux(says(answer), place, place).standing(), standing, "{answer}");
        }
        assert_eq!(linux(Told::default(), place, place).standing(), Standing::Unknown);
        assert_eq!(Mac(says("org.restante.restante\n")).standing(), Standing::Ours);
        assert_eq!(Mac(says("com.apple.mail\n")).standing(), Standing::Others);
        assert_eq!(Mac(Told::default()).standing(), Standing::Unknown);
        let windows = |tools| Windows { tools, program: "C:\\r.exe".into() };
        assert_eq!(windows(says("    ProgId    REG_SZ    Restante.Url.mailto\r\n")).standing(), Standing::Ours);
        assert_eq!(windows(says("    ProgId    REG_SZ    Outlook.URL.mailto.15\r\n")).standing(), Standing::Others);
        assert_eq!(windows(Told::default()).standing(), Standing::Others);
    }

    #[test]
    fn on_linux_what_is_installed_is_chosen_else_written_first() {
        let (home, system) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let desk = linux(says(""), home.path(), system.path());
        desk.become_it().unwrap();
        let entry = home.path().join("applications/org.restante.Restante.desktop");
        let text = std::fs::read_to_string(&entry).unwrap();
        assert!(text.contains("Exec=\"/opt/a b/rest\\\\$ante\" %u\n"), "{text}");
        assert!(text.contains("MimeType=x-scheme-handler/mailto;\n"), "{text}");
        std::fs::remove_file(entry).unwrap();
        std::fs::create_dir(system.path().join("applications")).unwrap();
        std::fs::write(system.path().join("applications/Restante.desktop"), "").unwrap();
        desk.become_it().unwrap();
        assert_eq!(
            *desk.tools.asked.lock().unwrap(),
            [
                "xdg-mime default org.restante.Restante.desktop x-scheme-handler/mailto",
                "xdg-mime default Restante.desktop x-scheme-handler/mailto"
            ]
        );
        assert!(linux(Told::default(), home.path(), system.path()).become_it().is_err());
    }

    #[test]
    fn a_path_cannot_end_its_quotes() {
        assert_eq!(quoted(Path::new("/a\"b`c%d\\e")).unwrap(), "\"/a\\\\\"b\\\\`c%%d\\\\\\\\e\"");
        assert!(quoted(Path::new("/a\nExec=b")).is_err());
    }

    #[test]
    fn macos_and_windows_are_asked_in_their_own_words() {
        let mac = Mac(says("0\n"));
        mac.become_it().unwrap();
        assert!(mac.0.asked.lock().unwrap().concat().contains("$('org.restante.Restante')"));
        assert!(Mac(says("-10814\n")).become_it().is_err());

        let windows = Windows { tools: says(""), program: "C:\\Program Files\\Restante\\restante.exe".into() };
        windows.become_it().unwrap();
        let asked = windows.tools.asked.lock().unwrap();
        assert!(
            asked.iter().any(|one| one.contains("\\shell\\open\\command /ve /t REG_SZ /d \"C:\\Program Files")),
            "{asked:?}"
        );
        assert!(asked.last().unwrap().starts_with("explorer ms-settings:defaultapps"));
        assert!(Windows { tools: says(""), program: "C:\\a\"b".into() }.become_it().is_err());
    }
}
