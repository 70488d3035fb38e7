//! What an announcement of new mail says.

use engine::desktop::NewMail;

/// Title and body of an announcement. Only the body is markup to the desktops of Linux, so only it is escaped there.
pub fn words(mail: &NewMail) -> (String, String) {
    let title = if mail.from.is_empty() { mail.label.clone() } else { mail.from.clone() };
    let mut body = mail.subject.clone();
    if mail.count > 1 {
        body.push_str(&format!("\n+{} · {}", mail.count - 1, mail.label));
    } else if body.is_empty() {
        body.clone_from(&mail.label);
    }
    let body = if cfg!(target_os = "linux") {
        body.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    } else {
        body
    };
    (title, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_announcement_names_sender_and_subject_and_is_no_markup() {
        let mail = |count, subject: &str| NewMail {
            account: 1,
            label: "Home".into(),
            message: 7,
            from: "Inès <i@x.example>".into(),
            subject: subject.into(),
            count,
        };
        let (title, body) = words(&mail(1, "Tom & <img src=http://x>"));
        assert_eq!(title, "Inès <i@x.example>");
        if cfg!(target_os = "linux") {
            assert_eq!(body, "Tom &amp; &lt;img src=http://x&gt;");
        }
        assert_eq!(words(&mail(1, "")).1, "Home");
        assert_eq!(words(&mail(12, "Hi")).1, "Hi\n+11 · Home");
    }
}
