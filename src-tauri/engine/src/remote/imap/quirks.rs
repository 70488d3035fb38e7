//! What some servers claim and cannot do. Data, not code: a row per claim that was found false.

/// What not to use with a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quirks {
    /// ENABLE or QRESYNC do not work as announced.
    pub no_qresync: bool,
}

struct Row {
    /// End of the host name.
    host: &'static str,
    quirks: Quirks,
}

const TABLE: &[Row] = &[
    // Announces QRESYNC and answers ENABLE wrongly.
    Row { host: "mail.me.com", quirks: Quirks { no_qresync: true } },
    Row { host: "mail.icloud.com", quirks: Quirks { no_qresync: true } },
];

impl Quirks {
    /// Of the server with this name.
    pub fn of(host: &str) -> Self {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        TABLE
            .iter()
            .filter(|row| host.ends_with(row.host))
            .fold(Self::default(), |all, row| Self { no_qresync: all.no_qresync || row.quirks.no_qresync })
    }
}
