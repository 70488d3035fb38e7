//! A second reader that shares nothing with ours: CPython's `email`. One process reads all messages.

use serde::Deserialize;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Reads messages, each after its length, and answers with one list.
const SCRIPT: &str = r#"
import sys, json, base64, email, email.header, email.utils
def text(value):
    return str(email.header.make_header(email.header.decode_header(value)))
def people(message, field):
    out = []
    for name, address in email.utils.getaddresses(message.get_all(field, [])):
        out.append([text(name), address])
    return out
found = []
stream = sys.stdin.buffer
while True:
    length = stream.readline()
    if not length:
        break
    message = email.message_from_bytes(stream.read(int(length)))
    one = dict(names=message.keys(), subject=text(message.get('Subject', '')), people={}, plain=None, html=None, files=[], defects=[])
    for field in ['From', 'To', 'Cc', 'Reply-To']:
        one['people'][field] = people(message, field)
    for part in message.walk():
        one['defects'] += [repr(d) for d in part.defects]
        if part.is_multipart():
            continue
        kind = part.get_content_type()
        body = part.get_payload(decode=True)
        if part.get('Content-Disposition') is None and kind in ('text/plain', 'text/html'):
            one['plain' if kind == 'text/plain' else 'html'] = body.decode('utf-8')
        else:
            one['files'].append([part.get_filename() or '', base64.b64encode(body).decode()])
    found.append(one)
json.dump(found, sys.stdout)
"#;

#[derive(Deserialize)]
pub struct Seen {
    pub names: Vec<String>,
    pub subject: String,
    pub people: std::collections::HashMap<String, Vec<(String, String)>>,
    pub plain: Option<String>,
    pub html: Option<String>,
    /// Name, and bytes in base64.
    pub files: Vec<(String, String)>,
    pub defects: Vec<String>,
}

/// What Python makes of these messages.
pub fn read(messages: &[Vec<u8>]) -> Vec<Seen> {
    // -I: nothing of the environment, so that it is the library that came with it.
    let mut child = Command::new("python3")
        .args(["-I", "-c", SCRIPT])
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|e| panic!("python3 is needed for this test (Debian: python3): {e}"));
    let mut input = child.stdin.take().unwrap();
    for message in messages {
        input.write_all(format!("{}\n", message.len()).as_bytes()).unwrap();
        input.write_all(message).unwrap();
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "python3 failed");
    serde_json::from_slice(&output.stdout).unwrap()
}
