//! An outgoing server's no, and what it means to the person: by its enhanced status (RFC 3463, 5248, 7372, 7504) and, where a
//! server gives none, by its code (RFC 5321 §4.2).

use super::Code;

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declined {
    /// 4xx: later perhaps; 5xx: never so.
    pub code: u16,
    /// Enhanced status (`5.1.1`, RFC 3463).
    pub status: Option<String>,
    /// The server's words, code and all.
    pub text: String,
}

impl Declined {
    /// Whether the same may be taken later.
    pub fn is_temporary(&self) -> bool {
        (400..500).contains(&self.code)
    }

    /// Chooses the sentence.
    pub fn meaning(&self) -> Code {
        let status = self.status.as_deref().unwrap_or_default();
        let detail = status.split_once('.').map_or("", |(_, detail)| detail);
        match (detail, self.code) {
            // The address: no such mailbox, no such domain, not well written, moved, takes no mail.
            ("1.1" | "1.2" | "1.3" | "1.6" | "1.10", _) => Code::NoSuchRecipient,
            ("2.1", _) => Code::NoSuchRecipient,
            ("2.2", _) => Code::RecipientFull,
            ("2.3" | "3.4", _) => Code::MessageTooLarge,
            // The sender: not this user's address, or not known.
            ("1.7" | "1.8" | "7.27", _) => Code::SenderRefused,
            ("6.7" | "6.3", _) => Code::AddressScript,
            // Too much, too fast; the system is full.
            ("3.1" | "3.2" | "4.5" | "5.3" | "7.28", _) => Code::SentTooMuch,
            ("7.0" | "7.1" | "7.23" | "7.26" | "7.29", 500..) => Code::Rejected,
            (_, 552) => Code::MessageTooLarge,
            (_, 550 | 551 | 553) if detail.is_empty() => Code::NoSuchRecipient,
            (_, 400..500) => Code::SentTooMuch,
            _ => Code::Rejected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_sorted() {
        for (line, expected) in [
            ("550 5.1.1 no such user", Code::NoSuchRecipient),
            ("550 no such user", Code::NoSuchRecipient),
            ("553 5.1.3 bad address", Code::NoSuchRecipient),
            ("556 5.1.10 null MX", Code::NoSuchRecipient),
            ("552 5.2.2 mailbox full", Code::RecipientFull),
            ("452 4.2.2 mailbox full", Code::RecipientFull),
            ("552 5.3.4 too big", Code::MessageTooLarge),
            ("552 too big", Code::MessageTooLarge),
            ("553 5.1.8 sender unknown", Code::SenderRefused),
            ("553 5.7.1 sender not owned by user", Code::Rejected),
            ("550 5.7.1 looks like spam", Code::Rejected),
            ("554 no", Code::Rejected),
            ("550 5.6.7 no UTF-8", Code::AddressScript),
            ("452 4.5.3 too many recipients", Code::SentTooMuch),
            ("421 4.7.28 slow down", Code::SentTooMuch),
            ("450 greylisted", Code::SentTooMuch),
            ("451 4.7.1 greylisted", Code::SentTooMuch),
        ] {
            let (code, text) = line.split_once(' ').unwrap_or_default();
            let status = text.split(' ').next().filter(|w| w.contains('.')).map(str::to_owned);
            let declined = Declined { code: code.parse().unwrap_or(0), status, text: text.to_owned() };
            assert_eq!(declined.meaning(), expected, "{line}");
        }
    }
}
