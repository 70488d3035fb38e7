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

/// Private addresses are let in where a test says so, in builds that are not for people.
fn private_allowed() -> bool {
    cfg!(debug_assertions) && std::env::var_os("RESTANTE_TEST_PRIVATE_IMAGES").is_some()
}

/// Resolves names as the system does, and leaves out addresses that are not public.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let allowed: Vec<SocketAddr> =
                found.into_iter().filter(|a| private_allowed() || is_public(a.ip())).collect();
            if allowed.is_empty() {
                return Err("no public address".into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Whether a URL may be asked at all.
fn may_ask(url: &Url) -> bool {
    matches!(url.scheme(), "https" | "http")
        && url.username().is_empty()
        && url.password().is_none()
        && match url.host() {
            Some(Host::Ipv4(ip)) => private_allowed() || is_public(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => private_allowed() || is_public(IpAddr::V6(ip)),
            Some(Host::Domain(name)) => private_allowed() || (name.contains('.') && !name.ends_with(".local")),
            None => false,
        }
}

fn client() -> Result<reqwest::Client> {
    crate::remote::tls::install_provider();
    let redirects = Policy::custom(|attempt: Attempt<'_>| {
        if attempt.previous().len() > REDIRECTS {
            attempt.error("too many redirects")
        } else if may_ask(attempt.url()) {
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
        .dns_resolver(PublicOnly)
        .build()
        .map_err(|e| crate::error::Error::Internal(e.to_string()))
}

/// Fetches all images of a message and keeps them; what could not be had is noted as such.
pub(crate) async fn fetch(house: &Arc<House>, message: Id, images: &[RemoteImage]) -> Result<()> {
    let client = client()?;
    tokio::fs::create_dir_all(files::folder(&house.profile)).await?;
    let numbered = images.iter().enumerate().filter_map(|(n, i)| u32::try_from(n).ok().map(|n| (n, i)));
    futures::stream::iter(numbered)
        .for_each_concurrent(TOGETHER, |(n, image)| {
            let client = client.clone();
            async move {
                // Trackers are not shown, so nobody has a reason to ask for them.
                let allowed = !image.tracker && usize::try_from(n).is_ok_and(|n| n < COUNT);
                let got = if allowed { fetch_one(&client, &image.url).await } else { None };
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

async fn fetch_one(client: &reqwest::Client, url: &str) -> Option<Vec<u8>> {
    let url = Url::parse(url).ok().filter(may_ask)?;
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
    use super::*;

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
            assert_eq!(Url::parse(url).ok().as_ref().map(may_ask), Some(expected), "{url}");
        }
    }
}
