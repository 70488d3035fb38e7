//! The pictures that a mail names, each once.

use super::tracker;
use crate::picture;
use crate::structure::Encoding;
use std::collections::HashMap;
use url::Url;

/// Most remote pictures, and most pictures inside the message, that are named.
const PICTURES: usize = 1_000;
/// Most bytes of a `data:` picture as written.
const DATA: usize = 2 * 1024 * 1024 / 3 * 4;
/// Of them, how many are looked at.
const HEAD: usize = 256 * 1024;

/// A picture that would come from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Remote {
    /// Where; `http` or `https`, in normal form.
    pub url: String,
    /// Its host as it may be shown.
    pub host: String,
    /// It looks like one that only reports that the mail was opened.
    pub tracker: bool,
}

#[derive(Debug, Default)]
pub(super) struct Resources {
    pub(super) remote: Vec<Remote>,
    pub(super) cids: Vec<String>,
    known: HashMap<String, usize>,
}

impl Resources {
    /// What stands for that picture in the document: `remote/<n>`, `cid/<n>` or a `data:` URL; nothing for all else.
    pub(super) fn picture(&mut self, url: &str) -> Option<String> {
        let url = url.trim_matches(|c: char| c.is_ascii_whitespace() || c.is_control());
        let head: String = url.chars().take(8).flat_map(char::to_lowercase).collect();
        if head.starts_with("cid:") {
            return self.cid(url.get(4..)?);
        }
        if head.starts_with("data:") {
            return data(url);
        }
        let n = self.remote(url)?;
        Some(format!("remote/{n}"))
    }

    /// The number of a remote picture.
    pub(super) fn remote(&mut self, url: &str) -> Option<usize> {
        let url = url.trim_matches(|c: char| c.is_ascii_whitespace() || c.is_control());
        let absolute;
        let url = if url.starts_with("//") {
            absolute = format!("https:{url}");
            &absolute
        } else {
            url
        };
        let web = url.get(..8).is_some_and(|h| h.eq_ignore_ascii_case("https://"))
            || url.get(..7).is_some_and(|h| h.eq_ignore_ascii_case("http://"));
        if !web || url.len() > crate::link::LENGTH {
            return None;
        }
        let parsed = Url::parse(url).ok()?;
        let host = parsed.host_str().filter(|h| !h.is_empty())?;
        if let Some(&n) = self.known.get(parsed.as_str()) {
            return Some(n);
        }
        if self.remote.len() >= PICTURES {
            return None;
        }
        let n = self.remote.len();
        self.known.insert(parsed.as_str().to_owned(), n);
        self.remote.push(Remote {
            url: parsed.as_str().to_owned(),
            host: crate::address::shown_domain(host),
            tracker: tracker::is_tracker(&parsed),
        });
        Some(n)
    }

    fn cid(&mut self, raw: &str) -> Option<String> {
        let decoded = percent(raw);
        let cid = decoded.trim_matches(['<', '>', ' ']);
        if cid.is_empty() || cid.len() > 500 {
            return None;
        }
        let n = match self.cids.iter().position(|c| c == cid) {
            Some(n) => n,
            None if self.cids.len() >= PICTURES => return None,
            None => {
                self.cids.push(cid.to_owned());
                self.cids.len() - 1
            }
        };
        Some(format!("cid/{n}"))
    }
}

fn percent(raw: &str) -> String {
    if !raw.contains('%') {
        return raw.to_owned();
    }
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.as_bytes();
    while let Some((&b, tail)) = rest.split_first() {
        rest = tail;
        match (b, tail) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit = |d: u8| char::from(d).to_digit(16).unwrap_or(0);
                bytes.push(u8::try_from(digit(*high) * 16 + digit(*low)).unwrap_or(b'?'));
                rest = after;
            }
            _ => bytes.push(b),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A `data:` URL of a raster picture in base64, in normal form.
fn data(url: &str) -> Option<String> {
    let (kind, payload) = url.get(5..)?.split_once(',')?;
    let kind: String = kind.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let mime = match kind.strip_suffix(";base64")?.split(';').next()? {
        "image/png" => "image/png",
        "image/jpeg" | "image/jpg" | "image/pjpeg" => "image/jpeg",
        "image/gif" => "image/gif",
        "image/webp" => "image/webp",
        "image/bmp" | "image/x-ms-bmp" => "image/bmp",
        _ => return None,
    };
    if payload.len() > DATA + DATA / 16 {
        return None;
    }
    let payload: String = payload.chars().filter(|c| !c.is_whitespace()).collect();
    let payload = if payload.contains('%') { percent(&payload) } else { payload };
    let sound =
        payload.len() <= DATA && payload.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='));
    // What it says of its size stands near its begin.
    let head = crate::decode::bytes(payload.as_bytes().get(..HEAD).unwrap_or(payload.as_bytes()), Encoding::Base64);
    (sound && picture::is_sound(&head)).then(|| format!("data:{mime};base64,{payload}"))
}

/// Whether a picture's URL is one that [`Resources::picture`] gives.
pub(crate) fn is_ours(url: &str) -> bool {
    let number = |rest: &str| !rest.is_empty() && rest.len() < 6 && rest.bytes().all(|b| b.is_ascii_digit());
    url.strip_prefix("remote/").is_some_and(number)
        || url.strip_prefix("cid/").is_some_and(number)
        || (url.starts_with("data:image/") && data(url).as_deref() == Some(url))
}
