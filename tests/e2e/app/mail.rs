//! The mail in its frame, which no script of the mail can run in: what it shows, and the pointer's work in it.

use super::App;
use crate::driver::Driver;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Result, wait_for};

impl App {
    /// Clicks at a point of the mail, `[x, y]` within its frame.
    pub fn click_in_mail(&self, point: &Value) -> Result<()> {
        let (x, y) = self.mail_at(point)?;
        self.driver().click_at(x, y)
    }

    /// Selects from one point of the mail to another, as a hand does, and waits until the keys are the window's again. A mail that has
    /// just moved is missed: whoever has selected nothing tries again.
    pub fn select_in_mail(&self, from: &Value, to: &Value) -> Result<()> {
        let focus = "return document.activeElement?.getAttribute('role') === 'region'";
        let away = "document.querySelector('[role=listbox][aria-multiselectable]').focus()";
        let stay = "return document.activeElement?.getAttribute('role') === 'listbox'";
        let selected = "return String(getSelection()).trim() !== ''";
        self.wait("something selected, and the keys at the message", || {
            // The keys may be at the message, or in the mail and about to go there: only their coming after the drag says that the
            // selection is known. Whoever looks for them first puts them elsewhere, where they stay.
            self.driver().script(away, &[])?;
            self.painted()?;
            if self.driver().script(stay, &[])? != Value::Bool(true) {
                return Ok(None);
            }
            self.driver().drag(self.mail_at(from)?, self.mail_at(to)?)?;
            let back = wait_for("the keys", Duration::from_secs(4), || {
                self.driver().script(focus, &[]).ok().filter(|is| *is == Value::Bool(true))
            });
            Ok((back.is_ok() && self.in_mail(selected)? == Value::Bool(true)).then_some(()))
        })?;
        // What the window was told it has taken in by the frame after the next.
        self.painted()
    }

    /// Where a point of the mail is in the window.
    fn mail_at(&self, point: &Value) -> Result<(f64, f64)> {
        let frame = self.find("frame", "Message body")?;
        let place = "arguments[0].scrollIntoView({ block: 'nearest' }); const r = arguments[0].getBoundingClientRect(); return [r.x, r.y]";
        let origin = self.driver().script(place, &[Driver::argument(&frame)])?;
        let at = |n: usize| origin[n].as_f64().unwrap_or(0.0) + point[n].as_f64().unwrap_or(0.0);
        Ok((at(0), at(1)))
    }

    /// Runs a script inside the mail's frame, which no script of the mail can.
    pub fn in_mail(&self, script: &str) -> Result<Value> {
        let frame = self.find("frame", "Message body")?;
        self.driver().enter(Some(&frame))?;
        let value = self.driver().script(script, &[]);
        self.driver().enter(None)?;
        value
    }

    /// Waits until the mail's frame shows this.
    pub fn read(&self, text: &str) -> Result<()> {
        self.wait(&format!("a mail with {text:?}"), || {
            let shown = self.in_mail("return document.body ? document.body.innerText : ''")?;
            Ok(shown.as_str().is_some_and(|s| s.contains(text)).then_some(()))
        })
    }

    /// Waits until the mail's frame shows this in dark or in light, and has all the room that it needs.
    pub fn read_in(&self, text: &str, theme: &str) -> Result<()> {
        self.read(text)?;
        self.wait(&format!("the whole of a {theme} mail"), || {
            let script = "const dark = document.querySelector('.dark') !== null; \
                          return document.readyState === 'complete' && document.documentElement.scrollHeight <= innerHeight ? dark : null";
            Ok((self.in_mail(script)? == json!(theme == "dark")).then_some(()))
        })
    }
}
