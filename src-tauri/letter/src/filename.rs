//! Names of attachments, made safe for the file systems of all three platforms at once: a name that was saved on one machine
//! must not turn harmful when the folder is synced to another.

/// Most bytes of a name.
const LENGTH: usize = 200;

/// A name under which a part may be saved or shown. Never empty, never a path, never a device; without characters that hide
/// or turn text; at most 200 bytes. A name without extension gets that of `mime` only where there was no name at all.
pub fn safe(name: &str, mime: &str) -> String {
    // The last component, whichever system's separators were used.
    let base = name.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
    let mut clean: String = base.chars().filter(|&c| !crate::address::is_hidden(c) && !is_joiner(c)).map(replaced).collect();
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
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '\u{2215}' | '\u{2044}' | '\u{FF0F}' | '\u{FF3C}' | '\u{29F8}' | '\u{29F5}' => '_',
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
        || ["COM", "LPT"].iter().any(|d| stem.strip_prefix(d).is_some_and(|n| matches!(n, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")))
}

fn extension_of(mime: &str) -> &'static str {
    match mime.to_ascii_lowercase().as_str() {
        "text/plain" => "txt",
        "text/html" => "html",
        "text/calendar" => "ics",
        "text/csv" => "csv",
        "text/vcard" | "text/x-vcard" => "vcf",
        "text/rfc822-headers" | "message/delivery-status" | "message/disposition-notification" => "txt",
        "message/rfc822" | "message/global" => "eml",
        "image/jpeg" | "image/jpg" | "image/pjpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/svg+xml" => "svg",
        "image/tiff" => "tif",
        "image/heic" => "heic",
        "image/bmp" => "bmp",
        "application/pdf" => "pdf",
        "application/zip" | "application/x-zip-compressed" => "zip",
        "application/json" => "json",
        "application/rtf" => "rtf",
        "application/msword" => "doc",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.ms-powerpoint" => "ppt",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => "pptx",
        "application/vnd.oasis.opendocument.text" => "odt",
        "application/pgp-signature" => "asc",
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => "p7s",
        "audio/mpeg" => "mp3",
        "audio/wav" | "audio/x-wav" => "wav",
        "video/mp4" => "mp4",
        _ => "bin",
    }
}

const DANGEROUS: &[&str] = &[
    "action", "ade", "adp", "apk", "app", "appimage", "application", "appref-ms", "appx", "appxbundle", "asp", "aspx", "bas", "bat", "cer", "chm",
    "cmd", "cnt", "com", "command", "cpl", "crt", "csh", "deb", "desktop", "diagcab", "dll", "dmg", "docm", "dotm", "drv", "elf", "exe", "flatpakref", "fxp", "gadget",
    "grp", "hlp", "hpj", "hta", "htm", "html", "img", "inf", "ins", "iqy", "iso", "isp", "its", "jar", "jnlp", "js", "jse", "ksh", "lib", "library-ms", "lnk", "mad",
    "maf", "mag", "mam", "maq", "mar", "mas", "mat", "mau", "mav", "maw", "mcf", "mda", "mdb", "mde", "mdt", "mdw", "mdz", "mht", "mhtml", "mpkg", "msc",
    "msh", "msi", "msix", "msp", "mst", "ocx", "one", "ops", "out", "paf", "pcd", "pif", "pkg", "pl", "plg", "potm", "ppam", "ppsm", "pptm", "prf", "prg",
    "ps1", "ps1xml", "ps2", "psc1", "psm1", "pst", "py", "pyc", "pyw", "pyz", "rb", "rdp", "reg", "rpm", "rtf-lnk", "run", "scf", "scpt", "scr", "sct", "search-ms",
    "settingcontent-ms", "sh", "shb", "shs", "shtml", "sldm", "slk", "snap", "svg", "svgz", "swf", "sys", "terminal", "theme", "themepack", "tool", "url", "vb", "vbe", "vbp", "vbs",
    "vhd", "vhdx", "vsmacros", "vsw", "vxd", "webloc", "workflow", "wsc", "wsf", "wsh", "xbap", "xht", "xhtml", "xla", "xlam", "xll", "xlsb", "xlsm", "xltm", "xnk", "xpi", "xps",
    "xsl", "zsh", "bash", "fish", "service", "mobileconfig", "inetloc", "fileloc", "website", "wiz", "dotx-lnk", "ics-lnk", "lua", "php", "phtml",
];

const DANGEROUS_TYPES: &[&str] = &[
    "application/x-msdownload", "application/x-msdos-program", "application/x-dosexec", "application/vnd.microsoft.portable-executable",
    "application/x-executable", "application/x-sharedlib", "application/x-elf", "application/x-mach-binary", "application/x-sh",
    "application/x-shellscript", "text/x-shellscript", "application/x-csh", "application/x-desktop", "application/x-ms-shortcut",
    "application/hta", "application/javascript", "text/javascript", "application/x-javascript", "application/java-archive", "application/x-java-archive",
    "application/x-msi", "application/x-bat", "application/x-perl", "text/x-python", "application/x-python-code", "application/x-ms-installer",
    "application/vnd.android.package-archive", "application/vnd.debian.binary-package", "application/x-debian-package", "application/x-rpm",
    "application/x-apple-diskimage", "application/x-iso9660-image", "application/x-shockwave-flash", "image/svg+xml", "text/html",
    "application/xhtml+xml", "application/x-chm", "application/vnd.ms-htmlhelp", "text/vbscript",
];
