//! Messages that something asked to write, until the window takes them.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// How many wait at most. Whoever asks for more does not mean to write.
const MOST: usize = 10;

/// `mailto:` addresses as they came, oldest first.
#[derive(Debug, Default)]
pub struct Mailtos(Mutex<VecDeque<String>>);

impl Mailtos {
    /// What the program was started for, if anything.
    pub fn with(first: Option<String>) -> Self {
        Self(Mutex::new(first.into_iter().collect()))
    }

    /// One more; left out where too many wait.
    pub fn add(&self, mailto: String) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < MOST {
            waiting.push_back(mailto);
        }
    }

    /// The next, once.
    pub fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_taken_once_in_order_and_a_flood_is_cut() {
        let all = Mailtos::with(Some("mailto:0".into()));
        for n in 1..100 {
            all.add(format!("mailto:{n}"));
        }
        let taken: Vec<String> = std::iter::from_fn(|| all.take()).collect();
        assert_eq!(taken.len(), MOST);
        assert_eq!(taken.first().map(String::as_str), Some("mailto:0"));
        assert_eq!(taken.last().map(String::as_str), Some("mailto:9"));
        assert_eq!(all.take(), None);
    }
}
