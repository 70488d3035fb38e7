//! The measuring frame: one static document with one script of ours, let in by its hash.

use std::sync::OnceLock;

/// The script.
pub const MEASURE: &str = include_str!("measure.js");

/// The document.
pub fn document() -> Vec<u8> {
    format!("<!doctype html><meta charset=utf-8><title>measure</title><script>{MEASURE}</script>").into_bytes()
}

/// `sha256-…` of the script, as a policy names it.
pub fn hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        use base64::Engine as _;
        use sha2::Digest as _;
        let digest = sha2::Sha256::digest(MEASURE.as_bytes());
        format!("sha256-{}", base64::engine::general_purpose::STANDARD.encode(digest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_cannot_end_its_own_element() {
        assert!(!MEASURE.to_ascii_lowercase().contains("</script"));
        assert!(!MEASURE.contains("<!--"));
    }
}
