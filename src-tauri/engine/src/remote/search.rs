//! What a server is asked to look for (RFC 3501 §6.4.4), as a value: how it is written is the connection's affair.

/// A key of SEARCH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchKey {
    /// All of these; of none: every message.
    And(Vec<SearchKey>),
    /// One of these at least; never empty.
    Or(Vec<SearchKey>),
    /// Not this.
    Not(Box<SearchKey>),
    /// A text in a field, as the server folds and compares.
    Text(SearchField, String),
    /// `\Seen`, `\Flagged`, `\Answered` is set.
    Flag(&'static str),
    /// A keyword is set.
    Keyword(String),
    /// INTERNALDATE is before the day of this time, in whatever zone the server counts days.
    Before(i64),
    /// INTERNALDATE is on the day of this time or later.
    Since(i64),
    /// More octets than this.
    Larger(u32),
    /// Fewer octets than this.
    Smaller(u32),
    /// A query in Gmail's own language (X-GM-RAW, X-GM-EXT-1).
    Gmail(String),
}

/// Where a text is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchField {
    /// FROM.
    From,
    /// TO.
    To,
    /// CC.
    Cc,
    /// BCC.
    Bcc,
    /// SUBJECT.
    Subject,
    /// BODY.
    Body,
    /// HEADER List-Id.
    List,
}

impl SearchKey {
    /// Whether any text in it is not ASCII.
    pub fn is_wide(&self) -> bool {
        match self {
            Self::And(all) | Self::Or(all) => all.iter().any(Self::is_wide),
            Self::Not(inner) => inner.is_wide(),
            Self::Text(_, text) | Self::Gmail(text) => !text.is_ascii(),
            Self::Flag(_)
            | Self::Keyword(_)
            | Self::Before(_)
            | Self::Since(_)
            | Self::Larger(_)
            | Self::Smaller(_) => false,
        }
    }
}
