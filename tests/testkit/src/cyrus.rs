//! A real Cyrus 3.6, without privileges, in a folder of its own and on ports of its own.
//!
//! Its `master` starts one `imapd` for each port ahead of time and `idled` for IDLE; all run as one user. Mailboxes are made
//! at a user's first sign-in, which therefore takes longer than others. What it logs goes to syslog, which a test cannot
//! read; what little it prints is in the error of a start that fails.

use crate::child::Guarded;
use crate::imap::Imap;
use crate::look::{Delivery, ImapEye};
use crate::servers::{CYRUS, FOLDERS, Site, USERS, libraries};
use crate::{Authority, Context, Error, Result};
use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub use crate::dovecot::Ports;

/// A running server. Ends, with its folder, when dropped.
pub struct Cyrus {
    // Before the folder, for fields are dropped in this order.
    process: Option<Guarded>,
    ports: Ports,
    programs: PathBuf,
    site: Site,
}

impl Cyrus {
    /// Starts it with alice and bob, whose passwords are `pw-alice` and `pw-bob`, and returns when every port answers.
    ///
    /// # Errors
    /// It is not unpacked (`cargo xtask test` does that), or does not start.
    pub fn start() -> Result<Self> {
        let site = Site::new()?;
        let programs = CYRUS.root_for(site.drop_to(), &site.folder)?;
        let mut server = Self { process: None, ports: crate::dovecot::free_ports()?, programs, site };
        server.prepare()?;
        server.run()?;
        Ok(server)
    }

    fn prepare(&self) -> Result<()> {
        let site = &self.site;
        site.make(&["conf", "conf/socket", "conf/proc", "spool", "sieve", "proc", "lock", "sock"])?;
        site.write("chain.pem", &site.identity.chain_pem)?;
        site.write("server.key", &site.identity.key_pem)?;
        site.write("ca.pem", site.authority.pem())?;
        site.write("imapd.conf", &self.imapd_conf())?;
        site.write("cyrus.conf", &self.cyrus_conf())?;
        USERS.iter().try_for_each(|(user, password)| self.set_password(user, password))
    }

    fn set_password(&self, user: &str, password: &str) -> Result<()> {
        let mut command = Command::new(self.programs.join("usr/sbin/saslpasswd2"));
        command.args(["-p", "-c", "-u", "localhost", "-f"]).arg(self.site.folder.join("sasldb2")).arg(user);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).current_dir("/");
        crate::child::run_as(&mut command, self.site.drop_to());
        let mut process = command.spawn().context("starting saslpasswd2")?;
        if let Some(mut pipe) = process.stdin.take() {
            pipe.write_all(password.as_bytes()).context("writing to saslpasswd2")?;
        }
        let output = process.wait_with_output().context("waiting for saslpasswd2")?;
        let words = String::from_utf8_lossy(&output.stderr);
        if output.status.success() { Ok(()) } else { Err(Error::new(format!("saslpasswd2: {words}"))) }
    }

    fn run(&mut self) -> Result<()> {
        let folder = &self.site.folder;
        let of = |name: &str| folder.join(name);
        // `env` takes what it needs to know; a shell around it keeps what it prints.
        let script = r#"log=$1; shift; exec env "$@" >>"$log" 2>&1"#;
        let mut library = std::ffi::OsString::from("LD_LIBRARY_PATH=");
        library.push(libraries(&self.programs)?);
        let user = format!("CYRUS_USER={}", self.site.user().name);
        let words = [OsStr::new("-c"), OsStr::new(script), OsStr::new("cyrus")].map(OsStr::to_owned);
        let mut words = words.to_vec();
        words.extend([of("master.log").into(), library, user.into(), self.bin("master").into(), "-D".into()]);
        words.extend(["-C".into(), of("imapd.conf").into(), "-M".into(), of("cyrus.conf").into()]);
        words.extend(["-p".into(), of("master.pid").into()]);
        let words: Vec<&OsStr> = words.iter().map(AsRef::as_ref).collect();
        self.process = Some(Guarded::start("/bin/sh", &words, folder, self.site.drop_to())?);
        let ready = crate::wait_for("Cyrus", crate::BUSY, || {
            let Ports { imap, imaps, lmtp } = self.ports;
            let answers = Imap::connect(imap).is_ok() && Imap::connect_tls(imaps, &self.site.authority).is_ok();
            (answers && std::net::TcpStream::connect(("127.0.0.1", lmtp)).is_ok()).then_some(())
        });
        ready.map_err(|e| Error::new(format!("{e}\n{}", self.log())))
    }

    fn bin(&self, program: &str) -> PathBuf {
        self.programs.join("usr/lib/cyrus/bin").join(program)
    }

    fn imapd_conf(&self) -> String {
        let folder = self.site.folder.display();
        let (user, group) = (&self.site.user().name, &self.site.user().group);
        let folders = FOLDERS.join("|");
        let roles: String = FOLDERS.iter().map(|f| format!("xlist-{}: {f}\n", f.to_lowercase())).collect();
        format!(
            "\
cyrus_user: {user}
cyrus_group: {group}
configdirectory: {folder}/conf
proc_path: {folder}/proc
mboxname_lockpath: {folder}/lock
defaultpartition: default
partition-default: {folder}/spool
sievedir: {folder}/sieve
idlesocket: {folder}/sock/idle
lmtpsocket: {folder}/sock/lmtp
notifysocket: {folder}/sock/notify
admins: cyrus
altnamespace: yes
unixhierarchysep: yes
allowplaintext: yes
failedloginpause: 0
autocreate_quota: 0
autocreate_inbox_folders: {folders}
autocreate_subscribe_folders: {folders}
autocreate_post: yes
{roles}\
conversations: yes
conversations_db: twoskip
skiplist_unsafe: yes
sasl_mech_list: PLAIN LOGIN
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {folder}/sasldb2
servername: localhost
defaultdomain: localhost
virtdomains: no
lmtp_downcase_rcpt: yes
tls_server_cert: {folder}/chain.pem
tls_server_key: {folder}/server.key
tls_versions: tls1_2 tls1_3
delayed_delete: no
expunge_mode: immediate
duplicatesuppression: no
sync_log: no
"
        )
    }

    fn cyrus_conf(&self) -> String {
        let Ports { imap, imaps, lmtp } = self.ports;
        let conf = self.site.folder.join("imapd.conf");
        let line =
            |program: &str, rest: &str| format!("cmd=\"{} -C {}{rest}\"", self.bin(program).display(), conf.display());
        let (recover, idled) = (line("ctl_cyrusdb", " -r"), line("idled", ""));
        let (plain, tls, lmtpd) = (line("imapd", ""), line("imapd", " -s"), line("lmtpd", " -a"));
        format!(
            "\
START {{
  recover {recover}
}}
SERVICES {{
  imap {plain} listen=\"127.0.0.1:{imap}\" prefork=1
  imaps {tls} listen=\"127.0.0.1:{imaps}\" prefork=1
  lmtp {lmtpd} listen=\"127.0.0.1:{lmtp}\" prefork=0
}}
DAEMON {{
  idled {idled}
}}
"
        )
    }

    /// Where it listens on 127.0.0.1.
    pub fn ports(&self) -> Ports {
        self.ports
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

    /// What it has printed.
    pub fn log(&self) -> String {
        let log = std::fs::read(self.site.folder.join("master.log"));
        log.map(|l| String::from_utf8_lossy(&l).into_owned()).unwrap_or_default()
    }

    /// Something to look at it with.
    pub fn eye(&self) -> ImapEye {
        ImapEye::new(self.ports.imap, "", '/', Delivery::Lmtp(self.ports.lmtp))
    }

    /// Process group of all its processes.
    pub fn group(&self) -> Option<u32> {
        self.process.as_ref().map(Guarded::group)
    }
}
