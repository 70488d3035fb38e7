//! Remote images, fetched only when the person says so, and never by the web view: without cookies, referrer or sign-in, all
//! of a message at once (so that what is fetched tells nothing of what is looked at), with limits, from public addresses only.
//! Trackers never.

use crate::engine::{House, Picture};
use crate::error::Result;
use crate::store::{bodies::RemoteImage, files};
use crate::view::Id;
use futures::StreamExt;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::{Attempt, Policy};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};

/// Octets of one image, seconds for one, images of one message (the rest stay as they are), and redirects.
const MOST: usize = 5 * 1024 * 1024;
const SECONDS: u64 = 10;
const COUNT: usize = 200;
const REDIRECTS: usize = 3;
/// At once.
const TOGETHER: usize = 6;

/// Whether images may be fetched from this address: not from this computer or a private network (RFC 1918, 3927, 4193,
/// 6598, …), where a mail could otherwise ask us to knock.
pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_broadcast()
                || v4.is_documentation()
                || v4.is_multicast()
                || a == 0
                || a >= 240
                || (a == 100 && (64..128).contains(&b))
                || (a == 192 && b == 0 && c == 0)
                || (a == 198 && (b == 18 || b == 19)))
        }
        IpAddr::V6(v6) => {
            if let Some(v4) = embedded(v6) {
                return is_public(IpAddr::V4(v4));
            }
            let [s, t, ..] = v6.segments();
            !(v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || (s & 0xfe00) == 0xfc00
                || (s & 0xffc0) == 0xfe80
                || (s & 0xffc0) == 0xfec0
                || (s == 0x2001 && t == 0xdb8))
        }
    }
}

/// The IPv4 address inside a mapped, compatible, 6to4 or NAT64 one.
fn embedded(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let v4 = |hi: u16, lo: u16| Ipv4Addr::from((u32::from(hi) << 16) | u32::from(lo));
    match v6.segments() {
        [0, 0, 0, 0, 0, 0xffff | 0, hi, lo] if (hi, lo) != (0, 0) && (hi, lo) != (0, 1) => Some(v4(hi, lo)),
        [0x2002, hi, lo, ..] | [0x64, 0xff9b, 0, 0, 0, 0, hi, lo] => Some(v4(hi, lo)),
        _ => None,
    }
}

/// Which addresses may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Public,
    /// Private ones as well: where a test says so, in builds that are not for people.
    Anywhere,
}

impl Reach {
    fn of_this_run() -> Self {
        let told = cfg!(debug_assertions) && std::env::var_os("RESTANTE_TEST_PRIVATE_IMAGES").is_some();
        if told { Self::Anywhere } else { Self::Public }
    }

    fn allows(self, ip: IpAddr) -> bool {
        self == Self::Anywhere || is_public(ip)
    }

    /// Whether a URL may be asked at all.
    fn may_ask(self, url: &Url) -> bool {
        matches!(url.scheme(), "https" | "http")
            && url.username().is_empty()
            && url.password().is_none()
            && match url.host() {
                Some(Host::Ipv4(ip)) => self.allows(IpAddr::V4(ip)),
                Some(Host::Ipv6(ip)) => self.allows(IpAddr::V6(ip)),
                Some(Host::Domain(name)) => self == Self::Anywhere || (name.contains('.') && !name.ends_with(".local")),
                None => false,
            }
    }
}

/// Resolves names as the system does, and leaves out addresses that may not be asked.
impl Resolve for Reach {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = *self;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let allowed: Vec<SocketAddr> = found.into_iter().filter(|a| reach.allows(a.ip())).collect();
            if allowed.is_empty() {
                return Err("no public address".into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

fn client(reach: Reach) -> Result<reqwest::Client> {
    crate::remote::tls::install_provider();
    let redirects = Policy::custom(move |attempt: Attempt<'_>| {
        if attempt.previous().len() > REDIRECTS {
            attempt.error("too many redirects")
        } else if reach.may_ask(attempt.url()) {
            attempt.follow()
        } else {
            attempt.error("redirected to where we don't ask")
        }
    });
    reqwest::Client::builder()
        .user_agent("Mozilla/5.0")
        .referer(false)
        .redirect(redirects)
        .no_proxy()
        .timeout(Duration::from_secs(SECONDS))
        .dns_resolver(reach)
        .build()
        .map_err(|e| crate::error::Error::Internal(e.to_string()))
}

/// Fetches all images of a message and keeps them; what could not be had is noted as such. Those that are here are not asked for
/// again: a sender may count how often a mail is looked at, and learns only that it was shown once.
pub(crate) async fn fetch(house: &Arc<House>, message: Id, images: &[RemoteImage]) -> Result<()> {
    let reach = Reach::of_this_run();
    let client = client(reach)?;
    tokio::fs::create_dir_all(files::folder(&house.profile)).await?;
    let here = house.store.images_here(message).await?;
    let numbered = images.iter().enumerate().filter_map(|(n, i)| u32::try_from(n).ok().map(|n| (n, i)));
    let numbered = numbered.filter(|(n, _)| !here.contains(n));
    futures::stream::iter(numbered)
        .for_each_concurrent(TOGETHER, |(n, image)| {
            let client = client.clone();
            async move {
                // Trackers are not shown, so nobody has a reason to ask for them.
                let allowed = !image.tracker && usize::try_from(n).is_ok_and(|n| n < COUNT);
                let got = if allowed { fetch_one(&client, reach, &image.url).await } else { None };
                if let Err(e) = keep(house, message, n, got).await {
                    tracing::warn!(message, n, error = %e, "a remote image could not be kept");
                }
            }
        })
        .await;
    Ok(())
}

async fn keep(house: &House, message: Id, n: u32, got: Option<Vec<u8>>) -> Result<()> {
    let file = files::image_file(message, n);
    match got.and_then(Picture::of) {
        Some(picture) => {
            tokio::fs::write(files::folder(&house.profile).join(&file), &picture.bytes).await?;
            house.store.save_image(message, n, Some((&picture.mime, &file))).await
        }
        None => house.store.save_image(message, n, None).await,
    }
}

async fn fetch_one(client: &reqwest::Client, reach: Reach, url: &str) -> Option<Vec<u8>> {
    let url = Url::parse(url).ok().filter(|u| reach.may_ask(u))?;
    let answer = client.get(url).header("Accept", "image/*").send().await.ok()?;
    if !answer.status().is_success() {
        return None;
    }
    let mut bytes = Vec::new();
    let mut stream = answer.bytes_stream();
    while let Some(piece) = stream.next().await {
        let piece = piece.ok()?;
        if bytes.len() + piece.len() > MOST {
            return None;
        }
        bytes.extend_from_slice(&piece);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use std::io::{BufRead, BufReader, Write};
    use std::sync::Mutex;

    /// A web server that answers by path and keeps the heads of requests.
    fn serve() -> (u16, Arc<Mutex<Vec<String>>>) {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = heads.clone();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut head = String::new();
                let mut lines = BufReader::new(stream.try_clone().unwrap());
                while lines.read_line(&mut head).is_ok_and(|n| n > 2) {}
                let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                kept.lock().unwrap().push(head);
                let (status, more, body) = match path.as_str() {
                    "/picture" => ("200 OK", "Set-Cookie: id=7".to_owned(), b"\x89PNG\r\n\x1a\n".to_vec()),
                    "/big" => ("200 OK", String::new(), vec![0; MOST + 1]),
                    "/there" => ("302 Found", format!("Location: http://127.0.0.1:{port}/picture"), Vec::new()),
                    "/round" => ("302 Found", format!("Location: http://127.0.0.1:{port}/round"), Vec::new()),
                    "/file" => ("302 Found", "Location: file:///etc/passwd".to_owned(), Vec::new()),
                    _ => ("404 Not Found", String::new(), Vec::new()),
                };
                let length = body.len();
                let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n");
                let _ = if more.is_empty() { Ok(()) } else { write!(stream, "{more}\r\n") };
                let _ = stream.write_all(b"\r\n").and_then(|()| stream.write_all(&body));
            }
        });
        (port, heads)
    }

    #[tokio::test]
    async fn asks_once_plainly_and_takes_no_more_than_a_picture() {
        let (port, heads) = serve();
        let anywhere = client(Reach::Anywhere).unwrap();
        for (path, length) in
            [("picture", Some(8)), ("there", Some(8)), ("big", None), ("round", None), ("file", None), ("none", None)]
        {
            let url = format!("http://127.0.0.1:{port}/{path}");
            let got = fetch_one(&anywhere, Reach::Anywhere, &url).await;
            assert_eq!(got.map(|g| g.len()), length, "{path}");
        }
        let asked = heads.lock().unwrap().clone();
        for head in &asked {
            let head = head.to_lowercase();
            assert!(!head.contains("cookie") && !head.contains("referer") && !head.contains("authorization"), "{head}");
        }
        // Nobody is asked on this computer without the word of a test: not directly, not by name.
        let public = client(Reach::Public).unwrap();
        for host in ["127.0.0.1", "localhost", "[::1]"] {
            let url = format!("http://{host}:{port}/picture");
            assert_eq!(fetch_one(&public, Reach::Public, &url).await, None, "{host}");
            let by_name = public.get(url).send().await;
            assert!(host != "localhost" || by_name.is_err());
        }
        assert_eq!(heads.lock().unwrap().iter().filter(|h| h.contains("/picture")).count(), 2 + 1);
    }

    #[test]
    fn asks_public_addresses_alone() {
        for (ip, expected) in [
            ("93.184.216.34", true),
            ("127.0.0.1", false),
            ("10.1.2.3", false),
            ("172.31.0.1", false),
            ("192.168.0.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("0.0.0.0", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("2606:2800:220:1::1", true),
            ("::1", false),
            ("::", false),
            ("fe80::1", false),
            ("fd00::1", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:93.184.216.34", true),
            ("2002:7f00:1::", false),
            ("64:ff9b::a00:1", false),
        ] {
            assert_eq!(ip.parse().ok().map(is_public), Some(expected), "{ip}");
        }
        for (url, expected) in [
            ("https://example.org/a.png", true),
            ("http://example.org/a.png", true),
            ("https://user@example.org/a.png", false),
            ("ftp://example.org/a.png", false),
            ("http://localhost/a.png", false),
            ("http://printer.local/a.png", false),
            ("http://[::1]/a.png", false),
            ("http://2130706433/a.png", false),
            ("http://0x7f.1/a.png", false),
        ] {
            assert_eq!(Url::parse(url).ok().map(|u| Reach::Public.may_ask(&u)), Some(expected), "{url}");
        }
    }
}
