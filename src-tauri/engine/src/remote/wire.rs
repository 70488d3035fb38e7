//! Commands and responses over one session. async-imap gives each command its tag and puts it on the wire; everything that
//! comes back is read by our own reader, and every command ends in the server's own word: OK, or an error that says why.
//!
//! What must not happen: an empty success because the connection ended, a tagged answer to a command that was not given
//! (an injection, or a stream out of step), data of one command taken for another's because a caller gave up in the middle.

mod command;
mod state;
mod upload;

use super::imap::Session;
use super::reader::{self, Response, StatusKind};
use super::tap::Tap;
use crate::error::{Error, Result};
pub use command::{Command, LiteralForm};
pub use state::State;
use std::collections::VecDeque;
use tokio::io::AsyncWriteExt;

/// Commands on their way at once: enough to hide the wire's delay, little enough that neither side's buffer fills.
const IN_FLIGHT: usize = 4;

/// One session, spoken to by frames.
#[derive(Debug)]
pub struct Wire {
    session: Option<Session>,
    open: Vec<Open>,
    /// The server spoke out of turn, or what it said could not be cut into responses.
    broken: bool,
    /// What the server has told beside the answers.
    pub state: State,
    literals: LiteralForm,
}

#[derive(Debug)]
struct Open {
    tag: String,
    /// Nobody waits for it; its refusal is only noted.
    aside: bool,
}

/// The server's OK.
#[derive(Clone, Debug, Default)]
pub struct Done {
    /// Response code without brackets.
    pub code: Option<String>,
}

/// What came next. A row is the largest thing and the most frequent: it is handed on in place, not in a box.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "see above")]
pub enum Step<'a> {
    /// Untagged data, or a continuation.
    Data(Response<'a>),
    /// The end of the command with this tag.
    Done(String, Result<Done>),
    /// The end of a command that nobody waits for.
    Aside,
}

/// Commands of one purpose, pipelined; [`Wire::advance`] works through them.
#[derive(Debug, Default)]
pub struct Batch {
    waiting: VecDeque<Command>,
    running: Vec<String>,
    failed: Option<Error>,
}

impl Batch {
    /// Of these commands, in order.
    pub fn new(commands: impl IntoIterator<Item = Command>) -> Self {
        Self { waiting: commands.into_iter().collect(), ..Self::default() }
    }
}

/// One step of a [`Batch`].
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "as in Step")]
pub enum Turn<'a> {
    /// Data.
    Data(Response<'a>),
    /// Nothing that concerns the caller.
    Nothing,
    /// All commands of the batch ended well.
    End,
}

impl Wire {
    /// Over a session that is signed in.
    pub fn new(session: Session, literals: LiteralForm) -> Self {
        Self { session: Some(session), open: Vec::new(), broken: false, state: State::default(), literals }
    }

    /// The session, to be given back; meanwhile async-imap listens. The tap is told which answers are ours.
    pub fn lend(&mut self, idle: bool) -> Result<Session> {
        let mut session = self.session.take().ok_or_else(abandoned)?;
        let open = self.open.iter().map(|o| o.tag.clone().into_bytes()).collect();
        session.get_mut().guard(open, idle);
        Ok(session)
    }

    /// Takes it back, with what came meanwhile.
    pub fn take_back(&mut self, mut session: Session) -> Option<super::tap::Answer> {
        let tap = session.get_mut();
        let kept = tap.kept();
        let answer = tap.unguard();
        self.session = Some(session);
        self.take_in(kept);
        answer
    }

    /// Takes in responses that were kept aside.
    pub fn take_in(&mut self, kept: Vec<Vec<u8>>) {
        for frame in kept {
            let response = reader::response(&frame);
            self.state.note(&response);
            if let Response::Tagged { tag, .. } = response {
                self.open.retain(|o| o.tag.as_bytes() != tag);
            }
        }
    }

    /// Which literals the server takes.
    pub fn set_literals(&mut self, literals: LiteralForm) {
        self.literals = literals;
    }

    /// Before each purpose: the connection must be whole, and nobody may have left a command behind.
    pub fn begin(&mut self) -> Result<()> {
        let whole = !self.broken && self.open.iter().all(|o| o.aside);
        let tap = self.tap()?;
        if whole && !tap.has_unwritten() { Ok(()) } else { Err(abandoned()) }
    }

    /// The tap under the session.
    pub fn tap(&mut self) -> Result<&mut Tap> {
        Ok(self.session.as_mut().ok_or_else(abandoned)?.get_mut())
    }

    /// Gives one command and works through its answer; `on` sees the data.
    pub async fn run(&mut self, command: Command, on: impl FnMut(Response<'_>) + Send) -> Result<Done> {
        let tag = self.send(command, false).await?;
        self.ending(&tag, on).await
    }

    /// Works through the answer to one command up to its end.
    async fn ending(&mut self, tag: &str, mut on: impl FnMut(Response<'_>) + Send) -> Result<Done> {
        loop {
            match self.step().await? {
                Step::Data(response) => on(response),
                Step::Done(ended, outcome) if ended == tag => return outcome,
                Step::Done(..) | Step::Aside => {}
            }
        }
    }

    /// Gives a command without waiting for its answer, which is read with that of the next.
    pub async fn run_aside(&mut self, command: Command) -> Result<()> {
        self.send(command, true).await.map(drop)
    }

    /// Waits for the answers to what was given aside.
    pub async fn settle(&mut self) -> Result<()> {
        while !self.open.is_empty() {
            self.step().await?;
        }
        Ok(())
    }

    /// Gives the commands of a batch that there is room for, and reads one response.
    pub async fn advance(&mut self, batch: &mut Batch) -> Result<Turn<'_>> {
        if batch.running.len() < IN_FLIGHT && !batch.waiting.is_empty() {
            self.hold()?;
            while batch.running.len() < IN_FLIGHT
                && let Some(command) = batch.waiting.pop_front()
            {
                batch.running.push(self.send(command, false).await?);
            }
            self.release().await?;
        }
        if batch.running.is_empty() {
            return match batch.failed.take() {
                Some(e) => Err(e),
                None => Ok(Turn::End),
            };
        }
        match self.step().await? {
            Step::Data(response) => Ok(Turn::Data(response)),
            Step::Done(tag, outcome) => {
                batch.running.retain(|t| *t != tag);
                if let Err(e) = outcome {
                    batch.failed.get_or_insert(e);
                }
                Ok(Turn::Nothing)
            }
            Step::Aside => Ok(Turn::Nothing),
        }
    }

    /// Gives a command for each of `subjects`, together, and tells how each ended. `on` sees the data with the subject whose
    /// command is being answered.
    pub async fn run_each<S: Sync, T: Send>(
        &mut self,
        commands: Vec<Command>,
        subjects: &[S],
        mut on: impl FnMut(Response<'_>, &S, &mut Option<T>) + Send,
    ) -> Result<Vec<Result<Option<T>>>> {
        self.hold()?;
        let mut tags = Vec::with_capacity(commands.len());
        for command in commands {
            tags.push(self.send(command, false).await?);
        }
        self.release().await?;
        let mut out: Vec<Option<Result<Option<T>>>> = Vec::new();
        out.resize_with(tags.len(), || None);
        let mut told = None;
        while let Some(at) = out.iter().position(Option::is_none) {
            match self.step().await? {
                Step::Data(response) => {
                    if let Some(subject) = subjects.get(at) {
                        on(response, subject, &mut told);
                    }
                }
                Step::Done(tag, outcome) => {
                    let ended = tags.iter().position(|t| *t == tag).and_then(|i| out.get_mut(i));
                    if let Some(ended) = ended {
                        *ended = Some(outcome.map(|_| told.take()));
                    }
                }
                Step::Aside => {}
            }
        }
        Ok(out.into_iter().flatten().collect())
    }

    /// Holds commands back until [`Wire::release`], so that they leave in one piece.
    pub fn hold(&mut self) -> Result<()> {
        self.tap()?.hold();
        Ok(())
    }

    /// Lets them go.
    pub async fn release(&mut self) -> Result<()> {
        let tap = self.tap()?;
        tap.release();
        tap.flush().await.map_err(written)
    }

    /// Gives one command; its tag.
    pub async fn send(&mut self, command: Command, aside: bool) -> Result<String> {
        if self.open.is_empty() {
            self.hear_out().await.inspect_err(|_| self.broken = true)?;
        }
        self.state.chatter = 0;
        let pieces = command.pieces(self.literals)?;
        let waits = pieces.rest.iter().any(|p| p.waits);
        let session = self.session.as_mut().ok_or_else(abandoned)?;
        if waits {
            session.get_mut().release();
        }
        let tag = session.run_command(&pieces.head).await.map_err(|e| written(std::io::Error::other(e.to_string())))?.0;
        self.open.push(Open { tag: tag.clone(), aside });
        for piece in pieces.rest {
            if piece.waits {
                self.invited(&tag).await?;
            }
            let tap = self.tap()?;
            tap.write_all(&piece.bytes).await.map_err(written)?;
            tap.flush().await.map_err(written)?;
        }
        Ok(tag)
    }

    /// Waits for the `+` that a literal needs.
    async fn invited(&mut self, tag: &str) -> Result<()> {
        loop {
            match self.step().await? {
                Step::Data(Response::Continue(_)) => return Ok(()),
                Step::Done(ended, outcome) if ended == tag => {
                    outcome?;
                    return Err(Error::Protocol("the server answered before the command was whole".into()));
                }
                _ => {}
            }
        }
    }

    /// Reads what the server said while nobody asked. A tagged answer among it answers a command not yet given.
    async fn hear_out(&mut self) -> Result<()> {
        loop {
            let Self { session, state, .. } = self;
            let tap = session.as_mut().ok_or_else(abandoned)?.get_mut();
            let Some(frame) = tap.frame_now().await? else { return Ok(()) };
            let response = reader::response(frame.bytes);
            if let Some(e) = out_of_step(&response) {
                return Err(e);
            }
            state.note(&response);
        }
    }

    /// Reads one response.
    pub async fn step(&mut self) -> Result<Step<'_>> {
        let Self { session, open, state, .. } = self;
        let tap = session.as_mut().ok_or_else(abandoned)?.get_mut();
        let frame = tap.frame().await?;
        let cut = frame.cut;
        let mut response = reader::response(frame.bytes);
        state.note(&response);
        if state.is_flooded() {
            return Err(Error::Protocol("the server sends without end".into()));
        }
        match &mut response {
            Response::Tagged { tag, status } => {
                let at = open.iter().position(|o| o.tag.as_bytes() == *tag);
                let Some(at) = at else {
                    return Err(Error::Protocol("an answer to a command that was not given".into()));
                };
                let Open { tag, aside } = open.remove(at);
                let outcome = outcome(status);
                if aside {
                    if let Err(e) = outcome {
                        tracing::debug!("{tag} given aside: {e}");
                    }
                    return Ok(Step::Aside);
                }
                return Ok(Step::Done(tag, outcome));
            }
            Response::Status(status) if status.kind == StatusKind::Bye => return Err(Error::Bye(status.text())),
            Response::Fetch(row) => row.damaged |= cut,
            _ => {}
        }
        Ok(Step::Data(response))
    }
}

fn outcome(status: &reader::Status<'_>) -> Result<Done> {
    match status.kind {
        StatusKind::Ok => Ok(Done { code: status.code.map(|c| String::from_utf8_lossy(c).into_owned()) }),
        StatusKind::No => Err(Error::Refused { code: status.code_name(), text: status.text() }),
        _ => Err(Error::Protocol(format!("the server does not understand: {}", status.text()))),
    }
}

fn out_of_step(response: &Response<'_>) -> Option<Error> {
    match response {
        Response::Tagged { .. } => Some(Error::Protocol("an answer before its command was given".into())),
        Response::Status(status) if status.kind == StatusKind::Bye => Some(Error::Bye(status.text())),
        _ => None,
    }
}

fn abandoned() -> Error {
    Error::Network("a command on this connection was given up in its middle".into())
}

fn written(e: std::io::Error) -> Error {
    if e.kind() == std::io::ErrorKind::TimedOut {
        Error::Timeout("the server takes no more commands")
    } else {
        Error::Network(e.to_string())
    }
}
