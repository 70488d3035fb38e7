//! What stands behind `is:`, `has:`, `larger:`, and which file is of which kind.

use super::{State, Test};

/// What `is:` knows.
pub const IS: [&str; 9] =
    ["unread", "read", "flagged", "starred", "unflagged", "answered", "forwarded", "snoozed", "muted"];
/// What `has:` knows, beside `file:` and an extension.
pub const HAS: [&str; 10] =
    ["attachment", "image", "document", "sheet", "slides", "pdf", "audio", "video", "archive", "invite"];

/// What a file is, for those who look for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// Pictures.
    Image,
    /// Texts that are written and read.
    Document,
    /// Tables.
    Sheet,
    /// Presentations.
    Slides,
    /// PDF.
    Pdf,
    /// Sound.
    Audio,
    /// Films.
    Video,
    /// Files of files.
    Archive,
    /// Invitations.
    Invite,
    /// Whatever else.
    Other,
}

/// All kinds, with their names.
pub const KINDS: [(FileKind, &str); 10] = [
    (FileKind::Image, "image"),
    (FileKind::Document, "document"),
    (FileKind::Sheet, "sheet"),
    (FileKind::Slides, "slides"),
    (FileKind::Pdf, "pdf"),
    (FileKind::Audio, "audio"),
    (FileKind::Video, "video"),
    (FileKind::Archive, "archive"),
    (FileKind::Invite, "invite"),
    (FileKind::Other, "other"),
];

impl FileKind {
    /// By its name as a query has it.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim_end_matches('s');
        KINDS.iter().find(|(_, n)| n.trim_end_matches('s') == name).map(|(kind, _)| *kind)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        KINDS.iter().find(|(kind, _)| *kind == self).map_or("other", |(_, name)| name)
    }

    /// By name and type of a file. The name counts for more: many a server calls everything `application/octet-stream`.
    pub fn of(name: &str, mime: &str) -> Self {
        Self::by_extension(&extension(name))
            .or_else(|| Self::by_type(&mime.to_ascii_lowercase()))
            .unwrap_or(Self::Other)
    }

    fn by_extension(extension: &str) -> Option<Self> {
        Some(match extension {
            "jpg" | "jpeg" | "png" | "gif" | "webp" | "heic" | "heif" | "avif" | "tif" | "tiff" | "bmp" | "svg" => {
                Self::Image
            }
            "doc" | "docx" | "odt" | "rtf" | "txt" | "md" | "pages" | "tex" | "epub" | "html" | "htm" => Self::Document,
            "xls" | "xlsx" | "xlsm" | "ods" | "csv" | "tsv" | "numbers" => Self::Sheet,
            "ppt" | "pptx" | "odp" | "key" | "pps" | "ppsx" => Self::Slides,
            "pdf" => Self::Pdf,
            "mp3" | "wav" | "ogg" | "oga" | "opus" | "flac" | "m4a" | "aac" | "amr" | "wma" => Self::Audio,
            "mp4" | "mov" | "avi" | "mkv" | "webm" | "mpg" | "mpeg" | "m4v" | "wmv" | "3gp" => Self::Video,
            "zip" | "rar" | "7z" | "tar" | "gz" | "tgz" | "bz2" | "xz" | "zst" => Self::Archive,
            "ics" | "ical" => Self::Invite,
            _ => return None,
        })
    }

    fn by_type(mime: &str) -> Option<Self> {
        Some(match mime {
            "application/pdf" => Self::Pdf,
            "text/calendar" => Self::Invite,
            "text/csv" => Self::Sheet,
            "application/zip" | "application/x-zip-compressed" | "application/gzip" | "application/x-tar" => {
                Self::Archive
            }
            "application/msword" | "application/rtf" | "text/plain" | "text/html" | "text/markdown" => Self::Document,
            _ if mime.starts_with("image/") => Self::Image,
            _ if mime.starts_with("audio/") => Self::Audio,
            _ if mime.starts_with("video/") => Self::Video,
            _ if mime.contains("spreadsheet") || mime.contains("ms-excel") => Self::Sheet,
            _ if mime.contains("presentation") || mime.contains("powerpoint") => Self::Slides,
            _ if mime.contains("wordprocessing") || mime.contains("opendocument.text") => Self::Document,
            _ => return None,
        })
    }
}

/// The extension of a file's name, lower case; empty where it has none.
pub fn extension(name: &str) -> String {
    match name.trim().rsplit_once('.') {
        Some((before, ext)) if !before.is_empty() && ext.len() <= 10 && ext.chars().all(char::is_alphanumeric) => {
            ext.to_lowercase()
        }
        _ => String::new(),
    }
}

/// What `is:` asks for.
pub(crate) fn state(value: &str) -> Option<State> {
    Some(match value {
        "unread" | "new" | "unseen" => State::Unread,
        "read" | "seen" => State::Read,
        "flagged" | "starred" => State::Flagged,
        "unflagged" | "unstarred" => State::Unflagged,
        "answered" | "replied" => State::Answered,
        "forwarded" => State::Forwarded,
        "snoozed" => State::Snoozed,
        "muted" => State::Muted,
        _ => return None,
    })
}

/// What `has:` asks for.
pub(super) fn has(value: &str) -> Option<Test> {
    let value = value.to_lowercase();
    if matches!(value.as_str(), "attachment" | "attachments" | "file" | "files") {
        return Some(Test::Attachment);
    }
    let (file, value) = match value.strip_prefix("file:") {
        Some(rest) => (true, rest),
        None => (false, value.as_str()),
    };
    if file && value.is_empty() {
        return Some(Test::Attachment);
    }
    match FileKind::named(value) {
        Some(kind) => Some(Test::Kind(kind)),
        None if file => {
            let ext = value.trim_start_matches(['.', '*']);
            (!ext.is_empty() && ext.len() <= 10 && ext.chars().all(char::is_alphanumeric))
                .then(|| Test::Extension(ext.to_owned()))
        }
        None => None,
    }
}

/// Octets: a number with `k`, `M`, `G`, with or without a `b` behind; a comma or a point before the decimals.
pub(super) fn size(value: &str) -> Option<u64> {
    let value = value.trim().to_ascii_lowercase().replace(',', ".");
    let value = value.strip_suffix("ib").or_else(|| value.strip_suffix('b')).unwrap_or(&value);
    let (number, unit) = match value.chars().last()? {
        'k' => (value.get(..value.len() - 1)?, 1_000),
        'm' => (value.get(..value.len() - 1)?, 1_000_000),
        'g' => (value.get(..value.len() - 1)?, 1_000_000_000),
        _ => (value, 1_u64),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty()
        || whole.len() > 9
        || part.len() > 3
        || !(whole.bytes().chain(part.bytes())).all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let thousandths = format!("{part:0<3}").parse::<u64>().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(unit)?.checked_add(thousandths * unit / 1_000)
}
