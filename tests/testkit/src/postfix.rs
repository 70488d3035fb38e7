//! A real Postfix 3.7 on loopback: submission over TLS and STARTTLS, signed in to through Dovecot, delivering to it by LMTP. Nothing
//! leaves this machine: other domains are refused.
//!
//! Its `master` insists on being root, and its parts on being several users. Where we are not root it runs in a user namespace in which
//! we are (`unshare`, with the ids that the system gives every user to give away). Its queue is made and taken away inside.

use crate::child::Guarded;
use crate::servers::{POSTFIX, Site, libraries};
use crate::{Authority, Context, Dovecot, Error, Options, Result};
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// A running server. Ends, with its folder, when dropped.
pub struct Postfix {
    // Before the folder, for fields are dropped in this order.
    process: Option<Guarded>,
    tls: u16,
    starttls: u16,
    programs: PathBuf,
    site: Site,
}

/// What a Dovecot must have so that a Postfix can stand beside it: a port where passwords are checked, and users without a domain.
/// What comes says which address it was delivered to.
#[derive(Clone, Debug)]
pub struct Beside {
    auth: u16,
    /// Domains in which the users of that Dovecot have mail; no other is sent to.
    pub domains: Vec<String>,
    /// The largest message that is taken, in bytes (RFC 1870).
    pub size: u64,
}

impl Beside {
    /// Adds that to the options of a Dovecot whose users have mail in these domains.
    ///
    /// # Errors
    /// There is no free port.
    pub fn options(options: Options, domains: &[&str]) -> Result<(Self, Options)> {
        let auth = crate::free_listener()?.local_addr().context("a free port")?.port();
        let extra = format!(
            "{}\nauth_username_format = %Ln\nrecipient_delimiter = +\n\
             service auth {{\n  inet_listener {{\n    address = 127.0.0.1\n    port = {auth}\n  }}\n}}\n",
            options.extra
        );
        let domains = domains.iter().map(|&d| d.to_owned()).collect();
        Ok((Self { auth, domains, size: 75 << 20 }, Options { extra, ..options }))
    }
}

// Makes the queue as its users need it, runs master, and takes the queue away with it.
const SCRIPT: &str = r#"
log=$1; folder=$2; owner=$3; group=$4; master=$5
exec >>"$log" 2>&1
cd "$folder" && mkdir -p queue data && cd queue || exit 1
for part in active bounce corrupt defer deferred flush hold incoming private saved trace; do
  mkdir -p "$part" && chown "$owner" "$part" && chmod 700 "$part" || exit 1
done
mkdir -p pid public maildrop && chown "$owner:$group" public maildrop && chmod 710 public && chmod 730 maildrop || exit 1
chown "$owner" ../data || exit 1
"$master" -d -c "$folder/conf" & program=$!
trap 'kill -TERM "$program"; wait "$program"; rm -rf "$folder/queue" "$folder/data"; exit' TERM
wait "$program"
"#;
/// Who owns the queue, and the group that may drop into it: both are there on every Debian, and nobody's mail is theirs.
const OWNER: &str = "nobody";
const GROUP: &str = "mail";

impl Postfix {
    /// Starts it beside a Dovecot that was started with the options of [`Beside`], and returns when both ports answer.
    ///
    /// # Errors
    /// It is not unpacked (`cargo xtask test` does that), or does not start.
    pub fn start(dovecot: &Dovecot, beside: &Beside) -> Result<Self> {
        let site = Site::new()?;
        let programs = POSTFIX.root()?.canonicalize().context("unpacked Postfix")?;
        let sockets = [crate::free_listener()?, crate::free_listener()?];
        let port = |at: usize| -> Result<u16> {
            let socket = sockets.get(at).context("a port")?;
            Ok(socket.local_addr().context("a free port")?.port())
        };
        let (tls, starttls) = (port(0)?, port(1)?);
        drop(sockets);
        let mut server = Self { process: None, tls, starttls, programs, site };
        server.prepare(dovecot.ports().lmtp, beside)?;
        server.run()?;
        Ok(server)
    }

    /// Port of submission over TLS.
    pub fn tls_port(&self) -> u16 {
        self.tls
    }

    /// Port of submission with STARTTLS.
    pub fn starttls_port(&self) -> u16 {
        self.starttls
    }

    /// Who signed its certificate.
    pub fn authority(&self) -> &Authority {
        &self.site.authority
    }

    /// SHA-256 of its certificate, as a person may accept it.
    pub fn fingerprint(&self) -> &str {
        &self.site.identity.fingerprint
    }

    /// What it wrote down.
    pub fn log(&self) -> String {
        let read = |name: &str| std::fs::read_to_string(self.site.folder.join(name)).unwrap_or_default();
        format!("{}{}", read("master.log"), read("data/mail.log"))
    }

    fn prepare(&self, lmtp: u16, beside: &Beside) -> Result<()> {
        let site = &self.site;
        site.make(&["conf"])?;
        site.write("chain.pem", &site.identity.chain_pem)?;
        site.write("server.key", &site.identity.key_pem)?;
        site.write("conf/main.cf", &self.main_cf(lmtp, beside)?)?;
        site.write("conf/master.cf", &self.master_cf())
    }

    fn main_cf(&self, lmtp: u16, beside: &Beside) -> Result<String> {
        let (folder, programs) = (self.site.folder.display(), self.programs.display());
        let libraries = libraries(&self.programs)?;
        let libraries = libraries.to_string_lossy();
        let (auth, domains, size) = (beside.auth, beside.domains.join(" "), beside.size);
        Ok(format!(
            "\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {programs}/usr/lib/postfix/sbin
command_directory = {programs}/usr/sbin
shlib_directory = {programs}/usr/lib/postfix
meta_directory = {programs}/etc/postfix
import_environment = MAIL_CONFIG LD_LIBRARY_PATH={programs}/usr/lib/postfix:{libraries}
mail_owner = {OWNER}
setgid_group = {GROUP}
default_privs = daemon
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.test.invalid
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = {domains}
recipient_delimiter = +
in_flow_delay = 0
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
local_transport = error:there is nobody here
default_transport = error:nothing leaves this machine
smtpd_tls_cert_file = {folder}/chain.pem
smtpd_tls_key_file = {folder}/server.key
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
message_size_limit = {size}
mailbox_size_limit = 0
virtual_mailbox_limit = 0
maillog_file = {folder}/data/mail.log
maillog_file_prefixes = {folder}
"
        ))
    }

    fn master_cf(&self) -> String {
        let (tls, starttls) = (self.tls, self.starttls);
        format!(
            "\
127.0.0.1:{tls} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
127.0.0.1:{starttls} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
"
        )
    }

    fn run(&mut self) -> Result<()> {
        let folder = self.site.folder.clone();
        let mut library = OsString::from("LD_LIBRARY_PATH=");
        library.push(self.programs.join("usr/lib/postfix"));
        library.push(":");
        library.push(libraries(&self.programs)?);
        let mut words: Vec<OsString> = Vec::new();
        let root = self.site.drop_to().is_some();
        if !root {
            words.extend(["--user", "--map-root-user", "--map-auto", "env"].map(OsString::from));
        }
        words.extend([library, "/bin/sh".into(), "-c".into(), SCRIPT.into(), "postfix".into()]);
        words.extend([folder.join("master.log").into(), folder.clone().into(), OWNER.into(), GROUP.into()]);
        words.push(self.programs.join("usr/lib/postfix/sbin/master").into());
        let words: Vec<&OsStr> = words.iter().map(AsRef::as_ref).collect();
        let program = if root { "env" } else { "unshare" };
        self.process = Some(Guarded::start(program, &words, &folder, None)?);
        let ready = crate::wait_for("Postfix", crate::BUSY, || {
            let answers = |port| std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
            (answers(self.tls) && answers(self.starttls)).then_some(())
        });
        ready.map_err(|e| Error::new(format!("{e}\n{}", self.log())))
    }
}
