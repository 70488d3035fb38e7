//! Waiting for news. IDLE by async-imap's handle, behind our tap: the end of the stream looks like an interrupt to it, so
//! whatever woke it, DONE must be answered within [`PROOF`] before anybody is told that the connection lives.

use super::Imap;
use crate::error::{Error, Result};
use crate::remote::Woken;
use crate::remote::reader::StatusKind;
use crate::remote::wire::Command;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until, timeout};

/// How long a living server may take to answer DONE.
const PROOF: Duration = Duration::from_secs(15);
/// How often a server without IDLE is asked.
const POLL: Duration = Duration::from_secs(60);
/// Longer than any wait: async-imap's own clock is not used.
const NEVER: Duration = Duration::from_secs(24 * 3600);

enum Why {
    Stirred,
    TimeIsUp,
    Interrupted,
}

impl Imap {
    pub(super) async fn wait_for_news(&mut self, at_most: Duration, interrupt: &Notify) -> Result<Woken> {
        self.wire.begin()?;
        self.wire.settle().await?;
        if self.wire.state.take_news() {
            return Ok(Woken::News);
        }
        let until = Instant::now() + at_most;
        if self.has("IDLE") && !self.idle_refused {
            while let Some(why) = self.idle(until, interrupt).await? {
                if self.wire.state.take_news() {
                    return Ok(Woken::News);
                }
                match why {
                    Why::Interrupted => return Ok(Woken::Interrupted),
                    Why::TimeIsUp => return Ok(Woken::Renew),
                    Why::Stirred if Instant::now() >= until => return Ok(Woken::Renew),
                    // It stirred for nothing (an EXISTS that says what is known): on with the wait.
                    Why::Stirred => {}
                }
            }
        }
        self.poll(until, interrupt).await
    }

    /// One IDLE; none where the server refuses it.
    async fn idle(&mut self, until: Instant, interrupt: &Notify) -> Result<Option<Why>> {
        let patience = self.wire.tap()?.limits().patience;
        let mut handle = self.wire.lend(true)?.idle();
        let begun = timeout(patience, handle.init()).await;
        let tap = handle.as_mut();
        match begun {
            Err(_late) => return Err(Error::Timeout("the server did not answer IDLE")),
            Ok(Err(e)) => return Err(tap.take_failure().unwrap_or_else(|| Error::Network(e.to_string()))),
            Ok(Ok(())) => {}
        }
        let mut why = Why::Stirred;
        let refused = tap.answer().is_some_and(|a| a.kind != StatusKind::Ok);
        // From here on the clocks are ours.
        tap.set_patience(None);
        if !refused {
            let (news, stop) = handle.wait_with_timeout(NEVER);
            tokio::select! {
                _ = news => {}
                () = sleep_until(until) => why = Why::TimeIsUp,
                () = interrupt.notified() => why = Why::Interrupted,
            }
            drop(stop);
        }
        let tap = handle.as_mut();
        if let Some(e) = tap.take_failure() {
            return Err(e);
        }
        if let Some(words) = tap.bye() {
            return Err(Error::Bye(words.to_owned()));
        }
        let session = match timeout(PROOF.min(patience), handle.done()).await {
            Err(_late) => return Err(Error::Timeout("the server did not end IDLE")),
            Ok(Err(e)) => return Err(Error::Network(format!("IDLE: {e}"))),
            Ok(Ok(mut session)) => {
                session.get_mut().set_patience(Some(patience));
                session
            }
        };
        let answer = self.wire.take_back(session);
        if let Some(words) = self.wire.tap()?.bye() {
            return Err(Error::Bye(words.to_owned()));
        }
        if answer.is_some_and(|a| a.kind != StatusKind::Ok) {
            self.idle_refused = true;
            return Ok(None);
        }
        Ok(Some(why))
    }

    async fn poll(&mut self, until: Instant, interrupt: &Notify) -> Result<Woken> {
        loop {
            let next = until.min(Instant::now() + POLL);
            let interrupted = tokio::select! {
                () = sleep_until(next) => false,
                () = interrupt.notified() => true,
            };
            self.wire.run(Command::new("NOOP"), |_| {}).await?;
            if self.wire.state.take_news() {
                return Ok(Woken::News);
            }
            if interrupted {
                return Ok(Woken::Interrupted);
            }
            if Instant::now() >= until {
                return Ok(Woken::Renew);
            }
        }
    }
}
