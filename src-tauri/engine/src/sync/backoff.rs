//! How long to wait before the next try: doubling, with jitter, so that a thousand clients don't come back at once.

use std::time::Duration;

/// First wait and longest.
const FIRST: Duration = Duration::from_secs(2);
const LONGEST: Duration = Duration::from_secs(300);

/// Counts failures in a row.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// All is well again.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }

    /// One more failure: how long to wait now.
    pub(crate) fn next(&mut self) -> Duration {
        let wait = FIRST.saturating_mul(1u32.checked_shl(self.failures).unwrap_or(u32::MAX)).min(LONGEST);
        self.failures = self.failures.saturating_add(1).min(16);
        // Between half and the whole.
        wait.mul_f64(rand::random_range(0.5..=1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_its_bound_and_starts_over() {
        let mut b = Backoff::default();
        for i in 0..40 {
            let most = FIRST.saturating_mul(1 << i.min(10)).min(LONGEST);
            let wait = b.next();
            assert!(wait <= most && wait >= most / 2, "{i}: {wait:?} of {most:?}");
        }
        b.reset();
        assert!(b.next() <= FIRST);
    }
}
