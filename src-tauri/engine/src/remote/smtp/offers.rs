//! What a server told at EHLO (RFC 5321 §4.1.1.1).

use super::reply::Reply;

/// Extensions that are used where they are there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Offers {
    mechanisms: Vec<String>,
    /// Octets a message may have (SIZE, RFC 1870); none = not told, or no limit.
    pub(super) most: Option<u64>,
    /// SIZE is understood, with or without a limit.
    pub(super) size: bool,
    /// PIPELINING (RFC 2920).
    pub(super) pipelining: bool,
    /// 8BITMIME (RFC 6152).
    pub(super) eight_bit: bool,
    /// SMTPUTF8 (RFC 6531).
    pub(super) utf8: bool,
    /// DSN (RFC 3461).
    pub(super) dsn: bool,
}

impl Offers {
    /// Those of a reply to EHLO. Its first line is the server's name and its greeting.
    pub(super) fn of(hello: &Reply) -> Self {
        let mut offers = Self::default();
        for line in hello.lines.iter().skip(1) {
            let line = line.to_ascii_uppercase();
            // `AUTH=PLAIN` is the spelling of before the standard.
            let mut words = line.split([' ', '=']).filter(|word| !word.is_empty());
            match words.next() {
                Some("AUTH") => offers.mechanisms.extend(words.map(str::to_owned)),
                Some("SIZE") => {
                    offers.size = true;
                    offers.most = words.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0);
                }
                Some("PIPELINING") => offers.pipelining = true,
                Some("8BITMIME") => offers.eight_bit = true,
                Some("SMTPUTF8") => offers.utf8 = true,
                Some("DSN") => offers.dsn = true,
                _ => {}
            }
        }
        offers
    }

    /// Whether one can sign in by this mechanism (upper case).
    pub(super) fn signs_in_by(&self, mechanism: &str) -> bool {
        self.mechanisms.iter().any(|m| m == mechanism)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ehlo_tells() {
        let of =
            |lines: &[&str]| Offers::of(&Reply { code: 250, lines: lines.iter().map(|l| (*l).to_owned()).collect() });
        let all = of(&[
            "mx AUTH SIZE 7",
            "auth login Plain",
            "AUTH=XOAUTH2",
            "SIZE 35882577",
            "PIPELINING",
            "8bitmime",
            "SMTPUTF8",
            "dsn",
        ]);
        assert!(all.dsn);
        assert_eq!(all.most, Some(35_882_577));
        assert!(all.pipelining && all.eight_bit && all.utf8 && all.size);
        for mechanism in ["LOGIN", "PLAIN", "XOAUTH2"] {
            assert!(all.signs_in_by(mechanism), "{mechanism}");
        }
        for (lines, most) in
            [(["mx", "SIZE"], None), (["mx", "SIZE 0"], None), (["mx", "SIZE x"], None), (["mx", "SIZE 1"], Some(1))]
        {
            assert_eq!((of(&lines).size, of(&lines).most), (true, most), "{lines:?}");
        }
        // The greeting is no offer.
        assert_eq!(of(&["PIPELINING"]), Offers::default());
        assert_eq!(of(&[]), Offers::default());
    }
}
