//! Files that came from outside.

use std::path::Path;

/// Marks a file as coming from outside, in the system's own way. On Linux nothing warns, so it must not be executable.
#[cfg(unix)]
pub fn mark(file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(file)?.permissions().mode();
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode & !0o111))?;
    #[cfg(target_os = "macos")]
    {
        // Flags, time (hexadecimal), who fetched it: what Gatekeeper reads. The tool is part of the system.
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let status = std::process::Command::new("/usr/bin/xattr")
            .args(["-w", "com.apple.quarantine", &format!("0083;{now:08x};Restante;")])
            .arg(file)
            .status()?;
        if !status.success() {
            return Err(std::io::Error::other("xattr refuses"));
        }
    }
    Ok(())
}

/// Marks a file as coming from outside: the zone "Internet" in the stream that Explorer reads.
#[cfg(windows)]
pub fn mark(file: &Path) -> std::io::Result<()> {
    let mut stream = file.as_os_str().to_owned();
    stream.push(":Zone.Identifier");
    std::fs::write(stream, "[ZoneTransfer]\r\nZoneId=3\r\n")
}

#[cfg(all(test, unix))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_file_from_outside_cannot_run() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("run.sh");
        std::fs::write(&file, "#!/bin/sh").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o777)).unwrap();
        mark(&file).unwrap();
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o666);
    }
}
