//! Comparison with what others read.

use letter::header::Header;
use letter::structure::Part;
use serde_json::Value;
use std::path::Path;

/// Senders, recipients and subjects of mail-parser's own tests.
pub fn mail_parser_headers(root: &Path) {
    let (mut same, mut different) = (0, Vec::new());
    for folder in ["rfc", "thirdparty", "malformed"] {
        let mut files: Vec<_> = std::fs::read_dir(root.join(folder)).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        for path in files.iter().filter(|p| p.extension().is_some_and(|e| e == "eml")) {
            let Ok(json) = std::fs::read(path.with_extension("json")) else { continue };
            let Ok(json) = serde_json::from_slice::<Value>(&json) else { continue };
            let header = Header::parse(&std::fs::read(path).unwrap());
            for field in json["parts"][0]["headers"].as_array().into_iter().flatten() {
                let ours = match field["name"].as_str().unwrap_or_default() {
                    "subject" => header.subject.clone(),
                    "from" => emails(&header.from),
                    "to" => emails(&header.to),
                    _ => continue,
                };
                let theirs = match field["value"].get("Text") {
                    Some(text) => text.as_str().unwrap_or_default().to_owned(),
                    None => addresses(&field["value"]["Address"]),
                };
                if squeeze(&ours) == squeeze(&theirs) {
                    same += 1;
                } else {
                    different.push(format!(
                        "{} {}: {ours:?} / {theirs:?}",
                        path.file_name().unwrap().to_string_lossy(),
                        field["name"]
                    ));
                }
            }
        }
    }
    assert!(same > 60 && different.len() <= 20, "{same} the same, but {}:\n{}", different.len(), different.join("\n"));
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn emails(people: &[letter::address::Address]) -> String {
    people.iter().map(|a| a.email.as_str()).filter(|e| e.contains('@')).collect::<Vec<_>>().join(",")
}

fn addresses(value: &Value) -> String {
    let groups =
        value["Group"].as_array().into_iter().flatten().flat_map(|g| g["addresses"].as_array().into_iter().flatten());
    let list = value["List"].as_array().into_iter().flatten();
    list.chain(groups).filter_map(|a| a["address"].as_str()).filter(|a| a.contains('@')).collect::<Vec<_>>().join(",")
}

/// Messages that break the rules for boundaries: a boundary twice in a row is an empty part to mime4j and nothing to us; one that
/// is the start of another's, or stands after the end, is read by the first rule that fits; a multipart without any is a text.
const DIFFERENT: &[&str] = &[
    "intermediate-boundaries.msg",
    "misplaced-boundary.msg",
    "multipartnopart.msg",
    "2002_06_12_doublebound.msg",
    "double-bound.msg",
    "multi-bad.msg",
];

/// Trees of mime4j's tests, by their expected XML.
pub fn mime4j_trees(root: &Path) {
    let (mut same, mut different) = (0, Vec::new());
    for folder in ["testmsgs", "mimetools-testmsgs"] {
        let mut files: Vec<_> = std::fs::read_dir(root.join(folder)).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        for path in files.iter().filter(|p| p.extension().is_some_and(|e| e == "msg")) {
            let Ok(xml) = std::fs::read(path.with_extension("xml")) else { continue };
            let theirs = xml_shape(&String::from_utf8_lossy(&xml));
            let ours = shape(&Part::of_message(&std::fs::read(path).unwrap()));
            if ours == theirs {
                same += 1;
            } else if !DIFFERENT.contains(&path.file_name().unwrap().to_string_lossy().as_ref()) {
                different.push(format!("{}: {ours} / {theirs}", path.file_name().unwrap().to_string_lossy()));
            }
        }
    }
    assert!(same >= 74 && different.is_empty(), "{same} the same, but {}:\n{}", different.len(), different.join("\n"));
}

/// `(leaf,(leaf,leaf))`; an attached message is `[…]`.
fn shape(part: &Part) -> String {
    let inside = || part.parts.iter().map(shape).collect::<Vec<_>>().join(",");
    if part.is_multipart() {
        format!("({})", inside())
    } else if part.is_message() && !part.parts.is_empty() {
        format!("[{}]", inside())
    } else {
        "x".to_owned()
    }
}

fn xml_shape(xml: &str) -> String {
    let mut out = String::new();
    let mut messages = 0;
    for tag in xml.split('<').skip(1).filter_map(|t| t.split('>').next()) {
        let comma = |out: &mut String| {
            if out.ends_with([')', 'x', ']']) {
                out.push(',');
            }
        };
        match tag {
            "multipart" => {
                comma(&mut out);
                out.push('(');
            }
            "/multipart" => out.push(')'),
            "body" => {
                comma(&mut out);
                out.push('x');
            }
            "message" => {
                messages += 1;
                if messages > 1 {
                    comma(&mut out);
                    out.push('[');
                }
            }
            "/message" => {
                messages -= 1;
                if messages > 0 {
                    out.push(']');
                }
            }
            _ => {}
        }
    }
    out
}
