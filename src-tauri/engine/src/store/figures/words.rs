//! Made words, whose frequencies fall as those of a language do. The same for the same seed.

/// Words there are.
pub(super) const WORDS: u64 = 40_000;

/// Splitmix64.
pub(super) fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// So many words, the common ones often: the rank of a word is drawn evenly on a logarithmic scale, which is Zipf's law.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a draw")]
pub(super) fn words(seed: u64, n: u32) -> String {
    let mut out = String::new();
    let mut state = seed;
    for _ in 0..n {
        state = mixed(state);
        let even = (state >> 11) as f64 / (1_u64 << 53) as f64;
        let rank = (even * (WORDS as f64).ln()).exp() as u64 - 1;
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&word(rank.min(WORDS - 1)));
    }
    out
}

/// The word of a rank: common ones are short.
pub(super) fn word(rank: u64) -> String {
    const CONSONANTS: &[u8] = b"bcdfghklmnprstvwz";
    const VOWELS: &[u8] = b"aeiou";
    let pick = |from: &[u8], n: u64| {
        usize::try_from(n).ok().and_then(|n| from.get(n % from.len())).map_or('x', |b| char::from(*b))
    };
    let mut state = mixed(rank);
    let syllables = 1 + rank.checked_ilog(12).unwrap_or(0).min(4);
    let mut out = String::new();
    for _ in 0..syllables {
        out.push(pick(CONSONANTS, state % 17));
        out.push(pick(VOWELS, state / 17 % 5));
        state /= 85;
    }
    out.push(pick(b"nrstlmkd", state % 8));
    out
}
