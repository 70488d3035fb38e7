//! How large the window was when it was last closed. Its place is the window manager's affair (Wayland does not even tell it).

use crate::profile::write_private;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// A size, logical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
    /// As large as the screen; then the two are the size it had before.
    pub maximized: bool,
}

impl Shape {
    /// What is kept in the profile, unless it is out of reason.
    pub fn kept(profile: &Path) -> Option<Self> {
        let shape: Self = serde_json::from_slice(&std::fs::read(file(profile)).ok()?).ok()?;
        let sane = |n: f64, least: f64| n.is_finite() && (least..=20_000.0).contains(&n);
        (sane(shape.width, 320.0) && sane(shape.height, 480.0)).then_some(shape)
    }

    /// Keeps it in the profile.
    pub fn keep(self, profile: &Path) {
        // A maximised window keeps the size it had before.
        let shape = match Self::kept(profile) {
            Some(before) if self.maximized => Self { maximized: true, ..before },
            _ => self,
        };
        let written = serde_json::to_vec(&shape).map(|json| write_private(&file(profile), &json));
        if let Ok(Err(error)) = written {
            tracing::warn!(%error, "the window's size cannot be kept");
        }
    }
}

fn file(profile: &Path) -> PathBuf {
    profile.join("window.json")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_size_out_of_reason_is_forgotten() {
        let profile = tempfile::tempdir().unwrap();
        let write = |text: &str| std::fs::write(file(profile.path()), text).unwrap();
        write(r#"{"width":900,"height":700,"maximized":false}"#);
        assert_eq!(Shape::kept(profile.path()).unwrap().width, 900.0);
        for text in [
            "",
            "[]",
            r#"{"width":1,"height":700,"maximized":false}"#,
            r#"{"width":1e9,"height":700,"maximized":true}"#,
        ] {
            write(text);
            assert_eq!(Shape::kept(profile.path()), None, "{text}");
        }
    }

    #[test]
    fn a_maximised_window_keeps_the_size_it_had_before() {
        let profile = tempfile::tempdir().unwrap();
        let shape = |width, maximized| Shape { width, height: 700.0, maximized };
        shape(900.0, false).keep(profile.path());
        shape(1920.0, true).keep(profile.path());
        assert_eq!(Shape::kept(profile.path()), Some(shape(900.0, true)));
    }
}
