//! The configuration of Dovecot 2.3, as text.

use super::{Dovecot, Storage};
use std::fmt::Write as _;

/// Users, one a line, in the passwd-like format of `passdb passwd-file`.
pub(super) fn users(server: &Dovecot) -> String {
    server.options.users.iter().fold(String::new(), |mut text, (name, password)| {
        let home = server.home(name);
        let _ =
            writeln!(text, "{name}:{{PLAIN}}{password}:{}:{}::{}::", server.user.uid, server.user.gid, home.display());
        text
    })
}

/// `dovecot.conf`.
pub(super) fn main(server: &Dovecot) -> String {
    let options = &server.options;
    let folder = server.folder.display();
    let (user, group) = (&server.user.name, &server.user.group);
    let super::Ports { imap, imaps, lmtp } = server.ports;
    let location = match options.storage {
        Storage::Maildir => "maildir:~/Maildir",
        Storage::Mdbox => "mdbox:~/mdbox",
        Storage::Mbox => "mbox:~/mbox:INBOX=~/inbox",
    };
    let plugins = if options.compress { " zlib imap_zlib" } else { "" };
    let capability = options.capability.as_deref().map(|c| format!("imap_capability = {c}")).unwrap_or_default();
    let separator = options.separator;
    let folders = if options.special_use { special_folders() } else { String::new() };
    let extra = &options.extra;
    format!(
        r#"
base_dir = {folder}/run
state_dir = {folder}/state
instance_name = testkit{imap}
log_path = {folder}/dovecot.log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
listen = 127.0.0.1
protocols = imap lmtp
ssl = yes
ssl_cert = <{folder}/chain.pem
ssl_key = <{folder}/server.key
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_max_userip_connections = 200
first_valid_uid = 1
mail_location = {location}
mail_home = {folder}/mail/%u
mail_fsync = never
mailbox_list_index = yes
imap_id_log = *
imap_logout_format = in=%i out=%o
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users
}}
namespace inbox {{
  inbox = yes
  separator = {separator}
{folders}}}
service anvil {{
  chroot =
  # No penalty for wrong passwords: tests give many.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service imap {{
  process_limit = 256
}}
service lmtp {{
  user = {user}
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
protocol imap {{
  mail_plugins = $mail_plugins{plugins}
  {capability}
}}
protocol lmtp {{
  postmaster_address = postmaster@test.invalid
}}
hostname = imap.test.invalid
{extra}
"#
    )
}

fn special_folders() -> String {
    ["Drafts", "Sent", "Junk", "Trash", "Archive"].into_iter().fold(String::new(), |mut text, name| {
        let _ = writeln!(text, "  mailbox {name} {{\n    special_use = \\{name}\n    auto = subscribe\n  }}");
        text
    })
}
