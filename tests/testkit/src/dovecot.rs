//! A real Dovecot 2.3, wholly without privileges, in a folder of its own and on ports of its own.
//!
//! It refuses to run its login processes as root, so root drops to an unprivileged user first; everything else runs as that
//! one user, without chroot and without the counters (anvil's penalties, login delays) that would slow a test down. Ready in
//! about a third of a second.

mod config;

use crate::child::{self, Guarded, User};
use crate::{Authority, Context, Error, Eye, Result};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

const PROGRAM: &str = "/usr/sbin/dovecot";

/// What the log says when a port is taken.
const IN_USE: &str = "Address already in use";

/// How mail is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// One file per message.
    Maildir,
    /// Many messages per file.
    Mdbox,
    /// One file per folder; no message may stand beside subfolders.
    Mbox,
}

/// What the server is to be like. The default suits most tests: alice and bob, everything the server can do.
#[derive(Clone, Debug)]
pub struct Options {
    /// Users and passwords.
    pub users: Vec<(String, String)>,
    /// Replaces the announced capabilities after login (`IMAP4rev1 IDLE`), or adds to them (`+X-FOO`).
    pub capability: Option<String>,
    /// COMPRESS=DEFLATE.
    pub compress: bool,
    /// How mail is stored.
    pub storage: Storage,
    /// Between the levels of the folder tree.
    pub separator: char,
    /// Whether Drafts, Sent, Junk, Trash and Archive exist from the start and say what they are for.
    pub special_use: bool,
    /// Host names and addresses in the certificate.
    pub hosts: Vec<String>,
    /// More configuration, at the end of ours.
    pub extra: String,
}

impl Default for Options {
    fn default() -> Self {
        let pair = |name: &str| (name.to_owned(), format!("pw-{name}"));
        Self {
            users: vec![pair("alice"), pair("bob")],
            capability: None,
            compress: true,
            storage: Storage::Maildir,
            separator: '/',
            special_use: true,
            hosts: vec!["localhost".into(), "127.0.0.1".into()],
            extra: String::new(),
        }
    }
}

impl Options {
    /// The default, but with these capabilities announced after login.
    pub fn with_capability(capability: &str) -> Self {
        Self { capability: Some(capability.to_owned()), ..Self::default() }
    }

    /// The default, but with these users; passwords are `pw-` and the name.
    pub fn with_users(names: &[&str]) -> Self {
        Self { users: names.iter().map(|&n| (n.to_owned(), format!("pw-{n}"))).collect(), ..Self::default() }
    }
}

/// The ports of a server on 127.0.0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    /// IMAP with STARTTLS.
    pub imap: u16,
    /// IMAP over TLS.
    pub imaps: u16,
    /// Delivery.
    pub lmtp: u16,
}

/// A running server. Ends, with its folder, when dropped.
pub struct Dovecot {
    options: Options,
    ports: Ports,
    folder: PathBuf,
    authority: Authority,
    identity: crate::authority::Identity,
    user: User,
    root: bool,
    process: Option<Guarded>,
    /// Length of the log when the server was started last.
    said: usize,
}

impl Dovecot {
    /// Makes a folder, a CA and a configuration, starts the server, and returns when every port answers.
    ///
    /// # Errors
    /// Dovecot is not installed, is not 2.3, or does not start: its log is in the error.
    pub fn start(options: Options) -> Result<Self> {
        let (user, root) = child::unprivileged()?;
        let authority = Authority::new()?;
        let hosts: Vec<&str> = options.hosts.iter().map(String::as_str).collect();
        let identity = authority.issue(&hosts)?;
        let folder = tempfile::Builder::new().prefix("testkit-").tempdir().context("a folder for Dovecot")?.keep();
        let ports = free_ports()?;
        let mut server = Self { options, ports, folder, authority, identity, user, root, process: None, said: 0 };
        // Another program may take a port between the look and the bind: look again.
        for _ in 0..2 {
            match server.run() {
                Err(e) if e.to_string().contains(IN_USE) => server.ports = free_ports()?,
                result => return result.map(|()| server),
            }
        }
        server.run()?;
        Ok(server)
    }

    fn run(&mut self) -> Result<()> {
        self.write_files()?;
        self.said = self.log().len();
        let configuration = self.configuration();
        let arguments = ["-F", "-c"].map(OsStr::new);
        let arguments = [arguments.as_slice(), &[configuration.as_os_str()]].concat();
        let process =
            Guarded::start(PROGRAM, &arguments, &self.folder, self.drop_to()).context("is dovecot-imapd installed?")?;
        self.process = Some(process);
        // Stopped, not dropped: a server that could not start again (its ports are still held) has mail that must stay.
        self.wait_until_ready().inspect_err(|_| drop(self.stop()))
    }

    fn wait_until_ready(&self) -> Result<()> {
        let answers = |port| std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
        let ready = crate::wait_for("Dovecot", crate::BUSY, || {
            let said = self.said_since();
            if said.contains("Fatal:") || said.contains("Error: socket()") {
                return Some(false);
            }
            // Its own word first: children of a server that ended just now may still answer in its place.
            let listens = said.contains("starting up");
            (listens && [self.ports.imap, self.ports.imaps, self.ports.lmtp].into_iter().all(answers)).then_some(true)
        });
        match ready {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::new(format!("Dovecot does not start:\n{}", self.said_since()))),
            Err(e) => Err(Error::new(format!("{e}\n{}", self.said_since()))),
        }
    }

    /// The log of this start.
    fn said_since(&self) -> String {
        self.log().get(self.said..).unwrap_or_default().to_owned()
    }

    fn write_files(&self) -> Result<()> {
        let owner = self.drop_to();
        for name in ["", "run", "state", "mail"] {
            let folder = self.folder.join(name);
            std::fs::create_dir_all(&folder).context(folder.display())?;
            child::give(&folder, owner)?;
        }
        let files = [
            ("dovecot.conf", config::main(self)),
            ("users", config::users(self)),
            ("chain.pem", self.identity.chain_pem.clone()),
            ("server.key", self.identity.key_pem.clone()),
            ("ca.pem", self.authority.pem().to_owned()),
            ("dovecot.log", String::new()),
        ];
        for (name, text) in files {
            let path = self.folder.join(name);
            std::fs::write(&path, text).context(path.display())?;
            child::give(&path, owner)?;
        }
        // Programs of other users (the window under test is root's) must be able to read the CA.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let open = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(&self.folder, open).context("opening the folder")?;
        }
        Ok(())
    }

    /// Ends the server; mail and ports are kept for [`Dovecot::start_again`].
    ///
    /// # Errors
    /// When it does not end.
    pub fn stop(&mut self) -> Result<()> {
        self.process.take().map_or(Ok(()), |mut process| process.stop())
    }

    /// Starts it again where it was: same ports, same certificate, same mail.
    ///
    /// # Errors
    /// As [`Dovecot::start`].
    pub fn start_again(&mut self) -> Result<()> {
        self.stop()?;
        self.run_again()
    }

    /// Stops it, changes what it is like, and starts it again.
    ///
    /// # Errors
    /// As [`Dovecot::start`].
    pub fn restart_with(&mut self, change: impl FnOnce(&mut Options)) -> Result<()> {
        self.stop()?;
        change(&mut self.options);
        self.run_again()
    }

    /// On the same ports, which children of the server that ended may hold for a moment longer than it lived.
    fn run_again(&mut self) -> Result<()> {
        crate::wait_for("the ports of the last server", crate::BUSY, || match self.run() {
            Err(e) if e.to_string().contains(IN_USE) => None,
            result => Some(result),
        })?
    }

    /// Shows another certificate, of the same CA, from the next start on.
    ///
    /// # Errors
    /// When none can be made.
    pub fn change_certificate(&mut self) -> Result<()> {
        let hosts: Vec<&str> = self.options.hosts.iter().map(String::as_str).collect();
        self.identity = self.authority.issue(&hosts)?;
        Ok(())
    }

    /// Where it listens.
    pub fn ports(&self) -> Ports {
        self.ports
    }

    /// What it is like.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Password of a user, if there is such a one.
    pub fn password(&self, user: &str) -> Option<&str> {
        self.options.users.iter().find(|(name, _)| name == user).map(|(_, password)| password.as_str())
    }

    /// Its CA.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The certificate it shows, for other servers that are to show the same.
    pub fn identity(&self) -> &crate::authority::Identity {
        &self.identity
    }

    /// The CA's certificate as a file, for `SSL_CERT_FILE`.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// SHA-256 of its certificate, lower-case hex.
    pub fn fingerprint(&self) -> &str {
        &self.identity.fingerprint
    }

    /// Everything it has.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where a user's mail is.
    pub fn home(&self, user: &str) -> PathBuf {
        self.folder.join("mail").join(user)
    }

    /// Its configuration.
    pub fn configuration(&self) -> PathBuf {
        self.folder.join("dovecot.conf")
    }

    /// All that it has written to its log.
    pub fn log(&self) -> String {
        std::fs::read(self.folder.join("dovecot.log"))
            .map(|l| String::from_utf8_lossy(&l).into_owned())
            .unwrap_or_default()
    }

    /// Something to look at it with.
    pub fn eye(&self) -> Eye {
        Eye::new(self.configuration(), self.ports, self.drop_to().cloned())
    }

    /// Process group of all its processes; none while it is stopped.
    pub fn group(&self) -> Option<u32> {
        self.process.as_ref().map(Guarded::group)
    }

    /// Whom it runs as, where that is not whoever we are.
    pub fn drop_to(&self) -> Option<&User> {
        self.root.then_some(&self.user)
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        drop(self.process.take());
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub(crate) fn free_ports() -> Result<Ports> {
    // All are held until all are known, so that no two are the same.
    let sockets: Result<Vec<_>> = (0..3).map(|_| crate::free_listener()).collect();
    let ports: Result<Vec<u16>> =
        sockets?.iter().map(|s| s.local_addr().map(|a| a.port()).context("a free port")).collect();
    match *ports? {
        [imap, imaps, lmtp] => Ok(Ports { imap, imaps, lmtp }),
        _ => Err(Error::new("three ports were asked for")),
    }
}
