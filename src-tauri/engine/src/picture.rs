//! Pictures: known by their bytes, never by what a message or a server calls them.

use crate::engine::Picture;

/// Larger pictures are not shown in a message.
pub(crate) const MOST: usize = 10 * 1024 * 1024;

/// The raster type of these bytes; none where they are no picture that a frame may show. SVG is a document, not a picture.
pub(crate) fn sniff(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Some("image/bmp"),
        _ => None,
    }
}

/// The picture, if these bytes are one.
pub(crate) fn of(bytes: Vec<u8>) -> Option<Picture> {
    let mime = sniff(&bytes).filter(|_| bytes.len() <= MOST)?;
    Some(Picture { mime: mime.to_owned(), bytes })
}

#[cfg(test)]
mod tests {
    use super::sniff;

    #[test]
    fn goes_by_the_bytes() {
        for (bytes, expected) in [
            (&b"\x89PNG\r\n\x1a\n...."[..], Some("image/png")),
            (b"\xff\xd8\xff\xe0", Some("image/jpeg")),
            (b"GIF89a...", Some("image/gif")),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Some("image/webp")),
            (b"BM\x10\0\0\0\0\0\0\0", Some("image/bmp")),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
            (b"GIF89", None),
            (b"%PDF-1.7", None),
            (b"", None),
        ] {
            assert_eq!(sniff(bytes), expected);
        }
    }
}
