//! What frames are given besides the mail itself.

/// What stands in for a remote picture that has not been let in: pale where the mail gave it room, nothing where it did not.
pub const PLACEHOLDER: &[u8] =
    br##"<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1" preserveAspectRatio="none"><rect width="1" height="1" fill="#808080" fill-opacity=".12"/></svg>"##;

/// Whether pictures of this type, which the engine found by looking at the bytes, are shown: pixels, and nothing that can do more.
pub fn is_raster(mime: &str) -> bool {
    matches!(
        mime,
        "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/bmp" | "image/avif" | "image/x-icon"
    )
}

/// In test runs alone: a file with hostile markup to serve as it stands, so that the frame and its policy are tested with the
/// cleaner taken away.
pub fn uncleaned() -> Option<Vec<u8>> {
    let file = cfg!(debug_assertions).then(|| std::env::var_os("RESTANTE_TEST_RAW_MAIL")).flatten()?;
    std::fs::read(file).ok()
}
