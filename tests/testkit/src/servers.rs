//! Servers that the distribution does not install beside Dovecot: their packages are unpacked into a folder by
//! `cargo xtask test`, and run from there.

use crate::authority::Identity;
use crate::child::{self, User};
use crate::{Authority, Context, Error, Result};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A server that is unpacked rather than installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unpacked {
    /// What it is called, and its folder below [`folder`].
    pub name: &'static str,
    /// Debian's packages that are unpacked into that folder.
    pub packages: &'static [&'static str],
    /// A program that is there when they are.
    pub program: &'static str,
}

/// Cyrus; `sasl2-bin` has the program that writes its passwords.
pub const CYRUS: Unpacked = Unpacked {
    name: "cyrus",
    packages: &["cyrus-imapd", "cyrus-common", "sasl2-bin"],
    program: "usr/lib/cyrus/bin/master",
};

/// Courier, and Gamin, which tells it of changes to files.
pub const COURIER: Unpacked = Unpacked {
    name: "courier",
    packages: &["courier-imap", "courier-base", "courier-authlib", "gamin", "libgamin0"],
    program: "usr/bin/imapd",
};

/// Postfix, which takes what is sent.
pub const POSTFIX: Unpacked =
    Unpacked { name: "postfix", packages: &["postfix"], program: "usr/lib/postfix/sbin/master" };

/// Users of Cyrus and Courier, and their passwords.
pub const USERS: [(&str, &str); 2] = [("alice", "pw-alice"), ("bob", "pw-bob")];

/// Folders that each user has from the start, beside the inbox.
pub const FOLDERS: [&str; 5] = ["Drafts", "Sent", "Junk", "Trash", "Archive"];

/// Where they are unpacked: `servers` in cargo's target folder, or what `RESTANTE_SERVERS` says.
pub fn folder() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let top = here.ancestors().nth(2).unwrap_or(here);
    // A relative folder is meant from the top, where xtask calls cargo, whatever folder a test runs in.
    let of = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(|value| top.join(value));
    of("RESTANTE_SERVERS")
        .unwrap_or_else(|| of("CARGO_TARGET_DIR").unwrap_or_else(|| top.join("target")).join("servers"))
}

impl Unpacked {
    /// Its folder.
    ///
    /// # Errors
    /// It is not there.
    pub fn root(&self) -> Result<PathBuf> {
        let root = folder().join(self.name);
        if root.join(self.program).is_file() {
            return Ok(root);
        }
        let Self { name, .. } = self;
        Err(Error::new(format!("there is no {name} in {}: `cargo xtask test` puts it there", root.display())))
    }

    /// Its folder for `user`: where that is somebody who cannot come there (the repository is in root's home), a copy within
    /// `scratch`.
    pub(crate) fn root_for(&self, user: Option<&User>, scratch: &Path) -> Result<PathBuf> {
        let root = self.root()?.canonicalize().context("unpacked servers")?;
        if user.is_none() || root.ancestors().all(open_to_all) {
            return Ok(root);
        }
        let copy = scratch.join("programs");
        let mut command = std::process::Command::new("cp");
        command.arg("-r").arg(&root).arg(&copy);
        let output = command.output().context("copying the server")?;
        if output.status.success() {
            return Ok(copy);
        }
        Err(Error::new(format!("copying the server: {}", String::from_utf8_lossy(&output.stderr))))
    }
}

fn open_to_all(folder: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::metadata(folder).is_ok_and(|about| about.permissions().mode() & 0o005 == 0o005)
    }
    #[cfg(not(unix))]
    folder.exists()
}

/// `LD_LIBRARY_PATH` for the libraries that were unpacked along with a server.
pub(crate) fn libraries(root: &Path) -> Result<OsString> {
    let lib = root.join("usr/lib");
    let below = std::fs::read_dir(&lib).context(lib.display())?;
    // usr/lib itself, and that of the architecture, which Debian names x86_64-linux-gnu and the like.
    let multiarch = below.flatten().map(|entry| entry.path()).filter(|path| path.to_string_lossy().contains("-linux-"));
    std::env::join_paths(std::iter::once(lib.clone()).chain(multiarch)).context("folders of libraries")
}

/// What the fixtures have in common: a folder that is thrown away, whom to run as, and a certificate.
pub(crate) struct Site {
    pub folder: PathBuf,
    pub authority: Authority,
    pub identity: Identity,
    user: User,
    root: bool,
}

impl Site {
    pub fn new() -> Result<Self> {
        let (user, root) = child::unprivileged()?;
        let authority = Authority::new()?;
        let identity = authority.issue(&["localhost", "127.0.0.1"])?;
        let folder = tempfile::Builder::new().prefix("testkit-").tempdir().context("a folder for a server")?.keep();
        let site = Self { folder, authority, identity, user, root };
        site.make(&[""])?;
        #[cfg(unix)]
        {
            // Whoever runs the window or the test may look in.
            use std::os::unix::fs::PermissionsExt as _;
            let open = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(&site.folder, open).context("opening the folder")?;
        }
        Ok(site)
    }

    /// Makes folders, each after those above it, and gives them to the server.
    pub fn make(&self, names: &[&str]) -> Result<()> {
        names.iter().try_for_each(|name| {
            let folder = self.folder.join(name);
            std::fs::create_dir_all(&folder).context(folder.display())?;
            child::give(&folder, self.drop_to())
        })
    }

    /// Writes a file, and gives it to the server.
    pub fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.folder.join(name);
        std::fs::write(&path, text).context(path.display())?;
        child::give(&path, self.drop_to())
    }

    /// Whoever the server runs as.
    pub fn user(&self) -> &User {
        &self.user
    }

    /// The same, where that is not whoever we are.
    pub fn drop_to(&self) -> Option<&User> {
        self.root.then_some(&self.user)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // A process that ends just now may still be writing.
        let _ = crate::wait_for("an empty folder", std::time::Duration::from_secs(5), || {
            let _ = std::fs::remove_dir_all(&self.folder);
            (!self.folder.exists()).then_some(())
        });
    }
}
