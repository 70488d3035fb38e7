//! The protocol log: `tracing` at trace level, target `restante::imap`. No secret, no literal (that is mail), no long line.

const TARGET: &str = "restante::imap";
/// Bytes of a line that are worth a log.
const LINE: usize = 2048;

pub(super) fn received(frame: &[u8]) {
    if tracing::enabled!(target: TARGET, tracing::Level::TRACE) {
        tracing::trace!(target: TARGET, "S: {}", first_line(frame));
    }
}

pub(super) fn sent(commands: &[u8]) {
    if !tracing::enabled!(target: TARGET, tracing::Level::TRACE) {
        return;
    }
    for line in commands.split_inclusive(|b| *b == b'\n') {
        let text = first_line(line);
        let word = text.split(' ').nth(1).unwrap_or_default().to_ascii_uppercase();
        // Sign-in lines hold a marker, never the secret; they are left out all the same.
        match word.as_str() {
            "LOGIN" | "AUTHENTICATE" => tracing::trace!(target: TARGET, "C: … {word} …"),
            _ => tracing::trace!(target: TARGET, "C: {text}"),
        }
    }
}

/// The line up to its first literal, cut at the limit.
fn first_line(frame: &[u8]) -> String {
    let end = frame.iter().position(|b| *b == b'\n').unwrap_or(frame.len()).min(LINE);
    String::from_utf8_lossy(frame.get(..end).unwrap_or_default()).trim_end().to_owned()
}
