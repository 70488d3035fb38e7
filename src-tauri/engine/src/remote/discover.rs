//! Finding the servers for an address.
use crate::error::{Error, Result};
use crate::view::Discovered;

/// Finds the servers for an address.
pub async fn discover(email: &str) -> Result<Discovered> {
    let (_, domain) = email.rsplit_once('@').ok_or(Error::Invalid("email"))?;
    Ok(Discovered {
        incoming: None,
        outgoing: None,
        source: crate::view::Source::Nothing,
        provider: None,
        advice: super::advice::of(domain, ""),
    })
}
