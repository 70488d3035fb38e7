//! A real Courier 5.0, without privileges, in a folder of its own and on ports of its own.
//!
//! Courier signs in through a daemon whose socket has a fixed place in the system, so what comes before the sign-in is spoken
//! by a front of ours; from then on the socket is that of Courier's own `imapd`, and nobody stands between. On the TLS port
//! a [`Proxy`] ends TLS, as `couriertls` does in an installed Courier.
//!
//! It differs from others where a client may trip: its folders are all below `INBOX.`; it has neither MOVE nor CONDSTORE nor
//! SPECIAL-USE, and says no UIDNEXT when a folder is opened; a folder that is renamed has another UIDVALIDITY, and its messages
//! other numbers, in the order of their files' names; RENAME and DELETE take two seconds each; IDLE is a look every second.

mod front;

use crate::child::Guarded;
use crate::look::{Delivery, ImapEye};
use crate::servers::{COURIER, FOLDERS, Site, USERS, libraries};
use crate::{Authority, Context, Proxy, Result};
use front::{Front, Imapd};
use std::ffi::OsStr;
use std::path::Path;

/// The ports of a server on 127.0.0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    /// IMAP in clear text.
    pub imap: u16,
    /// IMAP over TLS.
    pub imaps: u16,
}

/// A running server. Ends, with its folder, when dropped.
pub struct Courier {
    // In the order in which they are to end: the way in, the sessions, what ends them if we are killed, the folder.
    tls: Proxy,
    front: Front,
    guard: Guarded,
    site: Site,
}

impl Courier {
    /// Starts it with alice and bob, whose passwords are `pw-alice` and `pw-bob`.
    ///
    /// # Errors
    /// It is not unpacked (`cargo xtask test` does that), or there is no port to listen on.
    pub fn start() -> Result<Self> {
        let site = Site::new()?;
        let programs = COURIER.root_for(site.drop_to(), &site.folder)?;
        let (session, library) = (site.folder.file_name().unwrap_or_default(), libraries(&programs)?);
        let guard = Self::start_gamin(&site, &programs.join("usr/libexec/gam_server"), session)?;
        for (user, _) in USERS {
            let folders = FOLDERS.iter().map(|folder| format!(".{folder}"));
            for folder in std::iter::once(String::new()).chain(folders) {
                let maildir = format!("{user}/Maildir/{folder}");
                let [cur, new, tmp] = ["cur", "new", "tmp"].map(|part| format!("{maildir}/{part}"));
                site.make(&[user, &format!("{user}/Maildir"), &maildir, &cur, &new, &tmp])?;
                if !folder.is_empty() {
                    site.write(&format!("{maildir}/maildirfolder"), "")?;
                }
            }
            let subscribed: String = FOLDERS.iter().map(|folder| format!("INBOX.{folder}\n")).collect();
            site.write(&format!("{user}/Maildir/courierimapsubscribed"), &format!("INBOX\n{subscribed}"))?;
        }
        let imapd = Imapd {
            program: programs.join(COURIER.program),
            libraries: library,
            gamin: session.to_owned(),
            folder: site.folder.clone(),
            run_as: site.drop_to().cloned(),
            group: i32::try_from(guard.group()).context("process group")?,
        };
        let front = Front::start(imapd)?;
        let tls = Proxy::ending_tls(front.port(), &site.identity)?;
        Ok(Self { tls, front, guard, site })
    }

    // Courier's locks wait for files to go, by the word of Gamin; and each session looks for it for a second and a half
    // where it does not run. It is told not to end by itself, and leads the group that the sessions join.
    fn start_gamin(site: &Site, program: &Path, session: &OsStr) -> Result<Guarded> {
        let name = format!("GAM_CLIENT_ID={}", session.to_string_lossy());
        let words = [OsStr::new(&name), program.as_os_str(), OsStr::new("--notimeout"), session];
        let guard = Guarded::start("env", &words, &site.folder, site.drop_to())?;
        crate::wait_for("Gamin", crate::BUSY, || {
            let sockets = std::fs::read_to_string("/proc/net/unix").unwrap_or_default();
            sockets.contains(&format!("-{}", session.to_string_lossy())).then_some(())
        })?;
        Ok(guard)
    }

    /// Where it listens on 127.0.0.1.
    pub fn ports(&self) -> Ports {
        Ports { imap: self.front.port(), imaps: self.tls.port() }
    }

    /// Its CA.
    pub fn authority(&self) -> &Authority {
        &self.site.authority
    }

    /// SHA-256 of its certificate, lower-case hex.
    pub fn fingerprint(&self) -> &str {
        &self.site.identity.fingerprint
    }

    /// Everything it has.
    pub fn folder(&self) -> &Path {
        &self.site.folder
    }

    /// What its sessions have complained about.
    pub fn log(&self) -> String {
        let log = std::fs::read(self.site.folder.join(front::LOG));
        log.map(|l| String::from_utf8_lossy(&l).into_owned()).unwrap_or_default()
    }

    /// Something to look at it with.
    pub fn eye(&self) -> ImapEye {
        let delivery = Delivery::Maildir(self.site.folder.clone(), self.site.drop_to().cloned());
        ImapEye::new(self.front.port(), "INBOX.", '.', delivery)
    }

    /// Process group of all its processes.
    pub fn group(&self) -> Option<u32> {
        Some(self.guard.group())
    }
}
