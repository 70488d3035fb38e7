//! Killed at every numbered step (`engine::crash`), and at random moments; started again; and then all must be as if nothing had
//! happened. After mbsync's `run-tests.pl`.

use crate::check;
use crate::scene::{Ended, Run, Scene};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use testkit::mail::Random;

/// Kills per server when not all steps are asked for: the stride follows, and where it begins changes from run to run.
const FEW: u64 = 12;
/// Scripts killed at random moments when no number is given.
const KILLS: usize = 8;

pub const FULL: Option<&str> = None;
pub const NO_MOVE: Option<&str> = Some("IMAP4rev1 UIDPLUS");
pub const BARE: Option<&str> = Some("IMAP4rev1");

/// The number of this run, printed; `RESTANTE_SEED` gives one.
pub fn seed() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos();
    let seed = std::env::var("RESTANTE_SEED").map_or(u64::from(now), |s| s.parse().unwrap());
    println!("RESTANTE_SEED={seed}");
    seed
}

fn every_step(capability: Option<&str>) {
    let seed = seed();
    let all = std::env::var_os("RESTANTE_CRASH_ALL").is_some();
    let scene = Scene::new(capability, if all { 2_000 } else { 100 });
    let expunges = capability != BARE;

    // Without a kill: how many steps there are. And once more: what was done is not done again.
    let run = scene.run();
    let steps = run.counted();
    check::all(&scene, &run, expunges, "without a kill");
    run.to_the_end();
    check::all(&scene, &run, expunges, "once more");

    let stride = if all { 1 } else { (steps / FEW).max(1) };
    println!("{capability:?}: {steps} steps, every {stride}");
    let start = Instant::now();
    let (mut n, mut died) = (1 + seed % stride, 0);
    while n <= steps {
        let why = format!("RESTANTE_CRASH_AT={n} of {steps}, {capability:?}");
        println!("{:6.1} s: {why}", start.elapsed().as_secs_f32());
        let run = scene.run();
        let mut command = run.command(&[]);
        command.env("RESTANTE_CRASH_AT", n.to_string());
        if run.end(&mut run.start(command)) == Ended::Killed {
            died += 1;
        }
        run.to_the_end();
        check::all(&scene, &run, expunges, &why);
        n += stride;
    }
    // The number of steps is not quite the same each time: the last may not have been reached.
    assert!(died * stride > steps * 3 / 4, "{died} of {steps} / {stride} died");
}

#[test]
fn at_every_step() {
    every_step(FULL);
}

#[test]
fn at_every_step_without_move() {
    every_step(NO_MOVE);
}

#[test]
fn at_every_step_without_anything() {
    every_step(BARE);
}

#[test]
fn at_random_moments() {
    let mut random = Random::new(seed());
    let kills = std::env::var("RESTANTE_KILLS").map_or(KILLS, |k| k.parse().unwrap());
    let mut scenes: [(Option<&str>, Option<Scene>); 3] = [(FULL, None), (NO_MOVE, None), (BARE, None)];
    // A kill comes at some time within what it takes when nobody disturbs it.
    let mut whole = None;
    for n in 0..kills {
        let (capability, scene) = &mut scenes[random.below(3)];
        let scene = scene.get_or_insert_with(|| Scene::new(*capability, kills + 1));
        let whole = *whole.get_or_insert_with(|| {
            let start = Instant::now();
            scene.run().to_the_end();
            start.elapsed()
        });
        let run = scene.run();
        let mut moments = Vec::new();
        loop {
            let moment = whole.mul_f64(f64::from(u32::try_from(random.below(1_000)).unwrap()) / 1_000.0);
            moments.push(moment.as_millis());
            if killed_after(&run, moment) == Ended::Well || moments.len() == 3 || random.percent(50) {
                break;
            }
        }
        run.to_the_end();
        let why = format!("kill {n}, after {moments:?} ms, {capability:?}");
        println!("{why}");
        check::all(scene, &run, *capability != BARE, &why);
    }
}

/// Runs that are killed side by side: each waits most of its time, for a server that may file a message by itself.
const SIDE_BY_SIDE: usize = 6;

/// Kills at every step behind `first`, or at a few of them that change from run to run, several runs side by side. `kill` is told the
/// step, and why, and says whether somebody died there; `start` makes what belongs to one of the runs that go on side by side.
pub fn at_steps<T>(
    (first, steps): (u64, u64),
    few: u64,
    start: impl Fn() -> T + Sync,
    kill: impl Fn(&T, u64, &str) -> bool + Sync,
) {
    let seed = seed();
    let all = std::env::var_os("RESTANTE_CRASH_ALL").is_some();
    let stride = if all { 1 } else { ((steps - first) / few).max(1) };
    println!("steps {first} to {steps}, every {stride}");
    let since = Instant::now();
    let (next, died) = (AtomicU64::new(first + 1 + seed % stride), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                let own = start();
                loop {
                    let n = next.fetch_add(stride, Ordering::Relaxed);
                    if n > steps {
                        break;
                    }
                    let why = format!("RESTANTE_CRASH_AT={n} of {steps}");
                    println!("{:6.1} s: {why}", since.elapsed().as_secs_f32());
                    died.fetch_add(u64::from(kill(&own, n, &why)), Ordering::Relaxed);
                }
            });
        }
    });
    let died = died.into_inner();
    assert!(died * stride > (steps - first) / 2, "{died} of {first}..{steps} / {stride} died");
}

/// The moment is the subject: the only sleep here.
fn killed_after(run: &Run, moment: Duration) -> Ended {
    let mut child = run.start(run.command(&[]));
    std::thread::sleep(moment);
    // It may have come to its end by itself.
    let _ = child.kill();
    run.end(&mut child)
}
