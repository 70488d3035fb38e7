//! Names of attachments, made safe for the file systems of all three platforms at once: a name that was saved on one machine
//! must not turn harmful when the folder is synced to another.

mod kinds;

use kinds::{DANGEROUS, DANGEROUS_TYPES, extension_of};

/// Most bytes of a name.
const LENGTH: usize = 200;

/// A name under which a part may be saved or shown. Never empty, never a path, never a device; without characters that hide
/// or turn text; at most 200 bytes. A name without extension gets that of `mime` only where there was no name at all.
pub fn safe(name: &str, mime: &str) -> String {
    // The last component, whichever system's separators were used.
    let base = name.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
    let mut clean: String =
        base.chars().filter(|&c| !crate::address::is_hidden(c) && !is_joiner(c)).map(replaced).collect();
    // `C:name`, and a stream of NTFS after a colon: replaced above, so nothing is left to mean anything.
    clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    // Leading dots hide a file, trailing dots and spaces are dropped by Windows, which changes the extension; a leading dash is
    // an option to many programs, a tilde a home.
    let trimmed = clean.trim_start_matches(['.', ' ', '-', '~']).trim_end_matches(['.', ' ']);
    let mut result = cut(trimmed);
    if is_device(&result) {
        result.insert(0, '_');
    }
    if result.chars().all(|c| c == '_' || c == '.') {
        return format!("attachment.{}", extension_of(mime));
    }
    result
}

/// `name` for the n-th file of that name, counted from 1: the first is `name` itself, the second `name (2)`.
pub fn unique(name: &str, n: u32) -> String {
    if n <= 1 {
        return name.to_owned();
    }
    let (stem, extension) = split(name);
    let suffix = format!(" ({n})");
    let room = LENGTH.saturating_sub(extension.len() + suffix.len());
    let stem = stem.get(..stem.floor_char_boundary(room)).unwrap_or(stem);
    format!("{stem}{suffix}{extension}")
}

/// Whether opening the file may run something. Judged by name and by type, the worse of the two.
pub fn dangerous(name: &str, mime: &str) -> bool {
    let extension = safe(name, mime).rsplit_once('.').map(|(_, e)| e.to_lowercase()).unwrap_or_default();
    DANGEROUS.contains(&extension.as_str()) || DANGEROUS_TYPES.contains(&mime.to_ascii_lowercase().as_str())
}

fn replaced(c: char) -> char {
    match c {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '\u{2215}' | '\u{2044}' | '\u{FF0F}' | '\u{FF3C}'
        | '\u{29F8}' | '\u{29F5}' => '_',
        // Dots that only look like one would hide the true extension.
        '\u{2024}' | '\u{FF0E}' | '\u{FE52}' => '.',
        _ if c.is_whitespace() => ' ',
        _ if c.is_control() || c == '\u{FFFD}' => '_',
        _ => c,
    }
}

/// Joiners take no room; in a file name nobody needs them.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(at) if at > 0 && name.len() - at <= 17 => name.split_at(at),
        _ => (name, ""),
    }
}

fn cut(name: &str) -> String {
    if name.len() <= LENGTH {
        return name.to_owned();
    }
    let (stem, extension) = split(name);
    let room = LENGTH.saturating_sub(extension.len());
    let stem = stem.get(..stem.floor_char_boundary(room)).unwrap_or_default().trim_end_matches(['.', ' ']);
    format!("{stem}{extension}")
}

/// Names that Windows keeps for devices, with any extension.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$")
        || ["COM", "LPT"].iter().any(|d| {
            stem.strip_prefix(d).is_some_and(|n| {
                matches!(n, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names() {
        let long = format!("{}.pdf", "n".repeat(300));
        let long_safe = format!("{}.pdf", "n".repeat(196));
        let wide = format!("{}.txt", "ü".repeat(150));
        let wide_safe = format!("{}.txt", "ü".repeat(98));
        let table: &[(&str, &str)] = &[
            ("report.pdf", "report.pdf"),
            ("Report 2026 (final).pdf", "Report 2026 (final).pdf"),
            ("rapport-été.odt", "rapport-été.odt"),
            ("報告書.docx", "報告書.docx"),
            ("отчёт.xlsx", "отчёт.xlsx"),
            ("👍.png", "👍.png"),
            ("no extension", "no extension"),
            ("two.tar.gz", "two.tar.gz"),
            // paths
            ("../../.bashrc", "bashrc"),
            ("../../../etc/passwd", "passwd"),
            ("/etc/passwd", "passwd"),
            ("/", "attachment.pdf"),
            ("a/b", "b"),
            ("a/", "a"),
            ("a\\b", "b"),
            ("..\\..\\evil.exe", "evil.exe"),
            ("C:\\Windows\\win.ini", "win.ini"),
            ("C:evil.exe", "C_evil.exe"),
            ("C:", "C_"),
            ("\\\\host\\share\\x.txt", "x.txt"),
            ("//host/share/x.txt", "x.txt"),
            ("\\\\?\\C:\\x.txt", "x.txt"),
            ("\\\\.\\COM1", "_COM1"),
            ("file:///etc/passwd", "passwd"),
            ("http://x.org/a.pdf?b=c", "a.pdf_b=c"),
            ("a∕b", "a_b"),
            ("a⁄b", "a_b"),
            ("a／b", "a_b"),
            ("a＼b", "a_b"),
            ("~/x", "x"),
            ("~root", "root"),
            (".", "attachment.pdf"),
            ("..", "attachment.pdf"),
            ("...", "attachment.pdf"),
            (". .", "attachment.pdf"),
            ("../", "attachment.pdf"),
            ("%2e%2e%2fx", "%2e%2e%2fx"),
            // streams and signs
            ("a:stream", "a_stream"),
            ("a.txt:evil.exe", "a.txt_evil.exe"),
            ("a.txt::$DATA", "a.txt__$DATA"),
            ("a*b?c\"d<e>f|g", "a_b_c_d_e_f_g"),
            ("$(rm -rf)", "$(rm -rf)"),
            ("`x`;y&z", "`x`;y&z"),
            ("-rf", "rf"),
            ("--help", "help"),
            ("'quoted'.txt", "'quoted'.txt"),
            // devices
            ("CON", "_CON"),
            ("con", "_con"),
            ("NUL", "_NUL"),
            ("nul.txt", "_nul.txt"),
            ("aux.c", "_aux.c"),
            ("PRN.", "_PRN"),
            ("COM1", "_COM1"),
            ("COM1.txt", "_COM1.txt"),
            ("com9.tar.gz", "_com9.tar.gz"),
            ("COM10", "COM10"),
            ("COM¹", "_COM¹"),
            ("LPT1", "_LPT1"),
            ("lpt9.txt", "_lpt9.txt"),
            ("CONIN$", "_CONIN$"),
            ("CONSOLE", "CONSOLE"),
            ("CON .txt", "_CON .txt"),
            ("auxiliary.txt", "auxiliary.txt"),
            // dots and spaces
            ("trailing.", "trailing"),
            ("trailing...", "trailing"),
            ("trailing ", "trailing"),
            ("trailing. . .", "trailing"),
            (" leading", "leading"),
            (".hidden", "hidden"),
            ("..hidden", "hidden"),
            ("evil.exe .", "evil.exe"),
            ("a  b", "a b"),
            ("a\tb", "a b"),
            ("a\u{a0}b", "a b"),
            ("a\u{3000}b", "a b"),
            ("pic.jpg                                .exe", "pic.jpg .exe"),
            // controls
            ("a\nb", "a b"),
            ("a\r\nb", "a b"),
            ("a\0b", "a_b"),
            ("a\0.txt", "a_.txt"),
            ("a\x07b", "a_b"),
            ("a\x7fb", "a_b"),
            ("a\u{85}b", "a b"),
            ("a\u{fffd}b", "a_b"),
            // what cannot be seen
            ("\u{202e}gpj.exe", "gpj.exe"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("a\u{200b}b.txt", "ab.txt"),
            ("a\u{feff}b", "ab"),
            ("a\u{2066}b\u{2069}", "ab"),
            ("a\u{ad}b", "ab"),
            ("a\u{200d}b", "ab"),
            ("\u{200b}", "attachment.pdf"),
            ("a\u{2024}exe", "a.exe"),
            ("a．exe", "a.exe"),
            ("invoice.pdf\u{2024}exe", "invoice.pdf.exe"),
            // nothing
            ("", "attachment.pdf"),
            (" ", "attachment.pdf"),
            ("///", "attachment.pdf"),
            ("\\", "attachment.pdf"),
            ("\r\n", "attachment.pdf"),
            ("_", "attachment.pdf"),
            // long
            (&long, &long_safe),
            (&wide, &wide_safe),
        ];
        assert!(table.len() > 95);
        for (name, expected) in table {
            assert_eq!(safe(name, "application/pdf"), *expected, "{name:?}");
        }
    }

    #[test]
    fn without_a_name() {
        for (mime, expected) in [
            ("text/plain", "txt"),
            ("message/rfc822", "eml"),
            ("IMAGE/JPEG", "jpg"),
            ("application/x-unknown", "bin"),
            ("", "bin"),
        ] {
            assert_eq!(safe("", mime), format!("attachment.{expected}"));
        }
    }

    #[test]
    fn copies() {
        let long = format!("{}.pdf", "n".repeat(196));
        for (name, n, expected) in
            [("a.pdf", 1, "a.pdf"), ("a.pdf", 2, "a (2).pdf"), ("a", 3, "a (3)"), ("a.tar.gz", 12, "a.tar (12).gz")]
        {
            assert_eq!(unique(name, n), expected);
        }
        assert_eq!(unique(&long, 10).len(), LENGTH);
    }

    #[test]
    fn dangers() {
        for name in [
            "a.exe",
            "A.EXE",
            "a.pdf.exe",
            "a.scr",
            "a.lnk",
            "a.desktop",
            "a.url",
            "a.scf",
            "a.js",
            "a.hta",
            "a.docm",
            "a.iso",
            "a.html",
            "a.svg",
            "a.jar",
            "a.ps1",
            "a.exe.",
            "a.exe ",
            "a.AppImage",
            "a\u{202e}fdp.exe",
            "a.command",
            "a.sh",
            "a.vbs",
        ] {
            assert!(dangerous(name, "application/octet-stream"), "{name}");
        }
        for name in ["a.pdf", "a.docx", "a.jpg", "a.exe.txt", "exe", "a.zip", "a.ics", "a.eml"] {
            assert!(!dangerous(name, "application/octet-stream"), "{name}");
        }
        assert!(
            dangerous("a.jpg", "application/x-msdownload")
                && dangerous("", "text/html")
                && dangerous("x", "Application/HTA")
        );
    }

    proptest! {
        #[test]
        fn always_a_plain_name(name in "\\PC{0,60}|[./\\\\: ~-]{0,20}|[\\x00-\\x20\\u{200b}\\u{202e}a.]{0,20}", mime in "[a-z/]{0,20}") {
            let safe = safe(&name, &mime);
            prop_assert!(!safe.is_empty() && safe.len() <= LENGTH);
            prop_assert!(!safe.contains(['/', '\\', ':', '\0', '\n', '*', '?', '"', '<', '>', '|']));
            prop_assert!(!safe.starts_with(['.', ' ', '-', '~']) && !safe.ends_with(['.', ' ']));
            prop_assert!(!is_device(&safe));
            prop_assert_eq!(super::safe(&safe, &mime), safe);
        }
    }
}
