//! What large providers want instead of the ordinary password, as data; and what their refusals mean.

use crate::error::{Code, Error, UiError};
use crate::view::Advice;

struct Provider {
    name: &'static str,
    /// Ends of host and domain names.
    hosts: &'static [&'static str],
    wants: Wants,
}

enum Wants {
    AppPassword(&'static str),
    BrowserSignIn,
}

const PROVIDERS: &[Provider] = &[
    Provider {
        name: "Google",
        hosts: &["gmail.com", "googlemail.com", "google.com"],
        wants: Wants::AppPassword("https://myaccount.google.com/apppasswords"),
    },
    Provider {
        name: "iCloud",
        hosts: &["icloud.com", "me.com", "mac.com"],
        wants: Wants::AppPassword("https://account.apple.com/account/manage"),
    },
    Provider {
        name: "Yahoo",
        hosts: &["yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr", "ymail.com", "rocketmail.com", "yahoodns.net"],
        wants: Wants::AppPassword("https://login.yahoo.com/account/security"),
    },
    Provider {
        name: "AOL",
        hosts: &["aol.com", "aim.com"],
        wants: Wants::AppPassword("https://login.aol.com/account/security"),
    },
    Provider {
        name: "AT&T",
        hosts: &["att.net", "sbcglobal.net", "bellsouth.net"],
        wants: Wants::AppPassword("https://www.att.com/acctmgmt/signin"),
    },
    Provider {
        name: "Fastmail",
        hosts: &["fastmail.com", "fastmail.fm", "messagingengine.com"],
        wants: Wants::AppPassword("https://app.fastmail.com/settings/security/apps"),
    },
    Provider {
        name: "Zoho",
        hosts: &["zoho.com", "zoho.eu", "zoho.in", "zohomail.com", "zohomail.eu"],
        wants: Wants::AppPassword("https://accounts.zoho.com/home#security/app_password"),
    },
    Provider {
        name: "Yandex",
        hosts: &["yandex.com", "yandex.ru", "ya.ru"],
        wants: Wants::AppPassword("https://id.yandex.com/security/app-passwords"),
    },
    Provider {
        name: "Mail.ru",
        hosts: &["mail.ru", "bk.ru", "inbox.ru", "list.ru"],
        wants: Wants::AppPassword("https://account.mail.ru/user/2-step-auth/passwords"),
    },
    Provider {
        name: "Microsoft",
        hosts: &[
            "outlook.com",
            "hotmail.com",
            "live.com",
            "msn.com",
            "office365.com",
            "outlook.office.com",
            "hotmail.co.uk",
            "hotmail.de",
            "hotmail.fr",
            "outlook.de",
            "outlook.fr",
            "live.de",
            "live.fr",
            "live.co.uk",
        ],
        wants: Wants::BrowserSignIn,
    },
];

/// The provider that a host or domain belongs to.
fn provider(host: &str) -> Option<&'static Provider> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    PROVIDERS.iter().find(|p| {
        p.hosts.iter().any(|end| host.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
    })
}

/// What the person should know before typing a password for this domain, or for this server.
pub fn of(domain: &str, host: &str) -> Advice {
    match provider(domain).or_else(|| provider(host)).map(|p| &p.wants) {
        Some(Wants::AppPassword(url)) => Advice::AppPassword { url: (*url).to_owned() },
        Some(Wants::BrowserSignIn) => Advice::BrowserSignIn,
        None => Advice::Password,
    }
}

/// Name of the provider that a host or domain belongs to.
pub fn name(host: &str) -> Option<&'static str> {
    provider(host).map(|p| p.name)
}

/// An error that asks for an app password.
pub fn app_password(host: &str, words: &str) -> Error {
    let url = match provider(host).map(|p| &p.wants) {
        Some(Wants::AppPassword(url)) => url,
        _ => "",
    };
    Error::Ui(Box::new(
        UiError::new(Code::AppPassword).with("provider", name(host).unwrap_or(host)).with("url", url).detail(words),
    ))
}

/// An error that says that only sign-in by browser is taken.
pub fn browser_sign_in(host: &str, words: &str) -> Error {
    Error::Ui(Box::new(UiError::new(Code::BrowserSignIn).with("provider", name(host).unwrap_or(host)).detail(words)))
}

/// What a refusal's words mean, where they mean more than a wrong password. `words` holds code and text.
pub fn from_words(host: &str, words: &str) -> Option<Error> {
    let low = words.to_ascii_lowercase();
    let has = |list: &[&str]| list.iter().any(|w| low.contains(w));
    if has(&[
        "application-specific password",
        "app-specific password",
        "app password",
        "application specific password",
        "generate app-specific",
        "5.7.9",
        "authorization code",
    ]) {
        return Some(app_password(host, words));
    }
    if has(&[
        "web browser",
        "webalert",
        "web login required",
        "basic authentication is disabled",
        "basic auth",
        "logondenied-basicauthblocked",
        "5.7.139",
        "oauth",
    ]) {
        return Some(browser_sign_in(host, words));
    }
    // A provider without any password sign-in refuses in plain words too.
    if matches!(provider(host).map(|p| &p.wants), Some(Wants::BrowserSignIn)) {
        return Some(browser_sign_in(host, words));
    }
    None
}
