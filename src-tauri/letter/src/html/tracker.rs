//! Pictures that are there to be counted, not to be seen.

use url::Url;

/// Paths that services use for the picture that reports an opening.
const PATHS: &[&str] = &[
    "/open.aspx",
    "/open.php",
    "/open.gif",
    "/wf/open",
    "/track/open",
    "/tracking/open",
    "/trk/open",
    "/o/p/",
    "/e/o/",
    "/e2t/o/",
    "/e2t/to/",
    "/emailopen",
    "/email_open",
    "/email-open",
    "/mail_open",
    "/pixel.gif",
    "/pixel.png",
    "/pixel?",
    "/beacon",
    "/imp?",
    "/collect?",
    "/tr?id=",
    "/trackopen",
    "/track_open",
    "/openrate",
    "/log_open",
    "/read_receipt",
    "/unicorn.gif",
    "/cta/open",
    "/api/track",
    "/ss/o/",
    "/gtrack",
    "/csi?",
    "/1x1",
    "/spacer_tracking",
    "/mktg/open",
    "/opened?",
    "/view_tracking",
    "/v1/open",
    "/q/open",
    "/sendgrid/open",
];

/// Hosts that do nothing else.
const HOSTS: &[&str] = &[
    "mailtrack.io",
    "t.yesware.com",
    "track.hubspot.com",
    "track.customer.io",
    "open.convertkit-mail.com",
    "email.mg",
    "pixel.app.returnpath.net",
    "mandrillapp.com",
    "google-analytics.com",
    "sidekickopen",
    "mailfoogae.appspot.com",
    "bl-1.com",
    "getnotify.com",
    "bananatag.com",
    "pixel.watch",
    "mixmax.com",
    "cirrusinsight.com",
    "outreach.io",
    "streak.com",
    "superhuman.com",
    "saleshandy.com",
    "mailbutler.io",
    "gmass.co",
    "litmus.com",
    "emltrk.com",
    "rs6.net/on.jsp",
];

/// Whether the URL alone gives it away.
pub(super) fn is_tracker(url: &Url) -> bool {
    let address = url.as_str().to_ascii_lowercase();
    let after_host = address.splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap_or_default();
    let host = url.host_str().unwrap_or_default();
    PATHS.iter().any(|p| after_host.contains(p))
        || HOSTS.iter().any(|h| host == *h || host.ends_with(&format!(".{h}")) || address.contains(&format!("//{h}/")))
}

/// Whether a picture of that size and style shows nothing. Sizes are attributes as written, the style is cleaned.
pub(super) fn shows_nothing(width: Option<&str>, height: Option<&str>, style: &str) -> bool {
    let tiny = |size: &str| size.trim().trim_end_matches("px").trim().parse::<f32>().is_ok_and(|n| n <= 2.0);
    let declared = |name: &str| {
        style
            .split(';')
            .filter_map(|d| d.split_once(':'))
            .filter(|(n, _)| n.trim() == name)
            .map(|(_, v)| v.trim_end_matches("!important").trim().to_owned())
            .next_back()
    };
    let (wide, high) =
        (declared("width").or(width.map(str::to_owned)), declared("height").or(height.map(str::to_owned)));
    let hidden = declared("display").is_some_and(|d| d == "none")
        || declared("visibility").is_some_and(|v| v == "hidden")
        || declared("opacity").is_some_and(|o| o.parse::<f32>().is_ok_and(|o| o < 0.02));
    let small = |size: &Option<String>| size.as_deref().is_some_and(tiny);
    hidden || (small(&wide) && small(&high)) || (small(&wide) && high.is_none()) || (small(&high) && wide.is_none())
}
