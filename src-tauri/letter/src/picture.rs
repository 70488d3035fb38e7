//! Raster pictures by their first bytes: what they are, whatever they are called, and how big they would be once decoded. A small file
//! can hold a picture that fills all memory, so the size is looked at before anyone decodes it.

/// Most pixels of a picture that is shown.
pub const PIXELS: u64 = 40_000_000;

/// The type of a raster picture by its first bytes; none for everything else (SVG is a document, not a picture).
pub fn mime(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some("image/png"),
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Some("image/bmp"),
        _ => None,
    }
}

/// Width and height in pixels, as the picture's head says; none where it cannot be read (also of a picture that is cut).
pub fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    match mime(bytes)? {
        "image/png" => Some((big(bytes, 16, 4)?, big(bytes, 20, 4)?)),
        "image/gif" => Some((little(bytes, 6, 2)?, little(bytes, 8, 2)?)),
        // A negative height is a picture written from the top.
        "image/bmp" => Some((little(bytes, 18, 4)?, little(bytes, 22, 4)?.cast_signed().unsigned_abs())),
        "image/webp" => webp(bytes),
        _ => jpeg(bytes),
    }
}

/// Whether the picture may be decoded: a known type whose head can be read and which is not too big.
pub fn is_sound(bytes: &[u8]) -> bool {
    size(bytes).is_some_and(|(width, height)| u64::from(width) * u64::from(height) <= PIXELS)
}

fn big(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    Some(bytes.get(at..at.checked_add(length)?)?.iter().fold(0, |n, &b| n << 8 | u32::from(b)))
}

fn little(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    Some(bytes.get(at..at.checked_add(length)?)?.iter().rev().fold(0, |n, &b| n << 8 | u32::from(b)))
}

fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8X" => Some((little(bytes, 24, 3)? + 1, little(bytes, 27, 3)? + 1)),
        b"VP8L" => {
            let bits = little(bytes, 21, 4)?;
            Some(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
        }
        b"VP8 " => Some((little(bytes, 26, 2)? & 0x3FFF, little(bytes, 28, 2)? & 0x3FFF)),
        _ => None,
    }
}

/// Goes from segment to segment up to the frame's head.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xFF {
            return None;
        }
        match *bytes.get(at + 1)? {
            0xFF => at += 1,
            0x01 | 0xD0..=0xD8 => at += 2,
            0xC4 | 0xC8 | 0xCC => at += 2 + usize::try_from(big(bytes, at + 2, 2)?).ok()?.max(2),
            0xC0..=0xCF => return Some((big(bytes, at + 7, 2)?, big(bytes, at + 5, 2)?)),
            0xD9 | 0xDA => return None,
            _ => at += 2 + usize::try_from(big(bytes, at + 2, 2)?).ok()?.max(2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn heads() {
        type Head<'a> = (&'a [u8], Option<&'a str>, Option<(u32, u32)>);
        let table: &[Head<'_>] = &[
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0", Some("image/png"), Some((640, 480))),
            (b"\x89PNG\r\n\x1a\n", Some("image/png"), None),
            (b"GIF89a\x01\0\x02\0", Some("image/gif"), Some((1, 2))),
            (b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\x01\xe0\x02\x80", Some("image/jpeg"), Some((640, 480))),
            (b"\xff\xd8\xff\xda", Some("image/jpeg"), None),
            (b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0\xfd\xff\xff\xff", Some("image/bmp"), Some((2, 3))),
            (b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x7f\x02\0\xdf\x01\0", Some("image/webp"), Some((640, 480))),
            (b"<svg xmlns='http://www.w3.org/2000/svg'>", None, None),
            (b"<html>", None, None),
            (b"", None, None),
        ];
        for (bytes, expected, dimensions) in table {
            assert_eq!((mime(bytes), size(bytes)), (*expected, *dimensions), "{bytes:?}");
        }
        assert!(!is_sound(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xff\xff\0\0\xff\xff"));
    }

    proptest! {
        #[test]
        fn never_panics(start in 0usize..5, rest in proptest::collection::vec(any::<u8>(), 0..200)) {
            let heads: [&[u8]; 5] = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\0\0\0\0WEBP", b"BM\0\0\0\0\0\0\0\0"];
            let bytes = [heads.get(start).copied().unwrap_or_default(), &rest].concat();
            size(&bytes);
        }
    }
}
