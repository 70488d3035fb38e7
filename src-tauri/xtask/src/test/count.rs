//! Reads from a test runner's output how many tests there were. A runner that fails without a failed test (it did not
//! compile, it could not start) counts as one failure, so that no failure is ever lost.

use std::ops::Add;

/// Tests, or checks where a step has no tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Went well.
    pub passed: u32,
    /// Did not.
    pub failed: u32,
    /// Did not run.
    pub skipped: u32,
}

impl Add for Count {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

impl Count {
    fn honest(mut self, success: bool) -> Self {
        if !success && self.failed == 0 {
            self.failed = 1;
        }
        if success && self == Self::default() {
            // It says that all is well and names no test: then it ran none.
            self.failed = 1;
        }
        self
    }
}

/// A step that passes or fails as a whole.
pub fn check(success: bool, _output: &str) -> Count {
    Count { passed: u32::from(success), failed: u32::from(!success), skipped: 0 }
}

/// `Summary [ 1.2s] 40 tests run: 38 passed (1 slow), 1 failed, 1 timed out, 2 skipped`.
pub fn nextest(success: bool, output: &str) -> Count {
    let summary = output.lines().rev().find(|line| line.contains("Summary [") && line.contains("run:"));
    let text = summary.and_then(|line| line.split_once("run:")).map_or("", |(_, rest)| rest);
    let failed = before(text, "failed") + before(text, "timed out") + before(text, "exec failed");
    Count { passed: before(text, "passed"), failed, skipped: before(text, "skipped") }.honest(success)
}

/// `test result: FAILED. 3 passed; 1 failed; 0 ignored; …`, one line per binary.
pub fn cargo_test(success: bool, output: &str) -> Count {
    let results = output.lines().filter_map(|line| line.trim().strip_prefix("test result:"));
    let sum = results.fold(Count::default(), |sum, line| {
        sum + Count { passed: before(line, "passed"), failed: before(line, "failed"), skipped: before(line, "ignored") }
    });
    sum.honest(success)
}

/// `      Tests  1 failed | 11 passed | 2 skipped (14)`.
pub fn vitest(success: bool, output: &str) -> Count {
    let line = output.lines().rev().find(|line| line.trim_start().starts_with("Tests ")).unwrap_or_default();
    let skipped = before(line, "skipped") + before(line, "todo");
    Count { passed: before(line, "passed"), failed: before(line, "failed"), skipped }.honest(success)
}

// The number before a word.
fn before(line: &str, word: &str) -> u32 {
    let parts = line.split([',', ';', '|', '.', '(']).map(str::trim);
    let numbers = parts.filter_map(|part| part.strip_suffix(word)).filter_map(|part| {
        let number = part.trim().rsplit(' ').next()?;
        number.parse::<u32>().ok()
    });
    numbers.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        let of = |passed, failed, skipped| Count { passed, failed, skipped };
        type Reader = fn(bool, &str) -> Count;
        let cases: [(Reader, bool, &str, Count); 10] = [
            (nextest, true, "     Summary [   0.3s] 13 tests run: 13 passed, 0 skipped", of(13, 0, 0)),
            (
                nextest,
                false,
                "Summary [ 1.2s] 40 tests run: 37 passed (1 slow), 1 failed, 2 timed out, 2 skipped",
                of(37, 3, 2),
            ),
            (nextest, false, "error: could not compile `engine`", of(0, 1, 0)),
            (nextest, true, "Summary [   0.314s] 1 test run: 1 passed, 12 skipped", of(1, 0, 12)),
            (cargo_test, true, "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured", of(2, 0, 1)),
            (
                cargo_test,
                false,
                "test result: ok. 2 passed; 0 failed; 0 ignored\ntest result: FAILED. 1 passed; 3 failed; 0 ignored",
                of(3, 3, 0),
            ),
            (vitest, true, " Test Files  2 passed (2)\n      Tests  12 passed (12)\n", of(12, 0, 0)),
            (vitest, false, "      Tests  1 failed | 11 passed | 2 skipped (14)", of(11, 1, 2)),
            (vitest, true, "", of(0, 1, 0)),
            (check, false, "", of(0, 1, 0)),
        ];
        for (read, success, output, expect) in cases {
            assert_eq!(read(success, output), expect, "{output}");
        }
    }
}
