//! The one gate for links: what a mail says, a person may follow only if it passes here. `http`, `https` and `mailto`, nothing
//! else; parsed as browsers parse (WHATWG), so that what is shown is where it goes.

use crate::address::shown_domain;
use thiserror::Error;
use url::Url;

/// Most bytes of a URL.
pub const LENGTH: usize = 8 * 1024;

/// A URL that may be given to the system's browser or mail program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// In normal form: ASCII, host in punycode.
    pub url: String,
    /// The host as it may be shown (decoded only where that cannot mislead); the addressee of a `mailto:`.
    pub host: String,
    /// A user name stands before the host: `https://bank.example@evil.example`. A reader should be asked.
    pub userinfo: bool,
}

impl Link {
    /// Whether one writes to it, rather than reads what is there.
    pub fn is_mailto(&self) -> bool {
        self.url.starts_with("mailto:")
    }
}

/// Why a URL is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// Longer than [`LENGTH`].
    #[error("the address is too long")]
    TooLong,
    /// Control characters, or characters that hide or turn text.
    #[error("the address holds characters that cannot be seen")]
    Hidden,
    /// Relative, or no URL at all.
    #[error("this is no address")]
    NoUrl,
    /// Another scheme than `http`, `https` and `mailto`.
    #[error("addresses of this kind are not opened")]
    Scheme,
    /// Without a host.
    #[error("the address names no host")]
    NoHost,
}

/// Lets a URL pass, in normal form, or says why not.
pub fn gate(url: &str) -> Result<Link, Refused> {
    let url = url.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\u{A0}');
    if url.len() > LENGTH {
        return Err(Refused::TooLong);
    }
    if url.chars().any(|c| c.is_control() || crate::address::is_hidden(c)) {
        return Err(Refused::Hidden);
    }
    let parsed = Url::parse(url).map_err(|_| Refused::NoUrl)?;
    match parsed.scheme() {
        "http" | "https" => web(url, &parsed),
        "mailto" => Ok(Link { url: parsed.as_str().to_owned(), host: addressee(&parsed), userinfo: false }),
        _ => Err(Refused::Scheme),
    }
}

fn web(written: &str, parsed: &Url) -> Result<Link, Refused> {
    // `https:evil` and `https:\\evil` parse, but no honest sender writes them so, and other programs may read them otherwise.
    if !written.get(parsed.scheme().len() + 1..).is_some_and(|rest| rest.starts_with("//")) {
        return Err(Refused::NoUrl);
    }
    let host = parsed.host_str().filter(|h| !h.is_empty()).ok_or(Refused::NoHost)?;
    let userinfo = !parsed.username().is_empty() || parsed.password().is_some();
    Ok(Link { url: parsed.as_str().to_owned(), host: shown_domain(host), userinfo })
}

fn addressee(parsed: &Url) -> String {
    let bytes = unescaped(parsed.path());
    crate::address::visible(&String::from_utf8_lossy(&bytes)).chars().take(320).collect()
}

/// Undoes percent encoding (RFC 3986 §2.1); a `%` that begins no escape stands for itself.
pub(crate) fn unescaped(raw: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.as_bytes();
    while let Some((&b, tail)) = rest.split_first() {
        rest = tail;
        if b == b'%'
            && let [high, low, after @ ..] = tail
            && let (Some(high), Some(low)) = (char::from(*high).to_digit(16), char::from(*low).to_digit(16))
        {
            bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
            rest = after;
        } else {
            bytes.push(b);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links() {
        use Refused::*;
        let long = format!("https://x.org/{}", "a".repeat(LENGTH));
        type Passed<'a> = (&'a str, &'a str, bool);
        let table: &[(&str, Result<Passed<'_>, Refused>)] = &[
            ("https://example.org", Ok(("https://example.org/", "example.org", false))),
            ("http://example.org/a?b=c&d#e", Ok(("http://example.org/a?b=c&d#e", "example.org", false))),
            ("  https://example.org/ ", Ok(("https://example.org/", "example.org", false))),
            ("HTTPS://EXAMPLE.ORG/Path", Ok(("https://example.org/Path", "example.org", false))),
            ("https://example.org:8443/", Ok(("https://example.org:8443/", "example.org", false))),
            ("https://example.org/a b", Ok(("https://example.org/a%20b", "example.org", false))),
            ("https://example.org/ü", Ok(("https://example.org/%C3%BC", "example.org", false))),
            ("https://münchen.de/", Ok(("https://xn--mnchen-3ya.de/", "münchen.de", false))),
            ("https://p\u{430}ypal.com/", Ok(("https://xn--pypal-4ve.com/", "xn--pypal-4ve.com", false))),
            ("https://bank.example@evil.example/", Ok(("https://bank.example@evil.example/", "evil.example", true))),
            ("https://a:b@evil.example/", Ok(("https://a:b@evil.example/", "evil.example", true))),
            (
                "https://bank.example%2Flogin@evil.example/",
                Ok(("https://bank.example%2Flogin@evil.example/", "evil.example", true)),
            ),
            (
                "https://bank.example\\@evil.example/",
                Ok(("https://bank.example/@evil.example/", "bank.example", false)),
            ),
            ("http://2130706433/", Ok(("http://127.0.0.1/", "127.0.0.1", false))),
            ("http://0x7f.1/", Ok(("http://127.0.0.1/", "127.0.0.1", false))),
            ("http://[::1]/", Ok(("http://[::1]/", "[::1]", false))),
            ("https://example.org./", Ok(("https://example.org./", "example.org.", false))),
            ("https://example。org/", Ok(("https://example.org/", "example.org", false))),
            ("mailto:a@x.org", Ok(("mailto:a@x.org", "a@x.org", false))),
            ("MAILTO:a@x.org?subject=hi", Ok(("mailto:a@x.org?subject=hi", "a@x.org", false))),
            ("mailto:a%40x.org", Ok(("mailto:a%40x.org", "a@x.org", false))),
            ("mailto:", Ok(("mailto:", "", false))),
            ("mailto:%0d%0aBcc:x@y", Ok(("mailto:%0d%0aBcc:x@y", "Bcc:x@y", false))),
            ("", Err(NoUrl)),
            ("#top", Err(NoUrl)),
            ("/path", Err(NoUrl)),
            ("//evil.example/", Err(NoUrl)),
            ("\\\\evil\\share\\x", Err(NoUrl)),
            ("www.example.org", Err(NoUrl)),
            ("example.org/x", Err(NoUrl)),
            ("https:", Err(NoUrl)),
            ("https://", Err(NoUrl)),
            ("https:evil.example", Err(NoUrl)),
            ("https:/evil.example", Err(NoUrl)),
            ("https:\\\\evil.example", Err(NoUrl)),
            ("https:///evil.example", Ok(("https://evil.example/", "evil.example", false))),
            ("https://exa mple.org/", Err(NoUrl)),
            ("https://example.org:99999/", Err(NoUrl)),
            ("http://[::1", Err(NoUrl)),
            ("javascript:alert(1)", Err(Scheme)),
            ("JaVaScRiPt:alert(1)", Err(Scheme)),
            (" javascript:alert(1)", Err(Scheme)),
            ("java\nscript:alert(1)", Err(Hidden)),
            ("java\tscript:alert(1)", Err(Hidden)),
            ("\u{1}javascript:alert(1)", Err(Hidden)),
            ("data:text/html,x", Err(Scheme)),
            ("vbscript:x", Err(Scheme)),
            ("file:///etc/passwd", Err(Scheme)),
            ("ftp://x.org/", Err(Scheme)),
            ("tel:+123", Err(Scheme)),
            ("sms:+123", Err(Scheme)),
            ("ms-msdt:/id", Err(Scheme)),
            ("search-ms:query=x", Err(Scheme)),
            ("smb://evil/share", Err(Scheme)),
            ("message://localhost/v/x/", Err(Scheme)),
            ("tauri://localhost/", Err(Scheme)),
            ("about:blank", Err(Scheme)),
            ("blob:https://x.org/1", Err(Scheme)),
            ("view-source:https://x.org", Err(Scheme)),
            ("intent://x#Intent;end", Err(Scheme)),
            ("cid:x@y", Err(Scheme)),
            ("https://ex\u{200b}ample.org/", Err(Hidden)),
            ("https://example.org/\u{202e}gpj.exe", Err(Hidden)),
            ("https://example.org/\0", Err(Hidden)),
            ("https://example.org/\r\nHost: x", Err(Hidden)),
            (&long, Err(TooLong)),
        ];
        for (url, expected) in table {
            let found = gate(url);
            let found = found.as_ref().map(|l| (l.url.as_str(), l.host.as_str(), l.userinfo)).map_err(|e| *e);
            assert_eq!(found, *expected, "{url}");
        }
    }
}
