//! A part of a message, and the tree that parts make (RFC 2045, 2046).

use super::encode;
use super::files::File;

/// A node of the tree.
#[derive(Clone, Debug)]
pub enum Part {
    /// Bytes under headers.
    Leaf {
        /// Its headers, each with its line end.
        head: String,
        /// What stands after the empty line.
        body: Vec<u8>,
    },
    /// Several parts in one.
    Multi {
        /// `mixed`, `alternative`, `related`, …
        kind: &'static str,
        /// Parameters of its own (`; report-type=…`).
        more: String,
        /// The parts.
        parts: Vec<Part>,
    },
}

impl Part {
    /// Plain text in UTF-8.
    pub fn text(text: &str) -> Self {
        Self::text_in("utf-8", text)
    }

    /// Plain text in a charset: quoted-printable, or as it is in ISO-2022-JP, which was made for that.
    pub fn text_in(charset: &str, text: &str) -> Self {
        let bytes = encode::charset(charset, &encode::crlf(text));
        let seven_bit = bytes.is_ascii();
        let head = format!(
            "Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {}\r\n",
            if seven_bit { "7bit" } else { "quoted-printable" }
        );
        Self::Leaf { head, body: if seven_bit { bytes } else { encode::quoted_printable(&bytes) } }
    }

    /// Eight-bit text whose charset nobody names.
    pub fn undeclared(charset: &str, text: &str) -> Self {
        let head = "Content-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n".to_owned();
        Self::Leaf { head, body: encode::charset(charset, &encode::crlf(text)) }
    }

    /// Plain text whose soft line ends are a space before the line end (RFC 3676).
    pub fn flowed(paragraphs: &[&str]) -> Self {
        let mut text = String::new();
        for paragraph in paragraphs {
            let lines = encode::fold(paragraph);
            text.push_str(&lines.replace("\r\n ", " \r\n"));
            text.push_str("\r\n\r\n");
        }
        let head = "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=no\r\n\
                    Content-Transfer-Encoding: 8bit\r\n";
        Self::Leaf { head: head.to_owned(), body: text.into_bytes() }
    }

    /// HTML in UTF-8.
    pub fn html(html: &str) -> Self {
        let head = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n";
        Self::Leaf { head: head.to_owned(), body: encode::quoted_printable(encode::crlf(html).as_bytes()) }
    }

    /// A file to be saved.
    pub fn attached(file: &File) -> Self {
        Self::file(file, "attachment", "")
    }

    /// A picture that the HTML beside it shows by `cid:`.
    pub fn inline(file: &File, cid: &str) -> Self {
        Self::file(file, "inline", &format!("Content-ID: <{cid}>\r\n"))
    }

    fn file(file: &File, disposition: &str, more: &str) -> Self {
        let head = format!(
            "Content-Type: {};\r\n\t{}\r\nContent-Disposition: {disposition};\r\n\t{}\r\n{more}\
             Content-Transfer-Encoding: base64\r\n",
            file.mime,
            encode::parameter("name", &file.name),
            encode::parameter("filename", &file.name)
        );
        Self::Leaf { head, body: encode::base64_lines(&file.bytes) }
    }

    /// An invitation (RFC 6047).
    pub fn calendar(text: &str) -> Self {
        let head = "Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\nContent-Transfer-Encoding: 8bit\r\n";
        Self::Leaf { head: head.to_owned(), body: encode::crlf(text).into_bytes() }
    }

    /// A whole message inside.
    pub fn message(message: Vec<u8>) -> Self {
        let head = "Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n".to_owned();
        Self::Leaf { head, body: message }
    }

    /// Parts side by side.
    pub fn mixed(parts: Vec<Self>) -> Self {
        Self::Multi { kind: "mixed", more: String::new(), parts }
    }

    /// The same, said in several ways; the best one last.
    pub fn alternative(parts: Vec<Self>) -> Self {
        Self::Multi { kind: "alternative", more: String::new(), parts }
    }

    /// HTML, and what it shows.
    pub fn related(parts: Vec<Self>) -> Self {
        Self::Multi { kind: "related", more: "; type=\"text/html\"".to_owned(), parts }
    }

    /// Headers, empty line and body. `name` makes the boundaries, and must be another for another message.
    pub(super) fn write(&self, name: &str, out: &mut Vec<u8>) {
        match self {
            Self::Leaf { head, body } => {
                out.extend_from_slice(head.as_bytes());
                out.extend_from_slice(b"\r\n");
                out.extend_from_slice(body);
            }
            Self::Multi { kind, more, parts } => {
                let boundary = format!("=_{name}");
                let head = format!("Content-Type: multipart/{kind}{more};\r\n\tboundary=\"{boundary}\"\r\n\r\n");
                out.extend_from_slice(head.as_bytes());
                for (number, part) in parts.iter().enumerate() {
                    out.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
                    part.write(&format!("{name}.{number}"), out);
                    out.extend_from_slice(b"\r\n");
                }
                out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
            }
        }
    }
}
