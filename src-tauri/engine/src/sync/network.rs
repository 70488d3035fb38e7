//! Wake from sleep and change of network, noticed without any system's own service: the wall clock that runs ahead of a
//! timer tells of sleep, and the address this computer would send from tells of the network. Nothing is sent to find out.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::{Duration, SystemTime};

/// How often to look.
pub(crate) const TICK: Duration = Duration::from_secs(5);
/// A tick that took this much longer by the wall clock: the computer slept (or the clock was set; then a look does no harm).
const SLEPT: Duration = Duration::from_secs(20);

/// What a tick noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noticed {
    Nothing,
    /// Connections may be dead without knowing it.
    Woke,
    /// Another address, or none.
    NetworkChanged,
}

/// Remembers the last tick.
#[derive(Debug)]
pub(crate) struct Watch {
    at: SystemTime,
    from: [Option<IpAddr>; 2],
}

/// The address a packet to the world would be sent from; documentation addresses (RFC 5737, RFC 3849), to which a
/// connected UDP socket sends nothing.
fn local(to: SocketAddr) -> Option<IpAddr> {
    let any: SocketAddr =
        if to.is_ipv4() { (Ipv4Addr::UNSPECIFIED, 0).into() } else { (Ipv6Addr::UNSPECIFIED, 0).into() };
    let socket = UdpSocket::bind(any).ok()?;
    socket.connect(to).ok()?;
    socket.local_addr().ok().map(|a| a.ip())
}

fn addresses() -> [Option<IpAddr>; 2] {
    let v6 = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
    [local((Ipv4Addr::new(192, 0, 2, 1), 9).into()), local((v6, 9).into())]
}

impl Watch {
    pub(crate) fn start() -> Self {
        Self { at: SystemTime::now(), from: addresses() }
    }

    /// To be called every [`TICK`].
    pub(crate) fn tick(&mut self) -> Noticed {
        self.notice(SystemTime::now(), addresses())
    }

    fn notice(&mut self, now: SystemTime, from: [Option<IpAddr>; 2]) -> Noticed {
        let took = now.duration_since(self.at).unwrap_or_default();
        self.at = now;
        let changed = std::mem::replace(&mut self.from, from) != from;
        if took > TICK + SLEPT {
            Noticed::Woke
        } else if changed {
            Noticed::NetworkChanged
        } else {
            Noticed::Nothing
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_sleep_and_other_networks() {
        let t0 = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let home = [Some(IpAddr::V4(Ipv4Addr::new(192, 168, 1, 7))), None];
        let train = [Some(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 3))), None];
        let mut watch = Watch { at: t0, from: home };
        let mut now = t0;
        for (after, from, expected) in [
            (5, home, Noticed::Nothing),
            (6, train, Noticed::NetworkChanged),
            (5, train, Noticed::Nothing),
            (3_600, train, Noticed::Woke),
            (5, [None, None], Noticed::NetworkChanged),
            (5, [None, None], Noticed::Nothing),
        ] {
            now += Duration::from_secs(after);
            assert_eq!(watch.notice(now, from), expected, "after {after} s");
        }
        // A clock that is set back is no sleep.
        assert_eq!(watch.notice(t0, [None, None]), Noticed::Nothing);
    }
}
