//! In-Reply-To and References (RFC 5322 §3.6.4), cut to what every program on the way can hold (RFC 5537 §3.4.4).

use crate::header::Header;

/// Most octets of a References field.
const FIELD: usize = 998;
/// Longest message id that is repeated.
const ID: usize = 250;

/// A message id that may stand in a header field again; nothing for one that would break it.
pub fn id(raw: &str) -> Option<String> {
    let sound =
        !raw.is_empty() && raw.len() <= ID && raw.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>'));
    sound.then(|| raw.to_owned())
}

/// References of an answer to that message: its own, and itself. The first and the newest are kept where it gets long.
pub fn references(of: &Header) -> Vec<String> {
    let mut ids: Vec<String> = of.references.iter().filter_map(|raw| id(raw)).collect();
    if ids.is_empty()
        && let [only] = of.in_reply_to.as_slice()
    {
        ids.extend(id(only));
    }
    ids.extend(of.message_id.as_deref().and_then(id));
    cut(ids)
}

/// The ids that fit, each once: the first, and as many of the newest as there is room for.
pub fn cut(ids: Vec<String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::with_capacity(ids.len());
    // Where one is named twice, the later place counts: it is nearer to the answer.
    for id in ids.into_iter().rev() {
        if !once.contains(&id) {
            once.push(id);
        }
    }
    let Some(first) = once.pop() else { return once };
    let mut room = FIELD - "References:".len();
    let cost = |id: &str| id.len() + " <>".len();
    room = room.saturating_sub(cost(&first));
    let newest = once.iter().take_while(|id| {
        let fits = cost(id) <= room;
        room = room.saturating_sub(cost(id));
        fits
    });
    let mut kept: Vec<String> = newest.cloned().collect();
    kept.push(first);
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(references: &[&str], in_reply_to: &[&str], id: Option<&str>) -> Vec<String> {
        let own = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let header = Header {
            references: own(references),
            in_reply_to: own(in_reply_to),
            message_id: id.map(str::to_owned),
            ..Header::default()
        };
        super::references(&header)
    }

    #[test]
    fn chains() {
        assert_eq!(of(&["1@x", "2@x"], &["2@x"], Some("3@x")), ["1@x", "2@x", "3@x"]);
        assert_eq!(of(&[], &["2@x"], Some("3@x")), ["2@x", "3@x"]);
        // Two parents say nothing about one chain.
        assert_eq!(of(&[], &["1@x", "2@x"], Some("3@x")), ["3@x"]);
        assert_eq!(of(&["1@x", "2@x", "1@x"], &[], Some("3@x")), ["2@x", "1@x", "3@x"]);
        assert_eq!(of(&["bad id@x", "a>b@x", "ü@x", ""], &[], Some("3@x")), ["3@x"]);
        assert_eq!(of(&["1@x"], &[], None), ["1@x"]);
        assert!(of(&[], &[], None).is_empty());
    }

    #[test]
    fn long_chains_keep_both_ends() {
        let many: Vec<String> = (0..200).map(|n| format!("{n}.{}@example.org", "x".repeat(30))).collect();
        let kept = cut(many.clone());
        assert_eq!(kept.first(), many.first());
        assert_eq!(kept.get(1..), many.get(many.len() + 1 - kept.len()..));
        let length: usize = kept.iter().map(|id| id.len() + 3).sum();
        assert!(kept.len() > 10 && "References:".len() + length <= 998, "{length}");
        let huge: Vec<String> = (0..4).map(|n| format!("{n}{}", "x".repeat(249))).collect();
        assert_eq!(cut(huge).len(), 3);
    }
}
