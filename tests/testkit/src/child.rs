//! A program that cannot outlive the test that started it.
//!
//! `Drop` does not run in a test that is killed, and `PR_SET_PDEATHSIG` needs `unsafe`. So a small shell stands between: it
//! starts the program, then waits on its own standard input, a pipe whose other end only we hold. Whatever ends us closes
//! the pipe; the shell then ends the program and removes its folder. The shell leads a process group of its own, so a signal
//! to the group of the test runner does not take it down before it has cleaned up.

use crate::{Context, Result};
use std::ffi::OsStr;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A user to run as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its name.
    pub name: String,
    /// Name of its first group.
    pub group: String,
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
}

// Any line on the pipe means "end the program, keep the folder"; the pipe's end means "end it and remove the folder".
// The signal goes to the whole group, for a server that waits for its own children takes a second over it. One that does not heed
// it is killed after three, and whatever is left of the group at the end, this shell among it.
const SHELL: &str = r#"
folder=$1; shift
"$@" </dev/null & program=$!
if read -r _; then keep=1; else keep=; fi
trap "" TERM; kill -TERM 0
{ sleep 3; kill -KILL "$program"; } >/dev/null 2>&1 &
wait "$program"
[ -n "$keep" ] || rm -rf -- "$folder" 2>/dev/null || { sleep 0.3; rm -rf -- "$folder"; }
kill -KILL 0
"#;

// The same for a program that a person uses: the shell ends when the program ends, with its exit code. The watchman is a
// second process, which has the pipe as descriptor 3 because a background process loses its standard input.
const FOREGROUND: &str = r#"
folder=$1; shift
exec 3<&0
"$@" 3<&- </dev/null & program=$!
{ read -r _ <&3; trap "" TERM; kill -TERM 0; sleep 2; [ -z "$folder" ] || rm -rf -- "$folder"; kill -KILL 0; } >/dev/null 2>&1 &
exec 3<&-
wait "$program"
"#;

/// A running program with its watchman.
pub struct Guarded {
    shell: Child,
}

impl Guarded {
    /// Starts `program` as `user` (none: as we are). `folder` is removed when we are gone.
    ///
    /// # Errors
    /// When there is no shell.
    pub fn start(program: &str, arguments: &[&OsStr], folder: &Path, user: Option<&User>) -> Result<Self> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SHELL, "guard"]).arg(folder).arg(program).args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).current_dir("/");
        run_as(&mut command, user);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        Ok(Self { shell: command.spawn().context(format!("starting {program}"))? })
    }

    /// Starts a command whose output goes where ours goes, and whose end can be waited for. Its environment, folder and
    /// arguments are kept; standard input is empty. `scratch` is removed when we are gone.
    ///
    /// # Errors
    /// When there is no shell.
    pub fn foreground(command: &Command, scratch: Option<&Path>) -> Result<Self> {
        let program = command.get_program();
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", FOREGROUND, "guard"]).arg(scratch.unwrap_or(Path::new(""))).arg(program);
        shell.args(command.get_args()).stdin(Stdio::piped());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            shell.current_dir(folder);
        }
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut shell, 0);
        Ok(Self { shell: shell.spawn().context(format!("starting {}", program.display()))? })
    }

    /// The exit code, if a program of [`Guarded::foreground`] has ended.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn ended(&mut self) -> Result<Option<i32>> {
        let status = self.shell.try_wait().context("asking for the end")?;
        Ok(status.map(|status| status.code().unwrap_or(1)))
    }

    /// Process group of the program and all that it starts.
    pub fn group(&self) -> u32 {
        self.shell.id()
    }

    /// Ends the program and waits for it; the folder stays.
    ///
    /// # Errors
    /// When it does not end.
    pub fn stop(&mut self) -> Result<()> {
        if let Some(mut pipe) = self.shell.stdin.take() {
            // An error means that the shell is gone already.
            let _ = pipe.write_all(b"\n");
        }
        self.wait()
    }

    fn wait(&mut self) -> Result<()> {
        crate::wait_for("the end of a program", crate::BUSY, || {
            self.shell.try_wait().context("waiting for the end").map(|ended| ended.map(drop)).transpose()
        })?
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.wait();
    }
}

/// Whom servers run as: ourselves, or, where we are root, somebody without rights.
///
/// # Errors
/// When root has nobody to drop to.
pub fn unprivileged() -> Result<(User, bool)> {
    let ask = |arguments: &[&str]| -> Result<String> {
        let answer = Command::new("id").args(arguments).output().context("asking who we are")?;
        Ok(String::from_utf8_lossy(&answer.stdout).trim().to_owned())
    };
    let root = ask(&["-u"])? == "0";
    let who: Vec<&str> = if root { vec!["nobody"] } else { vec![] };
    let answer = |flag: &str| ask(&[&[flag], who.as_slice()].concat());
    let user = User {
        name: answer("-un")?,
        group: answer("-gn")?,
        uid: answer("-u")?.parse().context("user id")?,
        gid: answer("-g")?.parse().context("group id")?,
    };
    Ok((user, root))
}

/// Makes `command` run as `user`. The standard library clears the supplementary groups along with it.
pub fn run_as(command: &mut Command, user: Option<&User>) {
    #[cfg(unix)]
    if let Some(user) = user {
        use std::os::unix::process::CommandExt as _;
        command.uid(user.uid).gid(user.gid).env("HOME", "/").env("USER", &user.name);
    }
    #[cfg(not(unix))]
    let _ = (command, user);
}

/// Gives a file or folder to `user` where we are not that user already.
///
/// # Errors
/// When the system refuses.
pub fn give(path: &Path, user: Option<&User>) -> Result<()> {
    #[cfg(unix)]
    if let Some(user) = user {
        std::os::unix::fs::chown(path, Some(user.uid), Some(user.gid)).context(format!("giving {}", path.display()))?;
    }
    #[cfg(not(unix))]
    let _ = (path, user);
    Ok(())
}
