//! What an answer needs to know of the message that it answers.

use crate::address::{self, Address};
use crate::header::{Header, fields};

/// Most addresses that a message is taken to be delivered to.
const DELIVERED: usize = 50;

/// The fields of a message that is answered or passed on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Original {
    /// The usual ones.
    pub header: Header,
    /// Where it was delivered, as servers on the way say it: Delivered-To, X-Original-To and their kin, nearest first.
    pub delivered_to: Vec<String>,
    /// Mail-Followup-To: where its writer wants answers to all to go.
    pub followup_to: Vec<Address>,
    /// Mail-Reply-To: where its writer wants answers to go, when a list has taken Reply-To.
    pub reply_to_author: Vec<Address>,
    /// List-Post (RFC 2369): the address of the list; nothing where it takes no posts.
    pub list_post: Option<Address>,
}

/// Where servers on the way say that they delivered it.
const DELIVERIES: [&str; 5] = ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To"];

impl Original {
    /// The fields that are looked at; a block of these alone says all that the whole header would.
    pub const FIELDS: [&str; 20] = [
        "Date",
        "From",
        "Sender",
        "Reply-To",
        "To",
        "Cc",
        "Bcc",
        "Subject",
        "Message-ID",
        "In-Reply-To",
        "References",
        "List-Id",
        "List-Post",
        "Mail-Followup-To",
        "Mail-Reply-To",
        DELIVERIES[0],
        DELIVERIES[1],
        DELIVERIES[2],
        DELIVERIES[3],
        DELIVERIES[4],
    ];

    /// Reads the block of header fields. Never fails: what cannot be read is left out.
    pub fn parse(raw_block: &[u8]) -> Self {
        let mut found = Self { header: Header::parse(raw_block), ..Self::default() };
        for (name, value) in fields(raw_block) {
            let is = |wanted: &str| name.eq_ignore_ascii_case(wanted.as_bytes());
            if DELIVERIES.into_iter().any(is) {
                let room = DELIVERED.saturating_sub(found.delivered_to.len());
                let emails = address::parse(value).into_iter().map(|a| a.email).filter(|e| e.contains('@'));
                found.delivered_to.extend(emails.take(room));
            } else if is("Mail-Followup-To") {
                address::parse_into(value, &mut found.followup_to);
            } else if is("Mail-Reply-To") {
                address::parse_into(value, &mut found.reply_to_author);
            } else if is("List-Post") && found.list_post.is_none() {
                found.list_post = list_post(value);
            }
        }
        found
    }
}

/// The first `mailto:` of the field; `NO` is none.
fn list_post(value: &[u8]) -> Option<Address> {
    let text = String::from_utf8_lossy(value);
    text.split('<').skip(1).filter_map(|entry| entry.split('>').next()).take(20).find_map(|uri| {
        let uri: String = uri.split_whitespace().collect();
        let entry = super::mailto::parse(&uri)?.to.into_iter().next()?;
        entry.wrong.is_none().then_some(entry.address)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_lists_and_servers() {
        let original = Original::parse(
            b"Delivered-To: near@x.org\r\nX-Original-To: far@x.org\r\nTo: l@x.org\r\nMail-Followup-To: L <l@x.org>,\r\n a@x.org\r\n\
              List-Post: <https://x.org/post>,\r\n <mailto:l@x.org?subject=x> (members)\r\nList-Post: <mailto:late@x.org>\r\n\r\nTo: no",
        );
        assert_eq!(original.delivered_to, ["near@x.org", "far@x.org"]);
        assert_eq!(original.followup_to.len(), 2);
        assert_eq!(original.list_post.map(|a| a.email).as_deref(), Some("l@x.org"));
        for none in ["NO", "<mailto:>", "mailto:x@y.org", "<javascript:x>", "<mailto:no>"] {
            let original = Original::parse(format!("List-Post: {none}\r\n").as_bytes());
            assert_eq!(original.list_post, None, "{none}");
        }
    }
}
