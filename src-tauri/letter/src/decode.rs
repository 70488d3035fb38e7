//! From the bytes of a part to what they mean: transfer encodings (RFC 2045 §6, uuencode), then charsets.
//!
//! Nothing here fails. Damaged base64 gives what can be read of it, an unknown charset is guessed, and what cannot be decoded
//! becomes U+FFFD: a person would rather read most of a mail than be told why not.

pub mod charset;
mod transfer;

pub use charset::{html, text};
pub use transfer::Decoder;

use crate::structure::Encoding;

/// The whole of a part, its transfer encoding undone.
pub fn bytes(raw: &[u8], encoding: Encoding) -> Vec<u8> {
    let mut out = Vec::with_capacity(match encoding {
        Encoding::Base64 => raw.len() / 4 * 3 + 3,
        _ => raw.len(),
    });
    let mut decoder = Decoder::new(encoding);
    decoder.push(raw, &mut out);
    decoder.finish(&mut out);
    out
}
