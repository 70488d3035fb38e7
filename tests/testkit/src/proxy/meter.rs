//! What has passed over a wire, and what is to go wrong on it.

use super::leg::Received;
use crate::mail::Random;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Which way bytes went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Client to server.
    Up,
    /// Server to client.
    Down,
}

/// How a connection is cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// An orderly end of TCP, in the middle of everything.
    #[default]
    Close,
    /// A reset.
    Reset,
    /// It stays open and says nothing more.
    Stall,
}

/// What is to go wrong. Bytes are those of plain text where the proxy ends TLS, else those of the wire; they are counted
/// per connection from its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// Each way.
    pub latency: Duration,
    /// Each piece is late by up to so much more, as chance will have it; see [`Meter::seed`].
    pub jitter: Duration,
    /// Cut when so many bytes have gone to the server.
    pub cut_up: Option<u64>,
    /// Cut when so many bytes have gone to the client.
    pub cut_down: Option<u64>,
    /// How to cut.
    pub way: Way,
    /// Cut this connection alone; the first is 1.
    pub only: Option<u32>,
    /// Nothing moves; connections are still taken.
    pub frozen: bool,
    /// New connections are reset.
    pub refuse: bool,
}

/// A cut that happens once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// When so many more bytes of one connection have gone to the server.
    Up(u64),
    /// When so many more bytes of one connection have gone to the client.
    Down(u64),
    /// When these words have gone to the server, in place of its answer. Needs the plain text.
    Answer(&'static str),
}

struct Planned {
    cut: Cut,
    /// None: as the [`Fault`] says then.
    way: Option<Way>,
    only: Option<u32>,
    /// What had passed when it was planned.
    from: BTreeMap<(u32, Direction), u64>,
    /// Connections that have said the words.
    asked: BTreeSet<u32>,
}

impl Planned {
    /// How many bytes may have passed before the cut, as far as these that come next have to do with it.
    fn limit(&mut self, connection: u32, direction: Direction, passed: u64, bytes: &[u8]) -> Option<u64> {
        if self.only.is_some_and(|only| only != connection) {
            return None;
        }
        let from = self.from.get(&(connection, direction)).copied().unwrap_or_default();
        match (self.cut, direction) {
            (Cut::Up(n), Direction::Up) | (Cut::Down(n), Direction::Down) => Some(from + n),
            (Cut::Answer(words), Direction::Up) => {
                if bytes.windows(words.len()).any(|w| w == words.as_bytes()) {
                    self.asked.insert(connection);
                }
                None
            }
            (Cut::Answer(_), Direction::Down) => self.asked.contains(&connection).then_some(passed),
            _ => None,
        }
    }
}

/// Bytes that came together.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// Which connection; the first is 1.
    pub connection: u32,
    /// Which way.
    pub direction: Direction,
    /// When, from the start of the proxy or the last [`Meter::reset`].
    pub at: Duration,
    /// How many bytes passed.
    pub length: usize,
    /// The bytes, where text is kept.
    pub text: Vec<u8>,
}

/// Counts, and holds the [`Fault`].
pub struct Meter {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    fault: Fault,
    planned: Vec<Planned>,
    closed: bool,
    keep_text: bool,
    random: Random,
    start: Instant,
    connections: u32,
    open: u32,
    wire: BTreeMap<Direction, u64>,
    passed: BTreeMap<(u32, Direction), u64>,
    chunks: Vec<Chunk>,
}

impl Default for Meter {
    fn default() -> Self {
        let state = State {
            fault: Fault::default(),
            planned: Vec::new(),
            closed: false,
            keep_text: false,
            random: Random::new(0),
            start: Instant::now(),
            connections: 0,
            open: 0,
            wire: BTreeMap::new(),
            passed: BTreeMap::new(),
            chunks: Vec::new(),
        };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }
}

impl Meter {
    /// Bytes on the wire from client to server.
    pub fn up(&self) -> u64 {
        self.state().wire.get(&Direction::Up).copied().unwrap_or_default()
    }

    /// Bytes on the wire from server to client.
    pub fn down(&self) -> u64 {
        self.state().wire.get(&Direction::Down).copied().unwrap_or_default()
    }

    /// Bytes on the wire both ways.
    pub fn total(&self) -> u64 {
        self.up() + self.down()
    }

    /// Connections made since the start or the last reset.
    pub fn connections(&self) -> u32 {
        self.state().connections
    }

    /// Connections open now.
    pub fn open(&self) -> u32 {
        self.state().open
    }

    /// How often the client had to wait for the server: changes from up to down, over all connections. What the client sends
    /// without waiting counts once, if the wire's latency is larger than the pauses between its commands.
    pub fn round_trips(&self) -> u32 {
        let state = self.state();
        let mut last: BTreeMap<u32, Direction> = BTreeMap::new();
        let mut trips = 0;
        for chunk in &state.chunks {
            let before = last.insert(chunk.connection, chunk.direction);
            trips += u32::from(before == Some(Direction::Up) && chunk.direction == Direction::Down);
        }
        trips
    }

    /// All that passed, in order of time.
    pub fn chunks(&self) -> Vec<Chunk> {
        self.state().chunks.clone()
    }

    /// See [`super::Proxy::transcript`].
    pub fn transcript(&self) -> String {
        let mut lines = String::new();
        for chunk in &self.state().chunks {
            let who = if chunk.direction == Direction::Up { "C: " } else { "S: " };
            for line in String::from_utf8_lossy(&chunk.text).lines() {
                lines.push_str(who);
                lines.push_str(line);
                lines.push('\n');
            }
        }
        lines
    }

    /// Whether the bytes themselves are kept, for [`super::Proxy::transcript`].
    pub fn keep_text(&self, keep: bool) {
        self.state().keep_text = keep;
    }

    /// Counts from nothing again; faults and the bytes they count stay.
    pub fn reset(&self) {
        let mut state = self.state();
        state.wire.clear();
        state.chunks.clear();
        state.connections = state.open;
        state.start = Instant::now();
    }

    /// Changes what is to go wrong.
    pub fn set(&self, change: impl FnOnce(&mut Fault)) {
        change(&mut self.state().fault);
        self.changed.notify_all();
    }

    /// What is to go wrong now.
    pub fn fault(&self) -> Fault {
        self.state().fault
    }

    /// Nothing moves any more, until [`Meter::thaw`].
    pub fn freeze(&self) {
        self.set(|fault| fault.frozen = true);
    }

    /// Everything moves on.
    pub fn thaw(&self) {
        self.set(|fault| fault.frozen = false);
    }

    /// Plans a cut of whichever connection comes there first, or of `only` this one (the first is 1), in the way that the
    /// [`Fault`] names when it happens.
    pub fn cut(&self, cut: Cut, only: Option<u32>) {
        self.plan(cut, None, only);
    }

    /// The same, in a way of its own.
    pub fn cut_by(&self, way: Way, cut: Cut, only: Option<u32>) {
        self.plan(cut, Some(way), only);
    }

    fn plan(&self, cut: Cut, way: Option<Way>, only: Option<u32>) {
        let mut state = self.state();
        let from = state.passed.clone();
        state.planned.push(Planned { cut, way, only, from, asked: BTreeSet::new() });
    }

    /// Where the chance of [`Fault::jitter`] begins.
    pub fn seed(&self, seed: u64) {
        self.state().random = Random::new(seed);
    }

    /// How long the next piece is under way.
    pub(super) fn delay(&self) -> Duration {
        let mut state = self.state();
        let Fault { latency, jitter, .. } = state.fault;
        let late = state.random.below(usize::try_from(jitter.as_micros()).unwrap_or(usize::MAX));
        latency + Duration::from_micros(late as u64)
    }

    /// Planned cuts that have not happened yet.
    pub fn cuts_left(&self) -> usize {
        self.state().planned.len()
    }

    /// Forgets cuts that have not happened yet.
    pub fn cut_no_more(&self) {
        self.state().planned.clear();
    }

    pub(super) fn connected(&self) -> u32 {
        let mut state = self.state();
        state.connections += 1;
        state.open += 1;
        state.connections
    }

    pub(super) fn disconnected(&self) {
        self.state().open -= 1;
    }

    pub(super) fn closed(&self) -> bool {
        self.state().closed
    }

    pub(super) fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    pub(super) fn look_again(&self) {
        self.changed.notify_all();
    }

    pub(super) fn wait_while_frozen(&self) {
        drop(self.changed.wait_while(self.state(), |state| state.fault.frozen && !state.closed));
    }

    /// Waits until the proxy closes or `done`; looked at whenever something changes, and now and then.
    pub(super) fn wait_until(&self, done: impl Fn() -> bool) {
        let mut state = self.state();
        while !state.closed && !done() {
            let waited = self.changed.wait_timeout(state, Duration::from_millis(100));
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Counts what came; gives back what may pass, and how to cut after it.
    pub(super) fn pass(&self, connection: u32, direction: Direction, received: &Received) -> (Vec<u8>, Option<Way>) {
        let mut state = self.state();
        let fault = state.fault;
        *state.wire.entry(direction).or_default() += received.wire as u64;
        let before = state.passed.get(&(connection, direction)).copied().unwrap_or_default();
        let limit = match direction {
            Direction::Up => fault.cut_up,
            Direction::Down => fault.cut_down,
        };
        let limit = limit.filter(|_| fault.only.is_none_or(|only| only == connection));
        let planned = state
            .planned
            .iter_mut()
            .filter_map(|p| p.limit(connection, direction, before, &received.plain).map(|l| (l, p.way)))
            .min_by_key(|(l, _)| *l);
        let limit = limit.map(|l| (l, None)).into_iter().chain(planned).min_by_key(|(l, _)| *l);
        let room = limit.map(|(l, _)| usize::try_from(l.saturating_sub(before)).unwrap_or(usize::MAX));
        let bytes = match room {
            Some(room) if room < received.plain.len() => received.plain.get(..room).unwrap_or_default(),
            _ => &received.plain,
        };
        let passed = before + bytes.len() as u64;
        state.passed.insert((connection, direction), passed);
        let way = limit.filter(|(l, _)| passed >= *l).map(|(_, way)| way.unwrap_or(fault.way));
        if planned.is_some_and(|(l, _)| passed >= l) {
            state.planned.retain_mut(|p| p.limit(connection, direction, before, &[]).is_none_or(|l| passed < l));
        }
        if !bytes.is_empty() {
            let text = if state.keep_text { bytes.to_vec() } else { Vec::new() };
            let at = state.start.elapsed();
            state.chunks.push(Chunk { connection, direction, at, length: bytes.len(), text });
        }
        (bytes.to_vec(), way)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
