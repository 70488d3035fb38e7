//! Died in the middle: the engine is killed at every numbered step, and at random moments, while a person acts; its store is
//! damaged; its disk is full. What was acknowledged before must be done afterwards, once, on the server and here.
//!
//! The engine that dies is a process of its own: this binary starts itself again as the test `child`. What is then asserted is
//! asked of the server by `doveadm`, and of the store by SQLite, never of our own engine.
//!
//! | variable | what for |
//! |---|---|
//! | `RESTANTE_CRASH_ALL` | every step of every script, not a few that change from run to run: a quarter of an hour, by `cargo test` |
//! | `RESTANTE_KILLS` | how many scripts are killed at random moments; 8 without it, 200 at night |
//! | `RESTANTE_SEED` | the run of this number again; each run prints its own |
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "crash/check.rs"]
mod check;
#[path = "crash/damage.rs"]
mod damage;
#[path = "crash/full.rs"]
mod full;
#[path = "crash/kill.rs"]
mod kill;
#[path = "crash/scene.rs"]
mod scene;
#[path = "crash/script.rs"]
mod script;
#[path = "crash/send.rs"]
mod send;
#[path = "crash/undo.rs"]
mod undo;
#[path = "crash/vanish.rs"]
mod vanish;
#[path = "crash/write.rs"]
mod write;

/// The entry of the child. Without orders in the environment, as when all tests are run, there is nothing to do.
#[test]
fn child() {
    let Some(orders) = scene::Orders::given() else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        match (&orders.disk, &orders.smtp) {
            (Some(_), _) => full::perform(&orders).await,
            (None, Some(_)) if orders.writes => write::perform(&orders).await,
            (None, Some(_)) => send::perform(&orders).await,
            (None, None) if orders.carried => vanish::perform(&orders).await,
            (None, None) => script::perform(&orders).await,
        }
    });
}
