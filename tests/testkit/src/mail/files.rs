//! Attachments that open: pictures that show something, a PDF that prints, a document, an archive.

use super::Random;
use flate2::{Compression, Crc, write::ZlibEncoder};
use std::fmt::Write as _;
use std::io::Write as _;

/// A file to be attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its type.
    pub mime: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl File {
    /// A file of these bytes.
    pub fn new(name: &str, mime: &'static str, bytes: Vec<u8>) -> Self {
        Self { name: name.to_owned(), mime, bytes }
    }
}

/// A PNG: hills of one hue under a pale sky.
pub fn png(name: &str, width: u32, height: u32, hue: u8) -> File {
    let mut rows = Vec::with_capacity((width as usize * 3 + 1) * height as usize);
    for y in 0..height {
        rows.push(0);
        for x in 0..width {
            // A triangle wave for each of three ranges, the nearer the darker.
            let ridge = |period: u32, base: u32, rise: u32| {
                let phase = x % period;
                (height * base / 100).saturating_sub(phase.min(period - phase) * rise / 100)
            };
            let layers = [ridge(90, 55, 35), ridge(130, 75, 40), ridge(70, 92, 30)];
            let depth = u8::try_from(layers.iter().filter(|&&top| y > top).count()).unwrap_or_default();
            let sky = u8::try_from(235 - y * 40 / height.max(1)).unwrap_or(200);
            let shade = sky.saturating_sub(depth * 48);
            rows.extend_from_slice(&[shade.saturating_sub(hue / 3), shade, shade.saturating_sub(80 - hue / 4)]);
        }
    }
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    let packed = packed.write_all(&rows).and_then(|()| packed.finish()).unwrap_or_default();
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::new();
    header.extend_from_slice(&width.to_be_bytes());
    header.extend_from_slice(&height.to_be_bytes());
    header.extend_from_slice(&[8, 2, 0, 0, 0]);
    for (kind, data) in [(b"IHDR", header.as_slice()), (b"IDAT", &packed), (b"IEND", &[])] {
        bytes.extend_from_slice(&u32::try_from(data.len()).unwrap_or_default().to_be_bytes());
        let mut crc = Crc::new();
        crc.update(kind);
        crc.update(data);
        bytes.extend_from_slice(kind);
        bytes.extend_from_slice(data);
        bytes.extend_from_slice(&crc.sum().to_be_bytes());
    }
    File::new(name, "image/png", bytes)
}

/// A grey JPEG of soft blocks, filled up to about `size` bytes with a comment that no viewer shows.
pub fn jpeg(name: &str, width: u16, height: u16, size: usize, random: &mut Random) -> File {
    let mut bytes = vec![0xff, 0xd8];
    let mut segment = |marker: u8, data: &[u8]| {
        bytes.extend_from_slice(&[0xff, marker]);
        bytes.extend_from_slice(&u16::try_from(data.len() + 2).unwrap_or(u16::MAX).to_be_bytes());
        bytes.extend_from_slice(data);
    };
    segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    let mut filling = size.saturating_sub(usize::from(width) * usize::from(height) / 100);
    while filling > 0 {
        let now = filling.min(60_000);
        segment(0xfe, &random.bytes(now));
        filling -= now;
    }
    segment(0xdb, &[&[0_u8] as &[u8], &[16; 64]].concat());
    let [[hh, hl], [wh, wl]] = [height.to_be_bytes(), width.to_be_bytes()];
    segment(0xc0, &[8, hh, hl, wh, wl, 1, 1, 0x11, 0]);
    // Brightness: eight sizes of change, three bits each (the code of all ones is not allowed). Detail: "no more", one bit.
    segment(0xc4, &[&[0_u8, 0, 0, 7] as &[u8], &[0; 13], &[0, 1, 2, 3, 4, 5, 6]].concat());
    segment(0xc4, &[&[0x10_u8, 1] as &[u8], &[0; 15], &[0]].concat());
    segment(0xda, &[1, 1, 0, 0, 63, 0]);
    let blocks = usize::from(width.div_ceil(8)) * usize::from(height.div_ceil(8));
    let (mut bits, mut count, mut light) = (0_u32, 0, 0_i32);
    for _ in 0..blocks {
        // One step up or down, within what a byte can show.
        let step = if light > 40 || (light > -40 && random.percent(50)) { -3 } else { 3 };
        light += step;
        // Size 2, then the two bits of ±3 (11 or 00), then the end of the block.
        let code = if step > 0 { 0b01_0110 } else { 0b01_0000 };
        bits = bits << 6 | code;
        count += 6;
        while count >= 8 {
            count -= 8;
            let byte = u8::try_from(bits >> count & 0xff).unwrap_or_default();
            bytes.push(byte);
            if byte == 0xff {
                bytes.push(0);
            }
        }
    }
    if count > 0 {
        bytes.push(u8::try_from((bits << (8 - count) | ((1 << (8 - count)) - 1)) & 0xff).unwrap_or_default());
    }
    bytes.extend_from_slice(&[0xff, 0xd9]);
    File::new(name, "image/jpeg", bytes)
}

/// A PDF of one page with these lines, filled up to about `size` bytes with a stream that no reader shows.
pub fn pdf(name: &str, lines: &[&str], size: usize, random: &mut Random) -> File {
    let mut page = String::from("BT /F1 12 Tf 72 760 Td 16 TL\n");
    for line in lines {
        let ascii: String = line.chars().filter(|c| c.is_ascii() && !"()\\".contains(*c)).collect();
        let _ = writeln!(page, "({ascii}) Tj T*");
    }
    page.push_str("ET\n");
    let stream = |data: &[u8]| {
        let mut object = format!("<< /Length {} >>\nstream\n", data.len()).into_bytes();
        object.extend_from_slice(data);
        object.extend_from_slice(b"\nendstream");
        object
    };
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_vec(),
        stream(page.as_bytes()),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec(),
        stream(&random.bytes(size.saturating_sub(1_200))),
    ];
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in objects.iter().enumerate() {
        let _ = writeln!(table, "{:010} 00000 n ", bytes.len());
        bytes.extend_from_slice(format!("{} 0 obj\n", number + 1).as_bytes());
        bytes.extend_from_slice(object);
        bytes.extend_from_slice(b"\nendobj\n");
    }
    let start = bytes.len();
    let end = format!("{table}trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    bytes.extend_from_slice(end.as_bytes());
    File::new(name, "application/pdf", bytes)
}

/// A document of a word processor with these paragraphs.
pub fn docx(name: &str, paragraphs: &[&str]) -> File {
    let text: String = paragraphs.iter().map(|p| format!("<w:p><w:r><w:t>{p}</w:t></w:r></w:p>")).collect();
    let types = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
    let relations = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;
    let document = format!(
        r#"<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{text}</w:body></w:document>"#
    );
    let entries = [("[Content_Types].xml", types), ("_rels/.rels", relations), ("word/document.xml", &document)];
    let mime = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    File::new(name, mime, stored(&entries.map(|(n, t)| (n, t.as_bytes()))))
}

/// A ZIP archive of these files, stored without compression.
pub fn zip(name: &str, entries: &[(&str, &[u8])]) -> File {
    File::new(name, "application/zip", stored(entries))
}

fn stored(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, data) in entries {
        let mut crc = Crc::new();
        crc.update(data);
        let mut common = vec![20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0x5d];
        for number in [crc.sum(), small(data.len()), small(data.len())] {
            common.extend_from_slice(&number.to_le_bytes());
        }
        common.extend_from_slice(&u16::try_from(name.len()).unwrap_or_default().to_le_bytes());
        common.extend_from_slice(&[0, 0]);
        directory.extend_from_slice(b"PK\x01\x02\x14\0");
        directory.extend_from_slice(&common);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&small(bytes.len()).to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(b"PK\x03\x04");
        bytes.extend_from_slice(&common);
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(data);
    }
    let count = u16::try_from(entries.len()).unwrap_or_default().to_le_bytes();
    let start = small(bytes.len());
    let length = small(directory.len());
    bytes.extend(directory);
    bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    bytes.extend_from_slice(&count);
    bytes.extend_from_slice(&count);
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&start.to_le_bytes());
    bytes.extend_from_slice(&[0, 0]);
    bytes
}
